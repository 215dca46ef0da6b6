//! How the outbox is worked off: what is tried again and what is not, in which order, and what a shop that stops leaves
//! behind.

use crate::post_office::{PostOffice, Temper};
use crate::support::{World, add, id};
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use testkit::Setup;

/// Waits until a query finds this text first.
async fn found(world: &World, sql: &str, expected: &str) {
    let deadline = Instant::now() + Duration::from_secs(20);
    loop {
        let found = world.shop.look(sql).into_iter().next().flatten().unwrap_or_default();
        if found.contains(expected) {
            return;
        }
        assert!(Instant::now() < deadline, "{sql} finds {found:?} and not {expected:?}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

async fn world(office: &PostOffice, pause: &str) -> (World, i64) {
    let world = World::of(office.shop().env("OXCART_MAIL_RETRY_PAUSE", pause)).await;
    let mug = world.product("Mug", "5.00", 1_000).await;
    (world, mug)
}

/// Somebody without an account orders, and gives this address.
async fn order(world: &World, product: i64, email: &str) -> Value {
    let guest = world.shop.client();
    add(&guest, product, 1).await.expect(201);
    let contact = json!({"contact": {"email": email}});
    guest.post("/order/place_order/", contact).await.expect(201).json()["order"].take()
}

fn of(email: &str, column: &str) -> String {
    format!("SELECT CAST({column} AS text) FROM mails WHERE recipient = '{email}'")
}

#[tokio::test]
async fn what_a_server_holds_against_the_sender_or_for_now_does_not_fail_a_mail() {
    let office = PostOffice::open().await;
    let (world, mug) = world(&office, "1s").await;
    for said in ["554 5.7.1 rejected as spam", "552 5.2.2 mailbox full", "550 5.1.8 sender's domain not found"] {
        office.next_is(Temper::Says(said));
    }
    order(&world, mug, "gus@home.example").await;
    found(&world, &of("gus@home.example", "last_error"), "rejected as spam").await;
    found(&world, &of("gus@home.example", "state"), "sent").await;
    assert_eq!(world.shop.look(&of("gus@home.example", "attempts")), [Some("4".to_owned())]);
    office.next_is(Temper::Says("550 5.1.1 user unknown"));
    order(&world, mug, "nobody@home.example").await;
    found(&world, &of("nobody@home.example", "state"), "failed").await;
    assert_eq!(world.shop.look(&of("nobody@home.example", "attempts")), [Some("1".to_owned())]);
}

#[tokio::test]
async fn all_that_failed_is_tried_again_by_one_request_but_for_links_that_are_no_longer_good() {
    let office = PostOffice::open().await;
    let (world, mug) = world(&office, "1s").await;
    let none = world.staff.post("/staff/mails/retry_failed/", ()).await.expect(200).json();
    assert_eq!(none, json!({"retried": 0}));
    let ann = world.shop.customer().await;
    found(&world, &of(&ann.email, "state"), "sent").await;
    world.shop.plant("UPDATE mails SET state = 'failed', created_at = created_at - 345600000000");
    for email in ["gus@home.example", "gil@home.example"] {
        office.next_is(Temper::Says("550 5.1.1 user unknown"));
        order(&world, mug, email).await;
        found(&world, &of(email, "state"), "failed").await;
    }
    ann.post("/staff/mails/retry_failed/", ()).await.expect(403);
    let retried = world.staff.post("/staff/mails/retry_failed/", ()).await.expect(200).json();
    assert_eq!(retried, json!({"retried": 2}));
    for email in ["gus@home.example", "gil@home.example"] {
        found(&world, &of(email, "state"), "sent").await;
    }
    assert_eq!(world.shop.look(&of(&ann.email, "state")), [Some("failed".to_owned())]);
    let audit = world.staff.get("/audit/?action=mail.retry").await.expect(200).json();
    assert_eq!((&audit["count"], &audit["results"][0]["after"]), (&json!(1), &json!({"retried": 2})));
}

#[tokio::test]
async fn a_mail_under_way_is_not_tried_a_second_time_and_a_shop_that_stops_gives_it_back() {
    let office = PostOffice::open().await;
    let (world, mug) = world(&office, "1s").await;
    office.next_is(Temper::Dawdles);
    order(&world, mug, "gus@home.example").await;
    office.about("Your order", 1).await;
    let mails = world.staff.get("/staff/mails/").await.expect(200).json();
    assert_eq!((&mails["results"][0]["state"], &mails["results"][0]["attempts"]), (&json!("waiting"), &json!(1)));
    let path = format!("/staff/mails/{}/retry/", id(&mails["results"][0]));
    let refused = world.staff.post(&path, ()).await.expect(409).json();
    assert!(refused["detail"].as_str().is_some_and(|text| text.contains("being sent")), "{refused}");
    assert_eq!(world.shop.look(&of("gus@home.example", "attempts")), [Some("1".to_owned())]);
    let began = Instant::now();
    assert_eq!(world.shop.stop(0), Some(0));
    assert!(began.elapsed() < Duration::from_secs(10), "it took {:?} to stop", began.elapsed());
    assert_eq!(world.shop.look(&of("gus@home.example", "leased_until")), [None], "nobody else could send it now");
    world.shop.start(0).await;
    let mails = office.about("Your order", 2).await;
    assert_eq!(mails[0].header("Message-ID"), mails[1].header("Message-ID"));
    found(&world, &of("gus@home.example", "state"), "sent").await;
}

#[tokio::test]
async fn mails_that_can_t_be_read_or_written_keep_no_others_waiting() {
    let office = PostOffice::open().await;
    let (world, mug) = world(&office, "30s").await;
    let mut orders = vec![];
    for email in ["strange@home.example", "broken@home.example"] {
        office.next_is(Temper::Says("451 come back later"));
        orders.push(order(&world, mug, email).await);
        found(&world, &of(email, "last_error"), "come back later").await;
    }
    world.shop.plant(&format!("UPDATE orders SET contact = '{{' WHERE id = {}", orders[1]["id"]));
    // As a newer release might.
    let unlock = match world.shop.setup() {
        Setup::Sqlite => "PRAGMA ignore_check_constraints = ON",
        _ => "ALTER TABLE mails DROP CONSTRAINT mails_template_check",
    };
    let change = "UPDATE mails SET template = 'carrier_pigeon' WHERE recipient = 'strange@home.example'";
    world.shop.plant(&format!("{unlock}; {change}"));
    world.shop.plant("UPDATE mails SET due_at = 1");
    found(&world, &of("strange@home.example", "last_error"), "carrier_pigeon").await;
    let mails = world.staff.get("/staff/mails/").await.expect(200).json();
    let strange = mails["results"].as_array().expect("a list").iter().find(|mail| mail["template"] == "carrier_pigeon");
    let strange = strange.unwrap_or_else(|| panic!("it is not in {mails}"));
    assert_eq!((&strange["to"], &strange["subject"]), (&json!("strange@home.example"), &json!("carrier_pigeon")));
    let path = format!("/staff/mails/{}/", id(strange));
    assert_eq!(world.staff.get(&path).await.expect(200).json()["text"], "");
    let refused = world.staff.post(&format!("{path}retry/"), ()).await.expect(409).json();
    assert!(refused["detail"].as_str().is_some_and(|text| text.contains("newer release")), "{refused}");
    found(&world, &of("broken@home.example", "last_error"), "can't be put into words").await;
    order(&world, mug, "gus@home.example").await;
    found(&world, &of("gus@home.example", "state"), "sent").await;
    assert_eq!(world.shop.look(&of("broken@home.example", "state")), [Some("waiting".to_owned())]);
}

#[tokio::test]
async fn who_forgot_a_password_does_not_wait_behind_everybody_s_orders() {
    const ORDERS: usize = 300;
    let office = PostOffice::open().await;
    let (world, mug) = world(&office, "1s").await;
    let placed = order(&world, mug, "gus@home.example").await;
    let ann = world.shop.customer().await;
    office.about("Your order", 1).await;
    office.about("Confirm", 1).await;
    office.takes(Duration::from_millis(60));
    world.shop.plant(&format!(
        "INSERT INTO mails (key, template, recipient, subject_id, reference, created_at, due_at, give_up_at) \
         WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {ORDERS}) \
         SELECT 'order_placed:x' || i, 'order_placed', 'gus@home.example', {}, 'OX-7K3M9QWD', 1, 1, 9000000000000000 FROM n",
        placed["id"]
    ));
    office.about("Your order", 20).await;
    world.shop.client().post("/user/password_reset/", json!({"email": ann.email})).await.expect(202);
    office.about("new password", 1).await;
    let before = office.received().iter().filter(|mail| mail.header("Subject").contains("order")).count();
    assert!(before < ORDERS, "it came behind {before} mails about orders");
    assert!((2..=4).contains(&office.most_at_once()), "{} at once", office.most_at_once());
}

#[tokio::test]
async fn addresses_beyond_ascii_are_sent_to_as_servers_know_them_or_refused_in_words() {
    let office = PostOffice::open().await;
    let (world, mug) = world(&office, "30s").await;
    order(&world, mug, "gus@bücher.example").await;
    let mail = office.about("Your order", 1).await.remove(0);
    assert_eq!(mail.to, "gus@xn--bcher-kva.example");
    assert!(mail.header("To").contains("gus@xn--bcher-kva.example"), "{}", mail.header("To"));
    found(&world, &of("gus@bücher.example", "state"), "sent").await;
    office.next_is(Temper::Says("451 come back later"));
    order(&world, mug, "gus@home.example").await;
    found(&world, &of("gus@home.example", "last_error"), "come back later").await;
    // What no form takes, but an older shop may have brought along.
    let change = "UPDATE mails SET recipient = 'güs@home.example', due_at = 1 WHERE recipient = 'gus@home.example'";
    world.shop.plant(change);
    found(&world, &of("güs@home.example", "last_error"), "SMTPUTF8").await;
    assert_eq!(world.shop.look(&of("güs@home.example", "state")), [Some("failed".to_owned())]);
}
