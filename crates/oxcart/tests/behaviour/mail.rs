//! Mails about orders: written with them, sent by any instance, tried again, and seen by the staff.

use crate::post_office::{PostOffice, Temper, token_in};
use crate::support::{World, add, builder, confirm, id, place};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::time::{Duration, Instant};
use testkit::Person;

/// The newest mail with this template, once the staff sees it in this state.
async fn seen(staff: &Person, template: &str, state: &str) -> Value {
    let deadline = Instant::now() + Duration::from_secs(20);
    loop {
        let page = staff.get("/staff/mails/").await.expect(200).json();
        let mails = page["results"].as_array().expect("a page");
        let found = mails.iter().find(|mail| mail["template"] == template && mail["state"] == state);
        if let Some(found) = found {
            return found.clone();
        }
        assert!(Instant::now() < deadline, "no {template} is {state} in {page}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test]
async fn who_orders_is_written_to_when_it_is_placed_and_when_it_is_shipped_once_each() {
    let office = PostOffice::open().await;
    let world = World::of(office.shop()).await;
    let mug = world.product("Enamel Mug", "5.00", 10).await;
    let (guest, silent, ann) = (world.shop.client(), world.shop.client(), world.shop.customer().await);
    for caller in [&guest, &silent, &ann.client] {
        add(caller, mug, 2).await.expect(201);
    }
    let contact = json!({"email": "guest@home.example", "name": "Gus Guest", "address": "1 Mill Lane"});
    let placed = guest.post("/order/place_order/", json!({"contact": contact})).await.expect(201).json();
    place(&silent).await;
    let anns = place(&ann).await;
    let number = placed["order"]["number"].as_str().expect("a number");
    let mail = office.about(number, 1).await.remove(0);
    assert_eq!(mail.to, "guest@home.example");
    for part in ["Thank you for your order", "2 × Enamel Mug: 10.00", "Total: 10.00 USD"] {
        assert!(mail.text().contains(part), "{part} is missing in {}", mail.text());
    }
    assert!(mail.header("From").contains("shop@shop.example") && mail.header("Reply-To").contains("help@shop.example"));
    assert!(mail.header("Content-Type").starts_with("multipart/alternative"));
    assert_eq!(office.about(anns["number"].as_str().expect("a number"), 1).await[0].to, ann.email);
    for status in ["processing", "shipped", "shipped", "delivered"] {
        let path = format!("/order/{}/update_status/", id(&placed["order"]));
        world.staff.post(&path, json!({"status": status})).await.expect(200);
    }
    let shipped = office.about("on its way", 1).await.remove(0);
    assert_eq!(shipped.to, "guest@home.example");
    tokio::time::sleep(Duration::from_secs(1)).await;
    let orders = office.received().into_iter().filter(|mail| mail.header("Subject").contains("order"));
    let ids: Vec<_> = orders.map(|mail| mail.header("Message-ID")).collect();
    assert_eq!(ids.len(), 3, "two placed, one shipped, and nobody to tell of the third: {ids:?}");
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), 3, "{ids:?}");
    world.books_add_up();
}

#[tokio::test]
async fn what_whoever_orders_writes_is_mailed_to_nobody_but_them() {
    let office = PostOffice::open().await;
    let world = World::of(office.shop()).await;
    let mug = world.product("Mug", "5.00", 50).await;
    let (guest, ann) = (world.shop.client(), world.shop.customer().await);
    let order = async |caller: &testkit::Client, email: &str| {
        add(caller, mug, 1).await.expect(201);
        let address = "1 Buy Lane\n".repeat(20);
        let contact = json!({"email": email, "name": "Buy At evil.example", "address": address, "city": "Buytown",
            "country": "Buyland", "note": "Buy ".repeat(200)});
        let placed = caller.post("/order/place_order/", json!({"contact": contact})).await.expect(201).json();
        office.about(placed["order"]["number"].as_str().expect("a number"), 1).await.remove(0)
    };
    let strangers = [
        order(&guest, "victim@home.example").await,
        order(&ann, &ann.email).await,
        order(&ann, "victim@home.example").await,
    ];
    for mail in strangers {
        assert!(!mail.text().contains("Buy") && !mail.text().contains("evil.example"), "{}", mail.text());
        assert!(mail.text().contains("1 × Mug"), "{}", mail.text());
    }
    confirm(&world, &ann);
    let own = order(&ann, &ann.email).await;
    assert!(!own.header("Subject").contains("Buy"), "{}", own.header("Subject"));
    for part in ["Buy At evil.example", "Buytown", "Your note"] {
        assert!(own.text().contains(part), "{part} is missing in {}", own.text());
    }
    // In the text and in the HTML.
    assert_eq!(own.text().matches("1 Buy Lane").count(), 2 * 4, "{}", own.text());
    assert!(own.text().matches("Buy ").count() < 2 * 90, "{}", own.text());
    let elsewhere = order(&ann, "victim@home.example").await;
    assert!(!elsewhere.text().contains("Buy"), "{}", elsewhere.text());
}

#[tokio::test]
async fn a_server_that_is_busy_or_hangs_up_is_tried_again_under_the_same_message_id() {
    let office = PostOffice::open().await;
    let world = World::of(office.shop()).await;
    let mug = world.product("Mug", "5.00", 10).await;
    let guest = world.shop.client();
    add(&guest, mug, 1).await.expect(201);
    office.next_is(Temper::Says("451 come back later"));
    office.next_is(Temper::HangsUp);
    guest.post("/order/place_order/", json!({"contact": {"email": "gus@home.example"}})).await.expect(201);
    let sent = seen(&world.staff, "order_placed", "sent").await;
    assert_eq!(sent["attempts"], 3, "{sent}");
    assert_eq!(sent["last_error"], "");
    let mails = office.about("Your order", 2).await;
    assert_eq!(mails[0].header("Message-ID"), mails[1].header("Message-ID"));
    assert_eq!(mails[0].header("Date"), mails[1].header("Date"));
    assert!(!world.shop.log().contains("gus@home.example"), "the log names a customer");
}

#[tokio::test]
async fn a_mail_that_is_refused_for_good_has_failed_until_the_staff_tries_again() {
    let office = PostOffice::open().await;
    let world = World::of(office.shop()).await;
    let mug = world.product("Mug", "5.00", 10).await;
    let guest = world.shop.client();
    add(&guest, mug, 1).await.expect(201);
    office.next_is(Temper::Says("550 5.1.1 no such gus here"));
    guest.post("/order/place_order/", json!({"contact": {"email": "gus@home.example"}})).await.expect(201);
    let failed = seen(&world.staff, "order_placed", "failed").await;
    assert!(failed["last_error"].as_str().is_some_and(|error| error.contains("no such gus here")), "{failed}");
    assert_eq!(failed["attempts"], 1);
    let listed = world.staff.get("/staff/mails/?state=failed").await.expect(200).json();
    assert_eq!(listed["count"], 1);
    world.staff.get("/staff/mails/?state=lost").await.expect(400);
    let path = format!("/staff/mails/{}/retry/", id(&failed));
    world.shop.customer().await.post(&path, ()).await.expect(403);
    assert_eq!(world.staff.post(&path, ()).await.expect(200).json()["state"], "waiting");
    office.about("Your order", 1).await;
    seen(&world.staff, "order_placed", "sent").await;
    world.staff.post(&path, ()).await.expect(409);
    world.staff.post("/staff/mails/999999/retry/", ()).await.expect(404);
    let audit = world.staff.get("/audit/?action=mail.retry").await.expect(200).json();
    assert_eq!(audit["count"], 1, "{audit}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn several_instances_send_each_mail_once() {
    const ORDERS: usize = 30;
    let office = PostOffice::open().await;
    let world = World::of(office.shop().instances(3)).await;
    let mug = world.product("Mug", "5.00", 1_000).await;
    for number in 0..ORDERS {
        let guest = world.shop.client_of(number % world.shop.instances());
        add(&guest, mug, 1).await.expect(201);
        let contact = json!({"contact": {"email": format!("gus-{number}@home.example")}});
        guest.post("/order/place_order/", contact).await.expect(201);
    }
    office.about("Your order", ORDERS).await;
    tokio::time::sleep(Duration::from_secs(3)).await;
    let mails = office.about("Your order", ORDERS).await;
    let recipients: BTreeSet<_> = mails.iter().map(|mail| mail.to.clone()).collect();
    assert_eq!((mails.len(), recipients.len()), (ORDERS, ORDERS));
}

#[tokio::test]
async fn without_a_mail_server_mails_wait_and_links_are_for_their_recipients_alone() {
    let world = World::open().await;
    let mug = world.product("Mug", "5.00", 10).await;
    let ann = world.shop.customer().await;
    add(&ann, mug, 1).await.expect(201);
    let order = place(&ann).await;
    let mail = seen(&world.staff, "order_placed", "waiting").await;
    assert_eq!((&mail["to"], &mail["attempts"], &mail["sent_at"]), (&json!(ann.email), &json!(0), &Value::Null));
    let path = format!("/staff/mails/{}/", id(&mail));
    let whole = world.staff.get(&path).await.expect(200).json();
    let number = order["number"].as_str().expect("a number");
    assert!(whole["text"].as_str().is_some_and(|text| text.contains(number)), "{whole}");
    assert!(whole["html"].as_str().is_some_and(|html| html.contains(number)), "{whole}");
    ann.get(&path).await.expect(403);
    world.shop.client().get(&path).await.expect(401);
    let link = seen(&world.staff, "confirm_email", "waiting").await;
    let whole = world.staff.get(&format!("/staff/mails/{}/", id(&link))).await.expect(200).text();
    assert!(whole.contains("confirm.html?token=***"), "{whole}");
}

#[tokio::test]
async fn mails_older_than_their_retention_are_forgotten() {
    // The shop looks as often as its events ask for.
    let world = World::of(builder().env("OXCART_MAIL_RETENTION", "1h").env("OXCART_EVENT_RETENTION", "4s")).await;
    let mug = world.product("Mug", "5.00", 10).await;
    let ann = world.shop.customer().await;
    let mut numbers = vec![];
    for _ in 0..2 {
        add(&ann, mug, 1).await.expect(201);
        numbers.push(place(&ann).await["number"].as_str().expect("a number").to_owned());
    }
    let mailed = || -> Vec<String> {
        let sql = "SELECT reference FROM mails WHERE template = 'order_placed' ORDER BY id";
        world.shop.look(sql).into_iter().flatten().collect()
    };
    let becomes = async |expected: &[String]| {
        let deadline = Instant::now() + Duration::from_secs(20);
        while mailed() != expected {
            assert!(Instant::now() < deadline, "{:?} instead of {expected:?}", mailed());
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    };
    becomes(&numbers).await;
    world.shop.plant(&format!("UPDATE mails SET created_at = 0 WHERE reference = '{}'", numbers[0]));
    becomes(&numbers[1..]).await;
}

#[tokio::test]
async fn a_demo_shop_keeps_mails_where_the_staff_can_use_their_links_and_calls_none_sent() {
    let shop = builder().demo().start().await;
    let staff = shop.log_in(&shop.client(), "staff@example.com", "open-the-shutters-2026").await;
    let ann = shop.customer().await;
    let mail = seen(&staff, "confirm_email", "kept").await;
    assert_eq!((&mail["to"], &mail["attempts"]), (&json!(ann.email), &json!(0)));
    for (state, count) in [("kept", 1), ("sent", 0), ("waiting", 0), ("failed", 0)] {
        let listed = staff.get(&format!("/staff/mails/?state={state}")).await.expect(200).json();
        assert_eq!(listed["count"], count, "{state}: {listed}");
    }
    let refused = staff.post(&format!("/staff/mails/{}/retry/", id(&mail)), ()).await.expect(409).json();
    assert!(refused["detail"].as_str().is_some_and(|text| text.contains("kept")), "{refused}");
    let whole = staff.get(&format!("/staff/mails/{}/", id(&mail))).await.expect(200).json();
    let token = token_in(whole["text"].as_str().expect("a text"));
    shop.client().post("/user/confirm_email/", json!({"token": token})).await.expect(200);
    assert_eq!(ann.get("/user/profile/").await.expect(200).json()["email_confirmed"], true);
}
