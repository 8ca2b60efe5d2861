//! Facts to claim rows: every keyed act of a buyer, with what came of it.

use crate::change::sql_time;
use crate::row::{ClaimLine, ClaimRow, Hex};
use domain::command::{Key, Origin};
use domain::event::{Claimed, Event};
use domain::{Fact, KeyDigest, OutcomeKind, Reason, SessionId};

/// One row per key that these facts answer, in their order; and one per card of which a person made
/// an order, under the card's key.
pub(crate) fn claims(facts: &[Fact]) -> Vec<ClaimRow<'_>> {
    let mut rows = Vec::with_capacity(facts.len());
    for fact in facts {
        add(fact, &mut rows);
    }
    rows
}

fn add<'a>(fact: &'a Fact, rows: &mut Vec<ClaimRow<'a>>) {
    match &fact.event {
        Event::ClaimHeld(claimed) | Event::ClaimWaitlisted(claimed) => {
            rows.push(claim_row(fact, claimed));
        }
        Event::CommentsNoted { session, notes } => {
            let noted = notes.iter().zip(0..).map(|(note, entry)| ClaimRow {
                entry,
                rule: note.rule.0,
                reason: Some(note.reason.as_str()),
                ..plain(fact, *session, &note.key, OutcomeKind::Noted)
            });
            rows.extend(noted);
        }
        Event::ClaimRefused { .. } => rows.push(refused_row(fact)),
        Event::ClaimReviewed { .. } => rows.push(reviewed_row(fact)),
        Event::ClaimReleased { .. } => rows.push(released_row(fact)),
        Event::RequestRefused { session, key, buyer, reason } => rows.push(ClaimRow {
            buyer: Some(Hex(&buyer.0)),
            reason: Some(reason.as_str()),
            ..plain(fact, *session, key, OutcomeKind::Refused)
        }),
        // A buyer's own; a host's is no claim.
        Event::HoldExtended { session, key: Some(key), order, by_buyer: true, hold_until } => rows
            .push(ClaimRow {
                order_no: Some(order.0),
                hold_until_ms: Some(sql_time(*hold_until)),
                ..plain(fact, *session, &key.digest, OutcomeKind::Held)
            }),
        Event::CancelBegun { key: Some(key), origin: Origin::Comment | Origin::Tap, .. } => {
            rows.push(begun_row(fact, key));
        }
        Event::CancelUndone { session, key: Some(key), origin, order }
            if *origin != Origin::Host =>
        {
            rows.push(ClaimRow {
                origin: Some(origin.as_str()),
                order_no: Some(order.0),
                ..plain(fact, *session, &key.digest, OutcomeKind::Held)
            });
        }
        Event::BuyersLinked { .. } => rows.push(linked_row(fact)),
        Event::SessionOpened { .. }
        | Event::SessionStateChanged { .. }
        | Event::OfferAdded { .. }
        | Event::OfferChanged { .. }
        | Event::StockChanged { .. }
        | Event::ReviewResolved { .. }
        | Event::CancelBegun { .. }
        | Event::CancelUndone { .. }
        | Event::CancelClosed { .. }
        | Event::HoldExpired { .. }
        | Event::HoldExtended { .. }
        | Event::WaitlistPromoted { .. }
        | Event::OrderConfirmed { .. }
        | Event::OrderPaid { .. }
        | Event::OrderCancelled { .. }
        | Event::RulesChanged { .. }
        | Event::BuyerBlocked { .. }
        | Event::LinkOffered { .. }
        | Event::BuyerErased { .. }
        | Event::Resumed { .. }
        | Event::SessionArchived { .. } => {}
    }
}

/// What every row has; the rest is empty.
fn plain<'a>(
    fact: &'a Fact,
    session: SessionId,
    key: &'a KeyDigest,
    result: OutcomeKind,
) -> ClaimRow<'a> {
    ClaimRow {
        seq: fact.stamp.position.seq.0,
        entry: 0,
        epoch: fact.stamp.position.epoch.0,
        at_ms: fact.stamp.at.0,
        session: session.0,
        key: Hex(&key.0),
        buyer: None,
        origin: None,
        rule: 0,
        number: None,
        result: result.as_str(),
        reason: None,
        order_no: None,
        review: None,
        hold_until_ms: None,
        receipt: Hex(&fact.stamp.hash.0),
        lines: Vec::new(),
    }
}

