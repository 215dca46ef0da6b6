//! Mails in the outbox, and what mails ask their readers to do.

use app::mail::Looked;
use serde::Serialize;
use utoipa::ToSchema;

/// A mail to a customer.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Mail)]
pub(crate) struct MailBody {
    #[schema(example = 4711)]
    pub id: i64,
    #[schema(example = "ann@example.com")]
    pub to: String,
    #[schema(example = "Your order OX-7K3M9QWD at Oxcart")]
    pub subject: String,
    /// `order_placed`, `order_shipped`, `password_reset` or `confirm_email`; another name when a newer release wrote it.
    #[schema(example = "order_placed")]
    pub template: String,
    /// `waiting` (also between two attempts), `sent`, `kept` (put here by a demo shop without a mail server, and sent to
    /// nobody) or `failed`.
    #[schema(example = "sent")]
    pub state: String,
    /// How often it was tried.
    #[schema(example = 1)]
    pub attempts: i64,
    /// Why the last attempt failed; empty when it did not.
    #[schema(example = "")]
    pub last_error: String,
    #[schema(format = DateTime)]
    pub created_at: String,
    /// Or kept.
    #[schema(format = DateTime)]
    pub sent_at: Option<String>,
}

/// A mail with what it says.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = MailDetail)]
pub(crate) struct MailDetailBody {
    #[serde(flatten)]
    pub mail: MailBody,
    /// Empty when what it tells of is gone, or only a newer release knows what it says. What lets its reader in is shown
    /// as `***`, except in a demo shop.
    pub text: String,
    /// A whole HTML document; show it in a sandboxed frame.
    pub html: String,
}

/// How many mails are tried again.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = MailsRetried)]
pub(crate) struct RetriedBody {
    #[schema(example = 12)]
    pub retried: usize,
}

impl From<Looked> for MailBody {
    fn from(Looked { mail, subject }: Looked) -> Self {
        Self {
            id: mail.id,
            to: mail.recipient,
            subject,
            template: mail.template.as_str().to_owned(),
            state: mail.state.as_str().to_owned(),
            attempts: mail.attempts,
            last_error: mail.last_error,
            created_at: mail.created_at.iso(),
            sent_at: mail.sent_at.map(domain::time::Timestamp::iso),
        }
    }
}

/// Who forgot a password.
#[derive(ToSchema)]
#[schema(as = PasswordReset)]
#[expect(dead_code, reason = "describes the body in the document; it is read field by field")]
pub(crate) struct ResetBody {
    #[schema(example = "ann@example.com", max_length = 254)]
    email: String,
}

/// A new password, by a mailed link.
#[derive(ToSchema)]
#[schema(as = PasswordResetConfirm)]
#[expect(dead_code, reason = "describes the body in the document; it is read field by field")]
pub(crate) struct ResetConfirmBody {
    /// What the link holds.
    token: String,
    #[schema(min_length = 8)]
    new_password: String,
}

/// An address that is confirmed by a mailed link.
#[derive(ToSchema)]
#[schema(as = EmailConfirm)]
#[expect(dead_code, reason = "describes the body in the document; it is read field by field")]
pub(crate) struct ConfirmBody {
    /// What the link holds.
    token: String,
}
