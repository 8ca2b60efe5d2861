//! Shops at rest come back as they were.

mod samples;

use domain::command::{CardAnswer, Key, RuleNo};
use domain::order::{OrderLine, OrderLineView, OrderView};
use domain::outcome::{Answer, AnswerBody, Outcome, OutcomeLine};
use domain::snapshot::{
    AnsweredCard, BuyerAtRest, CancelAtRest, CardReading, CellAtRest, ItemAtRest, KeyAtRest,
    Lesson, LinkAtRest, OfferAtRest, OrderAtRest, PastTerms, PastWhat, ReviewAtRest, SessionAtRest,
    Waiting,
};
use domain::{
    Currency, Epoch, Hash, ItemId, KeyDigest, Money, OfferState, OrderId, OrderState, OutcomeKind,
    Position, Quantity, Reason, ReviewId, Rules, Seq, SessionState, Snapshot, Stamp, Timestamp,
};
use journal::codec::{CodecError, decode_snapshot, encode_snapshot};
use prost::Message;
use samples::{
    ACCOUNT, BUYER, KEY, LINK, NETWORK, SESSION, UNTIL, bare_terms, code, dollars, full_line,
    full_rules, full_terms, further_rules, milli, pre_order, wants,
};

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
        delivery_fee: Some(dollars(3)),
        total: dollars(5_000),
        hold_until: None,
        undo_until: Some(UNTIL),
        position: position(12),
    };
    let settled = OrderView { undo_until: None, hold_until: Some(UNTIL), ..order.clone() };
    vec![
        AnswerBody::Outcome(outcome),
        AnswerBody::Outcome(noted),
        AnswerBody::Session(SESSION, SessionState::Paused),
        AnswerBody::Offer(Box::new(offer)),
        AnswerBody::Order(Box::new(order)),
        AnswerBody::Order(Box::new(settled)),
        AnswerBody::Resolved(vec![ReviewId(2), ReviewId(300)]),
        AnswerBody::Resolved(vec![]),
        AnswerBody::Blocked(BUYER, true),
        AnswerBody::Blocked(BUYER, false),
        AnswerBody::Link(LINK, UNTIL),
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

fn readings() -> [CardReading; 2] {
    let bare =
        CardReading { reason: Reason::Edited, rule: RuleNo(0), suggestion: vec![], about: None };
    let full = CardReading {
        reason: Reason::UnknownCode,
        rule: RuleNo(300),
        suggestion: wants(),
        about: Some(code("A99")),
    };
    [bare, full]
}

fn cards() -> Vec<ReviewAtRest> {
    let card = |reading, network| ReviewAtRest {
        review: ReviewId(2),
        buyer: BUYER,
        key: KEY,
        at: Timestamp(5),
        reading,
        network,
    };
    let [bare, full] = readings();
    vec![card(bare, None), card(full, Some(NETWORK))]
}

fn lessons() -> Vec<Lesson> {
    let [bare, full] = readings();
    let lines = |instead_of| CardAnswer::Lines { wants: wants(), instead_of };
    vec![
        Lesson { reading: bare.clone(), answer: CardAnswer::Ignore },
        Lesson { reading: bare, answer: lines(vec![]) },
        Lesson { reading: full, answer: lines(vec![code("D1"), code("ÁO-12")]) },
    ]
}

fn past() -> Vec<PastTerms> {
    let offer = |price, open, limit_per_buyer| PastWhat::Offer {
        code: code("D1"),
        price,
        open,
        limit_per_buyer,
    };
    let whats = [
        offer(dollars(5), true, Some(milli(500))),
        offer(Money::vnd(0), false, None),
        PastWhat::Rules(further_rules().into()),
        PastWhat::Rules(Rules::default().into()),
    ];
    (1..).zip(whats).map(|(at, what)| PastTerms { until: Timestamp(at), what }).collect()
}

fn sessions() -> Vec<SessionAtRest> {
    let answered = cards().into_iter().zip([vec![], vec![code("D1")]]);
    let answered =
        answered.map(|(card, instead_of)| AnsweredCard { card, wants: wants(), instead_of });
    let link = |until| LinkAtRest { link: LINK, buyer: BUYER, until };
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
        currency: dollars(0).currency,
        last_number: 6,
        offers: vec![
            offer(full_terms(), true),
            offer(bare_terms(), false),
            offer(pre_order(), true),
        ],
        pinned: Some(1),
        reviews: cards(),
        answered: answered.collect(),
        lessons: lessons(),
        links: vec![link(UNTIL), link(Timestamp(0))],
        past: past(),
        opened: position(1),
    };
    let bare = SessionAtRest {
        rules: Rules::default().into(),
        currency: Currency::VND,
        offers: vec![],
        pinned: None,
        reviews: vec![],
        answered: vec![],
        lessons: vec![],
        links: vec![],
        past: vec![],
        ..full.clone()
    };
    let further = SessionAtRest { rules: further_rules().into(), ..bare.clone() };
    vec![full, bare, further]
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
        delivery_fee: Some(dollars(7)),
        network: Some(NETWORK),
        cancel: Some(CancelAtRest {
            closes_at: UNTIL,
            by_host: true,
            lines: vec![(0, Quantity::ONE), (300, milli(500))],
        }),
        claims: vec![Seq(4), Seq(6)],
    };
    let bare = OrderAtRest {
        lines: vec![],
        latest: vec![],
        hold_until: None,
        delivery_fee: Some(Money::vnd(0)),
        network: None,
        cancel: None,
        claims: vec![],
        ..full.clone()
    };
    let none = OrderAtRest { delivery_fee: None, ..bare.clone() };
    vec![full, bare, none]
}

