//! Orders as the staff handles them: found, moved many at once, exported, and with all that happened to one.

use crate::support::{World, add, each, id, place};
use serde_json::{Value, json};
use testkit::Person;

/// An order of one piece.
async fn order(person: &Person, product: i64) -> Value {
    add(person, product, 1).await.expect(201);
    place(person).await
}

#[tokio::test]
async fn the_staff_finds_orders_by_number_and_address_and_is_told_whose_they_are_and_what_may_follow() {
    let world = World::open().await;
    let mug = world.product("Mug", "1.00", 50).await;
    let (ann, bob) = (world.shop.register("ann@example.com").await, world.shop.register("bob@example.org").await);
    let (anns, bobs) = (order(&ann, mug).await, order(&bob, mug).await);
    let browser = world.shop.client();
    add(&browser, mug, 1).await.expect(201);
    let anonymous = place(&browser).await;
    assert!(anns.get("customer").is_none() && anns.get("allowed").is_none(), "a customer is told {anns}");
    let number = anns["number"].as_str().expect("a number");
    for (search, expected) in [
        (number.to_owned(), vec![&anns]),
        (number.to_lowercase()[3..].to_owned(), vec![&anns]),
        ("BOB@".to_owned(), vec![&bobs]),
        ("example".to_owned(), vec![&bobs, &anns]),
        ("100%25".to_owned(), vec![]),
        ("OX-".to_owned(), vec![&anonymous, &bobs, &anns]),
    ] {
        let found = world.staff.get(&format!("/order/?search={search}")).await.expect(200).json();
        let expected: Vec<_> = expected.into_iter().map(|order| &order["id"]).collect();
        assert_eq!(each(&found, "id"), expected, "{search}");
        assert_eq!(found["count"], expected.len(), "{search}");
    }
    let all = world.staff.get("/order/").await.expect(200).json();
    let whose: Vec<_> = each(&all, "customer").into_iter().map(|customer| customer["email"].clone()).collect();
    assert_eq!(whose, [json!(null), json!("bob@example.org"), json!("ann@example.com")]);
    assert!(all["results"][0]["customer"].is_null() && all["results"][0].get("customer").is_some(), "{all}");
    let shown = world.staff.get(&format!("/order/{}/", anns["id"])).await.expect(200).json();
    assert_eq!(shown["allowed"], json!(["processing", "shipped", "delivered", "cancelled"]));
    let own =
        ann.get(&format!("/order/?search={}", bobs["number"].as_str().expect("a number"))).await.expect(200).json();
    assert_eq!(each(&own, "id"), [&anns["id"]], "a customer's search is not looked at");
    assert!(own["results"][0].get("customer").is_none(), "{own}");
}

#[tokio::test]
async fn the_staff_finds_orders_by_the_address_given_with_them() {
    let world = World::open().await;
    let mug = world.product("Mug", "1.00", 50).await;
    let ann = world.shop.register("ann@example.com").await;
    let own = order(&ann, mug).await;
    let mut elsewhere = vec![];
    for (caller, email) in [(&ann.client, "Ann.Office@work.example"), (&world.shop.client(), "gus@home.example")] {
        add(caller, mug, 1).await.expect(201);
        let placed = caller.post("/order/place_order/", json!({"contact": {"email": email}})).await.expect(201).json();
        elsewhere.push(placed["order"].clone());
    }
    for (search, expected) in [
        ("gus@home.example", vec![&elsewhere[1]]),
        ("GUS@Home.example", vec![&elsewhere[1]]),
        ("gus@", vec![&elsewhere[1]]),
        ("office@work", vec![&elsewhere[0]]),
        ("ann.office@work.example", vec![&elsewhere[0]]),
        ("ann@example.com", vec![&elsewhere[0], &own]),
        ("@", vec![&elsewhere[1], &elsewhere[0], &own]),
        ("nobody@home.example", vec![]),
    ] {
        let found = world.staff.get(&format!("/order/?search={search}")).await.expect(200).json();
        let expected: Vec<_> = expected.into_iter().map(|order| &order["id"]).collect();
        assert_eq!(each(&found, "id"), expected, "{search}");
        assert_eq!(found["count"], expected.len(), "{search}");
        let exported = world.staff.get(&format!("/order/export/?search={search}")).await.expect(200).text();
        assert_eq!(exported.trim_end().split("\r\n").count(), expected.len() + 1, "{search}: {exported}");
    }
}

