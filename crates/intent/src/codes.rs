//! Codes in their joined form: `SP-POLO-012`, `sp_polo.012` and `sppolo012` are one key.

use crate::fold::Folded;
use alloc::string::String;
use alloc::vec::Vec;
use domain::limits::CODE_BYTES_MAX;

/// An offer's number in the codebook.
pub(crate) type OfferNo = u16;

/// All codes that are written with Latin letters and digits.
#[derive(Debug, Default)]
pub(crate) struct Codes {
    by_key: Vec<Known>,
    /// The same by [`near_key`].
    by_near_key: Vec<(String, OfferNo)>,
    shapes: Shapes,
}

/// What all codes have in common, so that most words are known at a glance to be none.
#[derive(Debug, Default)]
struct Shapes {
    /// Bit n: some code begins with the n-th of `a` to `z` and `0` to `9`.
    firsts: u64,
    /// Bit n: some code has n bytes, with the session's prefix or without; the last bit for more.
    lengths: u64,
    /// True if some code has no digit.
    wordlike: bool,
}

/// A code that was found.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Known {
    key: String,
    /// Which offer's.
    pub(crate) offer: OfferNo,
    /// Bit n: the code itself has a separator before its n-th letter or digit.
    pub(crate) separators: u64,
    /// True if the session wants a prefix that this spelling lacks.
    pub(crate) lacks_prefix: bool,
}

impl Codes {
    /// Adds an offer's code; false if it has letters of another script, so that it is a word like
    /// others.
    pub(crate) fn add(&mut self, code: &str, offer: OfferNo, prefix: Option<&str>) -> bool {
        let Some((key, separators)) = join(code) else {
            return false;
        };
        if let Some((prefix, _)) = prefix.and_then(join) {
            let at = prefix.len() as u32;
            self.by_key.push(Known {
                key: prefix + &key,
                offer,
                separators: separators.checked_shl(at).unwrap_or(0)
                    | 1u64.checked_shl(at).unwrap_or(0),
                lacks_prefix: false,
            });
        }
        self.by_near_key.push((near_key(&key), offer));
        let lacks_prefix = prefix.is_some();
        self.by_key.push(Known { key, offer, separators, lacks_prefix });
        true
    }

    /// Makes what was added findable. Of two codes with one key the one that needs no prefix
    /// counts, then the first offer's.
    pub(crate) fn sort(&mut self) {
        let rank = |k: &Known| (k.key.clone(), k.lacks_prefix, k.offer);
        self.by_key.sort_by_key(rank);
        self.by_key.dedup_by(|later, earlier| later.key == earlier.key);
        self.by_near_key.sort();
        let keys = self.by_key.iter().map(|known| known.key.as_bytes());
        self.shapes = keys.fold(Shapes::default(), Shapes::with);
    }

    /// The code with exactly that key: lower case, without accents and separators.
    pub(crate) fn get(&self, key: &str) -> Option<&Known> {
        if !self.shapes.may_be(key.as_bytes()) {
            return None;
        }
        let at = self.by_key.binary_search_by(|known| known.key.as_str().cmp(key)).ok()?;
        Some(&self.by_key[at])
    }

    /// The only code that looks like that key: other leading zeros, or I for 1 and O for 0.
    pub(crate) fn near(&self, key: &str) -> Option<OfferNo> {
        if key.len() > CODE_BYTES_MAX {
            return None;
        }
        let near = near_letters(key);
        let from = self.by_near_key.partition_point(|(k, _)| k.chars().lt(near.clone()));
        let mut same =
            self.by_near_key[from..].iter().take_while(|(k, _)| k.chars().eq(near.clone()));
        match (same.next(), same.next()) {
            (Some(&(_, offer)), None) => Some(offer),
            _ => None,
        }
    }

    /// True if some code looks like that key.
    pub(crate) fn is_near(&self, key: &str) -> bool {
        let near = near_key(key);
        self.by_near_key.binary_search_by(|(known, _)| known.as_str().cmp(&near)).is_ok()
    }

