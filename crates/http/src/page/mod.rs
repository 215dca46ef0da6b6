//! Query strings and pages: page numbers and a count outside, as Django REST Framework's `PageNumberPagination`;
//! lists of the staff are read on from their rows besides (`turn.rs`).

mod cursor;
mod turn;

use crate::dto::address::Base;
use crate::error::{Answer, Problem};
use crate::state::Edge;
use app::Sort;
use axum::extract::FromRequestParts;
use axum::http::StatusCode;
use axum::http::request::Parts;
use serde::Serialize;
use utoipa::ToSchema;

/// The pairs of a query string, in order; empty values left out, as Django's filters do.
#[derive(Clone, Debug)]
pub(crate) struct Query {
    path: String,
    pairs: Vec<(String, String)>,
}

/// Which page is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Number {
    /// From 1.
    At(i64),
    /// `page=last`
    Last,
}

/// A page that is wanted.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Wanted {
    pub number: Number,
    /// Entries on it.
    pub size: i64,
}

/// A list, a page at a time.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Page<T: ToSchema> {
    /// Entries on all pages together.
    #[schema(example = 123)]
    pub count: i64,
    /// The address of the next page.
    #[schema(example = "http://localhost:8000/products/?page=3")]
    pub next: Option<String>,
    /// The address of the page before.
    #[schema(example = "http://localhost:8000/products/")]
    pub previous: Option<String>,
    /// The entries of this page.
    pub results: Vec<T>,
}

impl Query {
    /// The last value of a parameter.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.pairs.iter().rev().find(|(found, _)| found == name).map(|(_, value)| value.as_str())
    }

    /// All pairs.
    pub(crate) fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.pairs.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// What the list is to be sorted by: `ordering`, or `default` where nothing is said. `known` are the names there are;
    /// a `-` before one turns it round.
    pub(crate) fn sort<By: Copy>(&self, known: &[(&str, By)], default: &str) -> Answer<Sort<By>> {
        let name = self.ordering(default);
        let (descending, bare) = name.strip_prefix('-').map_or((false, name), |bare| (true, bare));
        let found = known.iter().find(|(name, _)| *name == bare);
        found.map(|(_, by)| Sort { by: *by, descending }).ok_or_else(|| {
            let names: Vec<_> = known.iter().map(|(name, _)| *name).collect();
            Problem::field("ordering", no_ordering(name, &names))
        })
    }

    fn ordering<'a>(&'a self, default: &'a str) -> &'a str {
        self.get("ordering").map_or(default, str::trim)
    }

    /// Path and query as one text; equal ones ask for the same.
    pub(crate) fn target(&self, base: &Base) -> String {
        let mut query = form_urlencoded::Serializer::new(format!("{}{}?", base.as_str(), self.path));
        query.extend_pairs(&self.pairs).finish()
    }

    /// The page that is wanted. A bad size counts as none; a bad number is no page.
    pub(crate) fn wanted(&self, edge: &Edge) -> Answer<Wanted> {
        let size = self.get("page_size").and_then(|text| text.trim().parse::<i64>().ok()).filter(|size| *size > 0);
        let size = size.unwrap_or(edge.settings.page_size).min(edge.settings.max_page_size);
        let number = match self.get("page").map(str::trim) {
            None => Number::At(1),
            Some("last") => Number::Last,
            Some(text) => Number::At(text.parse().ok().filter(|number| *number > 0).ok_or_else(invalid_page)?),
        };
        Ok(Wanted { number, size })
    }

    /// This query with another page, as an absolute address; page 1 goes without a number.
    fn with_page(&self, base: &Base, page: i64) -> String {
        let said = (page > 1).then(|| ("page", page.to_string()));
        self.with(base, &["page"], said.as_slice())
    }

    /// This query without the pairs of these names and with others instead, as an absolute address.
    fn with(&self, base: &Base, without: &[&str], said: &[(&str, String)]) -> String {
        let kept = self.pairs.iter().filter(|(name, _)| !without.contains(&name.as_str()));
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(kept).extend_pairs(said);
        match query.finish() {
            query if query.is_empty() => base.absolute(&self.path),
            query => base.absolute(&format!("{}?{query}", self.path)),
        }
    }
}

/// Pages beyond this many entries are refused before the database is asked.
const DEEPEST: i64 = 1 << 40;

impl Wanted {
    /// Whether the page depends on the count.
    pub(crate) fn is_last(&self) -> bool {
        self.number == Number::Last
    }

    /// Entries before the page; the last page's needs the count.
    pub(crate) fn offset(&self, count: Option<i64>) -> Answer<i64> {
        let number = match (self.number, count) {
            (Number::At(number), _) => number,
            (Number::Last, Some(count)) => self.pages(count),
            (Number::Last, None) => 1,
        };
        let offset = (number - 1).checked_mul(self.size).filter(|offset| *offset <= DEEPEST);
        offset.ok_or_else(invalid_page)
    }

    const fn pages(&self, count: i64) -> i64 {
        let pages = (count + self.size - 1) / self.size;
        if pages < 1 { 1 } else { pages }
    }

    /// The envelope of a page; 404 when there is no such page.
    pub(crate) fn envelope<T: ToSchema>(
        &self,
        query: &Query,
        base: &Base,
        results: Vec<T>,
        count: i64,
    ) -> Answer<Page<T>> {
        let pages = self.pages(count);
        let number = match self.number {
            Number::At(number) => number,
            Number::Last => pages,
        };
        if number > pages {
            return Err(invalid_page());
        }
        Ok(Page {
            count,
            next: (number < pages).then(|| query.with_page(base, number + 1)),
            previous: (number > 1).then(|| query.with_page(base, number - 1)),
            results,
        })
    }
}

/// What somebody is told who wants a list sorted by something else than `known`.
fn no_ordering(name: &str, known: &[&str]) -> String {
    let known = known.join(", ");
    format!("\"{name}\" is not a valid choice. Use one of {known}, or one of them with a - before it.")
}

fn invalid_page() -> Problem {
    Problem::Detail(StatusCode::NOT_FOUND, "Invalid page.".into())
}

impl<S: Sync> FromRequestParts<S> for Query {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let query = parts.uri.query().unwrap_or_default();
        let pairs = form_urlencoded::parse(query.as_bytes()).into_owned().filter(|(_, value)| !value.is_empty());
        let pairs: Vec<_> = pairs.collect();
        if let Some((name, _)) = pairs.iter().find(|(_, value)| value.contains('\0')) {
            return Err(Problem::field(&name.replace('\0', ""), "Null characters are not allowed."));
        }
        Ok(Self { path: parts.uri.path().to_owned(), pairs })
    }
}
