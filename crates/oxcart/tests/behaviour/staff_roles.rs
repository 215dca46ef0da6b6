//! The last table of docs/AUTHORIZATION.md: what each role of the staff may do, cell by cell, by token and by cookie.

use crate::support::{World, add, ask, browser_of, builder, confirm, id, member, place};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::time::{Duration, Instant};
use testkit::{Client, Person};

const DOCUMENT: &str = include_str!("../../../../docs/AUTHORIZATION.md");
const ROLES: [&str; 4] = ["owner", "manager", "fulfilment", "read-only"];

struct Row {
    method: &'static str,
    path: &'static str,
    /// What is special about the attempt.
    how: &'static str,
    statuses: Vec<u16>,
}

fn rows() -> Vec<Row> {
    let (_, table) = DOCUMENT.split_once("## Roles").expect("the document has the table");
    let row = |line: &'static str| {
        let columns: Vec<_> = line.trim_matches('|').split('|').map(str::trim).collect();
        let (operation, how) = columns[0].strip_prefix('`')?.split_once('`')?;
        let (method, path) = operation.split_once(' ')?;
        let statuses: Vec<_> = columns[1..].iter().map(|cell| cell.parse().expect("a status")).collect();
        assert_eq!(statuses.len(), ROLES.len(), "the cells of {operation}");
        Some(Row { method, path, how: how.trim(), statuses })
    };
    table.lines().filter_map(row).collect()
}

/// What a row says of something that does not exist.
const NOWHERE: &str = "that is not there";

/// What the attempts are made on; fresh after each that changed something, because many use it up.
struct Things {
    product: i64,
    category: i64,
    order: i64,
    customer: Person,
    customer_id: i64,
    member_id: i64,
}

impl Things {
    async fn make(world: &World) -> Self {
        let product = world.product("Mug", "1.00", 50).await;
        let category = world.category(&format!("Cups {product}"), None).await;
        let customer = world.shop.customer().await;
        add(&customer, product, 1).await.expect(201);
        let order = id(&place(&customer).await);
        let customer_id = id(&customer.get("/user/profile/").await.expect(200).json());
        confirm(world, &customer);
        let member = member(world, "read-only").await;
        let member_id = id(&member.get("/user/profile/").await.expect(200).json());
        Self { product, category, order, customer, customer_id, member_id }
    }

    fn path(&self, row: &Row) -> String {
        let id = match row.path.split('/').nth(1) {
            _ if row.how == NOWHERE && row.path.starts_with("/staff/") => 999_999_999,
            Some("products") => self.product,
            Some("categories") => self.category,
            Some("order") => self.order,
            Some("staff") => self.member_id,
            _ => self.customer_id,
        };
        let query = if row.how == "a fixture" { "?format=fixture" } else { "" };
        format!("{}{query}", row.path.replace("{id}", &id.to_string()).replace("{position}", "7"))
    }

    /// Something that works for who may do it.
    fn body(&self, row: &Row) -> Option<Value> {
        let kind = row.path.split('/').nth(1).unwrap_or_default();
        Some(match (row.method, kind, row.how) {
            ("GET" | "DELETE", ..) => return None,
            (_, "products", _) if row.path.contains("/images/") => json!({"order": []}),
            (_, "products", "only stock") => json!({"stock": 7}),
            (_, "products", _) => json!({"name": "Changed", "price": "3.00", "stock": 5}),
            (_, "categories", _) => json!({"name": format!("Changed {}", self.product)}),
            (_, "order", _) if row.path.ends_with("/cancel/") => return None,
            (_, "order", _) => json!({"status": "shipped", "ids": [self.order]}),
            (_, "customers", _) => json!({"is_active": false}),
            ("POST", "staff", _) => json!({"email": self.customer.email, "role": "manager"}),
            _ => json!({"role": "manager"}),
        })
    }
}

/// All that the operations of the table can change, as the database has it.
fn state(world: &World) -> Vec<Option<String>> {
    let sql = "SELECT 'p' || id || name || price || coalesce(CAST(archived_at AS text), '') FROM products UNION ALL \
               SELECT 'v' || id || CAST(stock AS text) FROM variants UNION ALL SELECT 'c' || id || name FROM categories \
               UNION ALL SELECT 'o' || id || status FROM orders UNION ALL \
               SELECT 'u' || id || coalesce(role, '-') || CAST(is_active AS text) FROM users ORDER BY 1";
    world.shop.look(sql)
}

async fn try_all(world: &World, role: &str, caller: &Client, column: usize) {
    let mut unchanged = None;
    for row in rows() {
        let things = match unchanged.take() {
            Some(things) => things,
            None => Things::make(world).await,
        };
        let before = state(world);
        let answer = ask(caller, row.method, &things.path(&row), things.body(&row)).await;
        let what = format!("{} {} {} by {role}", row.method, row.path, row.how);
        assert_eq!(answer.status, row.statuses[column], "{what}: {answer}");
        if answer.status == 403 {
            assert!(answer.json()["detail"].is_string(), "{what} is refused without words: {answer}");
            assert_eq!(state(world), before, "{what} is refused and done");
        }
        unchanged = (answer.status == 403 || row.method == "GET").then_some(things);
    }
}

