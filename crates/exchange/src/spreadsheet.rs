//! Tables that people open in a spreadsheet: CSV (RFC 4180, UTF-8) whose texts are never taken for formulas. What
//! customers typed ends up in the machine of whoever opens the file, so this is where it is made harmless.

/// One row, with its line break. Texts that a spreadsheet would calculate get a `'` before them, which it shows as text.
#[must_use]
pub fn row<S: AsRef<str>>(cells: impl IntoIterator<Item = S>) -> String {
    let cells: Vec<_> = cells.into_iter().map(|cell| quoted(&harmless(cell.as_ref()))).collect();
    format!("{}\r\n", cells.join(","))
}

/// A leading `=`, `+`, `-` or `@` begins a formula, also behind white space; plain numbers are none.
fn harmless(text: &str) -> String {
    let begins = text.trim_start().starts_with(['=', '+', '-', '@', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}']);
    let is_number = text.strip_prefix('-').unwrap_or(text).bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    let breaks = text.starts_with(['\t', '\r', '\n']);
    if (begins && !is_number) || breaks { format!("'{text}") } else { text.to_owned() }
}

fn quoted(text: &str) -> String {
    let plain = !text.contains([',', ';', '"', '\r', '\n', '\t']) && text.trim() == text;
    if plain { text.to_owned() } else { format!("\"{}\"", text.replace('"', "\"\"")) }
}

#[cfg(test)]
mod tests {
    use super::row;

    #[test]
    fn nothing_that_somebody_typed_is_a_formula() {
        for (text, cell) in [
            ("=1+1", "'=1+1"),
            ("+49 30 12", "'+49 30 12"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("-2+3", "'-2+3"),
            ("  =x", "'  =x"),
            ("\t=x", "\"'\t=x\""),
            ("=HYPERLINK(\"x\",\"y\")", "\"'=HYPERLINK(\"\"x\"\",\"\"y\"\")\""),
        ] {
            assert_eq!(row([text]), format!("{cell}\r\n"), "{text:?}");
        }
    }

    #[test]
    fn numbers_and_texts_stay_as_they_are_and_rows_can_be_read_back() {
        assert_eq!(row(["-2.50", "12", "Mug", ""]), "-2.50,12,Mug,\r\n");
        assert_eq!(row(["a,b", "say \"hi\"", "two\nlines"]), "\"a,b\",\"say \"\"hi\"\"\",\"two\nlines\"\r\n");
    }
}
