//! Who asks: nobody in particular, accounts that are logged in, and sessions. Each case has callers of its own, so that
//! what one leaves in its cart does not meet another.

use super::CONNECTIONS;
use super::cases::Case;
use super::data::{email, for_sale};
use anyhow::{Context, Result, ensure};
use futures_util::{StreamExt, TryStreamExt, stream};
use serde_json::json;
use std::net::SocketAddr;
use std::sync::Arc;
use testkit::{Client, Person, Shop};

/// The header lines of a caller, each with its end.
pub(super) type Head = Arc<str>;

/// Lines in a cart that is read.
const LINES: u64 = 5;
/// How many prepare themselves at once.
const AT_ONCE: usize = 8;

/// The callers of all cases; of one that is not measured there are none.
pub(super) struct Callers {
    pub(super) nobody: Head,
    pub(super) adding: Vec<Head>,
    pub(super) reading: Vec<Head>,
    pub(super) reading_sessions: Vec<Head>,
    pub(super) ordering: Vec<Head>,
    pub(super) ordering_sessions: Vec<Head>,
    pub(super) ordering_hot: Vec<Head>,
    /// What all users log in with.
    pub(super) password: String,
}

/// How a caller is told from others.
#[derive(Clone, Copy)]
enum As {
    /// An account; the number is the one of its first user.
    Account(u64),
    Session,
}

impl Callers {
    /// Logs them in and fills their carts.
    pub(super) async fn prepare(shop: &Shop, address: SocketAddr, cases: &[Case], password: &str) -> Result<Self> {
        let nobody = format!("Host: {address}\r\n");
        let of = async |case, kind, lines| match cases.contains(&case) {
            true => ready(shop, &nobody, password, kind, lines).await,
            false => Ok(vec![]),
        };
        let apart = CONNECTIONS as u64;
        Ok(Self {
            adding: of(Case::CartAdd, As::Account(0), 0).await?,
            reading: of(Case::CartRead, As::Account(apart), LINES).await?,
            reading_sessions: of(Case::CartReadSession, As::Session, LINES).await?,
            ordering: of(Case::Order, As::Account(apart * 2), 0).await?,
            // A session begins with its cart.
            ordering_sessions: of(Case::OrderSession, As::Session, 1).await?,
            ordering_hot: of(Case::OrderHot, As::Account(apart * 3), 0).await?,
            nobody: nobody.into(),
            password: password.to_owned(),
        })
    }
}

/// One caller for each connection, with that many lines in its cart.
async fn ready(shop: &Shop, nobody: &str, password: &str, kind: As, lines: u64) -> Result<Vec<Head>> {
    // A cookie of its own keeps the client from taking on those that others are given.
    let stranger = shop.client().with_header("Cookie", "none=1");
    let one = async |number: u64| -> Result<Head> {
        let (client, line) = match kind {
            As::Account(first) => {
                let person: Person = shop.log_in(&stranger, &email(first + number), password).await;
                (person.client, format!("Authorization: Bearer {}", person.access))
            }
            As::Session => {
                let cookie = new_session(&stranger, number).await?;
                (shop.client().with_header("Cookie", &cookie), format!("Cookie: {cookie}"))
            }
        };
        // What a session has begun with is there already.
        let there = u64::from(matches!(kind, As::Session));
        for more in there..lines {
            let added = client.post("/cart/add/", json!({"product_id": for_sale(number + more)})).await;
            ensure!(added.status < 300, "{added}");
        }
        Ok(format!("{nobody}{line}\r\n").into())
    };
    stream::iter(0..CONNECTIONS as u64).map(one).buffered(AT_ONCE).try_collect().await
}

/// The cookie of a session with one line in its cart.
async fn new_session(stranger: &Client, number: u64) -> Result<String> {
    let answer = stranger.post("/cart/add/", json!({"product_id": for_sale(number)})).await.expect(201);
    let cookie = answer.header("set-cookie").and_then(|cookie| cookie.split(';').next());
    Ok(cookie.context("a new session has a cookie")?.to_owned())
}
