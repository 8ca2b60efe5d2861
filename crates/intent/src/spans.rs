//! Spans: the text cut into words, numbers, codes, phones and marks, from left to right.
//!
//! ```text
//! "chốt a1 x2, 0912345678"  ─▶  Word  Code  Mark*  Number  Mark,  Phone
//! ```
//! The longest thing wins: an alias over its words, a code over the letters and digits in it.

use crate::codebook::Codebook;
use crate::codes::OfferNo;
use crate::digits;
use crate::fold::{CAPITAL, Folded};
use crate::lexicon::Found;
use crate::reading::Phone;
use crate::sense::Sense;
use crate::typed::{squeeze, untype};
use alloc::vec::Vec;

/// Most spans that are looked at; a longer comment is for a person if it holds anything like an
/// order.
const SPANS_MAX: usize = 256;

/// Room for as many is made at first.
const SPANS_USUAL: usize = 16;

/// A piece of the plain text.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Span {
    pub(crate) start: usize,
    pub(crate) end: usize,
    /// True if white space, or nothing, stands before it.
    pub(crate) gap: bool,
    pub(crate) what: What,
}

/// What a span is.
#[derive(Clone, Copy, Debug)]
pub(crate) enum What {
    /// Known words.
    Word(Found),
    /// A word that nobody knows.
    Unknown,
    /// An amount without its unit, in thousandths; `None` if it is beyond every harvest.
    Number { milli: Option<u64>, decimal: bool },
    /// A fraction or a date.
    Fraction(u64),
    /// A phone number.
    Phone,
    /// Digits that are no amount: a cut phone, an account.
    Scrap,
    /// An amount of money.
    Money,
    /// A date, a time, a height, a share.
    Aside,
    /// A code.
    Code(OfferNo),
    /// What may be meant for a code, and which.
    Suspect(Oddity, Option<OfferNo>),
    /// One ASCII mark.
    Mark(u8),
    /// A line feed.
    Line,
    /// A hand that shows a number.
    Hand,
}

/// Why something that looks like an order is not read as one.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Oddity {
    /// The form of a code, but no such code.
    Unknown,
    /// A code glued to other letters or digits.
    Glued,
    /// A letter, a blank, digits.
    Spaced,
    /// Leading zeros differ.
    Zeros,
    /// Letters that look like a code's.
    Alike,
    /// Digits of another script, superscripts.
    Foreign,
    /// Nearly a phone number.
    Phone,
    /// The session wants a prefix.
    Unprefixed,
    /// A word with several meanings that matter.
    Ambiguous,
    /// Less than nothing, or more than every harvest.
    Negative,
    /// A number alone, where codes are numbers.
    BareNumber,
}

impl Oddity {
    /// True if it was typed as a code: letters and digits, not a word or an amount.
    pub(crate) fn is_heard_as_code(self) -> bool {
        match self {
            Self::Unknown | Self::Glued | Self::Zeros | Self::Alike | Self::BareNumber => true,
            Self::Spaced | Self::Foreign | Self::Phone | Self::Unprefixed => false,
            Self::Ambiguous | Self::Negative => false,
        }
    }
}

/// A text cut into spans.
#[derive(Debug, Default)]
pub(crate) struct Spans {
    pub(crate) list: Vec<Span>,
    pub(crate) phones: Vec<Phone>,
    /// True if the text went on.
    pub(crate) is_cut: bool,
}

/// Cuts a text into spans.
pub(crate) fn spans(text: &Folded, book: &Codebook) -> Spans {
    let mut scanner = Scanner {
        text,
        bytes: text.plain.as_bytes(),
        book,
        accented: text.is_accented(),
        gap: true,
        spans: Spans::default(),
    };
    scanner.spans.list.reserve((text.plain.len() / 3 + 2).min(SPANS_USUAL));
    let mut at = 0;
    while at < text.plain.len() && !scanner.spans.is_cut {
        let end = scanner.step(at);
        assert!(end > at, "every step goes on");
        at = end;
    }
    scanner.spans
}

/// Where the cutting stands.
pub(crate) struct Scanner<'a> {
    pub(crate) text: &'a Folded,
    pub(crate) bytes: &'a [u8],
    pub(crate) book: &'a Codebook,
    pub(crate) accented: bool,
    pub(crate) gap: bool,
    pub(crate) spans: Spans,
}

