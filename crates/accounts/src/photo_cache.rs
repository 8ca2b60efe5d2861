//! Bytes of photos that were just asked for.

use crate::photos::PhotoDigest;
use domain::limits::PHOTO_CACHE_BYTES_MAX;
use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

/// At most [`PHOTO_CACHE_BYTES_MAX`]; beyond it the longest known go.
#[derive(Debug, Default)]
pub(crate) struct Cache {
    known: BTreeMap<PhotoDigest, Arc<[u8]>>,
    /// The longest known first; some may be forgotten meanwhile.
    order: VecDeque<PhotoDigest>,
    bytes: usize,
}

impl Cache {
    pub(crate) fn get(&self, digest: &PhotoDigest) -> Option<Arc<[u8]>> {
        self.known.get(digest).cloned()
    }

    pub(crate) fn put(&mut self, digest: PhotoDigest, bytes: Arc<[u8]>) {
        self.bytes += bytes.len();
        if let Some(before) = self.known.insert(digest, bytes) {
            self.bytes -= before.len();
        } else {
            self.order.push_back(digest);
        }
        while self.bytes > PHOTO_CACHE_BYTES_MAX {
            let Some(oldest) = self.order.pop_front() else { return };
            self.let_go(&oldest);
        }
    }

    pub(crate) fn forget(&mut self, digest: &PhotoDigest) {
        self.let_go(digest);
        self.order.retain(|known| known != digest);
    }

    fn let_go(&mut self, digest: &PhotoDigest) {
        if let Some(bytes) = self.known.remove(digest) {
            self.bytes -= bytes.len();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_known_photo_goes_first() {
        let mut cache = Cache::default();
        let digests: Vec<_> = (0..4u8).map(|number| PhotoDigest::of(&[number])).collect();
        let third: Arc<[u8]> = vec![7; PHOTO_CACHE_BYTES_MAX / 3].into();
        for digest in &digests {
            cache.put(*digest, Arc::clone(&third));
            cache.put(*digest, Arc::clone(&third));
        }
        let known = |cache: &Cache| digests.iter().map(|d| cache.get(d).is_some()).collect();
        assert_eq!(known(&cache), vec![false, true, true, true]);
        cache.forget(&digests[1]);
        cache.put(digests[0], third);
        let now: Vec<bool> = known(&cache);
        assert_eq!(now, vec![true, false, true, true]);
        assert_eq!(cache.order.len(), 3);
    }
}
