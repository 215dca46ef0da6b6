//! Hand-made histories, in few words. Instants are in ms; a call takes one.

pub(super) use crate::torture::history::{Asked, Books, Call, History, Kept, Movement, Outcome, Status, Told, Units};

impl History {
    pub(super) fn of(calls: impl IntoIterator<Item = Call>) -> Self {
        Self { calls: calls.into_iter().collect(), ..Self::default() }
    }

    pub(super) fn with_books(mut self, books: Books) -> Self {
        self.books = books;
        self
    }
}

/// A call that was done, and told nothing.
pub(super) fn call(process: usize, at: u64, asked: Asked) -> Call {
    let outcome = Outcome::Ok(Told::Done);
    Call { process, instance: 0, invoked: at * 1000, returned: (at + 1) * 1000, asked, key: None, outcome }
}

pub(super) fn place(process: usize, at: u64) -> Call {
    call(process, at, Asked::Place)
}

pub(super) fn add(process: usize, at: u64, product: i64, quantity: i64) -> Call {
    call(process, at, Asked::Add { product, quantity })
}

pub(super) fn look(at: u64, product: i64, level: i64) -> Call {
    told(call(9, at, Asked::Look { product }), Told::Level(level))
}

pub(super) fn told(call: Call, told: Told) -> Call {
    Call { outcome: Outcome::Ok(told), ..call }
}

/// This order was placed, of so many units of product 1.
pub(super) fn placed(call: Call, order: i64, units: i64) -> Call {
    told(call, Told::Placed { order, units: of(units) })
}

pub(super) fn failed(call: Call, status: u16) -> Call {
    Call { outcome: Outcome::Fail(status), ..call }
}

pub(super) fn lost(call: Call, status: Option<u16>) -> Call {
    Call { outcome: Outcome::Unknown(status, "gone".into()), ..call }
}

/// So many units of product 1.
pub(super) fn of(units: i64) -> Units {
    Units::from([(1, units)])
}

pub(super) fn kept(process: usize, units: i64) -> Kept {
    Kept { process: Some(process), status: Status::Pending, units: of(units) }
}

pub(super) fn moved(delta: i64, level: i64, reason: &str, order: Option<i64>) -> Movement {
    Movement { product: 1, delta, level, reason: reason.into(), order }
}
