//! Physical line numbers. The CSV parser counts lines differently after blank lines and CRLF, so this
//! notes on the way in where each line with something on it begins; a record begins on the first such
//! line at or after the place where the parser began to look for it.

use std::collections::VecDeque;
use std::io::{self, Read};

/// Passes bytes through and remembers the beginnings of lines that were not asked for yet.
pub(super) struct Lines<R> {
    inner: R,
    offset: u64,
    line: u64,
    at_line_start: bool,
    after_cr: bool,
    starts: VecDeque<(u64, u64)>,
}

impl<R> Lines<R> {
    pub(super) fn new(inner: R) -> Self {
        Self { inner, offset: 0, line: 1, at_line_start: true, after_cr: false, starts: VecDeque::new() }
    }

    /// The line, from 1, of the record the parser began to look for at byte `offset`. Offsets may only grow.
    pub(super) fn at(&mut self, offset: u64) -> u64 {
        while self.starts.front().is_some_and(|(start, _)| *start < offset) {
            self.starts.pop_front();
        }
        self.starts.front().map_or(self.line, |(_, line)| *line)
    }

    fn note(&mut self, byte: u8) {
        match byte {
            b'\n' if self.after_cr => {}
            b'\n' | b'\r' => {
                self.line += 1;
                self.at_line_start = true;
            }
            _ if self.at_line_start => {
                self.starts.push_back((self.offset, self.line));
                self.at_line_start = false;
            }
            _ => {}
        }
        self.after_cr = byte == b'\r';
        self.offset += 1;
    }
}

impl<R: Read> Read for Lines<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        for byte in &buffer[..count] {
            self.note(*byte);
        }
        Ok(count)
    }
}
