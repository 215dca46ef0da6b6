//! Trying one operation.

use super::cast::Things;
use super::table::{Of, Row};
use crate::pictures;
use crate::support::ask;
use serde_json::{Value, json};
use testkit::Client;
use testkit::live::{Frame, Refused};

/// One caller's try at one row.
pub(super) struct Attempt<'a> {
    pub(super) row: &'a Row,
    pub(super) caller: &'a Client,
    pub(super) things: &'a Things,
    pub(super) number: usize,
}

/// What came of it.
pub(super) struct Outcome {
    pub(super) status: u16,
    pub(super) text: String,
}

impl Attempt<'_> {
    pub(super) async fn make(self) -> Outcome {
        let path = self.path();
        match self.row.method.as_str() {
            "STREAM" => match self.caller.try_stream(&path).await {
                Ok(_) => Outcome { status: 200, text: String::new() },
                Err(Refused::Answer(answer)) => Outcome { status: answer.status, text: answer.text() },
                Err(away) => panic!("{away}"),
            },
            "SOCKET" => self.socket(&path).await,
            method => {
                let answer = match self.row.operation().as_str() {
                    "POST /products/{id}/images/" => {
                        ask(self.caller, method, &path, pictures::form(&pictures::png(9, 9), "A mug")).await
                    }
                    "GET /order/by_link/" => {
                        let token = self.things.order_token();
                        self.caller.with_header("X-Order-Token", &token).get(&path).await
                    }
                    _ => ask(self.caller, method, &path, self.body()).await,
                };
                Outcome { status: answer.status, text: answer.text() }
            }
        }
    }

    /// The topic is in the path, or stands behind it and is asked for.
    async fn socket(&self, path: &str) -> Outcome {
        let (path, topic) = path.split_once(' ').map_or((path, None), |(path, topic)| (path, Some(topic)));
        let mut socket = self.caller.socket(path).await;
        if let Some(topic) = topic {
            socket.send(json!({"type": "subscribe", "id": "1", "topic": topic})).await;
        }
        let Frame::Json(frame) = socket.next().await else { panic!("{path} was closed") };
        let status = match (frame["type"].as_str(), frame["code"].as_str()) {
            (Some("subscribed"), _) => 200,
            (_, Some("not_authenticated")) => 401,
            (_, Some("not_found")) => 404,
            _ => panic!("{path} is answered with {frame}"),
        };
        Outcome { status, text: frame.to_string() }
    }

    fn path(&self) -> String {
        let Things { product, category, order, in_cart, user_id, mail, .. } = self.things;
        let path = &self.row.path;
        let id = match path.as_str() {
            path if path.starts_with("/products/") => product,
            path if path.starts_with("/categories/") => category,
            path if path.starts_with("/staff/mails/") => mail,
            path if path.starts_with("/customers/") || path.starts_with("/staff/") => user_id,
            _ => order,
        };
        let path = path.replace("{id}", &id.to_string()).replace("{product_id}", &in_cart.to_string());
        let path = path.replace("{position}", "0");
        path.replace("{owner}", &user_id.to_string())
    }

    /// What is sent: always something that works for who may do it.
    fn body(&self) -> Option<Value> {
        let Self { number, things, .. } = self;
        let known = things.of != Of::Nothing;
        let refresh = if known { things.account.refresh.as_str() } else { "no.token.ofours" };
        let product = json!({"name": format!("Changed {number}"), "price": "3.00", "stock": 5});
        Some(match self.row.operation().as_str() {
            "POST /user/register/" => json!({"email": format!("new-{number}@example.com"),
                "password": things.account.password}),
            "PUT /user/profile/" | "PATCH /user/profile/" => {
                json!({"email": format!("changed-{number}@example.com"), "first_name": "Changed"})
            }
            "POST /user/change_password/" => {
                json!({"old_password": things.account.password, "new_password": "two Loud-Oxen pull 9 carts"})
            }
            "PATCH /products/{id}/images/" => json!({"order": []}),
            "POST /user/password_reset/" => json!({"email": things.account.email}),
            "POST /user/password_reset/confirm/" => {
                json!({"token": if known { things.token("password_reset") } else { "nobody's" },
                    "new_password": "two Loud-Oxen pull 9 carts"})
            }
            "POST /user/confirm_email/" => {
                json!({"token": if known { things.token("confirm_email") } else { "nobody's" }})
            }
            "POST /staff/members/" => json!({"email": things.account.email, "role": "manager"}),
            "PATCH /staff/members/{id}/" => json!({"role": "manager"}),
            "PATCH /customers/{id}/" => json!({"is_active": false}),
            "POST /api/token/" | "POST /staff/session/" => {
                let password = if known { things.account.password.as_str() } else { "wrong" };
                json!({"email": things.account.email, "password": password})
            }
            "POST /api/token/refresh/" | "POST /api/token/blacklist/" => json!({"refresh": refresh}),
            "POST /api/token/verify/" => json!({"token": refresh}),
            "POST /products/" | "PUT /products/{id}/" | "PATCH /products/{id}/" => product,
            "POST /categories/" | "PUT /categories/{id}/" | "PATCH /categories/{id}/" => {
                json!({"name": format!("Changed {number}")})
            }
            "POST /cart/add/" => json!({"product_id": things.elsewhere, "quantity": 1}),
            "PATCH /cart/items/{product_id}/" => json!({"quantity": 3}),
            "POST /staff/imports/" => json!({"no": "product file"}),
            "POST /order/bulk_update_status/" => json!({"ids": [things.order], "status": "processing"}),
            "POST /order/{id}/update_status/" => json!({"status": "processing"}),
            "POST /order/place_order/" | "POST /order/{id}/cancel/" | "POST /ws/ticket/" => return None,
            "POST /user/confirm_email/send/" | "POST /staff/mails/{id}/retry/" | "POST /staff/mails/retry_failed/" => {
                return None;
            }
            operation if self.row.reads() || operation.starts_with("DELETE ") => return None,
            operation => panic!("say in attempt.rs what is sent with {operation}"),
        })
    }
}
