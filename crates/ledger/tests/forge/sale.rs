//! Honest evenings under the further rules of the sale, each three events of [`opening`] and then
//! its own. A forger changes one of them.

use super::*;
use domain::{Millis, limits};

/// The opening under other rules.
pub(crate) fn ruled(edit: impl FnOnce(&mut store::Rules)) -> Vec<Step> {
    let mut steps = opening();
    if let Event::SessionOpened(opened) = &mut steps[0].event {
        edit(opened.rules.as_mut().expect("rules"));
    }
    steps
}

/// The opening with another D1.
pub(crate) fn offered(edit: impl FnOnce(&mut store::Terms)) -> Vec<Step> {
    let mut steps = opening();
    if let Event::OfferAdded(added) = &mut steps[1].event {
        edit(added.terms.as_mut().expect("terms"));
    }
    steps
}

pub(crate) fn claimed(step: &mut Step) -> &mut Claimed {
    match &mut step.event {
        Event::ClaimHeld(claimed) | Event::ClaimWaitlisted(claimed) => claimed,
        other => panic!("not a claim: {other:?}"),
    }
}

/// The claim with something else about it.
pub(crate) fn with(mut step: Step, edit: impl FnOnce(&mut Claimed)) -> Step {
    edit(claimed(&mut step));
    step
}

pub(crate) fn host_key(number: u8) -> Option<store::Key> {
    Some(store::Key { digest: key(number), body: key(number) })
}

/// A doubtful comment of half a kilo.
pub(crate) fn card(at_s: u64, buyer: [u8; 16], review: u8) -> Step {
    step(
        at_s,
        Event::ClaimReviewed(store::ClaimReviewed {
            session: 1,
            key: key(60 + review),
            buyer: buyer.to_vec(),
            review: review.into(),
            reason: "bare_number".into(),
            rule: 3,
            lines: vec![want(500)],
            ..Default::default()
        }),
    )
}

pub(crate) fn want(quantity_milli: u64) -> store::Want {
    store::Want { code: "D1".into(), quantity_milli, ..Default::default() }
}

/// A person's answer: half a kilo each, or no order at all.
pub(crate) fn resolved(at_s: u64, reviews: &[u32], is_order: bool) -> Step {
    let lines = is_order.then(|| want(500)).into_iter().collect();
    let resolved = store::ReviewResolved {
        session: 1,
        author: vec![5; 16],
        reviews: reviews.to_vec(),
        answer: Some(store::CardAnswer { lines, ..Default::default() }),
        ..Default::default()
    };
    step(at_s, Event::ReviewResolved(resolved))
}

/// The claim that came of a card.
pub(crate) fn served(at_s: u64, buyer: [u8; 16], review: u8, number: u32, order: u32) -> Step {
    with(claim(at_s, buyer, number, order, d1(500, 0, None)), |claimed| {
        claimed.origin = "host".into();
        claimed.key = key(60 + review);
        claimed.review = Some(review.into());
    })
}

/// Three cards: two are answered together, the third is no order.
pub(crate) fn cards() -> Vec<Step> {
    let mut steps = opening();
    steps.extend([
        card(10, LAN, 1),
        card(11, MINH, 2),
        card(12, HOA, 3),
        resolved(20, &[1, 2], true),
        served(20, LAN, 1, 1, 1),
        served(20, MINH, 2, 2, 2),
        resolved(30, &[3], false),
    ]);
    steps
}

pub(crate) fn begun(at_s: u64, lines: Vec<ReturnedLine>, closes_s: u64) -> Step {
    step(
        at_s,
        Event::CancelBegun(store::CancelBegun {
            session: 1,
            origin: "host".into(),
            order: 1,
            lines,
            closes_at_ms: EVENING_MS + closes_s * 1_000,
            ..Default::default()
        }),
    )
}

pub(crate) fn undone(at_s: u64) -> Step {
    let origin = "host".into();
    let undone = store::CancelUndone { session: 1, key: None, origin, order: 1 };
    step(at_s, Event::CancelUndone(undone))
}

pub(crate) fn closed(at_s: u64, lines: Vec<ReturnedLine>) -> Step {
    step(at_s, Event::CancelClosed(store::CancelClosed { session: 1, order: 1, lines }))
}

/// Lan's kilo is cancelled by halves, with a minute to undo each: the first is undone, then begun
/// again and closed by the second.
pub(crate) fn cancels() -> Vec<Step> {
    let mut steps = ruled(|rules| rules.cancel_undo_ms = 60_000);
    steps.extend([
        claim(10, LAN, 1, 1, d1(1_000, 0, None)),
        begun(20, back(500, 0), 80),
        undone(30),
        begun(40, back(500, 0), 100),
        closed(50, back(500, 0)),
        begun(50, back(500, 0), 110),
        closed(110, back(500, 0)),
        step(120, state("paused")),
    ]);
    steps
}

pub(crate) fn shown(at_s: u64, buyer: [u8; 16], link: u32) -> Step {
    let until = Timestamp(EVENING_MS + at_s * 1_000).plus(Millis(limits::LINK_MS));
    let key = host_key(u8::try_from(at_s).expect("early"));
    let buyer = buyer.to_vec();
    let offered = store::LinkOffered { session: 1, key, buyer, link, until_ms: until.0 };
    step(at_s, Event::LinkOffered(offered))
}

pub(crate) fn linked(at_s: u64, account: [u8; 16], to: [u8; 16], link: u32) -> Step {
    let (account, to) = (account.to_vec(), to.to_vec());
    let linked = store::BuyersLinked { session: 1, key: key(99), rule: 5, account, to, link };
    step(at_s, Event::BuyersLinked(linked))
}

pub(crate) fn blocked(at_s: u64, buyer: [u8; 16], blocked: bool) -> Step {
    let buyer = buyer.to_vec();
    step(at_s, Event::BuyerBlocked(store::BuyerBlocked { session: 1, key: None, buyer, blocked }))
}

/// Lan types the code of Minh's page; Hoa is blocked for a while.
pub(crate) fn people() -> Vec<Step> {
    let mut steps = opening();
    steps.extend([
        claim(10, LAN, 1, 1, d1(500, 0, None)),
        shown(20, MINH, 1234),
        linked(30, LAN, MINH, 1234),
        claim(40, MINH, 2, 1, d1(500, 0, None)),
        blocked(50, HOA, true),
        blocked(60, HOA, false),
        claim(70, HOA, 3, 2, d1(500, 0, None)),
    ]);
    steps
}

/// The session goes on under other rules.
pub(crate) fn rules_changed(at_s: u64, rules: store::Rules) -> Step {
    let rules = Some(rules);
    step(at_s, Event::RulesChanged(store::RulesChanged { session: 1, key: None, rules }))
}

pub(crate) fn offer_changed(at_s: u64, open: bool) -> Step {
    step(
        at_s,
        Event::OfferChanged(store::OfferChanged {
            session: 1,
            code: "D1".into(),
            price: 45_000,
            open,
            ..Default::default()
        }),
    )
}

pub(crate) fn extended(at_s: u64, by_buyer: bool, until_s: u64) -> Step {
    let hold_until_ms = EVENING_MS + until_s * 1_000;
    let extended = store::HoldExtended { session: 1, key: None, order: 1, by_buyer, hold_until_ms };
    step(at_s, Event::HoldExtended(extended))
}

/// Lan gives back what she has and takes something else of D1 in the same moment.
pub(crate) fn swap(at_s: u64, number: u32, gives_milli: u64, line: ClaimedLine) -> Step {
    with(claim(at_s, LAN, number, 1, line), |claimed| claimed.returned = back(gives_milli, 0))
}
