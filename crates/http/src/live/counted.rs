//! Counts what is open, for as long as it is.

/// One open socket or stream in the gauge `oxcart_sockets`.
#[derive(Debug)]
pub(super) struct Counted(&'static str);

impl Counted {
    pub(super) fn open(kind: &'static str) -> Self {
        metrics::gauge!("oxcart_sockets", "kind" => kind).increment(1.0);
        Self(kind)
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        metrics::gauge!("oxcart_sockets", "kind" => self.0).decrement(1.0);
    }
}

/// Counts a socket or stream that the server ended, by the code it was told.
pub(super) fn closed(code: u16) {
    metrics::counter!("oxcart_sockets_closed_total", "code" => code.to_string()).increment(1);
}
