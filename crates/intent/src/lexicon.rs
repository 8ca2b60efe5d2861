//! The lexicon: the longest known words that begin at a place, with all that they may mean there.
//!
//! Every word and every beginning of one, up to where a word may end, stands in a table; so one
//! walk along the text finds the longest, and stops where nothing longer begins.

use crate::fold::{CAPITAL, Fit, Folded, fit};
use crate::sense::{Sense, Senses};
use alloc::string::String;
use alloc::vec::Vec;

/// Every known spelling with one of its senses.
#[derive(Debug, Default)]
pub(crate) struct Lexicon {
    keys: String,
    marks: Vec<u8>,
    entries: Vec<Entry>,
    /// Open addressing; as many places as a power of two, at least half of them empty.
    table: Vec<Place>,
}

/// A word, or the beginning of a longer one, in the table.
#[derive(Clone, Copy, Debug)]
struct Place {
    /// The first of the entries that begin so; [`EMPTY`] for none.
    first: u32,
    len: u8,
    /// How many entries are spelt exactly so; 0 for a beginning.
    many: u16,
}

const EMPTY: u32 = u32::MAX;
/// The start of every hash.
const HASH_SEED: u32 = 0x811c_9dc5;

#[derive(Clone, Copy, Debug)]
struct Entry {
    start: u32,
    len: u8,
    sense: Sense,
    value: u32,
}

/// Known words with the same plain spelling, at a place in a text.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Found {
    /// Where the words end, in bytes of the plain text.
    pub(crate) end: usize,
    /// All that they may mean.
    pub(crate) senses: Senses,
    start: usize,
    first: u32,
    last: u32,
    exact_only: bool,
}

impl Found {
    /// The same senses at another place, where the text is spelt otherwise; their values are lost.
    pub(crate) fn elsewhere(self, start: usize, end: usize) -> Self {
        Self { start, end, first: 0, last: 0, ..self }
    }
}

impl Lexicon {
    /// Adds a spelling with a sense; unreachable spellings (empty, or longer than a word may be)
    /// are left out.
    pub(crate) fn add(&mut self, word: &str, sense: Sense, value: u32) {
        let folded = Folded::new(word);
        let Ok(len) = u8::try_from(folded.plain.len()) else {
            return;
        };
        if len == 0 {
            return;
        }
        let start = self.keys.len() as u32;
        self.keys.push_str(&folded.plain);
        self.marks.extend_from_slice(&folded.marks);
        let entry = Entry { start, len, sense, value };
        self.entries.push(entry);
    }

    /// Makes what was added findable.
    pub(crate) fn sort(&mut self) {
        let keys = self.keys.as_bytes();
        let key = |e: &Entry| &keys[e.start as usize..e.start as usize + usize::from(e.len)];
        self.entries
            .sort_unstable_by(|a, b| (key(a), a.sense, a.value).cmp(&(key(b), b.sense, b.value)));
        let beginnings = |e: &Entry| (1..=key(e).len()).filter(|&at| may_end(key(e), at)).count();
        let places: usize = self.entries.iter().map(beginnings).sum();
        let (first, len, many) = (EMPTY, 0, 0);
        self.table = alloc::vec![Place { first, len, many }; (2 * places + 1).next_power_of_two()];
        let mut at = 0;
        while at < self.entries.len() {
            let same = self.entries[at..].partition_point(|e| self.key(e) == self.key_at(at));
            self.place(at, same);
            at += same;
        }
    }

    /// Puts the key of the entry at `first` into the table, and all its beginnings.
    fn place(&mut self, first: usize, many: usize) {
        let entry = self.entries[first];
        let mut hash = HASH_SEED;
        for len in 1..=usize::from(entry.len) {
            hash = hashed(hash, self.keys.as_bytes()[entry.start as usize + len - 1]);
            if !may_end(self.key(&entry), len) {
                continue;
            }
            let at = self.slot(hash, &self.key(&entry)[..len]);
            if self.table[at].first == EMPTY {
                let whole = len == usize::from(entry.len);
                self.table[at] = Place {
                    first: first as u32,
                    len: len as u8,
                    many: if whole { many.min(usize::from(u16::MAX)) as u16 } else { 0 },
                };
            }
        }
    }

    /// Where that spelling stands in the table, or the empty place where it would.
    fn slot(&self, hash: u32, spelling: &[u8]) -> usize {
        let mask = self.table.len() - 1;
        let mut at = hash as usize & mask;
        loop {
            let place = self.table[at];
            let same = || &self.key_at(place.first as usize)[..spelling.len()] == spelling;
            if place.first == EMPTY || (usize::from(place.len) == spelling.len() && same()) {
                return at;
            }
            at = (at + 1) & mask;
        }
    }

    /// The longest known words that begin at byte `at` and end where a word may end. A missing
    /// accent is forgiven; where a word without accents is known too, it wins if its writer uses
    /// accents elsewhere.
    pub(crate) fn longest(&self, text: &Folded, at: usize, accented: bool) -> Option<Found> {
        let bytes = text.plain.as_bytes();
        let mut hash = HASH_SEED;
        let mut best = None;
        for end in at + 1..=bytes.len() {
            hash = hashed(hash, bytes[end - 1]);
            if !may_end(bytes, end) {
                continue;
            }
            let place = self.table[self.slot(hash, &bytes[at..end])];
            if place.first == EMPTY {
                break;
            }
            best = self.fitting(text, at, end, place, accented).or(best);
        }
        best
    }

