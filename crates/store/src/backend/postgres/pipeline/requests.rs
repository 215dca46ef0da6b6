//! From the driver to the server: what each message is, and which Syncs are left out.

use super::{Due, length};
use bytes::BytesMut;
use std::collections::VecDeque;

/// What goes from the driver to the server.
#[derive(Default)]
pub(super) struct Requests {
    /// What the driver wrote and is not a whole message yet.
    pub(super) unread: BytesMut,
    /// What is to be sent, once nothing is held back.
    pub(super) ready: BytesMut,
    begun: bool,
    pub(super) holds: bool,
    /// What there is since the last Sync.
    since: Since,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Since {
    #[default]
    Nothing,
    /// Messages none of which executes a statement, so nothing tells the end of its answers but the one to the Sync.
    Messages,
    Execution,
}

impl Requests {
    /// Reads all messages that are complete; notes what is due for each Sync.
    pub(super) fn read(&mut self, due: &mut VecDeque<Due>) {
        // The first message has no tag.
        if !self.begun
            && let Some(length) = length(&self.unread)
            && self.unread.len() >= length
        {
            self.begun = true;
            self.ready.extend_from_slice(&self.unread.split_to(length));
            due.push_back(Due::Sent);
        }
        while self.begun
            && let Some(length) = self.unread.get(1..).and_then(length)
            && self.unread.len() > length
        {
            let message = self.unread.split_to(length + 1);
            if self.note(message[0], due) {
                self.ready.extend_from_slice(&message);
            }
        }
    }

    /// Whether a message goes to the server.
    fn note(&mut self, tag: u8, due: &mut VecDeque<Due>) -> bool {
        let (since, held) = (self.since, self.holds);
        self.since = match tag {
            b'E' => Since::Execution,
            // Passwords, and queries that end by themselves.
            b'S' | b'p' | b'Q' => Since::Nothing,
            _ if since == Since::Execution => since,
            _ => Since::Messages,
        };
        due.extend(match (tag, since) {
            (b'S', Since::Nothing) => {
                self.holds = !held;
                Some(if held { Due::Sent } else { Due::Opening })
            }
            (b'S', Since::Execution) if held => Some(Due::Left),
            (b'S' | b'Q', _) => Some(Due::Sent),
            _ => None,
        });
        // Whoever says farewell waits for nothing.
        self.holds &= tag != b'X';
        tag != b'S' || due.back() == Some(&Due::Sent)
    }
}
