//! Lines: which amount and which values belong to which code.
//!
//! ```text
//! Code(A12) Value(đen) Amount(2) Value(đỏ) Amount(1)   ─▶  A12[đen]*2  A12[đỏ]*1
//! Amount(1) Code(A1) Amount(2) Code(A2)                ─▶  A1*1  A2*2
//! ```
//! The first thing that does not fit is the trouble: then no line counts, and all are a suggestion.

use crate::amount::{Amount, Form};
use crate::codebook::Codebook;
use crate::codes::OfferNo;
use crate::fold::Folded;
use crate::lexicon::Found;
use crate::pieces::{Piece, Role};
use crate::sense::Sense;
use alloc::vec::Vec;
use domain::Reason;
use domain::command::RuleNo;
use domain::limits::{AXES_MAX, LINES_PER_CLAIM_MAX};

/// One wanted line in the making.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Line {
    pub(crate) offer: OfferNo,
    /// The place of the value on each axis, where one was said.
    pub(crate) values: [Option<u8>; AXES_MAX],
    pub(crate) amount: Option<Amount>,
    /// One of every value.
    pub(crate) every: bool,
    from_alias: bool,
}

/// What is doubtful, and by which rule.
pub(crate) type Trouble = (Reason, RuleNo);

/// The lines of one comment.
#[derive(Debug, Default)]
pub(crate) struct Draft {
    pub(crate) lines: Vec<Line>,
    pub(crate) trouble: Option<Trouble>,
    /// True if a number with a plus stands before a code.
    pub(crate) adds: bool,
}

/// Puts the pieces into lines; `pinned` is the offer that is meant where none is named.
pub(crate) fn draft(
    text: &Folded,
    book: &Codebook,
    pieces: &[Piece],
    pinned: Option<OfferNo>,
) -> Draft {
    let mut drafting = Drafting {
        text,
        book,
        pieces,
        draft: Draft::default(),
        pending: None,
        waiting: Vec::new(),
        each: None,
        after_boundary: false,
        after_strange: false,
        amounts_first: false,
    };
    if let Some(offer) = pinned {
        drafting.line(offer, false);
    }
    for at in 0..pieces.len() {
        drafting.step(at);
    }
    drafting.finish()
}

struct Drafting<'a> {
    text: &'a Folded,
    book: &'a Codebook,
    pieces: &'a [Piece],
    draft: Draft,
    /// An amount whose code has not come yet.
    pending: Option<Amount>,
    /// Values whose code has not come yet.
    waiting: Vec<Found>,
    /// Set after `mỗi`, with the amount that follows.
    each: Option<Option<Amount>>,
    after_boundary: bool,
    after_strange: bool,
    /// True if the comment began with an amount before its code.
    amounts_first: bool,
}

