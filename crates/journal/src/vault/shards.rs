//! The vault's memory: maps in parts, each behind its own lock.

use super::{Person, locked};
use domain::limits::VAULT_BUYERS_MAX;
use domain::{BuyerRef, ShopId};
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, MutexGuard};

/// Locks that lookups are spread over.
const SHARDS: usize = 64;

/// A digest of shop, platform and platform id.
pub(super) type Identity = [u8; 16];

pub(super) type Shard<K> = HashMap<K, Arc<Person>>;

/// A map in parts, each behind its own lock, so that callers seldom meet.
pub(super) struct Shards<K>(Vec<Mutex<Shard<K>>>);

/// Which part a key lies in.
pub(super) trait Parted {
    fn byte(&self) -> u8;
}

impl Parted for Identity {
    fn byte(&self) -> u8 {
        self[0]
    }
}

impl Parted for (ShopId, BuyerRef) {
    fn byte(&self) -> u8 {
        self.1.0[0]
    }
}

impl<K: Parted + Eq + Hash> Shards<K> {
    pub(super) fn new() -> Self {
        Self((0..SHARDS).map(|_| Mutex::default()).collect())
    }

    /// Every part, one after the other.
    pub(super) fn parts(&self) -> impl Iterator<Item = MutexGuard<'_, Shard<K>>> {
        self.0.iter().map(locked)
    }

    pub(super) fn lock(&self, key: &K) -> MutexGuard<'_, Shard<K>> {
        locked(&self.0[usize::from(key.byte()) % SHARDS])
    }
}

/// Forgets what the table has too, once a part is full; true if anything was forgotten. Pending
/// ones stay: the table does not have them yet.
pub(super) fn make_room<K: Eq + Hash>(shard: &mut Shard<K>) -> bool {
    if shard.len() < VAULT_BUYERS_MAX / SHARDS {
        return false;
    }
    shard.retain(|_, person| locked(&person.state).pending.is_some());
    true
}

/// A digest of shop, platform and platform id.
pub(super) fn identity(shop: ShopId, platform: &str, platform_id: &str) -> Identity {
    let digest = Sha256::new()
        .chain_update(shop.get().to_be_bytes())
        .chain_update([u8::try_from(platform.len()).unwrap_or(u8::MAX)])
        .chain_update(platform)
        .chain_update(platform_id)
        .finalize();
    let mut identity = [0; 16];
    identity.copy_from_slice(&digest[..16]);
    identity
}
