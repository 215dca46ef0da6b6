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
            "CSRF Failed: {what} checking failed - {name} does not match any trusted origins. If it is yours, add it to \
             cors_allowed_origins, or send an access token instead of the cookie."
        );
        Err(Problem::Detail(StatusCode::FORBIDDEN, detail))
    };
    if let Some(origin) = text(&parts.headers, header::ORIGIN.as_str()) {
        return if is_own(edge, parts, &origin) { Ok(()) } else { refused("Origin", &origin) };
    }
    if fetched.as_deref() == Some("cross-site") {
        return refused("Sec-Fetch-Site", "cross-site");
    }
    match text(&parts.headers, header::REFERER.as_str()).as_deref().map(origin_of) {
        Some(origin) if !is_own(edge, parts, origin) => refused("Referer", origin),
        _ => Ok(()),
    }
}

/// Whether an origin (`https://shop.example`) is the shop's own or one that the operator named.
pub(crate) fn is_own(edge: &Edge, parts: &Parts, origin: &str) -> bool {
    let settings = &edge.settings;
    let authority = origin.split_once("://").map(|(_, authority)| authority.to_ascii_lowercase());
    let public = settings.public_url.as_deref().is_some_and(|url| origin_of(url).eq_ignore_ascii_case(origin));
    let same = authority.is_some() && authority == address::host_of(edge, parts);
    public || same || settings.cors_allowed_origins.iter().any(|allowed| allowed.eq_ignore_ascii_case(origin))
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
