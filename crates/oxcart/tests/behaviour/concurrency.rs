//! Many at once, on as many instances as the set-up allows: nothing is sold twice, nothing is lost, nobody sees an
//! error that is not theirs.

use crate::support::{World, add, all_among, builder, count, each, id, place, together};
use serde_json::{Value, json};
use testkit::{Answer, Client};

/// A shop of two instances where the database can be shared, else of one.
async fn open() -> World {
    World::of(builder().instances(2)).await
}

/// Anonymous callers spread over the instances.
fn caller(world: &World, number: usize) -> Client {
    world.shop.client_of(number % world.shop.instances())
}

async fn buy(client: Client) -> Answer {
    client.post("/order/place_order/", ()).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_hundred_buyers_of_fifty_units_make_exactly_fifty_orders() {
    let world = open().await;
    let mug = world.product("Mug", "1.00", 50).await;
    let buyers: Vec<_> = (0..200).map(|number| caller(&world, number)).collect();
    let added = together(200, |number| {
        let buyer = buyers[number].clone();
        async move { add(&buyer, mug, 1).await }
    })
    .await;
    assert_eq!(count(&added, 201), 200, "a cart reserves nothing");
    let answers = together(200, |number| buy(buyers[number].clone())).await;
    all_among(&answers, &[201, 409]);
    assert_eq!(count(&answers, 201), 50);
    for short in answers.iter().filter(|answer| answer.status == 409) {
        assert_eq!(short.json()["items"][0]["available"], 0, "sold out means none are left: {short}");
    }
    assert_eq!(world.stock(mug).await, 0);
    assert_eq!(world.staff.get("/order/").await.expect(200).json()["count"], 50);
    world.books_add_up();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn carts_with_the_same_products_in_opposite_order_never_wait_in_a_circle() {
    let world = open().await;
    let (mug, pan) = (world.product("Mug", "1.00", 1000).await, world.product("Pan", "1.00", 1000).await);
    let answers = together(40, |number| {
        let buyer = caller(&world, number);
        let (first, second) = if number % 2 == 0 { (mug, pan) } else { (pan, mug) };
        async move {
            let mut answers = vec![];
            for _ in 0..5 {
                add(&buyer, first, 1).await.expect(201);
                add(&buyer, second, 2).await.expect(201);
                answers.push(buy(buyer.clone()).await);
            }
            answers
        }
    })
    .await;
    let answers: Vec<_> = answers.into_iter().flatten().collect();
    assert_eq!(count(&answers, 201), 200, "{:?}", answers.iter().find(|answer| answer.status != 201));
    assert_eq!((world.stock(mug).await, world.stock(pan).await), (1000 - 300, 1000 - 300));
    world.books_add_up();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_cart_becomes_one_order_however_often_it_is_sent() {
    let world = open().await;
    let mug = world.product("Mug", "1.00", 1000).await;
    let person = world.shop.customer().await;
    let browser = world.shop.client();
    for buyer in [&person.client, &browser] {
        let before = world.stock(mug).await;
        add(buyer, mug, 2).await.expect(201);
        let answers = together(64, |number| buy(buyer.at(&world.shop.url_of(number % world.shop.instances())))).await;
        assert_eq!(count(&answers, 201), 1);
        all_among(&answers, &[201, 400]);
        let refused = answers.iter().find(|answer| answer.status == 400).expect("63 of them");
        assert_eq!(refused.json(), json!({"error": "Cart is empty"}));
        assert_eq!(world.stock(mug).await, before - 2);
        assert_eq!(buyer.get("/order/").await.expect(200).json()["count"], 1);
    }
    world.books_add_up();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn parallel_additions_to_a_line_all_count_and_stop_at_the_stock() {
    let world = open().await;
    let mug = world.product("Mug", "1.00", 20).await;
    let person = world.shop.customer().await;
    let browser = world.shop.client();
    add(&browser, mug, 1).await.expect(201);
    for (buyer, news) in [(&person.client, 1), (&browser, 0)] {
        let answers = together(40, |number| {
            let buyer = buyer.at(&world.shop.url_of(number % world.shop.instances()));
            async move { add(&buyer, mug, 1).await }
        })
        .await;
        all_among(&answers, &[201, 200, 409]);
        assert_eq!(count(&answers, 201), news, "a line is created once");
        assert_eq!(count(&answers, 200), 19);
        assert_eq!(count(&answers, 409), 21 - news);
        let items = buyer.get("/cart/items/").await.expect(200).json();
        assert_eq!(each(&items, "quantity"), [20], "{items}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_order_that_is_cancelled_many_times_gives_its_stock_back_once() {
    let world = open().await;
    let mug = world.product("Mug", "1.00", 10).await;
    let customer = world.shop.customer().await;
    for _ in 0..3 {
        add(&customer, mug, 4).await.expect(201);
        let order = id(&place(&customer).await);
        assert_eq!(world.stock(mug).await, 6);
        let answers = together(24, |number| {
            let who = if number % 3 == 0 { &world.staff.client } else { &customer.client };
            let who = who.at(&world.shop.url_of(number % world.shop.instances()));
            async move {
                match number % 2 {
                    0 => who.post(&format!("/order/{order}/cancel/"), ()).await,
                    _ => who.post(&format!("/order/{order}/update_status/"), json!({"status": "cancelled"})).await,
                }
            }
        })
        .await;
        all_among(&answers, &[200, 403]);
        assert!(count(&answers, 200) >= 12, "cancelling again is no error");
        assert_eq!(world.stock(mug).await, 10);
    }
    world.books_add_up();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn cancelling_and_shipping_at_once_ends_in_one_of_the_two() {
    let world = open().await;
    let mug = world.product("Mug", "1.00", 100).await;
    let customer = world.shop.customer().await;
    let mut cancelled = 0;
    for _ in 0..8 {
        add(&customer, mug, 1).await.expect(201);
        let order = id(&place(&customer).await);
        let answers = together(8, |number| {
            let staff = world.staff.at(&world.shop.url_of(number % world.shop.instances()));
            let status = if number % 2 == 0 { "shipped" } else { "cancelled" };
            async move { staff.post(&format!("/order/{order}/update_status/"), json!({"status": status})).await }
        })
        .await;
        all_among(&answers, &[200, 400]);
        assert_eq!(count(&answers, 200), 4, "the winners agree");
        let ended = world.staff.get(&format!("/order/{order}/")).await.expect(200).json();
        cancelled += i64::from(ended["status"] == "cancelled");
    }
    assert_eq!(world.stock(mug).await, 100 - 8 + cancelled);
    world.books_add_up();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn parallel_logins_with_one_session_merge_its_cart_once() {
    let world = open().await;
    let (mug, pan) = (world.product("Mug", "1.00", 100).await, world.product("Pan", "1.00", 100).await);
    let ann = world.shop.customer().await;
    add(&ann, mug, 2).await.expect(201);
    let browser = world.shop.client();
    add(&browser, mug, 3).await.expect(201);
    add(&browser, pan, 1).await.expect(201);
    let login = json!({"email": ann.email, "password": ann.password});
    let answers = together(12, |number| {
        let browser = browser.at(&world.shop.url_of(number % world.shop.instances()));
        let login = login.clone();
        async move { browser.post("/api/token/", login).await }
    })
    .await;
    assert_eq!(count(&answers, 200), 12, "a login never fails because of the cart");
    let items = ann.get("/cart/items/").await.expect(200).json();
    assert_eq!(each(&items, "quantity"), [5, 1], "{items}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_login_beside_additions_loses_no_unit() {
    let world = open().await;
    let mug = world.product("Mug", "1.00", 100).await;
    let ann = world.shop.customer().await;
    let browser = world.shop.client();
    add(&browser, mug, 1).await.expect(201);
    let login = json!({"email": ann.email, "password": ann.password});
    let answers = together(13, |number| {
        let browser = browser.at(&world.shop.url_of(number % world.shop.instances()));
        let login = login.clone();
        async move {
            match number {
                6 => browser.post("/api/token/", login).await,
                _ => add(&browser, mug, 1).await,
            }
        }
    })
    .await;
    all_among(&answers, &[200, 201]);
    let units = "SELECT CAST(sum(quantity) AS text) FROM cart_lines";
    assert_eq!(world.shop.look(units), [Some("13".to_owned())], "units in all carts after the login");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_address_registered_many_times_at_once_has_one_account() {
    let world = open().await;
    let answers = together(10, |number| {
        let client = caller(&world, number);
        let email = if number % 2 == 0 { "ann@example.com" } else { "ANN@example.com" };
        let body = json!({"email": email, "password": "a Quiet-Ox pulls 7 carts"});
        async move { client.post("/user/register/", body).await }
    })
    .await;
    assert_eq!(count(&answers, 201), 1);
    let taken = json!({"email": ["user with this email already exists."]});
    assert_eq!(answers.iter().filter(|answer| answer.status == 400 && answer.json() == taken).count(), 9);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_staff_restocks_beside_buyers_and_the_ledger_still_adds_up() {
    let world = open().await;
    let mug = world.product("Mug", "1.00", 30).await;
    let path = format!("/products/{mug}/");
    let answers = together(40, |number| {
        let buyer = caller(&world, number);
        let staff = world.staff.at(&world.shop.url_of(number % world.shop.instances()));
        let path = path.clone();
        async move {
            match number % 4 {
                0 => staff.patch(&path, json!({"stock": 20 + number})).await,
                1 => staff.patch(&path, json!({"price": format!("{number}.00")})).await,
                _ => match add(&buyer, mug, 1).await {
                    added if added.status == 201 => buy(buyer).await,
                    refused => refused,
                },
            }
        }
    })
    .await;
    all_among(&answers, &[200, 201, 409]);
    world.books_add_up();
    let orders = world.staff.get("/order/?page_size=100").await.expect(200).json();
    let priced = |order: &Value| order["total"] == order["items"][0]["unit_price"];
    assert!(orders["results"].as_array().expect("a list").iter().all(priced), "a total is not its line's: {orders}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_one_instance_writes_the_other_reads_at_once() {
    let world = open().await;
    let mug = world.product("Mug", "1.00", 100).await;
    let last = world.shop.url_of(world.shop.instances() - 1);
    let browser = world.shop.client();
    add(&browser, mug, 1).await.expect(201);
    for quantity in 2..10 {
        add(&browser, mug, 1).await.expect(200);
        let there = browser.at(&last).get("/cart/items/").await.expect(200).json();
        assert_eq!(each(&there, "quantity"), [quantity], "the other instance shows an old cart");
        world.staff.patch(&format!("/products/{mug}/"), json!({"price": format!("{quantity}.00")})).await.expect(200);
        let there = browser.at(&last).get("/cart/").await.expect(200).json();
        assert_eq!(there["total"], format!("{}.00", quantity * quantity), "the other instance shows an old price");
    }
}
