//! The data folder: one process owns it at a time.

use crate::error::JournalError;
use domain::Timestamp;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{Seek, Write};
use std::path::{Path, PathBuf};

/// The lock's file, in the data folder. It stays when the lock is given back.
const LOCK_FILE: &str = "lock";

/// An owned data folder; given back when dropped, or by the system when the process ends however it
/// may.
#[derive(Debug)]
pub struct Folder {
    dir: PathBuf,
    lock: File,
}

impl Folder {
    /// Makes the folder if there is none, and takes it for this process. `now` is only written into
    /// the lock, for the message that others get.
    ///
    /// # Errors
    /// [`JournalError::Locked`] if another has it; otherwise if it cannot be made or written.
    pub fn take(dir: &Path, now: Timestamp) -> Result<Self, JournalError> {
        let failed =
            |doing| move |source| JournalError::File { doing, path: dir.to_path_buf(), source };
        fs::create_dir_all(dir).map_err(failed("making the data folder"))?;
        let path = dir.join(LOCK_FILE);
        let mut lock = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)
            .map_err(failed("opening the lock of"))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(locked(dir, &path)),
            Err(TryLockError::Error(source)) => return Err(failed("locking")(source)),
        }
        let holder = format!("process {} since {now}\n", std::process::id());
        lock.set_len(0)
            .and_then(|()| lock.rewind())
            .and_then(|()| lock.write_all(holder.as_bytes()))
            .map_err(failed("writing the lock of"))?;
        Ok(Self { dir: dir.to_path_buf(), lock })
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.dir
    }

    /// A file or folder in it.
    pub fn file(&self, name: &str) -> PathBuf {
        self.dir.join(name)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if let Err(why) = self.lock.unlock() {
            tracing::warn!(%why, "the data folder's lock is given back by the system instead");
        }
    }
}

fn locked(dir: &Path, lock: &Path) -> JournalError {
    let holder = fs::read_to_string(lock).unwrap_or_default();
    let holder = match holder.trim() {
        "" => "another process".into(),
        holder => holder.into(),
    };
    JournalError::Locked { dir: dir.to_path_buf(), holder }
}

/// Makes a folder's own entries durable: without it a new file may be gone after a power cut.
pub(crate) fn sync_dir(dir: &Path) -> std::io::Result<()> {
    if cfg!(unix) {
        File::open(dir)?.sync_all()?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_taker_is_told_who_has_the_folder_and_since_when() {
        let dir = tempfile::tempdir().expect("a folder");
        let first = Folder::take(dir.path(), Timestamp(0)).expect("free");
        let refused = Folder::take(dir.path(), Timestamp(1)).expect_err("taken").to_string();
        let pid = format!("process {} since 1970-01-01T00:00:00.000Z", std::process::id());
        assert!(refused.contains(&pid), "{refused}");
        assert!(refused.contains("--data DIR"), "{refused}");
        drop(first);
        Folder::take(dir.path(), Timestamp(2)).expect("free again");
    }
}
