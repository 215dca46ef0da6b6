//! On whose behalf a request changes the shop, and which request it is: what the audit log holds.

use super::Caller;
use crate::error::Problem;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use domain::audit::Actor;

/// The id of a request that may change something; in its extensions.
#[derive(Clone)]
pub(crate) struct RequestId(pub(crate) String);

/// Who changes something, in which request.
pub(crate) struct By(pub(crate) Actor);

impl<S: Sync> FromRequestParts<S> for By {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let user = Caller::from_request_parts(parts, state).await?.user;
        let (user_id, name) = user.map_or((None, "anonymous".into()), |user| (Some(user.id), user.email.clone()));
        let request_id = parts.extensions.get::<RequestId>().map(|RequestId(id)| id.clone());
        Ok(Self(Actor { user_id, name, request_id }))
    }
}