impl<'a> Scanner<'a> {
    pub(crate) fn push(&mut self, start: usize, end: usize, what: What) -> usize {
        if self.spans.list.len() >= SPANS_MAX {
            self.spans.is_cut = true;
            return end;
        }
        let gap = self.gap;
        self.gap = matches!(what, What::Line);
        self.spans.list.push(Span { start, end, gap, what });
        end
    }

    /// Takes one span, or several that are glued, at `at`; returns where they end.
    fn step(&mut self, at: usize) -> usize {
        let byte = self.bytes[at];
        if matches!(byte, b'+' | b'0'..=b'9')
            && let Some(end) = self.phone(at)
        {
            return end;
        }
        match byte {
            b' ' => {
                self.gap = true;
                at + 1
            }
            b'\n' => self.push(at, at + 1, What::Line),
            b'a'..=b'z' | b'0'..=b'9' => self.word(at),
            mark if mark.is_ascii() => self.push(at, at + 1, What::Mark(mark)),
            _ => self.beyond_ascii(at),
        }
    }

    fn beyond_ascii(&mut self, at: usize) -> usize {
        let letter = self.letter(at);
        match letter {
            _ if is_cased(letter) || is_odd_digit(letter) => self.odd_word(at),
            _ if letter.is_alphabetic() => self.unspaced(at),
            _ => self.symbol(at, letter),
        }
    }

    pub(crate) fn letter(&self, at: usize) -> char {
        self.text.plain[at..].chars().next().expect("at is inside the text")
    }

    /// A phone number at `at`, if nothing but its label is glued before it.
    pub(crate) fn phone(&mut self, at: usize) -> Option<usize> {
        if !matches!(self.bytes.get(at), Some(b'+' | b'0' | b'8')) {
            return None;
        }
        let labelled = || match self.spans.list.last().map(|span| span.what) {
            Some(What::Word(found)) => found.senses.has(Sense::PhoneLabel),
            _ => false,
        };
        let before = at.checked_sub(1).map(|before| self.bytes[before]);
        if before.is_some_and(|b| b.is_ascii_alphanumeric()) && !labelled() {
            return None;
        }
        let (phone, end) = digits::phone(self.bytes, at)?;
        self.spans.phones.push(phone);
        Some(self.push(at, end, What::Phone))
    }

    /// Latin letters and digits.
    fn word(&mut self, at: usize) -> usize {
        if self.gap && matches!(self.bytes[at], b'h' | b'w') && self.is_link(at) {
            let end = at + self.bytes[at..].iter().take_while(|b| !is_white(**b)).count();
            return self.push(at, end, What::Unknown);
        }
        let end = self.cluster_end(at);
        if end < self.bytes.len() && !self.bytes[end].is_ascii() {
            let next = self.letter(end);
            if is_cased(next) || is_odd_digit(next) {
                return self.odd_word(at);
            }
        }
        let found = self.book.lexicon.longest(self.text, at, self.accented);
        let found = found.filter(|f| f.end >= end && !self.is_inside(f.end));
        if let Some(found) = found.filter(|f| f.end > end) {
            return self.push(at, found.end, What::Word(found));
        }
        if let Some(known) = self.code(at, end) {
            let what = match known.lacks_prefix {
                true => What::Suspect(Oddity::Unprefixed, Some(known.offer)),
                false => What::Code(known.offer),
            };
            return self.push(at, end, what);
        }
        match found {
            Some(found) => self.plain_word(at, found),
            None if self.bytes[at..end].iter().all(u8::is_ascii_alphabetic) => {
                self.unknown(at, end)
            }
            None => self.mixed(at, end),
        }
    }

    /// A known word, unless it is written in capitals like a code with look-alike letters.
    fn plain_word(&mut self, at: usize, found: Found) -> usize {
        let marks = &self.text.marks;
        let shouted = marks[at..found.end].iter().all(|mark| mark & CAPITAL != 0);
        let key = &self.text.plain[at..found.end];
        let alike = (shouted && key.len() > 1).then(|| self.book.codes.near(key)).flatten();
        match alike {
            Some(offer) => self.push(at, found.end, What::Suspect(Oddity::Alike, Some(offer))),
            None => self.push(at, found.end, What::Word(found)),
        }
    }

    /// Letters that are no word: typed without an input method, alike to a code, or just unknown.
    fn unknown(&mut self, at: usize, end: usize) -> usize {
        if let Some(found) = self.typed(at, end) {
            return self.push(at, end, What::Word(found));
        }
        if let Some(found) = self.drawn_out(at, end) {
            return self.push(at, end, What::Word(found));
        }
        let key = &self.text.plain[at..end];
        let what = match self.book.codes.near(key) {
            Some(offer) if key.len() > 1 => What::Suspect(Oddity::Alike, Some(offer)),
            _ => What::Unknown,
        };
        self.push(at, end, what)
    }

