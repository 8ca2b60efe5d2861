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
    hash: u32,
    /// Where it stands among the keys.
    start: u32,
    /// How many entries are spelt exactly so; 0 for a beginning.
    many: u16,
    len: u8,
    /// True if a longer word begins so.
    goes_on: bool,
}

const EMPTY: u32 = u32::MAX;
/// The start of every hash.
const HASH_SEED: u32 = 0x811c_9dc5;

#[derive(Clone, Copy, Debug)]
struct Entry {
    start: u32,
    len: u8,
    sense: Sense,
    /// True if some letter of it bears an accent.
    accented: bool,
    value: u32,
}

/// Known words with the same plain spelling, at a place in a text.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Found {
    /// Where the words end, in bytes of the plain text.
    pub(crate) end: usize,
    /// All that they may mean.
    pub(crate) senses: Senses,
    start: u32,
    first: u32,
    many: u16,
    exact_only: bool,
}

impl Found {
    /// The same senses at another place, where the text is spelt otherwise; their values are lost.
    pub(crate) fn elsewhere(self, start: usize, end: usize) -> Self {
        Self { start: start as u32, end, first: 0, many: 0, ..self }
    }

    /// The marks of the letters that were found.
    fn marks(self, text: &Folded) -> &[u8] {
        &text.marks[self.start as usize..self.end]
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
        let entry = Entry { start, len, sense, accented: folded.is_accented(), value };
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
        let empty = Place { first: EMPTY, hash: 0, start: 0, many: 0, len: 0, goes_on: false };
        self.table = alloc::vec![empty; (2 * places + 1).next_power_of_two()];
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
            let whole = len == usize::from(entry.len);
            if self.table[at].first == EMPTY {
                self.table[at] = Place {
                    first: first as u32,
                    hash,
                    start: entry.start,
                    many: if whole { many.min(usize::from(u16::MAX)) as u16 } else { 0 },
                    len: len as u8,
                    goes_on: false,
                };
            }
            self.table[at].goes_on |= !whole;
        }
    }

    /// Where that spelling stands in the table, or the empty place where it would.
    #[inline]
    fn slot(&self, hash: u32, spelling: &[u8]) -> usize {
        let mask = self.table.len() - 1;
        let mut at = hash as usize & mask;
        loop {
            let place = self.table[at];
            let same = || {
                let known = &self.keys.as_bytes()[place.start as usize..][..spelling.len()];
                known.iter().zip(spelling).all(|(known, said)| known == said)
            };
            let alike = place.hash == hash && usize::from(place.len) == spelling.len();
            if place.first == EMPTY || (alike && same()) {
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
            if !place.goes_on {
                break;
            }
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

    /// The values of the meanings in that sense.
    pub(crate) fn values<'a>(
        &'a self,
        text: &'a Folded,
        found: &Found,
        sense: Sense,
    ) -> impl Iterator<Item = u32> + 'a {
        let many = if found.senses.has(sense) { found.many } else { 0 };
        let (first, many) = (found.first as usize, usize::from(many));
        let (marks, exact_only) = (found.marks(text), found.exact_only);
        self.entries[first..first + many]
            .iter()
            .filter(move |e| e.sense == sense && self.fits(marks, e, exact_only))
            .map(|e| e.value)
    }

    /// The value of the first meaning in that sense.
    pub(crate) fn value(&self, text: &Folded, found: &Found, sense: Sense) -> Option<u32> {
        self.values(text, found, sense).next()
    }

    fn fitting(
        &self,
        text: &Folded,
        start: usize,
        end: usize,
        place: Place,
        accented: bool,
    ) -> Option<Found> {
        let (first, many) = (place.first as usize, usize::from(place.many));
        let marks = &text.marks[start..end];
        let bare = is_bare(marks);
        let (mut exact, mut lacking, mut own) =
            (Senses::default(), Senses::default(), Senses::default());
        for entry in &self.entries[first..first + many] {
            match self.fit(marks, bare, entry) {
                Some(Fit::Exact) => exact = exact.with(entry.sense),
                Some(Fit::Lacking) if bare && entry.sense == Sense::Value => {
                    own = own.with(entry.sense);
                }
                Some(Fit::Lacking) => lacking = lacking.with(entry.sense),
                None => {}
            }
        }
        let exact_only = accented && exact != Senses::default();
        let senses = exact.and(own);
        let senses = if exact_only { senses } else { senses.and(lacking) };
        let (start, first, many) = (start as u32, place.first, place.many);
        let found = Found { end, senses, start, first, many, exact_only };
        (senses != Senses::default()).then_some(found)
    }

    fn fits(&self, marks: &[u8], entry: &Entry, exact: bool) -> bool {
        let bare = is_bare(marks);
        match self.fit(marks, bare, entry) {
            Some(Fit::Exact) => true,
            // A host's own colours are found without any accent in every text.
            Some(Fit::Lacking) => !exact || (bare && entry.sense == Sense::Value),
            None => false,
        }
    }

    /// How the marks of a text fit an entry with the same plain spelling.
    #[inline]
    fn fit(&self, marks: &[u8], bare: bool, entry: &Entry) -> Option<Fit> {
        match (bare, entry.accented) {
            (true, false) => return Some(Fit::Exact),
            (true, true) => return Some(Fit::Lacking),
            (false, false) => return None,
            (false, true) => {}
        }
        let known = &self.marks[entry.start as usize..][..usize::from(entry.len)];
        fit(self.key(entry), marks, known)
    }

    fn key(&self, entry: &Entry) -> &[u8] {
        &self.keys.as_bytes()[entry.start as usize..][..usize::from(entry.len)]
    }

    fn key_at(&self, at: usize) -> &[u8] {
        self.key(&self.entries[at])
    }
}

/// True if no letter bears an accent.
fn is_bare(marks: &[u8]) -> bool {
    marks.iter().all(|mark| mark & !CAPITAL == 0)
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
            let mut senses = Vec::new();
            for sense in [Sense::Cancel, Sense::Count, Sense::Value, Sense::Name] {
                let values = found.iter().flat_map(|f| lexicon.values(&text, f, sense));
                senses.extend(values.map(|value| (sense, value)));
            }
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
