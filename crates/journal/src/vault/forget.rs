//! Who is forgotten: from the moment in which their erasure is on its way to disk, nobody is given
//! their reference, their key or their name again.
//!
//! ```text
//! Journal::append ─▶ begin_erasing ─▶ (the batch deletes the rows) ─▶ synced ─▶ end_erasing
//! ```
//!
//! Whoever read the row just before holds the lock of its part of the memory while they look
//! whether it is being erased; the end waits for that lock, so nobody puts an erased buyer back.

use super::shards::{Identity, identity};
use super::{Vault, locked};
use crate::batch::Erased;
use crate::error::JournalError;
use crate::storage::KeptBuyer;
use domain::{BuyerRef, ShopId, Timestamp};
use std::collections::HashMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// A day in milliseconds.
const DAY_MS: u64 = 86_400_000;

/// The day of a moment, since 1970.
pub(crate) fn day_of(at: Timestamp) -> u32 {
    u32::try_from(at.0 / DAY_MS).unwrap_or(u32::MAX)
}

/// Buyers whose erasure is on its way to disk, by where they are remembered.
#[derive(Default)]
pub(super) struct Erasing {
    /// How many, so that nobody waits for a lock while there are none.
    count: AtomicUsize,
    buyers: Mutex<HashMap<(ShopId, BuyerRef), Option<Identity>>>,
}

/// A buyer of whom nothing was heard for a while.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Quiet {
    /// Where in the table, for going on after it.
    pub row: i64,
    /// In which shop.
    pub shop: ShopId,
    /// Who.
    pub buyer: BuyerRef,
}

impl Vault {
    /// What is left of an erased buyer; none of one who is not erased.
    ///
    /// # Errors
    /// If the table cannot be read.
    pub fn erased(&self, shop: ShopId, buyer: BuyerRef) -> Result<Option<Erased>, JournalError> {
        self.rows.erased(shop, buyer)
    }

    /// True if that reference was erased, or is just being.
    ///
    /// # Errors
    /// If the table cannot be read.
    pub fn is_gone(&self, shop: ShopId, buyer: BuyerRef) -> Result<bool, JournalError> {
        if self.is_erasing(shop, buyer) {
            return Ok(true);
        }
        let remembered = self.people.lock(&(shop, buyer)).contains_key(&(shop, buyer));
        Ok(!remembered && self.rows.erased(shop, buyer)?.is_some())
    }

    /// True if the table has that buyer, or had until their erasure, which is under way.
    ///
    /// # Errors
    /// If the table cannot be read.
    pub fn knows(&self, shop: ShopId, buyer: BuyerRef) -> Result<bool, JournalError> {
        Ok(self.is_erasing(shop, buyer) || self.rows.buyer_by_ref(shop, buyer)?.is_some())
    }

    /// A buyer as the table has them: where they come from, and under which id; none of one who is
    /// unknown or erased.
    ///
    /// # Errors
    /// If the table cannot be read.
    pub fn kept(&self, shop: ShopId, buyer: BuyerRef) -> Result<Option<KeptBuyer>, JournalError> {
        if self.is_erasing(shop, buyer) {
            return Ok(None);
        }
        self.rows.buyer_by_ref(shop, buyer)
    }

    /// At most `limit` buyers of whom nothing was heard since before that moment's day, after a
    /// row.
    ///
    /// # Errors
    /// If the table cannot be read.
    pub fn quiet(
        &self,
        since: Timestamp,
        after: i64,
        limit: usize,
    ) -> Result<Vec<Quiet>, JournalError> {
        self.rows.quiet(day_of(since), after, limit)
    }

    /// Notes the day, by which is known that somebody was heard of today.
    pub(crate) fn note_time(&self, at: Timestamp) {
        self.today.fetch_max(day_of(at), Ordering::Relaxed);
    }

    pub(super) fn is_erasing(&self, shop: ShopId, buyer: BuyerRef) -> bool {
        self.erasing.count.load(Ordering::Acquire) > 0
            && locked(&self.erasing.buyers).contains_key(&(shop, buyer))
    }

    /// A reference that a viewer brings may be theirs unless it was erased.
    pub(super) fn may_be_given(&self, shop: ShopId, buyer: BuyerRef) -> Result<(), JournalError> {
        match self.is_gone(shop, buyer)? {
            true => Err(JournalError::Erased(buyer)),
            false => Ok(()),
        }
    }

    /// These are being erased: whoever comes from where they came from is somebody new.
    pub(crate) fn begin_erasing(&self, shop: ShopId, erased: &[Erased]) {
        for &Erased { buyer, .. } in erased {
            let remembered = self.people.lock(&(shop, buyer)).get(&(shop, buyer)).cloned();
            let found = match remembered {
                Some(person) => Some(person.identity),
                None => self.identity_of(shop, buyer),
            };
            locked(&self.erasing.buyers).insert((shop, buyer), found);
            self.erasing.count.fetch_add(1, Ordering::AcqRel);
            self.forget(shop, buyer, found);
        }
    }

    /// They are gone from the table too.
    pub(crate) fn end_erasing(&self, shop: ShopId, erased: &[Erased]) {
        for &Erased { buyer, .. } in erased {
            let found = locked(&self.erasing.buyers).get(&(shop, buyer)).copied();
            let Some(found) = found else { continue };
            self.forget(shop, buyer, found);
            locked(&self.erasing.buyers).remove(&(shop, buyer));
            self.erasing.count.fetch_sub(1, Ordering::AcqRel);
        }
    }

    /// Drops a buyer from memory, after everybody who is just looking at their part of it.
    fn forget(&self, shop: ShopId, buyer: BuyerRef, found: Option<Identity>) {
        match found {
            Some(identity) => {
                let mut part = self.identities.lock(&identity);
                if part.get(&identity).is_some_and(|person| person.buyer == buyer) {
                    part.remove(&identity);
                }
            }
            // Unknown here and unreadable: every part is looked through.
            None => self.identities.parts().for_each(|mut part| {
                part.retain(|_, person| (person.shop, person.buyer) != (shop, buyer));
            }),
        }
        self.people.lock(&(shop, buyer)).remove(&(shop, buyer));
    }

    fn identity_of(&self, shop: ShopId, buyer: BuyerRef) -> Option<Identity> {
        match self.rows.buyer_by_ref(shop, buyer) {
            Ok(kept) => kept.map(|kept| identity(shop, &kept.platform, &kept.platform_id)),
            Err(error) => {
                tracing::warn!(%shop, %error, "who is to be erased cannot be read");
                None
            }
        }
    }
}
