//! Who tries, and what is tried: fresh after each attempt that changed something, because many use up what they are tried
//! on.

use super::table::{Of, Role};
use crate::support::{add, claims, id, place};
use serde_json::json;
use std::sync::atomic::{AtomicUsize, Ordering};
use testkit::{Client, Person, SECRET_KEY, Shop};

static NUMBER: AtomicUsize = AtomicUsize::new(1);

/// The callers that are not the owner, each with a cart of their own as far as they can have one.
pub(super) struct Callers {
    nobody: Client,
    session: Client,
    customer: Client,
    staff: Client,
    /// What is in their carts.
    product: i64,
}

impl Callers {
    pub(super) async fn gather(shop: &Shop, setter: &Person) -> Self {
        let product = product(setter, "In carts of others", json!({})).await;
        let client = || shop.client();
        let mut callers = Self { nobody: client(), session: client(), customer: client(), staff: client(), product };
        for role in Role::ALL {
            callers.renew(role, shop).await;
        }
        callers
    }

    /// Puts somebody new in the place of a caller who has changed something; the owner is renewed with their things.
    pub(super) async fn renew(&mut self, role: Role, shop: &Shop) {
        let (place, caller) = match role {
            Role::Owner => return,
            Role::Nobody => return self.nobody = shop.client(),
            Role::Session => (&mut self.session, shop.client()),
            Role::Customer => (&mut self.customer, shop.customer().await.client),
            Role::Staff => {
                let promoted = shop.customer().await;
                shop.plant(&format!("UPDATE users SET is_staff = TRUE WHERE email = '{}'", promoted.email));
                let staff = shop.log_in(&shop.client(), &promoted.email, &promoted.password).await;
                (&mut self.staff, staff.client)
            }
        };
        add(&caller, self.product, 1).await.expect(201);
        *place = caller;
    }

    pub(super) fn get<'a>(&'a self, role: Role, things: &'a Things) -> &'a Client {
        match role {
            Role::Nobody => &self.nobody,
            Role::Session => &self.session,
            Role::Customer => &self.customer,
            Role::Owner => &things.owner,
            Role::Staff => &self.staff,
        }
    }
}

/// The owner, and what is theirs or lies about in the shop.
pub(super) struct Things {
    pub(super) number: usize,
    pub(super) of: Of,
    pub(super) owner: Client,
    /// The owner's account; when the things are a session's, somebody who has nothing to do with it.
    pub(super) account: Person,
    pub(super) user_id: i64,
    /// The session the things belong to; none of an account.
    pub(super) session_id: Option<i64>,
    /// In the owner's cart and in no other.
    pub(super) in_cart: i64,
    /// In no cart.
    pub(super) elsewhere: i64,
    /// The product a path names: published, or a draft.
    pub(super) product: i64,
    pub(super) category: i64,
    pub(super) order: i64,
    /// One to the owner, that waits.
    pub(super) mail: i64,
    order_number: String,
}

impl Things {
    pub(super) async fn make(shop: &Shop, setter: &Person, of: Of) -> Self {
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let account = shop.customer().await;
        account.patch("/user/profile/", json!({"first_name": given_name(number)})).await.expect(200);
        let owner = if of == Of::Session { shop.client() } else { account.client.clone() };
        let in_cart = product(setter, &only_in_cart(number), json!({})).await;
        let elsewhere = product(setter, &format!("Elsewhere {number}"), json!({})).await;
        let product = product(setter, &format!("Named {number}"), json!({"published": of != Of::Draft})).await;
        let category = json!({"name": format!("Category {number}")});
        let category = id(&setter.post("/categories/", category).await.expect(201).json());
        add(&owner, elsewhere, 1).await.expect(201);
        let order = place(&owner).await;
        add(&owner, in_cart, 1).await.expect(201);
        let user_id = claims(&account.access)["user_id"].as_str().and_then(|id| id.parse().ok()).expect("an id");
        let session_id = (of == Of::Session).then(|| {
            let newest = shop.look("SELECT CAST(max(id) AS text) FROM sessions").remove(0);
            newest.and_then(|id| id.parse().ok()).expect("the owner's session")
        });
        let to = &account.email;
        let newest = format!("SELECT CAST(max(id) AS text) FROM mails WHERE recipient = '{to}'");
        let mail = shop.look(&newest).remove(0).and_then(|id| id.parse().ok()).expect("a mail to the account");
        plant_tokens(shop, user_id);
        let order_number = order["number"].as_str().expect("a number").to_owned();
        let order = id(&order);
        Self {
            number,
            of,
            owner,
            account,
            user_id,
            session_id,
            in_cart,
            elsewhere,
            product,
            category,
            order,
            mail,
            order_number,
        }
    }

    /// What a mail to the account holds.
    pub(super) fn token(&self, purpose: &str) -> &'static str {
        if purpose == "password_reset" { "reset" } else { "confirm" }
    }

    /// What the link in a mail about the order holds, or somebody made up.
    pub(super) fn order_token(&self) -> String {
        let (number, secret) = (&self.order_number, if self.of == Of::Nothing { "guessed" } else { SECRET_KEY });
        format!("{number}.{}", credentials::fingerprint(&format!("order link\n{number}"), secret.as_bytes()))
    }

    /// What an answer that tells of the owner holds: their address, their name, their order's number, and, of carts, the
    /// product that only they have.
    pub(super) fn marks(&self, path: &str) -> Vec<String> {
        let mut marks = vec![self.order_number.clone()];
        if self.session_id.is_none() {
            marks.extend([self.account.email.clone(), given_name(self.number)]);
        }
        if path.starts_with("/cart/") || path.ends_with("/cart/") {
            marks.push(only_in_cart(self.number));
        }
        marks
    }
}

/// Not found inside that of another number.
fn given_name(number: usize) -> String {
    format!("Owner-{number}-")
}

fn only_in_cart(number: usize) -> String {
    format!("Only in the cart of {number}.")
}

async fn product(setter: &Person, name: &str, more: serde_json::Value) -> i64 {
    let mut body = json!({"name": name, "price": "1.00", "stock": 50});
    for (key, value) in more.as_object().into_iter().flatten() {
        body[key] = value.clone();
    }
    id(&setter.post("/products/", body).await.expect(201).json())
}

/// Tokens that the account may have been mailed, known by the SHA-256 of `reset` and `confirm`.
fn plant_tokens(shop: &Shop, user_id: i64) {
    const HASHES: [(&str, &str); 2] = [
        ("password_reset", "01be30bb4a27765c37462e6bf2a0bf8b6c109f9be9d81e6fd56455db1a736a43"),
        ("confirm_email", "3f267c2ab422e502bad8e60ff9e55666ec59b725e561bf1629c48a1578a08c79"),
    ];
    for (purpose, hash) in HASHES {
        shop.plant(&format!("DELETE FROM account_tokens WHERE hash = '{hash}'"));
        shop.plant(&format!(
            "INSERT INTO account_tokens (hash, user_id, purpose, email_key, expires_at) \
             SELECT '{hash}', id, '{purpose}', email_key, 9000000000000000 FROM users WHERE id = {user_id}"
        ));
    }
}
