//! What a thread keeps from one run to the next: the folder of snapshots and the read model's
//! tables, in memory where the machine has files in memory.
//!
//! Making tables takes longer than most evenings. A run leaves nothing behind: its shops are
//! removed, or the room is thrown away.

use domain::ShopId;
use journal::Snapshots;
use persister::{ReadModel, Reader, Target};
use std::cell::RefCell;
use std::path::{Path, PathBuf};
use tempfile::TempDir;
use tokio::runtime::{Builder, Runtime};

/// Files that lie in memory, on Linux.
const IN_MEMORY: &str = "/dev/shm";

thread_local! {
    static IDLE: RefCell<Option<Room>> = const { RefCell::new(None) };
}

/// The room of one run.
pub(crate) struct Room {
    pub(crate) snapshots: Snapshots,
    pub(crate) target: Target,
    pub(crate) reader: Reader,
    pub(crate) runtime: Runtime,
    /// A connection that may be used again.
    pub(crate) model: Option<ReadModel>,
    dir: TempDir,
}

impl Room {
    /// The thread's idle one, or a new one.
    pub(crate) fn take() -> Self {
        IDLE.take().unwrap_or_else(Self::new)
    }

    fn new() -> Self {
        let in_memory = Path::new(IN_MEMORY);
        let dir = match in_memory.is_dir() {
            true => tempfile::tempdir_in(in_memory),
            false => tempfile::tempdir(),
        };
        let dir = dir.expect("a folder for snapshots and the read model");
        let target = Target::Sqlite(dir.path().join("readmodel.db"));
        let runtime = Builder::new_current_thread().enable_time().build();
        Self {
            snapshots: Snapshots::open(&dir.path().join("snapshots")).expect("a folder"),
            reader: Reader::new(target.clone()),
            target,
            runtime: runtime.expect("a runtime on this thread"),
            model: None,
            dir,
        }
    }

    /// Where the snapshots lie.
    pub(crate) fn snapshot_folder(&self) -> PathBuf {
        self.dir.path().join("snapshots")
    }

    /// Leaves the room as it was found; if that does not succeed, the next run gets a new one.
    pub(crate) fn leave(mut self, shops: impl Iterator<Item = ShopId>) {
        let Some(mut model) = self.model.take() else { return };
        for shop in shops {
            let forgotten = self.runtime.block_on(model.forget(shop));
            if forgotten.is_err() || self.snapshots.remove(shop).is_err() {
                return;
            }
        }
        self.model = Some(model);
        IDLE.set(Some(self));
    }
}
