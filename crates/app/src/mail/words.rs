//! From rows of the outbox to what they say.

use crate::session::hash;
use crate::{App, Failure};
use ::mail::{Line, Order as OrderWords, Rendered};
use domain::customer::{self, User};
use domain::mail::{Mail, Named, Template};
use domain::order::{Contact, Order};
use domain::time::Timestamp;
use store::account_token::AccountToken;
use store::mail::NewMail;
use store::{Error, Tx};

/// The longest note that a mail repeats, in characters.
const NOTE_LENGTH: usize = 300;
/// The longest line of an address, in characters.
const LINE_LENGTH: usize = 100;
/// The most lines of a street's address.
const STREET_LINES: usize = 4;
/// Stands for a token where nobody but the recipient is to see it.
const HIDDEN: &str = "***";

impl App {
    /// What a mail says; `None` when what it tells of is gone, or only a newer release knows how to say it. Without
    /// `links`, what they hold is left out: whoever can read a link can use it.
    pub(super) async fn words(&self, mail: &Mail, links: bool) -> Result<Option<Rendered>, Failure> {
        let Named::Known(template) = mail.template else { return Ok(None) };
        let token = || match (links, template) {
            (false, _) => HIDDEN.to_owned(),
            (true, Template::OrderPlaced | Template::OrderShipped) => self.order_token(&mail.reference),
            (true, template) => self.mailed_token(template, &mail.reference),
        };
        let url = &self.settings.mails.shop.url;
        let link = |page: &str| format!("{url}/{page}.html?token={}", token());
        let order = match template {
            Template::OrderPlaced | Template::OrderShipped => store::order::by_id(&self.db, mail.subject_id).await?,
            _ => None,
        };
        let order = match order {
            // Behind the `#`, which browsers send to nobody.
            Some(order) => Some(self.order_words(mail, &order, format!("{url}/order.html#{}", token())).await?),
            None => None,
        };
        let said = match (template, order) {
            (Template::OrderPlaced, Some(order)) => ::mail::Mail::OrderPlaced(order),
            (Template::OrderShipped, Some(order)) => ::mail::Mail::OrderShipped(order),
            (Template::PasswordReset, _) => ::mail::Mail::PasswordReset(link("reset")),
            (Template::ConfirmEmail, _) => ::mail::Mail::ConfirmEmail(link("confirm")),
            (_, None) => return Ok(None),
        };
        let rendered = ::mail::render(&said, &self.settings.mails.shop);
        Ok(Some(rendered.map_err(|error| Error::Other(format!("a mail can't be put into words: {error}")))?))
    }

    /// The subject line of a mail; the name of a template that only a newer release knows.
    pub(super) fn subject(&self, mail: &Mail) -> String {
        let order = || OrderWords { number: mail.reference.clone(), ..OrderWords::default() };
        let Named::Known(template) = mail.template else { return mail.template.as_str().to_owned() };
        let said = match template {
            Template::OrderPlaced => ::mail::Mail::OrderPlaced(order()),
            Template::OrderShipped => ::mail::Mail::OrderShipped(order()),
            Template::PasswordReset => ::mail::Mail::PasswordReset(String::new()),
            Template::ConfirmEmail => ::mail::Mail::ConfirmEmail(String::new()),
        };
        ::mail::subject(&said, &self.settings.mails.shop)
    }

    /// Anybody can place an order and name anybody's address. So what whoever ordered wrote themselves is repeated to
    /// nobody but them: it stays out, unless the recipient is shown to be the account that ordered.
    async fn order_words(&self, mail: &Mail, order: &Order, link: String) -> Result<OrderWords, Failure> {
        let account = match order.user_id {
            Some(id) => store::user::by_id(&self.db, id).await?,
            None => None,
        };
        let is_theirs = account.is_some_and(|account| account.has_confirmed(&mail.recipient));
        let contact = order.contact.as_ref().filter(|_| is_theirs).cloned().unwrap_or_default();
        let currency = &self.settings.currency;
        let line = |line: &domain::order::Line| Line {
            name: line.name.clone(),
            options: line.option_values.join(", "),
            quantity: line.quantity,
            subtotal: currency.show(line.subtotal),
        };
        Ok(OrderWords {
            number: order.number.clone(),
            lines: order.lines.iter().map(line).collect(),
            total: format!("{} {}", currency.show(order.total), order.currency),
            address: address(&contact),
            note: shortened(&contact.note, NOTE_LENGTH),
            link,
        })
    }

    /// The token that goes with a row of the outbox: nobody can make it without the secret key.
    fn mailed_token(&self, template: Template, reference: &str) -> String {
        self.fingerprint(&format!("mailed token\n{}\n{reference}", template.as_str()))
    }

    /// Issues a token for an account and writes the mail that carries it.
    pub(crate) async fn mail_token(
        &self,
        tx: &Tx,
        user: &User,
        template: Template,
        now: Timestamp,
    ) -> store::Result<()> {
        let reference = credentials::random_hex(self.random());
        let expires = now.plus_seconds(lifetime(template));
        let email_key = customer::email_key(&user.email);
        let token = AccountToken { user_id: user.id, email_key };
        let known_by = hash(&self.mailed_token(template, &reference));
        store::account_token::issue(tx, &known_by, template, &token, expires).await?;
        let key = format!("{}:{reference}", template.as_str());
        let (recipient, subject_id) = (user.email.clone(), user.id);
        let mail = NewMail { key, template, recipient, subject_id, reference, give_up_at: expires };
        store::mail::insert(tx, &mail, now).await
    }
}

/// How long what a mail carries is good for, in seconds.
pub(super) const fn lifetime(template: Template) -> i64 {
    match template {
        Template::PasswordReset => 60 * 60,
        _ => super::TRIED,
    }
}

/// Where an order goes, as on an envelope.
fn address(contact: &Contact) -> Vec<String> {
    let town = [contact.postcode.as_str(), contact.city.as_str()].join(" ");
    let street = contact.address.lines().map(str::trim).filter(|line| !line.is_empty()).take(STREET_LINES);
    let lines = [contact.name.as_str()].into_iter().chain(street).chain([&*town, &*contact.country]);
    lines.map(|line| shortened(line.trim(), LINE_LENGTH)).filter(|line| !line.is_empty()).collect()
}

/// A text, or its beginning where it is longer than `most` characters.
fn shortened(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((end, _)) => format!("{}…", text[..end].trim_end()),
        None => text.to_owned(),
    }
}
