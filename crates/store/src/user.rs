//! Accounts.

use crate::backend::params;
use crate::{Cells, Conn, Result, Row, Sql, Statement, Tx, order};
use domain::customer::User;
use domain::staff::Role;
use domain::time::Timestamp;
use serde_json::json;
use std::collections::{HashMap, HashSet};

/// A statement that reads accounts; a macro, so that the text stays fixed and is prepared once.
macro_rules! columns {
    ($before:expr, $after:expr) => {
        concat!(
            $before,
            "u.id, u.email, u.password, u.first_name, u.last_name, u.phone, u.is_active, u.is_staff, u.role, u.is_superuser, ",
            "u.auth_version, u.date_joined, u.email_confirmed",
            $after
        )
    };
}

pub(crate) use columns;

/// A new account.
#[derive(Clone, Debug)]
pub struct NewUser {
    /// Address.
    pub email: String,
    /// Its form for comparison, unique ([`domain::customer::email_key`]).
    pub email_key: String,
    /// Encoded hash.
    pub password: String,
    /// Given name.
    pub first_name: String,
    /// Family name.
    pub last_name: String,
    /// Telephone.
    pub phone: String,
    /// What they do in the shop; `None` for customers.
    pub role: Option<Role>,
    /// May do everything.
    pub is_superuser: bool,
    /// Now.
    pub date_joined: Timestamp,
}

/// Adds an account; [`crate::Error::Unique`] `users_email_key` when the address is taken.
pub async fn insert(db: &impl Conn, user: &NewUser) -> Result<User> {
    let sql = "INSERT INTO users (email, email_key, password, first_name, last_name, phone, is_staff, role, is_superuser, date_joined) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) \
               RETURNING id, email, password, first_name, last_name, phone, is_active, is_staff, role, is_superuser, \
               auth_version, date_joined, email_confirmed";
    let values = params![
        &user.email,
        &user.email_key,
        &user.password,
        &user.first_name,
        &user.last_name,
        &user.phone,
        user.role.is_some(),
        user.role.map(Role::as_str),
        user.is_superuser,
        user.date_joined
    ];
    read(&mut db.one(sql, values).await?.cells())
}

/// The account with this address.
pub async fn by_email(db: &impl Conn, email_key: &str) -> Result<Option<User>> {
    let sql = columns!("SELECT ", " FROM users u WHERE u.email_key = $1");
    db.first(sql, params![email_key]).await?.map(|row| read(&mut row.cells())).transpose()
}

/// The account with this id.
pub async fn by_id(db: &impl Conn, id: i64) -> Result<Option<User>> {
    let sql = columns!("SELECT ", " FROM users u WHERE u.id = $1");
    db.first(sql, params![id]).await?.map(|row| read(&mut row.cells())).transpose()
}

/// The accounts with these ids.
pub async fn by_ids(db: &impl Conn, ids: Vec<i64>) -> Result<Vec<User>> {
    let sql = Sql::each(
        columns!("SELECT ", " FROM users u WHERE u.id IN (SELECT value FROM json_each($1))"),
        columns!("SELECT ", " FROM users u WHERE u.id = ANY($1)"),
    );
    db.query(sql, params![ids]).await?.into_iter().map(|row| read(&mut row.cells())).collect()
}

/// Accounts by id, and the token families that live.
pub type Logins = (HashMap<i64, User>, HashSet<String>);

/// The accounts with these ids, each once, and which of these token families live: those that are known here and were
/// not revoked.
pub async fn with_families(db: &impl Conn, ids: Vec<i64>, families: &[&str]) -> Result<Logins> {
    let [accounts, living] = logins(ids, families);
    // What ends all logins of an account changes both: whichever is read later tells.
    let (accounts, living) = tokio::try_join!(db.run(accounts), db.run(living))?;
    read_logins(accounts, living)
}

/// What [`with_families`] asks, for [`read_logins`].
pub(crate) fn logins(ids: Vec<i64>, families: &[&str]) -> [Statement; 2] {
    let accounts = Sql::each(
        columns!("SELECT ", " FROM users u WHERE u.id IN (SELECT value FROM json_each($1))"),
        columns!("SELECT ", " FROM users u WHERE u.id = ANY($1)"),
    );
    let living = Sql::each(
        "SELECT id FROM token_families WHERE id IN (SELECT value FROM json_each($1)) AND revoked_at IS NULL",
        "SELECT id FROM token_families WHERE id IN (SELECT json_array_elements_text($1::text::json)) AND revoked_at IS NULL",
    );
    [Statement::new(accounts, params![ids]), Statement::new(living, params![json!(families).to_string()])]
}

pub(crate) fn read_logins(accounts: Vec<Row>, living: Vec<Row>) -> Result<Logins> {
    let account = |row: Row| read(&mut row.cells()).map(|user| (user.id, user));
    let accounts = accounts.into_iter().map(account).collect::<Result<_>>()?;
    Ok((accounts, living.into_iter().map(Row::only).collect::<Result<_>>()?))
}

