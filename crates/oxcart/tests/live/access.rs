//! Saying who you are: each way in, what is refused, and that nothing of it is left lying about. What ends an open
//! socket is in `ended.rs`, what a foreign page may not do in `origins.rs`.

use crate::support::{World, add, builder, together};
use crate::ways::{answer, lives, poll, stream_status, subscribing, ticket};
use serde_json::json;
use testkit::live::{Frame, Socket};
use testkit::{Client, Person};

/// Fails unless the socket follows the cart of this caller.
pub(crate) async fn is_theirs(mut socket: Socket, caller: &Client, product: i64, how: &str) {
    let subscribed = subscribing(&mut socket, "cart").await;
    assert_eq!(subscribed["type"], "subscribed", "{how}: {subscribed}");
    assert!(add(caller, product, 1).await.status < 300, "{how}: the cart takes no more");
    let items = caller.get("/cart/").await.expect(200).json()["item_count"].clone();
    // What was added before may be told yet.
    while socket.event().await["data"]["items"] != items {}
}

/// A token with another signature.
fn tampered(token: &str) -> String {
    let mut changed = token.to_owned();
    changed.replace_range(token.len() - 8.., "AAAAAAAA");
    changed
}

/// A customer who has logged out again.
async fn gone(world: &World) -> Person {
    let customer = world.shop.customer().await;
    world.shop.client().post("/api/token/blacklist/", json!({"refresh": customer.refresh})).await.expect(200);
    customer
}

#[tokio::test]
async fn each_way_of_saying_who_you_are_opens_a_socket() {
    let world = World::open().await;
    let mug = world.product("Mug", "1.00", 500).await;
    let (customer, session, nobody) = (world.shop.customer().await, world.shop.client(), world.shop.client());
    add(&session, mug, 1).await.expect(201);
    is_theirs(customer.socket("/ws/").await, &customer, mug, "the header").await;
    let path = format!("/ws/?ticket={}", ticket(&customer).await);
    is_theirs(nobody.socket(&path).await, &customer, mug, "a ticket").await;
    is_theirs(nobody.socket(&format!("/ws/?token={}", customer.access)).await, &customer, mug, "the query").await;
    is_theirs(session.socket("/ws/").await, &session, mug, "the cookie").await;
    let path = format!("/ws/?ticket={}", ticket(&session).await);
    is_theirs(nobody.socket(&path).await, &session, mug, "a ticket of a session").await;
    let mut late = nobody.socket("/ws/").await;
    assert_eq!(subscribing(&mut late, "cart").await["code"], "not_authenticated");
    assert_eq!(answer(&mut late, json!({"type": "auth", "token": customer.access})).await, json!({"type": "ack"}));
    is_theirs(late, &customer, mug, "a frame").await;
}

#[tokio::test]
async fn streams_and_polling_know_the_same_ways() {
    let world = World::open().await;
    let mug = world.product("Mug", "1.00", 500).await;
    let (customer, session, nobody) = (world.shop.customer().await, world.shop.client(), world.shop.client());
    add(&session, mug, 1).await.expect(201);
    let token = format!("topics=cart&token={}", customer.access);
    for (caller, query) in [(&customer.client, "topics=cart"), (&session, "topics=cart"), (&nobody, token.as_str())] {
        assert_eq!(stream_status(caller, query).await.0, 200, "a stream of {query}");
        caller.get(&format!("/events/?{query}")).await.expect(200);
    }
    for holder in [&customer.client, &session] {
        for polling in [true, false] {
            let query = format!("topics=cart&ticket={}", ticket(holder).await);
            for status in [200, 401] {
                let got = match polling {
                    true => nobody.get(&format!("/events/?{query}")).await.status,
                    false => stream_status(&nobody, &query).await.0,
                };
                assert_eq!(got, status, "a ticket opens once, polling: {polling}");
            }
        }
    }
}

