//! Pages of other sites: a browser sends the visitor's cookie along with what they ask for, so what changes anything by
//! cookie must come from a page of the shop's own. Programs send none of these headers and are not asked.

use crate::dto::address;
use crate::error::Problem;
use crate::state::Edge;
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};

/// Refuses a request that a page of another site sends with the visitor's cookie. What the browser says of itself counts
/// first; then where the page came from.
pub(super) fn refuse_foreign_page(edge: &Edge, parts: &Parts) -> Result<(), Problem> {
    let fetched = text(&parts.headers, "sec-fetch-site");
    // A page can't write this header. "none" is the visitor themselves.
    if matches!(fetched.as_deref(), Some("same-origin" | "none")) {
        return Ok(());
    }
    let refused = |what: &str, name: &str| {
        let detail = format!(
            "CSRF Failed: {what} checking failed - {name} does not match any trusted origins. If it is the shop's \
             own, set public_url (and trusted_proxies); if it is another of yours, add it to cors_allowed_origins; or send an \
             access token instead of the cookie."
        );
        Err(Problem::Detail(StatusCode::FORBIDDEN, detail))
    };
    let origin = text(&parts.headers, header::ORIGIN.as_str());
    if origin.as_deref().is_some_and(|origin| is_named(edge, origin)) {
        return Ok(());
    }
    // The browser also calls the shop's own name another site when the page came without TLS.
    if fetched.as_deref() == Some("cross-site") {
        return refused("Sec-Fetch-Site", "cross-site");
    }
    if let Some(origin) = origin {
        return if is_own(edge, parts, &origin) { Ok(()) } else { refused("Origin", &origin) };
    }
    match text(&parts.headers, header::REFERER.as_str()).as_deref().map(origin_of) {
        Some(origin) if !is_own(edge, parts, origin) => refused("Referer", origin),
        _ => Ok(()),
    }
}

/// Whether an origin (`https://shop.example`) is the shop's own or one that the operator named.
pub(crate) fn is_own(edge: &Edge, parts: &Parts, origin: &str) -> bool {
    let same = origin.split_once("://").is_some_and(|(scheme, authority)| {
        // Browsers leave the port of the scheme away; some proxies write it into the host's name.
        let port = if scheme.eq_ignore_ascii_case("https") { ":443" } else { ":80" };
        let bare = |host: &str| host.strip_suffix(port).unwrap_or(host).to_ascii_lowercase();
        address::host_of(edge, parts).is_some_and(|host| bare(&host) == bare(authority))
    });
    same || is_named(edge, origin)
}

/// Whether it is an origin that the operator named.
fn is_named(edge: &Edge, origin: &str) -> bool {
    let settings = &edge.settings;
    let public = settings.public_url.as_deref().is_some_and(|url| origin_of(url).eq_ignore_ascii_case(origin));
    public || settings.cors_allowed_origins.iter().any(|allowed| allowed.eq_ignore_ascii_case(origin))
}

/// Scheme and host of an address.
fn origin_of(url: &str) -> &str {
    let host = url.find("://").map_or(0, |at| at + 3);
    let end = url[host..].find(['/', '?', '#']).map_or(url.len(), |at| host + at);
    &url[..end]
}

fn text(headers: &HeaderMap, name: &str) -> Option<String> {
    headers.get(name).map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())
}

#[cfg(test)]
mod tests {
    use super::origin_of;

    #[test]
    fn an_address_has_the_origin_of_its_scheme_and_host() {
        for (url, origin) in [
            ("https://shop.example/cart/?a=b", "https://shop.example"),
            ("https://shop.example:8443", "https://shop.example:8443"),
            ("https://shop.example?x", "https://shop.example"),
            ("http://evil.example/https://shop.example/", "http://evil.example"),
            ("nonsense", "nonsense"),
            ("", ""),
        ] {
            assert_eq!(origin_of(url), origin);
        }
    }
}
