//! What the shop can do: one file per verb (`cart/add.rs`, `order/place.rs`). Each owns its transaction: load, let
//! `domain` decide, save, record the event.
//!
//! To add one: write a file with an `impl App` block, return a small error enum of your own when callers must tell
//! failures apart, and call it from exactly one handler. Time and randomness come from [`App::now`] and
//! [`App::random`]; what must not be half done runs inside [`store::retry`].

mod audit;
pub mod auth;
pub mod cart;
pub mod catalogue;
mod failure;
mod figures;
mod gather;
pub mod live;
pub mod mail;
pub mod media;
pub mod once;
pub mod order;
pub mod session;
pub mod staff;
mod sweep;
pub mod transfer;

pub use failure::Failure;
pub use figures::Figures;
pub use gather::Pass;
pub use store::audit::{AuditBy, AuditFilter, By};
pub use store::{Error as StoreError, Found, Freshness, Key, Mark, Place, Slice, Sort, Start};

use domain::money::Currency;
use domain::time::Timestamp;
use shared::{Rate, Shared};
use std::ops::Deref;
use std::sync::Arc;
use std::time::Duration;
use store::Db;

/// Where time and randomness come from; the wiring passes the machine's, tests their own.
pub trait World: Send + Sync {
    /// Now.
    fn now(&self) -> Timestamp;
    /// Fills the buffer with bytes nobody can guess.
    fn fill(&self, bytes: &mut [u8]);
}

/// What the operator can set, as far as use cases care.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Signs tokens and session keys.
    pub secret_key: String,
    /// What the shop sells in.
    pub currency: Currency,
    /// How long an access token holds.
    pub access_token_lifetime: Duration,
    /// How long a refresh token holds.
    pub refresh_token_lifetime: Duration,
    /// How long an idle anonymous session holds.
    pub session_lifetime: Duration,
    /// How long a browser of the staff stays logged in without being used.
    pub staff_session_lifetime: Duration,
    /// The most a cart line may hold.
    pub max_line_quantity: i64,
    /// Products that are found in memory at most; larger catalogues are left to the database.
    pub catalogue_in_memory: u32,
    /// How long events stay in the log.
    pub event_retention: Duration,
    /// How long answers are kept for those who ask again under an `Idempotency-Key`.
    pub idempotency_retention: Duration,
    /// How long changes stay in the audit log.
    pub audit_retention: Duration,
    /// Mails to customers.
    pub mails: mail::Settings,
    /// Pictures of products.
    pub media: media::Settings,
    /// How many sockets and streams may be open.
    pub live: live::Limits,
    /// Failed logins per account and address until the next has to wait; its period is the first wait.
    pub login_failure_rate: Rate,
    /// Failed logins per address.
    pub login_address_rate: Rate,
    /// Registrations per address.
    pub register_rate: Rate,
}

/// The shop. Cheap to clone.
#[derive(Clone)]
pub struct App(Arc<Parts>);

/// What a shop is made of.
pub struct Parts {
    /// The database, the only truth.
    pub db: Db,
    /// What instances share and may lose.
    pub shared: Shared,
    /// What the operator set.
    pub settings: Settings,
    /// Who follows the event log in this process.
    pub live: live::Live,
    world: Arc<dyn World>,
    hasher: auth::Hasher,
    stand_ins: auth::StandIns,
    gatherers: gather::Gatherers,
    memory: catalogue::Memory,
    goods: catalogue::Goods,
    carts_kept: cart::Kept,
    logins: auth::Logins,
    opened_tokens: auth::OpenedTokens,
    sessions: session::Sessions,
    under_way: once::UnderWay,
    mail_bells: mail::Bells,
    darkroom: media::Darkroom,
    dashboards: staff::Dashboards,
    imports: transfer::Turns,
}

impl Deref for App {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}

impl App {
    /// Puts a shop together.
    #[must_use]
    pub fn new(db: Db, shared: Shared, settings: Settings, world: Arc<dyn World>) -> Self {
        let live = live::Live::new(settings.live);
        let (hasher, gatherers) = (auth::Hasher::new(), gather::Gatherers::default());
        let (stand_ins, memory, goods, carts_kept, logins, opened_tokens) = Default::default();
        let (sessions, under_way, mail_bells, darkroom, dashboards) = Default::default();
        let imports = transfer::Turns::default();
        Self(Arc::new(Parts {
            db,
            shared,
            settings,
            live,
            world,
            hasher,
            stand_ins,
            gatherers,
            memory,
            goods,
            carts_kept,
            logins,
            opened_tokens,
            sessions,
            under_way,
            mail_bells,
            darkroom,
            dashboards,
            imports,
        }))
    }

    /// Now.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.world.now()
    }

    /// How current what this process remembers of the catalogue is.
    #[must_use]
    pub fn freshness(&self) -> &Freshness {
        self.db.freshness()
    }

    /// Bytes nobody can guess.
    #[must_use]
    pub fn random<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.world.fill(&mut bytes);
        bytes
    }
}

/// Whole seconds of a duration, as token and session lifetimes count.
fn seconds(duration: Duration) -> i64 {
    i64::try_from(duration.as_secs()).unwrap_or(i64::MAX)
}
