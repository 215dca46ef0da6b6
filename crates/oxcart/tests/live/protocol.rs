//! The frames of a socket and what they are answered with.

use crate::support::{World, add, id, place};
use crate::ways::{answer, lives, marker, names, now, polled, seq, seqs, subscribing, up_to};
use serde_json::{Value, json};
use std::time::Duration;
use testkit::live::Frame;

#[tokio::test]
async fn an_id_comes_back_in_the_answer_as_it_was_and_none_is_made_up() {
    let world = World::open().await;
    let customer = world.shop.customer().await;
    let mut socket = customer.socket("/ws/").await;
    let frames = [
        (json!({"type": "subscribe", "topic": "cart"}), "subscribed"),
        (json!({"type": "ping"}), "pong"),
        (json!({"type": "auth", "token": customer.access}), "ack"),
        (json!({"type": "unsubscribe", "topic": "cart"}), "unsubscribed"),
        (json!({"type": "subscribe", "topic": "order:999"}), "error"),
    ];
    for number in [json!("1"), json!(""), json!("ü ✓ \"\\"), json!(7), json!(-3), json!(2.5), json!(0)] {
        for (frame, kind) in &frames {
            let mut frame = frame.clone();
            frame["id"] = number.clone();
            let answer = answer(&mut socket, frame.clone()).await;
            assert_eq!((&answer["type"], &answer["id"]), (&json!(kind), &number), "{frame} got {answer}");
        }
    }
    for (frame, kind) in &frames {
        let answer = answer(&mut socket, frame.clone()).await;
        assert_eq!(answer["type"], *kind, "{frame} got {answer}");
        assert!(answer.get("id").is_none(), "{frame} had no id but {answer} has one");
    }
}

#[tokio::test]
async fn answers_hold_what_is_documented_and_nothing_else() {
    let world = World::open().await;
    let customer = world.shop.customer().await;
    let seq = marker(&world).await;
    let mut socket = customer.socket("/ws/").await;
    let cases = [
        (
            json!({"type": "subscribe", "id": "1", "topic": "cart", "after": seq}),
            json!({"type": "subscribed", "id": "1", "topic": "cart", "seq": seq}),
        ),
        (
            json!({"type": "unsubscribe", "id": "2", "topic": "cart"}),
            json!({"type": "unsubscribed", "id": "2", "topic": "cart"}),
        ),
        (
            json!({"type": "unsubscribe", "id": 3, "topic": "order:12"}),
            json!({"type": "unsubscribed", "id": 3, "topic": "order:12"}),
        ),
        (json!({"type": "auth", "id": "4", "token": customer.access}), json!({"type": "ack", "id": "4"})),
    ];
    for (frame, expected) in cases {
        assert_eq!(answer(&mut socket, frame.clone()).await, expected, "for {frame}");
    }
    let pong = answer(&mut socket, json!({"type": "ping", "id": "5"})).await;
    assert_eq!(pong, json!({"type": "pong", "id": "5", "seq": pong["seq"]}));
    assert!(pong["seq"].as_i64().is_some_and(|sent| sent >= seq), "{pong} although {seq} was read before");
}

#[tokio::test]
async fn without_after_a_topic_begins_now_and_with_it_right_behind_that() {
    let world = World::open().await;
    let mug = world.product("Mug", "1.00", 50).await;
    world.set_stock(mug, 40).await;
    let topic = format!("product:{mug}");
    let past = polled(&world.staff, &topic, 0, 2).await;
    marker(&world).await;
    let mut fresh = world.shop.client().socket("/ws/").await;
    let subscribed = fresh.subscribe(&topic).await;
    assert!(seq(&subscribed) >= seq(&past[1]), "{subscribed} although {past:?} had been");
    let mut resumed = world.shop.client().socket("/ws/").await;
    assert_eq!(seq(&resumed.subscribe_after(&topic, seq(&past[0])).await), seq(&past[0]));
    assert_eq!(resumed.event().await, past[1]);
    let mut whole = world.shop.client().socket("/ws/").await;
    assert_eq!(seq(&whole.subscribe_after(&topic, 0).await), 0);
    assert_eq!(whole.events(2).await, past);
    world.set_stock(mug, 30).await;
    for (socket, who) in [(&mut fresh, "from now on"), (&mut resumed, "resumed"), (&mut whole, "from the start")] {
        assert_eq!(socket.event().await["data"]["stock"], 30, "the next event of a socket {who}");
    }
}

