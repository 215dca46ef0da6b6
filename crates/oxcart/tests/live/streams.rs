//! Server-sent events and polling: what comes first, where they go on, and what is wrong with a request.

use crate::log;
use crate::support::{World, add, place};
use crate::ways::{marker, page, poll, polled, raw, seq, seq_of, seqs};
use serde_json::{Value, json};
use std::time::Duration;
use testkit::live::Stream;
use tokio::io::AsyncReadExt;

/// A stream that is ready, and the `seq` it begins at.
async fn ready(caller: &testkit::Client, query: &str) -> (Stream, i64) {
    let mut stream = caller.stream(&format!("/events/stream?{query}")).await;
    let data = stream.expect_event("ready").await;
    assert_eq!(data, json!({"seq": data["seq"]}));
    assert_eq!(stream.last_id(), Some(data["seq"].to_string()), "the id of ready");
    (stream, seq(&data))
}

#[tokio::test]
async fn a_stream_is_written_as_documented() {
    let world = World::open().await;
    let mug = world.product("Mug", "1.00", 5).await;
    let start = marker(&world).await;
    world.set_stock(mug, 3).await;
    let event = polled(&world.staff, "products", start, 1).await.remove(0);
    // As of HTTP/1.0, so that the body comes as it is and not in chunks.
    let request = format!("GET /events/stream?topics=products&after={start} HTTP/1.0\r\nHost: HOST\r\n\r\n");
    let (mut stream, mut answer) = (raw(&world, &request).await, vec![]);
    let whole = |answer: &[u8]| String::from_utf8_lossy(answer).matches("\n\n").count() == 3;
    while !whole(&answer) {
        let read = tokio::time::timeout(Duration::from_secs(10), stream.read_buf(&mut answer)).await;
        let more = matches!(read, Ok(Ok(length)) if length > 0);
        assert!(more, "{read:?} after {:?}", String::from_utf8_lossy(&answer));
    }
    let answer = String::from_utf8(answer).expect("text");
    let (headers, text) = answer.split_once("\r\n\r\n").expect("headers and a body");
    let headers = headers.to_ascii_lowercase();
    assert!(headers.starts_with("http/1.0 200 "), "{headers}");
    assert!(headers.contains("\r\ncontent-type: text/event-stream"), "{headers}");
    assert!(headers.contains("\r\ncache-control: no-"), "{headers}");
    let (head, last) = text.split_at(text.find(&format!("id: {}\n", seq(&event))).expect("the event"));
    assert_eq!(head, format!("retry: 2000\n\nevent: ready\nid: {start}\ndata: {{\"seq\":{start}}}\n\n"));
    let data = last.strip_prefix(&format!("id: {}\ndata: ", seq(&event))).and_then(|rest| rest.strip_suffix("\n\n"));
    let data = data.unwrap_or_else(|| panic!("{last:?} is not an id and data of the default type"));
    assert_eq!(serde_json::from_str::<Value>(data).ok(), Some(event));
}

#[tokio::test]
async fn a_stream_begins_now_or_behind_after_or_behind_the_last_event_id_which_counts_first() {
    let world = World::open().await;
    let mug = world.product("Mug", "1.00", 50).await;
    for level in [40, 30, 20] {
        world.set_stock(mug, level).await;
    }
    let client = world.shop.client();
    let log = polled(&client, "products", 0, 4).await;
    let end = marker(&world).await;
    let at = |number: usize| seq(&log[number]);
    let (mut fresh, begins) = ready(&client, "topics=products").await;
    assert!(begins >= end, "without after it begins at {begins}, although {end} had been");
    let (mut by_query, begins) = ready(&client, &format!("topics=products&after={}", at(0))).await;
    assert_eq!(begins, at(0));
    let reconnecting = client.with_header("Last-Event-ID", &at(2).to_string());
    let (mut by_header, begins) = ready(&reconnecting, &format!("topics=products&after={}", at(0))).await;
    assert_eq!(begins, at(2), "Last-Event-ID counts first");
    world.set_stock(mug, 10).await;
    let log = polled(&client, "products", 0, 6).await;
    for (stream, missed) in [(&mut fresh, &log[5..]), (&mut by_query, &log[1..]), (&mut by_header, &log[3..])] {
        for event in missed {
            assert_eq!(stream.event().await, *event);
            assert_eq!(stream.last_id(), Some(seq(event).to_string()));
        }
    }
}

