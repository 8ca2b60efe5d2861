//! An honest ledger is proved, from its first event or from a checkpoint, and a receipt says which
//! number it was.

mod forge;

use domain::{Epoch, Hash, Position, Seq, Stamp, Timestamp};
use forge::*;
use ledger::{Broken, ItemProof, LedgerError, Start};
use prost::Message as _;
use proto::store::event::Event;
use proto::store::{self, CellAtRest, ItemAtRest, OfferAtRest, OrderAtRest, OrderLineAtRest};

#[test]
fn an_evening_is_proved_from_its_first_event() {
    let proof = verify(&lines(&evening()).concat()).expect("holds");
    assert_eq!(proof.start, Start::Genesis);
    assert_eq!((proof.events, proof.claims, proof.keys), (11, 3, 4));
    assert_eq!((proof.promotions, proof.expiries), (2, 1));
    let tomatoes = ItemProof {
        item: 1,
        cell: 0,
        stock_milli: 2_000,
        held_milli: 0,
        sold_milli: 2_000,
        waiting: 0,
    };
    assert_eq!(proof.items, [tomatoes]);
    let offer = &proof.offers[0];
    assert_eq!((offer.code.as_str(), offer.claims), ("D1", 3));
    let flows = (offer.held_milli, offer.promoted_milli, offer.returned_milli);
    assert_eq!(flows, (2_000, 1_500, 1_500));
    assert_eq!((proof.sessions[0].first, proof.sessions[0].last), (1, 3));
}

#[test]
fn a_receipt_says_which_number_it_was() {
    let steps = evening();
    let mut head = Stamp::default();
    for step in &steps[..=MINH_CLAIMS] {
        head = stamp(step, head.position.seq.next(), head.hash);
    }
    let text = lines(&steps).concat();
    let proof = ledger::verify(text.as_bytes(), Some(head.hash), |_| {}).expect("holds");
    let receipt = proof.receipt.as_ref().expect("it is in the file");
    assert_eq!((receipt.number, receipt.session), (Some(2), Some(1)));
    let told = proof.to_string();
    let english = "You were number 2 of D1 at 2026-11-23T13:05:11.000Z; D1: 0.5 held, \
                   0.5 waiting as 1 in line";
    assert!(told.contains(english), "{told}");
    assert!(told.contains("Bạn là số 2, mã D1, lúc 20:05:11 (giờ Việt Nam)"), "{told}");
    assert!(told.contains(&head.hash.to_string()), "{told}");
}

#[test]
fn a_receipt_of_another_history_is_refused() {
    let text = lines(&evening()).concat();
    let foreign = Some(Hash([7; 32]));
    let violation = ledger::verify(text.as_bytes(), foreign, |_| {}).expect_err("refused");
    assert!(matches!(violation.broken, Broken::ForeignReceipt { .. }));
    assert_eq!(violation.line, 11);
}

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
    let step = |head: Stamp, step: &Step| stamp(step, head.position.seq.next(), head.hash);
    evening()[..=HOA_CLAIMS].iter().fold(Stamp::default(), step)
}

fn from_checkpoint(shop: &store::Checkpoint) -> String {
    let mut text =
        ledger::checkpoint_line(&head_after_hoa(), &shop.encode_to_vec()).expect("a shop at rest");
    text.extend(lines_after(head_after_hoa(), &evening()[LAN_EXPIRES..]));
    text
}

#[test]
fn a_ledger_may_begin_with_the_stock_as_it_stood() {
    let head = head_after_hoa();
    let text = from_checkpoint(&at_rest(head));
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
        refused(&from_checkpoint(&shop), 1, wanted);
    };
    let bad = |b: &Broken| matches!(b, Broken::BadCheckpoint { .. });
    check(bad, &|shop| shop.items[0].cells[0].held_milli = 1_500);
    check(bad, &|shop| shop.items[0].cells[0].queue.clear());
    check(bad, &|shop| shop.items[0].cells[0].queue[0].line = 9);
    check(bad, &|shop| shop.items.clear());
    check(bad, &|shop| shop.orders[0].state = "gone".into());
    check(bad, &|shop| shop.last_order = 2);
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

