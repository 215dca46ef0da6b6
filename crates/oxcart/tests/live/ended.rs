//! A socket lives as long as what opened it: logging out, a new password, a replayed token, a session that became an
//! account's, and time end it, on every instance, and nothing else does.

use crate::support::{World, add, builder};
use crate::ways::{answer, closes_within, lives, ticket};
use serde_json::{Value, json};
use std::io::Write;
use std::process::Stdio;
use std::time::{Duration, Instant};
use testkit::live::{Frame, Socket, Stream};
use testkit::{Client, Person};

/// How soon the end of a login is to be felt everywhere.
fn soon(world: &World) -> Duration {
    // Two instances without a Redis find out by asking the database, which they do about once a second.
    let told = world.shop.instances() == 1 || world.shop.setup().has_redis();
    Duration::from_secs(if told { 1 } else { 2 })
}

/// A socket of the caller on every instance.
async fn everywhere(world: &World, caller: &Client, path: &str) -> Vec<Socket> {
    let mut sockets = vec![];
    for number in 0..world.shop.instances() {
        let mut socket = caller.at(&world.shop.url_of(number)).socket(path).await;
        lives(&mut socket, "just opened").await;
        sockets.push(socket);
    }
    sockets
}

/// What the login of one person holds open, and what others do.
struct Open {
    theirs: Vec<Socket>,
    streams: Vec<Stream>,
    others: Vec<Socket>,
}

impl Open {
    async fn by(world: &World, person: &Person, others: &[&Client]) -> Self {
        let (mut theirs, mut streams) = (everywhere(world, person, "/ws/").await, vec![]);
        for number in 0..world.shop.instances() {
            let (here, nobody) = (person.at(&world.shop.url_of(number)), world.shop.client_of(number));
            theirs.push(nobody.socket(&format!("/ws/orders/?ticket={}", ticket(person).await)).await);
            theirs.push(nobody.socket(&format!("/ws/?token={}", person.access)).await);
            let mut by_frame = nobody.socket("/ws/products/").await;
            by_frame.expect_type("subscribed").await;
            assert_eq!(answer(&mut by_frame, json!({"type": "auth", "token": person.access})).await["type"], "ack");
            theirs.push(by_frame);
            let mut stream = here.stream("/events/stream?topics=cart").await;
            stream.expect_event("ready").await;
            streams.push(stream);
        }
        for socket in &mut theirs {
            lives(socket, "just opened").await;
        }
        let mut open = Self { theirs, streams, others: vec![] };
        for other in others {
            open.others.extend(everywhere(world, other, "/ws/").await);
        }
        open.others.extend(everywhere(world, &world.shop.client(), "/ws/products/").await);
        open
    }

    /// Fails unless theirs are closed in this time and the others are not.
    async fn end(self, within: Duration, why: &str) {
        let deadline = Instant::now() + within;
        for mut socket in self.theirs {
            closes_within(&mut socket, 4401, deadline.saturating_duration_since(Instant::now()), why).await;
        }
        for mut stream in self.streams {
            assert_eq!(stream.closed().await, 4401, "a stream after {why}");
        }
        for mut socket in self.others {
            lives(&mut socket, why).await;
        }
    }
}

/// The same person, logged in once more.
async fn again(world: &World, person: &Person) -> Person {
    world.shop.log_in(&world.shop.client(), &person.email, &person.password).await
}

#[tokio::test]
async fn logging_out_closes_what_that_login_opened_and_no_other() {
    let world = World::of(builder().instances(2)).await;
    let (ann, bob) = (world.shop.customer().await, world.shop.customer().await);
    let elsewhere = again(&world, &ann).await;
    let open = Open::by(&world, &ann, &[&elsewhere, &bob]).await;
    world.shop.client().post("/api/token/blacklist/", json!({"refresh": ann.refresh})).await.expect(200);
    open.end(soon(&world), "logging out").await;
}

