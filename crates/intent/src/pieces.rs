//! Pieces: spans that belong together, such as a number with its unit or `mã` with its number.
//!
//! ```text
//! Word(mã) Number(3)  Number(2) Word(ký) Word(rưỡi)   ─▶  Code(3)  Amount(2.5 ký)
//! ```
//! What a single word means here is settled afterwards, in `roles.rs`.

use crate::amount::{Amount, Form};
use crate::codebook::Codebook;
use crate::codes::OfferNo;
use crate::fold::Folded;
use crate::lexicon::Found;
use crate::sense::{Sense, Senses};
use crate::spans::{Oddity, Span, What};
use alloc::vec::Vec;

/// A piece of a comment and the part it plays.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Piece {
    pub(crate) role: Role,
    /// Where it begins and ends in the plain text.
    pub(crate) start: usize,
    pub(crate) end: usize,
}

/// The part that a piece plays.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Role {
    /// Not settled yet.
    Word(Found),
    Code(OfferNo),
    /// A name that counts like a code if something goes with it.
    Alias(OfferNo),
    Amount(Amount),
    /// A value that an offer in play has.
    Value(Found),
    /// A number that must be a value, after `size`.
    ValueNumber,
    /// A value that no offer in play has.
    Foreign,
    Every,
    Each,
    /// `,` and the like.
    Comma,
    /// A new line.
    Break,
    /// `và`, `+`.
    Join,
    /// A minus glued to a code.
    Minus,
    /// To buy.
    Buy,
    Claim,
    /// Not, before what it denies.
    Deny,
    /// Not, somewhere else.
    Not,
    Ask,
    /// Who: with a verb a question about others.
    Whoever,
    Cancel,
    Pass,
    Stop,
    Swap,
    Add,
    Hedge,
    Done,
    All,
    Next,
    Money,
    Phone,
    Hand,
    Person,
    /// Politeness, labels, addresses: says nothing about an order.
    Known,
    /// A count word, or a word of an offer's name; true if of the pinned one's.
    Goods(bool),
    Unknown,
    Suspect(Oddity, Option<OfferNo>),
}

impl Role {
    /// True for persons and what says nothing about an order.
    pub(crate) fn is_quiet(self) -> bool {
        matches!(self, Self::Known | Self::Person)
    }
}

/// Puts spans together.
pub(crate) fn pieces(text: &Folded, book: &Codebook, spans: &[Span]) -> Vec<Piece> {
    let mut grouping = Grouping { text, book, spans, pieces: Vec::with_capacity(spans.len()) };
    let mut at = 0;
    while at < spans.len() {
        let next = grouping.step(at);
        assert!(next > at, "every step goes on");
        at = next;
    }
    grouping.pieces
}

/// Where the grouping stands.
pub(crate) struct Grouping<'a> {
    pub(crate) text: &'a Folded,
    pub(crate) book: &'a Codebook,
    pub(crate) spans: &'a [Span],
    pub(crate) pieces: Vec<Piece>,
}