impl Drafting<'_> {
    fn step(&mut self, at: usize) {
        let piece = self.pieces[at];
        match piece.role {
            Role::Code(offer) => self.name(offer, false),
            Role::Alias(offer) => self.name(offer, true),
            Role::Amount(amount) => self.amount(at, amount),
            Role::Value(found) => self.value(at, &found),
            Role::ValueNumber if self.number_as_value(&piece) => {}
            Role::ValueNumber => self.trouble(Reason::UnknownVariant, 11),
            Role::Foreign => self.trouble(Reason::UnknownVariant, 11),
            Role::Every => match self.draft.lines.last_mut() {
                Some(line) => line.every = true,
                None => self.trouble(Reason::Doubtful, 11),
            },
            Role::Each => self.each = self.each.or(Some(None)),
            Role::Comma | Role::Break | Role::Join => self.after_boundary = true,
            Role::Unknown | Role::Not => self.after_strange = true,
            _ => {}
        }
    }

    fn trouble(&mut self, reason: Reason, rule: u16) {
        self.draft.trouble.get_or_insert((reason, RuleNo(rule)));
    }

    fn line(&mut self, offer: OfferNo, from_alias: bool) {
        if self.draft.lines.len() >= LINES_PER_CLAIM_MAX {
            return self.trouble(Reason::TooManyLines, 10);
        }
        self.draft.lines.push(Line {
            offer,
            values: [None; AXES_MAX],
            amount: None,
            every: false,
            from_alias,
        });
        self.after_boundary = false;
        self.after_strange = false;
    }

    fn name(&mut self, offer: OfferNo, from_alias: bool) {
        if let Some(line) = self.draft.lines.last()
            && line.offer == offer
            && (from_alias || line.from_alias)
            && self.pending.is_none()
        {
            return;
        }
        self.amounts_first |= self.draft.lines.is_empty() && self.pending.is_some();
        self.line(offer, from_alias);
        let amount = self.pending.take();
        if let Some(line) = self.draft.lines.last_mut() {
            line.amount = amount;
        }
        for found in core::mem::take(&mut self.waiting) {
            match self.place_of(offer, &found) {
                Some((axis, value)) if self.set(axis, value) => {}
                _ => self.trouble(Reason::UnknownVariant, 11),
            }
        }
    }

    fn amount(&mut self, at: usize, amount: Amount) {
        if let Some(each) = &mut self.each {
            let first = each.is_none();
            *each = Some(amount);
            if !first {
                self.trouble(Reason::Doubtful, 1);
            }
            return;
        }
        let piece = self.pieces[at];
        if amount.is_bare() && self.number_as_value(&piece) {
            return;
        }
        let before_code = self.code_follows(at);
        let Some(line) = self.draft.lines.last().copied() else {
            return self.hold(amount, before_code);
        };
        let free = line.amount.is_none();
        if before_code && (self.amounts_first || self.after_boundary || !free) {
            return self.hold(amount, before_code);
        }
        let numbers = self.book.offer(line.offer).has_numbers;
        let unlike_values = numbers && amount.milli.is_some_and(|milli| milli >= 15_000);
        if amount.is_bare() && unlike_values {
            return self.trouble(Reason::UnknownVariant, 11);
        }
        if free {
            if amount.is_bare() && self.after_strange {
                self.trouble(Reason::Doubtful, 1);
            }
            self.set_amount(amount);
        } else if self.value_follows(at) && line.values.iter().any(Option::is_some) {
            self.line(line.offer, line.from_alias);
            self.set_amount(amount);
        } else {
            self.trouble(Reason::Doubtful, 1);
        }
        self.after_boundary = false;
    }

    /// Keeps an amount for the code that comes.
    fn hold(&mut self, amount: Amount, before_code: bool) {
        let first = self.draft.lines.is_empty();
        self.draft.adds |= first && before_code && amount.form == Form::Plus;
        if self.pending.replace(amount).is_some() {
            self.trouble(Reason::Doubtful, 1);
        }
    }

    fn set_amount(&mut self, amount: Amount) {
        if let Some(line) = self.draft.lines.last_mut() {
            line.amount = Some(amount);
        }
    }

    fn code_follows(&self, at: usize) -> bool {
        let quiet = |role: &Role| {
            matches!(role, Role::Known | Role::Person | Role::Goods(_) | Role::Value(_))
        };
        let mut next = self.pieces[at + 1..].iter().map(|piece| piece.role);
        matches!(next.find(|role| !quiet(role)), Some(Role::Code(_) | Role::Alias(_)))
    }

    fn value_follows(&self, at: usize) -> bool {
        let mut next = self.pieces[at + 1..].iter().map(|piece| piece.role);
        matches!(next.find(|role| *role != Role::Known), Some(Role::Value(_)))
    }

    fn value(&mut self, at: usize, found: &Found) {
        let Some(line) = self.draft.lines.last().copied() else {
            self.waiting.push(*found);
            return;
        };
        let ahead = self.after_boundary && self.code_follows(at);
        let Some((axis, value)) = self.place_of(line.offer, found).filter(|_| !ahead) else {
            return match self.code_follows(at) {
                true => self.waiting.push(*found),
                false => self.trouble(Reason::UnknownVariant, 11),
            };
        };
        if !self.set(axis, value) {
            if line.amount.is_none() {
                return self.trouble(Reason::Doubtful, 11);
            }
            self.line(line.offer, line.from_alias);
            self.set(axis, value);
        }
        self.after_boundary = false;
    }

    /// A number that is a value of the offer at hand, on an axis that is still free (rule 1).
    fn number_as_value(&mut self, piece: &Piece) -> bool {
        let Some(line) = self.draft.lines.last() else {
            return false;
        };
        let written = &self.text.plain[piece.start..piece.end];
        let axes = self.book.offer(line.offer).terms.axes.iter().enumerate();
        let place = axes.take(AXES_MAX).find_map(|(axis, values)| {
            let value = values.iter().position(|value| **value == *written)?;
            line.values[axis].is_none().then_some((axis, value))
        });
        place.is_some_and(|(axis, value)| self.set(axis, value))
    }

    fn place_of(&self, offer: OfferNo, found: &Found) -> Option<(usize, usize)> {
        let offer = self.book.offer(offer);
        let mut values = self.book.lexicon.values(self.text, found, Sense::Value);
        values.find_map(|value| offer.value(value))
    }

    /// Sets a value of the latest line; false if another stands there.
    fn set(&mut self, axis: usize, value: usize) -> bool {
        let (Some(line), Ok(value)) = (self.draft.lines.last_mut(), u8::try_from(value)) else {
            return false;
        };
        match line.values.get_mut(axis) {
            Some(place @ None) => {
                *place = Some(value);
                true
            }
            Some(Some(there)) => *there == value,
            None => false,
        }
    }

    fn finish(mut self) -> Draft {
        if self.pending.is_some() || (!self.waiting.is_empty() && !self.draft.lines.is_empty()) {
            self.trouble(Reason::Doubtful, 1);
        }
        if let Some(Some(amount)) = self.each {
            let free = self.draft.lines.iter_mut().filter(|line| line.amount.is_none());
            free.for_each(|line| line.amount = Some(amount));
        }
        self.draft
    }
}