#[tokio::test]
async fn a_new_password_closes_all_logins_of_the_account() {
    let world = World::of(builder().instances(2)).await;
    let (ann, bob) = (world.shop.customer().await, world.shop.customer().await);
    let elsewhere = again(&world, &ann).await;
    let open = Open::by(&world, &ann, &[&bob]).await;
    let sockets = everywhere(&world, &elsewhere, "/ws/cart/").await;
    let change = json!({"old_password": ann.password, "new_password": "another Quiet-Ox 8 yokes"});
    ann.post("/user/change_password/", change).await.expect(200);
    for mut socket in sockets {
        closes_within(&mut socket, 4401, soon(&world), "a new password, set by another login").await;
    }
    open.end(soon(&world), "a new password").await;
}

#[tokio::test]
async fn a_refused_change_of_the_password_closes_nothing() {
    let world = World::open().await;
    let ann = world.shop.customer().await;
    let mut socket = ann.socket("/ws/cart/").await;
    let change = json!({"old_password": "wrong", "new_password": "another Quiet-Ox 8 yokes"});
    ann.post("/user/change_password/", change).await.expect(400);
    assert_eq!(socket.expect_type("subscribed").await["topic"], "cart");
    socket.silent_for(soon(&world)).await;
    lives(&mut socket, "a refused change").await;
}

#[tokio::test]
async fn a_replayed_refresh_token_closes_what_its_login_opened() {
    let world = World::of(builder().instances(2)).await;
    let (ann, bob) = (world.shop.customer().await, world.shop.customer().await);
    let elsewhere = again(&world, &ann).await;
    let open = Open::by(&world, &ann, &[&elsewhere, &bob]).await;
    let client = world.shop.client();
    client.post("/api/token/refresh/", json!({"refresh": ann.refresh})).await.expect(200);
    let mut socket = ann.socket("/ws/cart/").await;
    lives(&mut socket, "a refresh in time").await;
    client.post("/api/token/refresh/", json!({"refresh": ann.refresh})).await.expect(401);
    closes_within(&mut socket, 4401, soon(&world), "a replayed token").await;
    open.end(soon(&world), "a replayed token").await;
}

#[tokio::test]
async fn a_login_that_takes_a_session_over_closes_the_session_s_sockets() {
    let world = World::of(builder().instances(2)).await;
    let mug = world.product("Mug", "1.00", 50).await;
    let (ann, browser, other) = (world.shop.customer().await, world.shop.client(), world.shop.client());
    for session in [&browser, &other] {
        add(session, mug, 1).await.expect(201);
    }
    let mut theirs = everywhere(&world, &browser, "/ws/cart/").await;
    theirs.push(world.shop.client().socket(&format!("/ws/?ticket={}", ticket(&browser).await)).await);
    let mut stream = browser.stream("/events/stream?topics=cart").await;
    stream.expect_event("ready").await;
    let mut others = everywhere(&world, &other, "/ws/cart/").await;
    others.extend(everywhere(&world, &ann, "/ws/cart/").await);
    world.shop.log_in(&browser, &ann.email, &ann.password).await;
    let deadline = Instant::now() + soon(&world);
    for mut socket in theirs {
        let left = deadline.saturating_duration_since(Instant::now());
        closes_within(&mut socket, 4401, left, "the session became an account's").await;
    }
    assert_eq!(stream.closed().await, 4401);
    for mut socket in others {
        lives(&mut socket, "somebody else's login").await;
    }
}

#[tokio::test]
async fn a_password_set_on_the_command_line_closes_the_account_s_sockets() {
    let world = World::open().await;
    let ann = world.shop.customer().await;
    let open = Open::by(&world, &ann, &[&world.staff]).await;
    let mut command = world.shop.command(&["changepassword", "--stdin", &ann.email]);
    let mut running = command.stdin(Stdio::piped()).stdout(Stdio::null()).spawn().expect("it starts");
    let mut input = running.stdin.take().expect("it was piped");
    input.write_all(b"another Quiet-Ox 8 yokes\n").expect("it reads");
    drop(input);
    assert!(running.wait().expect("it ends").success());
    // Another process: nobody tells the instance, it finds out.
    open.end(Duration::from_secs(2), "a password set on the command line").await;
}

