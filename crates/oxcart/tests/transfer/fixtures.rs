//! Django fixtures: whole shops in and out under their own keys, one transaction, the books in order.

use super::{assert_in_order, dump, fields, ran, shop, write};
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use testkit::Shop;

/// What a Django project of another author dumps: its own app labels and field names, no variants, users by name.
fn django() -> Value {
    json!([
        {"model": "sales.orderitem", "pk": 1, "fields": {"order": 7, "product": 3, "quantity": 2, "price": "4.50"}},
        {"model": "sales.orderitem", "pk": 2, "fields": {"order": 7, "product": 4, "quantity": 1}},
        {"model": "sales.order", "pk": 7, "fields": {"user": 5, "status": "Shipped", "total_price": "99.00", "created": "2024-05-01T10:00:00Z"}},
        {"model": "shop.product", "pk": 3, "fields": {"title": "Rye Bread", "price": "4.50", "count_in_stock": 12,
            "category": 2, "image": "products/rye.jpg", "description": "<b>Dark</b><script>x()</script>", "weight": 800}},
        {"model": "shop.product", "pk": 4, "fields": {"title": "Rye Bread", "price": 3.2, "quantity": 0, "category": 2}},
        {"model": "shop.category", "pk": 2, "fields": {"name": "Bread", "parent": 1}},
        {"model": "shop.category", "pk": 1, "fields": {"name": "Bakery"}},
        {"model": "users.customuser", "pk": 5, "fields": {"username": "ann", "email": "Ann@Example.COM",
            "password": "pbkdf2_sha256$1000$salt$QUJD", "is_staff": false, "date_joined": "2023-01-02T03:04:05Z", "groups": []}},
        {"model": "auth.permission", "pk": 1, "fields": {"name": "Can add"}},
    ])
}

#[track_caller]
fn load(shop: &Shop, fixture: &Value) -> (String, String) {
    write(shop, "in.json", fixture.to_string());
    let (code, out, err) = ran(shop, &["loaddata", "in.json"]);
    assert_eq!(code, 0, "loading said:\n{out}{err}");
    (out, err)
}

#[test]
fn a_django_shop_moves_over_as_it_is() {
    let shop = shop();
    let (out, err) = load(&shop, &django());
    assert!(out.starts_with("Installed 8 object(s) (of 9) from 1 fixture(s)\n"), "said {out}");
    for told in ["auth.permission", "\"weight\"", "its total is 99.00, its items add up to 12.20"] {
        assert!(err.contains(told), "{told} was left behind without a word:\n{err}");
    }
    let dump = dump(&shop);
    let user = &fields(&dump, "accounts.user")[0];
    assert_eq!(
        (&user["email"], &user["password"]),
        (&"Ann@example.com".into(), &"pbkdf2_sha256$1000$salt$QUJD".into())
    );
    assert_eq!(user["date_joined"], "2023-01-02T03:04:05Z");
    let categories = fields(&dump, "catalogue.category");
    assert_eq!((&categories[1]["slug"], &categories[1]["parent"]), (&"bread".into(), &1.into()));
    let products = fields(&dump, "catalogue.product");
    assert_eq!((&products[0]["slug"], &products[1]["slug"]), (&"rye-bread".into(), &"rye-bread-2".into()));
    assert_eq!((&products[0]["price"], &products[0]["stock"]), (&"4.50".into(), &12.into()));
    assert_eq!(products[0]["image"], "/media/products/rye.jpg");
    assert_eq!(products[0]["description"], "<b>Dark</b>");
    assert_eq!(fields(&dump, "catalogue.variant").len(), 2, "every product has one variant");
    let order = &fields(&dump, "orders.order")[0];
    assert_eq!((&order["status"], &order["total"], &order["user"]), (&"shipped".into(), &"12.20".into(), &5.into()));
    let items = fields(&dump, "orders.orderitem");
    assert_eq!((&items[1]["name"], &items[1]["price"]), (&"Rye Bread".into(), &"3.20".into()));
    assert_in_order(&shop);
}

