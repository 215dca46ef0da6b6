//! What a stream of server-sent events shows of what came.

use crate::server::{event, says, server};
use crate::{NO_TIME, SHORT};
use oxcart_testkit::live::Part;
use serde_json::json;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

const STREAM: &str = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n\
    retry: 2000\n\nevent: ready\nid: 4\ndata: {\"seq\":4}\n\nid: 5\ndata: {\"type\":\"event\",\"seq\":5}\n\n\
    id: 8\n\nid: 9\ndata: {\"type\":\"event\",\"seq\":9}\n\nevent: closed\ndata: {\"code\":4401}\n\n";

#[tokio::test]
async fn a_stream_tells_its_messages_and_keeps_its_place() {
    let (client, request) = says(STREAM).await;
    let mut stream = client.with_header("Last-Event-ID", "3").stream("/events/stream?topics=products").await;
    assert_eq!(stream.expect_event("ready").await, json!({"seq": 4}));
    assert_eq!(stream.retry(), Some(2000));
    assert_eq!(stream.event().await, event(5));
    let kept = stream.next().await;
    assert_eq!((kept.id.as_deref(), kept.event.as_str()), (Some("8"), ""), "the id alone is shown");
    assert_eq!(stream.last_id().as_deref(), Some("8"));
    assert_eq!(stream.event().await, event(9));
    assert_eq!(stream.closed().await, 4401);
    assert_eq!(stream.last_id().as_deref(), Some("9"), "a block without an id took the place away");
    let request = request.await.unwrap();
    for line in ["GET /events/stream?topics=products ", "accept: text/event-stream", "last-event-id: 3"] {
        assert!(request.contains(line), "{line:?} is not in {request}");
    }
}

#[tokio::test]
async fn events_of_a_stream_pass_over_blocks_that_only_keep_the_place() {
    let (client, _) = says(STREAM).await;
    let mut stream = client.stream("/events/stream").await;
    stream.expect_event("ready").await;
    assert_eq!(stream.events(2).await, [event(5), event(9)]);
}

#[tokio::test]
#[should_panic(expected = "expected reset but got Message")]
async fn another_message_than_expected_is_shown() {
    let (client, _) = says(STREAM).await;
    client.stream("/events/stream").await.expect_event("reset").await;
}

#[tokio::test]
async fn a_broken_stream_is_told_from_one_that_ended() {
    let broken = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n\
                  7\r\nid: 4\n\n\r\n";
    let (client, _) = says(broken).await;
    let mut stream = client.stream("/events/stream").await;
    assert_eq!(stream.next().await.id.as_deref(), Some("4"));
    assert_eq!(stream.try_next(Duration::from_secs(5)).await, Some(Part::Lost));
}

#[tokio::test]
async fn a_refused_stream_is_the_answer() {
    let (client, _) = says("HTTP/1.1 404 Not Found\r\nContent-Length: 15\r\n\r\nOrder not found").await;
    let answer = client.try_stream("/events/stream?topics=order:9").await.expect_err("a refusal").expect(404);
    assert_eq!(answer.text(), "Order not found");
}

#[tokio::test]
async fn keep_alives_do_not_break_the_silence_of_a_stream() {
    let (client, _served) = server(async |mut stream| {
        assert!(stream.read(&mut [0; 8192]).await.unwrap() > 0, "no request came");
        let head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\nid: 4\n\n: hello\n\n";
        stream.write_all(head.as_bytes()).await.unwrap();
        // Until the caller is gone.
        let _ = stream.read_to_end(&mut vec![]).await;
    })
    .await;
    let mut stream = client.stream("/events/stream").await;
    stream.silent_for(SHORT).await;
    assert_eq!((stream.last_id().as_deref(), stream.try_next(NO_TIME).await), (Some("4"), None));
}