#[tokio::test]
async fn an_account_that_is_deactivated_loses_its_sockets() {
    let world = World::open().await;
    let ann = world.shop.customer().await;
    let open = Open::by(&world, &ann, &[&world.staff]).await;
    let mut dump: Vec<Value> = serde_json::from_str(&world.shop.run_well(&["dumpdata"])).expect("a list of records");
    dump.retain(|record| record["fields"]["email"] == ann.email.as_str());
    assert_eq!(dump.len(), 1, "the account of {} in the dump", ann.email);
    dump[0]["fields"]["is_active"] = false.into();
    let file = world.shop.folder().join("closed.json");
    std::fs::write(&file, json!(dump).to_string()).expect("the shop's folder can be written to");
    world.shop.run_well(&["loaddata", "closed.json"]);
    open.end(Duration::from_secs(2), "a deactivated account").await;
    ann.get("/user/profile/").await.expect(401);
}

/// Fails unless the socket stays open until `from` and is closed with 4401 before `until`.
async fn closes_between(socket: &mut Socket, began: Instant, from: Duration, until: Duration, what: &str) {
    let patience = until.saturating_sub(began.elapsed());
    let frame = socket.try_next(patience).await;
    let took = began.elapsed();
    assert!(matches!(frame, Some(Frame::Closed(4401, _))), "{what}: after {took:?} came {frame:?}");
    assert!(took >= from, "{what}: closed too early, after {took:?}");
}

#[tokio::test]
async fn a_socket_closes_when_its_access_token_expires_unless_a_fresh_one_came() {
    let world = World::of(builder().env("OXCART_ACCESS_TOKEN_LIFETIME", "4s")).await;
    let ann = world.shop.customer().await;
    let ann = again(&world, &ann).await;
    let began = Instant::now();
    let seconds = Duration::from_secs;
    let mut plain = ann.socket("/ws/").await;
    let mut by_ticket = world.shop.client().socket(&format!("/ws/?ticket={}", ticket(&ann).await)).await;
    let mut prolonged = ann.socket("/ws/").await;
    let mut stream = ann.stream("/events/stream?topics=cart").await;
    stream.expect_event("ready").await;
    tokio::time::sleep(seconds(2)).await;
    let pair =
        world.shop.client().post("/api/token/refresh/", json!({"refresh": ann.refresh})).await.expect(200).json();
    assert_eq!(answer(&mut prolonged, json!({"type": "auth", "token": pair["access"]})).await["type"], "ack");
    for (socket, what) in [(&mut plain, "the header's"), (&mut by_ticket, "the ticket's")] {
        // Tokens count whole seconds.
        closes_between(socket, began, seconds(2), seconds(6), what).await;
    }
    assert_eq!(stream.closed().await, 4401);
    lives(&mut prolonged, "a fresh token in time").await;
    closes_between(&mut prolonged, began, seconds(4), seconds(9), "the prolonged").await;
}

#[tokio::test]
async fn a_socket_closes_when_the_time_of_its_session_is_over() {
    let world = World::of(builder().env("OXCART_SESSION_LIFETIME", "3s")).await;
    let mug = world.product("Mug", "1.00", 50).await;
    let browser = world.shop.client();
    add(&browser, mug, 1).await.expect(201);
    let began = Instant::now();
    let mut socket = browser.socket("/ws/").await;
    let mut nobody = world.shop.client().socket("/ws/products/").await;
    nobody.expect_type("subscribed").await;
    closes_between(&mut socket, began, Duration::from_secs(2), Duration::from_secs(6), "the session's").await;
    lives(&mut nobody, "somebody else's session ended").await;
}
