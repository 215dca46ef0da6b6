//! The way to a mail server.

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
    /// When the address can't be used, or this machine knows no certificate authority.
    pub(crate) fn open(url: &SmtpUrl, from: &Mailbox, reply_to: Option<&Mailbox>) -> anyhow::Result<Self> {
        let transport = AsyncSmtpTransport::<Tokio1Executor>::from_url(&url.0).context("smtp_url can't be used")?;
        let domain = smtp::extension::ClientId::Domain(from.email.domain().to_owned());
        let pool = PoolConfig::new().max_size(2).idle_timeout(IDLE);
        let transport = transport.timeout(Some(PATIENCE)).hello_name(domain).pool_config(pool).build();
        Ok(Self { transport, from: from.clone(), reply_to: reply_to.cloned() })
    }

    fn message(&self, letter: &Letter) -> Result<Message, SendError> {
        let refused = |what: &str, error: &dyn std::fmt::Display| SendError::Permanent(format!("{what}: {error}"));
        let to: Address = letter.to.parse().map_err(|error| refused("No mail server takes this address", &error))?;
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
        message.multipart(body).map_err(|error| refused("The mail can't be put together", &error))
    }
}

impl Mailer for Smtp {
    fn send<'a>(&'a self, letter: &'a Letter) -> Pin<Box<dyn Future<Output = Result<(), SendError>> + Send + 'a>> {
        Box::pin(async move {
            let message = self.message(letter)?;
            self.transport.send(message).await.map(drop).map_err(|error| understood(&error))
        })
    }
}

/// Whether trying again may help. A login that is refused is the operator's to mend, so mails wait for it.
fn understood(error: &smtp::Error) -> SendError {
    let code = error.status().map(u16::from);
    let login = matches!(code, Some(530 | 534 | 535 | 538));
    let told = told(error);
    if error.is_permanent() && !login { SendError::Permanent(told) } else { SendError::Temporary(told) }
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