#[test]
fn holds_that_run_until_the_end_expire_after_it_and_the_session_is_forgotten() {
    let mut steps = opening();
    if let Event::SessionOpened(opened) = &mut steps[0].event {
        let rules = opened.rules.as_mut().expect("rules");
        (rules.hold_ms, rules.hold_after_end_ms) = (None, Some(60_000));
    }
    let mut first = claim(10, LAN, 1, 1, d1(2_000, 0, None));
    if let Event::ClaimHeld(claimed) = &mut first.event {
        claimed.hold_until_ms = None;
    }
    let archived = Event::SessionArchived(store::SessionArchived { session: 1 });
    let ends = |expires: u64| {
        let mut steps = steps.clone();
        steps.extend([
            first.clone(),
            claim(11, MINH, 2, 2, d1(0, 500, Some(1))),
            step(100, state("ended")),
            expired(expires, 1, back(2_000, 0)),
            step(100 + 48 * 3_600, archived.clone()),
        ]);
        lines(&steps).concat()
    };
    let proof = verify(&ends(160)).expect("holds");
    assert_eq!((proof.sessions[0].state, proof.items[0].waiting), ("archived", 0));
    refused(&ends(159), 7, |b| matches!(b, Broken::ExpiredEarly { .. }));
}

#[test]
fn a_buyer_may_leave_the_line_and_a_cancelled_order_returns_everything() {
    let mut steps = evening();
    steps.truncate(LAN_EXPIRES);
    let release = store::ClaimReleased {
        session: 1,
        key: key(50),
        buyer: MINH.to_vec(),
        order: 2,
        lines: back(500, 500),
        ..Default::default()
    };
    let order = acted(1, vec![]);
    steps.extend([
        step(20, Event::OrderConfirmed(order.clone())),
        step(21, Event::ClaimReleased(release)),
        promoted(21, HOA, 3, 500),
        step(22, Event::OrderPaid(order)),
        step(23, Event::OrderCancelled(acted(1, back(1_500, 0)))),
        promoted(23, HOA, 3, 500),
    ]);
    let proof = verify(&lines(&steps).concat()).expect("holds");
    let item = proof.items[0];
    assert_eq!((item.held_milli, item.sold_milli, item.waiting), (1_000, 0, 0));
}

#[test]
fn a_promotion_of_a_settled_order_goes_into_a_new_one() {
    let mut steps = evening();
    steps.truncate(LAN_EXPIRES);
    let mut into_new = promoted(610, MINH, 2, 500);
    if let Event::WaitlistPromoted(promoted) = &mut into_new.event {
        promoted.into = 4;
    }
    steps.extend([
        step(20, Event::OrderConfirmed(acted(2, vec![]))),
        expired(610, 1, back(1_500, 0)),
        into_new,
        promoted(610, HOA, 3, 1_000),
        step(611, Event::OrderPaid(acted(4, vec![]))),
    ]);
    let proof = verify(&lines(&steps).concat()).expect("holds");
    assert_eq!((proof.items[0].held_milli, proof.items[0].sold_milli), (1_000, 1_000));
}

#[test]
fn progress_is_told_and_memory_is_not_needed_for_what_is_over() {
    let mut steps = opening();
    for number in 0..20_000u32 {
        let noted = store::Note { key: number.to_be_bytes().repeat(4), ..Default::default() };
        let event = Event::CommentsNoted(store::CommentsNoted { session: 1, notes: vec![noted] });
        steps.push(step(2, event));
    }
    let text = lines(&steps).concat();
    let mut told = Vec::new();
    ledger::verify(text.as_bytes(), None, |lines| told.push(lines)).expect("holds");
    assert_eq!(told, [10_000, 20_000]);
}

#[test]
fn a_line_is_not_written_for_what_is_no_event_or_not_in_its_place() {
    let head = head_after_hoa();
    let frame = store::Event { event: Some(state("live")) }.encode_to_vec();
    let wrong = ledger::line(&head, Hash::GENESIS, &frame);
    assert!(matches!(wrong, Err(LedgerError::Unchained { .. })), "{wrong:?}");
    let nothing = ledger::checkpoint_line(&head, b"\xff\xff");
    assert!(matches!(nothing, Err(LedgerError::NotACheckpoint { .. })), "{nothing:?}");
    let unstamped = ledger::checkpoint_line(&head, &store::Checkpoint::default().encode_to_vec());
    assert!(matches!(unstamped, Err(LedgerError::NotACheckpoint { .. })), "{unstamped:?}");
}

#[test]
fn a_line_has_the_fields_of_the_contract_in_their_order() {
    let first = &lines(&opening())[2];
    let position = Position { epoch: Epoch(1), seq: Seq(3) };
    let value: serde_json::Value = serde_json::from_str(first).expect("JSON");
    let names: Vec<_> = first.split('"').skip(1).step_by(2).take(3).collect();
    assert_eq!(names, ["epoch", "seq", "at"]);
    assert_eq!(value["seq"], position.seq.0);
    assert_eq!(value["at"], Timestamp(EVENING_MS + 1_000).to_string());
    assert_eq!(value["event"]["type"], "session_state_changed");
    assert_eq!(value["event"]["state"], "live");
    assert_eq!(value["prev"].as_str().map(str::len), Some(64));
}
