//! The audit log: every write of the staff and of the command line, who did it, and what it changed; nothing of
//! customers, and no secrets.

use crate::support::{World, add, ask, builder, id, place, write};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::time::{Duration, Instant};
use testkit::{Answer, Shop};

/// The rows of the audit, newest first; `narrowed` is a query (`object=product:1`).
async fn rows(world: &World, narrowed: &str) -> Vec<Value> {
    let page = world.staff.get(&format!("/audit/?page_size=100&{narrowed}")).await.expect(200).json();
    page["results"].as_array().expect("a page").clone()
}

/// What a row tells, without its place and its instant.
fn told(row: &Value) -> Value {
    json!([row["actor"], row["action"], row["object"], row["before"], row["after"], row["request_id"]])
}

fn request_id(answer: &Answer) -> String {
    answer.header("x-request-id").expect("every answer has one").to_owned()
}

/// Operations that only the staff may use and that write, as the document lists them.
async fn writes_of_the_staff(world: &World) -> BTreeSet<String> {
    let document = world.shop.client().get("/api/schema/").await.expect(200).json();
    let mut found = BTreeSet::new();
    for (path, item) in document["paths"].as_object().expect("paths") {
        for method in ["post", "put", "patch", "delete"] {
            let denied = &item[method]["responses"]["403"]["description"];
            if denied == "Only the staff may do this." {
                found.insert(format!("{} {path}", method.to_uppercase()));
            }
        }
    }
    found
}

#[tokio::test]
async fn every_write_of_the_staff_leaves_a_row_with_who_did_what_and_the_fields_that_changed() {
    let world = World::open().await;
    let mug = world.product("Mug", "1.00", 50).await;
    let shelf = world.category("Shelf", None).await;
    let (mut orders, mut variant) = (vec![], Value::Null);
    for _ in 0..2 {
        let buyer = world.shop.client();
        add(&buyer, mug, 1).await.expect(201);
        let order = place(&buyer).await;
        variant = order["items"][0]["variant_id"].clone();
        orders.push(id(&order));
    }
    let variant = variant.to_string();
    let changed = |field: &str, value: Value| json!({"variants": {variant.as_str(): {field: value}}});
    let (shipped, cancelled, moved) = (orders[0], orders[1], "/order/{id}/update_status/");
    let (product, category) = ("/products/{id}/", "/categories/{id}/");
    // Operation, id, body, action, object, before, after.
    let table = [
        (
            "PATCH",
            product,
            mug,
            json!({"name": "Cup"}),
            "product.update",
            format!("product:{mug}"),
            json!({"name": "Mug"}),
            json!({"name": "Cup"}),
        ),
        (
            "PATCH",
            product,
            mug,
            json!({"stock": 7}),
            "product.update",
            format!("product:{mug}"),
            changed("stock", 48.into()),
            changed("stock", 7.into()),
        ),
        (
            "PUT",
            product,
            mug,
            json!({"name": "Cup", "price": "2.50"}),
            "product.update",
            format!("product:{mug}"),
            changed("price", "1.00".into()),
            changed("price", "2.50".into()),
        ),
        (
            "PATCH",
            category,
            shelf,
            json!({"description": "High up"}),
            "category.update",
            format!("category:{shelf}"),
            json!({"description": ""}),
            json!({"description": "High up"}),
        ),
        (
            "PUT",
            category,
            shelf,
            json!({"name": "Board"}),
            "category.update",
            format!("category:{shelf}"),
            json!({"name": "Shelf"}),
            json!({"name": "Board"}),
        ),
        (
            "POST",
            moved,
            shipped,
            json!({"status": "shipped"}),
            "order.update",
            format!("order:{shipped}"),
            json!({"status": "pending"}),
            json!({"status": "shipped"}),
        ),
        (
            "POST",
            "/order/{id}/cancel/",
            cancelled,
            json!({}),
            "order.cancel",
            format!("order:{cancelled}"),
            json!({"status": "pending"}),
            json!({"status": "cancelled"}),
        ),
    ];
    let mut tried = BTreeSet::from(["POST /products/".to_owned(), "POST /categories/".to_owned()]);
    for (method, path, id, body, action, object, before, after) in table {
        tried.insert(format!("{method} {path}"));
        let answer = ask(&world.staff, method, &path.replace("{id}", &id.to_string()), body).await.expect(200);
        let newest = rows(&world, "").await.swap_remove(0);
        let wanted = json!([world.staff.email, action, object, before, after, request_id(&answer)]);
        assert_eq!(told(&newest), wanted, "after {method} {path}");
    }
    for (path, id, kind) in [(product, mug, "product"), (category, shelf, "category")] {
        tried.insert(format!("DELETE {path}"));
        world.staff.delete(&path.replace("{id}", &id.to_string())).await.expect(204);
        let all = rows(&world, &format!("object={kind}:{id}")).await;
        let (last, first) = (&all[0], &all[all.len() - 1]);
        assert_eq!((&last["action"], &last["after"]), (&format!("{kind}.delete").into(), &Value::Null));
        assert_eq!((&first["action"], &first["before"]), (&format!("{kind}.create").into(), &Value::Null));
        assert_eq!((&first["actor"], last["before"].is_object()), (&world.staff.email.clone().into(), true));
    }
    let unaudited: Vec<_> = writes_of_the_staff(&world).await.difference(&tried).cloned().collect();
    assert!(unaudited.is_empty(), "this test does not say what these leave in the audit: {unaudited:?}");
    world.books_add_up();
}

