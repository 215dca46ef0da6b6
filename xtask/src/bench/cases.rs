//! The cases: what is asked over and over, of the shop and of what it is compared with.

/// One thing that is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Case {
    List,
    Filters,
    Deep,
    Last,
    Count,
    Product,
    ProductHot,
    CartAdd,
    CartRead,
    CartReadSession,
    Order,
    OrderSession,
    OrderHot,
    OrderAlone,
    Sockets,
    Login,
    BareList,
    BareProduct,
    BareCart,
    PgbenchUpsert,
    PgbenchOrder,
    PgbenchHot,
    PgbenchStatement,
    PgbenchStatements,
}

/// A case with its name on the command line and in JSON, and what is done, for the table.
type Entry = (Case, &'static str, &'static str);

/// Every case, in the order of the table.
const CASES: [Entry; 24] = [
    (Case::List, "list", "product list, page 1"),
    (Case::Filters, "filters", "product list, thousands of different filters"),
    (Case::Deep, "deep", "product list, pages 300 to 415 of 417"),
    (Case::Last, "last", "product list, the last page"),
    (Case::Count, "count", "product list, one entry and the count"),
    (Case::Product, "product", "one product, any of them"),
    (Case::ProductHot, "product-hot", "one product, the same for all"),
    (Case::CartAdd, "cart-add", "add to cart, account"),
    (Case::CartRead, "cart-read", "read cart of 5 lines, account"),
    (Case::CartReadSession, "cart-read-session", "read cart of 5 lines, session"),
    (Case::Order, "order", "add to cart + place order, account"),
    (Case::OrderSession, "order-session", "add to cart + place order, session"),
    (Case::OrderHot, "order-hot", "add to cart + place order, all one product"),
    (Case::OrderAlone, "order-alone", "place order, one caller alone"),
    (Case::Sockets, "sockets", "orders, told to one of 1,000 open sockets"),
    (Case::Login, "login", "log in"),
    (Case::BareList, "bare-list", "bare handler, bytes of list page 1"),
    (Case::BareProduct, "bare-product", "bare handler, bytes of one product"),
    (Case::BareCart, "bare-cart", "bare handler, bytes of a cart of 5 lines"),
    (Case::PgbenchUpsert, "pgbench-upsert", "pgbench, a cart line put or raised"),
    (Case::PgbenchOrder, "pgbench-order", "pgbench, an order's least SQL, any product"),
    (Case::PgbenchHot, "pgbench-hot", "pgbench, an order's least SQL, one product"),
    (Case::PgbenchStatement, "pgbench-statement", "pgbench, an order in one statement, one client"),
    (Case::PgbenchStatements, "pgbench-statements", "pgbench, an order in one statement, 64 clients"),
];

impl Case {
    /// Every case, in the order of the table.
    pub(super) fn all() -> impl Iterator<Item = Self> {
        CASES.iter().map(|(case, _, _)| *case)
    }

    /// Its name on the command line and in JSON.
    pub(super) fn name(self) -> &'static str {
        self.entry().1
    }

    /// What is done, for the table.
    pub(super) fn what(self) -> &'static str {
        self.entry().2
    }

    /// Whether it is no request to the shop but what the machine does at best.
    pub(super) fn is_limit(self) -> bool {
        self.is_bare() || self.needs_pgbench()
    }

    pub(super) fn is_bare(self) -> bool {
        matches!(self, Self::BareList | Self::BareProduct | Self::BareCart)
    }

    pub(super) fn needs_pgbench(self) -> bool {
        matches!(
            self,
            Self::PgbenchUpsert
                | Self::PgbenchOrder
                | Self::PgbenchHot
                | Self::PgbenchStatement
                | Self::PgbenchStatements
        )
    }

    /// A test holds that each stands at its own place.
    fn entry(self) -> &'static Entry {
        &CASES[self as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_case_is_found_at_its_place_and_by_a_name_of_its_own() {
        for case in Case::all() {
            assert_eq!(case.entry().0, case, "the table is in another order than the cases");
            let namesakes = Case::all().filter(|other| other.name() == case.name()).count();
            assert_eq!(namesakes, 1, "{}", case.name());
        }
    }
}
