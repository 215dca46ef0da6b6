//! What `pgbench` does for each limit.

use super::CONNECTIONS;
use crate::bench::cases::Case;
use crate::bench::data::PRODUCTS;

/// A script, by how many clients it is run, and the products it is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Script {
    pub(super) sql: &'static str,
    pub(super) clients: usize,
    pub(super) products: u64,
}

impl Script {
    /// That of a case; nothing for one that is none of PostgreSQL's limits.
    pub(super) fn of(case: Case) -> Option<Self> {
        let all = Self { sql: include_str!("sql/order.sql"), clients: CONNECTIONS, products: PRODUCTS };
        let statement = include_str!("sql/statement.sql");
        match case {
            Case::PgbenchUpsert => Some(Self { sql: include_str!("sql/upsert.sql"), ..all }),
            Case::PgbenchOrder => Some(all),
            Case::PgbenchHot => Some(Self { products: 1, ..all }),
            Case::PgbenchStatement => Some(Self { sql: statement, clients: 1, ..all }),
            Case::PgbenchStatements => Some(Self { sql: statement, ..all }),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_limit_of_postgres_has_a_script() {
        for case in Case::all() {
            assert_eq!(Script::of(case).is_some(), case.needs_pgbench(), "{}", case.name());
        }
    }
}
