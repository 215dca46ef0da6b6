//! What the tests share: a shop with somebody from the staff and shelves to fill, the usual requests in one call, and
//! many callers at once.

use serde_json::{Value, json};
use testkit::{Answer, Body, Builder, Client, Person, Shop};

/// The shop's program, not started yet.
pub(crate) fn builder() -> Builder {
    Shop::builder(env!("CARGO_BIN_EXE_oxcart"))
}

/// A running shop with empty shelves and one member of the staff.
pub(crate) struct World {
    pub(crate) shop: Shop,
    pub(crate) staff: Person,
}

impl World {
    pub(crate) async fn open() -> Self {
        Self::of(builder()).await
    }

    pub(crate) async fn of(builder: Builder) -> Self {
        let shop = builder.start().await;
        let staff = shop.staff().await;
        Self { shop, staff }
    }

    /// A plain product; returns its id.
    pub(crate) async fn product(&self, name: &str, price: &str, stock: i64) -> i64 {
        id(&self.create(json!({"name": name, "price": price, "stock": stock})).await)
    }

    /// Any product, as the API shows it.
    pub(crate) async fn create(&self, product: Value) -> Value {
        self.staff.post("/products/", product).await.expect(201).json()
    }

    /// A category; returns its id.
    pub(crate) async fn category(&self, name: &str, parent: Option<i64>) -> i64 {
        id(&self.staff.post("/categories/", json!({"name": name, "parent": parent})).await.expect(201).json())
    }

    /// What is left of a product.
    pub(crate) async fn stock(&self, product: i64) -> i64 {
        let shown = self.staff.get(&format!("/products/{product}/")).await.expect(200).json();
        shown["stock"].as_i64().unwrap_or_else(|| panic!("the stock is no number in {shown}"))
    }

    /// Fails unless `oxcart doctor` finds that stock, ledger and orders agree.
    #[track_caller]
    pub(crate) fn books_add_up(&self) {
        self.shop.run_well(&["doctor"]);
    }
}

#[track_caller]
pub(crate) fn id(thing: &Value) -> i64 {
    thing["id"].as_i64().unwrap_or_else(|| panic!("there is no id in {thing}"))
}

/// The values under `name` of a list, or of the results of a page.
#[track_caller]
pub(crate) fn each<'a>(list: &'a Value, name: &str) -> Vec<&'a Value> {
    let entries = list.as_array().or_else(|| list["results"].as_array());
    entries.unwrap_or_else(|| panic!("neither a list nor a page: {list}")).iter().map(|entry| &entry[name]).collect()
}

/// A new member of the staff with this role, logged in.
pub(crate) async fn member(world: &World, role: &str) -> Person {
    let person = world.shop.customer().await;
    confirm(world, &person);
    world.staff.post("/staff/members/", json!({"email": person.email, "role": role})).await.expect(201);
    person
}

/// Has somebody's address confirmed, as the link in a mail would.
pub(crate) fn confirm(world: &World, person: &Person) {
    world.shop.plant(&format!("UPDATE users SET email_confirmed = TRUE WHERE email = '{}'", person.email));
}

/// A browser in which somebody of the staff is logged in, which sends what has to come with the cookie.
pub(crate) async fn browser_of(world: &World, person: &Person) -> Client {
    let browser = world.shop.client();
    let login = json!({"email": person.email, "password": person.password});
    let session = browser.post("/staff/session/", login).await.expect(201).json();
    browser.with_header("X-CSRFToken", session["csrf_token"].as_str().expect("a token"))
}

/// `POST /cart/add/`
pub(crate) async fn add(caller: &Client, product: i64, quantity: i64) -> Answer {
    caller.post("/cart/add/", json!({"product_id": product, "quantity": quantity})).await
}

/// Orders what is in the cart, which must succeed; returns the order.
pub(crate) async fn place(caller: &Client) -> Value {
    caller.post("/order/place_order/", ()).await.expect(201).json()["order"].take()
}

/// Any method by its name.
pub(crate) async fn ask(caller: &Client, method: &str, path: &str, body: impl Into<Body>) -> Answer {
    caller.send(method.parse().expect("a method of HTTP"), path, body).await
}

/// Does something `count` times at once, each with its number, and returns what came of it.
pub(crate) async fn together<T, F>(count: usize, mut work: impl FnMut(usize) -> F) -> Vec<T>
where
    T: Send + 'static,
    F: Future<Output = T> + Send + 'static,
{
    let mut set = tokio::task::JoinSet::new();
    for number in 0..count {
        set.spawn(work(number));
    }
    set.join_all().await
}

/// How many of the answers have this status.
pub(crate) fn count(answers: &[Answer], status: u16) -> usize {
    answers.iter().filter(|answer| answer.status == status).count()
}

/// Fails unless every answer has one of these statuses.
#[track_caller]
pub(crate) fn all_among(answers: &[Answer], statuses: &[u16]) {
    let other = answers.iter().find(|answer| !statuses.contains(&answer.status));
    if let Some(other) = other {
        panic!("expected one of {statuses:?} but {other}");
    }
}

/// The claims of a token, unchecked.
#[track_caller]
pub(crate) fn claims(token: &str) -> Value {
    let payload = token.split('.').nth(1).unwrap_or_else(|| panic!("{token} is no token"));
    serde_json::from_slice(&from_base64url(payload)).unwrap_or_else(|error| panic!("{token}: {error}"))
}

fn from_base64url(text: &str) -> Vec<u8> {
    const SIGNS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let (mut bytes, mut bits, mut held) = (vec![], 0_u32, 0);
    for sign in text.bytes() {
        let value = SIGNS.iter().position(|known| *known == sign).expect("a sign of base64url");
        bits = (bits << 6 | u32::try_from(value).expect("below 64")) & 0xffff;
        held += 6;
        if held >= 8 {
            held -= 8;
            bytes.push(u8::try_from(bits >> held & 0xff).expect("one byte"));
        }
    }
    bytes
}

/// Puts a file into the shop's folder.
pub(crate) fn write(shop: &Shop, name: &str, text: &str) {
    std::fs::write(shop.folder().join(name), text).expect("the folder of the shop takes files");
}
