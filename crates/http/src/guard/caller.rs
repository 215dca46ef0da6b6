//! Who calls: found out once per request, before the handler.

use crate::error::{Answer, Problem};
use crate::state::Edge;
use app::auth::{Assumed, Authenticated};
use app::cart::Shopper;
use app::live::Identity;
use app::order::{Buyer, Viewer};
use axum::extract::{FromRequestParts, RawPathParams};
use axum::http::request::Parts;
use domain::cart::Owner;
use domain::customer::User;
use domain::staff::Duty;
use std::sync::Arc;

/// Who calls.
#[derive(Clone, Debug)]
pub(crate) struct Caller {
    /// The account behind a valid access token.
    pub user: Option<Arc<User>>,
    /// Whether the account is known by the cookie of the staff.
    pub by_cookie: bool,
    /// The account's login, as far as live reading cares.
    pub login: Option<Identity>,
    /// Whether this process knew of everything that was committed when it looked the account up.
    pub has_read_all: bool,
    /// Whether logins and sessions may be taken at their word: on routes at the till ([`super::Resources::till`]).
    pub at_word: bool,
    /// What was assumed of the account's login, to be looked after by whoever does something for it.
    pub assumed: Option<Assumed>,
    /// The key in the session cookie, unchecked.
    pub session_key: Option<String>,
    /// The network address, as far as proxies can be trusted, as limits count it.
    pub address: String,
}

impl Caller {
    /// The account; for routes whose permission demands one.
    pub(crate) fn user(&self) -> Answer<&User> {
        self.user.as_deref().ok_or_else(Problem::not_authenticated)
    }

    pub(crate) fn is_staff(&self) -> bool {
        self.user.as_ref().is_some_and(|user| user.is_staff())
    }

    /// Whether they are of the staff and may do such work.
    pub(crate) fn may(&self, duty: Duty) -> bool {
        self.user.as_ref().is_some_and(|user| user.may(duty))
    }

    /// The id of the live anonymous session in the cookie.
    pub(crate) async fn session_id(&self, edge: &Edge) -> Answer<Option<i64>> {
        match &self.session_key {
            None => Ok(None),
            Some(key) => Ok(edge.app.session(key).await?.map(|(id, _)| id)),
        }
    }

    /// Who the caller is to live reading: the account, else the session, else nobody.
    pub(crate) async fn identity(&self, edge: &Edge) -> Answer<Identity> {
        match (&self.login, &self.session_key) {
            (Some(login), _) => Ok(login.clone()),
            (None, Some(key)) => Ok(edge.app.identify_session(key).await?),
            (None, None) => Ok(Identity::Nobody),
        }
    }

    /// Whose cart and orders the caller has: the account's, else the session's, else none yet.
    pub(crate) async fn owner(&self, edge: &Edge) -> Answer<Option<Owner>> {
        Ok(self.owner_as_known(edge).await?.map(|(owner, _)| owner))
    }

    /// As [`Caller::owner`], and whether this process knew of everything that was committed when it looked them up.
    pub(crate) async fn owner_as_known(&self, edge: &Edge) -> Answer<Option<(Owner, bool)>> {
        let session = match (&self.user, &self.session_key) {
            (Some(user), _) => return Ok(Some((Owner::User(user.id), self.has_read_all))),
            (None, None) => return Ok(None),
            (None, Some(key)) => edge.app.session(key).await?,
        };
        Ok(session.map(|(id, has_read_all)| (Owner::Session(id), has_read_all)))
    }

    /// What the caller sees of orders; `None` for somebody without account or session.
    pub(crate) async fn viewer(&self, edge: &Edge) -> Answer<Option<Viewer>> {
        if self.is_staff() {
            return Ok(Some(Viewer::Staff));
        }
        Ok(self.owner(edge).await?.map(Viewer::Owner))
    }

    pub(crate) fn shopper(&self) -> Shopper {
        match &self.user {
            Some(user) => Shopper::User(user.id, self.assumed.clone()),
            None => Shopper::Anonymous(self.session_key.clone()),
        }
    }

    /// Who orders: the account, else the session, else nobody who could have a cart.
    pub(crate) async fn buyer(&self, edge: &Edge) -> Answer<Option<Buyer>> {
        let owner = match (&self.user, &self.session_key) {
            (None, Some(key)) if self.at_word => edge.app.buying_session(key).await?.map(Owner::Session),
            _ => self.owner(edge).await?,
        };
        Ok(owner.map(|owner| Buyer { owner, assumed: self.assumed.clone() }))
    }

    /// The same caller as they are, when they were taken at their word and that turned out to be old.
    pub(crate) async fn confirmed(&self, edge: &Edge) -> Answer<Self> {
        let Some(assumed) = &self.assumed else { return Ok(self.clone()) };
        let Authenticated { user, .. } = super::authenticate::confirm(edge, assumed).await?;
        Ok(Self { user: Some(user), assumed: None, ..self.clone() })
    }
}

impl<S: Sync> FromRequestParts<S> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let caller = parts.extensions.get::<Self>().cloned();
        caller.ok_or_else(|| Problem::Internal("a route stands outside the guard".into()))
    }
}

/// The number in the path. One beyond 64 bits is nobody's id, so it counts as the largest there is and the route gives
/// its own answer to an unknown one.
pub(crate) struct Id(pub(crate) i64);

impl<S: Send + Sync> FromRequestParts<S> for Id {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let params = RawPathParams::from_request_parts(parts, state).await.map_err(|_| Problem::not_found())?;
        let (_, digits) = params.iter().next().ok_or_else(Problem::not_found)?;
        Ok(Self(digits.parse().unwrap_or(i64::MAX)))
    }
}
