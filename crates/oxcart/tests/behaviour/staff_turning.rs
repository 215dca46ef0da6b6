//! Pages of the staff's lists lead to each other by their rows: whatever comes in or goes meanwhile, nothing is shown twice
//! and nothing is missed. A number alone still counts.

use crate::support::{World, add, each, id, place};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use testkit::Answer;

/// A list, what it can be sorted by, and how a row of it comes into the database: the rows of different numbers come
/// everywhere, with ties, whatever the list is sorted by.
struct List {
    path: &'static str,
    orderings: &'static [&'static str],
    row: fn(usize) -> String,
}

impl List {
    /// Its address, to which more can be said.
    fn asked(&self) -> String {
        format!("{}{}", self.path, if self.path.contains('?') { "&" } else { "?" })
    }
}

const LISTS: &[List] = &[
    List {
        path: "/order/",
        orderings: &["created_at", "total", "status"],
        row: |n| {
            let status = ["pending", "shipped", "delivered", "processing", "cancelled"][n * 7 % 5];
            format!(
                "INSERT INTO orders (number, status, total, currency, created_at, updated_at) \
                 VALUES ('OX-TURN{n}', '{status}', {}, 'EUR', {n}, {n})",
                n * 37 % 5 * 100
            )
        },
    },
    List {
        path: "/customers/",
        orderings: &["date_joined", "last_login", "email"],
        row: |n| {
            let email = format!("{}-{n}@turn.example", ["mia", "Änne", "zoe", "ann"][n * 7 % 4]);
            let last_login = if n.is_multiple_of(3) { "NULL".to_owned() } else { format!("{}000000", n * 37 % 4) };
            format!(
                "INSERT INTO users (email, email_key, password, date_joined, last_login) \
                 VALUES ('{email}', '{}', '', {}000000, {last_login})",
                email.to_lowercase(),
                n * 53 % 6
            )
        },
    },
    List {
        path: "/staff/mails/",
        orderings: &["created_at", "state"],
        row: |n| {
            let (state, attempts) = [("sent", 1), ("waiting", 0), ("sent", 0), ("failed", 3)][n * 7 % 4];
            format!(
                "INSERT INTO mails (key, template, recipient, subject_id, reference, state, attempts, created_at, due_at, \
                 give_up_at) VALUES ('order_placed:turn{n}', 'order_placed', 'gus@home.example', {n}, 'OX-7K3M9QWD', \
                 '{state}', {attempts}, {n}, 9000000000000000, 9000000000000000)"
            )
        },
    },
    List {
        path: "/audit/",
        orderings: &["at", "actor", "action", "object"],
        row: |n| {
            let actor = ["zoe@example.com", "ann@example.com", "Änne"][n * 7 % 3];
            let action = ["product.update", "order.update"][n % 2];
            format!(
                "INSERT INTO audit_log (at, actor, action, object) VALUES ({n}, '{actor}', '{action}', 'product:{}')",
                n * 37 % 4
            )
        },
    },
    List { path: "/products/", orderings: &["id", "name", "price", "created_at", "stock"], row: product },
    // Best first: there is no other way round.
    List { path: "/products/?search=mug", orderings: &["relevance"], row: product },
    List {
        path: "/staff/members/",
        orderings: &["date_joined", "email", "role"],
        row: |n| {
            let email = format!("{}-{n}@staff.example", ["mia", "Änne", "zoe", "ann"][n * 7 % 4]);
            let role = ["'manager'", "'read-only'", "NULL", "'fulfilment'", "'admiral'"][n * 37 % 5];
            format!(
                "INSERT INTO users (email, email_key, password, date_joined, is_staff, role) \
                 VALUES ('{email}', '{}', '', {}000000, TRUE, {role})",
                email.to_lowercase(),
                n * 53 % 6
            )
        },
    },
];

/// A product with a variant, or one that has none and so nothing of it.
fn product(n: usize) -> String {
    let name = ["Mug", "Änne mug", "Pot for mugs", "Mug, small", "Öl-Mug", "Pot"][n * 7 % 6];
    let price = n * 37 % 4 * 100;
    let product = format!(
        "INSERT INTO products (name, name_key, slug, search_text, price, published, created_at, updated_at) \
         VALUES ('{name}', '{}', 'turn-{n}', 'mug', {price}, {}, {}, 0)",
        name.to_lowercase(),
        if n.is_multiple_of(3) { "FALSE" } else { "TRUE" },
        n * 53 % 6
    );
    if n.is_multiple_of(4) {
        return product;
    }
    let stock = n * 29 % 3;
    format!(
        "{product}; INSERT INTO variants (product_id, price, stock, position) \
         SELECT id, {price}, {stock}, 1 FROM products WHERE slug = 'turn-{n}'"
    )
}

