//! Orders that come at the same moment are placed in one transaction. Nobody may notice, but by the speed.

use crate::support::{World, add, all_among, count, place, together};
use std::collections::HashSet;
use std::time::{Duration, Instant};
use testkit::servers::database;
use testkit::{Answer, Client, Setup};

async fn buy(client: Client) -> Answer {
    client.post("/order/place_order/", ()).await
}

/// Callers with one unit of a product each in their carts.
async fn with_one_each(world: &World, products: &[i64]) -> Vec<Client> {
    let buyers: Vec<_> = products.iter().map(|_| world.shop.client()).collect();
    for (buyer, product) in buyers.iter().zip(products) {
        add(buyer, *product, 1).await.expect(201);
    }
    buyers
}

/// What came of each number, in their order.
async fn in_order<F>(count: usize, mut work: impl FnMut(usize) -> F) -> Vec<Answer>
where
    F: Future<Output = Answer> + Send + 'static,
{
    let numbered = |number| {
        let working = work(number);
        async move { (number, working.await) }
    };
    let mut answers = together(count, numbered).await;
    answers.sort_unstable_by_key(|(number, _)| *number);
    answers.into_iter().map(|(_, answer)| answer).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_waits_together_is_placed_together_and_each_gets_their_own_order() {
    let world = World::open().await;
    let mug = world.product("Mug", "1.00", 100).await;
    let buyers = with_one_each(&world, &[mug; 60]).await;
    let answers = in_order(60, |number| buy(buyers[number].clone())).await;
    all_among(&answers, &[201]);
    let orders: Vec<_> = answers.iter().map(|answer| answer.json()["order"].clone()).collect();
    let different = |field: &str| orders.iter().map(|order| order[field].to_string()).collect::<HashSet<_>>().len();
    assert_eq!((different("id"), different("number")), (60, 60));
    // One transaction has one instant.
    assert!(different("created_at") < 40, "60 orders took {} transactions", different("created_at"));
    for (buyer, order) in buyers.iter().zip(&orders) {
        let own = buyer.get("/order/").await.expect(200).json();
        assert_eq!((&own["count"], &own["results"][0]["id"]), (&1.into(), &order["id"]), "somebody else's order");
    }
    assert_eq!(world.stock(mug).await, 40);
    world.books_add_up();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_does_not_fit_is_refused_alone() {
    let world = World::open().await;
    let (mug, rare) = (world.product("Mug", "1.00", 100).await, world.product("Rare", "9.00", 5).await);
    let products: Vec<_> = (0..50).map(|number| if number % 2 == 0 { mug } else { rare }).collect();
    let buyers = with_one_each(&world, &products).await;
    let answers = in_order(50, |number| buy(buyers[number].clone())).await;
    let (mugs, rares): (Vec<_>, Vec<_>) = answers.into_iter().zip(&products).partition(|(_, product)| **product == mug);
    let only = |answers: Vec<(Answer, &i64)>| answers.into_iter().map(|(answer, _)| answer).collect::<Vec<_>>();
    let (mugs, rares) = (only(mugs), only(rares));
    assert_eq!(count(&mugs, 201), 25, "a mug was refused for another's lack of something rare");
    all_among(&rares, &[201, 409]);
    assert_eq!(count(&rares, 201), 5);
    assert_eq!(world.stock(rare).await, 0);
    world.books_add_up();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_that_the_database_refuses_does_not_take_the_others_along() {
    let world = World::open().await;
    let mug = world.product("Mug", "1.00", 1_000).await;
    world.shop.plant(match world.shop.setup() {
        Setup::Sqlite => {
            "CREATE TRIGGER thirteen BEFORE INSERT ON cart_lines WHEN new.quantity = 13 \
             BEGIN SELECT raise(ABORT, 'not thirteen'); END"
        }
        _ => "ALTER TABLE cart_lines ADD CONSTRAINT thirteen CHECK (quantity <> 13)",
    });
    let buyers: Vec<_> = (0..40).map(|_| world.shop.client()).collect();
    let answers = in_order(40, |number| {
        let buyer = buyers[number].clone();
        async move { add(&buyer, mug, if number == 20 { 13 } else { 2 }).await }
    })
    .await;
    for (number, answer) in answers.iter().enumerate() {
        assert_eq!(answer.status, if number == 20 { 500 } else { 201 }, "number {number}: {answer}");
    }
    for buyer in buyers.iter().enumerate().filter(|(number, _)| *number != 20).map(|(_, buyer)| buyer) {
        assert_eq!(buyer.get("/cart/").await.expect(200).json()["item_count"], 2);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_row_that_somebody_holds_holds_up_only_those_who_want_it() {
    let world = World::open().await;
    if world.shop.setup() == Setup::Sqlite {
        return; // One transaction writes at a time there, whatever it holds.
    }
    let (held, free) = (world.product("Held", "1.00", 100).await, world.product("Free", "1.00", 100).await);
    let (waiting, others) = (with_one_each(&world, &[held; 3]).await, with_one_each(&world, &[free; 30]).await);
    let url = world.shop.database_url().to_owned();
    let sql = format!("BEGIN; SELECT 1 FROM variants WHERE product_id = {held} FOR UPDATE; SELECT pg_sleep(5); COMMIT");
    let holding = tokio::task::spawn_blocking(move || database::execute(&url, &sql));
    tokio::time::sleep(Duration::from_millis(300)).await;
    let stuck: Vec<_> = waiting.into_iter().map(|buyer| tokio::spawn(buy(buyer))).collect();
    tokio::time::sleep(Duration::from_millis(100)).await;
    let began = Instant::now();
    for buyer in &others {
        place(buyer).await;
        assert!(began.elapsed() < Duration::from_secs(4), "others wait for a row they do not want");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    holding.await.expect("it ends").expect("it holds");
    for buyer in stuck {
        // When the row is free again, their turn comes too.
        assert_eq!(buyer.await.expect("it ends").status, 201);
    }
    world.books_add_up();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cart_of_more_than_a_connection_holds_back_becomes_an_order() {
    let world = World::open().await;
    let buyer = world.shop.client();
    let mut products = vec![];
    for number in 0..150 {
        products.push(world.product(&format!("{} {number}", "Long name ".repeat(20).trim()), "1.00", 5).await);
    }
    for product in &products {
        add(&buyer, *product, 1).await.expect(201);
    }
    let began = Instant::now();
    let order = place(&buyer).await;
    assert_eq!(order["items"].as_array().map(Vec::len), Some(150), "of a cart of 150");
    // Statements of a transaction go out together; none may wait for answers that nobody takes.
    assert!(began.elapsed() < Duration::from_secs(3), "it took {:?}", began.elapsed());
    world.books_add_up();
}
