//! SQLite read back: a few read-only connections of their own, so that no reader ever holds up the
//! writer.

use crate::batch::Erased;
use crate::error::{Broken, JournalError};
use crate::sqlite::failed;
use crate::storage::{KeptBuyer, LastRow, Row, Rows};
use crate::vault::Quiet;
use domain::{BuyerRef, Epoch, Hash, Position, Seq, ShopId, Timestamp};
use rusqlite::{Connection, OpenFlags, OptionalExtension, params};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// Connections that are kept for the next reader.
const POOL_MAX: usize = 4;

/// A reader only ever waits while the log is being rebuilt after a crash.
const BUSY: Duration = Duration::from_secs(2);

const COLUMNS: &str = "shop, epoch, first_seq, last_seq, prev, head, frames, sealed";

/// Read-only connections on the journal's file.
pub struct SqliteRows {
    file: PathBuf,
    pool: Mutex<Vec<Connection>>,
}

impl SqliteRows {
    /// Reads the file, which a writer has made.
    pub fn new(file: &Path) -> Self {
        Self { file: file.to_path_buf(), pool: Mutex::default() }
    }

    fn with<T>(
        &self,
        doing: &'static str,
        read: impl FnOnce(&Connection) -> rusqlite::Result<T>,
    ) -> Result<T, JournalError> {
        let free = self.pool.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let connection = match free {
            Some(connection) => connection,
            None => connect(&self.file).map_err(failed("opening for reading"))?,
        };
        let found = read(&connection).map_err(failed(doing));
        let mut pool = self.pool.lock().unwrap_or_else(PoisonError::into_inner);
        if pool.len() < POOL_MAX {
            pool.push(connection);
        }
        found
    }
}

/// A connection that only reads.
pub(crate) fn connect(file: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(file, flags)?;
    connection.busy_timeout(BUSY)?;
    connection.execute_batch("PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON;")?;
    Ok(connection)
}

impl Rows for SqliteRows {
    fn rows(&self, shop: ShopId, from: Seq, bytes_max: usize) -> Result<Vec<Row>, JournalError> {
        let sql = format!(
            "SELECT {COLUMNS} FROM batches WHERE shop = ?1 AND last_seq >= ?2 AND first_seq >=
               (SELECT coalesce(max(first_seq), 0) FROM batches WHERE shop = ?1 AND first_seq <= ?2)
             ORDER BY first_seq"
        );
        let raw = self.with("reading events", |connection| {
            let mut statement = connection.prepare_cached(&sql)?;
            let mut found = statement.query(params![shop.get() as i64, from.0 as i64])?;
            let (mut rows, mut bytes) = (Vec::new(), 0);
            while bytes < bytes_max
                && let Some(row) = found.next()?
            {
                let raw = RawRow::read(row)?;
                bytes += raw.frames.len();
                rows.push(raw);
            }
            Ok(rows)
        })?;
        raw.into_iter().map(|raw| raw.check(from).map_err(JournalError::from)).collect()
    }

    fn writer(&self, shop: ShopId, seq: Seq) -> Result<Option<Epoch>, JournalError> {
        // The epoch stands before the frames, so that those are not read.
        let sql = "SELECT epoch FROM batches
                   WHERE shop = ?1 AND first_seq <= ?2 AND last_seq >= ?2
                   ORDER BY first_seq DESC LIMIT 1";
        let epoch: Option<i64> = self.with("looking for a writer", |connection| {
            let mut statement = connection.prepare_cached(sql)?;
            let asked = params![shop.get() as i64, i64::try_from(seq.0).unwrap_or(i64::MAX)];
            statement.query_row(asked, |row| row.get(0)).optional()
        })?;
        Ok(epoch.and_then(|epoch| u64::try_from(epoch).ok()).map(Epoch))
    }

    fn heads(&self) -> Result<Vec<LastRow>, JournalError> {
        self.with("reading where shops stand", read_heads)
    }

    fn heartbeat(&self) -> Result<Option<Timestamp>, JournalError> {
        let at: Option<i64> = self.with("reading the heartbeat", |connection| {
            let sql = "SELECT at_ms FROM heartbeat";
            connection.query_row(sql, [], |row| row.get(0)).optional()
        })?;
        Ok(at.and_then(|at| u64::try_from(at).ok()).map(Timestamp))
    }

    fn buyer(
        &self,
        shop: ShopId,
        platform: &str,
        id: &str,
    ) -> Result<Option<KeptBuyer>, JournalError> {
        let sql = "SELECT shop, platform, platform_id, buyer, key, name, seen_day FROM buyers
                   WHERE shop = ?1 AND platform = ?2 AND platform_id = ?3";
        self.with("looking for a buyer", |connection| {
            let mut statement = connection.prepare_cached(sql)?;
            statement.query_row(params![shop.get() as i64, platform, id], kept_buyer).optional()
        })
    }

    fn buyer_by_ref(
        &self,
        shop: ShopId,
        buyer: BuyerRef,
    ) -> Result<Option<KeptBuyer>, JournalError> {
        let sql = "SELECT shop, platform, platform_id, buyer, key, name, seen_day FROM buyers
                   WHERE shop = ?1 AND buyer = ?2";
        self.with("looking for a buyer", |connection| {
            let mut statement = connection.prepare_cached(sql)?;
            statement.query_row(params![shop.get() as i64, buyer.0], kept_buyer).optional()
        })
    }

