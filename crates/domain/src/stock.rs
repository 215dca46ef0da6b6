//! Stock as a ledger: every change of a level is a movement with a reason, and the sum of movements is the level.

/// Why a stock level changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// The variant was created with this much.
    Initial,
    /// Somebody of the staff set another level.
    Adjustment,
    /// A product file brought another level.
    Import,
    /// An order took it.
    Order,
    /// A cancelled order gave it back.
    Cancellation,
}

impl Reason {
    /// As stored.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Initial => "initial",
            Self::Adjustment => "adjustment",
            Self::Import => "import",
            Self::Order => "order",
            Self::Cancellation => "cancellation",
        }
    }
}

/// One change of one variant's level.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Movement {
    /// The variant whose level changed.
    pub variant_id: i64,
    /// The change: negative when stock left.
    pub delta: i64,
    /// The level after the change; never negative.
    pub level: i64,
}

/// The highest stock level a variant may have.
pub const HIGHEST: i64 = 1_000_000_000;