fn talkative() -> testkit::Builder {
    builder().env("OXCART_REGISTER_RATE", "100000/m").env("OXCART_LOGIN_ADDRESS_RATE", "100000/m")
}

#[tokio::test]
async fn each_role_may_do_by_token_what_the_table_says_and_nothing_else() {
    let world = World::of(talkative()).await;
    for (column, role) in ROLES.into_iter().enumerate() {
        let person = member(&world, role).await;
        try_all(&world, role, &person.client, column).await;
    }
}

#[tokio::test]
async fn each_role_may_do_by_cookie_what_the_table_says_and_nothing_else() {
    let world = World::of(talkative()).await;
    for (column, role) in ROLES.into_iter().enumerate() {
        let person = member(&world, role).await;
        try_all(&world, role, &browser_of(&world, &person).await, column).await;
    }
}

#[tokio::test]
async fn every_operation_of_the_staff_says_which_roles_may_do_it() {
    let shop = builder().start().await;
    let document: Value = shop.client().get("/api/schema/").await.expect(200).json();
    let mut staffs = BTreeSet::new();
    for (path, item) in document["paths"].as_object().expect("paths") {
        for (method, operation) in item.as_object().expect("operations") {
            let needed = operation["security"].as_array().into_iter().flatten();
            if needed.into_iter().any(|way| way.get("staff").is_some()) {
                staffs.insert(format!("{} {path}", method.to_uppercase()));
            }
        }
    }
    let told: BTreeSet<_> = rows().iter().map(|row| format!("{} {}", row.method, row.path)).collect();
    let untold: Vec<_> = staffs.difference(&told).collect();
    assert!(staffs.len() > 15, "only {staffs:?}");
    assert!(untold.is_empty(), "the table of roles in docs/AUTHORIZATION.md lacks {untold:?}");
}

#[tokio::test]
async fn who_packs_sets_the_stock_of_a_variant_and_nothing_else_of_it() {
    let world = World::open().await;
    let shirt = json!({"name": "Shirt", "variants": [
        {"options": {"Size": "S"}, "price": "9.00", "stock": 1}, {"options": {"Size": "M"}, "price": "9.00", "stock": 2},
    ]});
    let shirt = world.create(shirt).await;
    let packer = member(&world, "fulfilment").await;
    let path = format!("/products/{}/", id(&shirt));
    let mut variants: Value = shirt["variants"].clone();
    variants[0]["stock"] = json!(7);
    packer.patch(&path, json!({"variants": variants})).await.expect(200);
    assert_eq!(world.stock(id(&shirt)).await, 9);
    variants[0]["price"] = json!("1.00");
    let refused = packer.patch(&path, json!({"variants": variants})).await.expect(403);
    assert!(refused.json()["detail"].as_str().is_some_and(|detail| detail.contains("stock")), "{refused}");
    packer.patch(&path, json!({"variants": [variants[0]]})).await.expect(403);
    let mug = format!("/products/{}/", world.product("Mug", "2.00", 1).await);
    packer.patch(&mug, json!({"stock": 5, "name": "Mine"})).await.expect(403);
    packer.patch(&mug, json!({"stock": 5, "name": "Mug"})).await.expect(200);
    assert_eq!(packer.get(&path).await.expect(200).json()["variants"][0]["price"], "9.00");
}

#[tokio::test]
async fn any_role_hears_of_every_order_and_of_drafts() {
    let world = World::open().await;
    let reader = member(&world, "read-only").await;
    let draft = world.create(json!({"name": "Secret", "price": "1.00", "stock": 1, "published": false})).await;
    let mug = world.product("Mug", "1.00", 5).await;
    let customer = world.shop.customer().await;
    add(&customer, mug, 1).await.expect(201);
    let order = id(&place(&customer).await);
    let path = format!("/events/?topics=orders,product:{}&after=0&limit=1000", id(&draft));
    // On PostgreSQL an event is visible a moment after its commit.
    let deadline = Instant::now() + Duration::from_secs(5);
    loop {
        let heard = reader.get(&path).await.expect(200).json();
        let events = heard["results"].as_array().expect("events");
        let of = |kind: &str, id: i64| events.iter().any(|event| event["event"] == kind && event["data"]["id"] == id);
        if of("order.placed", order) && of("product.created", id(&draft)) {
            break;
        }
        assert!(Instant::now() < deadline, "only heard of {events:?}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    reader.get(&format!("/products/{}/", id(&draft))).await.expect(200);
}

#[tokio::test]
async fn who_only_looks_on_may_still_cancel_an_order_of_their_own() {
    let world = World::open().await;
    let mug = world.product("Mug", "1.00", 5).await;
    let reader = member(&world, "read-only").await;
    add(&reader, mug, 1).await.expect(201);
    let order = id(&place(&reader).await);
    reader.post(&format!("/order/{order}/cancel/"), ()).await.expect(200);
}
