//! A forge for ledgers: honest ones, and dishonest ones whose chain is as good as an honest one's.

#![allow(dead_code, reason = "each test file uses its own part")]

pub(crate) mod sale;

use domain::{Epoch, Hash, Position, Seq, Stamp, Timestamp};
use ledger::{Broken, Proof, Violation};
use prost::Message as _;
use proto::store::event::Event;
use proto::store::{self, Claimed, ClaimedLine, OrderActed, ReturnedLine};
use sha2::{Digest as _, Sha256};

/// 2026-11-23T13:05:00Z, which is 20:05 in Vietnam.
pub(crate) const EVENING_MS: u64 = 1_795_439_100_000;
pub(crate) const LAN: [u8; 16] = [0x1a; 16];
pub(crate) const MINH: [u8; 16] = [0x2b; 16];
pub(crate) const HOA: [u8; 16] = [0x3c; 16];

/// One event with the seconds after the evening's start at which it happens, and its writer.
#[derive(Clone)]
pub(crate) struct Step {
    pub(crate) at_s: u64,
    pub(crate) epoch: u64,
    pub(crate) event: Event,
}

/// `at_s` seconds after the start, by writer 1.
pub(crate) fn step(at_s: u64, event: Event) -> Step {
    Step { at_s, epoch: 1, event }
}

/// The lines of a ledger whose chain holds, whatever its events say, from the shop's first event
/// on.
pub(crate) fn lines(steps: &[Step]) -> Vec<String> {
    lines_after(Stamp::default(), steps)
}

/// The same after an event.
pub(crate) fn lines_after(head: Stamp, steps: &[Step]) -> Vec<String> {
    let (mut prev, mut seq) = (head.hash, head.position.seq);
    let mut lines = Vec::new();
    for step in steps {
        seq = seq.next();
        let stamp = stamp(step, seq, prev);
        let frame = store::Event { event: Some(step.event.clone()) }.encode_to_vec();
        lines.push(ledger::line(&stamp, prev, &frame).expect("the forge makes whole lines"));
        prev = stamp.hash;
    }
    lines
}

/// Where and when a step stands after `prev`.
pub(crate) fn stamp(step: &Step, seq: Seq, prev: Hash) -> Stamp {
    let position = Position { epoch: Epoch(step.epoch), seq };
    let at = Timestamp(EVENING_MS + step.at_s * 1_000);
    let mut sha = Sha256::new_with_prefix(prev.0);
    for number in [position.epoch.0, position.seq.0, at.0] {
        sha.update(number.to_be_bytes());
    }
    sha.update(store::Event { event: Some(step.event.clone()) }.encode_to_vec());
    Stamp { position, at, hash: Hash(sha.finalize().into()) }
}

/// Where and when the last of them stands.
pub(crate) fn head_after(steps: &[Step]) -> Stamp {
    let next = |head: Stamp, step: &Step| stamp(step, head.position.seq.next(), head.hash);
    steps.iter().fold(Stamp::default(), next)
}

/// Verifies text without a receipt.
pub(crate) fn verify(text: &str) -> Result<Proof, Violation> {
    ledger::verify(text.as_bytes(), None, |_| {})
}

/// The file must be refused at `line`, in the way that `wanted` names.
pub(crate) fn refused(text: &str, line: u64, wanted: fn(&Broken) -> bool) {
    let violation = verify(text).expect_err("the file is refused");
    assert!(wanted(&violation.broken), "refused otherwise: {violation:?}");
    assert_eq!(violation.line, line, "{violation}");
}

/// A key of its own for each number.
pub(crate) fn key(number: u8) -> Vec<u8> {
    vec![number; 16]
}

/// A shop that sells two kilos of tomatoes as D1 in live session 1, in three events.
pub(crate) fn opening() -> Vec<Step> {
    let terms = store::Terms {
        code: "D1".into(),
        name: "cà chua".into(),
        price: 45_000,
        unit: "kg".into(),
        step_milli: 500,
        stock_milli: vec![2_000],
        currency: "VND".into(),
        ..Default::default()
    };
    vec![
        step(
            0,
            Event::SessionOpened(store::SessionOpened {
                session: 1,
                key: Some(store::Key { digest: key(1), body: key(2) }),
                title: "chợ tối".into(),
                rules: Some(rules()),
                currency: "VND".into(),
            }),
        ),
        step(
            0,
            Event::OfferAdded(store::OfferAdded {
                session: 1,
                key: None,
                item: 1,
                new_item: true,
                terms: Some(terms),
            }),
        ),
        step(1, state("live")),
    ]
}

