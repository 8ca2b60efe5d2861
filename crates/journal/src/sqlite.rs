//! SQLite as the storage: one file, one writing connection, one transaction and one sync per round.
//!
//! Rows are few, because each costs its place in two trees: one per shop and round, with all its
//! frames in one blob.

use crate::batch::Batch;
use crate::error::JournalError;
use crate::log::{self, LogMark};
use crate::mark::{Mark, Marked};
use crate::people;
use crate::schema::{bring_up, check_format, check_version, set_pragmas};
use crate::soundness::{beside, check_log, check_vault};
use crate::storage::{Appended, Heads, Round, Storage};
use domain::limits::WAL_BYTES_MAX;
use domain::{Epoch, ShopId, Timestamp};
use rusqlite::{Connection, OpenFlags, params};
use std::collections::BTreeMap;
use std::fs::File;
use std::path::Path;
use std::sync::Arc;

const INSERT_BATCH: &str = "
INSERT INTO batches(shop, first_seq, last_seq, epoch, prev, head, frames, sealed)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";

const UPSERT_HEARTBEAT: &str = "
INSERT INTO heartbeat(one, at_ms) VALUES (1, ?1)
ON CONFLICT (one) DO UPDATE SET at_ms = max(at_ms, excluded.at_ms)";

/// The writing connection.
pub struct SqliteStorage {
    connection: Connection,
    /// Roughly what the write-ahead log holds that the tables do not.
    wal_bytes: u64,
    /// The write-ahead log, to read its salts.
    log: File,
    /// What is acknowledged.
    mark: Mark,
    marked: Marked,
    remains: Remains,
}

/// Where bytes of erased buyers may still lie.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Remains {
    Nowhere,
    /// The tables are clean, their log is not.
    InTheLog,
    /// Also in the free space of pages, where a tree that grows leaves what it moved.
    Everywhere,
}

impl SqliteStorage {
    /// Opens the file, makes it if there is none, and begins a new epoch, which it answers.
    ///
    /// # Errors
    /// If the file is foreign, newer, damaged, or cannot be read and written; if the linked SQLite
    /// is too old.
    pub fn open(file: &Path) -> Result<(Self, Epoch), JournalError> {
        check_version()?;
        let (mark, found) = Mark::open(&file.with_extension("mark"))?;
        let log = beside(file, "-wal");
        check_log(&log, found.log)?;
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
            | OpenFlags::SQLITE_OPEN_CREATE
            | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(file, flags).map_err(failed("opening"))?;
        let format = check_format(&connection, file)?;
        set_pragmas(&connection).map_err(failed("setting up the journal"))?;
        check_vault(&connection, file, "buyers")?;
        bring_up(&connection, format)?;
        check_vault(&connection, file, "contacts")?;
        let epoch = begin_epoch(&connection).map_err(failed("beginning an epoch"))?;
        let epoch = u64::try_from(epoch).map_err(|_| JournalError::Damaged {
            file: file.to_path_buf(),
            why: format!("its epoch is {epoch}"),
        })?;
        let opened = File::open(&log);
        let log =
            opened.map_err(|source| JournalError::File { doing: "opening", path: log, source })?;
        let unscrubbed = people::any_unscrubbed(&connection).map_err(failed("reading"))?;
        let remains = if unscrubbed { Remains::Everywhere } else { Remains::Nowhere };
        let marked = found.shops;
        let mut storage = Self { connection, wal_bytes: 1, log, mark, marked, remains };
        let damaged = |why: String| JournalError::Damaged { file: file.to_path_buf(), why };
        storage.note_log().map_err(damaged)?;
        storage.scrub().map_err(|why| damaged(why.to_string()))?;
        Ok((storage, Epoch(epoch)))
    }

    /// How far every shop had come, as the last writer wrote it down.
    pub fn marked(&self) -> &Marked {
        &self.marked
    }

