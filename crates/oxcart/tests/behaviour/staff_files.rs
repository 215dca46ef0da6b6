//! Files in and out with a browser: what was exported can be imported, bad rows are told of, and nothing secret shows.

use crate::support::{World, each, member};
use serde_json::{Value, json};
use testkit::{Answer, Body, Client};

const PRODUCTS: &str = "Handle,Title,Variant Price,Variant SKU,Variant Inventory Qty\r\n\
    mug,Mug,2.50,M-1,5\r\n\
    pan,Pan,dear,P-1,5\r\n\
    pot,Pot,7.00,T-1,1\r\n";

async fn import(caller: &Client, query: &str, file: &str) -> Answer {
    caller.post(&format!("/staff/imports/?{query}"), Body::raw("text/csv", file)).await
}

/// The lines of an answer.
fn lines(answer: &Answer) -> Vec<Value> {
    answer.text().lines().map(|line| serde_json::from_str(line).expect("a line of JSON")).collect()
}

#[tokio::test]
async fn a_bad_row_is_told_with_its_line_and_column_and_the_rest_is_imported() {
    let world = World::open().await;
    let manager = member(&world, "manager").await;
    let answer = import(&manager, "format=product-csv", PRODUCTS).await.expect(200);
    assert!(answer.header("content-type").is_some_and(|kind| kind == "application/x-ndjson"), "{answer}");
    let told = lines(&answer);
    assert_eq!(told[0], json!({"done": 0, "total": 2}), "{told:?}");
    let last = told.last().expect("a last line");
    assert_eq!((&last["finished"], &last["saved"]), (&json!(true), &json!(true)), "{last}");
    assert_eq!((&last["created"], &last["updated"], &last["unchanged"]), (&json!(2), &json!(0), &json!(0)), "{last}");
    let problem = &last["problems"][0];
    assert_eq!((&problem["line"], &problem["column"]), (&json!(3), &json!("Variant Price")), "{last}");
    assert!(problem["message"].as_str().is_some_and(|text| text.contains("dear")), "{last}");
    let found = world.staff.get("/products/?ordering=name").await.expect(200).json();
    assert_eq!(each(&found, "name"), ["Mug", "Pot"]);
    let again = lines(&import(&manager, "", PRODUCTS).await.expect(200)).pop().expect("a last line");
    assert_eq!((&again["unchanged"], &again["saved"]), (&json!(2), &json!(false)), "{again}");
    let written = world.staff.get("/audit/?action=product.create").await.expect(200).json();
    assert_eq!(each(&written, "actor"), [manager.email.as_str(), manager.email.as_str()]);
    world.books_add_up();
}

#[tokio::test]
async fn a_dry_run_says_what_would_come_of_it_and_changes_nothing() {
    let world = World::open().await;
    let last = lines(&import(&world.staff, "dry_run=true", PRODUCTS).await.expect(200)).pop().expect("a last line");
    assert_eq!((&last["created"], &last["saved"]), (&json!(2), &json!(false)), "{last}");
    assert_eq!(world.staff.get("/products/").await.expect(200).json()["count"], 0);
}

#[tokio::test]
async fn a_file_may_come_as_a_form_and_what_is_none_is_refused_in_words() {
    let world = World::open().await;
    let form = format!(
        "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"p.csv\"\r\n\r\n{PRODUCTS}\r\n--b--\r\n"
    );
    let body = Body::raw("multipart/form-data; boundary=b", form);
    let answer = world.staff.post("/staff/imports/", body).await.expect(200);
    assert_eq!(lines(&answer).pop().expect("a last line")["created"], 2);
    let last = lines(&import(&world.staff, "", "a,b\r\n1,2\r\n").await.expect(200)).pop().expect("a last line");
    assert_eq!((&last["created"], &last["problems"][0]["line"]), (&json!(0), &json!(1)), "{last}");
    assert!(last["problems"][0]["message"].as_str().is_some_and(|text| text.contains("Handle")), "{last}");
    world.staff.post("/staff/imports/", ()).await.expect(400);
    import(&world.staff, "format=xlsx", PRODUCTS).await.expect(400);
    import(&world.staff, "dry_run=perhaps", PRODUCTS).await.expect(400);
}