#[test]
fn loading_again_changes_only_what_the_fixture_changed() {
    let shop = shop();
    load(&shop, &django());
    let before = dump(&shop);
    load(&shop, &django());
    assert_eq!(dump(&shop), before, "loading the same fixture again changed something");
    let mut changed = django();
    changed[3]["fields"]["count_in_stock"] = 5.into();
    changed[3]["fields"]["price"] = "5.00".into();
    changed[2]["fields"]["status"] = "delivered".into();
    load(&shop, &changed);
    let after = dump(&shop);
    let (bread, order) = (&fields(&after, "catalogue.product")[0], &fields(&after, "orders.order")[0]);
    assert_eq!((&bread["stock"], &bread["price"], &order["status"]), (&5.into(), &"5.00".into(), &"delivered".into()));
    assert_eq!(order["number"], fields(&before, "orders.order")[0]["number"], "an order keeps its number");
    assert_eq!(fields(&after, "catalogue.variant").len(), 2, "the variant of a plain product was doubled");
    assert_in_order(&shop);
}

#[test]
fn a_dump_loaded_into_an_empty_shop_gives_the_same_dump_compressed_or_not() {
    let shop = shop();
    load(&shop, &django());
    write(
        &shop,
        "in.csv",
        "Handle,Title,Variant Price,Option1 Name,Option1 Value,Variant SKU,Image Src,Variant Compare At Price\n\
        hat,Hat,20.00,Size,S,H-S,https://i.example/h.jpg,25.00\nhat,,21.00,,L,H-L,https://i.example/l.jpg,\n",
    );
    shop.run_well(&["import", "products", "in.csv"]);
    let whole = shop.run_well(&["dumpdata", "--indent", "2"]);
    let names = ["shop.json", "shop.json.gz"];
    for name in names {
        shop.run_well(&["dumpdata", "--output", name]);
        let other = super::shop();
        let path = shop.folder().join(name);
        other.run_well(&["loaddata", path.to_str().expect("a plain path")]);
        assert_eq!(other.run_well(&["dumpdata", "--indent", "2"]), whole, "{name} lost something");
        assert_in_order(&other);
    }
    let sizes = names.map(|name| std::fs::metadata(shop.folder().join(name)).expect("it was written").len());
    assert!(sizes[1] * 2 < sizes[0], "the file called .gz is not compressed: {sizes:?}");
}

#[test]
fn new_rows_take_ids_after_the_loaded_ones_and_after_those_that_orders_remember() {
    let shop = shop();
    let mut fixture = django();
    // The second item's product is gone; no other product may get its id, or the order would tell of that one.
    fixture[1]["fields"] = json!({"order": 7, "product": 50, "quantity": 1, "price": "1.00", "name": "Cake"});
    load(&shop, &fixture);
    write(&shop, "in.csv", "Handle,Title,Type,Variant Price\nhat,Hat,Hats,20.00\n");
    shop.run_well(&["import", "products", "in.csv"]);
    let dump = dump(&shop);
    let highest = |model: &str| {
        dump.iter().filter(|record| record["model"] == model).filter_map(|record| record["pk"].as_i64()).max()
    };
    assert!(highest("catalogue.category") > Some(2), "a loaded id was given to a new category");
    assert!(highest("catalogue.product") > Some(50), "the id of a product in an order was given to another one");
    assert_eq!(fields(&dump, "orders.orderitem")[1]["name"], "Cake");
    assert_in_order(&shop);
}

#[test]
fn dumps_are_narrowed_to_models_and_unknown_ones_are_refused() {
    let shop = shop();
    load(&shop, &django());
    let some: Vec<Value> =
        serde_json::from_str(&shop.run_well(&["dumpdata", "catalogue.category", "orders"])).expect("JSON");
    let mut models: Vec<_> = some.iter().filter_map(|record| record["model"].as_str()).collect();
    models.dedup();
    assert_eq!(models, ["catalogue.category", "orders.order", "orders.orderitem"]);
    let (code, _, err) = ran(&shop, &["dumpdata", "auth.group"]);
    assert!(code == 1 && err.contains("catalogue.product"), "said {err}");
}

