//! Shops at rest: files that make a start faster. Derived, checked when read, deletable at any time.

use crate::error::JournalError;
use domain::{ShopId, Snapshot};
use std::path::PathBuf;

/// The folder `snapshots` of a data folder.
pub struct Snapshots {
    dir: PathBuf,
}

impl Snapshots {
    /// Writes a shop at rest, synced, and removes all but the latest two. Blocks; only what is durable may be given.
    ///
    /// # Errors
    /// If the file cannot be written; nothing is lost by that.
    pub fn save(&self, shop: ShopId, snapshot: &Snapshot) -> Result<(), JournalError> {
        unimplemented!("{:?} {shop} {snapshot:?}", self.dir)
    }

    /// The latest whole one. A torn or foreign file is passed over with a warning.
    pub fn latest(&self, shop: ShopId) -> Option<Snapshot> {
        unimplemented!("{shop}")
    }

    /// Removes a shop's snapshots, so that the next start replays from the beginning.
    ///
    /// # Errors
    /// If a file cannot be removed.
    pub fn remove(&self, shop: ShopId) -> Result<(), JournalError> {
        unimplemented!("{shop}")
    }
}
