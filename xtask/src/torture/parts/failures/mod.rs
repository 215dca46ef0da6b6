//! Every transaction of the API loses a race: each of its writing statements in turn, and its COMMIT, is refused once by
//! PostgreSQL itself with a serialization failure or a deadlock. The caller notices nothing, and it is done once.
//!
//! The faults are triggers in the database, so what the shop sees is the server's own error over the wire. They count
//! with sequences, which a rollback leaves alone: the attempt after the one that failed goes through. On SQLite one
//! transaction writes at a time, and there is no race to lose.

mod mailed;
mod plant;
mod routes;
mod staff;

use super::{Ended, Round, Stage, plain};
use crate::torture::cast::{doctor, shop};
use crate::torture::history::Finding;
use crate::torture::progress::Progress;
use anyhow::{Context, Result, ensure};
use plant::{Fault, Place};
use routes::{Route, World};
use serde_json::Value;
use std::collections::BTreeSet;
use testkit::Shop;
use tokio::task::block_in_place;

/// Statements of one request that write, at most: more is a mistake here.
const MOST: u64 = 40;

pub(super) async fn run(stage: &Stage, round: Round) -> Result<Ended> {
    let shop = shop(&stage.servers, &stage.program, round.instances)?.start().await;
    let mut findings = missing(&shop).await?;
    let world = World::make(&shop).await?;
    block_in_place(|| plant::prepare(&shop));
    let mut progress = Progress::of(round);
    let mut faults = 0;
    for route in routes::ALL {
        progress.say(&format!("{} {}", route.method, route.path));
        let (struck, found) = torment(&shop, &world, route, round.size).await?;
        if struck == 0 && route.writes {
            findings.push(plain("covered", format!("{route} wrote nothing that could be refused")));
        }
        faults += struck;
        findings.extend(found);
    }
    findings.extend(block_in_place(|| doctor(&shop)).into_iter().map(|line| plain("doctor", line)));
    let note = format!("{} routes, {faults} transactions refused once", routes::ALL.len());
    Ok(Ended { note, findings, history: None })
}

/// Operations of the OpenAPI document that change something and have no line here.
async fn missing(shop: &Shop) -> Result<Vec<(&'static str, Finding)>> {
    let schema = shop.client().get("/api/schema/").await.expect(200).json();
    let paths = schema["paths"].as_object().context("the OpenAPI document has paths")?;
    let writing = ["post", "put", "patch", "delete"];
    let operations = paths.iter().flat_map(|(path, operations)| {
        let methods = operations.as_object().into_iter().flatten().map(|(method, _)| method.as_str());
        methods.filter(|method| writing.contains(method)).map(move |method| format!("{} {path}", method.to_uppercase()))
    });
    let there: BTreeSet<String> = operations.collect();
    let here: BTreeSet<String> = routes::ALL.iter().map(Route::to_string).collect();
    ensure!(here.is_subset(&there), "routes that are no longer there: {:?}", here.difference(&there));
    let lack = |operation: &String| plain("covered", format!("{operation} has no line in failures/routes.rs"));
    Ok(there.difference(&here).map(lack).collect())
}

/// Refuses each writing statement of a route once, then its COMMIT; how often that happened, and what went wrong.
async fn torment(
    shop: &Shop,
    world: &World<'_>,
    route: &Route,
    thorough: u64,
) -> Result<(u64, Vec<(&'static str, Finding)>)> {
    let codes = if thorough > 1 { &["40001", "40P01"][..] } else { &["40001"] };
    let (mut struck, mut findings) = (0, vec![]);
    for code in codes {
        let last = if thorough > 1 { MOST } else { 1 };
        let writes = (1..=last).map(Place::Write);
        let mut none_left = false;
        for place in writes.chain([Place::Commit]) {
            if none_left && place != Place::Commit {
                continue;
            }
            let fault = Fault { place, code };
            match strike(shop, world, route, fault).await? {
                (false, _) => none_left = true,
                (true, wrong) => {
                    struck += 1;
                    let told = |what| plain("survives a lost race", format!("{route}, {fault}: {what}"));
                    findings.extend(wrong.map(told));
                }
            }
        }
    }
    Ok((struck, findings))
}

/// Whether the fault came to pass, and what was wrong then.
async fn strike(shop: &Shop, world: &World<'_>, route: &Route, fault: Fault) -> Result<(bool, Option<String>)> {
    let request = world.get_ready(route).await.with_context(|| format!("getting ready for {route}"))?;
    block_in_place(|| plant::arm(shop, fault));
    let method = route.method.parse().context("a method of HTTP")?;
    let answer = request.caller.send(method, &request.path, request.body.clone()).await;
    let struck = block_in_place(|| plant::disarm(shop, fault));
    if answer.status != request.expected {
        return Ok((struck, Some(format!("expected {} but {answer}", request.expected))));
    }
    let Some((path, holds)) = &request.then else { return Ok((struck, None)) };
    let seen = request.caller.get(path).await;
    let wrong = seen.status != 200 || !holds(&seen.json());
    Ok((struck, wrong.then(|| format!("it was not done once: {seen}"))))
}

/// The number of entries of a list, or of all its pages.
fn entries(list: &Value) -> Option<u64> {
    list["count"].as_u64().or_else(|| u64::try_from(list.as_array()?.len()).ok())
}
