//! What only the staff does.

use super::routes::{ONE, Request, World};
use anyhow::{Context, Result};
use serde_json::{Value, json};
use testkit::{Body, Person};

/// A picture of one pixel.
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x02\0\0\0\x90\x77\x53\xde\0\0\0\x0cIDAT\
    \x78\xda\x63\x08\x48\x59\0\0\x02\x5c\x01\x55\x85\x82\x42\x08\0\0\0\0IEND\xae\x42\x60\x82";

pub(super) fn is_of_the_staff(path: &str) -> bool {
    ["/staff/", "/customers/", "/order/bulk_"].iter().any(|start| path.starts_with(start))
}

impl World<'_> {
    pub(super) async fn of_the_staff(&self, method: &str, path: &str) -> Result<Request> {
        match path {
            "/staff/session/" => self.of_sessions(method, path).await,
            "/staff/members/" | "/staff/members/{id}/" => self.of_members(method, path).await,
            "/staff/imports/" => {
                let name = self.name();
                let file = format!("Handle,Title,Variant Price\r\n{name},{name},2.50\r\n");
                let body = Body::raw("text/csv", file);
                Ok(Request::new(&self.staff, path, body, 200).then(format!("/products/?search={name}"), ONE))
            }
            _ if path.starts_with("/staff/mails/") => self.of_mails(path).await,
            "/order/bulk_update_status/" => {
                let placed = self.with_a_cart().await.post("/order/place_order/", ()).await.expect(201).json();
                let id = &placed["order"]["id"];
                let wanted = json!({"ids": [id], "status": "shipped"});
                let is_shipped = |order: &Value| order["status"] == "shipped";
                Ok(Request::new(&self.staff, path, wanted, 200).then(format!("/order/{id}/"), is_shipped))
            }
            _ => {
                let path = path.replace("{id}", &id_of(&self.shop.customer().await).await?);
                let is_gone = |customer: &Value| customer["is_active"] == false;
                Ok(Request::new(&self.staff, &path, json!({"is_active": false}), 200).then(path, is_gone))
            }
        }
    }

    async fn of_sessions(&self, method: &str, path: &str) -> Result<Request> {
        let browser = self.shop.client();
        let login = json!({"email": self.staff.email, "password": self.staff.password});
        if method == "POST" {
            return Ok(Request::new(&browser, path, login, 201).then(path, |session| session["csrf_token"].is_string()));
        }
        let session = browser.post(path, login).await.expect(201).json();
        let token = session["csrf_token"].as_str().context("a session has a token")?;
        Ok(Request::new(&browser.with_header("X-CSRFToken", token), path, (), 204))
    }

    async fn of_members(&self, method: &str, path: &str) -> Result<Request> {
        let person = self.shop.customer().await;
        self.shop.plant(&format!("UPDATE users SET email_confirmed = TRUE WHERE email = '{}'", person.email));
        let member = json!({"email": person.email, "role": "manager"});
        if method == "POST" {
            return Ok(Request::new(&self.staff, path, member, 201));
        }
        self.staff.post("/staff/members/", member).await.expect(201);
        let path = path.replace("{id}", &id_of(&person).await?);
        Ok(match method {
            "PATCH" => Request::new(&self.staff, path, json!({"role": "read-only"}), 200),
            _ => Request::new(&self.staff, path, (), 204),
        })
    }

    /// A mail that could not be sent.
    async fn of_mails(&self, path: &str) -> Result<Request> {
        let placed = self.with_a_cart().await.post("/order/place_order/", ()).await.expect(201).json();
        let (key, order) = (self.name(), &placed["order"]);
        self.shop.plant(&format!(
            "INSERT INTO mails (key, template, recipient, subject_id, reference, state, created_at, due_at, give_up_at)
             VALUES ('{key}', 'order_placed', 'a@shop.example', {}, {}, 'failed', 1, 1, 1)",
            order["id"],
            order["number"].to_string().replace('"', "'")
        ));
        let found = self.shop.look(&format!("SELECT CAST(id AS text) FROM mails WHERE key = '{key}'"));
        let id = found.into_iter().flatten().next().context("a mail has an id")?;
        let (path, shown) = (path.replace("{id}", &id), format!("/staff/mails/{id}/"));
        Ok(Request::new(&self.staff, path, (), 200).then(shown, |mail| mail["state"] == "waiting"))
    }

    pub(super) async fn of_pictures(&self, method: &str, path: &str) -> Result<Request> {
        let product = json!({"name": self.name(), "price": "2.00", "stock": 5});
        let made = self.staff.post("/products/", product).await.expect(201).json();
        let product = format!("/products/{}/", made["id"]);
        let path = path.replace("{id}", &made["id"].to_string()).replace("{position}", "0");
        if method == "POST" {
            let has_one = |product: &Value| product["images"].as_array().is_some_and(|images| images.len() == 1);
            return Ok(Request::new(&self.staff, path, picture("one"), 201).then(product, has_one));
        }
        self.staff.post(&format!("{product}images/"), picture("one")).await.expect(201);
        let has_none = |product: &Value| product["images"].as_array().is_some_and(Vec::is_empty);
        Ok(match method {
            "DELETE" => Request::new(&self.staff, path, (), 204).then(product, has_none),
            _ => {
                self.staff.post(&path, picture("two")).await.expect(201);
                let two_first = |product: &Value| product["images"][0]["alt"] == "two";
                Request::new(&self.staff, path, json!({"order": [1, 0]}), 200).then(product, two_first)
            }
        })
    }
}

/// A form with a picture in it, and what it shows.
fn picture(alt: &str) -> Body {
    let head = format!(
        "--b\r\nContent-Disposition: form-data; name=\"alt\"\r\n\r\n{alt}\r\n\
         --b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.png\"\r\n\r\n"
    );
    Body::raw("multipart/form-data; boundary=b", [head.as_bytes(), PNG, b"\r\n--b--\r\n"].concat())
}

async fn id_of(person: &Person) -> Result<String> {
    let profile = person.get("/user/profile/").await.expect(200).json();
    Ok(profile["id"].as_i64().context("an account has an id")?.to_string())
}
