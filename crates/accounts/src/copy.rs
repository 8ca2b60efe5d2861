//! A consistent copy of the file. The handle has it to itself, so nobody else can make one.

use crate::accounts::Accounts;
use crate::error::AccountsError;
use domain::limits::BACKUP_PAGES_PER_STEP;
use rusqlite::Connection;
use rusqlite::backup::{Backup, StepResult};
use std::path::Path;

impl Accounts {
    /// Copies the file to `to`, which must be on a disk that answers: whoever adds a shop, signs in
    /// or puts a photo waits meanwhile. `begin` is called when nobody can write any more and
    /// nothing is copied yet; `told` hears the bytes so far. The copy is not synced.
    ///
    /// # Errors
    /// If it cannot be read or written.
    pub fn copy_to<T>(
        &self,
        to: &Path,
        begin: impl FnOnce() -> T,
        told: &mut dyn FnMut(u64),
    ) -> Result<T, AccountsError> {
        let store = self.store();
        let begun = begin();
        let copied = copy(store.connection(), to, told);
        copied.map_err(|source| store.error("copy", source))?;
        Ok(begun)
    }

    /// Bytes of a copy.
    ///
    /// # Errors
    /// If the file does not say.
    pub fn bytes(&self) -> Result<u64, AccountsError> {
        let store = self.store();
        bytes(store.connection()).map_err(|source| store.error("measure", source))
    }
}

fn bytes(connection: &Connection) -> rusqlite::Result<u64> {
    let number = |sql| connection.query_row(sql, (), |row| row.get::<_, i64>(0));
    let bytes = number("PRAGMA page_count")?.saturating_mul(number("PRAGMA page_size")?);
    Ok(u64::try_from(bytes).unwrap_or(0))
}

fn copy(from: &Connection, to: &Path, told: &mut dyn FnMut(u64)) -> rusqlite::Result<()> {
    let whole = bytes(from)?;
    // Written once, from beginning to end: no log, no sync.
    let mut copy = Connection::open(to)?;
    copy.query_row("PRAGMA journal_mode = OFF", (), |_| Ok(()))?;
    copy.execute_batch("PRAGMA synchronous = OFF")?;
    let backup = Backup::new(from, &mut copy)?;
    while backup.step(BACKUP_PAGES_PER_STEP)? != StepResult::Done {
        let progress = backup.progress();
        let left = u64::try_from(progress.remaining).unwrap_or(0);
        let pages = u64::try_from(progress.pagecount).unwrap_or(1).max(1);
        told(whole - whole / pages * left.min(pages));
    }
    drop(backup);
    copy.close().map_err(|(_, source)| source)
}
