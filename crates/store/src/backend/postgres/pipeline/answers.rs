//! From the server to the driver: what it answered, and what it would have answered to the Syncs that were left out.

use super::{Due, HEAD, length};
use bytes::{BufMut as _, BytesMut};
use std::collections::VecDeque;
use std::io;

/// `ReadyForQuery`, in a transaction, and in one that failed.
pub(super) const READY: &[u8] = b"Z\0\0\0\x05T";
pub(super) const READY_FAILED: &[u8] = b"Z\0\0\0\x05E";
/// What the server says itself of statements in a transaction that failed, field by field.
pub(super) const PASSED_OVER: &[u8] =
    b"SERROR\0VERROR\0C25P02\0Mcurrent transaction is aborted, an earlier statement failed\0\0";

/// What goes from the server to the driver.
#[derive(Default)]
pub(super) struct Answers {
    /// What came and is not a whole message yet.
    pub(super) unread: BytesMut,
    /// What the driver may read.
    pub(super) ready: BytesMut,
    pub(super) due: VecDeque<Due>,
    /// Whether a statement failed after which the server passes over all others up to the next Sync.
    failed: bool,
}

impl Answers {
    /// Reads all messages that are complete, and adds the answers to what was left out.
    pub(super) fn read(&mut self) -> io::Result<()> {
        self.add();
        while let Some(length) = self.unread.get(1..).and_then(length)
            && self.unread.len() > length
        {
            let message = self.unread.split_to(length + 1);
            self.ready.extend_from_slice(&message);
            let left = self.due.front() == Some(&Due::Left);
            match message[0] {
                b'Z' if self.due.pop_front() != Some(Due::Sent) => {
                    return Err(io::Error::new(io::ErrorKind::InvalidData, "an answer to a Sync that was not sent"));
                }
                b'Z' => self.failed = false,
                b'C' | b'I' | b's' if left => self.end(READY),
                b'E' if left => {
                    self.failed = true;
                    self.end(READY_FAILED);
                }
                _ => {}
            }
            self.add();
        }
        Ok(())
    }

    /// Ends the answers to a statement whose Sync was left out.
    fn end(&mut self, ready: &[u8]) {
        self.ready.extend_from_slice(ready);
        self.due.pop_front();
    }

    /// Answers what the server will not.
    fn add(&mut self) {
        loop {
            match self.due.front() {
                Some(Due::Opening) => self.end(READY),
                Some(Due::Left) if self.failed => {
                    self.ready.put_u8(b'E');
                    self.ready.put_u32((HEAD - 1 + PASSED_OVER.len()) as u32);
                    self.ready.extend_from_slice(PASSED_OVER);
                    self.end(READY_FAILED);
                }
                _ => return,
            }
        }
    }
}