#[tokio::test]
async fn subscribing_again_starts_the_topic_anew() {
    let world = World::open().await;
    let mug = world.product("Mug", "1.00", 50).await;
    world.set_stock(mug, 40).await;
    let past = polled(&world.staff, "products", 0, 2).await;
    let mut socket = world.shop.client().socket("/ws/").await;
    for round in 1..=3 {
        socket.subscribe_after("products", 0).await;
        assert_eq!(socket.events(2).await, past, "in round {round}");
    }
    socket.subscribe_after("products", seq(&past[0])).await;
    assert_eq!(socket.event().await, past[1]);
    world.set_stock(mug, 30).await;
    let seq = marker(&world).await;
    let later = up_to(&mut socket, seq).await;
    assert_eq!(names(&later), ["product.stock_changed", "product.created"], "each once, however often subscribed");
}

#[tokio::test]
async fn after_unsubscribing_nothing_more_comes_of_that_topic() {
    let world = World::open().await;
    let [mug, pan] = [world.product("Mug", "1.00", 50).await, world.product("Pan", "1.00", 50).await];
    marker(&world).await;
    let mut socket = world.shop.client().socket("/ws/").await;
    socket.subscribe(&format!("product:{mug}")).await;
    socket.subscribe(&format!("product:{pan}")).await;
    let frame = json!({"type": "unsubscribe", "topic": format!("product:{mug}")});
    assert_eq!(answer(&mut socket, frame).await["type"], "unsubscribed");
    world.set_stock(mug, 10).await;
    world.set_stock(pan, 20).await;
    let seq = marker(&world).await;
    let heard = up_to(&mut socket, seq).await;
    assert_eq!(heard.len(), 1, "{heard:?}");
    assert_eq!(heard[0]["data"]["id"], pan);
}

#[tokio::test]
async fn a_pong_says_that_all_up_to_its_seq_was_sent_on_all_topics() {
    let world = World::open().await;
    let mug = world.product("Mug", "1.00", 999).await;
    let customer = world.shop.customer().await;
    for _ in 0..20 {
        add(&customer, mug, 1).await;
        place(&customer).await;
    }
    let seq = marker(&world).await;
    let log = polled(&customer, "orders,cart,products", 0, 82).await;
    let mut socket = customer.socket("/ws/").await;
    for topic in ["orders", "cart", "products"] {
        socket.send(json!({"type": "subscribe", "topic": topic, "after": 0})).await;
        socket.send(json!({"type": "ping"})).await;
    }
    let (mut heard, mut pongs) = (vec![], 0);
    while pongs < 3 || !heard.contains(&seq) {
        match socket.next().await {
            Frame::Json(frame) if frame["type"] == "event" => heard.push(self::seq(&frame)),
            Frame::Json(frame) if frame["type"] == "pong" && pongs == 2 => {
                pongs += 1;
                let sent = frame["seq"].as_i64().unwrap_or_default();
                let missing: Vec<_> = seqs(&log).into_iter().filter(|s| *s <= sent && !heard.contains(s)).collect();
                assert!(missing.is_empty(), "{frame} was sent before {missing:?}");
            }
            Frame::Json(frame) if frame["type"] == "pong" => pongs += 1,
            Frame::Json(frame) => assert_eq!(frame["type"], "subscribed", "{frame}"),
            other => panic!("{other:?} came"),
        }
    }
    let rest = up_to(&mut socket, seq).await;
    heard.extend(seqs(&rest));
    heard.sort_unstable();
    assert_eq!(heard, seqs(&log), "each event once, and all before the pong");
}