/// Rows that are in a list before anybody looks, and those that come in with each of the first pages.
const FIRST: usize = 13;
const EACH: usize = 2;
const TIMES: i64 = 4;

/// Somebody who turns the pages of a list, into which rows come meanwhile.
struct Reader<'a> {
    world: &'a World,
    list: &'a List,
    ordering: String,
    come: usize,
}

impl Reader<'_> {
    async fn rows_come_in(&mut self, count: usize) {
        for _ in 0..count {
            self.come += 1;
            self.world.shop.plant(&(self.list.row)(self.come));
        }
        if self.list.path == "/order/" {
            // What placing would have noted.
            self.world.shop.plant("DELETE FROM order_counts");
            self.world.shop.plant(
                "INSERT INTO order_counts (block, status, orders) \
                 SELECT id / 10000, status, count(*) FROM orders GROUP BY id / 10000, status",
            );
        }
        if self.list.path.starts_with("/products/") {
            // Lists of products are kept ready until the shop hears of a change.
            self.world.create(json!({"name": "Mug", "price": "2.00", "stock": 1})).await;
        }
    }

    fn begin(&self, page: &str, size: usize) -> String {
        format!("{}ordering={}&page_size={size}&page={page}", self.list.asked(), self.ordering)
    }

    async fn all(&self) -> Vec<i64> {
        let all = self.world.staff.get(&self.begin("1", 100)).await.expect(200).json();
        assert_eq!(all["next"], Value::Null, "the list is longer than a page can be");
        ids(&all)
    }

    /// Turns page after page by `side`, from this one to the end. Each must show what stands beside the one before in the
    /// list as it is then. Returns how many pages there were.
    async fn turn(&mut self, first: &str, side: &str) -> i64 {
        let mut page = self.world.staff.get(first).await.expect(200).json();
        let mut pages = 1;
        while let Some(path) = address(self.world, &page[side]) {
            let (shown, number) = (ids(&page), number(&path));
            if pages <= TIMES {
                self.rows_come_in(EACH).await;
            }
            let all = self.all().await;
            page = self.world.staff.get(&path).await.expect(200).json();
            let at = |row: i64| all.iter().position(|other| *other == row).expect("rows stay");
            let (from, to) = match side {
                "next" => (at(shown[shown.len() - 1]) + 1, all.len().min(at(shown[shown.len() - 1]) + 4)),
                _ => (at(shown[0]).saturating_sub(3), at(shown[0])),
            };
            assert_eq!(ids(&page), all[from..to], "{path} behind {shown:?} of {all:?}");
            assert_eq!(page["count"], all.len(), "{path}");
            assert_eq!(page["previous"].is_null(), from == 0, "{path}: {page}");
            assert_eq!(page["next"].is_null(), to == all.len(), "{path}: {page}");
            for (other, expected) in [("previous", (number - 1).max(1)), ("next", number + 1)] {
                let named = address(self.world, &page[other]).map(|path| self::number(&path));
                assert!(named.is_none_or(|named| named == expected), "{path} is page {number}, {other} {named:?}");
            }
            pages += 1;
            assert!(pages < 100, "{path} does not end");
        }
        pages
    }
}

fn ids(page: &Value) -> Vec<i64> {
    page["results"].as_array().expect("a list").iter().map(id).collect()
}

fn address(world: &World, url: &Value) -> Option<String> {
    url.as_str().map(|url| url.strip_prefix(&world.shop.url()).expect("an address of this shop").to_owned())
}

/// The number of a page in its address, beside a cursor.
fn number(path: &str) -> i64 {
    let named = path.split_once("&page=").unwrap_or_else(|| panic!("{path} has no number")).1;
    let (number, cursor) = named.split_once('&').unwrap_or_else(|| panic!("{path} has no cursor"));
    assert!(cursor.starts_with("after=") || cursor.starts_with("before="), "{path}");
    number.parse().expect("a number")
}

/// Turns the pages of a list under each ordering, forth and back, while rows come in.
async fn turned_both_ways(list: &List) {
    for name in list.orderings {
        // A shop for each, so that all there is fits on the page it is compared with.
        let world = World::open().await;
        let mut reader = Reader { world: &world, list, ordering: String::new(), come: 0 };
        reader.rows_come_in(FIRST).await;
        for sign in ["", "-"].into_iter().take(if *name == "relevance" { 1 } else { 2 }) {
            reader.ordering = format!("{sign}{name}");
            let forth = reader.turn(&reader.begin("1", 3), "next").await;
            assert!(forth > TIMES, "{name}: {forth} pages are too few to tell");
            reader.turn(&reader.begin("last", 3), "previous").await;
            reader.turn(&reader.begin("2", 3), "previous").await;
        }
    }
}

#[tokio::test]
async fn turning_pages_of_orders_shows_each_once_while_others_come_in() {
    turned_both_ways(&LISTS[0]).await;
}