#[tokio::test]
async fn an_order_given_the_accounts_own_address_is_found_by_it_and_by_those_that_come_after() {
    let world = World::open().await;
    let mug = world.product("Mug", "1.00", 50).await;
    let ann = world.shop.register("Ann@example.com").await;
    add(&ann, mug, 1).await.expect(201);
    let contact = json!({"contact": {"email": "ann@Example.com"}});
    let placed = ann.post("/order/place_order/", contact).await.expect(201).json();
    // Who gives no address is told at that of their account.
    let without = order(&ann, mug).await;
    let finds = async |address: &str, expected: &[&Value]| {
        let found = world.staff.get(&format!("/order/?search={address}")).await.expect(200).json();
        assert_eq!(each(&found, "id"), expected.iter().map(|order| &order["id"]).collect::<Vec<_>>(), "{address}");
    };
    let both = [&without, &placed["order"]];
    finds("ann@example.com", &both).await;

    ann.patch("/user/profile/", json!({"email": "ann@new.example", "first_name": "Ann"})).await.expect(200);
    finds("ann@new.example", &both).await;
    finds("ann@example.com", &both).await;
    finds("ANN@exam", &both).await;
    let later = order(&ann, mug).await;
    let all = [&later, both[0], both[1]];

    let id = &world.staff.get("/customers/?search=ann@new.example").await.expect(200).json()["results"][0]["id"];
    let fields = json!({"email": "ann@third.example", "password": "pbkdf2_sha256$1000$saltysalt$QUJD"});
    let account = json!([{"model": "accounts.user", "pk": id, "fields": fields}]);
    std::fs::write(world.shop.folder().join("ann.json"), account.to_string()).expect("the fixture is written");
    world.shop.run_well(&["loaddata", "ann.json"]);
    finds("ann@third.example", &all).await;
    finds("ann@example.com", &both).await;
    finds("ann@new.example", &[&later]).await;
}

#[tokio::test]
async fn of_many_orders_each_is_moved_by_itself() {
    let world = World::open().await;
    let mug = world.product("Mug", "1.00", 50).await;
    let ann = world.shop.customer().await;
    let mut ids = vec![];
    for _ in 0..3 {
        ids.push(id(&order(&ann, mug).await));
    }
    world.staff.post(&format!("/order/{}/update_status/", ids[1]), json!({"status": "delivered"})).await.expect(200);
    let wanted = json!({"ids": [ids[0], ids[1], 999_999, ids[2], ids[0]], "status": "cancelled"});
    let answer = world.staff.post("/order/bulk_update_status/", wanted).await.expect(207).json();
    let expected = json!([
        {"id": ids[0], "status": "cancelled"},
        {"id": ids[1], "error": "Invalid status", "allowed": []},
        {"id": 999_999, "error": "Order not found"},
        {"id": ids[2], "status": "cancelled"},
        {"id": ids[0], "status": "cancelled"},
    ]);
    assert_eq!(answer["results"], expected);
    assert_eq!(answer["failed"], 2);
    let again = json!({"ids": [ids[0], ids[2]], "status": "cancelled"});
    let answer = world.staff.post("/order/bulk_update_status/", again).await.expect(200).json();
    assert_eq!(answer["failed"], 0, "{answer}");
    assert_eq!(world.stock(mug).await, 49, "what was cancelled went back, once");
    let written = world.staff.get(&format!("/audit/?object=order:{}", ids[2])).await.expect(200).json();
    assert_eq!(written["count"], 1, "{written}");
    world.books_add_up();
    let many: Vec<i64> = (1..=101).collect();
    for wrong in [
        json!({"ids": many, "status": "shipped"}),
        json!({"ids": [], "status": "shipped"}),
        json!({"ids": ["x"], "status": "shipped"}),
        json!({"ids": [ids[0]], "status": "eaten"}),
        json!({"status": "shipped"}),
    ] {
        world.staff.post("/order/bulk_update_status/", wrong).await.expect(400);
    }
}

