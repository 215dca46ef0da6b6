//! The format of server-sent events: bytes in, messages out, as a browser's `EventSource` reads them.

/// One block of the stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// The `id` of this block, if it has one.
    pub id: Option<String>,
    /// `message` when the block names no other type. Empty for a block without data: a browser shows
    /// no event for it, but keeps its `id`.
    pub event: String,
    /// Its lines of data, joined.
    pub data: String,
}

/// Collects bytes and takes whole blocks out of them. Comments are skipped.
#[derive(Debug, Default)]
pub(super) struct Parser {
    bytes: Vec<u8>,
    id: Option<String>,
    event: String,
    data: Vec<String>,
    /// The last `retry`, in milliseconds.
    pub(super) retry: Option<u64>,
}

impl Parser {
    pub(super) fn push(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    /// The next whole block that holds an id or data.
    pub(super) fn next(&mut self) -> Option<Message> {
        while let Some(line) = self.line() {
            if !line.is_empty() {
                self.field(&line);
                continue;
            }
            let (id, event, data) = (self.id.take(), std::mem::take(&mut self.event), std::mem::take(&mut self.data));
            match (data.is_empty(), id) {
                (true, None) => {}
                (true, id) => return Some(Message { id, event: String::new(), data: String::new() }),
                (false, id) => {
                    let event = if event.is_empty() { "message".to_owned() } else { event };
                    return Some(Message { id, event, data: data.join("\n") });
                }
            }
        }
        None
    }

    /// A line without its end, which is LF, CR or both.
    fn line(&mut self) -> Option<String> {
        let end = self.bytes.iter().position(|byte| matches!(byte, b'\n' | b'\r'))?;
        let length = match (self.bytes[end], self.bytes.get(end + 1)) {
            // Whether an LF follows is not known yet.
            (b'\r', None) => return None,
            (b'\r', Some(b'\n')) => 2,
            _ => 1,
        };
        let line = String::from_utf8_lossy(&self.bytes[..end]).into_owned();
        self.bytes.drain(..end + length);
        Some(line)
    }

    fn field(&mut self, line: &str) {
        let (name, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value).to_owned();
        match name {
            "id" => self.id = Some(value),
            "event" => self.event = value,
            "data" => self.data.push(value),
            "retry" => self.retry = value.parse().ok(),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(id: Option<&str>, event: &str, data: &str) -> Message {
        Message { id: id.map(str::to_owned), event: event.to_owned(), data: data.to_owned() }
    }

    #[test]
    fn blocks_are_read_however_the_bytes_arrive() {
        let text = "retry: 2000\n\n: a comment\n\nevent: ready\nid: 4\ndata: {}\n\nid:5\r\ndata: a\r\ndata:b\r\n\r\n\
                    id: 6\n\ndata\n\ndata: é\n\ndata: unfinished\n";
        let expected = [
            message(Some("4"), "ready", "{}"),
            message(Some("5"), "message", "a\nb"),
            message(Some("6"), "", ""),
            message(None, "message", ""),
            message(None, "message", "é"),
        ];
        for size in 1..=text.len() {
            let mut parser = Parser::default();
            let mut got = vec![];
            for bytes in text.as_bytes().chunks(size) {
                parser.push(bytes);
                got.extend(std::iter::from_fn(|| parser.next()));
            }
            assert_eq!(got, expected, "read in pieces of {size}");
            assert_eq!(parser.retry, Some(2000), "read in pieces of {size}");
        }
    }
}