#[tokio::test]
async fn the_addresses_of_a_topic_follow_it_from_the_start() {
    let world = World::open().await;
    let mug = world.product("Mug", "1.00", 50).await;
    let customer = world.shop.customer().await;
    let start = marker(&world).await;
    add(&customer, mug, 1).await.expect(201);
    place(&customer).await;
    let seq = marker(&world).await;
    for topic in ["orders", "cart", "products"] {
        let past = polled(&customer, topic, start, 1).await;
        for slash in ["/", ""] {
            let mut socket = customer.socket(&format!("/ws/{topic}{slash}?after={start}")).await;
            let subscribed = socket.expect_type("subscribed").await;
            assert_eq!(subscribed, json!({"type": "subscribed", "topic": topic, "seq": start}), "/ws/{topic}{slash}");
            assert_eq!(socket.event().await, past[0], "/ws/{topic}{slash}");
            let mut socket = customer.socket(&format!("/ws/{topic}{slash}")).await;
            let subscribed = socket.expect_type("subscribed").await;
            assert!(subscribed["topic"] == topic && self::seq(&subscribed) >= seq, "{subscribed}");
            let heard = up_to(&mut socket, seq).await;
            assert!(heard.is_empty(), "without after, /ws/{topic}{slash} told of what had been: {heard:?}");
        }
    }
    lives(&mut customer.socket("/ws").await, "without a slash").await;
}

#[tokio::test]
async fn an_event_of_two_topics_comes_once_for_each() {
    let world = World::open().await;
    let mug = world.product("Mug", "1.00", 50).await;
    marker(&world).await;
    let mut socket = world.shop.client().socket("/ws/products/").await;
    socket.expect_type("subscribed").await;
    socket.subscribe(&format!("product:{mug}")).await;
    world.set_stock(mug, 20).await;
    let seq = marker(&world).await;
    let heard = up_to(&mut socket, seq).await;
    let about: Vec<_> = heard.iter().filter(|event| event["data"]["id"] == mug).collect();
    let mut topics: Vec<_> = about.iter().filter_map(|event| event["topic"].as_str()).collect();
    topics.sort_unstable();
    assert_eq!(topics, [format!("product:{mug}").as_str(), "products"]);
    assert_eq!(about[0]["seq"], about[1]["seq"], "it is the same event: {about:?}");
}

#[tokio::test]
async fn an_auth_frame_of_the_same_account_changes_nothing_and_of_another_ends_what_was_private() {
    let world = World::open().await;
    let mug = world.product("Mug", "1.00", 50).await;
    let (ann, bob) = (world.shop.customer().await, world.shop.customer().await);
    add(&ann, mug, 1).await.expect(201);
    let order = format!("order:{}", id(&place(&ann).await));
    marker(&world).await;
    let mut socket = ann.socket("/ws/").await;
    for topic in ["cart", "orders", "products", &order] {
        socket.subscribe(topic).await;
    }
    let login = world.shop.log_in(&world.shop.client(), &ann.email, &ann.password).await;
    let same = answer(&mut socket, json!({"type": "auth", "id": 1, "token": login.access})).await;
    assert_eq!(same, json!({"type": "ack", "id": 1}));
    socket.send(json!({"type": "auth", "id": 2, "token": bob.access})).await;
    let mut ended = vec![];
    loop {
        match socket.next().await {
            Frame::Json(frame) if frame["type"] == "unsubscribed" => ended.push(frame["topic"].clone()),
            Frame::Json(frame) => break assert_eq!(frame, json!({"type": "ack", "id": 2}), "after {ended:?}"),
            other => panic!("{other:?} came"),
        }
    }
    let mut ended: Vec<_> = ended.iter().filter_map(Value::as_str).collect();
    ended.sort_unstable();
    assert_eq!(ended, ["cart", order.as_str(), "orders"]);
    assert_eq!(subscribing(&mut socket, &order).await["code"], "not_found", "it is Bob's socket now");
    assert_eq!(subscribing(&mut socket, "cart").await["type"], "subscribed");
    add(&ann, mug, 1).await.expect(201);
    add(&bob, mug, 7).await.expect(201);
    let seq = marker(&world).await;
    let heard = up_to(&mut socket, seq).await;
    assert_eq!(names(&heard), ["cart.changed", "product.created"], "Bob's cart, and the catalogue all along");
    assert_eq!(heard[0]["data"]["items"], 7);
}

#[tokio::test]
async fn a_ping_is_answered_before_anybody_says_who_they_are() {
    let world = World::open().await;
    let start = now(&world.staff).await;
    let mut socket = world.shop.client().socket("/ws/").await;
    let pong = answer(&mut socket, json!({"type": "ping"})).await;
    assert!(pong["type"] == "pong" && seq(&pong) >= start, "{pong}");
    socket.silent_for(Duration::from_millis(100)).await;
}