    /// The known words that are exactly the text from `start` to `end`.
    pub(crate) fn exactly(
        &self,
        text: &Folded,
        start: usize,
        end: usize,
        accented: bool,
    ) -> Option<Found> {
        let bytes = &text.plain.as_bytes()[start..end];
        let hash = bytes.iter().fold(HASH_SEED, |hash, byte| hashed(hash, *byte));
        let place = self.table[self.slot(hash, bytes)];
        (place.first != EMPTY).then(|| self.fitting(text, start, end, place, accented))?
    }

    /// The senses with their values, of words found in that text.
    pub(crate) fn meanings<'a>(
        &'a self,
        text: &'a Folded,
        found: &Found,
    ) -> impl Iterator<Item = (Sense, u32)> + 'a {
        let (start, end, exact_only) = (found.start, found.end, found.exact_only);
        self.entries[found.first as usize..found.last as usize]
            .iter()
            .filter(move |e| self.fits(text, start, end, e, exact_only))
            .map(|e| (e.sense, e.value))
    }

    /// The value of the first meaning in that sense.
    pub(crate) fn value(&self, text: &Folded, found: &Found, sense: Sense) -> Option<u32> {
        self.meanings(text, found).find_map(|(s, value)| (s == sense).then_some(value))
    }

    fn fitting(
        &self,
        text: &Folded,
        start: usize,
        end: usize,
        place: Place,
        accented: bool,
    ) -> Option<Found> {
        let (first, last) = (place.first, place.first + u32::from(place.many));
        let entries = &self.entries[first as usize..last as usize];
        let exact = |e: &Entry| self.fit(text, start, end, e) == Some(Fit::Exact);
        let exact_only = accented && entries.iter().any(exact);
        let fitting = entries.iter().filter(|e| self.fits(text, start, end, e, exact_only));
        let senses = fitting.fold(Senses::default(), |all, e| all.with(e.sense));
        (senses != Senses::default()).then_some(Found {
            end,
            senses,
            start,
            first,
            last,
            exact_only,
        })
    }

    fn fits(&self, text: &Folded, start: usize, end: usize, entry: &Entry, exact: bool) -> bool {
        match self.fit(text, start, end, entry) {
            Some(Fit::Exact) => true,
            // A host's own colours are found without any accent in every text.
            Some(Fit::Lacking) if exact && entry.sense == Sense::Value => {
                text.marks[start..end].iter().all(|mark| mark & !CAPITAL == 0)
            }
            Some(Fit::Lacking) => !exact,
            None => false,
        }
    }

    fn fit(&self, text: &Folded, start: usize, end: usize, entry: &Entry) -> Option<Fit> {
        let known = &self.marks[entry.start as usize..][..usize::from(entry.len)];
        fit(self.key(entry), &text.marks[start..end], known)
    }

    fn key(&self, entry: &Entry) -> &[u8] {
        &self.keys.as_bytes()[entry.start as usize..][..usize::from(entry.len)]
    }

    fn key_at(&self, at: usize) -> &[u8] {
        self.key(&self.entries[at])
    }
}

/// One step of FNV-1a: short keys, no hostile ones among them (a host's words only slow that host
/// down).
fn hashed(hash: u32, byte: u8) -> u32 {
    (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
}

/// True if a word may end before byte `at`: not between two Latin letters, nor between two digits,
/// nor inside a letter.
fn may_end(bytes: &[u8], at: usize) -> bool {
    let (Some(&before), Some(&after)) = (bytes.get(at.wrapping_sub(1)), bytes.get(at)) else {
        return true;
    };
    let letters = before.is_ascii_alphabetic() && after.is_ascii_alphabetic();
    let digits = before.is_ascii_digit() && after.is_ascii_digit();
    let inside_letter = after & 0b1100_0000 == 0b1000_0000;
    !letters && !digits && !inside_letter
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_word_wins_and_missing_accents_are_forgiven() {
        let mut lexicon = Lexicon::default();
        for (word, sense, value) in [
            ("xanh", Sense::Value, 1),
            ("xanh dương", Sense::Value, 2),
            ("bỏ", Sense::Cancel, 0),
            ("bó", Sense::Count, 0),
            ("bo", Sense::Name, 0),
            ("取消", Sense::Cancel, 0),
        ] {
            lexicon.add(word, sense, value);
        }
        lexicon.sort();
        let check = |text: &str, accented: bool, expected: &[(Sense, u32)]| {
            let text = Folded::new(text);
            let found = lexicon.longest(&text, 0, accented);
            let senses: Vec<_> =
                found.map_or(Vec::new(), |f| lexicon.meanings(&text, &f).collect());
            assert_eq!(senses, expected, "{text:?}");
        };
        check("xanh", false, &[(Sense::Value, 1)]);
        check("xanh duong", false, &[(Sense::Value, 2)]);
        check("xanh dương m", true, &[(Sense::Value, 2)]);
        check("xanhh", false, &[]);
        check("bỏ", true, &[(Sense::Cancel, 0)]);
        check("bơ", true, &[]);
        check("bo", false, &[(Sense::Cancel, 0), (Sense::Count, 0), (Sense::Name, 0)]);
        check("bo", true, &[(Sense::Name, 0)]);
        check("取消a1", false, &[(Sense::Cancel, 0)]);
    }
}
