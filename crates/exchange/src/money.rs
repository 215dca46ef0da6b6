//! Amounts as people write them in files, to integer minor units and back. Exact: no float is
//! involved, and what cannot be read for certain is refused with the way to write it.

/// The most digits an amount may have so that it fits an `i64` of minor units with room to spare.
const MAX_DIGITS: usize = 17;

/// Why an amount could not be read; the text says how to write it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AmountProblem {
    /// Nothing but white space.
    #[error("the amount is blank; write a number such as 19.99")]
    Blank,
    /// Below zero.
    #[error("{0:?} is negative; write an amount of 0 or more")]
    Negative(String),
    /// Digits after the point that the currency does not have.
    #[error("{text:?} has more than {digits} decimals; round it to what the currency has")]
    TooPrecise {
        /// What the file says.
        text: String,
        /// Decimals the currency has.
        digits: u32,
    },
    /// More digits than an amount may have.
    #[error("{0:?} is too large an amount")]
    TooLarge(String),
    /// A decimal comma, a currency sign, letters.
    #[error(
        "{0:?} is not an amount; write digits with a point before the decimals and no currency sign, such as 1299.00"
    )]
    NotANumber(String),
}

/// Reads `"19.99"`, `"1,299.00"`, `"5"`, `".5"` as minor units of a currency with `minor_digits` decimals.
///
/// Commas are accepted only as separators of thousands. `1,299` alone is refused for a currency of three
/// decimals, where it could as well mean a decimal comma. Zeros beyond the currency's decimals are fine.
pub fn parse_minor(text: &str, minor_digits: u32) -> Result<i64, AmountProblem> {
    let text = text.trim();
    if text.is_empty() {
        return Err(AmountProblem::Blank);
    }
    let not_a_number = || AmountProblem::NotANumber(text.to_owned());
    if let Some(rest) = text.strip_prefix(['-', '\u{2212}']) {
        let negative = rest.starts_with(|c: char| c.is_ascii_digit() || c == '.');
        return Err(if negative { AmountProblem::Negative(text.to_owned()) } else { not_a_number() });
    }
    let (whole, decimals) = text.split_once('.').map_or((text, None), |(whole, rest)| (whole, Some(rest)));
    let ambiguous = decimals.is_none() && minor_digits == 3 && whole.matches(',').count() == 1;
    let whole = ungroup(whole).filter(|_| !ambiguous).ok_or_else(not_a_number)?;
    let decimals = decimals.unwrap_or("");
    let all_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if !all_digits(&whole) || !all_digits(decimals) || (whole.is_empty() && decimals.is_empty()) {
        return Err(not_a_number());
    }
    let wanted = minor_digits as usize;
    let decimals = decimals.trim_end_matches('0');
    if decimals.len() > wanted {
        return Err(AmountProblem::TooPrecise { text: text.to_owned(), digits: minor_digits });
    }
    let digits = format!("{whole}{decimals:0<wanted$}");
    let digits = digits.trim_start_matches('0');
    if digits.len() > MAX_DIGITS {
        return Err(AmountProblem::TooLarge(text.to_owned()));
    }
    if digits.is_empty() {
        return Ok(0);
    }
    digits.parse().map_err(|_| not_a_number())
}

/// `"1,299"` → `"1299"`; `None` when the commas do not stand before groups of three.
fn ungroup(whole: &str) -> Option<String> {
    let mut groups = whole.split(',');
    let first = groups.next().unwrap_or("");
    if !whole.contains(',') {
        return Some(first.to_owned());
    }
    if first.is_empty() || first.len() > 3 {
        return None;
    }
    groups.try_fold(first.to_owned(), |digits, group| (group.len() == 3).then(|| digits + group))
}

/// Writes minor units with exactly `minor_digits` decimals: `1999` → `"19.99"`.
pub fn format_minor(minor: i64, minor_digits: u32) -> String {
    let wanted = minor_digits as usize;
    let sign = if minor < 0 { "-" } else { "" };
    let digits = format!("{:0>width$}", minor.unsigned_abs(), width = wanted + 1);
    let (whole, decimals) = digits.split_at(digits.len() - wanted);
    if decimals.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{decimals}") }
}

#[cfg(test)]
mod tests {
    use super::{AmountProblem, format_minor, parse_minor};
    use proptest::prelude::*;

    #[test]
    fn amounts_are_read_exactly() {
        let cases = [
            ("19.99", 2, 1999),
            (" 1,299.00 ", 2, 129_900),
            ("1,299", 2, 129_900),
            ("12,345,678.9", 2, 1_234_567_890),
            ("35", 2, 3500),
            (".5", 2, 50),
            ("5.", 2, 500),
            ("0", 2, 0),
            ("00.10", 2, 10),
            ("19.9900", 2, 1999),
            ("500", 0, 500),
            ("500.00", 0, 500),
            ("1.234", 3, 1234),
            ("90071992547409.93", 2, 9_007_199_254_740_993),
        ];
        for (text, digits, minor) in cases {
            assert_eq!(parse_minor(text, digits), Ok(minor), "{text:?} with {digits} decimals");
        }
    }

    #[test]
    fn doubtful_amounts_are_refused_with_a_reason() {
        for text in
            ["$5", "5 €", "12,50", "1.299,00", "1,29,900.00", ",500", "1e3", "abc", ".", "1.2.3", "+5", "-", "٣"]
        {
            assert!(matches!(parse_minor(text, 2), Err(AmountProblem::NotANumber(_))), "{text:?} was read");
        }
        assert!(matches!(parse_minor("1,299", 3), Err(AmountProblem::NotANumber(_))), "1,299 could be 1.299");
        assert_eq!(parse_minor("  ", 2), Err(AmountProblem::Blank));
        assert_eq!(parse_minor("-1.00", 2), Err(AmountProblem::Negative("-1.00".into())));
        assert!(matches!(parse_minor("1.999", 2), Err(AmountProblem::TooPrecise { .. })));
        assert!(matches!(parse_minor("0.5", 0), Err(AmountProblem::TooPrecise { .. })));
        assert!(matches!(parse_minor("9999999999999999.00", 2), Err(AmountProblem::TooLarge(_))));
    }

    proptest! {
        #[test]
        fn a_written_amount_reads_back(minor in 0..=99_999_999_999_999_999_i64, digits in 0_u32..=4) {
            prop_assert_eq!(parse_minor(&format_minor(minor, digits), digits), Ok(minor));
        }

        #[test]
        fn no_text_breaks_the_reader(text in "[-+0-9.,eE$ ]{0,24}", digits in 0_u32..=4) {
            if let Ok(minor) = parse_minor(&text, digits) {
                prop_assert!(minor >= 0, "{:?} was read as {}", text, minor);
            }
        }
    }
}
