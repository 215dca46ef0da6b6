//! A thousand buyers, each with one unit in the cart, order at the same moment; a hundred units are there. Exactly a
//! hundred are sold, the others are told so, and nobody sees a server error.

use super::{Ended, Round, Stage, plain};
use crate::torture::cast::{doctor, product, shop};
use crate::torture::history::Finding;
use crate::torture::progress::{Progress, thousands};
use anyhow::Result;
use futures_util::{StreamExt, stream};
use serde_json::json;
use testkit::{Answer, Client, Person, Shop};
use tokio::task::{JoinSet, block_in_place};

const BUYERS: usize = 1_000;
const UNITS: i64 = 100;
/// Carts filled at once.
const AT_ONCE: usize = 64;

pub(super) async fn run(stage: &Stage, round: Round) -> Result<Ended> {
    let shop = shop(&stage.servers, &stage.program, round.instances)?.start().await;
    let staff = shop.staff().await;
    let mut progress = Progress::of(round);
    let mut findings = vec![];
    for number in 1..=round.size {
        progress.say(&format!("round {number} of {}", round.size));
        let ticket = product(&staff, &format!("Ticket {number}"), UNITS).await?;
        let buyers = queue(&shop, ticket).await;
        let answers = rush(buyers).await;
        findings.extend(wrong(&answers));
        findings.extend(books(&shop, &staff, ticket).await);
    }
    let orders = staff.get("/order/?page_size=1").await.expect(200).json()["count"].as_i64();
    let wanted = i64::try_from(round.size)? * UNITS;
    if orders != Some(wanted) {
        findings.push(plain("sold once", format!("{orders:?} orders are there, {wanted} were sold")));
    }
    findings.extend(block_in_place(|| doctor(&shop)).into_iter().map(|line| plain("doctor", line)));
    let asked = thousands(usize::try_from(round.size)? * BUYERS);
    Ok(Ended { note: format!("{} rounds, {asked} buyers", round.size), findings, history: None })
}

/// Everybody with a cart, spread over the instances.
async fn queue(shop: &Shop, ticket: i64) -> Vec<Client> {
    let buyers: Vec<Client> = (0..BUYERS).map(|number| shop.client_of(number % shop.instances())).collect();
    let fill = |buyer: Client| async move {
        buyer.post("/cart/add/", json!({"product_id": ticket})).await.expect(201);
        buyer
    };
    stream::iter(buyers).map(fill).buffer_unordered(AT_ONCE).collect().await
}

async fn rush(buyers: Vec<Client>) -> Vec<Answer> {
    let mut rush = JoinSet::new();
    for buyer in buyers {
        rush.spawn(async move { buyer.post("/order/place_order/", ()).await });
    }
    rush.join_all().await
}

fn wrong(answers: &[Answer]) -> Vec<(&'static str, Finding)> {
    let count = |status| answers.iter().filter(|answer| answer.status == status).count();
    let mut findings = vec![];
    if i64::try_from(count(201)).ok() != Some(UNITS) {
        findings.push(plain("sold once", format!("{} of {UNITS} units were sold to {BUYERS} buyers", count(201))));
    }
    for other in answers.iter().filter(|answer| ![201, 409].contains(&answer.status)).take(3) {
        findings.push(plain("no server errors", other.to_string()));
    }
    findings
}

/// Nothing is left, on any instance, and the ledger tells of as many as were there.
async fn books(shop: &Shop, staff: &Person, ticket: i64) -> Vec<(&'static str, Finding)> {
    let mut findings = vec![];
    for instance in 0..shop.instances() {
        let shown = staff.at(&shop.url_of(instance)).get(&format!("/products/{ticket}/")).await.expect(200).json();
        if shown["stock"] != 0 {
            findings.push(plain("level", format!("instance {instance} says {} are left of {UNITS}", shown["stock"])));
        }
    }
    let sql = format!(
        "SELECT CAST(count(*) AS text) || ' movements of ' || CAST(coalesce(sum(-m.delta), 0) AS text) FROM stock_movements m \
         JOIN variants v ON v.id = m.variant_id WHERE v.product_id = {ticket} AND m.reason = 'order'"
    );
    let ledger = block_in_place(|| shop.look(&sql));
    if ledger != [Some(format!("{UNITS} movements of {UNITS}"))] {
        findings.push(plain("ledger", format!("the ledger has {ledger:?}, {UNITS} were sold")));
    }
    findings
}