    /// True if some code begins with the letters before `key`'s first digit.
    pub(crate) fn is_shaped_like(&self, key: &str) -> bool {
        let letters = key.find(|c: char| c.is_ascii_digit()).unwrap_or(key.len());
        let letters = &key[..letters];
        let from = self.by_key.partition_point(|k| k.key.as_str() < letters);
        let next = self.by_key.get(from..).and_then(|rest| rest.first());
        !letters.is_empty()
            && next.is_some_and(|k| {
                let rest = k.key.strip_prefix(letters);
                rest.is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
            })
    }
}

impl Shapes {
    fn with(self, key: &[u8]) -> Self {
        Self {
            firsts: self.firsts | Self::first(key),
            lengths: self.lengths | Self::length(key),
            wordlike: self.wordlike || !key.iter().any(u8::is_ascii_digit),
        }
    }

    fn may_be(&self, key: &[u8]) -> bool {
        self.firsts & Self::first(key) != 0
            && self.lengths & Self::length(key) != 0
            && (self.wordlike || key.iter().any(u8::is_ascii_digit))
    }

    fn first(key: &[u8]) -> u64 {
        match key.first() {
            Some(letter @ b'a'..=b'z') => 1 << (letter - b'a'),
            Some(digit @ b'0'..=b'9') => 1 << (26 + digit - b'0'),
            _ => 0,
        }
    }

    fn length(key: &[u8]) -> u64 {
        1 << key.len().min(63)
    }
}

/// Lower case without accents and separators, and where separators stood; `None` for other scripts.
fn join(code: &str) -> Option<(String, u64)> {
    let folded = Folded::new(code);
    let (mut key, mut separators) = (String::new(), 0u64);
    for letter in folded.plain.chars() {
        match letter {
            'a'..='z' | '0'..='9' => key.push(letter),
            _ if letter.is_ascii() => separators |= 1u64.checked_shl(key.len() as u32).unwrap_or(0),
            _ => return None,
        }
    }
    (!key.is_empty()).then_some((key, separators))
}

/// Leading zeros of each number left out; letters that look like digits become them.
fn near_key(key: &str) -> String {
    near_letters(key).collect()
}

/// The same, letter by letter.
fn near_letters(key: &str) -> impl Iterator<Item = char> + Clone {
    let mut in_number = false;
    let mut letters = key.chars().map(digit_alike).peekable();
    core::iter::from_fn(move || {
        loop {
            let letter = letters.next()?;
            let more = letters.peek().is_some_and(char::is_ascii_digit);
            if letter == '0' && !in_number && more {
                continue;
            }
            in_number = letter.is_ascii_digit();
            return Some(letter);
        }
    })
}

fn digit_alike(letter: char) -> char {
    match letter {
        'i' | 'l' => '1',
        'o' => '0',
        'z' => '2',
        other => other,
    }
}

/// True if the two keys differ in leading zeros only.
pub(crate) fn differ_in_zeros(key: &str, other: &str) -> bool {
    let letters = |k: &str| k.bytes().filter(u8::is_ascii_alphabetic).collect::<Vec<_>>();
    letters(key) == letters(other) && near_key(key) == near_key(other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn separators_and_case_do_not_matter_and_a_near_miss_is_named() {
        let mut codes = Codes::default();
        for (offer, code) in ["SP-POLO-012", "A1", "a01x"].into_iter().enumerate() {
            assert!(codes.add(code, offer as OfferNo, None));
        }
        assert!(!codes.add("粉", 3, None));
        codes.sort();
        let found = codes.get("sppolo012").expect("a code");
        assert_eq!((found.offer, found.separators), (0, 1 << 2 | 1 << 6));
        assert_eq!(codes.get("a01"), None);
        assert_eq!(codes.near("a01"), Some(1));
        assert_eq!(codes.near("ai"), Some(1));
        assert_eq!(codes.near("a10"), None);
        assert!(differ_in_zeros("a01", "a1") && !differ_in_zeros("ai", "a1"));
        assert!(codes.is_shaped_like("a9") && !codes.is_shaped_like("b9"));
    }

    #[test]
    fn a_prefix_belongs_to_the_code_where_the_session_wants_one() {
        let mut codes = Codes::default();
        codes.add("K12", 0, Some("A"));
        codes.sort();
        assert!(codes.get("ak12").is_some_and(|k| !k.lacks_prefix && k.separators == 1 << 1));
        assert!(codes.get("k12").is_some_and(|k| k.lacks_prefix));
    }
}
