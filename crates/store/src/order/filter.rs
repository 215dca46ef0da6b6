//! What a list of orders is narrowed to.

use crate::Value;
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

    /// What follows `FROM orders o`, and its values.
    pub(super) fn clauses(&self) -> (String, Vec<Value>) {
        let mut join = "";
        let mut text = String::from("TRUE");
        let mut values: Vec<Value> = vec![];
        let mut and = |condition: &str, value: Option<Value>| {
            if let Some(value) = value {
                values.push(value);
                text.push_str(&format!(" AND {condition} ${}", values.len()));
            }
        };
        and("o.user_id =", self.owner.and_then(Owner::user_id).map(Value::from));
        and("o.session_id =", self.owner.and_then(Owner::session_id).map(Value::from));
        and("o.status =", self.status.map(|status| status.as_str().into()));
        and("o.user_id =", self.user_id.map(Value::from));
        and("o.created_at >=", self.from.map(Value::from));
        and("o.created_at <", self.until.map(Value::from));
        match self.search() {
            None => {}
            Some(Search::Address(key)) => {
                values.push(key.into());
                let key = values.len();
                text.push_str(&format!(
                    " AND o.id IN (SELECT x.id FROM orders x WHERE x.contact_email = ${key} UNION ALL \
                     SELECT x.id FROM users u JOIN orders x ON x.user_id = u.id WHERE u.email_key = ${key})"
                ));
            }
            Some(Search::Part { number, email }) => {
                join = "LEFT JOIN users u ON u.id = o.user_id ";
                values.extend([Value::from(number), email.into()]);
                let (number, email) = (values.len() - 1, values.len());
                text.push_str(&format!(
                    " AND (o.number LIKE ${number} ESCAPE '\\' OR u.email_key LIKE ${email} ESCAPE '\\' \
                     OR o.contact_email LIKE ${email} ESCAPE '\\')"
                ));
            }
        }
        (format!("{join}WHERE {text}"), values)
    }
}