#[tokio::test]
async fn the_first_that_is_there_counts() {
    let world = World::open().await;
    let mug = world.product("Mug", "1.00", 500).await;
    let [ann, bob] = [world.shop.customer().await, world.shop.customer().await];
    let session = world.shop.client();
    add(&session, mug, 1).await.expect(201);
    let with_cookie = session.with_token(&ann.access);
    let path = format!("/ws/?ticket={}&token={}", ticket(&bob).await, bob.access);
    is_theirs(with_cookie.socket(&path).await, &ann, mug, "the header before all").await;
    let path = format!("/ws/?token={}&ticket={}", bob.access, ticket(&ann).await);
    is_theirs(session.socket(&path).await, &ann, mug, "a ticket before the query").await;
    let path = format!("/ws/?token={}", bob.access);
    is_theirs(session.socket(&path).await, &bob, mug, "the query before the cookie").await;
    let bad_first = session.socket(&format!("/ws/?ticket=nonsense&token={}", bob.access)).await.closed().await;
    assert_eq!(bad_first, 4401, "a bad ticket is not made up for by a good token");
}

#[tokio::test]
async fn a_bad_header_is_a_401_before_anything_opens() {
    let world = World::open().await;
    let (ann, gone) = (world.shop.customer().await, gone(&world).await);
    let path = format!("/ws/?token={}", ann.access);
    for token in ["nonsense", &ann.refresh, &tampered(&ann.access), &gone.access] {
        let caller = world.shop.client().with_token(token);
        for path in ["/ws/", "/ws/products/", &path] {
            let Err(refused) = caller.try_socket(path).await else { panic!("{token} opens {path}") };
            assert_eq!(refused.expect(401).json()["code"], "token_not_valid", "{token} on {path}");
        }
        assert_eq!(stream_status(&caller, "topics=products").await.0, 401, "a stream for {token}");
        poll(&caller, "products").await.expect(401);
        caller.post("/ws/ticket/", ()).await.expect(401);
    }
}

#[tokio::test]
async fn a_bad_ticket_or_token_closes_a_socket_with_4401_right_after_it_opened() {
    let world = World::open().await;
    let (ann, gone) = (world.shop.customer().await, gone(&world).await);
    let nobody = world.shop.client();
    let used = ticket(&ann).await;
    nobody.socket(&format!("/ws/?ticket={used}")).await.close().await;
    let late = ticket(&ann).await;
    world.shop.plant("UPDATE tickets SET expires_at = 0");
    let of_gone = ticket(&ann).await;
    world.shop.client().post("/api/token/blacklist/", json!({"refresh": ann.refresh})).await.expect(200);
    let tampered = tampered(&gone.access);
    let tickets = [("unknown", "nonsense"), ("used", &used), ("late", &late), ("of a gone login", &of_gone)];
    let tokens =
        [("bad", "nonsense"), ("a refresh", &*gone.refresh), ("tampered", &*tampered), ("ended", &*gone.access)];
    let tickets = tickets.into_iter().map(|(why, ticket)| (why, format!("ticket={ticket}")));
    let tokens = tokens.into_iter().map(|(why, token)| (why, format!("token={token}")));
    for (why, query) in tickets.chain(tokens) {
        let mut socket = nobody.socket(&format!("/ws/products/?{query}")).await;
        let frame = socket.next().await;
        assert!(matches!(frame, Frame::Closed(4401, _)), "{why}: {frame:?} came");
        assert_eq!(stream_status(&nobody, &query).await.0, 401, "{why}: a stream");
        nobody.get(&format!("/events/?{query}")).await.expect(401);
    }
}

