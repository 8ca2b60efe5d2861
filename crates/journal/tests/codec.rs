//! Frames are for ever: what is written comes back, is what prost would write, and is what was
//! written before.

mod samples;

use domain::command::Key;
use domain::order::{OrderLine, OrderLineView, OrderView};
use domain::outcome::{Answer, AnswerBody, Outcome, OutcomeLine};
use domain::snapshot::{
    CellAtRest, ItemAtRest, KeyAtRest, OfferAtRest, OrderAtRest, ReviewAtRest, SessionAtRest,
    Waiting,
};
use domain::{
    Currency, Epoch, Event, Hash, ItemId, KeyDigest, Money, OfferState, OrderId, OrderState,
    OutcomeKind, Position, Quantity, Reason, ReviewId, Rules, Seq, SessionState, Snapshot, Stamp,
    Timestamp,
};
use journal::codec::{CodecError, decode_event, decode_snapshot, encode_event, encode_snapshot};
use prost::Message;
use samples::{BUYER, KEY, SESSION, UNTIL, bare_terms, events, full_line, full_rules, full_terms};
use std::collections::BTreeMap;
use std::path::Path;

fn encoded(event: &Event) -> Vec<u8> {
    let mut bytes = vec![0xee];
    encode_event(event, &mut bytes);
    assert_eq!(bytes.remove(0), 0xee, "a frame is appended, nothing before it is touched");
    bytes
}

#[test]
fn every_event_comes_back_as_it_was() {
    for event in events() {
        assert_eq!(decode_event(&encoded(&event)), Ok(event));
    }
}

#[test]
fn a_frame_is_what_prost_writes_however_it_is_written() {
    for event in events() {
        let by_prost = journal::codec::message(&event).encode_to_vec();
        assert_eq!(encoded(&event), by_prost, "{event:?}");
    }
}

#[test]
fn every_kind_of_event_is_written_as_the_first_journal_wrote_it() {
    let mut kinds = BTreeMap::<_, String>::new();
    for event in events() {
        let hex: String = encoded(&event).iter().map(|byte| format!("{byte:02x}")).collect();
        *kinds.entry(event.name()).or_default() += &format!("{hex}\n");
    }
    assert_eq!(kinds.len(), 20, "a new kind needs a sample");
    for (kind, hex) in kinds {
        let file = format!("{}/tests/golden/{kind}.hex", env!("CARGO_MANIFEST_DIR"));
        if std::env::var_os("CHOT_WRITE_GOLDEN").is_some() && !Path::new(&file).exists() {
            std::fs::write(&file, &hex).expect("a new kind's bytes are written once");
        }
        let golden = std::fs::read_to_string(&file).expect("reads");
        assert_eq!(hex, golden, "{kind} would be written otherwise than in journals that exist");
    }
}

#[test]
fn bytes_that_are_no_event_are_told_apart() {
    let check = |bytes: &[u8], is: fn(&CodecError) -> bool| {
        let why = decode_event(bytes).expect_err("no event");
        assert!(is(&why), "{why}");
    };
    check(&[], |why| *why == CodecError::UnknownKind);
    check(&[0xf2, 0x07, 0x00], |why| *why == CodecError::UnknownKind);
    check(&[0x32, 0x7f], |why| matches!(why, CodecError::Malformed(_)));
    check(&[0x32, 0x00], |why| matches!(why, CodecError::Field { field: "key", .. }));
}

#[test]
fn no_cut_of_a_frame_panics() {
    for event in events() {
        let bytes = encoded(&event);
        for cut in 0..bytes.len() {
            if let Ok(read) = decode_event(&bytes[..cut]) {
                assert_eq!(read.name(), event.name());
            }
        }
    }
}

fn position(seq: u64) -> Position {
    Position { epoch: Epoch(4), seq: Seq(seq) }
}

fn order_line() -> OrderLine {
    let line = full_line();
    OrderLine {
        code: line.code,
        item: line.item,
        cell: line.cell,
        variant: line.variant,
        held: line.held,
        waitlisted: line.waitlisted,
        price: line.price,
    }
}