/// Stored passwords of about `most` accounts from all over the table, always the same ones while it does not double; where
/// ids have gaps so wide that this finds few, those of the newest accounts.
pub async fn sample_of_passwords(db: &impl Conn, most: i64) -> Result<Vec<String>> {
    let newest: i64 = db.one("SELECT COALESCE(max(id), 0) FROM users", params![]).await?.only()?;
    // A power of two, so that more accounts leave out every other of the sample and not all of it.
    let step = usize::try_from(newest / most.max(1) + 1).unwrap_or(1).next_power_of_two();
    let ids: Vec<i64> = (1..=newest).step_by(step).collect();
    let sql = Sql::each(
        "SELECT password FROM users WHERE id IN (SELECT value FROM json_each($1))",
        "SELECT password FROM users WHERE id = ANY($1)",
    );
    let spread = db.query(sql, params![ids]).await?;
    let rows = match i64::try_from(spread.len()) {
        Ok(found) if found >= most / 4 => spread,
        _ => db.query("SELECT password FROM users ORDER BY id DESC LIMIT $1", params![most]).await?,
    };
    rows.into_iter().map(Row::only).collect()
}

/// Saves what a customer may change of their own account; `users_email_key` when the address is taken. Another address is
/// one that nobody has confirmed. To be done in a transaction: orders given the address of before are found by it.
pub async fn update_profile(tx: &Tx, user: &User, email_key: &str) -> Result<()> {
    order::address::keep(tx, [(user.id, email_key)]).await?;
    let sql = "UPDATE users SET email = $2, email_key = $3, first_name = $4, last_name = $5, phone = $6, \
               email_confirmed = email_confirmed AND email_key = $3 WHERE id = $1";
    let User { id, email, first_name, last_name, phone, .. } = user;
    tx.query(sql, params![*id, email, email_key, first_name, last_name, phone]).await.map(drop)
}

/// Notes that the address of an account is its owner's, if it is still this one. Returns whether it is.
pub async fn confirm_email(db: &impl Conn, id: i64, email_key: &str) -> Result<bool> {
    let sql = "UPDATE users SET email_confirmed = $3 WHERE id = $1 AND email_key = $2 RETURNING id";
    Ok(db.first(sql, params![id, email_key, true]).await?.is_some())
}

/// Replaces the password and ends every session: tokens issued before carry an older version. Returns the new version.
pub async fn set_password(db: &impl Conn, id: i64, encoded: &str) -> Result<i64> {
    let sql = "UPDATE users SET password = $2, auth_version = auth_version + 1 WHERE id = $1 RETURNING auth_version";
    db.first(sql, params![id, encoded]).await?.map_or(Ok(0), crate::Row::only)
}

/// Ends every session of an account, as a new password does. Returns the new version.
pub async fn end_sessions(db: &impl Conn, id: i64) -> Result<i64> {
    let sql = "UPDATE users SET auth_version = auth_version + 1 WHERE id = $1 RETURNING auth_version";
    db.first(sql, params![id]).await?.map_or(Ok(0), crate::Row::only)
}

/// Lets an account log in or not.
pub async fn set_active(db: &impl Conn, id: i64, is_active: bool) -> Result<()> {
    db.query("UPDATE users SET is_active = $2 WHERE id = $1", params![id, is_active]).await.map(drop)
}

/// The account with this id, locked for the rest of the transaction.
pub async fn lock(db: &impl Conn, id: i64) -> Result<Option<User>> {
    let sql = Sql::each(
        columns!("SELECT ", " FROM users u WHERE u.id = $1"),
        columns!("SELECT ", " FROM users u WHERE u.id = $1 FOR UPDATE"),
    );
    db.first(sql, params![id]).await?.map(|row| read(&mut row.cells())).transpose()
}

/// Notes a login, and stores the password under the current hash if the old one is still what was verified.
pub async fn logged_in(db: &impl Conn, id: i64, now: Timestamp, rehashed: Option<(&str, &str)>) -> Result<()> {
    db.query("UPDATE users SET last_login = $2 WHERE id = $1", params![id, now]).await?;
    if let Some((old, new)) = rehashed {
        let sql = "UPDATE users SET password = $3 WHERE id = $1 AND password = $2";
        db.query(sql, params![id, old, new]).await?;
    }
    Ok(())
}

pub(crate) fn read(cells: &mut Cells) -> Result<User> {
    Ok(User {
        id: cells.get()?,
        email: cells.get()?,
        password: cells.get()?,
        first_name: cells.get()?,
        last_name: cells.get()?,
        phone: cells.get()?,
        is_active: cells.get()?,
        role: {
            let (is_staff, role): (bool, Option<String>) = (cells.get()?, cells.get()?);
            Role::of_account(is_staff, role.as_deref())
        },
        is_superuser: cells.get()?,
        auth_version: cells.get()?,
        date_joined: cells.get()?,
        email_confirmed: cells.get()?,
    })
}
