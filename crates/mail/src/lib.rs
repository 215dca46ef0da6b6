//! What the shop writes to its customers: from plain values to subject, text and HTML. No I/O, no clock, no SQL; the
//! templates are checked when this is compiled.
//!
//! To add a mail: a variant of [`Mail`], `templates/NAME.txt` and `templates/NAME.html`, and a line in [`render`]. HTML is
//! escaped by the templates' name; mail clients know neither flexbox nor variables, so styles stand on the elements and
//! dark colours in one `<style>` that those without support leave out.

use askama::Template;

/// The shop that writes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shop {
    /// What customers know it by.
    pub name: String,
    /// Its address on the web, without a closing slash.
    pub url: String,
    /// Where customers can write to, if anywhere.
    pub reply_to: Option<String>,
}

/// What is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mail {
    /// An order came in.
    OrderPlaced(Order),
    /// An order is on its way.
    OrderShipped(Order),
    /// Somebody forgot a password; holds the address of the page that sets a new one.
    PasswordReset(String),
    /// An address is to be confirmed; holds the address of the page that does it.
    ConfirmEmail(String),
}

/// An order as mails show it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Order {
    /// `OX-7K3M9QWD`
    pub number: String,
    /// What was bought.
    pub lines: Vec<Line>,
    /// With its currency: `59.97 USD`.
    pub total: String,
    /// Where it goes: name and address, a line each; may be empty.
    pub address: Vec<String>,
    /// What the customer said; may be empty.
    pub note: String,
    /// The address of the page that shows how it goes.
    pub link: String,
}

/// A line of an order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Line {
    /// The product.
    pub name: String,
    /// `Blue, L`; may be empty.
    pub options: String,
    /// Pieces.
    pub quantity: i64,
    /// `59.97`
    pub subtotal: String,
}

/// A mail in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rendered {
    /// One line.
    pub subject: String,
    /// Plain text, lines of any length.
    pub text: String,
    /// A whole document.
    pub html: String,
}

macro_rules! templates {
    ($($name:ident { $($field:ident: $kind:ty),+ } = $text:literal, $html:literal;)+) => {$(
        mod $name {
            #[derive(askama::Template)]
            #[template(path = $text)]
            pub(super) struct Text<'a> { pub(super) shop: &'a super::Shop, $(pub(super) $field: &'a $kind),+ }
            #[derive(askama::Template)]
            #[template(path = $html)]
            pub(super) struct Html<'a> { pub(super) shop: &'a super::Shop, pub(super) subject: &'a str, $(pub(super) $field: &'a $kind),+ }
        }
    )+};
}

templates! {
    order_placed { order: super::Order } = "order_placed.txt", "order_placed.html";
    order_shipped { order: super::Order } = "order_shipped.txt", "order_shipped.html";
    password_reset { link: str } = "password_reset.txt", "password_reset.html";
    confirm_email { link: str } = "confirm_email.txt", "confirm_email.html";
}

/// The subject line of a mail about an order of this number, or about an account.
#[must_use]
pub fn subject(mail: &Mail, shop: &Shop) -> String {
    let name = &shop.name;
    match mail {
        Mail::OrderPlaced(order) => format!("Your order {} at {name}", order.number),
        Mail::OrderShipped(order) => format!("Your order {} is on its way", order.number),
        Mail::PasswordReset(_) => format!("Set a new password for {name}"),
        Mail::ConfirmEmail(_) => format!("Confirm your address for {name}"),
    }
}

/// Puts a mail into words.
///
/// # Errors
/// None that a template can cause: what it is given is texts and numbers, and it writes into memory.
pub fn render(mail: &Mail, shop: &Shop) -> Result<Rendered, askama::Error> {
    let subject = subject(mail, shop);
    let subject_of = subject.as_str();
    let (text, html) = match mail {
        Mail::OrderPlaced(order) => (
            order_placed::Text { shop, order }.render()?,
            order_placed::Html { shop, subject: subject_of, order }.render()?,
        ),
        Mail::OrderShipped(order) => (
            order_shipped::Text { shop, order }.render()?,
            order_shipped::Html { shop, subject: subject_of, order }.render()?,
        ),
        Mail::PasswordReset(link) => (
            password_reset::Text { shop, link }.render()?,
            password_reset::Html { shop, subject: subject_of, link }.render()?,
        ),
        Mail::ConfirmEmail(link) => (
            confirm_email::Text { shop, link }.render()?,
            confirm_email::Html { shop, subject: subject_of, link }.render()?,
        ),
    };
    Ok(Rendered { subject, text, html })
}
