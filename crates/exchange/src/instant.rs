//! Instants as Django writes them (ISO 8601), to microseconds since 1970-01-01 UTC and back.

use time::format_description::well_known::Iso8601;
use time::{Date, OffsetDateTime, PrimitiveDateTime, UtcOffset};

/// Reads an instant: `2024-05-01T10:00:00Z`, with an offset, with or without fractions of a second, with a
/// blank in place of the `T`; one without an offset is UTC, a bare date is its midnight in UTC.
/// Parts below a microsecond are cut. `None` when it is none of these.
pub fn parse_micros(text: &str) -> Option<i64> {
    let mut text = text.trim().to_owned();
    if text.as_bytes().get(10) == Some(&b' ') {
        text.replace_range(10..11, "T");
    }
    let moment = OffsetDateTime::parse(&text, &Iso8601::PARSING)
        .or_else(|_| PrimitiveDateTime::parse(&text, &Iso8601::PARSING).map(PrimitiveDateTime::assume_utc))
        .or_else(|_| Date::parse(&text, &Iso8601::PARSING).map(|date| date.midnight().assume_utc()))
        .ok()?;
    i64::try_from(moment.unix_timestamp_nanos().div_euclid(1000)).ok()
}

/// Writes an instant as `2024-05-01T10:00:00Z`, or with six decimals when it has a fraction of a second.
/// An instant outside the years 0 to 9999, which ISO 8601 has no plain form for, is moved to the nearer end.
pub fn format_micros(micros: i64) -> String {
    let moment = OffsetDateTime::from_unix_timestamp_nanos(i128::from(micros) * 1000)
        .ok()
        .filter(|moment| moment.year() >= 0)
        .unwrap_or(if micros < 0 { YEAR_0 } else { END_OF_9999 })
        .to_offset(UtcOffset::UTC);
    let (date, (hour, minute, second, micro)) = (moment.date(), moment.time().as_hms_micro());
    let (year, month, day) = (date.year(), u8::from(date.month()), date.day());
    let fraction = if micro == 0 { String::new() } else { format!(".{micro:06}") };
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}{fraction}Z")
}

const YEAR_0: OffsetDateTime = time::macros::datetime!(0000-01-01 00:00 UTC);
const END_OF_9999: OffsetDateTime = time::macros::datetime!(9999-12-31 23:59:59.999999 UTC);

#[cfg(test)]
mod tests {
    use super::{format_micros, parse_micros};
    use proptest::prelude::*;

    #[test]
    fn the_forms_django_writes_are_read() {
        let ten_oclock = 1_714_557_600_000_000;
        let cases = [
            ("2024-05-01T10:00:00Z", ten_oclock),
            ("2024-05-01T10:00:00", ten_oclock),
            ("2024-05-01 10:00:00+00:00", ten_oclock),
            ("2024-05-01T15:30:00+05:30", ten_oclock),
            ("2024-05-01T10:00:00.123Z", ten_oclock + 123_000),
            ("2024-05-01T10:00:00.123456", ten_oclock + 123_456),
            ("2024-05-01 10:00:00.123456+00:00", ten_oclock + 123_456),
            ("2024-05-01", ten_oclock - 36_000_000_000),
            ("1969-12-31T23:59:59.999999Z", -1),
        ];
        for (text, micros) in cases {
            assert_eq!(parse_micros(text), Some(micros), "{text}");
        }
        for text in ["", "yesterday", "2024-13-01T00:00:00Z", "01/05/2024", "10:00:00", "2024-05-01T25:00:00Z"] {
            assert_eq!(parse_micros(text), None, "{text:?} is no instant");
        }
    }

    proptest! {
        #[test]
        fn a_written_instant_reads_back(micros in -62_000_000_000_000_000_i64..=253_402_300_799_999_999) {
            let text = format_micros(micros);
            prop_assert_eq!(parse_micros(&text), Some(micros), "{}", text);
        }

        #[test]
        fn any_number_can_be_written(micros: i64) {
            prop_assert!(parse_micros(&format_micros(micros)).is_some());
        }
    }
}
