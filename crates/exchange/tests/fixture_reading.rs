//! Fixtures of real Django projects: other names, odd keys, floats, missing fields, broken files.

use oxcart_exchange::fixture::{
    FixtureError, FixtureOrder, FixtureOrderItem, FixtureProduct, FixtureUser, Kind, Pk, ReadError, Record,
    RecordProblem, Reference, read,
};
use serde_json::{Value, json};
use std::convert::Infallible;

type Records = Vec<Result<Record, RecordProblem>>;

fn read_all(bytes: &[u8]) -> (Records, Result<u64, ReadError<Infallible>>) {
    let mut records = Vec::new();
    let outcome = read(bytes, |record| {
        records.push(record);
        Ok(())
    });
    (records, outcome)
}

fn record(model: &str, pk: Value, fields: Value) -> Record {
    let file = json!([{"model": model, "pk": pk, "fields": fields}]).to_string();
    read_all(file.as_bytes()).0.remove(0).expect("a record")
}

#[test]
fn a_product_is_read_by_whatever_names_its_project_uses() {
    let fields = json!({
        "title": "Mug", "handle": "mug", "body": "<p>Blue</p>", "price": 19.99, "count_in_stock": "7", "category": ["mugs"],
        "image": "products/mug.jpg", "created": "2024-05-01 10:00:00", "available": false, "colour": "blue"
    });
    let view = FixtureProduct::from_record(&record("shop.Product", json!("a1b2"), fields), 2);
    let product = view.value.expect("nothing needed is missing");
    assert_eq!(product.name, "Mug");
    assert_eq!(product.slug.as_deref(), Some("mug"));
    assert_eq!(product.description, "<p>Blue</p>");
    assert_eq!(product.price_minor, Some(1999), "19.99 as a JSON number has to be 1999 cents");
    assert_eq!(product.stock, Some(7));
    assert_eq!(product.category, Some(Reference::Natural(vec!["mugs".into()])));
    assert_eq!(product.created_at, Some(1_714_557_600_000_000));
    assert!(!product.published);
    assert_eq!(product.pk, Pk::Text("a1b2".into()));
    assert_eq!(view.unused, ["colour"], "the import has to tell which fields it left behind");
    assert!(view.problems.is_empty());
}

#[test]
fn a_problem_says_model_key_field_and_what_to_do() {
    let fields = json!({"name": " ", "price": "12,50", "stock": -3, "is_active": "maybe"});
    let view = FixtureProduct::from_record(&record("shop.product", json!(8), fields), 2);
    assert_eq!(view.value, None, "a product without a name cannot be used");
    let told: Vec<String> = view.problems.iter().map(ToString::to_string).collect();
    assert!(told[0].starts_with("shop.product 8, field \"name\": the field is missing or blank"), "{told:?}");
    for part in [
        "field \"price\": \"12,50\" is not an amount",
        "field \"stock\": -3 is below 0",
        "\"maybe\" is not true or false",
    ] {
        assert!(told.iter().any(|line| line.contains(part)), "{part} is not told in {told:?}");
    }
}

#[test]
fn users_keep_their_hashes_and_find_their_address() {
    let fields = json!({
        "username": "ada@example.org", "password": "pbkdf2_sha256$870000$salt$hash=", "is_staff": true, "phone_number": 4930123,
        "date_joined": "2024-05-01T10:00:00.5Z", "last_login": null, "groups": [], "user_permissions": []
    });
    let view = FixtureUser::from_record(&record("accounts.customuser", json!(1), fields));
    let user = view.value.expect("the user name is an address");
    assert_eq!((user.email.as_str(), user.phone.as_str()), ("ada@example.org", "4930123"));
    assert_eq!(user.password, "pbkdf2_sha256$870000$salt$hash=");
    assert!(user.is_active && user.is_staff && !user.is_superuser);
    assert_eq!((user.date_joined, user.last_login), (Some(1_714_557_600_500_000), None));
    assert_eq!(view.unused, ["groups", "user_permissions"]);
    let nameless = FixtureUser::from_record(&record("auth.user", json!(2), json!({"username": "ada"})));
    assert!(nameless.value.is_none() && nameless.problems[0].field == "email");
}