#[test]
fn one_bad_record_refuses_everything_unless_it_may_be_skipped() {
    let cases = [
        (3, "price", json!("four"), "shop.product 3, field \"price\""),
        (2, "status", json!("lost at sea"), "sales.order 7, field \"status\""),
        (2, "user", json!(99), "sales.order 7, field \"user\""),
        (3, "category", json!(99), "shop.product 3, field \"category\""),
        (0, "order", json!(99), "sales.orderitem 1, field \"order\""),
        (7, "email", json!("nobody"), "users.customuser 5, field \"email\""),
        (6, "parent", json!(2), "shop.category 2, field \"parent\""),
    ];
    let shop = shop();
    for (at, field, value, told) in cases {
        let mut fixture = django();
        fixture[at]["fields"][field] = value;
        write(&shop, "in.json", fixture.to_string());
        let (code, out, err) = ran(&shop, &["loaddata", "in.json"]);
        assert_eq!(code, 1, "{told}: said {out}");
        assert!(err.contains(told) && err.contains("nothing was loaded"), "{told} is not told of:\n{err}");
        assert!(dump(&shop).is_empty(), "{told}: something was loaded");
        let other = super::shop();
        write(&other, "in.json", fixture.to_string());
        let out = other.run_well(&["loaddata", "--skip-bad", "in.json"]);
        assert!(out.starts_with("Installed "), "said {out}");
        assert_in_order(&other);
    }
}

#[test]
fn an_order_without_items_and_a_product_without_a_price_are_bad_records() {
    let shop = shop();
    write(
        &shop,
        "in.json",
        json!([
            {"model": "a.order", "pk": 1, "fields": {"status": "pending"}},
            {"model": "a.product", "pk": 1, "fields": {"name": "Air"}},
        ])
        .to_string(),
    );
    let (code, _, err) = ran(&shop, &["loaddata", "in.json"]);
    assert_eq!(code, 1);
    assert!(err.contains("a.order 1, field \"items\"") && err.contains("a.product 1, field \"price\""), "said {err}");
}

#[test]
fn records_with_odd_keys_are_found_again_by_what_they_are_known_by() {
    let (bread, order) = ("5b1f3a52-0000-4000-8000-000000000001", "5b1f3a52-0000-4000-8000-000000000002");
    let fixture = json!([
        {"model": "a.user", "pk": null, "fields": {"username": "ann", "email": "ann@example.com", "password": ""}},
        {"model": "a.product", "pk": bread, "fields": {"name": "Rye", "price": "4.50", "stock": 3, "category": "Bread"}},
        {"model": "a.order", "pk": order, "fields": {"user": ["ann"]}},
        {"model": "a.orderitem", "pk": null, "fields": {"order": order, "product": bread, "quantity": 2}},
    ]);
    let shop = shop();
    load(&shop, &fixture);
    let first = dump(&shop);
    assert_eq!(fields(&first, "catalogue.category")[0]["slug"], "bread", "a category told as a text is made");
    assert_eq!(fields(&first, "orders.order")[0]["total"], "9.00");
    assert_in_order(&shop);
    load(&shop, &fixture);
    let count = |dump: &[Value]| dump.len();
    assert_eq!(count(&dump(&shop)), count(&first), "records with odd keys were doubled");
}

#[test]
fn variants_of_a_project_keep_their_products_and_fit_their_options() {
    let shop = shop();
    load(
        &shop,
        &json!([
            {"model": "a.product", "pk": 1, "fields": {"name": "Hat", "price": "20.00"}},
            {"model": "a.productvariant", "pk": 11, "fields": {"product": 1, "sku": "H-L", "price": "22.00", "stock": 2}},
            {"model": "a.productvariant", "pk": 10, "fields": {"product": 1, "sku": "H-S", "stock": 1, "position": 1}},
        ]),
    );
    let dump = dump(&shop);
    let product = &fields(&dump, "catalogue.product")[0];
    assert_eq!((&product["price"], &product["stock"]), (&"20.00".into(), &3.into()));
    assert_eq!(product["options"], json!(["Variant"]), "two variants without options need one to differ in");
    let variants = fields(&dump, "catalogue.variant");
    assert_eq!((&variants[0]["options"], &variants[1]["options"]), (&json!(["H-S"]), &json!(["H-L"])));
    assert_in_order(&shop);
}

#[test]
fn ten_thousand_products_are_loaded_in_seconds() {
    let records = (1..=10_000).map(|pk| {
        json!({"model": "a.product", "pk": pk, "fields": {"name": format!("Product {pk}"), "price": "9.99", "stock": pk % 50,
            "category": format!("Shelf {}", pk % 20), "image": format!("p/{pk}.jpg"), "description": "Good and plain."}})
    });
    let shop = shop();
    write(&shop, "in.json", Value::from_iter(records).to_string());
    for round in ["first", "second"] {
        let start = Instant::now();
        let out = shop.run_well(&["loaddata", "in.json"]);
        let taken = start.elapsed();
        assert!(out.starts_with("Installed 10000 object(s) from 1 fixture(s)"), "said {out}");
        assert!(taken < Duration::from_secs(20), "the {round} load took {taken:?}");
    }
    assert_eq!(fields(&dump(&shop), "catalogue.variant").len(), 10_000);
    assert_in_order(&shop);
}

