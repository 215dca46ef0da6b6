//! How far a round is, on one line of a terminal that is written over; nothing where the output is no terminal.

use super::history::Recorder;
use super::parts::Round;
use std::io::{IsTerminal, Write};

pub(super) struct Progress {
    name: String,
    shown: bool,
}

impl Progress {
    pub(super) fn of(round: Round) -> Self {
        Self { name: round.to_string(), shown: std::io::stderr().is_terminal() }
    }

    /// `kill-server on sqlite: 57 kills, 3,204 calls`
    pub(super) fn tell(&mut self, count: u64, of: &str, recorder: &Recorder) {
        self.say(&format!("{count} {of}, {} calls", thousands(recorder.count())));
    }

    pub(super) fn say(&mut self, far: &str) {
        if self.shown {
            eprint!("\r\x1b[K{}: {far}", self.name);
            let _ = std::io::stderr().flush();
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if self.shown {
            eprint!("\r\x1b[K");
        }
    }
}

/// `31204` as `31,204`.
pub(super) fn thousands(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::thousands;

    #[test]
    fn long_numbers_are_grouped() {
        assert_eq!([0, 999, 1_000, 31_204, 1_000_000].map(thousands), ["0", "999", "1,000", "31,204", "1,000,000"]);
    }
}