#[tokio::test]
async fn turning_pages_of_customers_shows_each_once_while_others_come_in() {
    turned_both_ways(&LISTS[1]).await;
}

#[tokio::test]
async fn turning_pages_of_mails_shows_each_once_while_others_come_in() {
    turned_both_ways(&LISTS[2]).await;
}

#[tokio::test]
async fn turning_pages_of_the_audit_log_shows_each_once_while_others_come_in() {
    turned_both_ways(&LISTS[3]).await;
}

#[tokio::test]
async fn turning_pages_of_products_shows_each_once_while_others_come_in() {
    turned_both_ways(&LISTS[4]).await;
}

#[tokio::test]
async fn turning_pages_of_products_by_relevance_shows_each_once_while_others_come_in() {
    turned_both_ways(&LISTS[5]).await;
}

#[tokio::test]
async fn turning_pages_of_the_staff_shows_each_once_while_others_come_in() {
    turned_both_ways(&LISTS[6]).await;
}

#[tokio::test]
async fn filters_go_along_when_pages_are_turned() {
    let world = World::open().await;
    // The others' rows are the same once more.
    for list in LISTS.iter().filter(|list| !list.path.contains("search") && list.path != "/staff/members/") {
        Reader { world: &world, list, ordering: String::new(), come: 0 }.rows_come_in(FIRST).await;
    }
    let filtered = [
        "/order/?status=shipped&ordering=-status",
        "/order/?status=shipped&ordering=total",
        "/order/?search=OX-TURN&ordering=status",
        "/order/?search=OX-TURN1",
        "/order/?date_to=2020-01-01&ordering=-total",
        "/customers/?search=turn.example&ordering=email",
        "/staff/mails/?state=sent&ordering=-state",
        "/audit/?action=product.update&ordering=object",
        "/audit/?object=product&ordering=-actor",
        "/products/?published=false&ordering=-stock",
        "/products/?search=mug&stock__lte=1&ordering=relevance",
        "/products/?min_price=1.00&in_stock=true&ordering=name",
    ];
    for path in filtered {
        let all = ids(&world.staff.get(&format!("{path}&page_size=100")).await.expect(200).json());
        assert!(all.len() > 1, "{path} keeps too few to tell");
        let mut turned = vec![];
        let mut next = Some(format!("{path}&page_size=1"));
        while let Some(path) = next {
            let page = world.staff.get(&path).await.expect(200).json();
            turned.extend(ids(&page));
            next = address(&world, &page["next"]);
        }
        assert_eq!(turned, all, "{path}");
    }
    // A cursor is a place: another filter reads on from there as well.
    let shipped = world.staff.get("/order/?status=shipped&ordering=status&page_size=1").await.expect(200).json();
    let path =
        address(&world, &shipped["next"]).expect("more are shipped").replace("status=shipped", "status=delivered");
    let behind = world.staff.get(&path).await.expect(200).json();
    assert_eq!(each(&behind, "status"), ["delivered"]);
    let before = path.replace("status=delivered", "status=pending");
    assert_eq!(world.staff.get(&before).await.expect(200).json()["results"], json!([]));
}

#[tokio::test]
async fn a_page_whose_rows_are_gone_leads_back_into_the_list() {
    let world = World::open().await;
    let list = &LISTS[3];
    let mut reader = Reader { world: &world, list, ordering: "at".to_owned(), come: 0 };
    world.shop.plant("DELETE FROM audit_log");
    reader.rows_come_in(9).await;
    let all = reader.all().await;
    let second = world.staff.get(&reader.begin("2", 3)).await.expect(200).json();
    let (next, previous) = (address(&world, &second["next"]), address(&world, &second["previous"]));
    let (next, previous) = (next.expect("a third page"), previous.expect("a first page"));

    // The row a cursor stands for.
    world.shop.plant(&format!("DELETE FROM audit_log WHERE id IN ({}, {})", all[3], all[5]));
    assert_eq!(ids(&world.staff.get(&next).await.expect(200).json()), all[6..9]);
    assert_eq!(ids(&world.staff.get(&previous).await.expect(200).json()), all[..3]);

    // All that followed.
    world.shop.plant(&format!("DELETE FROM audit_log WHERE id > {}", all[5]));
    let beyond = world.staff.get(&next).await.expect(200).json();
    assert_eq!((&beyond["results"], &beyond["next"]), (&json!([]), &Value::Null));
    let back = address(&world, &beyond["previous"]).expect("there are others");
    assert_eq!(ids(&world.staff.get(&back).await.expect(200).json()), [all[4]], "the last page there is: {back}");

    // All that came before, and in the end everything.
    world.shop.plant(&format!("DELETE FROM audit_log WHERE id < {}", all[4]));
    let before = world.staff.get(&previous).await.expect(200).json();
    assert_eq!((&before["results"], &before["previous"]), (&json!([]), &Value::Null));
    let on = address(&world, &before["next"]).expect("there are others");
    assert_eq!(ids(&world.staff.get(&on).await.expect(200).json()), [all[4]], "the first page: {on}");
    world.shop.plant("DELETE FROM audit_log");
    for path in [next, previous] {
        let nothing = world.staff.get(&path).await.expect(200).json();
        assert_eq!(nothing, json!({"count": 0, "next": null, "previous": null, "results": []}));
    }
}

