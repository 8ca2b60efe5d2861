//! The part of `accounts.db` that holds the keys of overlays, as digests.

use crate::error::AccountsError;
use crate::overlays::{Known, OverlayKey, OverlayKeyId, OverlayKeys};
use crate::store::{Store, shop_id};
use crate::token::TokenDigest;
use domain::{SessionId, ShopId, Timestamp};

/// What format 5 has besides. A revoked key's row goes, with every byte; its number never comes
/// back.
pub(crate) const SCHEMA: &str = "
CREATE TABLE overlay_key (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    shop INTEGER NOT NULL REFERENCES shop (id),
    session INTEGER NOT NULL,
    digest BLOB NOT NULL UNIQUE CHECK (length(digest) = 32),
    made_ms INTEGER NOT NULL,
    made_by TEXT,
    seen_ms INTEGER
) STRICT;
";

impl Store {
    /// Adds a key; durable when this returns.
    pub(crate) fn add_overlay_key(
        &self,
        (shop, session): (ShopId, SessionId),
        digest: &TokenDigest,
        (made, made_by): (Timestamp, Option<&str>),
    ) -> Result<OverlayKeyId, AccountsError> {
        let sql = "INSERT INTO overlay_key (shop, session, digest, made_ms, made_by) \
                   VALUES (?1, ?2, ?3, ?4, ?5) RETURNING id";
        let shop = shop.get().cast_signed();
        let digest = digest.as_bytes().as_slice();
        let values = (shop, session.0, digest, made.0.cast_signed(), made_by);
        let added = self.connection().query_row(sql, values, |row| row.get(0).map(OverlayKeyId));
        added.map_err(|source| self.error("add an overlay's key to", source))
    }

    /// Notes that a key was used.
    pub(crate) fn see_overlay_key(
        &self,
        id: OverlayKeyId,
        now: Timestamp,
    ) -> Result<(), AccountsError> {
        let sql = "UPDATE overlay_key SET seen_ms = ?2 WHERE id = ?1";
        let seen = self.connection().execute(sql, (id.0, now.0.cast_signed()));
        seen.map(drop).map_err(|source| self.error("note a use in", source))
    }

    /// Removes keys, all or none; durable when this returns.
    pub(crate) fn remove_overlay_keys(&self, ids: &[OverlayKeyId]) -> Result<(), AccountsError> {
        let removed = self.connection().unchecked_transaction().and_then(|transaction| {
            for id in ids {
                transaction.execute("DELETE FROM overlay_key WHERE id = ?1", [id.0])?;
            }
            transaction.commit()
        });
        removed.map_err(|source| self.error("remove an overlay's key from", source))
    }

    pub(crate) fn read_overlay_keys(&self) -> rusqlite::Result<OverlayKeys> {
        let mut keys = OverlayKeys::default();
        let sql = "SELECT id, shop, session, digest, made_ms, made_by, seen_ms FROM overlay_key";
        let mut query = self.connection().prepare(sql)?;
        let mut rows = query.query(())?;
        while let Some(row) = rows.next()? {
            let digest: Vec<u8> = row.get(3)?;
            let time = |kept: i64| Timestamp(kept.cast_unsigned());
            let made_by: Option<String> = row.get(5)?;
            keys.put(Known {
                shop: shop_id(row.get(1)?),
                session: SessionId(row.get(2)?),
                digest: TokenDigest::from_kept(&digest).expect("the table's check is 32 bytes"),
                told: OverlayKey {
                    id: OverlayKeyId(row.get(0)?),
                    made: time(row.get(4)?),
                    made_by: made_by.map(Into::into),
                    seen: row.get::<_, Option<i64>>(6)?.map(time),
                },
            });
        }
        Ok(keys)
    }
}
