//! What the query of a live address asks for: topics and a place to go on from.

use crate::error::Problem;
use crate::state::Edge;
use app::live::{Identity, Subscription};
use axum::http::StatusCode;
use domain::event::Topic;

/// `?topics=…&after=…` with the rest of the query.
#[derive(Debug, Default)]
pub(crate) struct Asked {
    /// As named; all that may be followed when none is.
    pub topics: Vec<Topic>,
    /// The last event the client knows.
    pub after: Option<i64>,
    /// Entries of a page.
    pub limit: Option<i64>,
    /// A ticket.
    pub ticket: Option<String>,
    /// An access token.
    pub token: Option<String>,
}

/// A value in the query that won't do: its name, and why.
#[derive(Debug)]
pub(crate) struct BadQuery(pub &'static str, pub String);

/// Topics one stream or page may name.
const MOST_TOPICS: usize = 100;

impl Asked {
    /// Reads a query; unknown names are left alone.
    pub(crate) fn read(query: Option<&str>) -> Result<Self, BadQuery> {
        let mut asked = Self::default();
        for (name, value) in form_urlencoded::parse(query.unwrap_or_default().as_bytes()) {
            match &*name {
                "after" => asked.after = number("after", &value)?,
                "limit" => asked.limit = number("limit", &value)?,
                "ticket" if !value.is_empty() => asked.ticket = Some(value.into_owned()),
                "token" if !value.is_empty() => asked.token = Some(value.into_owned()),
                "topics" | "topic" => asked.topics.append(&mut topics(&value)?),
                _ => {}
            }
        }
        if asked.limit == Some(0) {
            return Err(BadQuery("limit", "Ensure this value is greater than or equal to 1.".into()));
        }
        if asked.topics.len() > MOST_TOPICS {
            return Err(BadQuery("topics", format!("Ensure there are no more than {MOST_TOPICS} topics.")));
        }
        Ok(asked)
    }

    /// Goes on after a place that counts before the one in the query.
    pub(crate) fn go_on_after(&mut self, last_event_id: &str) -> Result<(), BadQuery> {
        self.after = number("Last-Event-ID", last_event_id.trim())?.or(self.after);
        Ok(())
    }

    /// The topics together, each checked against the rights of the caller.
    pub(crate) async fn subscription(&self, edge: &Edge, identity: &Identity) -> Result<Subscription, Problem> {
        let mine = match identity {
            Identity::Nobody => &[Topic::Products][..],
            _ => &[Topic::Orders, Topic::Cart, Topic::Products],
        };
        let topics = if self.topics.is_empty() { mine } else { &self.topics };
        for topic in topics {
            may_follow(edge, identity, *topic).await.map_err(Denied::problem)?;
        }
        Subscription::new(topics, identity.reader()).ok_or_else(Problem::not_authenticated)
    }
}

impl From<BadQuery> for Problem {
    fn from(BadQuery(name, message): BadQuery) -> Self {
        Self::field(name, message)
    }
}

fn number(name: &'static str, value: &str) -> Result<Option<i64>, BadQuery> {
    if value.is_empty() {
        return Ok(None);
    }
    let digits = value.bytes().all(|byte| byte.is_ascii_digit());
    let number = digits.then(|| value.parse().ok()).flatten();
    number.map(Some).ok_or_else(|| BadQuery(name, "A valid integer is required.".into()))
}

fn topics(value: &str) -> Result<Vec<Topic>, BadQuery> {
    let names = value.split(',').map(str::trim).filter(|name| !name.is_empty());
    let read = |name: &str| name.parse().map_err(|unknown| BadQuery("topics", format!("\"{name}\": {unknown}")));
    names.map(read).collect()
}

/// Why a topic can't be followed.
#[derive(Debug)]
pub(super) enum Denied {
    /// It needs an account or a session.
    Nobody,
    /// There is no such order, or none the caller may see.
    NoOrder,
    /// It can't be found out.
    Problem(Problem),
}

impl Denied {
    fn problem(self) -> Problem {
        match self {
            Self::Nobody => Problem::not_authenticated(),
            Self::NoOrder => Problem::Error(StatusCode::NOT_FOUND, "Order not found".into()),
            Self::Problem(problem) => problem,
        }
    }
}

/// Whether a caller may follow a topic.
pub(super) async fn may_follow(edge: &Edge, identity: &Identity, topic: Topic) -> Result<(), Denied> {
    if !topic.is_private() {
        return Ok(());
    }
    let viewer = identity.viewer().ok_or(Denied::Nobody)?;
    let Topic::Order(id) = topic else { return Ok(()) };
    match edge.app.order(id, viewer).await {
        Ok(Some(_)) => Ok(()),
        Ok(None) => Err(Denied::NoOrder),
        Err(failure) => Err(Denied::Problem(failure.into())),
    }
}
