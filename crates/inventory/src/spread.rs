//! A map whose order nobody needs, in parts.
//!
//! Looked up by what is random already (digests, references), a sorted tree costs a walk through
//! memory that is cold at every step. A table costs one; but one large table doubles in one go,
//! and every answer behind that waits. So there are many small ones, each of which grows at its own
//! time.

use alloc::vec::Vec;
use core::hash::Hash;
use domain::id::{BuyerRef, KeyDigest};
use hashbrown::HashMap;

/// Tables that entries are spread over: with a million entries one has 31,000, which move in a
/// millisecond or two.
const PARTS: usize = 32;

/// What is spread over the parts by a byte of its own, which is as good as random.
pub(crate) trait Random: Copy + Eq + Ord + Hash {
    /// That byte.
    fn byte(&self) -> u8;
}

impl Random for KeyDigest {
    fn byte(&self) -> u8 {
        self.0[0]
    }
}

impl Random for BuyerRef {
    fn byte(&self) -> u8 {
        self.0[0]
    }
}

/// The map. It is never walked through in its own order, which differs from process to process.
#[derive(Clone, Debug)]
pub(crate) struct Spread<K: Random, V>(Vec<HashMap<K, V>>);

impl<K: Random, V> Spread<K, V> {
    /// An empty one, which has no memory of its own yet.
    pub(crate) fn new() -> Self {
        Self(Vec::new())
    }

    pub(crate) fn get(&self, key: &K) -> Option<&V> {
        self.0.get(part(key))?.get(key)
    }

    pub(crate) fn contains_key(&self, key: &K) -> bool {
        self.get(key).is_some()
    }

    /// The entry, made now if there is none.
    pub(crate) fn entry(&mut self, key: K) -> &mut V
    where
        V: Default,
    {
        self.part_mut(&key).entry(key).or_default()
    }

    /// Puts an entry in and gives the one that was there.
    pub(crate) fn insert(&mut self, key: K, value: V) -> Option<V> {
        self.part_mut(&key).insert(key, value)
    }

    pub(crate) fn remove(&mut self, key: &K) -> Option<V> {
        self.0.get_mut(part(key))?.remove(key)
    }

    /// Keeps the entries of which that is true, and gives memory back that was for more.
    pub(crate) fn retain(&mut self, mut is_kept: impl FnMut(&V) -> bool) {
        for part in &mut self.0 {
            part.retain(|_, value| is_kept(value));
            part.shrink_to_fit();
        }
    }

    /// The values in the order of their keys.
    pub(crate) fn sorted(&self) -> Vec<&V> {
        let mut all: Vec<_> = self.0.iter().flatten().collect();
        all.sort_unstable_by_key(|(key, _)| **key);
        all.into_iter().map(|(_, value)| value).collect()
    }

    fn part_mut(&mut self, key: &K) -> &mut HashMap<K, V> {
        if self.0.is_empty() {
            self.0.resize_with(PARTS, HashMap::new);
        }
        &mut self.0[part(key)]
    }
}

/// Equal entries, however they lie.
impl<K: Random, V: PartialEq> PartialEq for Spread<K, V> {
    fn eq(&self, other: &Self) -> bool {
        let len = |spread: &Self| spread.0.iter().map(HashMap::len).sum::<usize>();
        let mut entries = self.0.iter().flatten();
        len(self) == len(other) && entries.all(|(key, value)| other.get(key) == Some(value))
    }
}

impl<K: Random, V: Eq> Eq for Spread<K, V> {}

impl<K: Random, V> FromIterator<(K, V)> for Spread<K, V> {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(entries: I) -> Self {
        let mut spread = Self::new();
        for (key, value) in entries {
            spread.insert(key, value);
        }
        spread
    }
}

fn part<K: Random>(key: &K) -> usize {
    usize::from(key.byte()) % PARTS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_put_in_is_found_and_comes_out_sorted_whatever_the_order() {
        let key = |n: u8| BuyerRef([n.wrapping_mul(89); 16]);
        let mut spread: Spread<BuyerRef, u8> = (0..200).map(|n| (key(n), n)).collect();
        assert_eq!(spread, (0..200).rev().map(|n| (key(n), n)).collect());
        assert_eq!(spread.insert(key(7), 7), Some(7));
        assert_eq!(spread.get(&key(199)), Some(&199));
        spread.retain(|value| value % 2 == 0);
        assert!(!spread.contains_key(&key(199)));
        assert_eq!(spread.remove(&key(6)), Some(6));
        *spread.entry(key(6)) += 1;
        let sorted: Vec<u8> = spread.sorted().into_iter().copied().collect();
        let mut expected: Vec<u8> =
            (0..200).filter(|n| n % 2 == 0).map(|n| if n == 6 { 1 } else { n }).collect();
        expected.sort_by_key(|n| key(if *n == 1 { 6 } else { *n }));
        assert_eq!(sorted, expected);
    }

    #[test]
    fn an_empty_one_equals_one_that_was_emptied() {
        let mut spread = Spread::new();
        spread.insert(BuyerRef([1; 16]), 1);
        spread.remove(&BuyerRef([1; 16]));
        assert!(spread.sorted().is_empty());
        assert_eq!(spread, Spread::new());
    }
}