fn snapshot() -> Snapshot {
    let key = |(at, body)| KeyAtRest {
        key: Key { digest: KeyDigest([at; 16]), body: (at % 2 == 0).then_some(KEY) },
        session: SESSION,
        answer: Answer { position: position(at.into()), receipt: Hash([at; 32]), body }.into(),
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
        buyers: buyers(),
    }
}

fn buyers() -> Vec<BuyerAtRest> {
    let bare = BuyerAtRest {
        buyer: ACCOUNT,
        blocked: false,
        owner: None,
        expiries: 0,
        expired_at: Timestamp(0),
    };
    let full =
        BuyerAtRest { blocked: true, owner: Some(BUYER), expiries: 5, expired_at: UNTIL, ..bare };
    vec![bare, full]
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

#[test]
fn what_a_shop_at_rest_cannot_hold_is_told_by_its_field() {
    let check = |session: proto::store::SessionAtRest, field: &str| {
        let at_rest = proto::store::Checkpoint {
            stamp: Some(proto::store::Stamp { hash: vec![7; 32], ..Default::default() }),
            sessions: vec![session],
            ..Default::default()
        };
        let why = decode_snapshot(&at_rest.encode_to_vec()).expect_err(field);
        assert!(matches!(why, CodecError::Field { field: of, .. } if of == field), "{why}");
    };
    let sound = proto::store::SessionAtRest {
        state: "live".into(),
        rules: Some(proto::store::Rules::default()),
        currency: "VND".into(),
        ..Default::default()
    };
    let link = proto::store::LinkAtRest { link: 10_000, buyer: vec![1; 16], until_ms: 1 };
    check(proto::store::SessionAtRest { links: vec![link], ..sound.clone() }, "link");
    let past = proto::store::PastTerms::default();
    check(proto::store::SessionAtRest { past: vec![past], ..sound.clone() }, "rules");
    let card = proto::store::ReviewAtRest {
        buyer: vec![1; 16],
        key: vec![2; 16],
        reason: "edited".into(),
        ..Default::default()
    };
    let near = proto::store::ReviewAtRest { network: vec![1; 7], ..card.clone() };
    check(proto::store::SessionAtRest { reviews: vec![near], ..sound.clone() }, "network");
    let answered = proto::store::AnsweredCard {
        card: Some(card),
        answer: Some(proto::store::CardAnswer::default()),
    };
    check(proto::store::SessionAtRest { answered: vec![answered], ..sound }, "answer");
}
