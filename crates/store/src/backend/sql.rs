//! A statement's text and its parameters, in the form both drivers take.

use std::borrow::Cow;

/// A statement: one text for both databases, or one for each. Fixed texts (`&'static str`) are prepared once per
/// connection and kept; texts put together at run time are not kept on PostgreSQL.
#[derive(Clone, Debug)]
pub struct Sql {
    pub(super) sqlite: Cow<'static, str>,
    pub(super) postgres: Cow<'static, str>,
}

impl Sql {
    /// Two texts side by side, for the few statements that must differ.
    #[must_use]
    pub const fn each(sqlite: &'static str, postgres: &'static str) -> Self {
        Self { sqlite: Cow::Borrowed(sqlite), postgres: Cow::Borrowed(postgres) }
    }

    /// One text that both understand.
    #[must_use]
    pub const fn both(text: &'static str) -> Self {
        Self::each(text, text)
    }

    /// Two texts put together at run time.
    #[must_use]
    pub const fn each_built(sqlite: String, postgres: String) -> Self {
        Self { sqlite: Cow::Owned(sqlite), postgres: Cow::Owned(postgres) }
    }
}

impl From<&'static str> for Sql {
    fn from(text: &'static str) -> Self {
        Self::both(text)
    }
}

impl From<String> for Sql {
    fn from(text: String) -> Self {
        Self { sqlite: Cow::Owned(text.clone()), postgres: Cow::Owned(text) }
    }
}

/// A statement with what it is run with.
#[derive(Clone, Debug)]
pub struct Statement {
    pub(super) sql: Sql,
    pub(super) given: Given,
}

/// What a statement is run with.
#[derive(Clone, Debug)]
pub(super) enum Given {
    /// `$1`, `$2`, … of one run.
    Once(Vec<Value>),
    /// Those of several runs, or lists of them.
    Rows(Vec<Vec<Value>>),
}

impl Statement {
    /// A statement that runs once.
    #[must_use]
    pub fn new(sql: impl Into<Sql>, params: Vec<Value>) -> Self {
        Self { sql: sql.into(), given: Given::Once(params) }
    }

    /// A statement about many rows, each with as many values as the first. SQLite runs it once for each, `$1`, `$2`, …
    /// being its values; PostgreSQL runs it once, `$1`, `$2`, … being lists of them (`unnest($1::bigint[], …)`). Without
    /// rows nothing runs.
    #[must_use]
    pub fn rows(sql: Sql, rows: Vec<Vec<Value>>) -> Self {
        Self { sql, given: Given::Rows(rows) }
    }

    /// Its text for PostgreSQL, on one line.
    pub(super) fn text(&self) -> String {
        self.sql.postgres.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// How many rows it is about at once.
    pub(super) const fn rows_given(&self) -> usize {
        match &self.given {
            Given::Once(_) => 1,
            Given::Rows(rows) => rows.len(),
        }
    }
}

/// A parameter.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// SQL NULL, of any type.
    Null,
    /// An integer, amount (minor units) or instant (µs).
    Int(i64),
    /// A text, JSON included (`$1::text::json` on PostgreSQL).
    Text(String),
    /// A flag.
    Bool(bool),
    /// Ids: `= ANY($1)` on PostgreSQL, `IN (SELECT value FROM json_each($1))` on SQLite.
    Ints(Vec<i64>),
}

impl From<i64> for Value {
    fn from(value: i64) -> Self {
        Self::Int(value)
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl From<&str> for Value {
    fn from(value: &str) -> Self {
        Self::Text(value.to_owned())
    }
}

impl From<&String> for Value {
    fn from(value: &String) -> Self {
        Self::Text(value.clone())
    }
}

impl From<String> for Value {
    fn from(value: String) -> Self {
        Self::Text(value)
    }
}

impl From<domain::time::Timestamp> for Value {
    fn from(value: domain::time::Timestamp) -> Self {
        Self::Int(value.0)
    }
}

impl From<Vec<i64>> for Value {
    fn from(value: Vec<i64>) -> Self {
        Self::Ints(value)
    }
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

impl From<&Option<String>> for Value {
    fn from(value: &Option<String>) -> Self {
        value.as_ref().map_or(Self::Null, Self::from)
    }
}

/// `params![id, name]`: the parameters `$1`, `$2` of a statement.
macro_rules! params {
    ($($value:expr),* $(,)?) => { vec![$($crate::Value::from($value)),*] };
}
pub(crate) use params;
