//! One event of every kind, full of everything optional and with nothing optional.
#![allow(dead_code, reason = "each test takes what it needs")]

mod further;

pub(crate) use further::*;

use domain::command::{Key, Note, Origin, RuleNo, Want};
use domain::event::{Claimed, ClaimedLine, ReturnedLine};
use domain::offer::{Cell, Pack, Stock, Variant, VariantPrice};
use domain::rules::{Delivery, Doubt, Hoarding, Hold, Reading, Repeat, Settle, Strictness};
use domain::{
    BuyerRef, Code, Currency, Event, ItemId, KeyDigest, Millis, Money, OfferTerms, OrderId,
    Quantity, Reason, ReviewId, Rules, SessionId, SessionState, Timestamp,
};
use std::sync::Arc;

pub(crate) const SESSION: SessionId = SessionId(3);
pub(crate) const BUYER: BuyerRef = BuyerRef([0xb0; 16]);
pub(crate) const KEY: KeyDigest = KeyDigest([0x4b; 16]);
pub(crate) const UNTIL: Timestamp = Timestamp(1_795_431_905_123);

pub(crate) fn code(text: &str) -> Code {
    Code::parse(text).expect("a code")
}

pub(crate) fn milli(milli: u64) -> Quantity {
    Quantity::from_milli(milli).expect("a quantity")
}

pub(crate) fn dollars(amount: i64) -> Money {
    Money { amount, currency: Currency::parse("USD").expect("a currency") }
}

pub(crate) fn host_key() -> Option<Key> {
    Some(Key { digest: KEY, body: Some(KeyDigest([0x0b; 16])) })
}

pub(crate) fn red_unsaid() -> Variant {
    Variant(vec![Some(Arc::from("đỏ")), None])
}

pub(crate) fn full_rules() -> Rules {
    Rules {
        settle: Settle::Prepay,
        hold: Hold::For(Millis::from_secs(600)),
        waitlist: false,
        partial_fill: true,
        promotion_hold: None,
        limit_per_buyer: None,
        cancel_undo: Millis(0),
        hoarding: Hoarding::default(),
        delivery: Some(Delivery { fee: 25_000, free_from: Some(300_000) }),
        repeat_comment: Repeat::Ask,
        repeat_code: Repeat::Add,
        buyer_cancel: Doubt::Review,
        reading: Reading {
            strictness: Strictness::Strict,
            bare_code_qty: milli(500),
            spaced_code: Doubt::Accept,
            bare_number: Doubt::Ignore,
            verb_plus_question: Doubt::Accept,
            cancel_by_minus: true,
            over_limit: Doubt::Ignore,
            repeat_in_comment: Doubt::Accept,
            ignore_leading_zeros: true,
            missing_variant: Doubt::Review,
            chuc: 12,
            phone_only_single: Doubt::Ignore,
            edited: Doubt::Accept,
            late_order: Doubt::Ignore,
            code_prefix: Some(code("chốt")),
        },
    }
}

pub(crate) fn full_terms() -> OfferTerms {
    OfferTerms {
        code: code("ÁO-12"),
        name: "áo sơ mi".into(),
        price: dollars(1_999),
        unit: "cái".into(),
        step: milli(1_000),
        axes: vec![vec!["đỏ".into(), "xanh".into()], vec!["S".into()]],
        prices: vec![VariantPrice { variant: red_unsaid(), price: dollars(2_499) }],
        packs: vec![Pack { name: "thùng".into(), quantity: milli(10_000) }],
        aliases: vec!["sơ mi".into(), "áo".into()],
        limit_per_buyer: Some(milli(5_000)),
        ready_at: None,
        item: Some(ItemId(9)),
        stock: Stock::Cells(vec![milli(30_000), Quantity::ZERO]),
    }
}

pub(crate) fn bare_terms() -> OfferTerms {
    OfferTerms {
        code: code("D1"),
        name: "cà chua".into(),
        price: Money::vnd(45_000),
        unit: "kg".into(),
        step: milli(500),
        axes: vec![],
        prices: vec![],
        packs: vec![],
        aliases: vec![],
        limit_per_buyer: None,
        ready_at: None,
        item: None,
        stock: Stock::Pool(milli(120_000)),
    }
}

pub(crate) fn full_line() -> ClaimedLine {
    ClaimedLine {
        code: code("ÁO-12"),
        item: ItemId(9),
        cell: Cell(1),
        variant: red_unsaid(),
        held: milli(1_500),
        waitlisted: milli(500),
        position_in_line: Some(300),
        price: dollars(2_499),
    }
}

pub(crate) fn bare_line() -> ClaimedLine {
    ClaimedLine {
        code: code("D1"),
        item: ItemId(1),
        cell: Cell(0),
        variant: Variant::default(),
        held: milli(1_000),
        waitlisted: Quantity::ZERO,
        position_in_line: None,
        price: Money::vnd(45_000),
    }
}

pub(crate) fn full_claim() -> Claimed {
    Claimed {
        session: SESSION,
        key: KEY,
        body: Some(KeyDigest([0x0b; 16])),
        buyer: BUYER,
        origin: Origin::Host,
        rule: RuleNo(41),
        number: 1_234,
        order: OrderId(77),
        lines: vec![full_line(), bare_line(), full_line(), full_line()],
        hold_until: Some(UNTIL),
        returned: vec![],
        review: None,
        network: None,
    }
}

pub(crate) fn bare_claim() -> Claimed {
    Claimed {
        body: None,
        origin: Origin::Comment,
        rule: RuleNo(0),
        lines: vec![bare_line()],
        hold_until: None,
        ..full_claim()
    }
}