fn answers() -> Vec<AnswerBody> {
    let line = full_line();
    let outcome = Outcome {
        kind: OutcomeKind::Partial,
        reason: Some(Reason::SoldOut),
        number: Some(3),
        lines: vec![OutcomeLine {
            code: line.code,
            variant: line.variant,
            held: line.held,
            waitlisted: line.waitlisted,
            position_in_line: Some(2),
        }],
        order: Some(OrderId(7)),
        review: Some(ReviewId(8)),
        hold_until: Some(UNTIL),
    };
    let noted = Outcome {
        kind: OutcomeKind::Noted,
        reason: None,
        number: None,
        lines: vec![],
        order: None,
        review: None,
        hold_until: None,
    };
    let offer = OfferState {
        terms: full_terms().into(),
        item: ItemId(9),
        version: 6,
        left: Quantity::ONE,
        left_by_cell: vec![Quantity::ONE, Quantity::ZERO],
        open: true,
        pinned: true,
    };
    let views = [Some(4), None];
    let view = |position_in_line| OrderLineView { line: order_line(), position_in_line };
    let order = OrderView {
        order: OrderId(7),
        session: SESSION,
        buyer: BUYER,
        state: OrderState::Confirmed,
        lines: views.map(view).into(),
        delivery_fee: Some(samples::dollars(3)),
        total: samples::dollars(5_000),
        hold_until: None,
        position: position(12),
    };
    vec![
        AnswerBody::Outcome(outcome),
        AnswerBody::Outcome(noted),
        AnswerBody::Session(SESSION, SessionState::Paused),
        AnswerBody::Offer(Box::new(offer)),
        AnswerBody::Order(Box::new(order)),
    ]
}

fn item() -> ItemAtRest {
    let waiting = Waiting { since: Seq(5), order: OrderId(7), line: 1, quantity: Quantity::ONE };
    ItemAtRest {
        item: ItemId(9),
        terms: full_terms().into(),
        changes: 2,
        cells: vec![
            CellAtRest {
                stock: Quantity::MAX,
                queue: vec![waiting, waiting],
                ..CellAtRest::default()
            },
            CellAtRest { held: Quantity::ONE, sold: Quantity::ONE, ..CellAtRest::default() },
        ],
    }
}

fn sessions() -> Vec<SessionAtRest> {
    let review = ReviewAtRest {
        review: ReviewId(2),
        buyer: BUYER,
        key: KEY,
        at: Timestamp(5),
        reason: Reason::Edited,
        suggestion: vec![],
    };
    let offer = |terms: domain::OfferTerms, open| OfferAtRest {
        terms: terms.into(),
        item: ItemId(9),
        open,
        changes: u32::from(open),
    };
    let full = SessionAtRest {
        session: SESSION,
        title: "Phiên".into(),
        state: SessionState::Archived,
        since: Timestamp(9),
        rules: full_rules().into(),
        currency: samples::dollars(0).currency,
        last_number: 6,
        offers: vec![offer(full_terms(), true), offer(bare_terms(), false)],
        pinned: Some(1),
        reviews: vec![review.clone(), review],
        opened: position(1),
    };
    let bare = SessionAtRest {
        rules: Rules::default().into(),
        currency: Currency::VND,
        offers: vec![],
        pinned: None,
        reviews: vec![],
        ..full.clone()
    };
    vec![full, bare]
}

fn orders() -> Vec<OrderAtRest> {
    let full = OrderAtRest {
        order: OrderId(7),
        session: SESSION,
        buyer: BUYER,
        state: OrderState::Expired,
        lines: vec![order_line(), order_line()],
        latest: vec![Quantity::ONE, Quantity::ZERO],
        hold_until: Some(UNTIL),
        extensions: 1,
        position: position(6),
        since: Timestamp(3),
        delivery_fee: Some(samples::dollars(7)),
    };
    let bare = OrderAtRest {
        lines: vec![],
        latest: vec![],
        hold_until: None,
        delivery_fee: Some(Money::vnd(0)),
        ..full.clone()
    };
    let none = OrderAtRest { delivery_fee: None, ..bare.clone() };
    vec![full, bare, none]
}

fn snapshot() -> Snapshot {
    let key = |(at, body)| KeyAtRest {
        key: Key { digest: KeyDigest([at; 16]), body: (at % 2 == 0).then_some(KEY) },
        session: SESSION,
        answer: Answer { position: position(at.into()), receipt: Hash([at; 32]), body },
    };
    Snapshot {
        stamp: Stamp { position: position(99), at: Timestamp(100), hash: Hash([7; 32]) },
        last_order: 1,
        last_review: 2,
        last_session: 3,
        last_item: 4,
        items: vec![item()],
        sessions: sessions(),
        orders: orders(),
        keys: (1..).zip(answers()).map(key).collect(),
    }
}

#[test]
fn a_shop_at_rest_comes_back_as_it_was() {
    for snapshot in [Snapshot::default(), snapshot()] {
        assert_eq!(decode_snapshot(&encode_snapshot(&snapshot)), Ok(snapshot));
    }
}

#[test]
fn no_cut_of_a_shop_at_rest_panics() {
    let bytes = encode_snapshot(&snapshot());
    let whole = (0..bytes.len()).filter(|&cut| decode_snapshot(&bytes[..cut]).is_ok()).count();
    assert!(whole < bytes.len(), "a cut is seldom whole: {whole}");
}
