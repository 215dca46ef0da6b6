//! Mails to customers: what is told, what becomes of it, and how often it is tried.

use crate::time::Timestamp;

/// What a mail says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Template {
    /// An order came in.
    OrderPlaced,
    /// An order is on its way.
    OrderShipped,
    /// A link to set a new password.
    PasswordReset,
    /// A link to confirm an address.
    ConfirmEmail,
}

impl Template {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::OrderPlaced, Self::OrderShipped, Self::PasswordReset, Self::ConfirmEmail];

    /// As stored and shown.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::OrderPlaced => "order_placed",
            Self::OrderShipped => "order_shipped",
            Self::PasswordReset => "password_reset",
            Self::ConfirmEmail => "confirm_email",
        }
    }

    /// The template of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|template| template.as_str() == name)
    }
}

/// What a mail says, as the outbox names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Named {
    /// As this release knows it.
    Known(Template),
    /// A newer release wrote it, and this one can't put it into words.
    Unknown(String),
}

impl Named {
    /// What is meant by this name.
    #[must_use]
    pub fn of(name: String) -> Self {
        Template::named(&name).map_or(Self::Unknown(name), Self::Known)
    }

    /// As stored and shown.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Known(template) => template.as_str(),
            Self::Unknown(name) => name,
        }
    }
}

/// What became of a mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum State {
    /// To be sent, perhaps again.
    Waiting,
    /// With the mail server.
    Sent,
    /// Put where the staff reads it and sent to nobody, because a demo shop had no mail server.
    Kept,
    /// Given up.
    Failed,
}

impl State {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Waiting, Self::Sent, Self::Kept, Self::Failed];

    /// As shown.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Sent => "sent",
            Self::Kept => "kept",
            Self::Failed => "failed",
        }
    }

    /// The state of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == name)
    }
}

/// A mail in the outbox. Its words are made when it is sent or looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mail {
    /// Its id.
    pub id: i64,
    /// What it tells of, unique.
    pub key: String,
    /// What it says.
    pub template: Named,
    /// Its address.
    pub recipient: String,
    /// The order or the account.
    pub subject_id: i64,
    /// The order's number, or what the account's token is made of.
    pub reference: String,
    /// What became of it.
    pub state: State,
    /// How often it was tried; never, where it was only kept.
    pub attempts: i64,
    /// Why it did not work the last time; empty when it did or was not tried.
    pub last_error: String,
    /// Written.
    pub created_at: Timestamp,
    /// Until when it is tried.
    pub give_up_at: Timestamp,
    /// Sent, or kept.
    pub sent_at: Option<Timestamp>,
    /// Until when it is somebody's who sends it right now.
    pub leased_until: Option<Timestamp>,
}

impl Mail {
    /// Whether somebody sends it right now.
    #[must_use]
    pub fn is_under_way(&self, now: Timestamp) -> bool {
        self.state == State::Waiting && self.leased_until.is_some_and(|until| until > now)
    }
}

/// The longest pause between two attempts, in seconds.
const LONGEST_PAUSE: i64 = 60 * 60;

/// When a mail that did not get through is tried again after its attempt number `attempts` (from 1): after `pause`
/// seconds first, then twice as long each time, an hour at most. `None` when its time would be over by then.
#[must_use]
pub fn next_attempt(attempts: i64, pause: i64, now: Timestamp, give_up_at: Timestamp) -> Option<Timestamp> {
    let doublings = u32::try_from(attempts.saturating_sub(1).clamp(0, 30)).unwrap_or(30);
    let wait = pause.saturating_mul(1_i64 << doublings).clamp(1, LONGEST_PAUSE.max(pause));
    let next = now.plus_seconds(wait);
    (next < give_up_at).then_some(next)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_an_hour_and_end_when_the_time_is_over() {
        let (now, end) = (Timestamp(0), Timestamp(0).plus_seconds(3 * 86_400));
        let waits: Vec<_> =
            (1..=9).filter_map(|attempt| next_attempt(attempt, 30, now, end)).map(Timestamp::seconds).collect();
        assert_eq!(waits, [30, 60, 120, 240, 480, 960, 1920, 3600, 3600]);
        assert_eq!(next_attempt(i64::MAX, 30, now, end).map(Timestamp::seconds), Some(3600));
        assert_eq!(next_attempt(1, 30, end.plus_seconds(-30), end), None);
    }
}
