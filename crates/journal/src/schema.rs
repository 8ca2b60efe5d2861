//! The form of the journal's file: whose it is, which tables it has, how SQLite is to treat it.

use crate::error::JournalError;
use crate::sqlite::failed;
use rusqlite::Connection;
use std::path::Path;

/// The form of the tables; a file with a larger one was written by a newer version.
pub(crate) const FORMAT: i64 = 3;

/// "Chot", in the file's header, so that a foreign file is not taken for ours.
const APPLICATION_ID: i64 = 0x4368_6f74;

/// Before 3.51.3 two connections could lose commits when the log was reset.
const SQLITE_OLDEST: i32 = 3_051_003;

const TABLES: &str = "
CREATE TABLE epoch(one INTEGER PRIMARY KEY CHECK (one = 1), epoch INTEGER NOT NULL) STRICT;
CREATE TABLE heartbeat(one INTEGER PRIMARY KEY CHECK (one = 1), at_ms INTEGER NOT NULL) STRICT;
CREATE TABLE batches(
  id INTEGER PRIMARY KEY,
  shop INTEGER NOT NULL,
  first_seq INTEGER NOT NULL,
  last_seq INTEGER NOT NULL,
  epoch INTEGER NOT NULL,
  prev BLOB NOT NULL,
  head BLOB NOT NULL,
  frames BLOB NOT NULL,
  sealed BLOB
) STRICT;
CREATE UNIQUE INDEX batches_by_seq ON batches(shop, first_seq);
";

/// Who the buyers are: [`scrub`](crate::sqlite::SqliteStorage) makes these tables anew.
pub(crate) const BUYERS: &str = "
CREATE TABLE buyers(
  id INTEGER PRIMARY KEY,
  shop INTEGER NOT NULL,
  platform TEXT NOT NULL,
  platform_id TEXT NOT NULL,
  buyer BLOB NOT NULL,
  key BLOB NOT NULL,
  name BLOB,
  seen_day INTEGER
) STRICT;
";
/// Made after the rows, where there are many: sorted once instead of grown. Files from before
/// format 3 have the first as a constraint of the table, until it is made anew.
pub(crate) const BUYERS_INDEXES: &str = "
CREATE UNIQUE INDEX buyers_by_id ON buyers(shop, platform, platform_id);
CREATE INDEX buyers_by_ref ON buyers(shop, buyer);
";

/// Where each buyer's orders go; since format 2.
pub(crate) const CONTACTS: &str = "
CREATE TABLE contacts(
  shop INTEGER NOT NULL,
  buyer BLOB NOT NULL,
  sealed BLOB NOT NULL,
  PRIMARY KEY (shop, buyer)
) STRICT, WITHOUT ROWID;
";

/// References that nobody bears any more, and whether every byte of theirs is gone; since format 3.
const ERASED: &str = "
CREATE TABLE erased(
  shop INTEGER NOT NULL,
  buyer BLOB NOT NULL,
  epoch INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  accounts INTEGER NOT NULL,
  scrubbed INTEGER NOT NULL,
  PRIMARY KEY (shop, buyer)
) STRICT, WITHOUT ROWID;
CREATE INDEX erased_unscrubbed ON erased(scrubbed) WHERE scrubbed = 0;
";

/// What format 3 brings to the buyers of an older file: when each was last heard of, in days since
/// 1970. Nobody knows of those who are there already.
const SEEN: &str = "ALTER TABLE buyers ADD COLUMN seen_day INTEGER;";

pub(crate) fn check_version() -> Result<(), JournalError> {
    let number = rusqlite::version_number();
    if number < SQLITE_OLDEST {
        return Err(JournalError::OldSqlite { found: rusqlite::version().into() });
    }
    Ok(())
}

/// Looks before anything is written: a foreign or newer file stays as it is. An empty one gets its
/// tables; answers the file's format.
pub(crate) fn check_format(connection: &Connection, file: &Path) -> Result<i64, JournalError> {
    let number = |sql| connection.query_row(sql, [], |row| row.get::<_, i64>(0));
    let looked = || -> rusqlite::Result<(i64, i64, i64)> {
        Ok((
            number("SELECT count(*) FROM sqlite_schema")?,
            number("PRAGMA application_id")?,
            number("PRAGMA user_version")?,
        ))
    };
    let (tables, application, format) = looked()
        .map_err(|why| JournalError::Foreign { file: file.to_path_buf(), why: why.to_string() })?;
    if tables > 0 && application != APPLICATION_ID {
        let why = "another program made it".into();
        return Err(JournalError::Foreign { file: file.to_path_buf(), why });
    }
    if format > FORMAT {
        return Err(JournalError::Newer { file: file.to_path_buf(), found: format, known: FORMAT });
    }
    if tables == 0 {
        let make = format!(
            "PRAGMA application_id = {APPLICATION_ID};
             BEGIN; {TABLES} {BUYERS} {BUYERS_INDEXES} {CONTACTS} {ERASED}
             PRAGMA user_version = {FORMAT}; COMMIT;"
        );
        connection.execute_batch(&make).map_err(failed("making the tables"))?;
        return Ok(FORMAT);
    }
    Ok(format)
}

/// Brings the tables of an earlier version up: all of it, or nothing.
pub(crate) fn bring_up(connection: &Connection, format: i64) -> Result<(), JournalError> {
    if format == FORMAT {
        return Ok(());
    }
    let contacts = if format < 2 { CONTACTS } else { "" };
    let make = format!("BEGIN; {contacts} {SEEN} {ERASED} PRAGMA user_version = {FORMAT}; COMMIT;");
    connection.execute_batch(&make).map_err(failed("bringing the tables up to date"))
}

pub(crate) fn set_pragmas(connection: &Connection) -> rusqlite::Result<()> {
    connection.query_row("PRAGMA journal_mode = WAL", [], |row| {
        let mode: String = row.get(0)?;
        assert_eq!(mode, "wal", "a file on a local disk takes a write-ahead log");
        Ok(())
    })?;
    connection.execute_batch(
        "PRAGMA synchronous = FULL;
         PRAGMA fullfsync = ON;
         PRAGMA secure_delete = ON;
         PRAGMA temp_store = MEMORY;
         PRAGMA trusted_schema = OFF;
         PRAGMA cell_size_check = ON;
         PRAGMA foreign_keys = ON;
         PRAGMA busy_timeout = 0;
         PRAGMA wal_autocheckpoint = 0;",
    )
}

#[cfg(test)]
mod tests {
    use rusqlite::Connection;

    /// `.cargo/config.toml` says so; without it a reader that gives way holds the writer up.
    #[test]
    fn connections_share_neither_page_cache_nor_allocator() {
        let any = Connection::open_in_memory().expect("memory");
        let used = |option: &str| -> bool {
            let sql = "SELECT sqlite_compileoption_used(?1)";
            any.query_row(sql, [option], |row| row.get(0)).expect("it answers")
        };
        assert!(!used("ENABLE_MEMORY_MANAGEMENT"));
        assert!(used("DEFAULT_MEMSTATUS=0"));
    }
}
