//! Parameters as PostgreSQL's driver sends them.

use super::super::sql::Value;
use bytes::BytesMut;
use std::error::Error;
use tokio_postgres::types::{IsNull, ToSql, Type, to_sql_checked};

impl ToSql for Value {
    fn to_sql(&self, ty: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        match self {
            Self::Null => Ok(IsNull::Yes),
            Self::Int(value) => match *ty {
                Type::INT4 => i32::try_from(*value)?.to_sql(ty, out),
                Type::INT2 => i16::try_from(*value)?.to_sql(ty, out),
                _ => value.to_sql(ty, out),
            },
            Self::Text(value) => value.as_str().to_sql(ty, out),
            Self::Bool(value) => value.to_sql(ty, out),
            Self::Ints(values) => values.to_sql(ty, out),
        }
    }

    fn accepts(_: &Type) -> bool {
        // Which value goes with which column is settled by the statements, each of which runs in the tests.
        true
    }

    to_sql_checked!();
}

/// One value of each of many rows, as a list.
#[derive(Debug)]
pub(super) struct Column<'a> {
    rows: &'a [Vec<Value>],
    at: usize,
}

impl<'a> Column<'a> {
    /// The columns of rows that are all as long as the first.
    pub(super) fn all(rows: &'a [Vec<Value>]) -> Vec<Self> {
        (0..rows.first().map_or(0, Vec::len)).map(|at| Self { rows, at }).collect()
    }

    fn values(&self) -> impl Iterator<Item = Option<&'a Value>> {
        self.rows.iter().map(|row| row.get(self.at).filter(|value| **value != Value::Null))
    }
}

impl ToSql for Column<'_> {
    fn to_sql(&self, ty: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        self.values().collect::<Vec<_>>().to_sql(ty, out)
    }

    fn accepts(ty: &Type) -> bool {
        <Vec<Option<&Value>>>::accepts(ty)
    }

    to_sql_checked!();
}

/// A parameter with its type, for statements that are not prepared first.
pub(super) fn typed(value: &Value) -> (&(dyn ToSql + Sync), Type) {
    let ty = match value {
        Value::Null | Value::Text(_) => Type::TEXT,
        Value::Int(_) => Type::INT8,
        Value::Bool(_) => Type::BOOL,
        Value::Ints(_) => Type::INT8_ARRAY,
    };
    (value, ty)
}
