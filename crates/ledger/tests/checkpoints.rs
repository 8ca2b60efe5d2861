//! A ledger that begins with a checkpoint: what it remembers binds what follows, and it must agree
//! with itself.

mod forge;

use domain::Stamp;
use forge::sale::*;
use forge::*;
use ledger::{Broken, BuyerBroken, CancelBroken, CardBroken, RuleBroken, Start};
use prost::Message as _;
use proto::store::event::Event;
use proto::store::{self, CellAtRest, ItemAtRest, OfferAtRest, OrderAtRest, OrderLineAtRest};

/// Somebody who has no order yet.
const NEW: [u8; 16] = [0x4d; 16];

/// An order of D1 at rest; who holds something has a deadline.
fn order(
    order: u32,
    buyer: [u8; 16],
    held_milli: u64,
    waitlisted_milli: u64,
    until_s: u64,
) -> OrderAtRest {
    let line = OrderLineAtRest {
        code: "D1".into(),
        item: 1,
        held_milli,
        waitlisted_milli,
        price: 45_000,
        ..Default::default()
    };
    OrderAtRest {
        order,
        session: 1,
        buyer: buyer.to_vec(),
        state: "held".into(),
        lines: vec![line],
        hold_until_ms: (held_milli > 0).then_some(EVENING_MS + until_s * 1_000),
        ..Default::default()
    }
}

/// The shop after Hoa's claim: Lan and Minh hold, Minh and Hoa wait.
fn at_rest(head: Stamp) -> store::Checkpoint {
    let wait =
        |order, quantity_milli| store::Waiting { order, quantity_milli, ..Default::default() };
    let cell = CellAtRest {
        stock_milli: 2_000,
        held_milli: 2_000,
        sold_milli: 0,
        queue: vec![wait(2, 500), wait(3, 1_000)],
    };
    let terms = store::Terms { code: "D1".into(), ..Default::default() };
    let offer = OfferAtRest { terms: Some(terms), item: 1, open: true, ..Default::default() };
    let session = store::SessionAtRest {
        session: 1,
        title: "chợ tối".into(),
        state: "live".into(),
        rules: Some(rules()),
        last_number: 3,
        offers: vec![offer],
        ..Default::default()
    };
    store::Checkpoint {
        stamp: Some(store::Stamp {
            epoch: head.position.epoch.0,
            seq: head.position.seq.0,
            at_ms: head.at.0,
            hash: head.hash.0.to_vec(),
        }),
        last_order: 3,
        items: vec![ItemAtRest { item: 1, cells: vec![cell], ..Default::default() }],
        sessions: vec![session],
        orders: vec![
            order(1, LAN, 1_500, 0, 610),
            order(2, MINH, 500, 500, 611),
            order(3, HOA, 0, 1_000, 0),
        ],
        keys: vec![store::KeyAtRest { session: 1, ..Default::default() }],
        ..Default::default()
    }
}

fn head_after_hoa() -> Stamp {
    head_after(&evening()[..=HOA_CLAIMS])
}

/// The ledger that begins with that shop and goes on like that.
fn from_checkpoint(shop: &store::Checkpoint, steps: &[Step]) -> String {
    let head = head_after_hoa();
    let mut text = ledger::checkpoint_line(&head, &shop.encode_to_vec()).expect("a shop at rest");
    text.extend(lines_after(head, steps));
    text
}

#[test]
fn a_ledger_may_begin_with_the_stock_as_it_stood() {
    let head = head_after_hoa();
    let text = from_checkpoint(&at_rest(head), &evening()[LAN_EXPIRES..]);
    let first = text.lines().next().expect("a line");
    assert!(first.contains("\"type\":\"checkpoint\"") && !first.contains("chợ tối"), "{first}");
    assert!(!first.contains("\"prev\"") && !first.contains("\"frame\""), "{first}");
    let proof = verify(&text).expect("holds");
    assert_eq!(proof.start, Start::Checkpoint(head));
    assert_eq!((proof.events, proof.promotions, proof.claims), (5, 2, 0));
    assert!(proof.to_string().contains("after event 6"));
}

