//! What is told of orders and carts, and that nothing is told of what did not happen. The catalogue is in `stock.rs`.

use crate::support::{World, add, each, id, place};
use crate::ways::{marker, names, polled, seq, seqs, told, up_to};
use serde_json::{Value, json};
use testkit::live::Socket;
use testkit::{Client, Person};

/// What is told of an order.
fn of_order(order: &Value, status: &str) -> Value {
    json!({"id": order["id"], "number": order["number"], "status": status, "total": order["total"],
        "currency": order["currency"]})
}

/// A customer who follows one topic.
async fn follower(world: &World, topic: &str) -> (Person, Socket) {
    let customer = world.shop.customer().await;
    let mut socket = customer.socket("/ws/").await;
    socket.subscribe(topic).await;
    (customer, socket)
}

/// The id of the caller's cart, by what was told of it.
fn cart_of(events: &[Value]) -> Value {
    let id = events[0]["data"]["cart_id"].clone();
    assert!(id.is_i64(), "no cart_id in {events:?}");
    id
}

#[tokio::test]
async fn a_placed_order_is_told_with_its_number_and_total() {
    let world = World::open().await;
    let mug = world.product("Mug", "19.95", 9).await;
    let (customer, mut socket) = follower(&world, "orders").await;
    add(&customer, mug, 2).await.expect(201);
    let order = place(&customer).await;
    let event = socket.event().await;
    assert_eq!(told(std::slice::from_ref(&event)), [("order.placed", &of_order(&order, "pending"))]);
    assert_eq!((&event["topic"], &event["data"]["total"]), (&json!("orders"), &json!("39.90")));
    let mut keys: Vec<_> = event.as_object().expect("an object").keys().map(String::as_str).collect();
    keys.sort_unstable();
    assert_eq!(keys, ["at", "data", "event", "seq", "topic", "type"]);
}

#[tokio::test]
async fn every_step_of_an_order_is_told_and_a_cancellation_by_two_events() {
    let world = World::open().await;
    let mug = world.product("Mug", "2.00", 9).await;
    let (customer, mut socket) = follower(&world, "orders").await;
    let (mut orders, mut expected) = (vec![], vec![]);
    for _ in 0..2 {
        add(&customer, mug, 1).await.expect(201);
        orders.push(place(&customer).await);
    }
    let [sent, called_off] = &orders[..] else { unreachable!("two were placed") };
    for status in ["processing", "shipped", "delivered"] {
        world.move_on(id(sent), status).await;
        expected.push(("order.status_changed", of_order(sent, status)));
    }
    customer.post(&format!("/order/{}/cancel/", id(called_off)), ()).await.expect(200);
    expected.push(("order.status_changed", of_order(called_off, "cancelled")));
    expected.push(("order.cancelled", of_order(called_off, "cancelled")));
    let placed = socket.events(2).await;
    assert_eq!(names(&placed), ["order.placed"; 2]);
    let heard = socket.events(expected.len()).await;
    assert_eq!(told(&heard), expected.iter().map(|(name, data)| (*name, data)).collect::<Vec<_>>());
    let mut one = customer.socket("/ws/").await;
    let topic = format!("order:{}", id(called_off));
    one.subscribe_after(&topic, 0).await;
    let heard = one.events(3).await;
    assert_eq!(names(&heard), ["order.placed", "order.status_changed", "order.cancelled"], "of {topic} alone");
    assert_eq!(each(&json!(heard), "topic"), [topic.as_str(); 3]);
}

#[tokio::test]
async fn the_staff_cancels_by_a_status_too_and_it_is_told_the_same() {
    let world = World::open().await;
    let mug = world.product("Mug", "2.00", 9).await;
    let (customer, mut socket) = follower(&world, "orders").await;
    add(&customer, mug, 1).await.expect(201);
    let order = place(&customer).await;
    world.move_on(id(&order), "cancelled").await;
    let heard = socket.events(3).await;
    assert_eq!(names(&heard), ["order.placed", "order.status_changed", "order.cancelled"]);
}

