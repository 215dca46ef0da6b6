//! Every operation of the API that changes something: what it needs, what is asked, and how one sees that it was done
//! once.

use super::{entries, mailed, staff};
use crate::torture::cast::product;
use anyhow::{Context, Result};
use serde_json::{Value, json};
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use testkit::{Body, Client, Person, Shop};

/// One operation.
#[derive(Clone, Copy, Debug)]
pub(super) struct Route {
    pub(super) method: &'static str,
    /// As the OpenAPI document names it.
    pub(super) path: &'static str,
    /// Whether it writes at all.
    pub(super) writes: bool,
}

const fn route(method: &'static str, path: &'static str) -> Route {
    Route { method, path, writes: true }
}

/// All of them: one that is missing is a finding.
pub(super) const ALL: &[Route] = &[
    route("POST", "/user/register/"),
    route("POST", "/user/change_password/"),
    route("PUT", "/user/profile/"),
    route("PATCH", "/user/profile/"),
    route("POST", "/api/token/"),
    route("POST", "/api/token/refresh/"),
    route("POST", "/api/token/blacklist/"),
    Route { writes: false, ..route("POST", "/api/token/verify/") },
    route("POST", "/cart/add/"),
    route("PATCH", "/cart/items/{product_id}/"),
    route("DELETE", "/cart/remove/{product_id}/"),
    route("DELETE", "/cart/"),
    route("POST", "/order/place_order/"),
    route("POST", "/order/{id}/cancel/"),
    route("POST", "/order/{id}/update_status/"),
    route("POST", "/products/"),
    route("PUT", "/products/{id}/"),
    route("PATCH", "/products/{id}/"),
    route("DELETE", "/products/{id}/"),
    route("POST", "/categories/"),
    route("PUT", "/categories/{id}/"),
    route("PATCH", "/categories/{id}/"),
    route("DELETE", "/categories/{id}/"),
    route("POST", "/ws/ticket/"),
    route("POST", "/user/password_reset/"),
    route("POST", "/user/password_reset/confirm/"),
    route("POST", "/user/confirm_email/"),
    route("POST", "/user/confirm_email/send/"),
    route("POST", "/order/bulk_update_status/"),
    route("PATCH", "/customers/{id}/"),
    route("POST", "/products/{id}/images/"),
    route("PATCH", "/products/{id}/images/"),
    route("DELETE", "/products/{id}/images/{position}/"),
    route("POST", "/staff/imports/"),
    route("POST", "/staff/mails/{id}/retry/"),
    route("POST", "/staff/mails/retry_failed/"),
    route("POST", "/staff/members/"),
    route("PATCH", "/staff/members/{id}/"),
    route("DELETE", "/staff/members/{id}/"),
    route("POST", "/staff/session/"),
    route("DELETE", "/staff/session/"),
];

impl fmt::Display for Route {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.method, self.path)
    }
}

/// Whether it was done once, by what is seen.
pub(super) type Holds = fn(&Value) -> bool;

/// What is to be sent.
pub(super) struct Request {
    pub(super) caller: Client,
    pub(super) path: String,
    pub(super) body: Body,
    pub(super) expected: u16,
    /// What the same caller sees there once it was done, and what has to hold of it.
    pub(super) then: Option<(String, Holds)>,
}

impl Request {
    pub(super) fn new(caller: &Client, path: impl Into<String>, body: impl Into<Body>, expected: u16) -> Self {
        Self { caller: caller.clone(), path: path.into(), body: body.into(), expected, then: None }
    }

    pub(super) fn then(self, path: impl Into<String>, holds: Holds) -> Self {
        Self { then: Some((path.into(), holds)), ..self }
    }
}

/// Who asks, and for what.
pub(super) struct World<'a> {
    pub(super) shop: &'a Shop,
    pub(super) staff: Person,
    pub(super) customer: Person,
    mug: i64,
    made: AtomicU64,
}

pub(super) const ONE: Holds = |list| entries(list) == Some(1);
pub(super) const NONE: Holds = |list| entries(list) == Some(0);

impl<'a> World<'a> {
    pub(super) async fn make(shop: &'a Shop) -> Result<Self> {
        let (staff, customer) = (shop.staff().await, shop.customer().await);
        let mug = product(&staff, "Mug", 1_000_000).await?;
        Ok(Self { shop, staff, customer, mug, made: AtomicU64::new(0) })
    }

    /// Makes what the operation needs, and its request.
    pub(super) async fn get_ready(&self, Route { method, path, .. }: &Route) -> Result<Request> {
        match (*method, *path) {
            (method, path) if staff::is_of_the_staff(path) => self.of_the_staff(method, path).await,
            (_, path) if path.contains("/images/") => self.of_pictures(method, path).await,
            (_, path) if mailed::is_mailed(path) => self.of_mailed_links(path).await,
            (_, path) if path.starts_with("/user/") || path.starts_with("/api/") => {
                self.of_accounts(method, path).await
            }
            (_, path) if path.starts_with("/cart/") => self.of_carts(method, path).await,
            (_, path) if path.starts_with("/order/") => self.of_orders(path).await,
            (_, "/ws/ticket/") => Ok(Request::new(&self.customer, "/ws/ticket/", (), 201)),
            (method, path) => self.of_the_catalogue(method, path).await,
        }
    }