#[tokio::test]
async fn a_bad_token_in_an_auth_frame_closes_with_4401() {
    let world = World::open().await;
    let (ann, gone) = (world.shop.customer().await, gone(&world).await);
    for token in ["nonsense", &ann.refresh, &tampered(&ann.access), &gone.access] {
        for mut socket in [world.shop.client().socket("/ws/").await, ann.socket("/ws/cart/").await] {
            socket.send(json!({"type": "auth", "token": token})).await;
            assert_eq!(socket.closed().await, 4401, "after {token:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_several_sockets_with_one_ticket_exactly_one_lives() {
    let world = World::of(builder().instances(2)).await;
    let ann = world.shop.customer().await;
    for round in 0..3 {
        let path = format!("/ws/cart/?ticket={}", ticket(&ann).await);
        let frames = together(6, |number| {
            let (client, path) = (world.shop.client_of(number % world.shop.instances()), path.clone());
            async move { client.socket(&path).await.next().await }
        })
        .await;
        let lives = frames.iter().filter(|frame| matches!(frame, Frame::Json(got) if got["type"] == "subscribed"));
        let refused = frames.iter().filter(|frame| matches!(frame, Frame::Closed(4401, _)));
        assert_eq!((lives.count(), refused.count()), (1, 5), "in round {round}: {frames:?}");
    }
}

#[tokio::test]
async fn a_ticket_takes_somebody_and_is_told_once() {
    let world = World::open().await;
    let nobody = world.shop.client();
    nobody.post("/ws/ticket/", ()).await.expect(401);
    nobody.set_cookie("sessionid", "abcdefghijklmnopqrstuvwxyz234567");
    nobody.post("/ws/ticket/", ()).await.expect(401);
    nobody.get("/ws/ticket/").await.expect(405);
    let ann = world.shop.customer().await;
    let answer = ann.post("/ws/ticket/", ()).await.expect(201);
    assert!(answer.header("cache-control").is_some_and(|value| value.contains("no-store")), "{:?}", answer.headers);
    let own = answer.json()["ticket"].clone();
    assert_ne!(own, ann.post("/ws/ticket/", ()).await.expect(201).json()["ticket"]);
    let own = own.as_str().expect("a text").to_owned();
    let kept = world.shop.look("SELECT hash FROM tickets").into_iter().flatten().collect::<Vec<_>>();
    assert!(kept.len() == 2 && !kept.iter().any(|hash| hash.contains(&own)), "the database holds what opens a socket");
}

#[tokio::test]
async fn the_operator_can_switch_tokens_in_the_query_off() {
    let world = World::of(builder().env("OXCART_SOCKET_QUERY_TOKEN", "false")).await;
    let (ann, nobody) = (world.shop.customer().await, world.shop.client());
    let path = format!("/ws/cart/?token={}", ann.access);
    match nobody.socket(&path).await.next().await {
        Frame::Closed(4401, _) => {}
        Frame::Json(frame) if frame["code"] == "not_authenticated" => {}
        other => panic!("the token opened the cart: {other:?}"),
    }
    let query = format!("topics=cart&token={}", ann.access);
    assert_eq!(stream_status(&nobody, &query).await.0, 401, "a stream");
    nobody.get(&format!("/events/?{query}")).await.expect(401);
    let path = format!("/ws/cart/?ticket={}", ticket(&ann).await);
    nobody.socket(&path).await.expect_type("subscribed").await;
}

#[tokio::test]
async fn neither_tokens_nor_tickets_are_in_the_log() {
    for level in ["info", "trace"] {
        let world = World::of(builder().env("OXCART_LOG", level)).await;
        let (ann, nobody) = (world.shop.customer().await, world.shop.client());
        let mut secrets = vec![ann.access.clone(), ann.refresh.clone()];
        for path in ["/ws/?", "/ws/cart/?after=0&", "/ws?"] {
            secrets.push(ticket(&ann).await);
            let path_of_ticket = format!("{path}ticket={}", secrets.last().expect("one was pushed"));
            lives(&mut nobody.socket(&path_of_ticket).await, "a good ticket").await;
            assert_eq!(nobody.socket(&path_of_ticket).await.closed().await, 4401);
            lives(&mut nobody.socket(&format!("{path}token={}", ann.access)).await, "a good token").await;
            assert_eq!(nobody.socket(&format!("{path}token={}", ann.refresh)).await.closed().await, 4401);
        }
        let query = format!("topics=cart&token={}", ann.access);
        assert_eq!(stream_status(&nobody, &query).await.0, 200);
        nobody.get(&format!("/events/?{query}")).await.expect(200);
        nobody.get(&format!("/ws/?token={}", ann.access)).await.expect(426);
        nobody.get(&format!("/ws/nothing/?token={}", ann.access)).await.expect(404);
        let mut late = nobody.socket("/ws/").await;
        answer(&mut late, json!({"type": "auth", "token": ann.access})).await;
        late.send(json!({"type": "auth", "token": ann.refresh})).await;
        assert_eq!(late.closed().await, 4401);
        // Lines are written many at a time, so the last may take a moment.
        let deadline = tokio::time::Instant::now() + std::time::Duration::from_secs(10);
        while !world.shop.log().contains("/ws/nothing/") && tokio::time::Instant::now() < deadline {
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
        let log = world.shop.log();
        assert!(log.contains("/ws/nothing/"), "the log tells of no request, so it proves nothing:\n{log}");
        let found = |secret: &&String| log.contains(secret.rsplit('.').next().unwrap_or(secret));
        assert!(!secrets.iter().any(|secret| found(&secret)), "at {level} the log holds a secret:\n{log}");
    }
}
