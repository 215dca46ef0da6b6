//! The faults: each is one or two small edits of the sources that make a promise of the shop false, and the round in
//! which that must come out. A text to be replaced occurs exactly once in its file; a test says so when it no longer does.

use crate::torture::parts::Part;
use testkit::Setup;

/// A shop that is wrong in one way.
#[derive(Clone, Copy, Debug)]
pub(in super::super) struct Fault {
    /// On the command line.
    pub(super) name: &'static str,
    /// What is wrong with it.
    pub(super) wrong: &'static str,
    pub(super) edits: &'static [Edit],
    /// The round that must find it out: what is done, on what, with how many instances, how much of it.
    pub(super) round: (Part, Setup, usize, u64),
}

/// One text for another.
#[derive(Clone, Copy, Debug)]
pub(super) struct Edit {
    /// From the top of the project.
    pub(super) file: &'static str,
    pub(super) find: &'static str,
    pub(super) replace: &'static str,
}

const fn edit(file: &'static str, find: &'static str, replace: &'static str) -> Edit {
    Edit { file, find, replace }
}

const ORDER_RULES: &str = "crates/domain/src/order.rs";
const SCHEMA: &str = "crates/store/migrations/sqlite/V0001__shop.sql";
const CARTS: &str = "crates/store/src/cart/batch.rs";
const STOCK: &str = "crates/store/src/stock.rs";
const ORDERS: &str = "crates/store/src/order/mod.rs";
const PLACING: &str = "crates/store/src/order/place.rs";
const STEPS: &str = "crates/app/src/order/step.rs";
const BACKEND: &str = "crates/store/src/backend/mod.rs";
const POSTGRES_TX: &str = "crates/store/src/backend/postgres/transaction.rs";

const QUIET: (Part, Setup, usize, u64) = (Part::Quiet, Setup::Sqlite, 1, 4);
const QUIET_ON_THREE: (Part, Setup, usize, u64) = (Part::Quiet, Setup::PostgresRedis, 3, 6);