#[tokio::test]
async fn a_file_may_be_longer_than_other_bodies_and_not_longer_than_it_may_be() {
    let world = World::of(crate::support::builder().env("OXCART_MAX_IMPORT_BYTES", "1000000")).await;
    let rows = |count: usize| format!("Handle,Title,Variant Price\nmug,Mug,2.50\n{}", ",,\n".repeat(count));
    let long = rows(300_000);
    assert!(long.len() > 262_144 && long.len() < 1_000_000);
    let last = lines(&import(&world.staff, "", &long).await.expect(200)).pop().expect("a last line");
    assert_eq!((&last["finished"], &last["created"]), (&json!(true), &json!(1)), "{last}");
    let form = |file: &str| {
        let form =
            format!("--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"p\"\r\n\r\n{file}\r\n--b--\r\n");
        Body::raw("multipart/form-data; boundary=b", form)
    };
    let answer = world.staff.post("/staff/imports/", form(&long)).await.expect(200);
    assert_eq!(lines(&answer).pop().expect("a last line")["unchanged"], 1);
    let longer = rows(400_000);
    let refused = import(&world.staff, "", &longer).await.expect(413).json();
    assert!(refused["detail"].as_str().is_some_and(|detail| detail.contains("max_import_bytes")), "{refused}");
    world.staff.post("/staff/imports/", form(&longer)).await.expect(413);
    world.staff.post("/staff/imports/", form("")).await.expect(400);
}

#[tokio::test]
async fn what_was_exported_is_imported_without_a_change() {
    let world = World::open().await;
    for number in 0..450 {
        let product =
            json!({"name": format!("Mug {number}"), "price": "1.00", "stock": number, "published": number % 7 > 0});
        world.create(product).await;
    }
    let answer = world.staff.get("/staff/exports/products.csv").await.expect(200);
    assert!(answer.header("content-disposition").is_some_and(|name| name.contains("products.csv")), "{answer}");
    let file = answer.text();
    assert_eq!(file.lines().filter(|line| line.starts_with("Handle,")).count(), 1, "one header");
    assert_eq!(file.lines().count(), 451);
    let told = lines(&import(&world.staff, "", &file).await.expect(200));
    assert!(told.len() > 20, "progress is told: {told:?}");
    let last = told.last().expect("a last line");
    assert_eq!((&last["unchanged"], &last["problems"]), (&json!(450), &json!([])), "{last}");
}

#[tokio::test]
async fn a_whole_shop_is_carried_over_with_its_roles_all_or_nothing() {
    let world = World::open().await;
    let packer = member(&world, "fulfilment").await;
    world.product("Mug", "1.00", 5).await;
    let shop = world.staff.get("/staff/exports/shop.json").await.expect(200).text();
    let records: Value = serde_json::from_str(&shop).expect("a fixture");
    let roles: Vec<_> =
        records.as_array().into_iter().flatten().map(|record| record["fields"]["role"].clone()).collect();
    assert!(roles.contains(&json!("fulfilment")) && roles.contains(&json!("owner")), "{roles:?}");

    let other = World::open().await;
    let broken = shop.replace("\"price\":\"1.00\"", "\"price\":\"dear\"");
    assert_ne!(broken, shop, "nothing was broken: {shop}");
    let last = lines(&import(&other.staff, "format=fixture", &broken).await.expect(200)).pop().expect("a last line");
    assert_eq!(last["saved"], false, "{last}");
    assert!(last["problems"][0]["message"].is_string(), "{last}");
    let tried = lines(&import(&other.staff, "format=fixture&dry_run=1", &shop).await.expect(200)).pop().expect("one");
    assert_eq!(tried["saved"], false, "{tried}");
    assert_eq!(other.staff.get("/products/").await.expect(200).json()["count"], 0);
    let last = lines(&import(&other.staff, "format=fixture", &shop).await.expect(200)).pop().expect("a last line");
    assert_eq!(last["saved"], true, "{last}");
    let there = other.shop.log_in(&other.shop.client(), &packer.email, &packer.password).await;
    assert_eq!(there.get("/user/profile/").await.expect(200).json()["role"], "fulfilment");
}

#[tokio::test]
async fn the_owner_sees_every_setting_and_no_secret() {
    let secret = "a-secret-of-this-test-that-is-long-enough-0123456789";
    let world = World::of(crate::support::builder().env("SECRET_KEY", secret).env("OXCART_PAGE_SIZE", "7")).await;
    let answer = world.staff.get("/staff/settings/").await.expect(200);
    assert!(!answer.text().contains(secret), "the secret shows");
    let settings = answer.json();
    let named = |key: &str| settings.as_array().into_iter().flatten().find(|one| one["key"] == key).expect("a setting");
    let size = named("page_size");
    assert_eq!((&size["value"], &size["is_secret"]), (&json!("7"), &json!(false)));
    assert_eq!((&size["label"], &size["group"]), (&json!("Entries on a page"), &json!("The shop")));
    assert_eq!((&size["env"], &size["unit"]), (&json!(["OXCART_PAGE_SIZE"]), &json!("entries")));
    assert_eq!((&named("addr")["flag"], &size["flag"]), (&json!("--addr"), &json!(null)));
    assert!(named("redis")["unset"].as_str().is_some_and(|text| text.contains("memory")));
    assert!(size["source"].as_str().is_some_and(|source| source.contains("OXCART_PAGE_SIZE")), "{size}");
    for key in ["secret_key", "database"] {
        assert_eq!((&named(key)["value"], &named(key)["is_secret"]), (&json!(null), &json!(true)), "{key}");
    }
}
