//! Why a socket ends, and with which close code.

use hub::HubError;

/// Why a socket ends.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum End {
    /// The other side is gone or has said goodbye.
    Gone,
    /// It is told this code and word.
    Close(Close),
    /// It takes no bytes, so it cannot be told anything.
    Stuck,
}

/// A close code and its word.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Close {
    pub(super) code: u16,
    pub(super) word: &'static str,
}

impl Close {
    const fn new(code: u16, word: &'static str) -> Self {
        Self { code, word }
    }

    /// Bytes that are no UTF-8.
    pub(super) const NOT_UTF8: Self = Self::new(1007, "not_utf8");
    /// Something that is no websocket.
    pub(super) const PROTOCOL: Self = Self::new(1002, "protocol_error");
    /// The server restarts: come back.
    pub(super) const RESTARTING: Self = Self::new(1012, "restarting");
    /// Frames came faster than they were taken: come back from your position.
    pub(super) const TOO_SLOW: Self = Self::new(1013, "too_slow");
    /// Nothing was heard for a while: come back.
    pub(super) const SILENT: Self = Self::new(4000, "silent");
    /// The position is ahead of this history: come back without it.
    pub(super) const HISTORY_LOST: Self = Self::new(4001, "history_lost");
    /// Nothing was said in time.
    pub(super) const HELLO_TIMEOUT: Self = Self::refused("hello_timeout");

    /// Coming back with the same would be no better.
    pub(super) const fn refused(word: &'static str) -> Self {
        Self::new(4500, word)
    }

    /// What an arrival that the hub refuses is told.
    pub(super) const fn of_hub(error: &HubError) -> Self {
        match error {
            HubError::Busy { .. } => Self::new(1013, "busy"),
            HubError::Stopping => Self::RESTARTING,
            HubError::HistoryLost => Self::HISTORY_LOST,
            HubError::Quarantined | HubError::DiskLow | HubError::Internal => {
                Self::new(4000, error.code())
            }
            HubError::UnknownShop
            | HubError::UnknownSession
            | HubError::UnknownBuyer
            | HubError::BuyerErased
            | HubError::Rejected(_) => Self::refused(error.code()),
        }
    }
}
