//! Rows as PostgreSQL's driver returns them, turned into the shop's own.

use super::super::row::{Cell, Row};
use crate::error::{Error, Result};
use tokio_postgres::types::Type;

pub(super) fn collect(rows: &[tokio_postgres::Row]) -> Result<Vec<Row>> {
    rows.iter().map(convert).collect()
}

fn convert(row: &tokio_postgres::Row) -> Result<Row> {
    let cells = (0..row.len()).map(|column| cell(row, column));
    Ok(Row(cells.collect::<Result<_>>()?))
}

fn cell(row: &tokio_postgres::Row, column: usize) -> Result<Cell> {
    let ty = row.columns()[column].type_();
    let wrong = |problem: tokio_postgres::Error| Error::Other(problem.to_string());
    let cell = match *ty {
        Type::INT8 => row.try_get::<_, Option<i64>>(column).map_err(wrong)?.map(Cell::Int),
        Type::INT4 => row.try_get::<_, Option<i32>>(column).map_err(wrong)?.map(|value| Cell::Int(value.into())),
        Type::BOOL => row.try_get::<_, Option<bool>>(column).map_err(wrong)?.map(Cell::Bool),
        Type::TEXT | Type::VARCHAR | Type::NAME => {
            row.try_get::<_, Option<String>>(column).map_err(wrong)?.map(Cell::Text)
        }
        _ => return Err(Error::Shape { column, wanted: "bigint, boolean or text", found: ty.to_string() }),
    };
    Ok(cell.unwrap_or(Cell::Null))
}
