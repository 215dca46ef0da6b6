//! Who asks: nobody in particular, accounts that are logged in, and sessions. What one case leaves in
//! a cart must not meet another one, so they have callers of their own; only those share theirs that leave it empty.

use super::CONNECTIONS;
use super::cases::Case;
use super::data::{PRODUCTS, email, for_sale};
use crate::stage::{new_session, with_cookie};
use anyhow::{Result, ensure};
use futures_util::{StreamExt, TryStreamExt, stream};
use serde_json::json;
use std::sync::Arc;
use testkit::{Person, Shop};

/// The header lines of a caller, each with its end.
pub(super) type Head = Arc<str>;

/// Lines in a cart that is read.
const LINES: u64 = 5;
/// How many prepare themselves at once.
const AT_ONCE: usize = 8;
/// Cases in which the same accounts order.
const ORDERING: [Case; 4] = [Case::Order, Case::OrderHot, Case::OrderAlone, Case::Sockets];
/// Accounts with sockets that only wait, while others order.
const ONLOOKERS: usize = 20;

/// The callers of all cases; of one that is not measured there are none.
pub(super) struct Callers {
    pub(super) nobody: Head,
    pub(super) adding: Vec<Head>,
    pub(super) reading: Vec<Head>,
    pub(super) reading_sessions: Vec<Head>,
    pub(super) ordering: Vec<Head>,
    pub(super) ordering_sessions: Vec<Head>,
    /// They have sockets, and order nothing.
    pub(super) onlookers: Vec<Head>,
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
    pub(super) async fn prepare(shop: &Shop, cases: &[Case], password: &str) -> Result<Self> {
        let nobody = format!("Host: {}\r\n", shop.address_of(0));
        let of = async |served: &[Case], count, kind, lines| match served.iter().any(|case| cases.contains(case)) {
            true => ready(shop, &nobody, password, count, kind, lines).await,
            false => Ok(vec![]),
        };
        let all = CONNECTIONS;
        let group = |number| As::Account(number * CONNECTIONS as u64);
        Ok(Self {
            adding: of(&[Case::CartAdd], all, group(0), 0).await?,
            // A limit answers with as many bytes as their carts have.
            reading: of(&[Case::CartRead, Case::BareCart], all, group(1), LINES).await?,
            reading_sessions: of(&[Case::CartReadSession], all, As::Session, LINES).await?,
            ordering: of(&ORDERING, all, group(2), 0).await?,
            // A session begins with its cart.
            ordering_sessions: of(&[Case::OrderSession], all, As::Session, 1).await?,
            onlookers: of(&[Case::Sockets], ONLOOKERS, group(3), 0).await?,
            nobody: nobody.into(),
            password: password.to_owned(),
        })
    }
}

/// So many callers, each with that many lines in its cart.
async fn ready(shop: &Shop, nobody: &str, password: &str, count: usize, kind: As, lines: u64) -> Result<Vec<Head>> {
    // A cookie of its own keeps the client from taking on those that others are given.
    let stranger = with_cookie(shop, "none=1");
    let one = async |number: u64| -> Result<Head> {
        let (client, line) = match kind {
            As::Account(first) => {
                let person: Person = shop.log_in(&stranger, &email(first + number), password).await;
                (person.client, format!("Authorization: Bearer {}", person.access))
            }
            As::Session => {
                let cookie = new_session(&stranger, for_sale(number, PRODUCTS)).await?;
                (with_cookie(shop, &cookie), format!("Cookie: {cookie}"))
            }
        };
        // What a session has begun with is there already.
        let there = u64::from(matches!(kind, As::Session));
        for more in there..lines {
            let added = client.post("/cart/add/", json!({"product_id": for_sale(number + more, PRODUCTS)})).await;
            ensure!(added.status < 300, "{added}");
        }
        Ok(format!("{nobody}{line}\r\n").into())
    };
    stream::iter(0..count as u64).map(one).buffered(AT_ONCE).try_collect().await
}
