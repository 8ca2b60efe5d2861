//! What can go wrong between a caller and its lane. An expected no is not here: that is an outcome.

use domain::Rejection;
use thiserror::Error;

/// Why a request got no answer. Nothing of it was journaled and nothing is remembered, so it may be
/// sent again.
#[derive(Clone, PartialEq, Eq, Debug, Error)]
pub enum HubError {
    /// The lane's queue is full, the request waited too long in it, or it was shed before it.
    #[error("the lane is busy; try again in {retry_after_ms} ms with the same key")]
    Busy {
        /// After how many milliseconds trying again makes sense.
        retry_after_ms: u64,
    },
    /// This process serves no such shop.
    #[error("no such shop here")]
    UnknownShop,
    /// The shop has no such session.
    #[error("no such session")]
    UnknownSession,
    /// The shop knows no such buyer.
    #[error("no such buyer")]
    UnknownBuyer,
    /// The buyer was forgotten: who they are now, they say anew.
    #[error("this buyer was erased")]
    BuyerErased,
    /// The request could not be asked.
    #[error("rejected: {}", .0.code())]
    Rejected(Rejection),
    /// The shop's history is damaged; the others serve on.
    #[error("the shop is quarantined: its journal could not be replayed")]
    Quarantined,
    /// The disk is nearly full: nothing new is promised.
    #[error("the disk is nearly full")]
    DiskLow,
    /// The server is stopping.
    #[error("the server is stopping")]
    Stopping,
    /// The client's position is ahead of this history.
    #[error("the position is not of this history")]
    HistoryLost,
    /// Deciding failed in a way that is our fault; the state is untouched and the request is kept
    /// aside.
    #[error("internal error; the request was kept aside")]
    Internal,
}

impl HubError {
    /// The stable code of the answer.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Busy { .. } => "busy",
            Self::UnknownShop => "unknown_shop",
            Self::UnknownSession => "unknown_session",
            Self::UnknownBuyer => "unknown_buyer",
            Self::BuyerErased => "buyer_erased",
            Self::Rejected(rejection) => rejection.code(),
            Self::Quarantined => "shop_quarantined",
            Self::DiskLow => "disk_low",
            Self::Stopping => "stopping",
            Self::HistoryLost => "history_lost",
            Self::Internal => "internal",
        }
    }

    /// After how many milliseconds the same makes sense again, where that is known.
    pub const fn retry_after_ms(&self) -> Option<u64> {
        match self {
            Self::Busy { retry_after_ms } => Some(*retry_after_ms),
            Self::UnknownShop
            | Self::UnknownSession
            | Self::UnknownBuyer
            | Self::BuyerErased
            | Self::Rejected(_)
            | Self::Quarantined
            | Self::DiskLow
            | Self::Stopping
            | Self::HistoryLost
            | Self::Internal => None,
        }
    }
}

/// Why the hub could not start, or stops.
#[derive(Debug, Error)]
pub enum StartError {
    /// The journal could not be read.
    #[error("the journal could not be read: {0}")]
    Journal(#[from] journal::JournalError),
    /// A lane thread could not be started.
    #[error("a lane thread could not be started: {0}")]
    Thread(#[from] std::io::Error),
}
