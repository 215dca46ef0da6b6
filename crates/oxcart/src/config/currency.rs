//! The currencies a shop can sell in, with how many digits their small unit has. Codes and digits
//! are those of ISO 4217; the two currencies with four digits (CLF, UYW) are units of account,
//! and nobody's shop prices.

/// A currency: its code and the digits after the point (2 for USD, 0 for JPY, 3 for KWD).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Currency {
    /// The ISO 4217 code, in upper case.
    pub code: &'static str,
    /// Digits after the point; one of 0, 2, 3.
    pub digits: u8,
}

const NO_DIGITS: &[&str] =
    &["BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "VND", "VUV", "XAF", "XOF", "XPF"];

const TWO_DIGITS: &[&str] = &[
    "AED", "AFN", "ALL", "AMD", "AOA", "ARS", "AUD", "AWG", "AZN", "BAM", "BBD", "BDT", "BGN", "BMD", "BND", "BOB",
    "BRL", "BSD", "BTN", "BWP", "BYN", "BZD", "CAD", "CDF", "CHF", "CNY", "COP", "CRC", "CUP", "CVE", "CZK", "DKK",
    "DOP", "DZD", "EGP", "ERN", "ETB", "EUR", "FJD", "FKP", "GBP", "GEL", "GHS", "GIP", "GMD", "GTQ", "GYD", "HKD",
    "HNL", "HTG", "HUF", "IDR", "ILS", "INR", "IRR", "JMD", "KES", "KGS", "KHR", "KPW", "KYD", "KZT", "LAK", "LBP",
    "LKR", "LRD", "LSL", "MAD", "MDL", "MGA", "MKD", "MMK", "MNT", "MOP", "MRU", "MUR", "MVR", "MWK", "MXN", "MYR",
    "MZN", "NAD", "NGN", "NIO", "NOK", "NPR", "NZD", "PAB", "PEN", "PGK", "PHP", "PKR", "PLN", "QAR", "RON", "RSD",
    "RUB", "SAR", "SBD", "SCR", "SDG", "SEK", "SGD", "SHP", "SLE", "SOS", "SRD", "SSP", "STN", "SVC", "SYP", "SZL",
    "THB", "TJS", "TMT", "TOP", "TRY", "TTD", "TWD", "TZS", "UAH", "USD", "UYU", "UZS", "VES", "WST", "XCD", "XCG",
    "YER", "ZAR", "ZMW", "ZWG",
];

const THREE_DIGITS: &[&str] = &["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"];

/// The currency of this code, in any case.
pub fn find(code: &str) -> Option<Currency> {
    let tables = [(0, NO_DIGITS), (2, TWO_DIGITS), (3, THREE_DIGITS)];
    tables.into_iter().find_map(|(digits, codes)| {
        let code = codes.iter().find(|known| known.eq_ignore_ascii_case(code))?;
        Some(Currency { code, digits })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_currency_brings_the_digits_of_its_small_unit() {
        for (code, digits) in [("USD", 2), ("eur", 2), ("JPY", 0), ("KWD", 3)] {
            let found = find(code).map(|currency| (currency.code.to_owned(), currency.digits));
            assert_eq!(found, Some((code.to_uppercase(), digits)));
        }
        assert_eq!(find("EURO"), None);
        assert_eq!(find("XXX"), None);
    }
}
