//! Who opens a socket or a stream: a header, a ticket, a token in the query, or the session cookie.

use super::Asked;
use crate::error::Problem;
use crate::guard;
use crate::state::Edge;
use app::auth::Unauthenticated;
use app::live::{Identity, TicketError};
use axum::http::StatusCode;
use axum::http::header;
use axum::http::request::Parts;
use serde_json::json;
use std::time::Duration;

/// Why somebody is not who they say.
#[derive(Debug)]
pub(crate) enum Unproven {
    /// The ticket or token in the query is no good; says which.
    Credential(String),
    /// A page of another site, with the visitor's cookie.
    Origin(String),
    /// Anything a plain request would be refused for too.
    Problem(Problem),
}

impl From<Unproven> for Problem {
    fn from(unproven: Unproven) -> Self {
        match unproven {
            Unproven::Credential(detail) => Self::Unauthorized(json!({"detail": detail, "code": "token_not_valid"})),
            Unproven::Origin(detail) => Self::Detail(StatusCode::FORBIDDEN, detail),
            Unproven::Problem(problem) => problem,
        }
    }
}

impl From<Problem> for Unproven {
    fn from(problem: Problem) -> Self {
        Self::Problem(problem)
    }
}

impl From<app::Failure> for Unproven {
    fn from(failure: app::Failure) -> Self {
        Self::Problem(failure.into())
    }
}

/// How long a process that has just started may take to look at the log.
const FIRST_LOOK: Duration = Duration::from_secs(2);

/// Who the request comes from, and the place of the log that was known before it was found out.
pub(crate) async fn identify(edge: &Edge, parts: &Parts, asked: &Asked) -> Result<(Identity, i64), Unproven> {
    let head = tokio::time::timeout(FIRST_LOOK, edge.app.live.head()).await;
    let since =
        head.map_err(|_| Problem::Unavailable(1, "The event log can't be read yet. Try again later.".into()))?;
    let caller = guard::caller(edge, parts, false).await?;
    let identity = match (&caller.login, &asked.ticket, &asked.token) {
        (Some(login), ..) => login.clone(),
        (None, Some(ticket), _) => by_ticket(edge, ticket).await?,
        (None, None, Some(token)) => by_token(edge, token).await?,
        (None, None, None) => {
            if caller.session_key.is_some() {
                own_page(edge, parts)?;
            }
            caller.identity(edge).await?
        }
    };
    Ok((identity, since))
}

async fn by_ticket(edge: &Edge, ticket: &str) -> Result<Identity, Unproven> {
    match edge.app.redeem_ticket(ticket).await {
        Ok(identity) => Ok(identity),
        Err(TicketError::Failure(failure)) => Err(failure.into()),
        Err(invalid) => Err(Unproven::Credential(invalid.to_string())),
    }
}

async fn by_token(edge: &Edge, token: &str) -> Result<Identity, Unproven> {
    if !edge.settings.socket_query_token {
        return Err(Unproven::Credential("Tokens in the address are switched off here. Use a ticket.".into()));
    }
    access(edge, token).await
}

/// Who an access token stands for.
pub(super) async fn access(edge: &Edge, token: &str) -> Result<Identity, Unproven> {
    edge.app.identify_token(token).await.map_err(|refusal| match refusal {
        Unauthenticated::Failure(failure) => failure.into(),
        other => Unproven::Credential(other.to_string()),
    })
}

/// Refuses a browser's page of another site: its socket would carry the visitor's cookie. Programs send no `Origin`,
/// and neither does a page that reads a stream of its own site.
fn own_page(edge: &Edge, parts: &Parts) -> Result<(), Unproven> {
    let Some(origin) = parts.headers.get(header::ORIGIN) else { return Ok(()) };
    let origin = String::from_utf8_lossy(origin.as_bytes()).to_ascii_lowercase();
    if guard::is_own(edge, parts, &origin) {
        return Ok(());
    }
    Err(Unproven::Origin(format!("Origin {origin} is not allowed. Add it to cors_allowed_origins.")))
}
