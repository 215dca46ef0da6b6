//! JSON as HTML: a line for each value, addresses as links. The text itself decides, so keys stay in their order and
//! numbers as they were written.

/// Valid JSON as escaped HTML, indented by two blanks.
pub(super) fn readable(json: &str) -> String {
    let mut page = String::with_capacity(json.len() * 2);
    let mut depth = 0;
    let mut rest = json.trim();
    while let Some(first) = rest.chars().next() {
        let length = match first {
            '"' => string_length(rest),
            _ => first.len_utf8(),
        };
        let (token, after) = rest.split_at(length);
        rest = after.trim_start();
        match first {
            '{' | '[' if rest.starts_with(['}', ']']) => page.push(first),
            '{' | '[' => {
                depth += 1;
                page.push(first);
                line(&mut page, depth);
            }
            '}' | ']' => {
                if !page.ends_with(['{', '[']) {
                    depth = depth.saturating_sub(1);
                    line(&mut page, depth);
                }
                page.push(first);
            }
            ',' => {
                page.push(',');
                line(&mut page, depth);
            }
            ':' => page.push_str(": "),
            '"' => string(&mut page, token, rest.starts_with(':')),
            _ => page.push_str(&escaped(token)),
        }
    }
    page
}

fn line(page: &mut String, depth: usize) {
    page.push('\n');
    page.push_str(&"  ".repeat(depth));
}

/// The length of the string a text begins with, quotes included.
fn string_length(text: &str) -> usize {
    let mut bytes = text.bytes().enumerate().skip(1);
    while let Some((place, byte)) = bytes.next() {
        match byte {
            b'\\' => drop(bytes.next()),
            b'"' => return place + 1,
            _ => {}
        }
    }
    text.len()
}

fn string(page: &mut String, token: &str, is_key: bool) {
    let shown = escaped(token);
    let value: String = serde_json::from_str(token).unwrap_or_default();
    let markup = match value.starts_with("http://") || value.starts_with("https://") {
        _ if is_key => format!("<b>{shown}</b>"),
        true => format!("<a href=\"{}\">{shown}</a>", escaped(&value)),
        false => format!("<span>{shown}</span>"),
    };
    page.push_str(&markup);
}

/// A text that means nothing in HTML, also between quotes.
pub(super) fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for sign in text.chars() {
        match sign {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            _ => safe.push(sign),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_has_its_line_and_keys_their_order() {
        let shown = readable(r#"{"b":[1,-2.50],"a":{},"c":[],"d":null}"#);
        let expected = "{\n  <b>\"b\"</b>: [\n    1,\n    -2.50\n  ],\n  <b>\"a\"</b>: {},\n  <b>\"c\"</b>: [],\n  <b>\"d\"</b>: null\n}";
        assert_eq!(shown.replace("&quot;", "\""), expected);
    }

    #[test]
    fn addresses_are_links_and_nothing_else_becomes_markup() {
        let shown = readable(r#"["http://a/?x=1&y=\"><script>","javascript:alert(1)","<b>","\\\"<i>"]"#);
        assert!(shown.contains("<a href=\"http://a/?x=1&amp;y=&quot;&gt;&lt;script&gt;\">"), "{shown}");
        assert_eq!(shown.matches("<a ").count(), 1, "{shown}");
        assert!(!shown.contains("<script") && !shown.contains("<b>") && !shown.contains("<i>"), "{shown}");
    }
}
