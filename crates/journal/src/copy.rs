//! A consistent copy of the journal's file beside a writer that goes on: one read transaction on a
//! connection of its own, so that the writer's thread waits for nothing.
//!
//! While a [`Still`] lives, the log cannot be written over and grows by what is sold meanwhile.

use crate::error::JournalError;
use crate::reader::{connect, read_heads};
use crate::replay::unfold;
use crate::schema::{check_format, check_version};
use crate::soundness::check_vault;
use crate::sqlite::failed;
use crate::storage::Heads;
use domain::Epoch;
use domain::limits::BACKUP_PAGES_PER_STEP;
use rusqlite::Connection;
use rusqlite::backup::{Backup, StepResult};
use std::path::Path;

/// The journal as it was at one moment.
pub struct Still {
    connection: Connection,
    heads: Heads,
}

impl Still {
    /// Holds on to the file as it is now.
    ///
    /// # Errors
    /// If it cannot be read, or a shop's last row does not hold together: what is broken is no
    /// backup.
    pub fn take(file: &Path) -> Result<Self, JournalError> {
        let connection = connect(file).map_err(failed("opening for a copy"))?;
        // The first read begins what is seen from here on.
        let rows = connection
            .execute_batch("BEGIN")
            .and_then(|()| read_heads(&connection))
            .map_err(failed("holding on to the journal"))?;
        let mut heads = Heads::new();
        for (shop, row) in rows {
            let head = unfold(&row?)?.last().expect("a row holds an event").stamp;
            heads.insert(shop, head);
        }
        Ok(Self { connection, heads })
    }

    /// Every shop's last event at that moment.
    pub fn heads(&self) -> &Heads {
        &self.heads
    }

    /// Bytes of a whole copy.
    ///
    /// # Errors
    /// If SQLite does not say.
    pub fn bytes(&self) -> Result<u64, JournalError> {
        let number = |sql| self.connection.query_row(sql, [], |row| row.get::<_, i64>(0));
        let pages = number("PRAGMA page_count").map_err(failed("measuring the journal"))?;
        let bytes = number("PRAGMA page_size").map_err(failed("measuring the journal"))?;
        Ok(u64::try_from(pages.saturating_mul(bytes)).unwrap_or(0))
    }

    /// Writes the copy, which is not synced: whoever moves it on syncs what they make of it. `told`
    /// hears the bytes so far.
    ///
    /// # Errors
    /// If it cannot be read or written.
    pub fn copy_to(self, file: &Path, told: &mut dyn FnMut(u64)) -> Result<(), JournalError> {
        let doing = "copying the journal";
        let page_bytes = self.bytes()?.checked_div(self.pages()?).unwrap_or(0);
        let mut copy = fresh(file).map_err(failed(doing))?;
        let backup = Backup::new(&self.connection, &mut copy).map_err(failed(doing))?;
        while backup.step(BACKUP_PAGES_PER_STEP).map_err(failed(doing))? != StepResult::Done {
            let progress = backup.progress();
            let done = u64::try_from(progress.pagecount - progress.remaining).unwrap_or(0);
            told(done * page_bytes);
        }
        drop(backup);
        copy.close().map_err(|(_, source)| failed(doing)(source))
    }

    fn pages(&self) -> Result<u64, JournalError> {
        let pages: i64 = self
            .connection
            .query_row("PRAGMA page_count", [], |row| row.get(0))
            .map_err(failed("measuring the journal"))?;
        Ok(u64::try_from(pages).unwrap_or(0))
    }
}

/// An empty file that is written once, from beginning to end: no log, no sync.
fn fresh(file: &Path) -> rusqlite::Result<Connection> {
    let copy = Connection::open(file)?;
    copy.query_row("PRAGMA journal_mode = OFF", [], |_| Ok(()))?;
    copy.execute_batch("PRAGMA synchronous = OFF")?;
    Ok(copy)
}

/// Which writer wrote last in a journal that nobody has open.
///
/// # Errors
/// If it cannot be read.
pub fn last_epoch(file: &Path) -> Result<Epoch, JournalError> {
    let connection = connect(file).map_err(failed("opening a copy"))?;
    let epoch: i64 = connection
        .query_row("SELECT coalesce(max(epoch), 0) FROM epoch", [], |row| row.get(0))
        .map_err(failed("reading the epoch of a copy"))?;
    Ok(Epoch(u64::try_from(epoch).unwrap_or(0)))
}

/// Makes the next writer of a journal that nobody has open `epoch`, which must be above all before.
/// Durable when this returns.
///
/// # Errors
/// If it cannot be written.
pub fn begin_at(file: &Path, epoch: Epoch) -> Result<(), JournalError> {
    let doing = "raising the epoch of a copy";
    let last = last_epoch(file)?;
    assert!(epoch > last, "an epoch never falls");
    let connection = Connection::open(file).map_err(failed(doing))?;
    let before = i64::try_from(epoch.0 - 1).expect("an epoch stays below 2⁵³");
    let sql = "INSERT INTO epoch(one, epoch) VALUES (1, ?1)
               ON CONFLICT (one) DO UPDATE SET epoch = excluded.epoch";
    connection
        .execute_batch("PRAGMA synchronous = FULL; PRAGMA fullfsync = ON;")
        .and_then(|()| connection.execute(sql, [before]))
        .map_err(failed(doing))?;
    connection.close().map_err(|(_, source)| failed(doing)(source))
}

/// That a copy is a journal of a form known here and its tables are whole. What stands in the
/// chain, replay proves.
///
/// # Errors
/// If it is foreign, newer or damaged.
pub fn inspect(file: &Path) -> Result<(), JournalError> {
    check_version()?;
    let connection = connect(file).map_err(failed("opening a copy"))?;
    check_format(&connection, file)?;
    for table in ["batches", "buyers"] {
        check_vault(&connection, file, table)?;
    }
    Ok(())
}
