//! The lexicon: the longest known words that begin at a place, with all that they may mean there.
//!
//! Sorted by their plain bytes, so that one walk along the text narrows down all words at once.

use crate::fold::{Fit, Folded, fit};
use crate::sense::{Sense, Senses};
use alloc::string::String;
use alloc::vec::Vec;

/// Every known spelling with one of its senses.
#[derive(Debug, Default)]
pub(crate) struct Lexicon {
    keys: String,
    marks: Vec<u8>,
    entries: Vec<Entry>,
}

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
        self.entries.sort_by(|a, b| (key(a), a.sense, a.value).cmp(&(key(b), b.sense, b.value)));
    }

    /// The longest known words that begin at byte `at` and end where a word may end. A missing
    /// accent is forgiven; where a word without accents is known too, it wins if its writer uses
    /// accents elsewhere.
    pub(crate) fn longest(&self, text: &Folded, at: usize, accented: bool) -> Option<Found> {
        let bytes = text.plain.as_bytes();
        let (mut low, mut high) = (0, self.entries.len());
        let mut best = None;
        for depth in 0.. {
            let ends = self.entries[low..high].partition_point(|e| usize::from(e.len) == depth);
            if ends > 0 && may_end(bytes, at + depth) {
                best = self.fitting(text, at, at + depth, low..low + ends, accented).or(best);
            }
            low += ends;
            let Some(&byte) = bytes.get(at + depth) else {
                break;
            };
            let rest = &self.entries[low..high];
            let below = rest.partition_point(|e| self.byte(e, depth) < byte);
            let upto = below + rest[below..].partition_point(|e| self.byte(e, depth) == byte);
            (low, high) = (low + below, low + upto);
            if low == high {
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
        let from = self.entries.partition_point(|e| self.key(e) < bytes);
        let many = self.entries[from..].partition_point(|e| self.key(e) == bytes);
        self.fitting(text, start, end, from..from + many, accented)
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
        range: core::ops::Range<usize>,
        accented: bool,
    ) -> Option<Found> {
        let entries = &self.entries[range.clone()];
        let exact_only = accented && entries.iter().any(|e| self.fits(text, start, end, e, true));
        let fitting = entries.iter().filter(|e| self.fits(text, start, end, e, exact_only));
        let senses = fitting.fold(Senses::default(), |all, e| all.with(e.sense));
        (senses != Senses::default()).then_some(Found {
            end,
            senses,
            start,
            first: range.start as u32,
            last: range.end as u32,
            exact_only,
        })
    }

    fn fits(&self, text: &Folded, start: usize, end: usize, entry: &Entry, exact: bool) -> bool {
        let known = &self.marks[entry.start as usize..][..usize::from(entry.len)];
        match fit(self.key(entry), &text.marks[start..end], known) {
            Some(Fit::Exact) => true,
            Some(Fit::Lacking) => !exact,
            None => false,
        }
    }

    fn key(&self, entry: &Entry) -> &[u8] {
        &self.keys.as_bytes()[entry.start as usize..][..usize::from(entry.len)]
    }

    fn byte(&self, entry: &Entry, depth: usize) -> u8 {
        self.keys.as_bytes()[entry.start as usize + depth]
    }
}

/// True if a word may end before byte `at`: not between two Latin letters, nor between two digits.
fn may_end(bytes: &[u8], at: usize) -> bool {
    let (Some(&before), Some(&after)) = (bytes.get(at.wrapping_sub(1)), bytes.get(at)) else {
        return true;
    };
    let letters = before.is_ascii_alphabetic() && after.is_ascii_alphabetic();
    let digits = before.is_ascii_digit() && after.is_ascii_digit();
    !letters && !digits
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
