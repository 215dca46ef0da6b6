//! Pages of other shops and what they can't do with a browser's cookie.

use crate::access::is_theirs;
use crate::support::{World, add, builder};
use crate::ways::{poll, stream_status, ticket};
use testkit::live::Frame;

#[tokio::test]
async fn a_foreign_page_can_not_use_the_session_cookie() {
    let world = World::of(builder().env("OXCART_CORS_ALLOWED_ORIGINS", "https://friend.example")).await;
    let mug = world.product("Mug", "1.00", 500).await;
    let (ann, session) = (world.shop.customer().await, world.shop.client());
    add(&session, mug, 1).await.expect(201);
    let own = world.shop.url();
    for origin in ["https://evil.example", "http://friend.example", "https://friend.example.evil.example", "null"] {
        let page = session.with_header("Origin", origin);
        for path in ["/ws/", "/ws/cart/", "/ws/products/"] {
            let frame = page.socket(path).await.next().await;
            assert!(matches!(frame, Frame::Closed(4403, _)), "{origin} on {path}: {frame:?} came");
        }
        assert_eq!(stream_status(&page, "topics=cart").await.0, 403, "a stream for {origin}");
        poll(&page, "cart").await.expect(403);
        let by_token = page.socket(&format!("/ws/?token={}", ann.access)).await;
        is_theirs(by_token, &ann, mug, "a token of a foreign page").await;
        let by_header = ann.with_header("Origin", origin);
        is_theirs(by_header.socket("/ws/").await, &ann, mug, "a header of a foreign page").await;
        let nobody = world.shop.client().with_header("Origin", origin);
        nobody.socket("/ws/products/").await.expect_type("subscribed").await;
    }
    for origin in [own.as_str(), "https://friend.example"] {
        let page = session.with_header("Origin", origin);
        is_theirs(page.socket("/ws/").await, &session, mug, origin).await;
        assert_eq!(stream_status(&page, "topics=cart").await.0, 200, "a stream for {origin}");
        poll(&page, "cart").await.expect(200);
    }
}

#[tokio::test]
async fn a_foreign_page_can_not_read_a_ticket_of_the_session() {
    let world = World::open().await;
    let mug = world.product("Mug", "1.00", 5).await;
    let session = world.shop.client();
    add(&session, mug, 1).await.expect(201);
    let answer = session.with_header("Origin", "https://evil.example").post("/ws/ticket/", ()).await;
    let readable = answer.header("access-control-allow-origin").is_some();
    assert!(answer.status == 403 || !readable, "a foreign page can read {answer}");
    ticket(&session.with_header("Origin", &world.shop.url())).await;
}