#[tokio::test]
async fn what_is_no_cursor_of_the_list_is_told_so() {
    let world = World::open().await;
    for list in LISTS.iter().filter(|list| list.orderings.len() > 1) {
        Reader { world: &world, list, ordering: String::new(), come: 0 }.rows_come_in(3).await;
        for (at, name) in list.orderings.iter().enumerate() {
            let path = format!("{}ordering={name}&page_size=1", list.asked());
            let first = world.staff.get(&path).await.expect(200).json();
            let next = address(&world, &first["next"]).expect("a second page");
            let cursor = next.split_once("&after=").expect("a cursor").1;
            let place = |mark: &str| word(&format!(r#"[1,"{name}",{mark},7]"#));
            // Of a kind that this list is not sorted by, and as much of the right kind as anybody can think of.
            let marks = ["null", "0", r#""x""#, r#""""#, r#""\u0000""#, "-9223372036854775808", "9e99", "[]", "{}"];
            let forged: Vec<_> = marks.iter().map(|mark| place(mark)).collect();
            let answers = each_of(&world, &path, &forged).await;
            let known = answers.iter().filter(|answer| answer.status == 200).count();
            assert!([0, 2, 4].contains(&known), "{path}: {known} of {marks:?} are places");
            answers.iter().filter(|answer| answer.status != 200).for_each(is_no_cursor);

            let other = list.orderings[(at + 1) % list.orderings.len()];
            let long = word(&format!(r#"[1,"{name}","{}",7]"#, "x".repeat(5_000)));
            let wrong = ["!", "%00x", "0", "%FF%FE", "' OR 1=1 --", &long, &word(&format!(r#"[2,"{name}",null,7]"#))];
            for wrong in wrong {
                let refused = world.staff.get(&format!("{path}&after={wrong}")).await;
                // The one with NUL is refused before anybody knows what it is.
                if wrong == "%00x" {
                    refused.expect(400)
                } else {
                    is_no_cursor(&refused);
                    refused
                };
            }
            for query in [
                format!("{}?ordering={other}&page_size=1&after={cursor}", list.path),
                format!("{}?ordering=-{name}&page_size=1&after={cursor}", list.path),
                format!("{path}&after={cursor}&before={cursor}"),
                format!("{path}&page=last&after={cursor}"),
            ] {
                is_no_cursor(&world.staff.get(&query).await);
            }
            let too_deep = world.staff.get(&format!("{path}&page=9223372036854775807&after={cursor}")).await;
            assert_eq!(too_deep.expect(404).json(), json!({"detail": "Invalid page."}));
        }
    }
}

async fn each_of(world: &World, path: &str, cursors: &[String]) -> Vec<Answer> {
    let mut answers = vec![];
    for cursor in cursors {
        for side in ["after", "before"] {
            answers.push(world.staff.get(&format!("{path}&{side}={cursor}")).await);
        }
    }
    answers
}

#[track_caller]
fn is_no_cursor(answer: &Answer) {
    let said = "Invalid cursor. Follow next and previous of a page as they are, or ask for a page by its number alone.";
    assert_eq!((answer.status, answer.json()), (404, json!({"detail": said})));
}

/// As base64url.
fn word(text: &str) -> String {
    URL_SAFE_NO_PAD.encode(text)
}

#[tokio::test]
async fn customers_turn_their_pages_by_number() {
    let world = World::open().await;
    let mug = world.product("Mug", "1.00", 50).await;
    let ann = world.shop.customer().await;
    for _ in 0..3 {
        add(&ann, mug, 1).await.expect(201);
        place(&ann).await;
    }
    let second = ann.get("/order/?page_size=1&page=2").await.expect(200).json();
    assert_eq!(second["next"], format!("{}/order/?page_size=1&page=3", world.shop.url()));
    assert_eq!(second["previous"], format!("{}/order/?page_size=1", world.shop.url()));
    // They know of no cursors, as of any other name they make up.
    let first = ann.get("/order/?page_size=1&after=anything").await.expect(200).json();
    assert_eq!(first["next"], format!("{}/order/?page_size=1&after=anything&page=2", world.shop.url()));
    world.shop.client().get("/order/?after=anything").await.expect(200);
}
