//! What can go wrong with the read model, sorted by who has to wait for it.

use domain::ShopId;
use thiserror::Error;

/// Why a write or a look-up did not happen. Texts name no password and no viewer's words.
#[derive(Clone, PartialEq, Eq, Debug, Error)]
pub enum Fault {
    /// The database is away, full, refusing or too slow: everything waits and is tried again.
    #[error("{0}")]
    Down(String),
    /// The tables were made by a program that knows more; nothing is touched.
    #[error(
        "the read model has schema {found}, this program knows {known}: \
         start the newer version again, or give this one an empty database"
    )]
    Newer {
        /// What the database says.
        found: i64,
        /// The newest that is understood here.
        known: i64,
    },
    /// Somebody else moved the shop's watermark: it is read again.
    #[error("the watermark of shop {0} was moved by another writer")]
    Stale(ShopId),
    /// The database refuses these rows: only their shop waits.
    #[error("{0}")]
    Data(String),
    /// The journal cannot be read, or tells another history than the one that was written: only
    /// that shop waits.
    #[error("{0}")]
    History(String),
}

impl Fault {
    /// The label of `chot_persist_errors_total`.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Down(_) => "down",
            Self::Newer { .. } => "newer",
            Self::Stale(_) => "stale",
            Self::Data(_) => "data",
            Self::History(_) => "history",
        }
    }
}

/// `stored=true` cannot be answered now: 503 `read_model_down`. Orders go on.
#[derive(Clone, PartialEq, Eq, Debug, Error)]
#[error("the read model does not answer: {0}")]
pub struct ReadModelDown(pub String);
