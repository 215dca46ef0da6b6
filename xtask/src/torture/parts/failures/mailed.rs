//! What an account's owner does by a link in a mail. Nobody is mailed here: the tokens are put into the database.

use super::routes::{Request, World};
use anyhow::Result;
use serde_json::json;
use testkit::Person;

pub(super) fn is_mailed(path: &str) -> bool {
    path.starts_with("/user/password_reset/") || path.starts_with("/user/confirm_email/")
}

impl World<'_> {
    pub(super) async fn of_mailed_links(&self, path: &str) -> Result<Request> {
        let (person, nobody) = (self.shop.customer().await, self.shop.client());
        Ok(match path {
            "/user/password_reset/" => Request::new(&nobody, path, json!({"email": person.email}), 202),
            "/user/confirm_email/send/" => Request::new(&person, path, (), 202),
            "/user/confirm_email/" => {
                let token = self.token(&person, "confirm_email");
                Request::new(&person, path, json!({"token": token}), 200)
                    .then("/user/profile/", |profile| profile["email_confirmed"] == true)
            }
            _ => {
                let token = self.token(&person, "password_reset");
                let new = format!("{token} pulls 7 carts");
                Request::new(&nobody, path, json!({"token": token, "new_password": new}), 200)
            }
        })
    }

    /// One that was mailed to this person.
    fn token(&self, person: &Person, purpose: &str) -> String {
        let token = self.name();
        self.shop.plant(&format!(
            "INSERT INTO account_tokens (hash, user_id, purpose, email_key, expires_at)
             SELECT encode(sha256('{token}'), 'hex'), id, '{purpose}', email_key, 9000000000000000
             FROM users WHERE email = '{}'",
            person.email
        ));
        token
    }
}
