//! Everybody at work in a random way, while servers are killed or not; then what happened goes through the checkers.

use super::{Ended, Part, Round, Stage, plain};
use crate::torture::cast::{Cast, doctor};
use crate::torture::history::History;
use crate::torture::progress::Progress;
use crate::torture::{checks, progress};
use anyhow::{Context, Result};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use tokio::task::block_in_place;

/// Calls that end between two kills, at least: something has to be under way.
const BETWEEN: usize = 30;
/// How long everybody may take to serve again.
const RECOVERY: Duration = Duration::from_secs(20);
/// After so many kills the books are looked at while nobody runs.
const DOCTOR: u64 = 20;
/// What is still under way in a database whose clients are gone.
const SETTLING: Duration = Duration::from_millis(300);

pub(super) async fn run(stage: &Stage, round: Round) -> Result<Ended> {
    let cast = Cast::gather(&stage.servers, &stage.program, round.instances).await?;
    let over = Arc::new(AtomicBool::new(false));
    let mut at_work = cast.at_work(round.seed, &over);
    let mut progress = Progress::of(round);
    let mut found = vec![];
    if round.part == Part::Quiet {
        let until = Instant::now() + Duration::from_secs(round.size);
        while Instant::now() < until {
            tokio::time::sleep(Duration::from_millis(200)).await;
            progress.tell(until.saturating_duration_since(Instant::now()).as_secs(), "seconds to go", &cast.recorder);
        }
    } else {
        let mut random = StdRng::seed_from_u64(round.seed);
        for kill in 1..=round.size {
            some_work(&cast, &mut random).await?;
            let looks = kill % DOCTOR == 0 && cast.shop.instances() == 1;
            found.extend(strike(stage, &cast, round.part, &mut random, looks).await?);
            progress.tell(kill, "kills", &cast.recorder);
        }
        some_work(&cast, &mut random).await?;
    }
    over.store(true, Ordering::Relaxed);
    while let Some(ended) = at_work.join_next().await {
        ended.context("somebody at work broke off")?;
    }
    tokio::time::sleep(SETTLING).await;
    let mut books = cast.books().await?;
    books.doctor.extend(found);
    let calls = cast.recorder.take();
    Ok(judged(round, History { calls, books, had_kills: round.part != Part::Quiet }))
}

/// What the checkers say.
fn judged(round: Round, history: History) -> Ended {
    let mut findings = checks::all(&history);
    let acknowledged = history.calls.iter().filter(|call| call.placed().is_some()).count();
    let unknown = history.calls.iter().filter(|call| call.is_unknown()).count();
    if acknowledged < 20 {
        findings.push(plain("a storm", format!("only {acknowledged} orders: hardly anything was tried")));
    }
    let calls = progress::thousands(history.calls.len());
    let kills = if round.part == Part::Quiet { String::new() } else { format!("{} kills, ", round.size) };
    let orders = progress::thousands(history.books.orders.len());
    Ended {
        note: format!("{kills}{orders} orders, {calls} calls, {unknown} unknown"),
        findings,
        history: Some(history),
    }
}

/// Waits until something happens, and then a moment more.
async fn some_work(cast: &Cast, random: &mut StdRng) -> Result<()> {
    let (before, began) = (cast.recorder.count(), Instant::now());
    while cast.recorder.count() < before + BETWEEN {
        anyhow::ensure!(began.elapsed() < RECOVERY, "nothing is answered for {RECOVERY:?}:\n{}", cast.shop.log());
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    tokio::time::sleep(Duration::from_millis(random.random_range(0..120))).await;
    Ok(())
}

/// Kills, starts again, and waits until it serves. What the doctor says in between.
async fn strike(stage: &Stage, cast: &Cast, part: Part, random: &mut StdRng, looks: bool) -> Result<Vec<String>> {
    let mut found = vec![];
    match part {
        Part::ServerKilled => {
            let victim = random.random_range(0..cast.shop.instances());
            found = block_in_place(|| {
                cast.shop.kill(victim);
                if looks {
                    std::thread::sleep(SETTLING);
                    return doctor(&cast.shop);
                }
                vec![]
            });
            cast.shop.start(victim).await;
        }
        Part::PostgresKilled => {
            let postgres = stage.servers.postgres().context("a PostgreSQL to kill")?;
            block_in_place(|| {
                postgres.kill();
                postgres.start()
            })?;
        }
        Part::RedisKilled => {
            let redis = stage.servers.redis().context("a Redis to kill")?;
            block_in_place(|| redis.kill());
            tokio::time::sleep(Duration::from_millis(random.random_range(0..300))).await;
            block_in_place(|| redis.start())?;
        }
        Part::RedisFlushed => block_in_place(|| stage.servers.redis().context("a Redis to empty")?.flush())?,
        Part::Buyers | Part::Twins | Part::Failures | Part::Quiet => {}
    }
    serves_again(cast).await?;
    Ok(found)
}

async fn serves_again(cast: &Cast) -> Result<()> {
    let began = Instant::now();
    for number in 0..cast.shop.instances() {
        let client = cast.shop.client_of(number);
        let ready = || async { client.try_send("GET".parse().expect("a method"), "/readyz", ()).await };
        while !ready().await.is_ok_and(|answer| answer.status == 200) {
            anyhow::ensure!(
                began.elapsed() < RECOVERY,
                "instance {number} is not ready after {RECOVERY:?}:\n{}",
                cast.shop.log()
            );
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
    Ok(())
}
