//! Accounts as the staff sees them: with what they have ordered.

use crate::backend::params;
use crate::conditions::Conditions;
use crate::paging::in_order;
use crate::user;
use crate::{Conn, Found, Key, Mark, Result, Row, Slice, Sort, Sql};
use domain::customer::{User, email_key};
use domain::time::Timestamp;

/// An account and what it has ordered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Customer {
    /// The account.
    pub user: User,
    /// Last login.
    pub last_login: Option<Timestamp>,
    /// Orders, cancelled ones too.
    pub orders: i64,
    /// The sum of those that were not cancelled, minor units.
    pub spent: i64,
}

/// What a list of accounts is sorted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CustomersBy {
    /// When they registered.
    DateJoined,
    /// Their last login; those without one come first.
    LastLogin,
    /// Their address.
    Email,
}

impl CustomersBy {
    const fn expression(self) -> &'static str {
        match self {
            Self::DateJoined => "u.date_joined",
            Self::LastLogin => "coalesce(u.last_login, 0)",
            Self::Email => "u.email_key",
        }
    }
}

impl Key for CustomersBy {
    type Row = Customer;

    fn mark(self, customer: &Customer) -> Mark {
        match self {
            Self::DateJoined => Mark::Number(customer.user.date_joined.0),
            Self::LastLogin => Mark::Number(customer.last_login.map_or(0, |at| at.0)),
            Self::Email => Mark::Text(email_key(&customer.user.email)),
        }
    }

    fn id(customer: &Customer) -> i64 {
        customer.user.id
    }

    fn knows(self, mark: &Mark) -> bool {
        match self {
            Self::DateJoined | Self::LastLogin => matches!(mark, Mark::Number(_)),
            Self::Email => matches!(mark, Mark::Text(_)),
        }
    }
}

/// What a list of accounts is narrowed to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CustomerFilter {
    /// Words in lower case that must all occur in the address, a name or the telephone.
    pub words: Vec<String>,
    /// Only those who may log in, or who may not.
    pub is_active: Option<bool>,
}

impl CustomerFilter {
    fn conditions(&self) -> Conditions {
        let mut all = Conditions::default();
        for word in &self.words {
            let word = all.place(crate::like(word));
            all.holds(format!(
                "(u.email_key LIKE {word} ESCAPE '\\' OR lower(u.first_name) LIKE {word} ESCAPE '\\' \
                 OR lower(u.last_name) LIKE {word} ESCAPE '\\' OR u.phone LIKE {word} ESCAPE '\\')"
            ));
        }
        if let Some(is_active) = self.is_active {
            all.holds(if is_active { "u.is_active" } else { "NOT u.is_active" });
        }
        all
    }
}

macro_rules! select {
    ($after:literal) => {
        user::columns!(
            "SELECT ",
            concat!(
                ", u.last_login, (SELECT count(*) FROM orders o WHERE o.user_id = u.id), ",
                "(SELECT CAST(coalesce(sum(o.total), 0) AS bigint) FROM orders o ",
                "WHERE o.user_id = u.id AND o.status <> 'cancelled') FROM users u ",
                $after
            )
        )
    };
}

/// A page of the accounts a filter keeps, and how many it keeps. Only the page's own orders are added up; its accounts are
/// found first, see [`crate::audit::page`].
pub async fn page(
    db: &impl Conn,
    filter: &CustomerFilter,
    sort: Sort<CustomersBy>,
    slice: &Slice,
) -> Result<Found<Customer>> {
    let mut all = filter.conditions();
    let sql = format!("SELECT count(*) FROM users u WHERE {}", all.text());
    let count = db.one(sql, all.clone().values()).await?.only()?;
    let reading = match slice.reading(sort, count) {
        Ok(reading) => reading,
        Err(known) => return Ok(known),
    };
    let sql = format!("SELECT u.id FROM users u {}", reading.clauses(&mut all, sort.by.expression(), "u.id"));
    let ids: Vec<i64> = db.query(sql, all.values()).await?.into_iter().map(Row::only).collect::<Result<_>>()?;
    let of_page =
        Sql::each(select!("WHERE u.id IN (SELECT value FROM json_each($1))"), select!("WHERE u.id = ANY($1)"));
    let rows = db.query(of_page, params![ids.clone()]).await?.into_iter().map(read).collect::<Result<Vec<_>>>()?;
    Ok(reading.found(in_order(&ids, rows, CustomersBy::id)))
}

/// The account with this id.
pub async fn by_id(db: &impl Conn, id: i64) -> Result<Option<Customer>> {
    db.first(select!("WHERE u.id = $1"), params![id]).await?.map(read).transpose()
}

/// The ids and addresses of these accounts.
pub async fn addresses(db: &impl Conn, ids: Vec<i64>) -> Result<Vec<(i64, String)>> {
    let sql = Sql::each(
        "SELECT id, email FROM users WHERE id IN (SELECT value FROM json_each($1))",
        "SELECT id, email FROM users WHERE id = ANY($1)",
    );
    let read = |row: Row| {
        let mut cells = row.cells();
        Ok((cells.get()?, cells.get()?))
    };
    db.query(sql, params![ids]).await?.into_iter().map(read).collect()
}

fn read(row: Row) -> Result<Customer> {
    let mut cells = row.cells();
    let user = user::read(&mut cells)?;
    Ok(Customer { user, last_login: cells.get()?, orders: cells.get()?, spent: cells.get()? })
}
