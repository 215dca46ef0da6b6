//! The addresses that the staff finds orders by.
//!
//! `orders.contact_email` holds the address given with an order, in the form for comparison. Most orders of an account
//! carry the account's, which finds the order anyway, so it is not written down once more: every order would change the
//! index of it, each at another place. Whoever changes the address of an account has it written down, with [`keep`].

use crate::backend::params;
use crate::{Conn, Result, Sql, Statement};
use domain::customer::email_key;
use domain::order::Contact;

/// The address given with an order, in the form for comparison.
pub(crate) fn contact_email(contact: Option<&Contact>) -> Option<String> {
    contact.map(|contact| email_key(&contact.email)).filter(|key| !key.is_empty())
}

/// Has orders found by their accounts' addresses of today, where they were given those, when other ones are about to be
/// saved: `(account, its new address in the form for comparison)`. An order that is placed at the same moment as this
/// commits, for the old address, is found by the new one only.
pub(crate) async fn keep<'a>(db: &impl Conn, changes: impl IntoIterator<Item = (i64, &'a str)>) -> Result<()> {
    macro_rules! keeping {
        ($email:literal, $joined:literal, $id:literal, $key:literal) => {
            concat!(
                "UPDATE orders SET contact_email = u.email_key FROM users u",
                $joined,
                " WHERE u.id = ",
                $id,
                " AND u.email_key <> ",
                $key,
                " AND orders.user_id = u.id AND orders.contact_email IS NULL AND coalesce(",
                $email,
                ", '') <> ''"
            )
        };
    }
    let sql = Sql::each(
        keeping!("json_extract(orders.contact, '$.email')", "", "$1", "$2"),
        keeping!(
            "orders.contact::json ->> 'email'",
            ", unnest($1::bigint[], $2::text[]) AS c(id, key)",
            "c.id",
            "c.key"
        ),
    );
    let rows: Vec<_> = changes.into_iter().map(|(account, key)| params![account, key]).collect();
    db.run(Statement::rows(sql, rows)).await.map(drop)
}