#[tokio::test]
async fn what_customers_do_what_is_refused_and_what_changes_nothing_leaves_no_row() {
    let world = World::open().await;
    let mug = world.product("Mug", "1.00", 50).await;
    let shelf = world.category("Shelf", None).await;
    let before = rows(&world, "").await.len();
    let ann = world.shop.customer().await;
    add(&ann, mug, 2).await.expect(201);
    let order = id(&place(&ann).await);
    ann.patch("/user/profile/", json!({"first_name": "Ann"})).await.expect(200);
    ann.post(&format!("/order/{order}/cancel/"), ()).await.expect(200);
    let own = json!({"old_password": ann.password, "new_password": "another-good-one-17"});
    ann.post("/user/change_password/", own).await.expect(200);
    // Refused.
    world.staff.patch(&format!("/products/{mug}/"), json!({"price": "none"})).await.expect(400);
    world.staff.post("/products/", json!({"name": "Mug", "slug": "mug", "price": "1.00"})).await.expect(400);
    world.staff.delete("/products/999/").await.expect(404);
    world.staff.post(&format!("/order/{order}/update_status/"), json!({"status": "shipped"})).await.expect(400);
    world.shop.client().delete(&format!("/categories/{shelf}/")).await.expect(401);
    // So already.
    world.staff.patch(&format!("/products/{mug}/"), json!({"name": "Mug"})).await.expect(200);
    world.staff.patch(&format!("/categories/{shelf}/"), json!({"name": "Shelf"})).await.expect(200);
    world.staff.post(&format!("/order/{order}/update_status/"), json!({"status": "cancelled"})).await.expect(200);
    let all = rows(&world, "").await;
    assert_eq!(all.len(), before, "something left a row: {:#?}", all[0]);
}