impl Grouping<'_> {
    /// Makes one piece of the spans from `at` to before `next`.
    pub(crate) fn push(&mut self, at: usize, next: usize, role: Role) -> usize {
        let (first, last) = (self.spans[at], self.spans[next - 1]);
        self.pieces.push(Piece { role, start: first.start, end: last.end });
        next
    }

    pub(crate) fn what(&self, at: usize) -> Option<What> {
        self.spans.get(at).map(|span| span.what)
    }

    pub(crate) fn word(&self, at: usize) -> Option<Found> {
        match self.what(at) {
            Some(What::Word(found)) => Some(found),
            _ => None,
        }
    }

    pub(crate) fn senses(&self, at: usize) -> Senses {
        self.word(at).map(|found| found.senses).unwrap_or_default()
    }

    pub(crate) fn plain(&self, at: usize) -> &str {
        let span = self.spans[at];
        &self.text.plain[span.start..span.end]
    }

    fn is_number(&self, at: usize) -> bool {
        matches!(self.what(at), Some(What::Number { .. }))
    }

    pub(crate) fn follows_code(&self) -> bool {
        let last = self.pieces.last().map(|piece| piece.role);
        match last {
            Some(Role::Code(_) | Role::Alias(_) | Role::Every) => true,
            Some(Role::Word(found)) => found.senses.any(&[Sense::Value, Sense::Alias, Sense::Code]),
            _ => false,
        }
    }

    fn step(&mut self, at: usize) -> usize {
        let next = at + 1;
        match self.spans[at].what {
            What::Line => self.push(at, next, Role::Break),
            What::Mark(mark) => self.mark(at, mark),
            What::Number { .. } => self.number(at),
            What::Fraction(_) => self.number(at),
            What::Word(found) => self.worded(at, found),
            What::Unknown if self.is_letter(at) => self.lettered(at, None),
            What::Unknown => match self.spaced_code(at) {
                Some(offer) => self.push(at, next + 1, Role::Suspect(Oddity::Spaced, Some(offer))),
                None => self.push(at, next, Role::Unknown),
            },
            What::Code(offer) => self.push(at, next, Role::Code(offer)),
            What::Suspect(oddity, offer) => self.push(at, next, Role::Suspect(oddity, offer)),
            What::Phone => self.push(at, next, Role::Phone),
            What::Money => self.push(at, next, Role::Money),
            What::Scrap if self.follows_code() && is_overflow(self.plain(at)) => {
                self.push(at, next, Role::Suspect(Oddity::Negative, None))
            }
            What::Scrap | What::Aside => self.push(at, next, Role::Known),
            What::Hand => self.push(at, next, Role::Hand),
        }
    }

    fn mark(&mut self, at: usize, mark: u8) -> usize {
        let next = at + 1;
        let follower = self.what(next);
        let glued = self.spans.get(next).is_some_and(|span| !span.gap);
        match mark {
            b'*' if self.is_number(next) => self.amount(at, next, Form::Times),
            b'*' if follower.is_some_and(|w| matches!(w, What::Scrap | What::Mark(b'-'))) => {
                self.push(at, next + 1, Role::Suspect(Oddity::Negative, None))
            }
            b'*' if self.follows_code() && matches!(follower, Some(What::Mark(b'+'))) => {
                self.push(at, next, Role::Every)
            }
            b'+' if self.is_number(next) && (glued || self.follows_code()) => {
                self.amount(at, next, Form::Plus)
            }
            b'+' | b'&' => self.push(at, next, Role::Join),
            b'-' if glued && self.spans[at].gap && self.is_number(next) => {
                self.push(at, next + 1, Role::Suspect(Oddity::Negative, None))
            }
            b'-' if !self.spans[at].gap && !glued && self.follows_code() => {
                self.push(at, next, Role::Minus)
            }
            b'=' | b':' if self.is_number(next) && self.follows_code() => {
                self.amount(at, next, Form::Labelled)
            }
            b'?' => self.push(at, next, Role::Ask),
            b',' | b';' | b'|' | b'/' | b'.' | b'-' => self.push(at, next, Role::Comma),
            b'@' if glued => self.push(at, next + 1, Role::Unknown),
            _ => next,
        }
    }

    fn is_letter(&self, at: usize) -> bool {
        let span = self.spans[at];
        span.end - span.start == 1 && self.text.plain.as_bytes()[span.start].is_ascii_alphabetic()
    }

    /// A known word: alone, or the label of what follows it.
    fn worded(&mut self, at: usize, found: Found) -> usize {
        let next = at + 1;
        let senses = found.senses;
        let colon = usize::from(matches!(self.what(next), Some(What::Mark(b':' | b'=' | b'#'))));
        let labelled = next + colon;
        if senses.has(Sense::Each) {
            return self.push(at, next, Role::Each);
        }
        if senses.has(Sense::AmountLabel) && self.is_number(labelled) {
            return self.amount(at, labelled, Form::Labelled);
        }
        if senses.has(Sense::Marker)
            && let Some(end) = self.marked(at, labelled)
        {
            return end;
        }
        if senses.has(Sense::ValueLabel) {
            let number = labelled + usize::from(self.plain_is(labelled, "so"));
            if self.is_number(number) && !self.senses(number + 1).has(Sense::Mass) {
                self.push(number, number + 1, Role::ValueNumber);
                return number + 1;
            }
        }
        if senses.has(Sense::Price) {
            match self.what(labelled) {
                Some(What::Money | What::Number { .. }) => {
                    let money = self.senses(labelled + 1).has(Sense::Money);
                    return self.push(at, labelled + 1 + usize::from(money), Role::Money);
                }
                _ => return self.push(at, next, Role::Ask),
            }
        }
        let place = senses.has(Sense::Place) || senses.only(&[Sense::Aside]);
        let place = place && !(self.is_letter(at) && self.spaced_code(at).is_some());
        if place && self.is_number(labelled) && !self.is_measured(labelled) {
            return self.push(at, labelled + 1, Role::Known);
        }
        if let Some(end) = self.number_in_words(at) {
            return end;
        }
        if self.is_letter(at) {
            return self.lettered(at, Some(found));
        }
        match self.book.lexicon.value(self.text, &found, Sense::Code) {
            Some(offer) => self.unspaced_code(at, offer as OfferNo),
            None => self.push(at, next, Role::Word(found)),
        }
    }

    fn plain_is(&self, at: usize, word: &str) -> bool {
        at < self.spans.len() && self.plain(at) == word
    }

    /// A code in a script without blanks, unless it stands inside an unknown word.
    fn unspaced_code(&mut self, at: usize, offer: OfferNo) -> usize {
        let is_strange = |at: usize| {
            let span = self.spans.get(at);
            span.is_some_and(|s| {
                matches!(s.what, What::Unknown) && !self.text.plain.as_bytes()[s.start].is_ascii()
            })
        };
        let before = at > 0 && !self.spans[at].gap && is_strange(at - 1);
        let after = self.spans.get(at + 1).is_some_and(|s| !s.gap) && is_strange(at + 1);
        let role = match before || after {
            true => Role::Suspect(Oddity::Glued, Some(offer)),
            false => Role::Code(offer),
        };
        self.push(at, at + 1, role)
    }

    /// After `mã` a number or a letter is a code (rule 5).
    fn marked(&mut self, at: usize, next: usize) -> Option<usize> {
        let weak = matches!(self.plain(at), "m" | "so" | "no.");
        let code = match self.what(next)? {
            What::Number { decimal, .. } => {
                let place = self.senses(next + 1);
                if weak && place.has(Sense::Place) && place.only(&[Sense::Place, Sense::Address]) {
                    return Some(self.push(at, next + 1, Role::Known));
                }
                let glued = !self.spans[next].gap;
                if (self.plain(at) == "m" && !glued) || (weak && !self.book.is_numeric) {
                    return None;
                }
                if decimal {
                    return Some(self.push(at, next + 1, Role::Suspect(Oddity::BareNumber, None)));
                }
                self.plain(next)
            }
            What::Word(_) | What::Unknown
                if self.book.has_letters && self.is_letter(next) && !weak =>
            {
                self.plain(next)
            }
            _ => return None,
        };
        let role = match (self.book.codes.get(code), self.book.codes.near(code)) {
            (Some(known), _) if known.lacks_prefix => {
                Role::Suspect(Oddity::Unprefixed, Some(known.offer))
            }
            (Some(known), _) => Role::Code(known.offer),
            (None, Some(offer)) => Role::Suspect(Oddity::Zeros, Some(offer)),
            (None, None) => Role::Suspect(Oddity::Unknown, None),
        };
        Some(self.push(at, next + 1, role))
    }

    /// A single letter: a one-letter code where its context says so, half of a spaced code, or a
    /// word.
    fn lettered(&mut self, at: usize, found: Option<Found>) -> usize {
        let next = at + 1;
        let code = self.book.codes.get(self.plain(at)).map(|known| known.offer);
        let glued = self.spans.get(next).is_some_and(|span| !span.gap);
        let follower = self.what(next);
        if let Some(offer) = code {
            let counts = match follower {
                Some(What::Mark(b'+' | b'*')) => glued && self.is_number(next + 1),
                Some(What::Mark(b'-')) => glued,
                Some(What::Word(after)) => glued && after.senses.has(Sense::Cancel),
                _ => false,
            };
            if counts {
                return self.push(at, next, Role::Code(offer));
            }
            if self.spans.len() == 1 {
                return self.push(at, next, Role::Suspect(Oddity::Spaced, Some(offer)));
            }
        }
        if let Some(offer) = self.spaced_code(at) {
            return self.push(at, next + 1, Role::Suspect(Oddity::Spaced, Some(offer)));
        }
        match found {
            Some(found) => self.push(at, next, Role::Word(found)),
            None => self.push(at, next, Role::Unknown),
        }
    }

    /// `a 1` where A1 is a code, and the number has no unit and no code after it (rule 3).
    fn spaced_code(&self, at: usize) -> Option<OfferNo> {
        let next = at + 1;
        if !self.is_number(next) || !self.spans[next].gap || self.is_measured(next) {
            return None;
        }
        if matches!(self.what(next + 1), Some(What::Code(_) | What::Suspect(..))) {
            return None;
        }
        let after = self.senses(next + 1);
        if after.any(&[Sense::Marker, Sense::Alias, Sense::Code]) {
            return None;
        }
        if self.plain(at).len() > domain::limits::CODE_BYTES_MAX {
            return None;
        }
        let mut key = alloc::string::String::from(self.plain(at));
        key.push_str(self.plain(next));
        self.book.codes.get(&key).map(|known| known.offer)
    }
}

/// True if a long run of digits after a code is no cut phone and no hotline: a quantity beyond
/// every harvest, or nobody knows what.
fn is_overflow(digits: &str) -> bool {
    let digits = digits.as_bytes();
    let short_phone = digits.len() == 9 && matches!(digits[0], b'3' | b'5' | b'7'..=b'9');
    let hotline = [b"1800", b"1900"].iter().any(|start| digits.starts_with(*start));
    let phone = digits[0] == b'0' || digits.starts_with(b"84") || short_phone || hotline;
    !phone || digits.iter().all(|digit| *digit == digits[0])
}