#[test]
fn a_checkpoint_that_contradicts_itself_is_refused() {
    let check = |wanted: fn(&Broken) -> bool, edit: &dyn Fn(&mut store::Checkpoint)| {
        let mut shop = at_rest(head_after_hoa());
        edit(&mut shop);
        refused(&from_checkpoint(&shop, &[]), 1, wanted);
    };
    let bad = |b: &Broken| matches!(b, Broken::BadCheckpoint { .. });
    check(bad, &|shop| shop.items[0].cells[0].held_milli = 1_500);
    check(bad, &|shop| shop.items[0].cells[0].queue.clear());
    check(bad, &|shop| shop.items[0].cells[0].queue[0].line = 9);
    check(bad, &|shop| shop.items.clear());
    check(bad, &|shop| shop.orders[0].state = "gone".into());
    check(bad, &|shop| shop.last_order = 2);
    check(bad, &|shop| shop.sessions[0].reviews = vec![open_card(1, 61), open_card(1, 62)]);
    check(bad, &|shop| shop.sessions[0].reviews = vec![open_card(1, 61), open_card(2, 61)]);
    check(bad, &|shop| shop.sessions[0].answered.push(store::AnsweredCard::default()));
    check(bad, &|shop| shop.buyers = vec![known(NEW), known(NEW)]);
    check(bad, &|shop| {
        shop.buyers = vec![store::BuyerAtRest { owner: MINH.to_vec(), ..known(LAN) }];
    });
    check(bad, &|shop| being_cancelled(shop, 9));
    let oversold = |b: &Broken| matches!(b, Broken::Oversold { .. });
    check(oversold, &|shop| shop.items[0].cells[0].stock_milli = 1_000);
}

#[test]
fn a_checkpoint_stands_only_at_the_beginning_and_before_its_next_event() {
    let head = head_after_hoa();
    let mut lines = lines(&evening());
    let checkpoint =
        ledger::checkpoint_line(&head, &at_rest(head).encode_to_vec()).expect("written");
    lines.insert(6, checkpoint.clone());
    refused(&lines.concat(), 7, |b| matches!(b, Broken::CheckpointInside));
    let late = [checkpoint, lines[8].clone()].concat();
    refused(&late, 2, |b| matches!(b, Broken::SeqJumps { .. }));
    let nothing = store::Checkpoint { stamp: Some(store::Stamp::default()), ..Default::default() };
    let begin =
        ledger::checkpoint_line(&Stamp::default(), &nothing.encode_to_vec()).expect("written");
    lines.remove(6);
    lines.insert(0, begin);
    verify(&lines.concat()).expect("a checkpoint of nothing may stand before the first event");
}

/// A comment of half a kilo that waits for a person.
fn open_card(review: u32, key_number: u8) -> store::ReviewAtRest {
    store::ReviewAtRest {
        review,
        buyer: HOA.to_vec(),
        key: key(key_number),
        reason: "bare_number".into(),
        lines: vec![want(500)],
        rule: 3,
        ..Default::default()
    }
}

fn known(buyer: [u8; 16]) -> store::BuyerAtRest {
    store::BuyerAtRest { buyer: buyer.to_vec(), ..Default::default() }
}

/// Half a kilo of a line of Lan's is being cancelled, with a minute to undo it.
fn being_cancelled(shop: &mut store::Checkpoint, line: u32) {
    shop.sessions[0].rules.as_mut().expect("rules").cancel_undo_ms = 60_000;
    shop.orders[0].cancel_closes_at_ms = Some(EVENING_MS + 80_000);
    shop.orders[0].cancel_lines = vec![store::CancelLineAtRest { line, quantity_milli: 500 }];
}

/// A claim that waits behind Minh and Hoa.
fn waits(at_s: u64, buyer: [u8; 16], order: u32) -> Step {
    claim(at_s, buyer, 4, order, d1(0, 500, Some(3)))
}

/// After such a checkpoint the honest steps are proved, and the last of the forged ones is refused.
fn check(
    rest: impl Fn(&mut store::Checkpoint),
    honest: &[Step],
    forged: &[Step],
    wanted: fn(&Broken) -> bool,
) {
    let mut shop = at_rest(head_after_hoa());
    rest(&mut shop);
    let text = from_checkpoint(&shop, honest);
    verify(&text).unwrap_or_else(|violation| panic!("the honest one: {violation}"));
    let line = 1 + u64::try_from(forged.len()).expect("few");
    refused(&from_checkpoint(&shop, forged), line, wanted);
}

#[test]
fn cards_of_before_are_answered_and_served_once_in_their_turn() {
    let open = |shop: &mut store::Checkpoint| {
        shop.last_review = 1;
        shop.sessions[0].reviews = vec![open_card(1, 61)];
    };
    let of_card = |step| {
        with(step, |claimed| {
            (claimed.origin, claimed.key) = ("host".into(), key(61));
            claimed.review = Some(1);
        })
    };
    let served = of_card(waits(20, HOA, 3));
    let honest = [resolved(20, &[1], true), served.clone()];
    let not_open = |b: &Broken| matches!(b, Broken::Card(CardBroken::NotOpen { review: 2, .. }));
    check(open, &honest, &[resolved(20, &[2], true)], not_open);
    let not_answered = |b: &Broken| matches!(b, Broken::Card(CardBroken::NotAnswered { .. }));
    check(open, &honest, std::slice::from_ref(&served), not_answered);
    let again = with(waits(20, HOA, 3), |claimed| claimed.key = key(61));
    check(open, &honest, &[again], |b| matches!(b, Broken::KeyTwice { .. }));
    let a_gap = |b: &Broken| matches!(b, Broken::Contradiction { .. });
    check(open, &[card(20, NEW, 2)], &[card(20, NEW, 3)], a_gap);

    let answered = |shop: &mut store::Checkpoint| {
        let answer = store::CardAnswer { lines: vec![want(500)], ..Default::default() };
        let (card, answer) = (Some(open_card(1, 61)), Some(answer));
        shop.sessions[0].answered = vec![store::AnsweredCard { card, answer }];
    };
    let comes_first = |b: &Broken| matches!(b, Broken::Card(CardBroken::Waits { .. }));
    check(answered, &[served], &[waits(20, NEW, 4)], comes_first);
}

