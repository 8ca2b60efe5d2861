//! Wants: lines with their quantities in the units of their offers, checked against the shop's
//! rules.

use crate::codebook::{Codebook, Offer};
use crate::fold::Folded;
use crate::lines::{Draft, Line, Trouble};
use alloc::vec::Vec;
use domain::command::{RuleNo, Want};
use domain::limits::LINES_PER_CLAIM_MAX;
use domain::offer::Variant;
use domain::rules::Doubt;
use domain::{Quantity, Reason};

/// Makes wants of the draft's lines: all that can be made, with the first trouble.
pub(crate) fn wants(
    text: &Folded,
    book: &Codebook,
    draft: &Draft,
    adds: bool,
) -> (Vec<Want>, Option<Trouble>) {
    let mut wants: Vec<Want> = Vec::with_capacity(draft.lines.len());
    let mut trouble = draft.trouble;
    let repeats = repeats(book, &draft.lines, &mut trouble);
    for line in &draft.lines {
        let offer = book.offer(line.offer);
        let quantity = match &line.amount {
            Some(amount) => amount.of(offer, text, book),
            None => bare(book.settings().bare_code_qty, offer),
        };
        match quantity {
            Ok(quantity) => expand(line, offer, quantity, adds, &mut wants, &mut trouble),
            Err(found) => {
                trouble.get_or_insert(found);
            }
        }
    }
    if repeats {
        merge(book, &mut wants);
    }
    check(book, &draft.lines, &mut wants, &mut trouble);
    (wants, trouble)
}

/// What a code without a quantity orders.
fn bare(quantity: Quantity, offer: &Offer) -> Result<Quantity, Trouble> {
    match !quantity.is_zero() && quantity.is_multiple_of(offer.terms.step) {
        true => Ok(quantity),
        false => Err((Reason::OffStep, RuleNo(12))),
    }
}

/// The same code twice (rule 9): true if the settings say how to make one line of it.
fn repeats(book: &Codebook, lines: &[Line], trouble: &mut Option<Trouble>) -> bool {
    let mut merges = false;
    for (at, line) in lines.iter().enumerate() {
        for earlier in lines[..at].iter().filter(|earlier| earlier.offer == line.offer) {
            let axes = |line: &Line| line.values.map(|value| value.is_some());
            let apart = earlier.values != line.values && axes(earlier) == axes(line);
            let said = earlier.amount.is_some() && line.amount.is_some();
            let unsaid = earlier.amount.is_none() && line.amount.is_none();
            let accepted = book.settings().repeat_in_comment != Doubt::Review;
            if unsaid && accepted {
                merges = true;
            } else if !(said && apart) {
                trouble.get_or_insert((Reason::Doubtful, RuleNo(9)));
            }
        }
    }
    merges
}

/// One want of a line, or one for each value where every one is meant.
fn expand(
    line: &Line,
    offer: &Offer,
    quantity: Quantity,
    adds: bool,
    wants: &mut Vec<Want>,
    trouble: &mut Option<Trouble>,
) {
    let axes = &offer.terms.axes;
    let mut push = |values: &[Option<u8>]| {
        if wants.len() >= LINES_PER_CLAIM_MAX {
            trouble.get_or_insert((Reason::TooManyLines, RuleNo(10)));
            return;
        }
        let said = values.iter().any(Option::is_some);
        let values = axes.iter().zip(values).filter(|_| said);
        let values = values.map(|(axis, value)| value.map(|at| axis[usize::from(at)].clone()));
        wants.push(Want {
            code: offer.terms.code,
            variant: Variant(values.collect()),
            quantity,
            adds,
        });
    };
    if !line.every {
        return push(&line.values);
    }
    match (axes.as_slice(), line.values.iter().all(Option::is_none)) {
        ([only], true) => (0..only.len()).for_each(|at| push(&[Some(at as u8)])),
        _ => {
            trouble.get_or_insert((Reason::Doubtful, RuleNo(11)));
        }
    }
}

/// Wants of the same code and variant become one: their sum, or the first.
fn merge(book: &Codebook, wants: &mut Vec<Want>) {
    let adds_up = book.settings().repeat_in_comment == Doubt::Accept;
    let mut merged: Vec<Want> = Vec::with_capacity(wants.len());
    for want in wants.drain(..) {
        let same = |w: &&mut Want| w.code == want.code && w.variant == want.variant;
        match merged.iter_mut().find(same) {
            Some(first) if adds_up => {
                first.quantity = first.quantity.plus(want.quantity).unwrap_or(Quantity::MAX);
            }
            Some(_) => {}
            None => merged.push(want),
        }
    }
    *wants = merged;
}

/// The shop's own rules: most per buyer, closed offers, missing variants.
fn check(book: &Codebook, lines: &[Line], wants: &mut [Want], trouble: &mut Option<Trouble>) {
    let settings = book.settings();
    for at in 0..wants.len() {
        let want = &wants[at];
        let mut offers = lines.iter().map(|line| book.offer(line.offer));
        let Some(offer) = offers.find(|o| o.terms.code == want.code) else {
            continue;
        };
        let mut same = wants[..=at].iter().filter(|w| w.code == want.code);
        let total = same.try_fold(Quantity::ZERO, |total, w| total.plus(w.quantity));
        let limit = offer.terms.limit_per_buyer;
        let over = limit.is_some_and(|limit| total.is_none_or(|total| total > limit));
        if over && settings.over_limit != Doubt::Accept {
            trouble.get_or_insert((Reason::OverLimit, RuleNo(8)));
        }
        if !offer.open && settings.late_order != Doubt::Accept {
            trouble.get_or_insert((Reason::OfferClosed, RuleNo(16)));
        }
        let unsaid = want.variant.0.len() < offer.terms.axes.len()
            || want.variant.0.iter().any(Option::is_none);
        if unsaid && settings.missing_variant != Doubt::Accept {
            trouble.get_or_insert((Reason::Doubtful, RuleNo(11)));
        }
        if let Some(limit) = limit
            && over
            && settings.over_limit != Doubt::Accept
        {
            wants[at].quantity = wants[at].quantity.min(limit);
        }
    }
}