pub(crate) fn returned() -> Vec<ReturnedLine> {
    let line = full_line();
    let full = ReturnedLine {
        code: line.code,
        item: line.item,
        cell: line.cell,
        variant: line.variant,
        held: line.held,
        waitlisted: line.waitlisted,
    };
    let bare =
        ReturnedLine { variant: Variant::default(), waitlisted: Quantity::ZERO, ..full.clone() };
    vec![full, bare]
}

pub(crate) fn wants() -> Vec<Want> {
    let want = |variant, adds| Want { code: code("D1"), variant, quantity: milli(2_000), adds };
    vec![want(red_unsaid(), true), want(Variant::default(), false)]
}

fn notes(count: u8) -> Vec<Note> {
    let reason = |at: u8| {
        if at.is_multiple_of(2) { Reason::Chatter } else { Reason::Question }
    };
    (0..count)
        .map(|at| Note { key: KeyDigest([at; 16]), reason: reason(at), rule: RuleNo(at.into()) })
        .collect()
}

/// One or more of every kind of event. Those that the first journal knew come first, so that what
/// is frozen of a kind only grows.
pub(crate) fn events() -> Vec<Event> {
    [by_hosts(), by_buyers(), of_orders(), further_events()].concat()
}

fn by_hosts() -> Vec<Event> {
    let opened = |key, rules: Rules, currency| Event::SessionOpened {
        session: SESSION,
        key,
        title: "Phiên tối".into(),
        rules: Box::new(rules),
        currency,
    };
    let moved = |key, state| Event::SessionStateChanged { session: SESSION, key, state };
    let added = |key, terms: OfferTerms| Event::OfferAdded {
        session: SESSION,
        key,
        item: ItemId(9),
        new_item: terms.item.is_none(),
        terms: Arc::new(terms),
    };
    let changed = |key, price, on, limit_per_buyer| Event::OfferChanged {
        session: SESSION,
        key,
        code: code("D1"),
        price,
        open: on,
        pinned: on,
        limit_per_buyer,
    };
    let stock = |key, cell| Event::StockChanged {
        session: SESSION,
        key,
        code: code("D1"),
        item: ItemId(9),
        cell: Cell(cell),
        stock: milli(7_500),
    };
    vec![
        opened(host_key(), full_rules(), dollars(0).currency),
        opened(None, Rules::default(), Currency::VND),
        moved(host_key(), SessionState::Live),
        moved(None, SessionState::Draft),
        moved(None, SessionState::Paused),
        moved(None, SessionState::Ended),
        added(host_key(), full_terms()),
        added(None, bare_terms()),
        changed(host_key(), dollars(5), true, Some(milli(3_000))),
        changed(None, Money::vnd(0), false, None),
        stock(host_key(), 1_000),
        stock(None, 0),
    ]
}

fn by_buyers() -> Vec<Event> {
    let refused = |body, origin, reason, wants| Event::ClaimRefused {
        session: SESSION,
        key: KEY,
        body,
        buyer: BUYER,
        origin,
        rule: RuleNo(17),
        number: 5,
        reason,
        wants,
        review: None,
    };
    let released = |origin, lines| Event::ClaimReleased {
        session: SESSION,
        key: KEY,
        buyer: BUYER,
        origin,
        rule: RuleNo(300),
        order: OrderId(77),
        lines,
    };
    let reviewed = |suggestion| Event::ClaimReviewed {
        session: SESSION,
        key: KEY,
        buyer: BUYER,
        review: ReviewId(8),
        reason: Reason::Doubtful,
        rule: RuleNo(17),
        suggestion,
        about: None,
        network: None,
    };
    let noted = |count| Event::CommentsNoted { session: SESSION, notes: notes(count) };
    let body = Some(KeyDigest([0x0b; 16]));
    vec![
        Event::ClaimHeld(full_claim()),
        Event::ClaimHeld(bare_claim()),
        Event::ClaimWaitlisted(full_claim()),
        Event::ClaimWaitlisted(Claimed { lines: vec![], ..bare_claim() }),
        refused(body, Origin::Host, Reason::OverLimit, wants()),
        refused(None, Origin::Tap, Reason::SoldOut, vec![]),
        reviewed(wants()),
        reviewed(vec![]),
        noted(200),
        noted(1),
        released(Origin::Tap, returned()),
        released(Origin::Comment, vec![]),
        Event::RequestRefused {
            session: SESSION,
            key: KEY,
            buyer: BUYER,
            reason: Reason::NothingOpen,
        },
    ]
}

fn of_orders() -> Vec<Event> {
    let (session, order) = (SESSION, OrderId(77));
    let extended =
        |key, by_buyer| Event::HoldExtended { session, key, order, by_buyer, hold_until: UNTIL };
    let promoted = |line, hold_until| Event::WaitlistPromoted {
        session,
        order,
        into: OrderId(78),
        buyer: BUYER,
        line,
        hold_until,
    };
    let cancelled = |key, lines| Event::OrderCancelled { session, key, order, lines };
    vec![
        Event::HoldExpired { session, order, lines: returned() },
        Event::HoldExpired { session, order, lines: vec![] },
        extended(host_key(), false),
        extended(None, true),
        promoted(full_line(), Some(UNTIL)),
        promoted(bare_line(), None),
        Event::OrderConfirmed { session, key: host_key(), order },
        Event::OrderConfirmed { session, key: None, order },
        Event::OrderPaid { session, key: host_key(), order },
        Event::OrderPaid { session, key: None, order },
        cancelled(host_key(), returned()),
        cancelled(None, vec![]),
        Event::Resumed { down: Millis(61_000) },
        Event::Resumed { down: Millis(0) },
        Event::SessionArchived { session },
    ]
}
