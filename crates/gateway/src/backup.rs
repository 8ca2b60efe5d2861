//! A backup that somebody asks for: what the doors know of it.

use domain::{Millis, Timestamp};
use std::pin::Pin;

/// Makes backups of this installation. The server knows how; the doors only ask.
pub trait Backup: Send + Sync {
    /// The last good one, by whom it may have been made.
    fn last(&self) -> Option<BackedUp>;

    /// Makes one now into the folder of this installation, and tells it when it is safe there.
    ///
    /// # Errors
    /// See [`NotBackedUp`].
    fn start(&self) -> Pin<Box<dyn Future<Output = BackupDone> + Send + '_>>;
}

/// What came of one.
pub type BackupDone = Result<BackedUp, NotBackedUp>;

/// A good backup.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BackedUp {
    /// Of which moment it is.
    pub at: Timestamp,
    /// Its file.
    pub to: String,
    /// How large it is.
    pub bytes: u64,
    /// How long it took.
    pub took: Millis,
}

/// Why there is none.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum NotBackedUp {
    /// Nobody said where backups go.
    #[error("no folder for backups is set: start chot serve with --backup-to")]
    NoPlace,
    /// The world failed: no stick, no room, or another one is being made.
    #[error("{0}")]
    Failed(String),
}

impl NotBackedUp {
    /// The stable code.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NoPlace => "backup_no_place",
            Self::Failed(_) => "backup_failed",
        }
    }
}