    fn contact(&self, shop: ShopId, buyer: BuyerRef) -> Result<Option<Vec<u8>>, JournalError> {
        let sql = "SELECT sealed FROM contacts WHERE shop = ?1 AND buyer = ?2";
        self.with("looking for a contact", |connection| {
            let mut statement = connection.prepare_cached(sql)?;
            let found = statement.query_row(params![shop.get() as i64, buyer.0], |row| row.get(0));
            found.optional()
        })
    }

    fn erased(&self, shop: ShopId, buyer: BuyerRef) -> Result<Option<Erased>, JournalError> {
        let sql = "SELECT epoch, seq, accounts FROM erased WHERE shop = ?1 AND buyer = ?2";
        self.with("looking for an erased buyer", |connection| {
            let mut statement = connection.prepare_cached(sql)?;
            let read = |row: &rusqlite::Row<'_>| {
                let (epoch, seq): (i64, i64) = (row.get(0)?, row.get(1)?);
                let position = Position { epoch: Epoch(epoch as u64), seq: Seq(seq as u64) };
                Ok(Erased { buyer, accounts: row.get(2)?, position })
            };
            statement.query_row(params![shop.get() as i64, buyer.0], read).optional()
        })
    }

    fn quiet(&self, day: u32, after: i64, limit: usize) -> Result<Vec<Quiet>, JournalError> {
        let sql = "SELECT id, shop, buyer FROM buyers WHERE id > ?2 AND seen_day < ?1
                   ORDER BY id LIMIT ?3";
        self.with("looking for who was not heard of", |connection| {
            let mut statement = connection.prepare_cached(sql)?;
            let found = statement.query_map(params![day, after, limit as i64], |row| {
                let shop = ShopId::from_random(row.get::<_, i64>(1)? as u64);
                Ok(Quiet { row: row.get(0)?, shop, buyer: BuyerRef(row.get(2)?) })
            })?;
            found.collect()
        })
    }

    fn buyers(&self, limit: usize) -> Result<Vec<KeptBuyer>, JournalError> {
        let sql = "SELECT shop, platform, platform_id, buyer, key, name, seen_day FROM buyers
                   ORDER BY id DESC LIMIT ?1";
        self.with("reading buyers", |connection| {
            let mut statement = connection.prepare(sql)?;
            let found = statement.query_map([limit as i64], kept_buyer)?;
            found.collect()
        })
    }
}

/// Every shop's last row.
pub(crate) fn read_heads(connection: &Connection) -> rusqlite::Result<Vec<LastRow>> {
    let last =
        format!("SELECT {COLUMNS} FROM batches WHERE shop = ?1 ORDER BY first_seq DESC LIMIT 1");
    let mut next =
        connection.prepare("SELECT shop FROM batches WHERE shop > ?1 ORDER BY shop LIMIT 1")?;
    let mut last = connection.prepare(&last)?;
    let (mut heads, mut before) = (Vec::new(), -1);
    while let Some(shop) = next.query_row([before], |row| row.get(0)).optional()? {
        let raw = last.query_row([shop], RawRow::read)?;
        before = shop;
        if let Some(shop) = shop_of(shop) {
            heads.push((shop, raw.check(Seq(0))));
        }
    }
    Ok(heads)
}

/// A row whose columns are not yet believed.
struct RawRow {
    shop: i64,
    epoch: i64,
    first: i64,
    last: i64,
    prev: Vec<u8>,
    head: Vec<u8>,
    frames: Vec<u8>,
    sealed: Vec<u8>,
}

impl RawRow {
    fn read(row: &rusqlite::Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            shop: row.get(0)?,
            epoch: row.get(1)?,
            first: row.get(2)?,
            last: row.get(3)?,
            prev: row.get(4)?,
            head: row.get(5)?,
            frames: row.get(6)?,
            sealed: row.get::<_, Option<_>>(7)?.unwrap_or_default(),
        })
    }

    fn check(self, asked: Seq) -> Result<Row, Broken> {
        let shop = shop_of(self.shop).unwrap_or(ShopId::from_random(self.shop as u64));
        let wrong = |what: &str| Broken::new(shop, asked, format!("a row has no proper {what}"));
        let number = |number: i64, what| u64::try_from(number).map_err(|_| wrong(what));
        let hash = |bytes: Vec<u8>, what| bytes.try_into().map(Hash).map_err(|_| wrong(what));
        Ok(Row {
            shop,
            epoch: Epoch(number(self.epoch, "epoch")?),
            first: Seq(number(self.first, "first number")?),
            last: Seq(number(self.last, "last number")?),
            prev: hash(self.prev, "hash before it")?,
            head: hash(self.head, "hash")?,
            frames: self.frames,
            sealed: self.sealed,
        })
    }
}

fn shop_of(number: i64) -> Option<ShopId> {
    let number = u64::try_from(number).ok()?;
    Some(ShopId::from_random(number)).filter(|shop| shop.get() == number)
}

fn kept_buyer(row: &rusqlite::Row<'_>) -> rusqlite::Result<KeptBuyer> {
    Ok(KeptBuyer {
        shop: ShopId::from_random(row.get::<_, i64>(0)? as u64),
        platform: row.get(1)?,
        platform_id: row.get(2)?,
        buyer: BuyerRef(row.get(3)?),
        key: row.get(4)?,
        name: row.get::<_, Option<_>>(5)?.unwrap_or_default(),
        seen_day: row.get::<_, Option<_>>(6)?.unwrap_or_default(),
    })
}
