//! The vault's tables on the writing connection: who comes, who goes, and that of those who went no
//! byte is left.

use crate::batch::Batch;
use crate::schema::{BUYERS, BUYERS_INDEXES, CONTACTS};
use crate::storage::Round;
use crate::vault::NewBuyer;
use crate::vault::forget::day_of;
use domain::Timestamp;
use rusqlite::{Connection, params};

/// A name that is not given leaves the one that is there; a key is never replaced; a reference that
/// was erased never comes back, whoever still had it in hand.
const INSERT_BUYER: &str = "
INSERT INTO buyers(shop, platform, platform_id, buyer, key, name, seen_day)
SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7
WHERE NOT EXISTS (SELECT 1 FROM erased WHERE shop = ?1 AND buyer = ?4)
ON CONFLICT (shop, platform, platform_id)
DO UPDATE SET name = coalesce(excluded.name, name),
  seen_day = max(coalesce(seen_day, 0), excluded.seen_day)";

/// Only of somebody who is there: a buyer may be erased while their form is under way.
const UPSERT_CONTACT: &str = "
INSERT INTO contacts(shop, buyer, sealed) SELECT ?1, ?2, ?3
WHERE EXISTS (SELECT 1 FROM buyers WHERE shop = ?1 AND buyer = ?2)
ON CONFLICT (shop, buyer) DO UPDATE SET sealed = excluded.sealed";

const ERASE: [&str; 2] = [
    "DELETE FROM contacts WHERE shop = ?1 AND buyer = ?2",
    "DELETE FROM buyers WHERE shop = ?1 AND buyer = ?2",
];

const BURY: &str = "
INSERT INTO erased(shop, buyer, epoch, seq, accounts, scrubbed) VALUES (?1, ?2, ?3, ?4, ?5, 0)
ON CONFLICT DO NOTHING";

/// What a round says about people: with each batch first who goes, then who comes.
pub(crate) fn write(connection: &Connection, round: &Round) -> rusqlite::Result<()> {
    let mut insert = connection.prepare_cached(INSERT_BUYER)?;
    for batch in &round.batches {
        erase(connection, batch)?;
        let day = day_of(batch.head().at);
        for new in batch.buyers() {
            write_buyer(&mut insert, new, day)?;
        }
    }
    for contact in &round.contacts {
        let mut upsert = connection.prepare_cached(UPSERT_CONTACT)?;
        let shop = contact.shop.get() as i64;
        upsert.execute(params![shop, contact.buyer.0, contact.bytes])?;
    }
    Ok(())
}

fn erase(connection: &Connection, batch: &Batch) -> rusqlite::Result<()> {
    let shop = batch.shop().get() as i64;
    for erased in batch.erased() {
        for sql in ERASE {
            connection.prepare_cached(sql)?.execute(params![shop, erased.buyer.0])?;
        }
        let (epoch, seq) = (erased.position.epoch.0 as i64, erased.position.seq.0 as i64);
        let row = params![shop, erased.buyer.0, epoch, seq, erased.accounts];
        connection.prepare_cached(BURY)?.execute(row)?;
    }
    Ok(())
}

fn write_buyer(
    insert: &mut rusqlite::CachedStatement<'_>,
    new: &NewBuyer,
    day: u32,
) -> rusqlite::Result<()> {
    insert.execute(params![
        new.shop.get() as i64,
        new.platform,
        new.platform_id,
        new.buyer.0,
        new.key,
        (!new.name.is_empty()).then_some(&new.name),
        day,
    ])?;
    Ok(())
}

/// Makes the vault's tables anew and wipes the old ones. Deleting a row wipes the row; but a tree
/// that grew has moved rows from page to page, and what it moved stays in the free space of the
/// page until something is written there: of 200 deleted buyers among 3,000, one or two were still
/// to be read. A dropped table's pages are wiped whole.
pub(crate) fn rebuild(connection: &Connection) -> rusqlite::Result<()> {
    connection.execute_batch(&format!(
        "BEGIN IMMEDIATE;
         DROP INDEX IF EXISTS buyers_by_id;
         DROP INDEX buyers_by_ref;
         ALTER TABLE buyers RENAME TO buyers_before;
         ALTER TABLE contacts RENAME TO contacts_before;
         {BUYERS} {CONTACTS}
         INSERT INTO buyers(id, shop, platform, platform_id, buyer, key, name, seen_day)
           SELECT id, shop, platform, platform_id, buyer, key, name, seen_day
           FROM buyers_before ORDER BY id;
         INSERT INTO contacts(shop, buyer, sealed)
           SELECT shop, buyer, sealed FROM contacts_before;
         DROP TABLE buyers_before;
         DROP TABLE contacts_before;
         {BUYERS_INDEXES}
         COMMIT;"
    ))
}

/// Notes the day where none is noted.
pub(crate) fn count_from(connection: &Connection, now: Timestamp) -> rusqlite::Result<()> {
    let sql = "UPDATE buyers SET seen_day = ?1 WHERE seen_day IS NULL";
    connection.execute(sql, [day_of(now)]).map(drop)
}

/// True if somebody was erased of whom bytes may be left.
pub(crate) fn any_unscrubbed(connection: &Connection) -> rusqlite::Result<bool> {
    let sql = "SELECT EXISTS (SELECT 1 FROM erased WHERE scrubbed = 0)";
    connection.query_row(sql, [], |row| row.get(0))
}

/// Notes that nothing is left of anybody who was erased.
pub(crate) fn all_scrubbed(connection: &Connection) -> rusqlite::Result<()> {
    connection.execute("UPDATE erased SET scrubbed = 1 WHERE scrubbed = 0", []).map(drop)
}
