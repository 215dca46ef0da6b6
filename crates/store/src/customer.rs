//! Accounts as the staff sees them: with what they have ordered.

use crate::backend::params;
use crate::user;
use crate::{Conn, Result, Row, Sql, Value};
use domain::customer::User;
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
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CustomerOrder {
    /// When they registered.
    #[default]
    DateJoined,
    /// Their last login; those without one come first.
    LastLogin,
    /// Their address.
    Email,
}

/// What a list of accounts is narrowed to, and how it is sorted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CustomerFilter {
    /// Words in lower case that must all occur in the address, a name or the telephone.
    pub words: Vec<String>,
    /// Only those who may log in, or who may not.
    pub is_active: Option<bool>,
    /// By what.
    pub ordering: CustomerOrder,
    /// From the other end.
    pub descending: bool,
}

impl CustomerFilter {
    fn condition(&self) -> (String, Vec<Value>) {
        let (mut text, mut values) = (String::from("TRUE"), Vec::<Value>::new());
        for word in &self.words {
            values.push(crate::like(word).into());
            let at = values.len();
            text.push_str(&format!(
                " AND (u.email_key LIKE ${at} ESCAPE '\\' OR lower(u.first_name) LIKE ${at} ESCAPE '\\' \
                 OR lower(u.last_name) LIKE ${at} ESCAPE '\\' OR u.phone LIKE ${at} ESCAPE '\\')"
            ));
        }
        if let Some(is_active) = self.is_active {
            text.push_str(if is_active { " AND u.is_active" } else { " AND NOT u.is_active" });
        }
        (text, values)
    }

    fn order(&self) -> String {
        let direction = if self.descending { "DESC" } else { "ASC" };
        let column = match self.ordering {
            CustomerOrder::DateJoined => "u.date_joined",
            CustomerOrder::LastLogin => "coalesce(u.last_login, 0)",
            CustomerOrder::Email => "u.email_key",
        };
        format!("{column} {direction}, u.id {direction}")
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

/// A page of the accounts a filter keeps, and how many it keeps. Only the page's own orders are added up.
pub async fn page(db: &impl Conn, filter: &CustomerFilter, limit: i64, offset: i64) -> Result<(Vec<Customer>, i64)> {
    let (condition, mut values) = filter.condition();
    let sql = format!("SELECT count(*) FROM users u WHERE {condition}");
    let count = db.one(sql, values.clone()).await?.only()?;
    if offset >= count {
        return Ok((vec![], count));
    }
    let (order, places) = (filter.order(), (values.len() + 1, values.len() + 2));
    let sql = format!(
        "{}WHERE u.id IN (SELECT u.id FROM users u WHERE {condition} ORDER BY {order} LIMIT ${} OFFSET ${}) \
         ORDER BY {order}",
        select!(""),
        places.0,
        places.1
    );
    values.extend(params![limit, offset]);
    let rows = db.query(sql, values).await?;
    Ok((rows.into_iter().map(read).collect::<Result<_>>()?, count))
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