#[test]
fn a_file_that_knows_no_roles_makes_no_owner_of_who_had_another_role() {
    let shop = shop();
    let clerk = |role: Option<&str>| {
        let mut fields = json!({"email": "clerk@example.com", "password": "!", "is_staff": true});
        if let Some(role) = role {
            fields["role"] = role.into();
        }
        // Somebody has to own the shop.
        let boss = json!({"email": "boss@example.com", "password": "!", "is_staff": true, "role": "owner"});
        json!([{"model": "accounts.user", "pk": 7, "fields": fields}, {"model": "accounts.user", "pk": 8, "fields": boss}])
    };
    let role = |shop: &Shop| fields(&dump(shop), "accounts.user")[0]["role"].clone();
    load(&shop, &clerk(None));
    assert_eq!(role(&shop), "owner", "who is new and of the staff could do everything where they come from");
    load(&shop, &clerk(Some("read-only")));
    assert_eq!(role(&shop), "read-only");
    load(&shop, &clerk(None));
    assert_eq!(role(&shop), "read-only");
}

#[test]
fn who_an_order_is_for_and_whose_address_is_confirmed_come_along_both_ways() {
    let mut fixture = django();
    let contact = json!({"email": "ann@home.example", "name": "Ann Miller", "note": "Ring twice"});
    fixture[2]["fields"]["contact"] = contact.clone();
    fixture[7]["fields"]["email_confirmed"] = true.into();
    let (old, new) = (shop(), shop());
    load(&old, &fixture);
    write(&new, "in.json", Value::from(dump(&old)).to_string());
    new.run_well(&["loaddata", "in.json"]);
    // A file that says nothing of either leaves them as they are.
    load(&new, &django());
    for shop in [&old, &new] {
        let dump = dump(shop);
        assert_eq!(fields(&dump, "orders.order")[0]["contact"], contact);
        assert_eq!(fields(&dump, "accounts.user")[0]["email_confirmed"], true);
        assert_eq!(shop.look("SELECT contact_email FROM orders"), [Some("ann@home.example".to_owned())]);
    }
    let mut moved = django();
    moved[7]["fields"]["email"] = "ann@new.example".into();
    load(&new, &moved);
    assert_eq!(fields(&dump(&new), "accounts.user")[0]["email_confirmed"], false, "nobody confirmed that one");
    let mut wrong = django();
    wrong[2]["fields"]["contact"] = json!({"fax": "1"});
    write(&new, "in.json", wrong.to_string());
    let (code, _, err) = ran(&new, &["loaddata", "in.json"]);
    assert!(code == 1 && err.contains("sales.order 7, field \"contact\"") && err.contains("fax"), "said {err}");
}

#[test]
fn no_file_takes_a_shop_from_its_last_owner() {
    let shop = shop();
    shop.create_superuser("boss@example.com", "a Quiet-Ox pulls 7 carts");
    let user = |email: &str, role: Option<&str>| json!({"model": "a.user", "pk": null, "fields": {"email": email, "password": "!", "is_staff": role.is_some(), "role": role}});
    let owners = || shop.look("SELECT email FROM users WHERE role = 'owner' AND is_staff AND is_active ORDER BY email");
    let boss = || vec![Some("boss@example.com".to_owned())];
    let mut inactive = user("boss@example.com", Some("owner"));
    inactive["fields"]["is_active"] = false.into();
    for demoted in [user("boss@example.com", None), user("boss@example.com", Some("manager")), inactive] {
        write(&shop, "in.json", json!([user("ann@example.com", None), demoted]).to_string());
        let (code, _, err) = ran(&shop, &["loaddata", "in.json"]);
        assert!(code == 1 && err.contains("without an owner"), "said {err}");
        assert_eq!(owners(), boss());
    }
    let out = shop.run_well(&["loaddata", "--skip-bad", "in.json"]);
    assert!(out.starts_with("Installed 1 object(s)"), "said {out}");
    assert_eq!(owners(), boss());
    load(&shop, &json!([user("boss@example.com", None), user("ann@example.com", Some("owner"))]));
    assert_eq!(owners(), [Some("ann@example.com".to_owned())]);
}