/// All of them.
#[rustfmt::skip] // one entry, one shape
pub(super) const FAULTS: &[Fault] = &[
    Fault {
        name: "oversold",
        wrong: "orders are placed whatever the stock is, and the database does not refuse them either",
        edits: &[
            edit(ORDER_RULES, "line.quantity > line.stock;", "line.quantity > line.stock + 1_000_000;"),
            edit(SCHEMA, " CONSTRAINT variants_stock_not_negative CHECK (stock >= 0)", ""),
            edit(SCHEMA, " CHECK (level >= 0)", ""),
        ],
        round: QUIET,
    },
    Fault {
        name: "refused-too-late",
        wrong: "orders are placed whatever the stock is, and only the database refuses them",
        edits: &[edit(ORDER_RULES, "line.quantity > line.stock;", "line.quantity > line.stock + 1_000_000;")],
        round: QUIET,
    },
    Fault {
        name: "stock-unlocked",
        wrong: "stock is read without a lock before it is taken",
        edits: &[edit(CARTS, "\" ORDER BY p.id, v.id FOR NO KEY UPDATE OF p, v\"", "\" ORDER BY p.id, v.id\"")],
        round: QUIET_ON_THREE,
    },
    Fault {
        name: "cart-unlocked",
        wrong: "carts are read without a lock before they become orders",
        edits: &[edit(CARTS, "\" ORDER BY id FOR NO KEY UPDATE\"", "\" ORDER BY id\"")],
        round: QUIET_ON_THREE,
    },
    Fault {
        name: "cart-not-emptied",
        wrong: "a cart that became an order stays full",
        edits: &[edit(CARTS, "Statement::new(clearing, params![cart_ids.to_vec()])", "Statement::new(clearing, params![Vec::<i64>::new()])")],
        round: QUIET,
    },
    Fault {
        name: "order-without-event",
        wrong: "an order is placed and nobody is told",
        edits: &[edit(PLACING, "appending(&tx, events, at)", "appending(&tx, &events[..0], at)")],
        round: QUIET,
    },
    Fault {
        name: "lines-lost",
        wrong: "of an order only the first line is saved",
        edits: &[edit(PLACING, "zip(&order.lines)", "zip(order.lines.iter().take(1))")],
        round: QUIET,
    },
    Fault {
        name: "movement-lost",
        wrong: "of an order's movements the first is not in the ledger",
        edits: &[edit(STOCK, "recording(taken.iter().map(row).collect())", "recording(taken.iter().skip(1).map(row).collect())")],
        round: QUIET,
    },
    Fault {
        name: "restocked-twice",
        wrong: "a cancelled order gives back twice what it took",
        edits: &[edit(STEPS, "map(|line| (line.variant_id, line.quantity))", "map(|line| (line.variant_id, line.quantity * 2))")],
        round: QUIET,
    },
    Fault {
        name: "order-unlocked",
        wrong: "orders are read without a lock before they are moved on",
        edits: &[edit(ORDERS, "\"WHERE o.id = $1 FOR UPDATE\"", "\"WHERE o.id = $1\"")],
        round: QUIET_ON_THREE,
    },
    Fault {
        name: "state-backward",
        wrong: "orders may go back to where they were",
        edits: &[edit(ORDER_RULES, "_ => next > self,", "_ => next != self,")],
        round: QUIET,
    },
    Fault {
        name: "others-unseen",
        wrong: "an instance does not look whether others have changed something",
        edits: &[edit("crates/app/src/live/ahead.rs", "Ok(!app.live.compared(", "Ok(true || !app.live.compared(")],
        round: QUIET_ON_THREE,
    },
    Fault {
        name: "key-forgotten",
        wrong: "what was answered under an Idempotency-Key is not kept",
        edits: &[edit(PLACING, "answers.iter().map(|(key, kept)|", "answers.iter().take(0).map(|(key, kept)|")],
        round: QUIET,
    },
    Fault {
        name: "acknowledged-before-committed",
        wrong: "orders are acknowledged a moment before they are committed",
        edits: &[edit(BACKEND, "        let ending = tokio::spawn(self.end(last));\n", "        if last.len() > 6 {\n            tokio::spawn(async move {\n                tokio::time::sleep(std::time::Duration::from_millis(30)).await;\n                let _ = self.end(last).await;\n            });\n            return Ok(vec![]);\n        }\n        let ending = tokio::spawn(self.end(last));\n")],
        round: (Part::ServerKilled, Setup::Sqlite, 1, 15),
    },
    Fault {
        name: "acknowledged-before-durable",
        wrong: "PostgreSQL acknowledges what it has not written to its log",
        edits: &[edit("crates/store/src/backend/postgres/connect.rs", "-c jit=off", "-c jit=off -c synchronous_commit=off")],
        round: (Part::PostgresKilled, Setup::Postgres, 1, 15),
    },
    Fault {
        name: "lost-race-given-up",
        wrong: "a transaction that lost a race is not run again",
        edits: &[edit("crates/store/src/retry.rs", "attempt < ATTEMPTS =>", "attempt < ATTEMPTS - 7 =>")],
        round: (Part::Failures, Setup::Postgres, 1, 1),
    },
    Fault {
        name: "failed-commit-believed",
        wrong: "a COMMIT that the server refused counts as one",
        edits: &[edit(POSTGRES_TX, "Ok(Err(failed)) => Err(unknown(failed.error)),", "Ok(Err(_)) => Ok(vec![]),")],
        round: (Part::Failures, Setup::Postgres, 1, 1),
    },
];

#[cfg(test)]
mod tests {
    use super::FAULTS;
    use crate::tool;

    #[test]
    fn every_planted_fault_still_applies() {
        for fault in FAULTS {
            for edit in fault.edits {
                let text = std::fs::read_to_string(tool::root().join(edit.file)).expect(edit.file);
                if let Err(why) = edit.apply(&text) {
                    panic!("{}: {why}. Mend the fault in xtask/src/torture/planted/faults.rs", fault.name);
                }
            }
        }
    }

    #[test]
    fn every_fault_has_a_name_of_its_own_and_fits_its_set_up() {
        let mut names: Vec<_> = FAULTS.iter().map(|fault| fault.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), FAULTS.len());
        assert!(FAULTS.len() >= 10, "ten faults at least are what the checkers' word is worth");
        for fault in FAULTS {
            let (part, setup, ..) = fault.round;
            assert!(part.fits(setup), "{}", fault.name);
        }
    }
}
