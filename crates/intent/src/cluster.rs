//! Clusters: letters and digits without a blank between them, such as `a1x2`, `2kg5`, `N236L`,
//! `cfa01`.

use crate::codes::{Known, OfferNo};
use crate::digits::{Digits, digits, run};
use crate::fold::CAPITAL;
use crate::sense::Sense;
use crate::spans::{Oddity, Scanner, What, is_joiner};
use alloc::string::String;
use domain::limits::CODE_BYTES_MAX;

/// Longest cluster that is taken apart; a longer one is a word that nobody knows.
const CLUSTER_BYTES_MAX: usize = 2 * CODE_BYTES_MAX;

/// Most digits of a district or a ward.
const PLACE_DIGITS_MAX: usize = 2;

/// Words that may be glued to the number after them.
const LEADS: &[Sense] = &[
    Sense::Verb,
    Sense::Marker,
    Sense::AmountLabel,
    Sense::ValueLabel,
    Sense::PhoneLabel,
    Sense::Place,
    Sense::Times,
];

/// Words that may be glued to the number before them.
const UNITS: &[Sense] = &[Sense::Mass, Sense::Count, Sense::Pack, Sense::Dozen, Sense::Measure];

impl<'a> Scanner<'a> {
    /// Takes a cluster that is no single word and no single code; returns where its spans end.
    pub(crate) fn mixed(&mut self, at: usize, end: usize) -> usize {
        if end - at > CLUSTER_BYTES_MAX {
            return self.push(at, end, What::Unknown);
        }
        if self.bytes[at].is_ascii_digit() {
            if let Some(end) = self.number(at) {
                return end;
            }
        } else if !self.bytes[at..end].iter().any(u8::is_ascii_digit) {
            return self.joined_words(at, end);
        }
        let number_end = run(self.bytes, at);
        let tries = [at, if number_end > at { number_end } else { self.glued_verb(at, end) }];
        for from in tries {
            if from < end
                && (from == at || !is_joiner(self.bytes[from]))
                && self.coded(at, from, end)
            {
                return end;
            }
        }
        if let Some(found) = self.typed(at, end) {
            return self.push(at, end, What::Word(found));
        }
        if let Some(end) = self.led_number(at, end) {
            return end;
        }
        let oddity = self.oddity(at, end);
        self.push(at, end, oddity)
    }

