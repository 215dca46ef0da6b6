//! Lists of the staff are sorted: page by page, forward and back, as if all of them had been sorted at once.

use crate::support::{World, add, each, id, member, place};
use serde_json::{Value, json};
use testkit::Setup;

/// What a row is sorted by: a number first, then a text.
type Key = (i64, String);

/// A name that lists are sorted by, and what it means.
type Ordering = (&'static str, fn(&Value) -> Key);

fn text(row: &Value, name: &str) -> Key {
    (0, row[name].as_str().unwrap_or_else(|| panic!("{name} is no text in {row}")).to_owned())
}

/// The place of a value in a list of names.
fn rank(row: &Value, name: &str, names: &[&str]) -> Key {
    let at = names.iter().position(|known| row[name] == *known);
    let at = at.unwrap_or_else(|| panic!("{name} of {row} is none of {names:?}"));
    (i64::try_from(at).expect("a handful"), String::new())
}

/// All rows of a list, by following `next` from the first page; going back from the last one shows the same.
async fn walked(world: &World, path: &str) -> Vec<Value> {
    let mut rows = vec![];
    let mut next = Some(path.to_owned());
    while let Some(path) = next {
        let page = world.staff.get(&path).await.expect(200).json();
        rows.extend(page["results"].as_array().expect("a list").clone());
        next = address(world, &page["next"]);
    }
    let mut back = vec![];
    let mut previous = Some(format!("{path}&page=last"));
    while let Some(path) = previous {
        let page = world.staff.get(&path).await.expect(200).json();
        assert_eq!(page["count"], rows.len(), "{path}");
        back.splice(0..0, page["results"].as_array().expect("a list").clone());
        previous = address(world, &page["previous"]);
    }
    assert_eq!(ids(&back), ids(&rows), "{path}: going back shows others");
    rows
}

fn address(world: &World, url: &Value) -> Option<String> {
    url.as_str().map(|url| url.strip_prefix(&world.shop.url()).expect("an address of this shop").to_owned())
}

fn ids(rows: &[Value]) -> Vec<i64> {
    rows.iter().map(id).collect()
}

/// Walks a list under each ordering and each filter, in pages that divide ties, and compares with a sort of all it keeps.
async fn each_ordering(world: &World, list: &str, filters: &[String], orderings: &[Ordering]) {
    for filter in filters {
        let mut all = walked(world, &format!("{list}?page_size=100&{filter}")).await;
        assert!(all.len() > 3, "{list}?{filter} keeps too little to tell");
        for (name, key) in orderings {
            all.sort_by_key(|row| (key(row), id(row)));
            for sign in ["", "-"] {
                let path = format!("{list}?page_size=3&ordering={sign}{name}&{filter}");
                assert_eq!(ids(&walked(world, &path).await), ids(&all), "{path}");
                all.reverse();
            }
        }
    }
}

/// Fails unless a list refuses to be sorted by anything but `known`, and says what it knows.
async fn refuses_others(world: &World, list: &str, known: &str) {
    for wrong in ["colour", "-", "--email", "created_at,id"] {
        let refused = world.staff.get(&format!("{list}?ordering={wrong}")).await.expect(400).json();
        let said = format!("\"{wrong}\" is not a valid choice. Use one of {known}, or one of them with a - before it.");
        assert_eq!(refused, json!({"ordering": [said]}), "{list}");
    }
}

/// The next order's id is beyond the ids that are counted together.
fn skip_ids(world: &World) {
    world.shop.plant(match world.shop.setup() {
        Setup::Sqlite => "UPDATE sqlite_sequence SET seq = seq + 10000 WHERE name = 'orders'",
        _ => "SELECT setval('orders_id_seq', nextval('orders_id_seq') + 10000)",
    });
}

/// Thirty orders of three people in every state, with totals that many share, in three blocks of ids.
async fn many_orders(world: &World) -> Vec<Value> {
    let mug = world.product("Mug", "1.50", 500).await;
    let people = [world.shop.register("ann@example.com").await.client, world.shop.customer().await.client];
    let nobody = world.shop.client();
    let mut placed = vec![];
    for number in 0..30_usize {
        if number % 10 == 9 {
            skip_ids(world);
        }
        let caller = people.get(number % 3).unwrap_or(&nobody);
        add(caller, mug, [3, 1, 2, 1, 5][number % 5]).await.expect(201);
        placed.push(place(caller).await);
    }
    for (status, nth) in [("processing", 2), ("shipped", 5), ("delivered", 7), ("cancelled", 11)] {
        let some: Vec<_> = placed.iter().step_by(nth).map(id).collect();
        world.staff.post("/order/bulk_update_status/", json!({"ids": some, "status": status})).await;
    }
    placed
}

const STATUSES: &[&str] = &["pending", "processing", "shipped", "delivered", "cancelled"];

const ORDERS: &[Ordering] = &[
    ("created_at", |_| Key::default()),
    ("total", |row| (text(row, "total").1.replace('.', "").parse().expect("an amount"), String::new())),
    ("status", |row| rank(row, "status", STATUSES)),
];

#[tokio::test]
async fn orders_are_sorted_by_what_the_list_shows_together_with_every_filter() {
    let world = World::open().await;
    let placed = many_orders(&world).await;
    let filters = [
        String::new(),
        "status=processing".to_owned(),
        "status=pending".to_owned(),
        format!("user={}", placed[0]["user"]),
        "search=ann@example.com".to_owned(),
        "search=OX-".to_owned(),
        "date_from=2020-01-01&status=shipped".to_owned(),
        format!("date={}", &placed[29]["created_at"].as_str().expect("an instant")[..10]),
    ];
    each_ordering(&world, "/order/", &filters, ORDERS).await;
    refuses_others(&world, "/order/", "created_at, total, status").await;
    let newest = world.staff.get("/order/").await.expect(200).json();
    assert_eq!(each(&newest, "id")[0], &placed[29]["id"], "newest first unless told");
    let table = world.staff.get("/order/export/?ordering=total").await.expect(200).text();
    assert!(table.lines().nth(1).is_some_and(|row| row.starts_with(&placed[29]["id"].to_string())), "{table}");
}

#[tokio::test]
async fn customers_sort_their_own_orders() {
    let world = World::open().await;
    let mug = world.product("Mug", "1.00", 50).await;
    let (ann, bob) = (world.shop.customer().await, world.shop.customer().await);
    let mut placed = vec![];
    for (caller, quantity) in [(&ann, 2), (&bob, 4), (&ann, 3), (&ann, 1)] {
        add(caller, mug, quantity).await.expect(201);
        placed.push(id(&place(caller).await));
    }
    let dearest = ann.get("/order/?ordering=-total").await.expect(200).json();
    assert_eq!(each(&dearest, "id"), [placed[2], placed[0], placed[3]]);
    ann.post(&format!("/order/{}/cancel/", placed[0]), ()).await.expect(200);
    let furthest = ann.get("/order/?ordering=-status&page_size=2").await.expect(200).json();
    assert_eq!(each(&furthest, "id"), [placed[0], placed[3]]);
}

#[tokio::test]
async fn mails_are_sorted_by_when_they_were_written_and_what_became_of_them() {
    let world = World::open().await;
    world.shop.plant(
        "INSERT INTO mails (key, template, recipient, subject_id, reference, state, attempts, created_at, due_at, give_up_at) \
         WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20) \
         SELECT 'order_placed:x' || i, 'order_placed', 'gus@home.example', i, 'OX-7K3M9QWD', \
         CASE i % 3 WHEN 0 THEN 'waiting' WHEN 1 THEN 'sent' ELSE 'failed' END, 1, i, 9000000000000000, 9000000000000000 FROM n",
    );
    let orderings: &[Ordering] = &[("created_at", |_| Key::default()), ("state", |row| text(row, "state"))];
    each_ordering(&world, "/staff/mails/", &[String::new(), "state=sent".to_owned()], orderings).await;
    refuses_others(&world, "/staff/mails/", "created_at, state").await;
}

#[tokio::test]
async fn the_staff_is_sorted_by_address_role_and_age() {
    let world = World::open().await;
    for role in ["fulfilment", "read-only", "manager", "owner", "fulfilment", "read-only", "manager"] {
        member(&world, role).await;
    }
    // An owner from before there were roles.
    let former = member(&world, "owner").await;
    world.shop.plant(&format!("UPDATE users SET role = NULL WHERE email = '{}'", former.email));
    let orderings: &[Ordering] = &[
        ("date_joined", |row| text(row, "date_joined")),
        ("email", |row| text(row, "email")),
        ("role", |row| rank(row, "role", &["owner", "manager", "fulfilment", "read-only"])),
    ];
    each_ordering(&world, "/staff/members/", &[String::new()], orderings).await;
    refuses_others(&world, "/staff/members/", "date_joined, email, role").await;
}

#[tokio::test]
async fn the_audit_log_is_sorted_by_time_person_deed_and_thing_together_with_its_filters() {
    let world = World::open().await;
    let manager = member(&world, "manager").await;
    for number in 0..6 {
        let product = world.product(&format!("Mug {number}"), "1.00", 5).await;
        let caller = if number % 2 == 0 { &manager } else { &world.staff };
        caller.patch(&format!("/products/{product}/"), json!({"price": "2.00"})).await.expect(200);
        world.category(&format!("Shelf {number}"), None).await;
    }
    let orderings: &[Ordering] = &[
        ("at", |_| Key::default()),
        ("actor", |row| text(row, "actor")),
        ("action", |row| text(row, "action")),
        ("object", |row| text(row, "object")),
    ];
    let filters = ["", "object=product", "action=product.update", "since=2020-01-01"].map(ToOwned::to_owned);
    each_ordering(&world, "/audit/", &filters, orderings).await;
    refuses_others(&world, "/audit/", "at, actor, action, object").await;
}

#[tokio::test]
async fn customers_are_sorted_page_by_page() {
    let world = World::open().await;
    for _ in 0..7 {
        world.shop.customer().await;
    }
    world.shop.plant("UPDATE users SET last_login = NULL WHERE id % 3 = 0");
    let orderings: &[Ordering] = &[
        ("date_joined", |row| text(row, "date_joined")),
        ("email", |row| text(row, "email")),
        ("last_login", |row| (0, row["last_login"].as_str().unwrap_or_default().to_owned())),
    ];
    each_ordering(&world, "/customers/", &[String::new(), "is_active=true".to_owned()], orderings).await;
    refuses_others(&world, "/customers/", "date_joined, last_login, email").await;
}