#[tokio::test]
async fn an_export_holds_every_order_of_its_filter_and_no_formula() {
    let world = World::open().await;
    let evil = world.product("=HYPERLINK(\"http://evil.example\",\"Mug, blue\")", "1.00", 5_000).await;
    let ann = world.shop.register("+49@example.com").await;
    let mut placed = vec![];
    for _ in 0..3 {
        placed.push(order(&ann, evil).await);
    }
    // More than are read at once.
    for round in 0..8 {
        world.shop.plant(&format!(
            "INSERT INTO orders (number, user_id, status, total, currency, created_at, updated_at) \
             SELECT 'C{round}-' || CAST(id AS text), user_id, status, total, currency, created_at, updated_at FROM orders"
        ));
    }
    let cancelled = placed[0]["id"].clone();
    world.staff.post(&format!("/order/{cancelled}/cancel/"), ()).await.expect(200);
    let answer = world.staff.get("/order/export/").await.expect(200);
    assert!(answer.header("content-type").is_some_and(|kind| kind.starts_with("text/csv")), "{answer}");
    assert!(answer.header("content-disposition").is_some_and(|name| name.contains("orders.csv")), "{answer}");
    let text = answer.text();
    let rows: Vec<_> = text.trim_end().split("\r\n").collect();
    let count = world.shop.look("SELECT CAST(count(*) AS text) FROM orders").remove(0).expect("a count");
    assert_eq!((rows.len() - 1).to_string(), count, "a row for each order");
    assert!(rows.len() > 500, "only {} rows", rows.len());
    assert!(rows[0].starts_with("id,number,placed,status,customer,total"), "{}", rows[0]);
    let ids: Vec<i64> =
        rows[1..].iter().map(|row| row.split(',').next().and_then(|id| id.parse().ok()).expect("an id")).collect();
    assert!(ids.windows(2).all(|pair| pair[0] > pair[1]), "the newest come first, each once");
    let own = rows.iter().find(|row| row.starts_with(&format!("{},", placed[1]["id"]))).expect("its row");
    assert!(own.contains(",'+49@example.com,1.00,"), "{own}");
    for (number, cell) in text.split([',', '\n']).enumerate() {
        assert!(!cell.trim_start_matches('"').starts_with(['=', '+', '@', '-']), "cell {number} is a formula: {cell}");
    }
    let filtered = world.staff.get("/order/export/?status=cancelled").await.expect(200).text();
    assert_eq!(filtered.trim_end().split("\r\n").count(), 2, "{filtered}");
    world.staff.get("/order/export/?status=eaten").await.expect(400);
}

#[tokio::test]
async fn the_timeline_of_an_order_tells_all_that_happened_to_it() {
    let world = World::open().await;
    let mug = world.product("Mug", "1.00", 50).await;
    let ann = world.shop.register("ann@example.com").await;
    let path = format!("/order/{}", order(&ann, mug).await["id"]);
    let other = order(&ann, mug).await;
    for status in ["processing", "shipped"] {
        world.staff.post(&format!("{path}/update_status/"), json!({"status": status})).await.expect(200);
    }
    world.staff.post(&format!("/order/{}/cancel/", other["id"]), ()).await.expect(200);
    let told = world.staff.get(&format!("{path}/timeline/")).await.expect(200).json();
    let told = told.as_array().expect("a list");
    let steps: Vec<_> = told.iter().map(|one| (one["kind"].clone(), one["what"].clone(), one["who"].clone())).collect();
    let staff = json!(world.staff.email);
    let step = |kind: &str, what: &str, who: Value| (json!(kind), json!(what), who);
    assert_eq!(
        steps,
        [
            step("event", "order.placed", json!("ann@example.com")),
            step("event", "order.status_changed", staff.clone()),
            step("event", "order.status_changed", staff.clone()),
        ]
    );
    assert!(told.windows(2).all(|pair| pair[0]["at"].as_str() <= pair[1]["at"].as_str()), "{told:?}");
    let data = &told[2]["data"];
    assert_eq!((&data["status"], &data["before"]["status"]), (&json!("shipped"), &json!("processing")), "{data}");
    let cancelled = world.staff.get(&format!("/order/{}/timeline/", other["id"])).await.expect(200).json();
    assert_eq!(each(&cancelled, "what"), ["order.placed", "order.cancelled"], "{cancelled}");
    assert_eq!(cancelled[1]["who"], staff);
    // What the event log has forgotten, the audit log still tells.
    world.shop.plant("DELETE FROM events");
    let told = world.staff.get(&format!("{path}/timeline/")).await.expect(200).json();
    assert_eq!(each(&told, "kind"), ["event", "audit", "audit"], "{told}");
    assert_eq!(each(&told, "what"), ["order.placed", "order.update", "order.update"], "{told}");
    world.staff.get("/order/999999/timeline/").await.expect(404);
}
