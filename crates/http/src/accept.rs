//! What a client would rather read: a page, or JSON.

use axum::http::{HeaderMap, header};

/// Whether a page is preferred, as browsers do that open an address. Everybody who does not name `text/html`, or names
/// JSON first, gets JSON.
pub(crate) fn prefers_html(headers: &HeaderMap) -> bool {
    // Nearly nobody names it, and this is asked of every request.
    let Some(accept) = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()) else { return false };
    if !accept.contains("text/html") {
        return false;
    }
    let html = wish(accept, "text/html");
    let json = wish(accept, "application/json");
    html.is_some_and(|html| json.is_none_or(|json| html > json))
}

/// How much a kind is wished for, in thousandths, and the earlier the more; nothing if it is not named, or refused.
fn wish(accept: &str, kind: &str) -> Option<(u16, usize)> {
    let entries = accept.split(',').enumerate();
    let named = entries.filter_map(|(place, entry)| {
        let mut parts = entry.split(';').map(str::trim);
        let quality = if parts.next() == Some(kind) { parts.find_map(quality).unwrap_or(1000) } else { 0 };
        (quality > 0).then_some((quality, usize::MAX - place))
    });
    named.max()
}

/// `q=0.8` in thousandths.
fn quality(parameter: &str) -> Option<u16> {
    let number = parameter.strip_prefix("q=")?;
    let (whole, rest) = number.split_once('.').unwrap_or((number, ""));
    let thousandths = format!("{rest:0<3}").get(..3).and_then(|digits| digits.parse::<u16>().ok())?;
    match whole {
        "0" => Some(thousandths),
        "1" => Some(1000),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    #[test]
    fn only_who_names_html_first_gets_a_page() {
        let browser = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8";
        for accept in [browser, "text/html", "text/html;q=0.9, application/json;q=0.8", "text/html, application/json"] {
            assert!(asks(accept), "{accept}");
        }
        for accept in [
            "*/*",
            "application/json",
            "application/json, text/html",
            "application/json, text/plain, */*",
            "text/html;q=0.5, application/json",
            "text/html;q=0",
            "text/*",
            "",
        ] {
            assert!(!asks(accept), "{accept}");
        }
    }

    fn asks(accept: &'static str) -> bool {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT, HeaderValue::from_static(accept));
        prefers_html(&headers)
    }
}
