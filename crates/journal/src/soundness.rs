//! What must be sound before a journal is opened: what cannot be told from the rows themselves.

use crate::error::JournalError;
use crate::log::{self, LogMark};
use rusqlite::Connection;
use std::path::{Path, PathBuf};

/// The path of one of SQLite's own files beside the table.
pub(crate) fn beside(file: &Path, ending: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(ending);
    name.into()
}

/// Looks before SQLite does: it would take a log that is damaged in the middle for one that ends
/// there, and write over the rest.
pub(crate) fn check_log(path: &Path, mark: Option<LogMark>) -> Result<(), JournalError> {
    let damage = match mark {
        None => Ok(None),
        Some(mark) => log::damage(path, mark),
    };
    let doing = "reading";
    match damage.map_err(|source| JournalError::File { doing, path: path.to_path_buf(), source })? {
        None => Ok(()),
        Some(why) => Err(JournalError::Damaged { file: path.to_path_buf(), why }),
    }
}

/// The vault's tables stand in no chain; but a buyer stands in the table and in two indexes, which
/// must agree, and a contact in the order of its key.
pub(crate) fn check_vault(
    connection: &Connection,
    file: &Path,
    table: &str,
) -> Result<(), JournalError> {
    let damaged = |why: String| JournalError::Damaged { file: file.to_path_buf(), why };
    let said: String = connection
        .query_row(&format!("PRAGMA integrity_check({table})"), [], |row| row.get(0))
        .map_err(|why| damaged(format!("reading the vault: {why}")))?;
    if said == "ok" { Ok(()) } else { Err(damaged(format!("in the vault, {said}"))) }
}
