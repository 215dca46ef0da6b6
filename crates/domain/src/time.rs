//! Instants as the shop stores and shows them: microseconds since 1970 in UTC, ISO 8601 with `Z` outside.

use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// An instant: microseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(pub i64);

impl Timestamp {
    /// `2026-11-23T08:42:09.123456Z`; without the fraction when it is zero, as Django REST Framework prints it.
    /// Instants outside the years 0–9999 (none the shop makes) are shown as the epoch.
    #[must_use]
    pub fn iso(self) -> String {
        let nanos = i128::from(self.0) * 1_000;
        let at = OffsetDateTime::from_unix_timestamp_nanos(nanos).unwrap_or(OffsetDateTime::UNIX_EPOCH);
        let (date, time) = (at.date(), at.time());
        let seconds = format!(
            "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}",
            date.year(),
            u8::from(date.month()),
            date.day(),
            time.hour(),
            time.minute(),
            time.second()
        );
        match time.microsecond() {
            0 => format!("{seconds}Z"),
            fraction => format!("{seconds}.{fraction:06}Z"),
        }
    }

    /// Reads an ISO 8601 instant or date: `2026-11-23T08:42:09Z`, with an offset, without one (UTC), or the bare day
    /// (its first instant). `None` when it is neither.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim().replacen(' ', "T", 1);
        let full = match text.len() {
            10 => format!("{text}T00:00:00Z"),
            _ if text.ends_with('Z') || text.get(10..).is_some_and(|rest| rest.contains(['+', '-'])) => text,
            _ => format!("{text}Z"),
        };
        let at = OffsetDateTime::parse(&full, &Rfc3339).ok()?;
        i64::try_from(at.unix_timestamp_nanos() / 1_000).ok().map(Self)
    }

    /// Whole seconds since 1970.
    #[must_use]
    pub const fn seconds(self) -> i64 {
        self.0.div_euclid(1_000_000)
    }

    /// This instant moved by so many seconds; saturates at the ends of the range.
    #[must_use]
    pub const fn plus_seconds(self, seconds: i64) -> Self {
        Self(self.0.saturating_add(seconds.saturating_mul(1_000_000)))
    }
}

#[cfg(test)]
mod tests {
    use super::Timestamp;

    #[test]
    fn instants_are_shown_as_django_rest_framework_shows_them() {
        assert_eq!(Timestamp(0).iso(), "1970-01-01T00:00:00Z");
        assert_eq!(Timestamp(1_700_000_000_000_042).iso(), "2023-11-14T22:13:20.000042Z");
    }

    #[test]
    fn what_is_shown_reads_back() {
        for micros in [0, 1, 1_700_000_000_123_456, 999_999] {
            assert_eq!(Timestamp::parse(&Timestamp(micros).iso()), Some(Timestamp(micros)));
        }
        assert_eq!(Timestamp::parse("2023-11-14"), Timestamp::parse("2023-11-14T00:00:00+00:00"));
        assert_eq!(Timestamp::parse("2023-11-14T01:00:00+01:00"), Timestamp::parse("2023-11-14"));
        assert_eq!(Timestamp::parse("yesterday"), None);
    }
}
