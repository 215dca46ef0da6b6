//! The tables of docs/AUTHORIZATION.md as values.

use std::fmt;

const DOCUMENT: &str = include_str!("../../../../../docs/AUTHORIZATION.md");

/// Who tries, in the order of the columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    Nobody,
    Session,
    Customer,
    Owner,
    Staff,
}

impl Role {
    pub(super) const ALL: [Self; 5] = [Self::Nobody, Self::Session, Self::Customer, Self::Owner, Self::Staff];
}

/// Whose what is tried is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Of {
    Account,
    Session,
    Draft,
    Nothing,
}

/// What comes with an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Effect {
    None,
    Owners,
    Own,
    Shop,
}

/// What is expected of one caller.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cell {
    pub(super) status: u16,
    pub(super) effect: Effect,
}

/// One operation on one kind of thing.
#[derive(Clone, Debug)]
pub(super) struct Row {
    pub(super) section: String,
    /// `GET`, …, or `STREAM` and `SOCKET`.
    pub(super) method: String,
    /// With `{…}` for what belongs to the case.
    pub(super) path: String,
    pub(super) of: Of,
    pub(super) cells: [Cell; 5],
}

impl Row {
    /// As the API's document calls it.
    pub(super) fn operation(&self) -> String {
        format!("{} {}", self.method, self.path.split('?').next().unwrap_or_default())
    }

    pub(super) fn reads(&self) -> bool {
        matches!(self.method.as_str(), "GET" | "STREAM" | "SOCKET")
    }
}

impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} (of: {:?})", self.method, self.path, self.of)
    }
}

/// Every row of every table.
pub(super) fn rows() -> Vec<Row> {
    let mut section = "";
    let mut rows = vec![];
    for line in DOCUMENT.lines() {
        if let Some(heading) = line.strip_prefix("## ") {
            section = heading;
        }
        let columns: Vec<_> = line.trim_matches('|').split('|').map(str::trim).collect();
        if let [operation, of, cells @ ..] = columns.as_slice()
            && operation.starts_with('`')
            && !section.is_empty()
            // Has columns of its own: `staff_roles.rs` reads it.
            && section != "Roles"
        {
            rows.push(row(section, operation, of, cells));
        }
    }
    rows
}

fn row(section: &str, operation: &str, of: &str, cells: &[&str]) -> Row {
    let (method, path) = operation.trim_matches('`').split_once(' ').expect("a method and a path");
    let of = match of {
        "account" => Of::Account,
        "session" => Of::Session,
        "draft" => Of::Draft,
        "nothing" => Of::Nothing,
        other => panic!("{operation}: {other} is nobody"),
    };
    let cells: Vec<_> = cells.iter().map(|text| cell(text)).collect();
    let cells = cells.try_into().unwrap_or_else(|_| panic!("{operation} has not five cells"));
    Row { section: section.to_owned(), method: method.to_owned(), path: path.to_owned(), of, cells }
}

fn cell(text: &str) -> Cell {
    let (status, effect) = text.split_once(' ').unwrap_or((text, ""));
    let effect = match effect {
        "" => Effect::None,
        "owner's" => Effect::Owners,
        "own" => Effect::Own,
        "shop" => Effect::Shop,
        other => panic!("{other} is no effect"),
    };
    Cell { status: status.parse().unwrap_or_else(|_| panic!("{text} is no cell")), effect }
}