    /// Writes down how far every shop has come, where that is not known yet.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn mark(&mut self, heads: &Heads) -> Result<(), JournalError> {
        let mut news = heads
            .iter()
            .filter(|(shop, head)| self.marked.get(shop) != Some(&(head.position, head.hash)));
        let noted = news.try_for_each(|(shop, head)| self.mark.note(*shop, *head));
        noted.and_then(|()| self.mark.sync()).map_err(self.mark.failed("writing"))
    }

    /// Buyers of whom an older version did not note when they were last heard of count as heard of
    /// at this moment.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn count_from(&mut self, now: Timestamp) -> Result<(), JournalError> {
        people::count_from(&self.connection, now).map_err(failed("noting the day"))?;
        let damaged = |why| JournalError::Damaged { file: "journal.mark".into(), why };
        self.note_log().map_err(damaged)
    }

    /// Lets the file grow to so many pages and no more: a full disk, for tests.
    ///
    /// # Errors
    /// If SQLite refuses.
    pub fn limit_pages(&mut self, pages: u32) -> Result<(), JournalError> {
        let sql = format!("PRAGMA max_page_count = {pages}");
        let read_back = self.connection.query_row(&sql, [], |_| Ok(()));
        read_back.map_err(failed("limiting the file"))
    }

    /// Everything of a round but its commit. Until that, nothing of it counts.
    fn write(&self, round: &Round) -> rusqlite::Result<()> {
        self.connection.prepare_cached("BEGIN IMMEDIATE")?.execute([])?;
        for run in runs(&round.batches) {
            self.write_run(&run)?;
        }
        people::write(&self.connection, round)?;
        if let Some(at) = round.heartbeat {
            self.connection.prepare_cached(UPSERT_HEARTBEAT)?.execute([at.0 as i64])?;
        }
        Ok(())
    }

    /// Batches of one shop that follow on each other, as one row.
    fn write_run(&self, run: &[&Batch]) -> rusqlite::Result<()> {
        let (first, last) = (run[0], run[run.len() - 1]);
        let (frames, sealed);
        let (frames, sealed) = match run {
            [one] => (one.bytes(), one.sealed()),
            several => {
                // Encoded lists of one field: one after the other they are one list.
                frames =
                    several.iter().flat_map(|batch| batch.bytes()).copied().collect::<Vec<_>>();
                sealed =
                    several.iter().flat_map(|batch| batch.sealed()).copied().collect::<Vec<_>>();
                (frames.as_slice(), sealed.as_slice())
            }
        };
        let mut insert = self.connection.prepare_cached(INSERT_BATCH)?;
        insert.execute(params![
            first.shop().get() as i64,
            first.first().0 as i64,
            last.head().position.seq.0 as i64,
            first.epoch().0 as i64,
            first.prev().0,
            last.head().hash.0,
            frames,
            (!sealed.is_empty()).then_some(sealed),
        ])?;
        Ok(())
    }

    fn commit(&self) -> rusqlite::Result<()> {
        self.connection.prepare_cached("COMMIT")?.execute([]).map(drop)
    }

    /// Copies the log into the tables as far as readers allow; true if none was in the way.
    fn checkpoint(&mut self, mode: &str) -> rusqlite::Result<bool> {
        let sql = format!("PRAGMA wal_checkpoint({mode})");
        let (busy, in_log, copied): (bool, i64, i64) =
            self.connection
                .query_row(&sql, [], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
        let pages_left = u64::try_from(in_log - copied).unwrap_or(0);
        self.wal_bytes = pages_left * 4_096;
        Ok(!busy)
    }

    /// The log into the tables, and before it may be written over, what is known of it to disk.
    fn copy_log(&mut self, mode: &str) -> Appended {
        if let Err(why) = self.mark.sync() {
            return Appended::Failed(format!("syncing what is known of the log: {why}").into());
        }
        match self.checkpoint(mode) {
            Ok(_) => Appended::Synced,
            Err(why) => Appended::Failed(format!("copying the log: {why}").into()),
        }
    }

    /// Writes down what a synced round made certain. That itself is synced only with a heartbeat:
    /// no order waits for it.
    fn note(&mut self, round: &Round) -> Result<(), String> {
        for run in runs(&round.batches) {
            let last = run[run.len() - 1];
            self.mark.note(last.shop(), last.head()).map_err(|why| why.to_string())?;
        }
        self.note_log()?;
        if round.heartbeat.is_some() {
            self.mark.sync().map_err(|why| why.to_string())?;
        }
        Ok(())
    }

    /// Writes down how far the log is synced: all of it, right after a commit.
    fn note_log(&self) -> Result<(), String> {
        let frames: i64 = self
            .connection
            .prepare_cached("PRAGMA wal_checkpoint(NOOP)")
            .and_then(|mut count| count.query_row([], |row| row.get(1)))
            .map_err(|why| why.to_string())?;
        let frames = u64::try_from(frames).unwrap_or(0);
        let salts = log::salts(&self.log).map_err(|why| why.to_string())?;
        let noted = salts.map(|salts| self.mark.note_log(LogMark { salts, frames }));
        noted.unwrap_or(Ok(())).map_err(|why| why.to_string())
    }
}

