//! Turning the pages of a list that is read on from its rows: each page names the next one and the one before by its own
//! last and first row, beside their numbers. So nothing is shown twice or missed when rows come in meanwhile, and a page
//! costs the same at any depth. A number alone counts rows, as it always did.

use super::{Number, Page, Query, Wanted, cursor, invalid_page};
use crate::dto::address::Base;
use crate::error::{Answer, Problem};
use crate::state::Edge;
use app::{Found, Key, Place, Slice, Sort, Start};
use axum::http::StatusCode;
use utoipa::ToSchema;

/// What says where a page is.
const TURNS: &[&str] = &["page", "after", "before"];

/// A page that is wanted of a sorted list.
#[derive(Debug)]
pub(crate) struct Turn<By> {
    /// How the list is sorted.
    pub sort: Sort<By>,
    /// The page.
    pub slice: Slice,
    /// As the address says it; empty where it says nothing.
    ordering: String,
    wanted: Wanted,
    /// Whether pages are named by rows.
    by_rows: bool,
}

impl Query {
    /// The page that is wanted: by `after` or `before` a row, or by its number.
    pub(crate) fn turn<By: Key>(&self, edge: &Edge, sort: Sort<By>) -> Answer<Turn<By>> {
        let mut turn = self.numbered(edge, sort)?;
        turn.by_rows = true;
        let place = |text| {
            let place = cursor::read(text, &turn.ordering).filter(|place| turn.sort.by.knows(&place.mark));
            place.ok_or_else(invalid_cursor)
        };
        turn.slice.start = match (self.get("after"), self.get("before"), turn.wanted.number) {
            (None, None, _) => return Ok(turn),
            (Some(text), None, Number::At(_)) => Start::After(place(text)?),
            (None, Some(text), Number::At(_)) => Start::Before(place(text)?),
            _ => return Err(invalid_cursor()),
        };
        Ok(turn)
    }

    /// The same, by its number alone; the pages beside it are named by theirs.
    pub(crate) fn numbered<By>(&self, edge: &Edge, sort: Sort<By>) -> Answer<Turn<By>> {
        let wanted = self.wanted(edge)?;
        let start = match wanted.number {
            Number::At(_) => Start::Offset(wanted.offset(None)?),
            Number::Last => Start::Last,
        };
        let slice = Slice { start, limit: wanted.size };
        Ok(Turn { sort, slice, ordering: self.ordering("").to_owned(), wanted, by_rows: false })
    }
}

impl<By> Turn<By> {
    /// The envelope of a page; 404 when there is no such page.
    pub(crate) fn page<Body: ToSchema>(&self, query: &Query, base: &Base, found: Found<Body>) -> Answer<Page<Body>> {
        let (number, pages) = (self.number(&found)?, self.wanted.pages(found.count));
        let (first, last) = found.edges.as_ref().map(|(first, last)| (first, last)).unzip();
        // A page whose entries are all gone has no row to read on from: it leads to where the list is by number.
        let is_gone = self.by_rows && last.is_none();
        let (before, behind) = if is_gone { ((number - 1).min(pages), 1) } else { (number - 1, number + 1) };
        let previous = || self.address(query, base, before.max(1), "before", first);
        let next = || self.address(query, base, behind, "after", last);
        Ok(Page {
            count: found.count,
            next: found.has_behind.then(next),
            previous: found.has_before.then(previous),
            results: found.rows,
        })
    }

    /// The number of a page that was found. Beside a row it is only carried on: rows may have come or gone since.
    fn number<T>(&self, found: &Found<T>) -> Answer<i64> {
        let pages = self.wanted.pages(found.count);
        match (self.wanted.number, &self.slice.start) {
            (Number::Last, _) => Ok(pages - i64::from(found.has_behind)),
            (Number::At(number), Start::After(_) | Start::Before(_)) => Ok(number),
            (Number::At(number), _) if number > pages => Err(invalid_page()),
            (Number::At(number), _) => Ok(number),
        }
    }

    fn address(&self, query: &Query, base: &Base, number: i64, side: &str, place: Option<&Place>) -> String {
        if !self.by_rows {
            return query.with_page(base, number);
        }
        let cursor = place.and_then(|place| cursor::written(&self.ordering, place));
        let mut said = vec![];
        if number > 1 || cursor.is_some() {
            said.push(("page", number.to_string()));
        }
        said.extend(cursor.map(|cursor| (side, cursor)));
        query.with(base, TURNS, &said)
    }
}

fn invalid_cursor() -> Problem {
    let said = "Invalid cursor. Follow next and previous of a page as they are, or ask for a page by its number alone.";
    Problem::Detail(StatusCode::NOT_FOUND, said.into())
}
