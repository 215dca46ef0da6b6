//! The people of a test: staff and customers, already logged in.

use super::{Shop, shown};
use crate::client::Client;
use serde_json::{Value, json};
use std::ops::Deref;
use std::sync::atomic::Ordering;

/// Passes the shop's rules for passwords.
const PASSWORD: &str = "a Quiet-Ox pulls 7 carts";

/// Somebody with an account, logged in. Requests go straight from it:
/// `customer.get("/cart/items/").await`.
#[derive(Clone, Debug)]
pub struct Person {
    /// Sends the access token with every request; has cookies of its own.
    pub client: Client,
    /// The account's address.
    pub email: String,
    /// The account's password.
    pub password: String,
    /// The access token of the login.
    pub access: String,
    /// The refresh token of the login.
    pub refresh: String,
}

impl Deref for Person {
    type Target = Client;

    fn deref(&self) -> &Client {
        &self.client
    }
}

impl Shop {
    /// A new superuser, made on the command line and logged in over HTTP.
    ///
    /// # Panics
    /// When either is refused.
    pub async fn staff(&self) -> Person {
        let email = self.new_address("staff");
        self.create_superuser(&email, PASSWORD);
        self.log_in(&self.client(), &email, PASSWORD).await
    }

    /// A new customer, registered and logged in over HTTP.
    ///
    /// # Panics
    /// When either is refused.
    pub async fn customer(&self) -> Person {
        let email = self.new_address("customer");
        self.register(&email).await
    }

    /// A customer with this address, registered and logged in over HTTP.
    ///
    /// # Panics
    /// When either is refused.
    pub async fn register(&self, email: &str) -> Person {
        let account = json!({"email": email, "password": PASSWORD});
        self.client().post("/user/register/", account).await.expect(201);
        self.log_in(&self.client(), email, PASSWORD).await
    }

    /// Logs in with `caller`'s cookies (an anonymous cart moves over) and returns the same caller
    /// with its token.
    ///
    /// # Panics
    /// When the login is refused.
    pub async fn log_in(&self, caller: &Client, email: &str, password: &str) -> Person {
        let login = json!({"email": email, "password": password});
        let tokens = caller.post("/api/token/", login).await.expect(200).json();
        let token = |name: &str| match &tokens[name] {
            Value::String(token) => token.clone(),
            other => panic!("the login's {name} token is {other} in {tokens}"),
        };
        let (access, refresh) = (token("access"), token("refresh"));
        Person {
            client: caller.with_token(&access),
            email: email.to_owned(),
            password: password.to_owned(),
            access,
            refresh,
        }
    }

    /// `oxcart createsuperuser` for this address.
    ///
    /// # Panics
    /// When it fails.
    pub fn create_superuser(&self, email: &str, password: &str) {
        let output = self
            .command(&["createsuperuser", "--noinput", "--email", email])
            .env("OXCART_SUPERUSER_PASSWORD", password)
            .output();
        let output = output.unwrap_or_else(|error| panic!("createsuperuser does not start: {error}"));
        assert!(output.status.success(), "createsuperuser failed: {}", shown(&output));
    }

    fn new_address(&self, who: &str) -> String {
        let number = self.people.fetch_add(1, Ordering::Relaxed) + 1;
        format!("{who}-{number}@example.com")
    }
}