#[tokio::test]
async fn the_staff_alone_reads_the_audit_page_by_page_and_narrowed() {
    let world = World::open().await;
    for number in 0..5 {
        world.product(&format!("Mug {number}"), "1.00", 1).await;
    }
    let shelf = world.category("Shelf", None).await;
    let first = world.staff.get("/audit/?page_size=2&object=product").await.expect(200).json();
    assert_eq!((&first["count"], &first["previous"]), (&5.into(), &Value::Null));
    assert_eq!(first["results"].as_array().map(Vec::len), Some(2));
    let last = world.staff.get("/audit/?page_size=2&object=product&page=last").await.expect(200).json();
    let (last, next) = (&last["results"], &last["next"]);
    assert_eq!((last.as_array().map(Vec::len), next), (Some(1), &Value::Null));
    assert_eq!(last[0]["after"]["name"], "Mug 0", "the oldest comes last");
    world.staff.get("/audit/?page_size=2&object=product&page=9").await.expect(404);
    let me = world.staff.get("/user/profile/").await.expect(200).json()["id"].clone();
    let at = first["results"][0]["at"].as_str().expect("an instant").to_owned();
    for (narrowed, wanted) in [
        (format!("user={me}"), 6),
        (format!("user={}", world.staff.email.to_uppercase()), 6),
        ("user=command line".into(), 1),
        ("user=999".into(), 0),
        (format!("object=category:{shelf}"), 1),
        ("object=category".into(), 1),
        ("object=cat".into(), 0),
        ("action=product.create".into(), 5),
        ("action=product.create&object=category".into(), 0),
        (format!("since={at}"), 2),
        (format!("until={at}&object=product"), 4),
        ("since=2999-01-01".into(), 0),
        ("until=2999-01-01".into(), 7),
    ] {
        assert_eq!(rows(&world, &narrowed).await.len(), wanted, "rows of {narrowed}");
    }
    let wrong = world.staff.get("/audit/?since=yesterday").await.expect(400).json();
    assert!(wrong["since"][0].as_str().is_some_and(|why| why.contains("YYYY-MM-DD")), "says {wrong}");
    world.shop.customer().await.get("/audit/").await.expect(403);
    world.shop.client().get("/audit/").await.expect(401);
}

