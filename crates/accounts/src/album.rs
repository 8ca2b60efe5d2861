//! The part of `accounts.db` that holds photos and says which offer shows which.

use crate::error::AccountsError;
use crate::photos::{Change, OfferAt, PhotoDigest, Photos, Shown};
use crate::store::{Store, shop_id};
use domain::{Code, SessionId, ShopId};
use rusqlite::{OptionalExtension, Row, Transaction};
use std::sync::Arc;

/// What format 3 has besides. Each photo once per shop, however many offers show it.
pub(crate) const SCHEMA: &str = "
CREATE TABLE photo (
    id INTEGER PRIMARY KEY,
    shop INTEGER NOT NULL REFERENCES shop (id),
    digest BLOB NOT NULL CHECK (length(digest) = 32),
    bytes BLOB NOT NULL,
    UNIQUE (digest, shop)
) STRICT;
CREATE TABLE shown (
    shop INTEGER NOT NULL REFERENCES shop (id),
    session INTEGER NOT NULL,
    code TEXT NOT NULL,
    photo BLOB NOT NULL CHECK (length(photo) = 32),
    thumb BLOB NOT NULL CHECK (length(thumb) = 32),
    PRIMARY KEY (shop, session, code)
) STRICT, WITHOUT ROWID;
";

impl Store {
    /// All of it or nothing; durable when this returns.
    pub(crate) fn change_photos(&self, change: &Change) -> Result<(), AccountsError> {
        let written = self.connection().unchecked_transaction().and_then(|transaction| {
            write(&transaction, change)?;
            transaction.commit()
        });
        written.map_err(|source| self.error("change the photos of", source))
    }

    /// A photo's bytes, whoever keeps it.
    pub(crate) fn photo(&self, digest: &PhotoDigest) -> Result<Option<Arc<[u8]>>, AccountsError> {
        let sql = "SELECT bytes FROM photo WHERE digest = ?1 LIMIT 1";
        let read = self.connection().query_row(sql, [digest.as_bytes()], |row| {
            row.get_ref(0).map(|bytes| bytes.as_blob().map(Arc::from))
        });
        let read = read.optional().map_err(|source| self.error("read a photo of", source))?;
        Ok(read.and_then(Result::ok))
    }

    pub(crate) fn read_photos(&self) -> rusqlite::Result<Photos> {
        let mut photos = Photos::default();
        let mut query =
            self.connection().prepare("SELECT shop, digest, length(bytes) FROM photo")?;
        let mut rows = query.query(())?;
        while let Some(row) = rows.next()? {
            photos.put(shop_id(row.get(0)?), digest(row, 1)?, row.get::<_, u32>(2)? as usize);
        }
        let sql = "SELECT shop, session, code, photo, thumb FROM shown";
        let mut query = self.connection().prepare(sql)?;
        let mut rows = query.query(())?;
        while let Some(row) = rows.next()? {
            let code: String = row.get(2)?;
            let offer = OfferAt {
                shop: shop_id(row.get(0)?),
                session: SessionId(row.get(1)?),
                code: Code::parse(&code).expect("written from a code"),
            };
            photos.put_shown(offer, Shown { photo: digest(row, 3)?, thumb: digest(row, 4)? });
        }
        Ok(photos)
    }
}

fn write(transaction: &Transaction<'_>, change: &Change) -> rusqlite::Result<()> {
    let shop = kept(change.shop);
    for (digest, bytes) in &change.adds {
        let sql = "INSERT OR IGNORE INTO photo (shop, digest, bytes) VALUES (?1, ?2, ?3)";
        transaction.execute(sql, (shop, digest.as_bytes(), bytes))?;
    }
    for ((session, code), shown) in &change.offers {
        match shown {
            Some(shown) => {
                let sql = "INSERT OR REPLACE INTO shown (shop, session, code, photo, thumb) \
                           VALUES (?1, ?2, ?3, ?4, ?5)";
                let (photo, thumb) = (shown.photo.as_bytes(), shown.thumb.as_bytes());
                transaction.execute(sql, (shop, session.0, code.as_str(), photo, thumb))?;
            }
            None => {
                let sql = "DELETE FROM shown WHERE shop = ?1 AND session = ?2 AND code = ?3";
                transaction.execute(sql, (shop, session.0, code.as_str()))?;
            }
        }
    }
    for digest in &change.drops {
        let sql = "DELETE FROM photo WHERE shop = ?1 AND digest = ?2";
        transaction.execute(sql, (shop, digest.as_bytes()))?;
    }
    Ok(())
}

fn digest(row: &Row<'_>, column: usize) -> rusqlite::Result<PhotoDigest> {
    let bytes: Vec<u8> = row.get(column)?;
    Ok(PhotoDigest::from_kept(&bytes).expect("the table's check is 32 bytes"))
}

/// SQL's integers are signed; a shop's number is below 2⁵⁰.
fn kept(shop: ShopId) -> i64 {
    shop.get().cast_signed()
}
