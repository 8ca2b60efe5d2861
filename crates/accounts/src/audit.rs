//! The audit log: who did what, to what, from where. Numbers and ids only; nobody's words.

use crate::accounts::{Accounts, By};
use crate::error::AccountsError;
use crate::person::PersonId;
use crate::roll::{kept_ms, read_ms};
use crate::sign_in::CameFrom;
use crate::store::Store;
use crate::token::TokenId;
use domain::limits::AUDIT_ROWS_MAX;
use domain::{ShopId, Timestamp};
use rusqlite::Row;
use std::net::IpAddr;

/// What format 5 has besides people.
pub(crate) const SCHEMA: &str = "
CREATE TABLE audit (
    id INTEGER PRIMARY KEY,
    at_ms INTEGER NOT NULL,
    shop INTEGER,
    person INTEGER,
    token INTEGER,
    act TEXT NOT NULL,
    subject TEXT NOT NULL,
    address TEXT NOT NULL
) STRICT;
CREATE INDEX audit_of_shop ON audit (shop, id);
";

/// Something that was done.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Deed<'a> {
    /// In which shop; none for the installation.
    pub shop: Option<ShopId>,
    /// By whom; none for somebody who did not get in.
    pub by: Option<By>,
    /// What, as a stable word.
    pub act: &'a str,
    /// To what: an id; empty where the act says it.
    pub subject: &'a str,
    /// From where.
    pub from: &'a CameFrom,
}

/// An entry of the log.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Entry {
    /// Its place in the installation's log, from 1.
    pub number: u64,
    /// When.
    pub at: Timestamp,
    /// By whom; none for somebody who did not get in.
    pub by: Option<By>,
    /// What, as a stable word.
    pub act: String,
    /// To what.
    pub subject: String,
    /// From which address.
    pub address: Option<IpAddr>,
}

impl Accounts {
    /// Notes a deed; durable when this returns.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub fn note(&self, deed: &Deed<'_>, now: Timestamp) -> Result<(), AccountsError> {
        self.store().note(deed, now)
    }

    /// A shop's deeds before an entry, the latest first.
    ///
    /// # Errors
    /// If the file cannot be read.
    pub fn deeds(
        &self,
        shop: ShopId,
        before: Option<u64>,
        limit: usize,
    ) -> Result<Vec<Entry>, AccountsError> {
        self.store().deeds(shop, before, limit)
    }
}

impl Store {
    fn note(&self, deed: &Deed<'_>, now: Timestamp) -> Result<(), AccountsError> {
        let (person, token) = match deed.by {
            Some(By::Person(PersonId(person))) => (Some(person), None),
            Some(By::Token(TokenId(token))) => (None, Some(token)),
            None => (None, None),
        };
        let address = deed.from.address.map_or_else(String::new, |address| address.to_string());
        let sql = "INSERT INTO audit (at_ms, shop, person, token, act, subject, address) \
                   VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
        let shop = deed.shop.map(|shop| shop.get().cast_signed());
        let values = (kept_ms(now), shop, person, token, deed.act, deed.subject, address);
        let noted = self.connection().unchecked_transaction().and_then(|transaction| {
            transaction.execute(sql, values)?;
            let oldest = "DELETE FROM audit WHERE id <= (SELECT max(id) FROM audit) - ?1";
            transaction.execute(oldest, [AUDIT_ROWS_MAX.cast_signed()])?;
            transaction.commit()
        });
        noted.map_err(|source| self.error("note a deed in", source))
    }

    fn deeds(
        &self,
        shop: ShopId,
        before: Option<u64>,
        limit: usize,
    ) -> Result<Vec<Entry>, AccountsError> {
        let sql = "SELECT id, at_ms, person, token, act, subject, address FROM audit \
                   WHERE shop = ?1 AND id < ?2 ORDER BY id DESC LIMIT ?3";
        let before = before.map_or(i64::MAX, u64::cast_signed);
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let read = || {
            let mut query = self.connection().prepare(sql)?;
            let rows = query.query_map((shop.get().cast_signed(), before, limit), entry)?;
            rows.collect::<rusqlite::Result<Vec<_>>>()
        };
        read().map_err(|source| self.error("read the deeds of", source))
    }
}

fn entry(row: &Row<'_>) -> rusqlite::Result<Entry> {
    let person = row.get::<_, Option<u32>>(2)?.map(|id| By::Person(PersonId(id)));
    let token = row.get::<_, Option<u32>>(3)?.map(|id| By::Token(TokenId(id)));
    let address: String = row.get(6)?;
    Ok(Entry {
        number: row.get::<_, i64>(0)?.cast_unsigned(),
        at: read_ms(row.get(1)?),
        by: person.or(token),
        act: row.get(4)?,
        subject: row.get(5)?,
        address: address.parse().ok(),
    })
}
