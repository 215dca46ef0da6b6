//! More work than can be done.

use crate::support::{World, add};
use serde_json::json;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use testkit::Client;
use tokio::task::JoinSet;
use tokio::time::sleep;

/// A queue takes a rush for what it is for so long.
const RUSH: Duration = Duration::from_secs(5);

/// Those who log in: more than a fast machine lets in within the moment that one waits after a rush.
const CALLERS: usize = 300;

/// What reading and filling a cart may take meanwhile, on a slow machine that also runs those who ask.
const SOON: Duration = Duration::from_secs(3);

/// Logs in again and again; returns how long each answer took, with its status.
async fn log_in(client: Client, login: serde_json::Value, over: Arc<AtomicBool>) -> Vec<(u16, Duration)> {
    let mut seen = vec![];
    while !over.load(Ordering::Relaxed) {
        let began = Instant::now();
        let answer = client.post("/api/token/", login.clone()).await;
        assert!(matches!(answer.status, 200 | 503), "{answer}");
        assert!(answer.status == 200 || answer.header("retry-after").is_some(), "when to come back? {answer}");
        seen.push((answer.status, began.elapsed()));
        if answer.status == 503 {
            // Sooner than it was told to.
            sleep(Duration::from_secs(1)).await;
        }
    }
    seen
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_flood_of_logins_is_shed_and_starves_nobody() {
    let world = World::open().await;
    let mug = world.product("Mug", "1.00", 10_000).await;
    let login = json!({"email": world.staff.email, "password": world.staff.password});
    let (over, end) = (Arc::new(AtomicBool::new(false)), Instant::now() + RUSH + Duration::from_secs(4));
    let mut flood = JoinSet::new();
    for _ in 0..CALLERS {
        flood.spawn(log_in(world.shop.client(), login.clone(), Arc::clone(&over)));
    }
    let browser = world.shop.client();
    let mut slowest = Duration::ZERO;
    while Instant::now() < end {
        let began = Instant::now();
        browser.get("/products/").await.expect(200);
        let added = add(&browser, mug, 1).await;
        assert!(added.status < 300, "{added}");
        slowest = slowest.max(began.elapsed());
        sleep(Duration::from_millis(20)).await;
    }
    over.store(true, Ordering::Relaxed);
    let seen = flood.join_all().await.concat();
    let (served, refused): (Vec<_>, Vec<_>) = seen.into_iter().partition(|(status, _)| *status == 200);
    assert!(served.len() > 10, "of {} logins only {} were served", served.len() + refused.len(), served.len());
    // At the end of the first rush. Those who are left may be done with before the others are back, and then there is
    // another one.
    assert!(!refused.is_empty(), "{CALLERS} at once were all served: nothing was shed");
    let longest = |answers: &[(u16, Duration)]| answers.iter().map(|(_, took)| *took).max().unwrap_or_default();
    // Those who were refused come back together, and a queue that has been empty meanwhile takes them for a rush.
    let rushed = RUSH + Duration::from_secs(2);
    assert!(longest(&served) < rushed, "a login that was served took {:?}", longest(&served));
    assert!(longest(&refused) < rushed, "a refusal took {:?}", longest(&refused));
    assert!(slowest < SOON, "reading and filling a cart took {slowest:?} meanwhile");
    let began = Instant::now();
    world.shop.client().post("/api/token/", login).await.expect(200);
    assert!(began.elapsed() < Duration::from_secs(1), "after the flood a login took {:?}", began.elapsed());
}
