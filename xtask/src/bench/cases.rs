//! The cases: what is asked over and over, and which limit it is compared with.

/// One thing that is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Case {
    List,
    Filters,
    Deep,
    Count,
    Product,
    CartAdd,
    CartRead,
    CartReadSession,
    Order,
    OrderSession,
    OrderHot,
    Login,
    BareList,
    BareProduct,
    PgbenchOrder,
    PgbenchHot,
}

impl Case {
    /// Every case, in the order of the table.
    pub(super) const ALL: [Self; 16] = [
        Self::List,
        Self::Filters,
        Self::Deep,
        Self::Count,
        Self::Product,
        Self::CartAdd,
        Self::CartRead,
        Self::CartReadSession,
        Self::Order,
        Self::OrderSession,
        Self::OrderHot,
        Self::Login,
        Self::BareList,
        Self::BareProduct,
        Self::PgbenchOrder,
        Self::PgbenchHot,
    ];

    /// Its name on the command line and in JSON.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::List => "list",
            Self::Filters => "filters",
            Self::Deep => "deep",
            Self::Count => "count",
            Self::Product => "product",
            Self::CartAdd => "cart-add",
            Self::CartRead => "cart-read",
            Self::CartReadSession => "cart-read-session",
            Self::Order => "order",
            Self::OrderSession => "order-session",
            Self::OrderHot => "order-hot",
            Self::Login => "login",
            Self::BareList => "bare-list",
            Self::BareProduct => "bare-product",
            Self::PgbenchOrder => "pgbench-order",
            Self::PgbenchHot => "pgbench-hot",
        }
    }

    /// What is done, for the table.
    pub(super) fn what(self) -> &'static str {
        match self {
            Self::List => "product list, page 1",
            Self::Filters => "product list, thousands of different filters",
            Self::Deep => "product list, pages 300 to 415 of 417",
            Self::Count => "product list, one entry and the count",
            Self::Product => "one product, any of them",
            Self::CartAdd => "add to cart, account",
            Self::CartRead => "read cart of 5 lines, account",
            Self::CartReadSession => "read cart of 5 lines, session",
            Self::Order => "add to cart + place order, account",
            Self::OrderSession => "add to cart + place order, session",
            Self::OrderHot => "the same by accounts, all one product",
            Self::Login => "log in",
            Self::BareList => "bare handler, bytes of list page 1",
            Self::BareProduct => "bare handler, bytes of one product",
            Self::PgbenchOrder => "pgbench, an order's least SQL, any product",
            Self::PgbenchHot => "pgbench, the same, all one product",
        }
    }

    /// The limit it is compared with; on SQLite there is none for orders.
    pub(super) fn limit(self) -> Option<Self> {
        match self {
            Self::List => Some(Self::BareList),
            Self::Product => Some(Self::BareProduct),
            Self::Order | Self::OrderSession => Some(Self::PgbenchOrder),
            Self::OrderHot => Some(Self::PgbenchHot),
            _ => None,
        }
    }

    /// Whether it is no request to the shop but what the machine does at best.
    pub(super) fn is_limit(self) -> bool {
        matches!(self, Self::BareList | Self::BareProduct) || self.needs_pgbench()
    }

    pub(super) fn needs_pgbench(self) -> bool {
        matches!(self, Self::PgbenchOrder | Self::PgbenchHot)
    }
}