#[test]
fn a_cancel_of_before_closes_in_its_time_with_what_it_began() {
    let honest = [closed(80, back(500, 0)), promoted(80, MINH, 2, 500)];
    let early = [closed(79, back(500, 0)), promoted(79, MINH, 2, 500)];
    let rest = |shop: &mut store::Checkpoint| being_cancelled(shop, 0);
    check(rest, &honest, &early, |b| {
        matches!(b, Broken::Cancel(CancelBroken::ClosedEarly { order: 1, .. }))
    });
    let by_host = |shop: &mut store::Checkpoint| {
        being_cancelled(shop, 0);
        shop.orders[0].cancel_by_host = true;
    };
    let mut by_buyer = undone(70);
    if let Event::CancelUndone(undone) = &mut by_buyer.event {
        undone.origin = "tap".into();
    }
    check(rest, std::slice::from_ref(&by_buyer), &early, |b| matches!(b, Broken::Cancel(_)));
    check(by_host, &[undone(70)], &[by_buyer], |b| {
        matches!(b, Broken::Cancel(CancelBroken::UndoneByBuyer { order: 1 }))
    });
    check(rest, &honest, &[closed(80, back(1_500, 0))], |b| {
        matches!(b, Broken::Cancel(CancelBroken::ClosedOther { order: 1 }))
    });
}

#[test]
fn who_was_blocked_linked_or_careless_is_so_after_it() {
    let honest = [waits(20, NEW, 4)];
    let blocked = |shop: &mut store::Checkpoint| {
        shop.buyers = vec![store::BuyerAtRest { blocked: true, ..known(HOA) }];
    };
    check(blocked, &honest, &[waits(20, HOA, 3)], |b| {
        matches!(b, Broken::Buyer(BuyerBroken::Blocked { number: 4, .. }))
    });
    let owned = |shop: &mut store::Checkpoint| {
        shop.buyers = vec![store::BuyerAtRest { owner: HOA.to_vec(), ..known(NEW) }];
    };
    check(owned, &[waits(20, HOA, 3)], &[waits(20, NEW, 4)], |b| {
        matches!(b, Broken::Buyer(BuyerBroken::OldName { .. }))
    });
    let careless = |shop: &mut store::Checkpoint| {
        let expired_at_ms = EVENING_MS;
        shop.buyers = vec![store::BuyerAtRest { expiries: 1, expired_at_ms, ..known(NEW) }];
        let limits =
            store::Hoarding { expiries: Some(1), cooldown_ms: 30_000, ..Default::default() };
        shop.sessions[0].rules.as_mut().expect("rules").hoarding = Some(limits);
    };
    check(careless, &[waits(30, NEW, 4)], &[waits(29, NEW, 4)], |b| {
        matches!(b, Broken::Rule(RuleBroken::CoolingDown { .. }))
    });
    let shown = |shop: &mut store::Checkpoint| {
        let (buyer, until_ms) = (MINH.to_vec(), EVENING_MS + 600_000);
        shop.sessions[0].links = vec![store::LinkAtRest { link: 1234, buyer, until_ms }];
    };
    let no_link = |b: &Broken| matches!(b, Broken::Buyer(BuyerBroken::NoLink { .. }));
    check(shown, &[linked(20, NEW, MINH, 1234)], &[linked(20, NEW, MINH, 1235)], no_link);
}

#[test]
fn what_was_in_force_before_may_still_have_been_said_then() {
    let closed = |shop: &mut store::Checkpoint| shop.sessions[0].offers[0].open = false;
    let lately = |shop: &mut store::Checkpoint| {
        closed(shop);
        let (until_ms, code) = (EVENING_MS + 12_000, "D1".into());
        let past = store::PastTerms { until_ms, code, open: true, ..Default::default() };
        shop.sessions[0].past = vec![past];
    };
    let is_closed = |b: &Broken| matches!(b, Broken::Rule(RuleBroken::OfferClosed { .. }));
    check(closed, &[], &[waits(20, NEW, 4)], is_closed);
    let mut shop = at_rest(head_after_hoa());
    lately(&mut shop);
    verify(&from_checkpoint(&shop, &[waits(20, NEW, 4)])).expect("it may have been open");
}