#[tokio::test]
async fn each_change_of_a_cart_is_told_with_what_is_in_it() {
    let world = World::open().await;
    let [mug, pan] = [world.product("Mug", "1.00", 50).await, world.product("Pan", "1.00", 50).await];
    let (customer, mut socket) = follower(&world, "cart").await;
    add(&customer, mug, 2).await.expect(201);
    add(&customer, mug, 1).await.expect(200);
    add(&customer, pan, 4).await.expect(201);
    customer.patch(&format!("/cart/items/{mug}/"), json!({"quantity": 10})).await.expect(200);
    customer.patch(&format!("/cart/items/{pan}/"), json!({"quantity": 0})).await.expect(204);
    add(&customer, pan, 5).await.expect(201);
    customer.delete(&format!("/cart/remove/{mug}/")).await.expect(204);
    customer.delete("/cart/").await.expect(204);
    add(&customer, pan, 6).await.expect(201);
    place(&customer).await;
    let heard = socket.events(10).await;
    let cart = cart_of(&heard);
    let contents = [(1, 2), (1, 3), (2, 7), (2, 14), (1, 10), (2, 15), (1, 5), (0, 0), (1, 6), (0, 0)];
    let expected = contents.map(|(lines, items)| json!({"cart_id": cart, "lines": lines, "items": items}));
    assert_eq!(told(&heard), expected.iter().map(|data| ("cart.changed", data)).collect::<Vec<_>>());
}

#[tokio::test]
async fn what_a_login_brings_along_is_told_to_the_other_tabs_of_the_account() {
    let world = World::open().await;
    let mug = world.product("Mug", "1.00", 50).await;
    let (customer, mut socket) = follower(&world, "cart").await;
    add(&customer, mug, 2).await.expect(201);
    let browser = world.shop.client();
    add(&browser, mug, 3).await.expect(201);
    world.shop.log_in(&browser, &customer.email, &customer.password).await;
    let heard = socket.events(2).await;
    let merged = json!({"cart_id": cart_of(&heard), "lines": 1, "items": 5});
    assert_eq!(told(&heard)[1], ("cart.changed", &merged));
}

#[tokio::test]
async fn an_anonymous_session_hears_of_its_own_cart_and_orders() {
    let world = World::open().await;
    let mug = world.product("Mug", "3.00", 50).await;
    let browser = world.shop.client();
    add(&browser, mug, 1).await.expect(201);
    let start = marker(&world).await;
    let mut socket = browser.socket("/ws/").await;
    socket.subscribe_after("cart", start).await;
    socket.subscribe_after("orders", start).await;
    add(&browser, mug, 1).await.expect(200);
    let order = place(&browser).await;
    let mut heard = socket.events(3).await;
    heard.sort_by_key(seq);
    let cart = |event: &Value| (event["data"]["lines"].clone(), event["data"]["items"].clone());
    let carts: Vec<_> = heard.iter().filter(|event| event["topic"] == "cart").map(cart).collect();
    assert_eq!(carts, [(json!(1), json!(2)), (json!(0), json!(0))]);
    let orders: Vec<_> = heard.iter().filter(|event| event["topic"] == "orders").cloned().collect();
    assert_eq!(told(&orders), [("order.placed", &of_order(&order, "pending"))]);
}

#[tokio::test]
async fn nothing_is_told_of_what_was_refused() {
    let world = World::open().await;
    let [mug, pan] = [world.product("Mug", "1.00", 5).await, world.product("Pan", "1.00", 5).await];
    let (customer, other) = (world.shop.customer().await, world.shop.customer().await);
    add(&customer, mug, 5).await.expect(201);
    add(&customer, pan, 5).await.expect(201);
    world.set_stock(pan, 4).await;
    add(&other, mug, 1).await.expect(201);
    let order = id(&place(&other).await);
    add(&customer, mug, 1).await.expect(409);
    world.move_on(order, "shipped").await;
    let start = marker(&world).await;
    let mut sockets = [customer.socket("/ws/").await, world.staff.socket("/ws/").await];
    for socket in &mut sockets {
        for topic in ["orders", "cart", "products"] {
            socket.subscribe_after(topic, start).await;
        }
    }
    refused(&world, &customer, [mug, pan], order).await;
    let seq = marker(&world).await;
    for mut socket in sockets {
        let heard = up_to(&mut socket, seq).await;
        assert_eq!(seqs(&heard), [seq], "something is told of what was refused: {heard:?}");
    }
}

