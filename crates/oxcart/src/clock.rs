//! The machine's clock and randomness. Everything else gets time and random bytes handed in, so
//! that tests can choose them; this is the one place that asks the machine.

use std::time::{SystemTime, UNIX_EPOCH};

use rand::TryRng;
use rand::rngs::SysRng;

/// Microseconds since 1970 UTC; negative on a clock set before that.
#[allow(clippy::disallowed_methods, reason = "the machine's clock is read here and nowhere else")]
pub fn now_micros() -> i64 {
    let micros = |span: std::time::Duration| i64::try_from(span.as_micros()).unwrap_or(i64::MAX);
    match SystemTime::now().duration_since(UNIX_EPOCH) {
        Ok(since) => micros(since),
        Err(before) => -micros(before.duration()),
    }
}

/// Fills the buffer with random bytes from the operating system, fit for secrets.
///
/// # Panics
/// When the system has no randomness to give: a shop that went on would hand out keys and tokens
/// that can be guessed.
pub fn fill(bytes: &mut [u8]) {
    SysRng.try_fill_bytes(bytes).expect("the operating system gives random bytes");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clock_counts_microseconds() {
        let in_2020 = 1_577_836_800_000_000;
        let in_2200 = 7_258_118_400_000_000;
        assert!((in_2020..in_2200).contains(&now_micros()), "{} is no microsecond", now_micros());
    }

    #[test]
    fn random_bytes_do_not_repeat() {
        let (mut first, mut second) = ([0; 32], [0; 32]);
        fill(&mut first);
        fill(&mut second);
        assert_ne!(first, second);
    }
}
