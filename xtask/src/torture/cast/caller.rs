//! Asks, and notes what came of it.

use crate::torture::history::{Asked, Outcome, Recorder, Status, Told, Units};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;
use testkit::{Answer, Client};

/// How long nothing is asked after something was away.
const AWAY: Duration = Duration::from_millis(30);
/// Orders on a page of a list.
const PAGE: usize = 100;

/// One process: a customer, a session, or the staff. Clones are its twins.
#[derive(Clone)]
pub(super) struct Caller {
    process: usize,
    client: Client,
    addresses: Arc<Vec<String>>,
    recorder: Recorder,
}

impl Caller {
    pub(super) fn new(process: usize, client: &Client, addresses: &Arc<Vec<String>>, recorder: &Recorder) -> Self {
        Self { process, client: client.clone(), addresses: Arc::clone(addresses), recorder: recorder.clone() }
    }

    /// How many instances there are to ask.
    pub(super) fn instances(&self) -> usize {
        self.addresses.len()
    }

    /// A key that nobody else has.
    pub(super) fn key(&self, number: u32) -> String {
        format!("key-{}-{number}", self.process)
    }

    /// Asks an instance, with an `Idempotency-Key` if one is given, and returns what came of it.
    pub(super) async fn ask(&self, instance: usize, asked: Asked, key: Option<&str>) -> Outcome {
        let mut client = self.client.at(&self.addresses[instance]);
        if let Some(key) = key {
            client = client.with_header("Idempotency-Key", key);
        }
        let (method, path, body) = request(&asked);
        let method = method.parse().expect("a method of HTTP");
        let started = self.recorder.invoke(self.process, instance, asked.clone(), key.map(str::to_owned));
        let outcome = match client.try_send(method, &path, body).await {
            Ok(answer) => outcome(&asked, &answer),
            // Nobody listened: nothing was sent.
            Err(error) if error.is_connect() => Outcome::Fail(0),
            Err(error) => Outcome::Unknown(None, error.without_url().to_string()),
        };
        self.recorder.end(started, outcome.clone());
        if matches!(outcome, Outcome::Fail(0) | Outcome::Unknown(..)) {
            // Something is away: asking at once again would only keep the machine from bringing it back.
            tokio::time::sleep(AWAY).await;
        }
        outcome
    }
}

fn request(asked: &Asked) -> (&'static str, String, Option<Value>) {
    match asked {
        Asked::Add { product, quantity } => {
            ("POST", "/cart/add/".into(), Some(json!({"product_id": product, "quantity": quantity})))
        }
        Asked::Place => ("POST", "/order/place_order/".into(), None),
        Asked::Cancel { order } => ("POST", format!("/order/{order}/cancel/"), None),
        Asked::Move { order, to } => {
            ("POST", format!("/order/{order}/update_status/"), Some(json!({"status": to.name()})))
        }
        Asked::Restock { product, level } => ("PATCH", format!("/products/{product}/"), Some(json!({"stock": level}))),
        Asked::Look { product } => ("GET", format!("/products/{product}/"), None),
        Asked::List => ("GET", format!("/order/?page_size={PAGE}"), None),
    }
}

fn outcome(asked: &Asked, answer: &Answer) -> Outcome {
    match answer.status {
        200..300 => match told(asked, &answer.json()) {
            Some(told) => Outcome::Ok(told),
            None => Outcome::Unknown(Some(answer.status), format!("not understood: {answer}")),
        },
        400..500 => Outcome::Fail(answer.status),
        status => Outcome::Unknown(Some(status), answer.to_string()),
    }
}

fn told(asked: &Asked, body: &Value) -> Option<Told> {
    Some(match asked {
        Asked::Add { .. } | Asked::Restock { .. } => Told::Done,
        Asked::Place => Told::Placed { order: body["order"]["id"].as_i64()?, units: units(&body["order"]["items"])? },
        Asked::Cancel { .. } => Told::Stands(Status::named(body["order"]["status"].as_str()?)?),
        Asked::Move { to, .. } => Told::Stands(*to),
        Asked::Look { .. } => Told::Level(body["stock"].as_i64()?),
        Asked::List => {
            let seen = body["results"].as_array()?.iter().map(listed).collect::<Option<Vec<_>>>()?;
            Told::Orders { seen, cut: !body["next"].is_null() }
        }
    })
}

fn listed(order: &Value) -> Option<(i64, Status)> {
    Some((order["id"].as_i64()?, status(order)?))
}

/// Where an order stands, as the API shows it.
pub(super) fn status(order: &Value) -> Option<Status> {
    Status::named(order["status"].as_str()?)
}

/// What is in an order, as the API shows its lines.
pub(super) fn units(lines: &Value) -> Option<Units> {
    let mut units = Units::new();
    for line in lines.as_array()? {
        *units.entry(line["product_id"].as_i64()?).or_default() += line["quantity"].as_i64()?;
    }
    Some(units)
}