#[tokio::test]
async fn an_event_of_several_topics_comes_once_under_the_first_that_was_asked_for() {
    let world = World::open().await;
    let mug = world.product("Mug", "1.00", 50).await;
    let start = marker(&world).await;
    world.set_stock(mug, 40).await;
    let end = marker(&world).await;
    let one = format!("product:{mug}");
    let client = world.shop.client();
    for (topics, first) in [(format!("products,{one}"), "products"), (format!("{one},products"), one.as_str())] {
        let page = page(&client, &format!("topics={topics}&after={start}")).await;
        let results = page["results"].as_array().expect("a list");
        assert_eq!((seqs(results).len(), &results[0]["topic"]), (2, &json!(first)), "polling {topics}");
        assert_eq!(results[1]["topic"], "products");
        let (mut stream, _) = ready(&client, &format!("topics={topics}&after={start}")).await;
        assert_eq!(stream.event().await["topic"], first, "a stream of {topics}");
        assert_eq!(seq(&stream.event().await), end, "it comes once");
    }
}

#[tokio::test]
async fn an_after_beyond_the_log_is_a_reset_and_the_events_from_now_on_follow() {
    let world = World::open().await;
    let mug = world.product("Mug", "1.00", 50).await;
    let seq = marker(&world).await;
    let (client, beyond) = (world.shop.client(), 1_000_000);
    let mut stream = client.stream(&format!("/events/stream?topics=products&after={beyond}")).await;
    stream.expect_event("ready").await;
    let told = stream.expect_event("reset").await;
    assert_eq!(told, json!({"seq": told["seq"]}));
    let begins = self::seq(&told);
    assert!((seq..beyond).contains(&begins), "the reset is at {begins}");
    assert_eq!(stream.last_id(), Some(begins.to_string()), "whoever reconnects goes on from there");
    let page = page(&client, &format!("topics=products&after={beyond}")).await;
    assert_eq!((&page["reset"], &page["results"], &page["more"]), (&json!(true), &json!([]), &json!(false)));
    let after = seq_of(&page, "after");
    assert!((seq..beyond).contains(&after), "{page}");
    let mut socket = client.socket("/ws/").await;
    socket.send(json!({"type": "subscribe", "topic": "products", "after": beyond})).await;
    socket.expect_type("subscribed").await;
    let told = socket.expect_type("reset").await;
    assert_eq!(told, json!({"type": "reset", "topic": "products", "seq": told["seq"]}));
    world.set_stock(mug, 7).await;
    let event = polled(&client, "products", after, 1).await.remove(0);
    assert_eq!(socket.event().await, event);
    assert_eq!(stream.event().await, event);
}

#[tokio::test]
async fn a_page_holds_what_comes_after_and_says_where_to_go_on() {
    let world = World::open().await;
    let client = world.shop.client();
    let start = page(&client, "").await;
    assert_eq!(start, json!({"results": [], "after": start["after"], "more": false, "reset": false}));
    for number in 0..3 {
        world.product(&format!("Mug {number}"), "1.00", 5).await;
    }
    let log = polled(&client, "products", seq_of(&start, "after"), 3).await;
    let last = seq(&log[2]);
    let whole = page(&client, &format!("after={}", start["after"])).await;
    assert_eq!(whole, json!({"results": log, "after": whole["after"], "more": false, "reset": false}));
    assert!(seq_of(&whole, "after") >= last, "{whole}");
    let part = page(&client, &format!("after={}&limit=2", start["after"])).await;
    let expected = json!({"results": log[..2], "after": log[1]["seq"], "more": true, "reset": false});
    assert_eq!(part, expected);
    let end = page(&client, &format!("after={last}")).await;
    assert_eq!((&end["results"], &end["more"]), (&json!([]), &json!(false)));
    assert!(seq_of(&end, "after") >= last, "{end}");
    let fresh = page(&client, "topics=products").await;
    assert_eq!(fresh["results"], json!([]), "without after there are none");
    assert!(seq_of(&fresh, "after") >= last, "{fresh}");
}

