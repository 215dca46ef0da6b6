//! What a request costs in statements: counts that depend on no machine. The same for ten rows and for a thousand, and
//! no more than the table says.

use crate::support::{World, add, builder, place, write};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use testkit::{Person, Shop};

/// The most statements of a request, BEGIN and COMMIT left out, when everything is warm.
const MOST: [(&str, usize); 9] = [
    ("product list", 0),
    ("product list, a filter nobody used", 0),
    ("one product", 0),
    ("cart", 1),
    ("add to cart", 8),
    ("place order", 13),
    ("orders", 4),
    ("one order", 3),
    ("profile", 1),
];

/// The statements in the log between two requests that nobody answers.
struct Counter<'a> {
    shop: &'a Shop,
    marks: usize,
}

impl Counter<'_> {
    async fn mark(&mut self) -> String {
        self.marks += 1;
        let path = format!("/mark-{}-/", self.marks);
        self.shop.client().get(&path).await.expect(404);
        // Lines are written many at a time.
        let deadline = Instant::now() + Duration::from_secs(10);
        while !self.shop.log().contains(&path) {
            assert!(Instant::now() < deadline, "no line tells of {path}:\n{}", self.shop.log());
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        path
    }

    /// What a request asks the database.
    async fn of(&mut self, request: &impl AsyncFn()) -> Vec<String> {
        let from = self.mark().await;
        request().await;
        let to = self.mark().await;
        let log = self.shop.log();
        let between = log.split_once(&from).and_then(|(_, rest)| rest.split_once(&to)).expect("both marks are there").0;
        let asked = between.lines().filter(|line| line.contains("oxcart::sql") && !is_of_nobody(line));
        asked.map(ToOwned::to_owned).collect()
    }
}

/// Whoever follows the log looks by itself, and a login is looked up once a second, no matter how often it is used.
fn is_of_nobody(line: &str) -> bool {
    let own = [
        "FROM event_log l",
        "UPDATE event_log",
        "AS place_in_log",
        "ORDER BY seq LIMIT 1) - 1",
        "FROM users u WHERE u.id = ANY",
        "FROM token_families",
        "mail_cursor",
        "THEN 'order_placed'",
        "FROM mails",
        "INSERT INTO mails",
    ];
    own.iter().any(|own| line.contains(own))
}

/// Every request of [`MOST`], in its order.
async fn costs(world: &World, ann: &Person, product: i64, round: usize) -> Vec<(&'static str, Vec<String>)> {
    let mut counter = Counter { shop: &world.shop, marks: round * 1_000 };
    let nobody = world.shop.client();
    let order = ann.get("/order/?page_size=1").await.expect(200).json()["results"][0]["id"].clone();
    let unused = AtomicUsize::new(round * 10);
    let mut costs = vec![];
    for (what, _) in MOST {
        let request = async || match what {
            "product list" => drop(nobody.get("/products/?page_size=10").await.expect(200)),
            "product list, a filter nobody used" => {
                let unused = unused.fetch_add(1, Ordering::Relaxed);
                drop(nobody.get(&format!("/products/?page_size=10&min_price=0.{unused}")).await.expect(200));
            }
            "one product" => drop(nobody.get(&format!("/products/{product}/")).await.expect(200)),
            "cart" => drop(ann.get("/cart/").await.expect(200)),
            "add to cart" => drop(add(ann, product, 1).await.expect(200)),
            "place order" => drop(place(ann).await),
            "orders" => drop(ann.get("/order/?page_size=10").await.expect(200)),
            "one order" => drop(ann.get(&format!("/order/{order}/")).await.expect(200)),
            _ => drop(ann.get("/user/profile/").await.expect(200)),
        };
        let mut asked = counter.of(&request).await;
        if what != "place order" {
            // What is kept is made once more when the log tells this process of its own changes, and does not count while
            // a busy machine keeps the log from being read.
            for _ in 0..4 {
                let again = counter.of(&request).await;
                asked = if again.len() < asked.len() { again } else { asked };
            }
        }
        costs.push((what, asked));
    }
    costs
}

/// Asks for everything once, so that what is kept is kept, and the catalogue is in memory.
async fn warm(world: &World, ann: &Person, product: i64) {
    let nobody = world.shop.client();
    for number in 0..40 {
        nobody.get(&format!("/products/?min_price=0.{number:02}")).await.expect(200);
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    nobody.get("/products/?page_size=10").await.expect(200);
    nobody.get(&format!("/products/{product}/")).await.expect(200);
    add(ann, product, 1).await.expect(201);
    ann.get("/cart/").await.expect(200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_asks_as_little_of_a_full_shop_as_of_an_empty_one() {
    let world = World::of(builder().env("OXCART_LOG", "info,oxcart::sql=trace")).await;
    let ann = world.shop.customer().await;
    let product = world.product("Mug", "1.00", 1_000).await;
    fill(&world, &ann, product, 10).await;
    warm(&world, &ann, product).await;
    let few = costs(&world, &ann, product, 1).await;
    fill(&world, &ann, product, 1_000).await;
    warm(&world, &ann, product).await;
    let many = costs(&world, &ann, product, 2).await;
    for (((what, few), (_, many)), (_, most)) in few.iter().zip(&many).zip(MOST) {
        assert_eq!(few.len(), many.len(), "{what} with few rows and with many:\n{few:#?}\n{many:#?}");
        assert!(few.len() <= most, "{what} asks more than {most} times:\n{few:#?}");
    }
    assert!(many.iter().any(|(_, asked)| asked.len() > 5), "nothing was counted, so it proves nothing");
}

/// The products of the last variants, each with the page of the table on which its variant lies.
fn pages_of_last_variants(shop: &Shop, count: usize) -> Vec<(i64, String)> {
    // A place is a pair of a page and a number there.
    let sql = format!(
        "SELECT product_id || ' ' || split_part(CAST(ctid AS text), ',', 1) FROM variants ORDER BY id DESC LIMIT {count}"
    );
    let row = |row: String| {
        let (product, page) = row.split_once(' ').expect("a product and a page");
        (product.parse().expect("an id"), page.to_owned())
    };
    shop.look(&sql).into_iter().flatten().map(row).collect()
}

/// A row that moves to another page is entered into each index anew.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_first_order_of_a_product_finds_room_where_rows_were_put_close_together() {
    let world = World::open().await;
    if !world.shop.setup().has_postgres() {
        return;
    }
    let row = |number| format!("pot-{number},Pot {number},3.00,5\n");
    let rows: String = (0..1_000).map(row).collect();
    write(&world.shop, "in.csv", &format!("Handle,Title,Variant Price,Variant Inventory Qty\n{rows}"));
    world.shop.run_well(&["import", "products", "in.csv"]);
    // As they are in a shop that was restored.
    world.shop.plant("VACUUM FULL variants");
    // Not of the page that is being filled.
    let before = pages_of_last_variants(&world.shop, 300).split_off(200);
    let ann = world.shop.customer().await;
    for (product, _) in before.iter().step_by(10) {
        add(&ann, *product, 1).await.expect(201);
        place(&ann).await;
    }
    assert_eq!(before, pages_of_last_variants(&world.shop, 300).split_off(200));
}

/// So many more products, and a tenth as many orders.
async fn fill(world: &World, ann: &Person, product: i64, rows: usize) {
    for number in 0..rows {
        world.product(&format!("Pan {rows} {number}"), "2.00", 5).await;
    }
    for _ in 0..rows / 10 {
        add(ann, product, 1).await.expect(201);
        place(ann).await;
    }
}
