//! One cart is ordered by 64 twins at the same moment, on all instances, under one `Idempotency-Key`. One order comes of
//! it, whoever of them is told.

use super::{Ended, Round, Stage, plain};
use crate::torture::cast::{doctor, product, shop};
use crate::torture::history::Finding;
use crate::torture::progress::{Progress, thousands};
use anyhow::Result;
use serde_json::json;
use std::collections::BTreeSet;
use testkit::{Answer, Client, Shop};
use tokio::task::{JoinSet, block_in_place};

const TWINS: usize = 64;

pub(super) async fn run(stage: &Stage, round: Round) -> Result<Ended> {
    let shop = shop(&stage.servers, &stage.program, round.instances)?.start().await;
    let staff = shop.staff().await;
    let mug = product(&staff, "Mug", 1_000_000).await?;
    // Connections are kept from key to key: what counts is that all ask at once.
    let (everybody, mut findings) = (shop.client(), vec![]);
    let mut progress = Progress::of(round);
    for number in 1..=round.size {
        progress.say(&format!("key {number} of {}", round.size));
        let caller = cart_of_a_new_session(&shop, &everybody, mug).await?;
        let answers = ask(&shop, &caller, number).await;
        findings.extend(wrong(number, &answers));
    }
    let orders = staff.get("/order/?page_size=1").await.expect(200).json()["count"].as_u64();
    if orders != Some(round.size) {
        findings.push(plain("one order for each key", format!("{orders:?} orders are there of {} keys", round.size)));
    }
    findings.extend(block_in_place(|| doctor(&shop)).into_iter().map(|line| plain("doctor", line)));
    let asked = thousands(usize::try_from(round.size)? * TWINS);
    Ok(Ended { note: format!("{} keys, {asked} calls", round.size), findings, history: None })
}

async fn cart_of_a_new_session(shop: &Shop, everybody: &Client, product: i64) -> Result<Client> {
    // A cookie of its own keeps the jar out, so that each time another session begins.
    let nobody = everybody.with_header("Cookie", "none=1");
    let product = u64::try_from(product)?;
    let cookie = crate::stage::new_session(&nobody, product).await?;
    Ok(shop.client().with_header("Cookie", &cookie))
}

async fn ask(shop: &Shop, caller: &Client, number: u64) -> Vec<Answer> {
    let caller = caller.with_header("Idempotency-Key", &format!("twins-{number}"));
    let mut twins = JoinSet::new();
    for twin in 0..TWINS {
        let caller = caller.at(&shop.url_of(twin % shop.instances()));
        twins.spawn(async move { caller.post("/order/place_order/", json!({})).await });
    }
    twins.join_all().await
}

/// One is told of the order first, all who are told are told of the same, and the others are to wait.
fn wrong(number: u64, answers: &[Answer]) -> Vec<(&'static str, Finding)> {
    let placed = answers.iter().filter(|answer| answer.status == 201);
    let orders: BTreeSet<Option<i64>> = placed.map(|answer| answer.json()["order"]["id"].as_i64()).collect();
    let mut findings = vec![];
    if orders.len() != 1 {
        findings.push(plain("one order for each key", format!("key {number} made the orders {orders:?}")));
    }
    let is_first = |answer: &&Answer| answer.status == 201 && answer.header("idempotent-replayed").is_none();
    let first = answers.iter().filter(is_first).count();
    if first != 1 {
        findings.push(plain("one order for each key", format!("key {number}: {first} answers were not replayed")));
    }
    for other in answers.iter().filter(|answer| ![201, 409].contains(&answer.status)).take(3) {
        findings.push(plain("no server errors", format!("key {number}: {other}")));
    }
    findings
}