    /// The word that an input method would have made of these keys.
    pub(crate) fn typed(&self, at: usize, end: usize) -> Option<Found> {
        let word = untype(&self.bytes[at..end])?;
        let found = self.book.lexicon.exactly(&word, 0, word.plain.len(), true)?;
        Some(found.elsewhere(at, end))
    }

    /// The word that was drawn out: `khônggg`, `nhaaa`.
    fn drawn_out(&self, at: usize, end: usize) -> Option<Found> {
        let word = squeeze(&self.text.plain[at..end], &self.text.marks[at..end])?;
        let found = self.book.lexicon.exactly(&word, 0, word.plain.len(), self.accented)?;
        Some(found.elsewhere(at, end))
    }

    /// Latin letters or digits mixed with those of other scripts that look like them.
    fn odd_word(&mut self, at: usize) -> usize {
        let mut rest = self.text.plain[at..].char_indices();
        let inside = |c: char| c.is_ascii_alphanumeric() || is_cased(c) || is_odd_digit(c);
        let end = rest.find(|(_, c)| !inside(*c));
        let end = end.map_or(self.bytes.len(), |(length, _)| at + length);
        let word = &self.text.plain[at..end];
        let foreign = word.chars().any(is_odd_digit);
        let letters = word.chars().any(char::is_alphabetic);
        let what = match (foreign, letters) {
            (true, false) => What::Suspect(Oddity::Foreign, None),
            (true, true) => What::Suspect(Oddity::Alike, None),
            _ if word.bytes().any(|b| b.is_ascii_digit()) => What::Suspect(Oddity::Alike, None),
            _ => What::Unknown,
        };
        self.push(at, end, what)
    }

    /// A script without blanks between words.
    fn unspaced(&mut self, at: usize) -> usize {
        if let Some(found) = self.book.lexicon.longest(self.text, at, self.accented) {
            return self.push(at, found.end, What::Word(found));
        }
        let end = at + self.letter(at).len_utf8();
        let gap = self.gap;
        match self.spans.list.last_mut() {
            Some(last) if !gap && matches!(last.what, What::Unknown) => {
                last.end = end;
                end
            }
            _ => self.push(at, end, What::Unknown),
        }
    }

    /// Emoji and other signs: nothing, unless somebody gave them a meaning.
    fn symbol(&mut self, at: usize, letter: char) -> usize {
        if let Some(found) = self.book.lexicon.longest(self.text, at, self.accented) {
            return self.push(at, found.end, What::Word(found));
        }
        let end = at + letter.len_utf8();
        if matches!(letter, '☝' | '✌' | '✋' | '🖐' | '🤟' | '🤘' | '🤞' | '🖖') {
            return self.push(at, end, What::Hand);
        }
        self.gap = true;
        end
    }

    /// Where a run of letters and digits with single joiners between them ends.
    fn cluster_end(&self, at: usize) -> usize {
        let is_part = |at: usize| self.bytes.get(at).is_some_and(u8::is_ascii_alphanumeric);
        let mut end = at;
        loop {
            let joiner = self.bytes.get(end).is_some_and(|b| is_joiner(*b));
            if is_part(end) {
                end += 1;
            } else if joiner && end > at && is_part(end + 1) {
                end += 2;
            } else {
                return end;
            }
        }
    }

    fn is_inside(&self, at: usize) -> bool {
        self.bytes.get(at).is_some_and(u8::is_ascii_alphanumeric)
            && self.bytes[at - 1].is_ascii_alphanumeric()
    }

    fn is_link(&self, at: usize) -> bool {
        let rest = &self.bytes[at..];
        [&b"http://"[..], b"https://", b"www."].iter().any(|start| rest.starts_with(start))
    }
}

/// One of these may stand between the letters and the digits of a code (rule 2).
pub(crate) fn is_joiner(byte: u8) -> bool {
    matches!(byte, b'.' | b'_' | b'-')
}

fn is_white(byte: u8) -> bool {
    matches!(byte, b' ' | b'\n')
}

/// A letter with upper and lower case that is not one of a to z: Cyrillic, Greek, rare Latin.
fn is_cased(letter: char) -> bool {
    !letter.is_ascii() && letter.is_lowercase()
}

/// A digit of another script, a superscript, a fraction.
fn is_odd_digit(letter: char) -> bool {
    !letter.is_ascii() && letter.is_numeric()
}