#[tokio::test]
async fn commands_leave_rows_of_the_command_line_and_no_secrets() {
    let world = World::open().await;
    let made = rows(&world, "user=command line").await;
    assert_eq!(made.len(), 1, "the staff's own account was made by a command");
    assert_eq!((&made[0]["action"], &made[0]["after"]["is_superuser"]), (&"user.create".into(), &true.into()));
    let user = made[0]["object"].as_str().expect("a name").to_owned();
    assert_eq!((&made[0]["user"], &made[0]["request_id"]), (&Value::Null, &Value::Null));

    write(
        &world.shop,
        "in.csv",
        "Handle,Title,Type,Variant Price,Variant Inventory Qty\nclay-pot,Clay Pot,Pots,3.00,5\n",
    );
    world.shop.run_well(&["import", "products", "in.csv"]);
    world.shop.run_well(&["import", "products", "--dry-run", "in.csv"]);
    let imported: Vec<_> = rows(&world, "").await.iter().take(2).map(|row| row["action"].clone()).collect();
    assert_eq!(imported, ["product.create", "category.create"]);
    world.shop.run_well(&["import", "products", "in.csv"]);
    write(
        &world.shop,
        "in.csv",
        "Handle,Title,Type,Variant Price,Variant Inventory Qty\nclay-pot,Clay Pot,Pots,3.00,4\n",
    );
    world.shop.run_well(&["import", "products", "in.csv"]);
    let newest = rows(&world, "").await.swap_remove(0);
    let stock =
        |row: &Value| row["variants"].as_object().and_then(|all| all.values().next()).map(|one| one["stock"].clone());
    assert_eq!((&newest["action"], &newest["actor"]), (&"product.update".into(), &"command line".into()));
    assert_eq!((stock(&newest["before"]), stock(&newest["after"])), (Some(5.into()), Some(4.into())));

    let hash = "pbkdf2_sha256$1000$saltysalt$QUJD";
    let id: i64 = user.trim_start_matches("user:").parse().expect("an id");
    let fixture = json!([
        {"model": "accounts.user", "pk": id, "fields": {"email": world.staff.email, "password": hash, "is_staff": true,
            "is_superuser": true, "first_name": "Bob"}},
        {"model": "shop.category", "pk": 901, "fields": {"name": "Bread"}},
        {"model": "shop.product", "pk": 801, "fields": {"name": "Rye", "price": "4.50", "stock": 3, "category": 901}},
        {"model": "sales.order", "pk": 701, "fields": {"user": id, "status": "shipped"}},
        {"model": "sales.orderitem", "pk": 1, "fields": {"order": 701, "product": 801, "quantity": 2, "price": "4.50"}},
    ]);
    write(&world.shop, "in.json", &fixture.to_string());
    let before = audited(&world.shop).len();
    world.shop.run_well(&["loaddata", "in.json"]);
    let loaded = audited(&world.shop);
    for wanted in ["user.load", "category.load category:901", "product.load product:801", "order.load order:701"] {
        assert!(loaded.iter().any(|row| row.contains(wanted)), "no row {wanted} in {loaded:#?}");
    }
    let of_user = loaded.iter().find(|row| row.contains("user.load")).expect("just seen");
    for told in ["\"first_name\":\"Bob\"", "\"password\":\"changed\""] {
        assert!(of_user.contains(told), "{told} is not in {of_user}");
    }
    assert_eq!(loaded.len(), before + 4, "one row for each object");
    world.shop.run_well(&["loaddata", "in.json"]);
    assert_eq!(audited(&world.shop).len(), before + 4, "what is so already leaves no row");

    let mut command = world.shop.command(&["changepassword", "--stdin", &world.staff.email]);
    let mut child = command.stdin(std::process::Stdio::piped()).spawn().expect("the program starts");
    let new = "an-even-better-word-93";
    std::io::Write::write_all(&mut child.stdin.take().expect("piped"), new.as_bytes()).expect("it reads");
    assert!(child.wait().expect("it ends").success());
    let all = audited(&world.shop);
    let changed = &all[all.len() - 1];
    assert!(changed.contains("user.change_password") && changed.contains(&user), "the last row is {changed}");
    for secret in [hash, "saltysalt", new, "argon2", world.staff.password.as_str()] {
        assert!(!all.iter().any(|row| row.contains(secret)), "{secret} is in the audit:\n{all:#?}");
    }
    world.books_add_up();
}

/// All rows as text, in order, straight from the table.
fn audited(shop: &Shop) -> Vec<String> {
    let sql = "SELECT actor || ' ' || action || ' ' || object || ' ' || coalesce(before, '-') || ' ' || coalesce(after, '-') \
               FROM audit_log ORDER BY id";
    shop.look(sql).into_iter().flatten().collect()
}

#[tokio::test]
async fn rows_older_than_their_retention_are_forgotten() {
    let shop = builder().env("OXCART_AUDIT_RETENTION", "2s").env("OXCART_EVENT_RETENTION", "4s");
    let world = World::of(shop).await;
    world.product("Mug", "1.00", 1).await;
    assert!(!audited(&world.shop).is_empty(), "the product left a row");
    let deadline = Instant::now() + Duration::from_secs(20);
    while !audited(&world.shop).is_empty() {
        assert!(Instant::now() < deadline, "old rows are still there: {:#?}", audited(&world.shop));
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    world.books_add_up();
}

#[tokio::test]
async fn the_doctor_misses_the_row_of_stock_that_somebody_moved() {
    let world = World::open().await;
    world.product("Mug", "1.00", 5).await;
    let cup = world.product("Cup", "1.00", 5).await;
    world.books_add_up();
    world.shop.plant(&format!("DELETE FROM audit_log WHERE object = 'product:{cup}'"));
    let output = world.shop.run(&["doctor"]);
    let said = String::from_utf8_lossy(&output.stderr).into_owned() + &String::from_utf8_lossy(&output.stdout);
    assert!(!output.status.success() && said.contains("WRONG stock and audit"), "the doctor says:\n{said}");
}
