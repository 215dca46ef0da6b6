//! Orders at full speed while a thousand sockets are open: how many, and how long after an order's answer the socket of
//! whoever placed it tells of it.

use super::callers::{Callers, Head};
use super::cases::Case;
use super::cpu::Watched;
use super::figures::Sample;
use super::load::{Pace, drive};
use super::scripts;
use crate::stage::{Crowd, Seat};
use anyhow::{Context, Result};
use serde_json::Value;
use std::cell::RefCell;
use std::collections::HashMap;
use std::net::SocketAddr;
use std::rc::Rc;
use std::time::{Duration, Instant};
use testkit::Shop;
use tokio_tungstenite::tungstenite::http::header::AUTHORIZATION;

/// How many are open at once.
pub(super) const SOCKETS: usize = 1_000;

/// When orders were answered, with the bodies of the answers; read only after all is over.
type Answers = Rc<RefCell<Vec<(Instant, Vec<u8>)>>>;

/// One round. An order counts when it was answered while it was measured; its latency is the way from its answer to
/// the frame.
pub(super) async fn measure(
    shop: &Shop,
    addresses: &[SocketAddr],
    callers: &Callers,
    pace: Pace,
    watched: &Watched,
) -> Result<Sample> {
    let mut crowd = Crowd::gather(shop, seats(callers)?).await.context("opening the sockets")?;
    let answers = Answers::default();
    let mut orders = scripts::of(Case::Sockets, callers);
    for script in &mut orders {
        let answers = Rc::clone(&answers);
        script.listener = Some(Box::new(move |body| answers.borrow_mut().push((Instant::now(), body.to_vec()))));
    }
    let sample = drive(addresses, orders, pace, watched).await?;
    // Late answers have latencies of another kind.
    Ok(Sample { latencies: ways(&mut crowd, &answers.take()).await?, late: vec![], ..sample })
}

/// Everybody who orders has a socket; the rest is spread over the onlookers, since no account may have them all.
fn seats(callers: &Callers) -> Result<Vec<Seat>> {
    let others = callers.onlookers.iter().cycle().take(SOCKETS - callers.ordering.len());
    callers.ordering.iter().chain(others).map(seat).collect()
}

fn seat(head: &Head) -> Result<Seat> {
    let bearer = head.lines().find_map(|line| line.strip_prefix("Authorization: "));
    let bearer = bearer.context("whoever follows orders is logged in")?.parse()?;
    Ok(Seat { path: "/ws/orders/", header: Some((AUTHORIZATION, bearer)), topics: vec![], joins: false })
}

/// The way from each answer to its frame. A frame that comes before the answer was read has none.
async fn ways(crowd: &mut Crowd, answers: &[(Instant, Vec<u8>)]) -> Result<Vec<Duration>> {
    let mut waiting = HashMap::new();
    for (at, body) in answers {
        waiting.insert(id(body, "order").context("an order's answer tells its id")?, *at);
    }
    let mut ways = Vec::with_capacity(waiting.len());
    while !waiting.is_empty() {
        let told = crowd.next_with("order.placed").await.context("an order was not told to its owner")?;
        // Also of orders that do not count.
        if let Some(answered) = id(told.text.as_bytes(), "data").and_then(|id| waiting.remove(&id)) {
            ways.push(told.at.saturating_duration_since(answered));
        }
    }
    Ok(ways)
}

/// The `id` within a field of a JSON object.
fn id(text: &[u8], field: &str) -> Option<u64> {
    serde_json::from_slice::<Value>(text).ok()?[field]["id"].as_u64()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_is_known_again_in_its_frame() {
        let answer = br#"{"status": "Order placed", "order": {"number": "OX-1", "id": 12}}"#;
        let frame = br#"{"type":"event","seq":9,"event":"order.placed","data":{"currency":"USD","id":12}}"#;
        assert_eq!((id(answer, "order"), id(frame, "data")), (Some(12), Some(12)));
        assert_eq!(id(b"no JSON", "order"), None);
    }
}
