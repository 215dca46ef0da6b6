//! The staff: who they are, and the browsers they are logged in with.

use crate::backend::params;
use crate::conditions::Conditions;
use crate::user;
use crate::{Conn, Found, Key, Mark, Result, Row, Slice, Sort, Sql};
use domain::customer::{User, email_key};
use domain::staff::Role;
use domain::time::Timestamp;

/// A browser's login, by its family.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// Whose.
    pub user_id: i64,
    /// The token family that stands for the login.
    pub family: String,
    /// The version of the account's password that opened it ([`User::auth_version`]).
    pub version: i64,
    /// When it was last noted that it was used.
    pub last_seen: Timestamp,
    /// When it ends unless it is used before.
    pub until: Timestamp,
}

/// Starts a session of a family that was just started, for who knew the password of this version.
pub async fn start(db: &impl Conn, key_hash: &str, family: &str, version: i64, now: Timestamp) -> Result<()> {
    let sql = "INSERT INTO staff_sessions (key_hash, family_id, version, last_seen) VALUES ($1, $2, $3, $4)";
    db.query(sql, params![key_hash, family, version, now]).await.map(drop)
}

/// The session with this key, unless it was ended.
pub async fn find(db: &impl Conn, key_hash: &str) -> Result<Option<Session>> {
    let sql = "SELECT f.user_id, f.id, s.version, s.last_seen, f.expires_at FROM staff_sessions s \
               JOIN token_families f ON f.id = s.family_id WHERE s.key_hash = $1 AND f.revoked_at IS NULL";
    let Some(row) = db.first(sql, params![key_hash]).await? else { return Ok(None) };
    let mut cells = row.cells();
    let (user_id, family, version) = (cells.get()?, cells.get()?, cells.get()?);
    Ok(Some(Session { user_id, family, version, last_seen: cells.get()?, until: cells.get()? }))
}

/// Notes that a session is used, and keeps it for longer.
pub async fn touch(db: &impl Conn, key_hash: &str, family: &str, now: Timestamp, until: Timestamp) -> Result<()> {
    db.query("UPDATE staff_sessions SET last_seen = $2 WHERE key_hash = $1", params![key_hash, now]).await?;
    let sql = "UPDATE token_families SET expires_at = $2 WHERE id = $1 AND revoked_at IS NULL";
    db.query(sql, params![family, until]).await.map(drop)
}

/// What the list of the staff is sorted by. There are few of them: it needs no index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MembersBy {
    /// When their account was made.
    DateJoined,
    /// Their address.
    Email,
    /// What they may do, most first: the order of [`Role::ALL`].
    Role,
}

impl MembersBy {
    fn expression(self) -> String {
        match self {
            Self::DateJoined => "u.date_joined".to_owned(),
            Self::Email => "u.email_key".to_owned(),
            // As [`Role::of_account`] reads what is written there.
            Self::Role => {
                let ranks = Role::ALL.map(|role| format!("WHEN '{}' THEN {}", role.as_str(), rank(role))).join(" ");
                format!("CASE coalesce(u.role, 'owner') {ranks} ELSE {} END", rank(Role::ReadOnly))
            }
        }
    }
}

impl Key for MembersBy {
    type Row = User;

    fn mark(self, member: &User) -> Mark {
        match self {
            Self::DateJoined => Mark::Number(member.date_joined.0),
            Self::Email => Mark::Text(email_key(&member.email)),
            Self::Role => Mark::Number(member.role.map_or(0, rank)),
        }
    }

    fn id(member: &User) -> i64 {
        member.id
    }

    fn knows(self, mark: &Mark) -> bool {
        match self {
            Self::DateJoined | Self::Role => matches!(mark, Mark::Number(_)),
            Self::Email => matches!(mark, Mark::Text(_)),
        }
    }
}

/// The place of a role in [`Role::ALL`].
fn rank(role: Role) -> i64 {
    Role::ALL.iter().zip(0..).find(|(other, _)| **other == role).map_or(0, |(_, rank)| rank)
}

/// A page of the staff, and how many there are.
pub async fn members(db: &impl Conn, sort: Sort<MembersBy>, slice: &Slice) -> Result<Found<User>> {
    let sql = "SELECT count(*) FROM users u WHERE u.is_staff";
    let count = db.one(sql, vec![]).await?.only()?;
    let reading = match slice.reading(sort, count) {
        Ok(reading) => reading,
        Err(known) => return Ok(known),
    };
    let mut all = Conditions::default();
    all.holds("u.is_staff");
    let clauses = reading.clauses(&mut all, &sort.by.expression(), "u.id");
    let rows = db.query(format!("{}{clauses}", user::columns!("SELECT ", " FROM users u ")), all.values()).await?;
    let members = rows.into_iter().map(|row| user::read(&mut row.cells())).collect::<Result<_>>()?;
    Ok(reading.found(members))
}

/// The accounts that own the shop and may log in, locked for the rest of the transaction in the order of their ids.
pub async fn lock_owners(db: &impl Conn) -> Result<Vec<i64>> {
    let sql = Sql::each(
        "SELECT id FROM users WHERE is_staff AND is_active AND (role = 'owner' OR role IS NULL) ORDER BY id",
        "SELECT id FROM users WHERE is_staff AND is_active AND (role = 'owner' OR role IS NULL) ORDER BY id FOR UPDATE",
    );
    db.query(sql, vec![]).await?.into_iter().map(Row::only).collect()
}

/// Gives an account another role, or none.
pub async fn set_role(db: &impl Conn, id: i64, role: Option<Role>) -> Result<()> {
    let sql = "UPDATE users SET role = $2, is_staff = $3, is_superuser = $4 WHERE id = $1";
    let name = role.map(|role| role.as_str().to_owned());
    db.query(sql, params![id, &name, role.is_some(), role == Some(Role::Owner)]).await.map(drop)
}