impl Storage for SqliteStorage {
    fn append(&mut self, round: &Round) -> Appended {
        if let Err(why) = self.write(round) {
            // Without its commit a transaction never counts, whether or not it can be rolled back.
            if let Err(why) = self.connection.execute_batch("ROLLBACK") {
                tracing::warn!(%why, "the failed round rolled itself back");
            }
            return Appended::Failed(why.to_string().into());
        }
        match self.commit() {
            Ok(()) => {
                self.wal_bytes += round.weight() as u64 + 8_192;
                if round.batches.iter().any(|batch| !batch.erased().is_empty()) {
                    self.remains = Remains::Everywhere;
                }
                match self.note(round) {
                    Ok(()) => Appended::Synced,
                    Err(why) => Appended::Unknown(format!("the mark beside it: {why}").into()),
                }
            }
            Err(why) => Appended::Unknown(why.to_string().into()),
        }
    }

    fn tend(&mut self, idle: bool) -> Appended {
        if idle && self.remains != Remains::Nowhere {
            return match self.scrub() {
                Ok(_) => Appended::Synced,
                Err(why) => Appended::Failed(why),
            };
        }
        let due = self.wal_bytes >= WAL_BYTES_MAX || (idle && self.wal_bytes > 0);
        if due { self.copy_log("PASSIVE") } else { Appended::Synced }
    }

    fn scrub(&mut self) -> Result<bool, Arc<str>> {
        let failed = |why: String| Arc::from(format!("wiping what was erased: {why}"));
        if self.remains == Remains::Everywhere {
            if let Err(why) = people::rebuild(&self.connection) {
                tracing::warn!(%why, "what was erased is not wiped yet; the next start does it");
                let back = self.connection.execute_batch("ROLLBACK");
                return back.map(|()| false).map_err(|why| failed(why.to_string()));
            }
            self.note_log().map_err(failed)?;
            self.remains = Remains::InTheLog;
        }
        if self.remains == Remains::InTheLog {
            self.mark.sync().map_err(|why| failed(why.to_string()))?;
            if !self.checkpoint("TRUNCATE").map_err(|why| failed(why.to_string()))? {
                return Ok(false);
            }
            people::all_scrubbed(&self.connection).map_err(|why| failed(why.to_string()))?;
            self.note_log().map_err(failed)?;
            self.wal_bytes += 8_192;
            self.remains = Remains::Nowhere;
        }
        Ok(true)
    }

    fn close(&mut self) -> Appended {
        self.copy_log("TRUNCATE")
    }
}

/// Batches of one shop and one writer that may become one row, in the order in which their shops
/// came.
fn runs(batches: &[Batch]) -> Vec<Vec<&Batch>> {
    let mut runs: Vec<Vec<&Batch>> = Vec::with_capacity(batches.len());
    let mut latest = BTreeMap::<ShopId, usize>::new();
    for batch in batches {
        let open = latest.get(&batch.shop()).copied();
        if let Some(at) = open {
            let last = runs[at][runs[at].len() - 1];
            assert_eq!(batch.prev(), last.head().hash, "a shop's batches follow on each other");
            if batch.epoch() == last.epoch() {
                runs[at].push(batch);
                continue;
            }
        }
        latest.insert(batch.shop(), runs.len());
        runs.push(vec![batch]);
    }
    runs
}

/// One more than every epoch before, durable before anything is written under it.
fn begin_epoch(connection: &Connection) -> rusqlite::Result<i64> {
    connection.query_row(
        "INSERT INTO epoch(one, epoch) VALUES (1, 1)
         ON CONFLICT (one) DO UPDATE SET epoch = epoch + 1 RETURNING epoch",
        [],
        |row| row.get(0),
    )
}

/// For [`rusqlite::Result::map_err`]: what was being done.
pub(crate) fn failed(doing: &'static str) -> impl FnOnce(rusqlite::Error) -> JournalError {
    move |source| JournalError::Sqlite { doing, source }
}