    /// The code that the text from `start` to `end` is, if its joiners stand where they may. A
    /// single letter, or only digits, is no code by itself (rule 5).
    pub(crate) fn code(&self, start: usize, end: usize) -> Option<&'a Known> {
        let text = &self.bytes[start..end];
        let whole = text.first().is_some_and(u8::is_ascii_alphanumeric)
            && text.last().is_some_and(u8::is_ascii_alphanumeric);
        if !whole || text.len() > CLUSTER_BYTES_MAX || text.iter().all(u8::is_ascii_digit) {
            return None;
        }
        let mut key = String::new();
        let mut joiners = 0u64;
        let known = if text.iter().any(|b| is_joiner(*b)) {
            for (at, &byte) in text.iter().enumerate() {
                if !is_joiner(byte) {
                    key.push(char::from(byte));
                } else if text[at - 1].is_ascii_digit() == text[at + 1].is_ascii_digit() {
                    joiners |= 1 << key.len();
                }
            }
            self.book.codes.get(&key)?
        } else {
            self.book.codes.get(&self.text.plain[start..end])?
        };
        (text.len() >= 2 && joiners & !known.separators == 0).then_some(known)
    }

    /// `[number | verb] code [value] [x number [unit]]`, the code beginning at `from`.
    fn coded(&mut self, at: usize, from: usize, end: usize) -> bool {
        let keep = self.spans.list.len();
        let gap = self.gap;
        for stop in (from + 1..=end).rev() {
            let splits_digits = stop < end
                && self.bytes[stop - 1].is_ascii_digit()
                && self.bytes[stop].is_ascii_digit();
            if splits_digits || is_joiner(self.bytes[stop - 1]) {
                continue;
            }
            let Some((offer, lacks_prefix)) =
                self.code(from, stop).map(|known| (known.offer, known.lacks_prefix))
            else {
                continue;
            };
            if from > at {
                self.lead(at, from);
            }
            let what = match lacks_prefix {
                true => What::Suspect(Oddity::Unprefixed, Some(offer)),
                false => What::Code(offer),
            };
            self.push(from, stop, what);
            if self.suffix(stop, end, offer) {
                return true;
            }
            self.spans.list.truncate(keep);
            self.gap = gap;
        }
        false
    }

    /// The number or the verb before a glued code.
    fn lead(&mut self, at: usize, end: usize) {
        let what = if self.bytes[at].is_ascii_digit() {
            match digits(self.bytes, at) {
                (Digits::Amount { milli, decimal }, _) => What::Number { milli, decimal },
                _ => What::Scrap,
            }
        } else {
            let found = self.book.lexicon.exactly(self.text, at, end, self.accented);
            found.map_or(What::Unknown, What::Word)
        };
        self.push(at, end, what);
    }

    /// What may be glued to a code: its values, then a quantity after `x`.
    fn suffix(&mut self, mut at: usize, end: usize, offer: OfferNo) -> bool {
        while at < end {
            at += usize::from(is_joiner(self.bytes[at]));
            let stop =
                at + self.bytes[at..end].iter().take_while(|b| b.is_ascii_alphabetic()).count();
            let times = stop < end && stop > at && self.bytes[stop - 1] == b'x';
            if self.value(at, stop, offer) {
                at = stop;
            } else if times && (stop - 1 == at || self.value(at, stop - 1, offer)) {
                self.push(stop - 1, stop, What::Mark(b'*'));
                return self.number(stop) == Some(end);
            } else {
                return false;
            }
        }
        true
    }

    fn value(&mut self, start: usize, end: usize, offer: OfferNo) -> bool {
        let Some(found) = self.book.lexicon.exactly(self.text, start, end, self.accented) else {
            return false;
        };
        let offer = self.book.offer(offer);
        let mut values = self.book.lexicon.values(self.text, &found, Sense::Value);
        if !values.any(|value| offer.value(value).is_some()) {
            return false;
        }
        drop(values);
        self.push(start, end, What::Word(found));
        true
    }

    /// A number with what is glued to it: a unit, money, a time. `None` if something else is.
    pub(crate) fn number(&mut self, at: usize) -> Option<usize> {
        if !self.bytes.get(at).is_some_and(u8::is_ascii_digit) {
            return None;
        }
        let (found, end) = digits(self.bytes, at);
        let letters = |at: usize| {
            let rest = self.bytes[at..].iter();
            at + rest.take_while(|b| b.is_ascii_alphabetic()).count()
        };
        let unit_end = letters(end);
        let more = run(self.bytes, unit_end);
        let what = match found {
            Digits::Amount { milli, decimal } => What::Number { milli, decimal },
            Digits::Fraction(milli) => What::Fraction(milli),
            Digits::Scrap => What::Scrap,
            Digits::Moment => What::Aside,
        };
        let dashed = self.bytes.get(more) == Some(&b'-') && run(self.bytes, more + 1) > more + 1;
        if self.bytes.get(end) == Some(&b'%') {
            return Some(self.push(at, end + 1, What::Aside));
        }
        if unit_end == end {
            return (!dashed).then(|| self.push(at, end, what));
        }
        if letters(more) > more || dashed || self.letter_is_joined(more) {
            return None;
        }
        self.measured(at, end, unit_end, more, what)
    }

    fn letter_is_joined(&self, at: usize) -> bool {
        let joined = self.bytes.get(at).is_some_and(|b| is_joiner(*b));
        joined && self.bytes.get(at + 1).is_some_and(u8::is_ascii_alphanumeric)
    }

    /// `2kg`, `2kg5`, `50k`, `1tr2`, `8h30`, `1m6`, `2x`.
    fn measured(
        &mut self,
        at: usize,
        end: usize,
        unit_end: usize,
        more: usize,
        what: What,
    ) -> Option<usize> {
        let tail = &self.bytes[unit_end..more];
        let unit = &self.bytes[end..unit_end];
        let found = self.book.lexicon.exactly(self.text, end, unit_end, self.accented);
        let senses = found.map(|found| found.senses).unwrap_or_default();
        let accented = self.text.marks[end..unit_end].iter().any(|mark| mark & !CAPITAL != 0);
        let is_letter = unit.len() == 1 && !accented && !senses.has(Sense::Mass);
        if senses.any(UNITS) && tail.is_empty() && !is_letter {
            self.push(at, end, what);
            return found.map(|found| self.push(end, unit_end, What::Word(found)));
        }
        if let What::Number { milli: Some(milli), decimal: false } = what
            && senses.has(Sense::Mass)
            && (1..=3).contains(&tail.len())
        {
            let part = tail.iter().fold(0, |part, digit| part * 10 + u64::from(digit - b'0'));
            let milli = Some(milli + part * 10u64.pow(3 - tail.len() as u32));
            self.push(at, end, What::Number { milli, decimal: true });
            self.push(end, unit_end, What::Word(found?));
            return Some(more);
        }
        if unit == b"c" && tail.is_empty() && self.counts_goods() {
            self.push(at, end, what);
            return found.map(|found| self.push(end, unit_end, What::Word(found)));
        }
        if unit == b"x" {
            self.push(at, end, what);
            self.push(end, unit_end, What::Mark(b'*'));
            return if tail.is_empty() { Some(unit_end) } else { self.number(unit_end) };
        }
        let money = senses.has(Sense::Money);
        let height = unit == b"m" && !tail.is_empty();
        let time = matches!(unit, b"h" | b"p" | b"cm" | b"am" | b"pm");
        let aside = height || time || senses.has(Sense::Aside);
        let short = tail.len() <= 3;
        match what {
            What::Number { .. } | What::Fraction(_) | What::Scrap if money && short => {
                Some(self.push(at, more, What::Money))
            }
            What::Number { .. } if aside && tail.len() <= 2 => {
                let code = self.code(end, more).is_some();
                (!code).then(|| self.push(at, more, What::Aside))
            }
            _ => None,
        }
    }

    /// True if the last span is a code, a value or a buying verb, so that `2c` is `2 cái`.
    fn counts_goods(&self) -> bool {
        match self.spans.list.last().map(|span| span.what) {
            Some(What::Code(_)) => true,
            Some(What::Word(found)) => found.senses.any(&[Sense::Value, Sense::Verb, Sense::Alias]),
            _ => false,
        }
    }

    /// Where a verb ends to which a code is glued; `end` if there is none.
    fn glued_verb(&self, at: usize, end: usize) -> usize {
        let letters = self.bytes[at..end].iter().take_while(|b| b.is_ascii_alphabetic()).count();
        let verbs = (at + 2..at + letters).rev();
        let mut verbs = verbs.filter(|&stop| {
            let found = self.book.lexicon.exactly(self.text, at, stop, self.accented);
            found.is_some_and(|found| found.senses.has(Sense::Verb))
        });
        verbs.find(|&stop| self.code_begins(stop, end)).unwrap_or(end)
    }

    fn code_begins(&self, at: usize, end: usize) -> bool {
        (at + 1..=end).any(|stop| !is_joiner(self.bytes[stop - 1]) && self.code(at, stop).is_some())
    }

    /// `x2`, `sl2`, `chot2kg`, `size38`, `q3`, `m2`: a word and a number.
    fn led_number(&mut self, at: usize, end: usize) -> Option<usize> {
        let letters = self.bytes[at..end].iter().take_while(|b| b.is_ascii_alphabetic()).count();
        let stop = at + letters;
        let found = self.book.lexicon.exactly(self.text, at, stop, self.accented)?;
        let senses = found.senses;
        let known_code = senses.has(Sense::Marker) && self.book.is_numeric;
        if !senses.any(LEADS)
            || (letters < 2 && !known_code && !senses.any(&[Sense::Times, Sense::Place]))
        {
            return None;
        }
        let (keep, gap) = (self.spans.list.len(), self.gap);
        let what = if senses.has(Sense::Times) { What::Mark(b'*') } else { What::Word(found) };
        self.push(at, stop, what);
        if senses.has(Sense::Place) && (at + 1..stop).any(|from| self.code_begins(from, end)) {
            return None;
        }
        let place_only = senses.only(&[Sense::Place, Sense::Aside, Sense::Person]);
        let after = match self.phone(stop) {
            None if place_only && end > stop + PLACE_DIGITS_MAX => None,
            None => self.number(stop),
            after => after,
        };
        if after.is_some_and(|after| after >= end) {
            return after;
        }
        self.spans.list.truncate(keep);
        self.gap = gap;
        None
    }

    /// Words joined by dashes or dots: each for itself.
    fn joined_words(&mut self, at: usize, end: usize) -> usize {
        let stop = self.bytes[at..end].iter().position(|b| is_joiner(*b));
        let stop = at + stop.unwrap_or(end - at);
        let found = self.book.lexicon.exactly(self.text, at, stop, self.accented);
        let what = found.map_or(What::Unknown, What::Word);
        self.push(at, stop, what)
    }

    /// What a cluster that is nothing known may have been meant for.
    fn oddity(&self, at: usize, end: usize) -> What {
        let text = &self.bytes[at..end];
        if text[0] == b'o' && text.len() == 10 && text[1..].iter().all(u8::is_ascii_digit) {
            return What::Suspect(Oddity::Phone, None);
        }
        let key: String = text.iter().filter(|b| !is_joiner(**b)).map(|&b| char::from(b)).collect();
        if let Some(offer) = self.book.codes.near(&key) {
            let code = self.book.offer(offer).terms.code;
            let plain = crate::fold::Folded::new(code.as_str()).plain;
            let zeros = crate::codes::differ_in_zeros(&key, &plain.replace(['.', '-', '_'], ""));
            let oddity = if zeros { Oddity::Zeros } else { Oddity::Alike };
            return What::Suspect(oddity, Some(offer));
        }
        let parts = (at..end).filter(|&from| from == at || self.begins_part(from));
        let glued = parts.filter_map(|from| {
            let stops = (from + 2..=end).rev();
            let mut codes = stops.filter_map(|stop| self.code(from, stop));
            codes.next().map(|known| known.offer)
        });
        let mut glued = glued;
        match glued.next() {
            Some(offer) => What::Suspect(Oddity::Glued, Some(offer)),
            None => What::Suspect(Oddity::Unknown, None),
        }
    }

    fn begins_part(&self, at: usize) -> bool {
        let (before, here) = (self.bytes[at - 1], self.bytes[at]);
        here.is_ascii_alphanumeric() && before.is_ascii_digit() != here.is_ascii_digit()
    }
}
