//! Who a socket or a stream belongs to, the ways to prove it, and `POST /ws/ticket/`.

use crate::auth::{Authenticated, Unauthenticated};
use crate::failure::carries_failure;
use crate::order::Viewer;
use crate::session::hash;
use crate::{App, Failure};
use domain::cart::Owner;
use domain::event::{AccessEnded, Reader};
use domain::time::Timestamp;
use store::ticket::Ticket;
use thiserror::Error;

/// Seconds in which a ticket must be used.
pub const TICKET_SECONDS: i64 = 60;

/// Who reads, and until when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Identity {
    /// Nobody in particular: may read what everybody may.
    Nobody,
    /// An anonymous session.
    Session {
        /// Its id.
        id: i64,
        /// When it ends.
        until: Timestamp,
    },
    /// An account.
    User {
        /// Its id.
        id: i64,
        /// Whether it may see every order.
        is_staff: bool,
        /// The login it came by.
        family: Option<String>,
        /// The account's version the login belongs to.
        version: i64,
        /// When the access token expires.
        until: Timestamp,
    },
}

/// Why a ticket opens nothing.
#[derive(Debug, Error)]
pub enum TicketError {
    /// Unknown, used, or too old; or what it stood for has ended.
    #[error("The ticket is not valid.")]
    Invalid,
    /// Something else failed.
    #[error(transparent)]
    Failure(Failure),
}
carries_failure!(TicketError);

impl Identity {
    /// Whose cart and orders are its own.
    #[must_use]
    pub const fn owner(&self) -> Option<Owner> {
        match self {
            Self::Nobody => None,
            Self::Session { id, .. } => Some(Owner::Session(*id)),
            Self::User { id, .. } => Some(Owner::User(*id)),
        }
    }

    /// What it may read.
    #[must_use]
    pub const fn reader(&self) -> Reader {
        Reader { owner: self.owner(), is_staff: matches!(self, Self::User { is_staff: true, .. }) }
    }

    /// What it sees of orders.
    #[must_use]
    pub fn viewer(&self) -> Option<Viewer> {
        match self {
            Self::User { is_staff: true, .. } => Some(Viewer::Staff),
            other => other.owner().map(Viewer::Owner),
        }
    }

    /// When it has to be proved anew.
    #[must_use]
    pub const fn until(&self) -> Option<Timestamp> {
        match self {
            Self::Nobody => None,
            Self::Session { until, .. } | Self::User { until, .. } => Some(*until),
        }
    }

    /// Whether this end of an access is its own.
    pub(super) fn is_hit_by(&self, (owner, ended): &(Owner, AccessEnded)) -> bool {
        if self.owner() != Some(*owner) {
            return false;
        }
        let Self::User { family, version, .. } = self else { return true };
        let of_family = ended.family.is_none() || ended.family == *family;
        of_family && ended.version.is_none_or(|newer| *version < newer)
    }
}

impl From<Authenticated> for Identity {
    fn from(Authenticated { user, family, until, .. }: Authenticated) -> Self {
        Self::User { id: user.id, is_staff: user.is_staff(), family, version: user.auth_version, until }
    }
}

impl App {
    /// Who an access token stands for.
    pub async fn identify_token(&self, token: &str) -> Result<Identity, Unauthenticated> {
        self.authenticate(token).await.map(Into::into)
    }

    /// The anonymous session with this key; nobody when it does not live.
    pub async fn identify_session(&self, key: &str) -> Result<Identity, Failure> {
        let found = self.session_until(key).await?;
        Ok(found.map_or(Identity::Nobody, |(id, until)| Identity::Session { id, until }))
    }

    /// A ticket that opens one socket as this identity within [`TICKET_SECONDS`]; `None` for nobody.
    pub async fn issue_ticket(&self, identity: &Identity) -> Result<Option<String>, Failure> {
        let now = self.now();
        let (owner, until) = match (identity.owner(), identity.until()) {
            (Some(owner), Some(until)) => (owner, until),
            _ => return Ok(None),
        };
        let (family, version) = match identity {
            Identity::User { family, version, .. } => (family.clone(), Some(*version)),
            _ => (None, None),
        };
        let ticket = Ticket { owner, family, version, until };
        let key = self.new_key();
        store::retry(|| async {
            let tx = self.db.begin().await?;
            store::ticket::issue(&tx, &hash(&key), &ticket, now.plus_seconds(TICKET_SECONDS)).await?;
            Ok::<_, Failure>(tx.commit().await?)
        })
        .await?;
        Ok(Some(key))
    }

    /// Uses a ticket up. The login it came from is looked at again: it may have ended since.
    pub async fn redeem_ticket(&self, key: &str) -> Result<Identity, TicketError> {
        let now = self.now();
        let ticket = store::retry(|| async {
            let tx = self.db.begin().await?;
            let ticket = store::ticket::redeem(&tx, &hash(key), now).await?;
            tx.commit().await?;
            Ok::<_, TicketError>(ticket)
        });
        let ticket = ticket.await?.ok_or(TicketError::Invalid)?;
        let id = match ticket.owner {
            // A session that ended took its tickets with it.
            Owner::Session(id) => return Ok(Identity::Session { id, until: ticket.until }),
            Owner::User(id) => id,
        };
        let found = self.account_of_login(id, ticket.family.as_deref(), false).await?;
        let (user, ended) = found.ok_or(TicketError::Invalid)?;
        let version = ticket.version.unwrap_or(1);
        if ended || !user.is_active || user.auth_version != version || ticket.until <= now {
            return Err(TicketError::Invalid);
        }
        let (family, until) = (ticket.family, ticket.until);
        Ok(Identity::User { id, is_staff: user.is_staff(), family, version, until })
    }
}