#[tokio::test]
async fn many_small_pages_are_one_big_one() {
    let world = World::open().await;
    let mug = world.product("Mug", "1.00", 500).await;
    let (ann, bob) = (world.shop.customer().await, world.shop.customer().await);
    for caller in [&ann, &bob, &bob, &ann, &bob] {
        add(caller, mug, 1).await.expect(201);
        place(caller).await;
    }
    let end = marker(&world).await;
    for topics in ["products,orders,cart", "orders", "cart", "products"] {
        let big = page(&ann, &format!("topics={topics}&after=0&limit=1000")).await;
        assert_eq!(big["more"], false);
        for size in [1, 2, 3] {
            let (mut after, mut all) = (0, vec![]);
            loop {
                let page = page(&ann, &format!("topics={topics}&after={after}&limit={size}")).await;
                let results = page["results"].as_array().expect("a list");
                assert!(results.len() <= size && page["reset"] == false, "{page}");
                all.extend(results.iter().cloned());
                after = seq_of(&page, "after");
                if page["more"] == false {
                    break;
                }
                assert!(all.len() < 100, "it goes round in circles: {page}");
            }
            assert_eq!(json!(all), big["results"], "{topics} in pages of {size}");
            assert!(after <= end.max(seq_of(&big, "after")), "{after} is beyond the log");
        }
    }
}

#[tokio::test]
async fn a_page_has_a_hundred_entries_unless_told_and_a_thousand_at_most() {
    let world = World::open().await;
    let mug = world.product("Mug", "1.00", 5).await;
    log::plant(&world, mug, 1100);
    marker(&world).await;
    let client = world.shop.client();
    for (limit, expected) in [("", 100), ("&limit=7", 7), ("&limit=1000", 1000), ("&limit=5000", 1000)] {
        let page = page(&client, &format!("after=0{limit}")).await;
        let results = page["results"].as_array().expect("a list");
        assert_eq!((results.len(), &page["more"]), (expected, &json!(true)), "for {limit:?}");
        assert_eq!(page["after"], results[expected - 1]["seq"], "for {limit:?}");
    }
}

#[tokio::test]
async fn a_bad_query_is_a_400_that_names_the_field() {
    let world = World::open().await;
    let ann = world.shop.customer().await;
    let cases = [
        ("after=-1", "after"),
        ("after=x", "after"),
        ("after=1.5", "after"),
        ("after=99999999999999999999", "after"),
        ("topics=foo", "topics"),
        ("topics=order:x", "topics"),
        ("topics=products,foo", "topics"),
        ("topics=Cart", "topics"),
    ];
    for (query, field) in cases {
        let polled = ann.get(&format!("/events/?{query}")).await.expect(400);
        let message = polled.json()[field][0].as_str().unwrap_or_default().to_owned();
        assert!(!message.is_empty(), "{query} is refused without a word on {field}: {polled}");
        let Err(refused) = ann.try_stream(&format!("/events/stream?{query}")).await else {
            panic!("{query} opens a stream");
        };
        let streamed = refused.expect(400);
        assert_eq!(streamed.json(), polled.json(), "a stream and polling say the same of {query}");
    }
    for query in ["limit=0&after=0", "limit=-1&after=0", "limit=x&after=0"] {
        let refused = ann.get(&format!("/events/?{query}")).await.expect(400);
        assert!(refused.json()["limit"][0].is_string(), "{refused}");
    }
    let polled = poll(&world.shop.client(), "cart").await.expect(401);
    assert!(polled.json()["detail"].is_string(), "{polled}");
}

#[tokio::test]
async fn answers_of_polling_are_not_kept_by_caches() {
    let world = World::open().await;
    let answer = world.shop.client().get("/events/?after=0").await.expect(200);
    let kept = answer.header("cache-control").unwrap_or_default();
    assert!(kept.contains("no-store") || kept.contains("no-cache"), "{:?}", answer.headers);
}
