//! Files in and out of a shop that is open, and the demo shop that `serve --demo` starts with.

use super::{assert_in_order, dump, fields, ran, shop, write};
use serde_json::json;
use std::time::Instant;
use testkit::Shop;

async fn demo() -> Shop {
    Shop::builder(env!("CARGO_BIN_EXE_oxcart")).demo().start().await
}

#[tokio::test]
async fn the_demo_shop_is_there_once_with_its_pictures_and_people() {
    let shop = demo().await;
    let count = demo::shop().products.len();
    let page = shop.client().get("/products/?page_size=100").await.expect(200).json();
    assert_eq!(page["count"], count, "not every demo product is for sale");
    for product in page["results"].as_array().expect("a list") {
        let address = product["image"].as_str().expect("every demo product has a picture");
        let path = address.strip_prefix(&shop.url()).unwrap_or(address);
        let picture = shop.client().get(path).await.expect(200);
        assert!(picture.text().starts_with("<svg"), "{path} is no drawing");
    }
    let people = demo::shop().people;
    for person in [people.customer, people.staff] {
        shop.log_in(&shop.client(), person.email, person.password).await;
    }
    shop.restart(0).await;
    let again = shop.client().get("/products/").await.expect(200).json();
    assert_eq!(again["count"], count, "starting again filled the shop again");
    assert_in_order(&shop);
}

#[tokio::test]
async fn an_open_shop_is_exported_and_imported_without_a_change() {
    let shop = demo().await;
    write(&shop, "out.csv", shop.run_well(&["export", "products"]));
    let start = Instant::now();
    let (code, out, err) = ran(&shop, &["import", "products", "out.csv"]);
    let count = demo::shop().products.len();
    assert_eq!(code, 0, "said {err}");
    assert!(out.starts_with(&format!("created 0, changed 0, unchanged {count}, skipped 0")), "said {out}");
    assert!(start.elapsed().as_secs() < 20, "an import into an open shop took {:?}", start.elapsed());
    write(&shop, "in.csv", "Handle,Title,Variant Price,Variant Inventory Qty\nkite,Kite,20.00,3\n");
    shop.run_well(&["import", "products", "in.csv"]);
    let found = shop.client().get("/products/?search=kite").await.expect(200).json();
    assert_eq!(found["results"][0]["stock"], 3, "customers do not see what was imported: {found}");
    assert_in_order(&shop);
}

#[tokio::test]
async fn orders_that_were_loaded_can_be_cancelled_and_the_books_stay_right() {
    let old = shop();
    write(
        &old,
        "in.json",
        json!([
            {"model": "a.product", "pk": 1, "fields": {"name": "Rye", "price": "4.50", "stock": 3}},
            {"model": "a.order", "pk": 9, "fields": {"status": "pending"}},
            {"model": "a.orderitem", "pk": 1, "fields": {"order": 9, "product": 1, "quantity": 2}},
            {"model": "a.orderitem", "pk": 2, "fields": {"order": 9, "product": 1, "quantity": 1, "price": "4.00"}},
        ])
        .to_string(),
    );
    old.run_well(&["loaddata", "in.json"]);
    old.start(0).await;
    let staff = old.staff().await;
    staff.client.post("/order/9/update_status/", json!({"status": "cancelled"})).await.expect(200);
    let stock = old.client().get("/products/1/").await.expect(200).json()["stock"].clone();
    assert_eq!(stock, 6, "a cancelled order gives all its pieces back");
    assert_in_order(&old);
}

#[tokio::test]
async fn a_dump_loaded_over_a_shop_that_went_on_brings_it_back() {
    let shop = demo().await;
    let customer = shop.customer().await;
    customer.client.post("/cart/add/", json!({"product_id": 1})).await.expect(201);
    let order = customer.client.post("/order/place_order/", json!({})).await.expect(201).json()["order"].clone();
    shop.run_well(&["dumpdata", "--output", "before.json"]);
    let before = dump(&shop);
    let path = format!("/order/{}/cancel/", order["id"]);
    customer.client.post(&path, json!({})).await.expect(200);
    shop.run_well(&["loaddata", "before.json"]);
    assert_eq!(dump(&shop), before, "the shop is not what it was when it was dumped");
    assert_eq!(fields(&before, "orders.order")[0]["number"], order["number"]);
    assert_in_order(&shop);
}
