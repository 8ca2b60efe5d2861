//! The frames of a busy evening, written straight: what prost would write, without building its
//! messages.

use super::wire;
use super::words::Word;
use domain::command::{Note, Origin, RuleNo, Want};
use domain::event::{Claimed, ClaimedLine, ReturnedLine};
use domain::offer::Variant;
use domain::{BuyerRef, Currency, KeyDigest, OrderId, Reason, ReviewId, SessionId};

pub(super) fn claimed(into: &mut Vec<u8>, claimed: &Claimed) {
    wire::uint(into, 1, claimed.session.0.into());
    wire::bytes(into, 2, &claimed.key.0);
    wire::bytes(into, 3, &claimed.buyer.0);
    wire::bytes(into, 4, claimed.origin.word().as_bytes());
    wire::uint(into, 5, claimed.rule.0.into());
    wire::uint(into, 6, claimed.number.into());
    wire::uint(into, 7, claimed.order.0.into());
    for line in &claimed.lines {
        wire::message(into, 8, |into| claimed_line(into, line));
    }
    if let Some(until) = claimed.hold_until {
        wire::some_uint(into, 9, until.0);
    }
    if let Some(body) = claimed.body {
        wire::bytes(into, 10, &body.0);
    }
    returned(into, 11, &claimed.returned);
    if let Some(review) = claimed.review {
        wire::some_uint(into, 12, review.0.into());
    }
    if let Some(network) = claimed.network {
        wire::bytes(into, 13, &network.0);
    }
}

fn claimed_line(into: &mut Vec<u8>, line: &ClaimedLine) {
    wire::bytes(into, 1, line.code.as_str().as_bytes());
    wire::uint(into, 2, line.item.0.into());
    wire::uint(into, 3, line.cell.0.into());
    variant(into, 4, &line.variant);
    wire::uint(into, 5, line.held.milli());
    wire::uint(into, 6, line.waitlisted.milli());
    if let Some(position) = line.position_in_line {
        wire::some_uint(into, 7, position.into());
    }
    wire::uint(into, 8, line.price.amount as u64);
    if line.price.currency != Currency::VND {
        wire::bytes(into, 9, line.price.currency.as_str().as_bytes());
    }
}

fn variant(into: &mut Vec<u8>, field: u32, variant: &Variant) {
    for value in &variant.0 {
        wire::some_bytes(into, field, value.as_deref().unwrap_or("").as_bytes());
    }
}

/// A refused claim's fields, in the schema's order.
pub(super) struct Refused<'a> {
    pub(super) session: SessionId,
    pub(super) key: KeyDigest,
    pub(super) body: Option<KeyDigest>,
    pub(super) buyer: BuyerRef,
    pub(super) origin: Origin,
    pub(super) rule: RuleNo,
    pub(super) number: u32,
    pub(super) reason: Reason,
    pub(super) wants: &'a [Want],
    pub(super) review: Option<ReviewId>,
}

pub(super) fn refused(into: &mut Vec<u8>, refused: &Refused<'_>) {
    wire::uint(into, 1, refused.session.0.into());
    wire::bytes(into, 2, &refused.key.0);
    wire::bytes(into, 3, &refused.buyer.0);
    wire::bytes(into, 4, refused.origin.word().as_bytes());
    wire::uint(into, 5, refused.rule.0.into());
    wire::uint(into, 6, refused.number.into());
    wire::bytes(into, 7, refused.reason.word().as_bytes());
    for want in refused.wants {
        wire::message(into, 8, |into| {
            wire::bytes(into, 1, want.code.as_str().as_bytes());
            variant(into, 2, &want.variant);
            wire::uint(into, 3, want.quantity.milli());
            wire::truth(into, 4, want.adds);
        });
    }
    if let Some(body) = refused.body {
        wire::bytes(into, 9, &body.0);
    }
    if let Some(review) = refused.review {
        wire::some_uint(into, 10, review.0.into());
    }
}

pub(super) fn noted(into: &mut Vec<u8>, session: SessionId, notes: &[Note]) {
    wire::uint(into, 1, session.0.into());
    for note in notes {
        wire::message(into, 2, |into| {
            wire::bytes(into, 1, &note.key.0);
            wire::bytes(into, 2, note.reason.word().as_bytes());
            wire::uint(into, 3, note.rule.0.into());
        });
    }
}

/// A release's fields, in the schema's order.
pub(super) struct Released<'a> {
    pub(super) session: SessionId,
    pub(super) key: KeyDigest,
    pub(super) buyer: BuyerRef,
    pub(super) origin: Origin,
    pub(super) rule: RuleNo,
    pub(super) order: OrderId,
    pub(super) lines: &'a [ReturnedLine],
}

pub(super) fn released(into: &mut Vec<u8>, released: &Released<'_>) {
    wire::uint(into, 1, released.session.0.into());
    wire::bytes(into, 2, &released.key.0);
    wire::bytes(into, 3, &released.buyer.0);
    wire::bytes(into, 4, released.origin.word().as_bytes());
    wire::uint(into, 5, released.rule.0.into());
    wire::uint(into, 6, released.order.0.into());
    returned(into, 7, released.lines);
}

pub(super) fn expired(
    into: &mut Vec<u8>,
    session: SessionId,
    order: OrderId,
    lines: &[ReturnedLine],
) {
    wire::uint(into, 1, session.0.into());
    wire::uint(into, 2, order.0.into());
    returned(into, 3, lines);
}

fn returned(into: &mut Vec<u8>, field: u32, lines: &[ReturnedLine]) {
    for line in lines {
        wire::message(into, field, |into| {
            wire::bytes(into, 1, line.code.as_str().as_bytes());
            wire::uint(into, 2, line.item.0.into());
            wire::uint(into, 3, line.cell.0.into());
            variant(into, 4, &line.variant);
            wire::uint(into, 5, line.held.milli());
            wire::uint(into, 6, line.waitlisted.milli());
        });
    }
}
