//! What a list of orders is narrowed to.

use crate::conditions::Conditions;
use domain::cart::Owner;
use domain::customer;
use domain::order::Status;
use domain::time::Timestamp;

/// What a list of orders is narrowed to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OrderFilter {
    /// Only this owner's; `None` for staff.
    pub owner: Option<Owner>,
    /// Only in this state.
    pub status: Option<Status>,
    /// Only this account's.
    pub user_id: Option<i64>,
    /// Placed at or after.
    pub from: Option<Timestamp>,
    /// Placed before.
    pub until: Option<Timestamp>,
    /// A part of the order's number, of its account's address or of the address given with it, in any case. A whole
    /// address is looked up instead: it finds what was ordered under exactly this one.
    pub search: Option<String>,
}

/// How a search is done.
enum Search {
    /// By the indexes on addresses.
    Address(String),
    /// Along the orders, each with its account, the newest first: whoever wants a page, or exports page by page, looks
    /// at no more of them than it takes.
    Part { number: String, email: String },
}

impl OrderFilter {
    /// Whether it keeps what is counted already: all orders, or all in a state.
    pub(super) fn is_counted(&self) -> bool {
        let Self { owner, status: _, user_id, from, until, search } = self;
        search.is_none() && owner.is_none() && user_id.is_none() && from.is_none() && until.is_none()
    }

    fn search(&self) -> Option<Search> {
        let text = self.search.as_ref()?;
        Some(match customer::is_email(text.trim()) {
            true => Search::Address(customer::email_key(text)),
            false => {
                Search::Part { number: crate::like(&text.to_uppercase()), email: crate::like(&text.to_lowercase()) }
            }
        })
    }

    /// The table its conditions look into besides the orders, and the conditions.
    pub(super) fn conditions(&self) -> (&'static str, Conditions) {
        let mut joined = "";
        let mut all = Conditions::default();
        all.and("o.user_id =", self.owner.and_then(Owner::user_id));
        all.and("o.session_id =", self.owner.and_then(Owner::session_id));
        all.and("o.status =", self.status.map(Status::as_str));
        all.and("o.user_id =", self.user_id);
        all.and("o.created_at >=", self.from);
        all.and("o.created_at <", self.until);
        match self.search() {
            None => {}
            Some(Search::Address(key)) => {
                let key = all.place(key);
                all.holds(format!(
                    "o.id IN (SELECT x.id FROM orders x WHERE x.contact_email = {key} UNION ALL \
                     SELECT x.id FROM users u JOIN orders x ON x.user_id = u.id WHERE u.email_key = {key})"
                ));
            }
            Some(Search::Part { number, email }) => {
                joined = "LEFT JOIN users u ON u.id = o.user_id ";
                let (number, email) = (all.place(number), all.place(email));
                all.holds(format!(
                    "(o.number LIKE {number} ESCAPE '\\' OR u.email_key LIKE {email} ESCAPE '\\' \
                     OR o.contact_email LIKE {email} ESCAPE '\\')"
                ));
            }
        }
        (joined, all)
    }
}