fn claim_row<'a>(fact: &'a Fact, claimed: &'a Claimed) -> ClaimRow<'a> {
    let holds = claimed.lines.iter().any(|line| !line.held.is_zero());
    let waits = claimed.lines.iter().any(|line| !line.waitlisted.is_zero());
    let result = match (holds, waits) {
        (true, false) => OutcomeKind::Held,
        (true, true) => OutcomeKind::Partial,
        (false, _) => OutcomeKind::Waitlisted,
    };
    let swapped = claimed.returned.iter().map(ClaimLine::swapped);
    ClaimRow {
        buyer: Some(Hex(&claimed.buyer.0)),
        origin: Some(claimed.origin.as_str()),
        rule: claimed.rule.0,
        number: Some(claimed.number),
        order_no: Some(claimed.order.0),
        hold_until_ms: claimed.hold_until.map(sql_time),
        review: claimed.review.map(|review| review.0),
        lines: swapped.chain(claimed.lines.iter().map(ClaimLine::claimed)).collect(),
        ..plain(fact, claimed.session, &claimed.key, result)
    }
}

fn refused_row(fact: &Fact) -> ClaimRow<'_> {
    let Event::ClaimRefused {
        session,
        key,
        body: _,
        buyer,
        origin,
        rule,
        number,
        reason,
        wants,
        review,
    } = &fact.event
    else {
        unreachable!("called for refused claims");
    };
    ClaimRow {
        buyer: Some(Hex(&buyer.0)),
        origin: Some(origin.as_str()),
        rule: rule.0,
        number: Some(*number),
        reason: Some(reason.as_str()),
        review: review.map(|review| review.0),
        lines: wants.iter().map(ClaimLine::wanted).collect(),
        ..plain(fact, *session, key, OutcomeKind::Refused)
    }
}

fn reviewed_row(fact: &Fact) -> ClaimRow<'_> {
    let Event::ClaimReviewed { session, key, buyer, review, reason, rule, suggestion, .. } =
        &fact.event
    else {
        unreachable!("called for reviewed claims");
    };
    ClaimRow {
        buyer: Some(Hex(&buyer.0)),
        origin: Some(Origin::Comment.as_str()),
        rule: rule.0,
        review: Some(review.0),
        reason: Some(reason.as_str()),
        lines: suggestion.iter().map(ClaimLine::wanted).collect(),
        ..plain(fact, *session, key, OutcomeKind::Review)
    }
}

fn released_row(fact: &Fact) -> ClaimRow<'_> {
    let Event::ClaimReleased { session, key, buyer, origin, rule, order, lines } = &fact.event
    else {
        unreachable!("called for releases");
    };
    ClaimRow {
        buyer: Some(Hex(&buyer.0)),
        origin: Some(origin.as_str()),
        rule: rule.0,
        order_no: Some(order.0),
        lines: lines.iter().map(ClaimLine::returned).collect(),
        ..plain(fact, *session, key, OutcomeKind::Cancelled)
    }
}

/// A buyer's cancel that can be undone.
fn begun_row<'a>(fact: &'a Fact, key: &'a Key) -> ClaimRow<'a> {
    let Event::CancelBegun { session, origin, rule, order, lines, .. } = &fact.event else {
        unreachable!("called for cancels");
    };
    ClaimRow {
        origin: Some(origin.as_str()),
        rule: rule.0,
        reason: Some(Reason::UndoOpen.as_str()),
        order_no: Some(order.0),
        lines: lines.iter().map(ClaimLine::returned).collect(),
        ..plain(fact, *session, &key.digest, OutcomeKind::Cancelled)
    }
}

fn linked_row(fact: &Fact) -> ClaimRow<'_> {
    let Event::BuyersLinked { session, key, rule, to, .. } = &fact.event else {
        unreachable!("called for links");
    };
    ClaimRow {
        buyer: Some(Hex(&to.0)),
        origin: Some(Origin::Comment.as_str()),
        rule: rule.0,
        reason: Some(Reason::Linked.as_str()),
        ..plain(fact, *session, key, OutcomeKind::Noted)
    }
}