    async fn of_accounts(&self, method: &str, path: &str) -> Result<Request> {
        let shop = self.shop;
        Ok(match path {
            "/user/register/" => {
                let account =
                    json!({"email": format!("{}@example.com", self.name()), "password": self.customer.password});
                Request::new(&shop.client(), path, account, 201)
            }
            "/user/profile/" => {
                let mut change = json!({"first_name": self.name()});
                if method == "PUT" {
                    change["email"] = json!(self.customer.email);
                }
                Request::new(&self.customer, path, change, 200)
            }
            "/api/token/" => {
                let login = json!({"email": self.customer.email, "password": self.customer.password});
                self.customer.delete("/cart/").await.expect(204);
                // A session with a cart, which is taken over.
                Request::new(&self.with_a_cart().await, path, login, 200)
            }
            "/api/token/verify/" => Request::new(&shop.client(), path, json!({"token": self.customer.access}), 200),
            "/user/change_password/" => {
                let person = shop.customer().await;
                let new = format!("{} pulls 7 carts", self.name());
                Request::new(&person, path, json!({"old_password": person.password, "new_password": new}), 200)
            }
            _ => {
                let login = shop.log_in(&shop.client(), &self.customer.email, &self.customer.password).await;
                Request::new(&shop.client(), path, json!({"refresh": login.refresh}), 200)
            }
        })
    }

    async fn of_carts(&self, method: &str, path: &str) -> Result<Request> {
        if path == "/cart/add/" {
            let line = json!({"product_id": self.mug});
            let one_unit: Holds = |cart| ONE(cart) && cart[0]["quantity"] == 1;
            return Ok(Request::new(&self.shop.client(), path, line, 201).then("/cart/items/", one_unit));
        }
        let (caller, path) = (self.with_a_cart().await, path.replace("{product_id}", &self.mug.to_string()));
        Ok(match method {
            "PATCH" => Request::new(&caller, path, json!({"quantity": 3}), 200)
                .then("/cart/items/", |cart| ONE(cart) && cart[0]["quantity"] == 3),
            _ => Request::new(&caller, path, (), 204).then("/cart/items/", NONE),
        })
    }

    async fn of_orders(&self, path: &str) -> Result<Request> {
        let caller = self.with_a_cart().await;
        if path.ends_with("/place_order/") {
            return Ok(Request::new(&caller, path, (), 201).then("/order/", ONE));
        }
        let placed = caller.post("/order/place_order/", ()).await.expect(201).json();
        let shown = format!("/order/{}/", placed["order"]["id"]);
        let path = path.replace("{id}", &placed["order"]["id"].to_string());
        Ok(match path.ends_with("/cancel/") {
            true => Request::new(&caller, path, (), 200).then(shown, |order| order["status"] == "cancelled"),
            false => Request::new(&self.staff, path, json!({"status": "shipped"}), 200)
                .then(shown, |order| order["status"] == "shipped"),
        })
    }

    async fn of_the_catalogue(&self, method: &str, path: &str) -> Result<Request> {
        let is_product = path.starts_with("/products/");
        let thing = |name: &str| match is_product {
            true => json!({"name": name, "price": "2.00", "stock": 5}),
            false => json!({"name": name}),
        };
        if method == "POST" {
            return Ok(Request::new(&self.staff, path, thing(&self.name()), 201));
        }
        let all = path.replace("{id}/", "");
        let made = self.staff.post(&all, thing(&self.name())).await.expect(201).json();
        let path = path.replace("{id}", &made["id"].as_i64().context("a new thing has an id")?.to_string());
        Ok(match method {
            "DELETE" => Request::new(&self.staff, path, (), 204),
            // A level as well, so that the ledger moves.
            _ if is_product => {
                Request::new(&self.staff, path.clone(), json!({"name": "Pot", "price": "3.00", "stock": 9}), 200)
                    .then(path, |product| product["stock"] == 9)
            }
            _ => Request::new(&self.staff, path, thing(&self.name()), 200),
        })
    }

    /// A new session with one unit in its cart.
    pub(super) async fn with_a_cart(&self) -> Client {
        let caller = self.shop.client();
        caller.post("/cart/add/", json!({"product_id": self.mug})).await.expect(201);
        caller
    }

    /// Another one each time.
    pub(super) fn name(&self) -> String {
        format!("thing-{}", self.made.fetch_add(1, Ordering::Relaxed))
    }
}