/// Everything that comes to nothing.
async fn refused(world: &World, customer: &Client, [mug, pan]: [i64; 2], shipped: i64) {
    customer.post("/order/place_order/", ()).await.expect(409);
    world.shop.client().post("/order/place_order/", ()).await.expect(400);
    add(customer, mug, 0).await.expect(400);
    add(customer, 999_999, 1).await.expect(404);
    customer.patch(&format!("/cart/items/{pan}/"), json!({"quantity": 50})).await.expect(409);
    customer.delete("/cart/remove/999999/").await.expect(404);
    world.staff.delete("/cart/").await.expect(204);
    let product = format!("/products/{mug}/");
    world.staff.patch(&product, json!({"stock": -1})).await.expect(400);
    world.staff.patch(&product, json!({"stock": 77, "price": "dear"})).await.expect(400);
    customer.patch(&product, json!({"stock": 77})).await.expect(403);
    customer.delete(&product).await.expect(403);
    world.staff.post("/products/", json!({"name": "", "price": "1.00"})).await.expect(400);
    world.staff.delete("/products/999999/").await.expect(404);
    let order = format!("/order/{shipped}/");
    customer.post(&format!("{order}cancel/"), ()).await.expect(404);
    world.staff.post(&format!("{order}cancel/"), ()).await.expect(400);
    for status in ["pending", "lost"] {
        world.staff.post(&format!("{order}update_status/"), json!({"status": status})).await.expect(400);
    }
}

#[tokio::test]
async fn numbers_and_times_go_up() {
    let world = World::open().await;
    let mug = world.product("Mug", "1.00", 50).await;
    let customer = world.shop.customer().await;
    for _ in 0..5 {
        add(&customer, mug, 1).await.expect(201);
        place(&customer).await;
    }
    let all = polled(&customer, "products,orders,cart", 0, 21).await;
    for pair in all.windows(2) {
        let at = |event: &Value| event["at"].as_str().unwrap_or_default().to_owned();
        assert!(seq(&pair[0]) < seq(&pair[1]), "{pair:?}");
        assert!(at(&pair[0]) <= at(&pair[1]), "{pair:?}");
        let shape: String = at(&pair[1]).chars().map(|sign| if sign.is_ascii_digit() { '0' } else { sign }).collect();
        assert_eq!(shape, "0000-00-00T00:00:00.000000Z", "an instant in UTC to the microsecond");
    }
}

#[tokio::test]
async fn an_event_is_the_same_by_socket_stream_and_polling() {
    let world = World::open().await;
    let mug = world.product("Mug", "1.00", 3).await;
    let customer = world.shop.customer().await;
    let start = marker(&world).await;
    add(&customer, mug, 3).await.expect(201);
    let order = place(&customer).await;
    customer.post(&format!("/order/{}/cancel/", id(&order)), ()).await.expect(200);
    let topics = [("orders", 3), ("cart", 2), ("products", 4), (&format!("order:{}", order["id"]), 3)];
    for (topic, count) in topics {
        let mut socket = customer.socket("/ws/").await;
        socket.subscribe_after(topic, start).await;
        let mut stream = customer.stream(&format!("/events/stream?topics={topic}&after={start}")).await;
        stream.expect_event("ready").await;
        let polled = polled(&customer, topic, start, count).await;
        assert_eq!(each(&json!(polled), "topic"), vec![topic; count]);
        assert_eq!(socket.events(count).await, polled, "{topic}: the socket and polling differ");
        for event in polled {
            assert_eq!(stream.event().await, event, "{topic}: the stream and polling differ");
        }
    }
}