/// Ten minutes of hold, and a waitlist.
pub(crate) fn rules() -> store::Rules {
    store::Rules { hold_ms: Some(600_000), waitlist: true, ..Default::default() }
}

/// Session 1 goes there.
pub(crate) fn state(word: &str) -> Event {
    let state = word.into();
    Event::SessionStateChanged(store::SessionStateChanged { session: 1, key: None, state })
}

/// What a line of D1 brought.
pub(crate) fn d1(held_milli: u64, waitlisted_milli: u64, place: Option<u32>) -> ClaimedLine {
    ClaimedLine {
        code: "D1".into(),
        item: 1,
        held_milli,
        waitlisted_milli,
        position_in_line: place,
        price: 45_000,
        ..Default::default()
    }
}

/// A claim of D1 by tap, with a hold of ten minutes.
pub(crate) fn claim(
    at_s: u64,
    buyer: [u8; 16],
    number: u32,
    order: u32,
    line: ClaimedLine,
) -> Step {
    let held = line.held_milli > 0;
    let until = EVENING_MS + (at_s + 600) * 1_000;
    let claimed = Claimed {
        session: 1,
        key: key(10 + u8::try_from(number).expect("few claims")),
        buyer: buyer.to_vec(),
        origin: "tap".into(),
        number,
        order,
        lines: vec![line],
        hold_until_ms: held.then_some(until),
        ..Default::default()
    };
    let event = if held { Event::ClaimHeld(claimed) } else { Event::ClaimWaitlisted(claimed) };
    step(at_s, event)
}

/// What of D1 goes back.
pub(crate) fn back(held_milli: u64, waitlisted_milli: u64) -> Vec<ReturnedLine> {
    let line = ReturnedLine {
        code: "D1".into(),
        item: 1,
        held_milli,
        waitlisted_milli,
        ..Default::default()
    };
    vec![line]
}

/// The deadline of an order passed.
pub(crate) fn expired(at_s: u64, order: u32, lines: Vec<ReturnedLine>) -> Step {
    step(at_s, Event::HoldExpired(store::HoldExpired { session: 1, order, lines }))
}

/// D1 went to the first in line.
pub(crate) fn promoted(at_s: u64, buyer: [u8; 16], order: u32, held_milli: u64) -> Step {
    step(
        at_s,
        Event::WaitlistPromoted(store::WaitlistPromoted {
            session: 1,
            order,
            into: order,
            buyer: buyer.to_vec(),
            line: Some(d1(held_milli, 0, None)),
            hold_until_ms: Some(EVENING_MS + (at_s + 600) * 1_000),
        }),
    )
}

/// A host's act on an order.
pub(crate) fn acted(order: u32, lines: Vec<ReturnedLine>) -> OrderActed {
    OrderActed { session: 1, key: None, order, lines }
}

/// The last two kilos: Lan takes 1.5, Minh 0.5 and waits for 0.5, Hoa waits; Lan's hold ends, the
/// line moves up.
pub(crate) fn evening() -> Vec<Step> {
    let mut steps = opening();
    steps.extend([
        claim(10, LAN, 1, 1, d1(1_500, 0, None)),
        claim(11, MINH, 2, 2, d1(500, 500, Some(1))),
        claim(12, HOA, 3, 3, d1(0, 1_000, Some(2))),
        expired(610, 1, back(1_500, 0)),
        promoted(610, MINH, 2, 500),
        promoted(610, HOA, 3, 1_000),
        step(615, Event::OrderConfirmed(acted(2, vec![]))),
        step(620, Event::OrderPaid(acted(3, vec![]))),
    ]);
    steps
}

/// Indices into [`evening`].
pub(crate) const LAN_CLAIMS: usize = 3;
pub(crate) const MINH_CLAIMS: usize = 4;
pub(crate) const HOA_CLAIMS: usize = 5;
pub(crate) const LAN_EXPIRES: usize = 6;
pub(crate) const MINH_GETS: usize = 7;
pub(crate) const HOA_GETS: usize = 8;
