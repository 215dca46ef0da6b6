//! The way to a mail server.

mod address;
mod refusal;

use crate::config::SmtpUrl;
use anyhow::Context as _;
use app::mail::{Letter, Mailer, SendError};
use lettre::message::header::{Header, HeaderName, HeaderValue};
use lettre::message::{Mailbox, Message, MultiPart};
use lettre::transport::smtp::{self, PoolConfig};
use lettre::{Address, AsyncSmtpTransport, AsyncTransport as _, Tokio1Executor};
use std::error::Error as _;
use std::fmt::Write as _;
use std::pin::Pin;
use std::time::{Duration, UNIX_EPOCH};

/// How long the server may take for one thing.
const PATIENCE: Duration = Duration::from_secs(20);
/// Connections at most: as many as mails are sent at once.
const CONNECTIONS: u32 = 4;
/// How long a connection is kept for the next mail.
const IDLE: Duration = Duration::from_secs(30);
/// The longest of what a server says that is kept, in characters.
const TOLD: usize = 500;

/// A mail server, and whom mails come from.
pub(crate) struct Smtp {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
    reply_to: Option<Mailbox>,
}

impl Smtp {
    /// Connects when there is something to send.
    ///
    /// # Errors
    /// When an address can't be used, or this machine knows no certificate authority.
    pub(crate) fn open(url: &SmtpUrl, from: &Mailbox, reply_to: Option<&Mailbox>) -> anyhow::Result<Self> {
        let transport = AsyncSmtpTransport::<Tokio1Executor>::from_url(&url.0).context("smtp_url can't be used")?;
        let at_home = |mailbox: &Mailbox| -> anyhow::Result<Mailbox> {
            let email = address::for_the_wire(mailbox.email.as_ref());
            let email = email.map_err(anyhow::Error::msg).with_context(|| format!("{mailbox} can't be used"))?;
            Ok(Mailbox::new(mailbox.name.clone(), email))
        };
        let (from, reply_to) = (at_home(from)?, reply_to.map(at_home).transpose()?);
        let domain = smtp::extension::ClientId::Domain(from.email.domain().to_owned());
        let pool = PoolConfig::new().max_size(CONNECTIONS).idle_timeout(IDLE);
        let transport = transport.timeout(Some(PATIENCE)).hello_name(domain).pool_config(pool).build();
        Ok(Self { transport, from, reply_to })
    }

    fn message(&self, letter: &Letter, to: Address) -> Result<Message, SendError> {
        let at = UNIX_EPOCH + Duration::from_micros(u64::try_from(letter.at.0).unwrap_or_default());
        let mut message = Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, to))
            .subject(letter.words.subject.clone())
            .date(at)
            .message_id(Some(format!("<{}@{}>", letter.id, self.from.email.domain())))
            .header(AutoSubmitted);
        if let Some(reply_to) = &self.reply_to {
            message = message.reply_to(reply_to.clone());
        }
        let body = MultiPart::alternative_plain_html(letter.words.text.clone(), letter.words.html.clone());
        let broken = |error| SendError::Temporary(format!("The mail can't be put together: {error}"));
        message.multipart(body).map_err(broken)
    }
}

impl Mailer for Smtp {
    fn send<'a>(&'a self, letter: &'a Letter) -> Pin<Box<dyn Future<Output = Result<(), SendError>> + Send + 'a>> {
        Box::pin(async move {
            let refused = |error| SendError::Permanent(format!("No mail server takes this address: {error}"));
            let to = address::for_the_wire(&letter.to).map_err(refused)?;
            let message = self.message(letter, to.clone())?;
            self.transport.send(message).await.map(drop).map_err(|error| understood(&error, &to))
        })
    }
}

/// Whether trying again may help. Only a recipient that does not exist is beyond help: what a server says of the sender, of
/// a policy, a quota or a login is the operator's to mend, or passes, so mails wait for it.
fn understood(error: &smtp::Error, to: &Address) -> SendError {
    if error.is_client() && !to.to_string().is_ascii() {
        return SendError::Permanent(address::NO_SMTPUTF8.into());
    }
    let said = error.source().map(ToString::to_string).unwrap_or_default();
    let code = error.status().map_or(0, u16::from);
    let told = told(error);
    if refusal::names_nobody(code, &said) { SendError::Permanent(told) } else { SendError::Temporary(told) }
}

/// An error with what caused it, shortened.
fn told(error: &smtp::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        let inner_text = inner.to_string();
        if !text.contains(&inner_text) {
            // Writing to a String cannot fail.
            let _ = write!(text, ": {inner_text}");
        }
        cause = inner.source();
    }
    text.chars().take(TOLD).collect()
}

/// `Auto-Submitted: auto-generated` (RFC 3834): nobody's holiday notice answers.
#[derive(Clone)]
struct AutoSubmitted;

impl Header for AutoSubmitted {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}