#[test]
fn orders_and_their_lines_are_read() {
    let fields = json!({"user": 3, "status": "pending", "total_amount": "59.97", "session_key": ""});
    let order = FixtureOrder::from_record(&record("order.order", json!(5), fields), 2).value.expect("an order");
    assert_eq!((order.user, order.total_minor, order.session_key), (Some(Reference::Pk(3)), Some(5997), None));
    let fields = json!({"order": 5, "product": 9, "quantity": 3, "unit_price": 19.99, "product_name": "Mug"});
    let item = FixtureOrderItem::from_record(&record("order.order_item", json!(1), fields), 2).value.expect("a line");
    assert_eq!((item.quantity, item.price_minor, item.name.as_deref()), (3, Some(1999), Some("Mug")));
    let none =
        FixtureOrderItem::from_record(&record("order.orderitem", json!(2), json!({"order": 5, "quantity": 0})), 2);
    assert!(none.value.is_none(), "a line of 0 pieces was accepted");
}

#[test]
fn records_come_one_by_one_and_bad_ones_do_not_stop_the_reading() {
    let file = "\u{feff} [{\"model\": \"Shop.Product\", \"pk\": \"12\", \"fields\": {}}, 5, {\"model\": \"product\", \"fields\": {}},
        {\"model\": \"a.b\", \"pk\": 1.5, \"fields\": {}}, {\"model\": \"a.b\", \"pk\": 1}, {\"model\": \"a.b\", \"fields\": {}}]\n";
    let (records, outcome) = read_all(file.as_bytes());
    assert_eq!(outcome.expect("a list"), 6);
    let first = records[0].as_ref().expect("a record");
    assert_eq!(
        (first.index, first.model_app.as_str(), first.kind(), &first.pk),
        (1, "Shop", Kind::Product, &Pk::Number(12))
    );
    for (place, part) in [(1, "not an object"), (2, "no \"model\""), (3, "\"pk\""), (4, "no \"fields\"")] {
        let problem = records[place].as_ref().expect_err("not a record").to_string();
        assert!(problem.starts_with(&format!("record {}: ", place + 1)) && problem.contains(part), "{problem}");
    }
    assert_eq!(records[5].as_ref().expect("a record").pk, Pk::Absent);
}

#[test]
fn a_file_of_one_record_per_line_is_read() {
    let line = json!({"model": "shop.category", "pk": 1, "fields": {"name": "Mugs"}}).to_string();
    let (records, outcome) = read_all(format!("{line}\n{line}\n").as_bytes());
    assert_eq!((outcome.expect("two lines"), records.len()), (2, 2));
}

#[test]
fn a_broken_file_hands_out_what_came_before_and_says_where_it_broke() {
    let (records, outcome) = read_all(b"[{\"model\": \"a.b\", \"pk\": 1, \"fields\": {}},\n{\"model\": ");
    assert_eq!(records.len(), 1);
    let error = outcome.expect_err("the file is cut off");
    assert!(
        matches!(error, ReadError::Fixture(FixtureError::Syntax(_))) && error.to_string().contains("line 2"),
        "{error}"
    );
    assert!(read_all(b"[] rubbish").1.is_err());
    assert!(read_all(b"").1.is_err());
    assert!(matches!(read_all(b"\xff\xfe[\0").1, Err(ReadError::Fixture(FixtureError::NotUtf8))));
    assert!(matches!(read_all(b"\x1f\x8b\x08rubbish").1, Err(ReadError::Fixture(FixtureError::Io(_)))));
}

#[test]
fn the_caller_can_stop_the_reading() {
    let mut count = 0;
    let outcome = read(&b"[1, 2, 3]"[..], |_| {
        count += 1;
        if count == 2 { Err("full") } else { Ok(()) }
    });
    assert!(matches!(outcome, Err(ReadError::Stopped("full"))), "{outcome:?}");
    assert_eq!(count, 2, "reading went on after the caller said stop");
}
