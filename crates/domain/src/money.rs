//! Money as whole minor units (cents) with checked arithmetic, and its decimal text form.

use thiserror::Error;

/// The currency a shop sells in: its ISO 4217 code and how many digits its minor unit has (USD 2, JPY 0, KWD 3).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Currency {
    /// ISO 4217 code, upper case.
    pub code: String,
    /// Digits after the decimal point: 0 to 3.
    pub digits: u32,
}

/// The largest amount the shop handles, in minor units: 9,999,999,999.99 in a currency of two digits.
pub const LARGEST: i64 = 999_999_999_999;

/// Why a text is no amount of money.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum MoneyError {
    /// Not a decimal number at all.
    #[error("A valid number is required.")]
    NotANumber,
    /// More digits after the point than the currency has.
    #[error("Ensure that there are no more than {0} decimal places.")]
    TooPrecise(u32),
    /// Below zero.
    #[error("Ensure this value is greater than or equal to 0.")]
    Negative,
    /// Beyond [`LARGEST`].
    #[error("Ensure that there are no more than 12 digits in total.")]
    TooLarge,
}

impl Currency {
    /// `1999` → `"19.99"` (two digits), `"1999"` (none).
    #[must_use]
    pub fn show(&self, minor: i64) -> String {
        let unit = 10_u64.pow(self.digits);
        let sign = if minor < 0 { "-" } else { "" };
        let amount = minor.unsigned_abs();
        match self.digits {
            0 => format!("{sign}{amount}"),
            digits => format!("{sign}{}.{:0width$}", amount / unit, amount % unit, width = digits as usize),
        }
    }

    /// Reads a price: exact, not negative, not finer than the currency, at most [`LARGEST`]. Result in minor units.
    pub fn read(&self, text: &str) -> Result<i64, MoneyError> {
        let (whole, fraction, negative) = split(text).ok_or(MoneyError::NotANumber)?;
        let fraction = fraction.trim_end_matches('0');
        if fraction.len() > self.digits as usize {
            return Err(MoneyError::TooPrecise(self.digits));
        }
        let minor = scaled(whole, fraction, self.digits).ok_or(MoneyError::TooLarge)?;
        match minor {
            0 => Ok(0),
            _ if negative => Err(MoneyError::Negative),
            _ if minor > LARGEST => Err(MoneyError::TooLarge),
            _ => Ok(minor),
        }
    }

    /// Reads a bound for a price filter, of any precision and sign: the greatest amount not above it, and whether it
    /// is exactly that amount. Amounts too large to matter saturate.
    pub fn read_bound(&self, text: &str) -> Result<Bound, MoneyError> {
        let (whole, fraction, negative) = split(text).ok_or(MoneyError::NotANumber)?;
        let kept = fraction.len().min(self.digits as usize);
        let magnitude = scaled(whole, &fraction[..kept], self.digits).unwrap_or(i64::MAX / 2);
        let exact = fraction[kept..].bytes().all(|digit| digit == b'0');
        let floor = match (negative, exact) {
            (false, _) => magnitude,
            (true, true) => -magnitude,
            (true, false) => -magnitude - 1,
        };
        Ok(Bound { floor, exact })
    }
}

/// A filter's bound among whole minor units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bound {
    /// The greatest whole number of minor units not above the bound.
    pub floor: i64,
    /// Whether the bound is that very number.
    pub exact: bool,
}

impl Bound {
    /// The least amount `a` with `a >= bound`.
    #[must_use]
    pub const fn at_least(self) -> i64 {
        if self.exact { self.floor } else { self.floor + 1 }
    }

    /// The least amount `a` with `a > bound`.
    #[must_use]
    pub const fn above(self) -> i64 {
        self.floor + 1
    }

    /// The greatest amount `a` with `a <= bound`.
    #[must_use]
    pub const fn at_most(self) -> i64 {
        self.floor
    }

    /// The greatest amount `a` with `a < bound`.
    #[must_use]
    pub const fn below(self) -> i64 {
        if self.exact { self.floor - 1 } else { self.floor }
    }
}

/// Sign, whole digits and fraction digits of a plain decimal number; `None` for anything else (`1e5`, `NaN`, ``).
fn split(text: &str) -> Option<(&str, &str, bool)> {
    let text = text.trim();
    let (negative, digits) = match text.as_bytes().first()? {
        b'-' => (true, &text[1..]),
        b'+' => (false, &text[1..]),
        _ => (false, text),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let plain = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let some = !(whole.is_empty() && fraction.is_empty());
    (some && plain(whole) && plain(fraction) && text.len() <= 64).then_some((whole, fraction, negative))
}

/// `whole.fraction` in minor units; `None` when it overflows.
fn scaled(whole: &str, fraction: &str, digits: u32) -> Option<i64> {
    let whole: i64 = match whole.trim_start_matches('0') {
        "" => 0,
        number => number.parse().ok()?,
    };
    let padded = format!("{fraction:0<width$}", width = digits as usize);
    let fraction: i64 = if padded.is_empty() { 0 } else { padded.parse().ok()? };
    whole.checked_mul(10_i64.pow(digits))?.checked_add(fraction)
}

/// Price times quantity; `None` when it overflows.
#[must_use]
pub fn subtotal(unit_price: i64, quantity: i64) -> Option<i64> {
    unit_price.checked_mul(quantity)
}

/// The sum of amounts; `None` when it overflows.
#[must_use]
pub fn total(amounts: impl IntoIterator<Item = i64>) -> Option<i64> {
    amounts.into_iter().try_fold(0_i64, i64::checked_add)
}
