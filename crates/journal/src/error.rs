//! What can go wrong, with its subject and its source.

use domain::{BuyerRef, Seq, ShopId};
use std::path::PathBuf;
use thiserror::Error;

/// The world failed; what was acknowledged before is untouched.
#[derive(Debug, Error)]
pub enum JournalError {
    /// Another process owns the data folder.
    #[error(
        "{} is in use by {holder}. Stop it, or choose another folder with --data DIR.",
        dir.display()
    )]
    Locked {
        /// The folder.
        dir: PathBuf,
        /// Process and since when, as it wrote itself down; may be stale by a moment.
        holder: String,
    },
    /// The data was written by a version that knows more.
    #[error(
        "{} has format {found}, this program knows {known}: it was written by a newer version. \
         Start that version, or restore a backup made before the update.",
        file.display()
    )]
    Newer {
        /// The file.
        file: PathBuf,
        /// Its format.
        found: i64,
        /// The newest format that is understood here.
        known: i64,
    },
    /// A file is not ours.
    #[error("{} is not a journal of Chốt: {why}", file.display())]
    Foreign {
        /// The file.
        file: PathBuf,
        /// What is wrong with it.
        why: String,
    },
    /// A file is damaged inside what was acknowledged, and nobody can say for which shops.
    #[error(
        "{} is damaged: {why}. Nothing is served from it. Restore the data folder from a backup; \
         deploy/README.md says what else can be done.",
        file.display()
    )]
    Damaged {
        /// The file.
        file: PathBuf,
        /// What does not agree.
        why: String,
    },
    /// The SQLite that was linked has the bug that loses commits.
    #[error("SQLite {found} may lose commits; 3.51.3 or later is needed")]
    OldSqlite {
        /// Its version.
        found: String,
    },
    /// A shop's history does not hold together.
    #[error(transparent)]
    Broken(#[from] Broken),
    /// SQLite failed.
    #[error("{doing}: {source}")]
    Sqlite {
        /// What was being done.
        doing: &'static str,
        /// SQLite's own error.
        source: rusqlite::Error,
    },
    /// A file or a folder failed.
    #[error("{doing} {}: {source}", path.display())]
    File {
        /// What was being done.
        doing: &'static str,
        /// To what.
        path: PathBuf,
        /// The system's own error.
        source: std::io::Error,
    },
    /// A reference that was erased is nobody's any more: whoever brings it is somebody new.
    #[error("buyer {0} was erased")]
    Erased(BuyerRef),
    /// The system gave no random bytes.
    #[error("no random bytes from the system: {0}")]
    Random(String),
}

/// A shop's history does not hold together at one place: that shop is set aside, the others are
/// served.
#[derive(Clone, PartialEq, Eq, Debug, Error)]
#[error("the history of shop {shop} is broken at event {}: {why}", seq.0)]
pub struct Broken {
    /// Whose.
    pub shop: ShopId,
    /// The first event that cannot be relied on.
    pub seq: Seq,
    /// What does not agree.
    pub why: String,
}

impl Broken {
    /// Says it.
    pub fn new(shop: ShopId, seq: Seq, why: impl Into<String>) -> Self {
        Self { shop, seq, why: why.into() }
    }
}
