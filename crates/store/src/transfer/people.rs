//! Accounts on the move: their password hashes come along as they are.

use super::{BATCH, Table, upsert};
use crate::backend::params;
use crate::{Conn, Result, Row, order};
use domain::staff::Role;
use domain::time::Timestamp;
use serde_json::json;

/// An account as it is moved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserRow {
    /// Its id.
    pub id: i64,
    /// Address.
    pub email: String,
    /// Its form for comparison ([`domain::customer::email_key`]).
    pub email_key: String,
    /// Encoded hash; blank leaves an existing account's alone.
    pub password: String,
    /// Given name.
    pub first_name: String,
    /// Family name.
    pub last_name: String,
    /// Telephone.
    pub phone: String,
    /// Whether its owner has shown that the address is theirs.
    pub email_confirmed: bool,
    /// May log in.
    pub is_active: bool,
    /// What they do in the shop; `None` for customers.
    pub role: Option<Role>,
    /// May do everything.
    pub is_superuser: bool,
    /// Registered; `None` is now for a new account and no change for one that is there.
    pub date_joined: Option<Timestamp>,
    /// Last login.
    pub last_login: Option<Timestamp>,
}

/// Writes accounts under their ids. A changed password ends the sessions of its account.
pub async fn save_users(db: &impl Conn, users: &[UserRow], now: Timestamp) -> Result<()> {
    const COLUMNS: &[(&str, &str)] = &[
        ("id", "bigint"),
        ("email", "text"),
        ("email_key", "text"),
        ("password", "text"),
        ("first_name", "text"),
        ("last_name", "text"),
        ("phone", "text"),
        ("email_confirmed", "boolean"),
        ("is_active", "boolean"),
        ("is_staff", "boolean"),
        ("role", "text"),
        ("is_superuser", "boolean"),
        ("date_joined", "bigint"),
        ("last_login", "bigint"),
    ];
    let change = "email = excluded.email, email_key = excluded.email_key, \
         password = CASE WHEN excluded.password = '' THEN users.password ELSE excluded.password END, \
         auth_version = users.auth_version + CASE WHEN excluded.password IN ('', users.password) THEN 0 ELSE 1 END, \
         first_name = excluded.first_name, last_name = excluded.last_name, phone = excluded.phone, \
         email_confirmed = excluded.email_confirmed, is_active = excluded.is_active, is_staff = excluded.is_staff, role = excluded.role, \
         is_superuser = excluded.is_superuser, \
         date_joined = CASE WHEN excluded.date_joined = $2 THEN users.date_joined ELSE excluded.date_joined END, \
         last_login = coalesce(excluded.last_login, users.last_login)";
    let row = |user: &UserRow| {
        json!({
            "id": user.id, "email": user.email, "email_key": user.email_key, "password": user.password,
            "first_name": user.first_name, "last_name": user.last_name, "phone": user.phone,
            "email_confirmed": user.email_confirmed, "is_active": user.is_active, "is_staff": user.role.is_some(), "role": user.role.map(Role::as_str),
            "is_superuser": user.is_superuser,
            "date_joined": user.date_joined.unwrap_or(now).0, "last_login": user.last_login.map(|at| at.0),
        })
    };
    for batch in users.chunks(BATCH) {
        order::address::keep(db, batch.iter().map(|user| (user.id, user.email_key.as_str()))).await?;
    }
    upsert(db, Table::Users, COLUMNS, change, users.iter().map(row), now).await
}

/// The accounts after `after_id` in the order of their ids.
pub async fn users_after(db: &impl Conn, after_id: i64, limit: i64) -> Result<Vec<UserRow>> {
    let sql = "SELECT id, email, email_key, password, first_name, last_name, phone, email_confirmed, is_active, is_staff, \
               role, is_superuser, date_joined, last_login FROM users WHERE id > $1 ORDER BY id LIMIT $2";
    let read = |row: Row| {
        let mut cells = row.cells();
        Ok(UserRow {
            id: cells.get()?,
            email: cells.get()?,
            email_key: cells.get()?,
            password: cells.get()?,
            first_name: cells.get()?,
            last_name: cells.get()?,
            phone: cells.get()?,
            email_confirmed: cells.get()?,
            is_active: cells.get()?,
            role: {
                let (is_staff, role): (bool, Option<String>) = (cells.get()?, cells.get()?);
                Role::of_account(is_staff, role.as_deref())
            },
            is_superuser: cells.get()?,
            date_joined: cells.get()?,
            last_login: cells.get()?,
        })
    };
    db.query(sql, params![after_id, limit]).await?.into_iter().map(read).collect()
}
