//! An honest ledger is proved from its first event on, and a receipt says which number it was.

mod forge;

use domain::{Epoch, Hash, Position, Seq, Timestamp};
use forge::*;
use ledger::{Broken, ItemProof, LedgerError, Start};
use prost::Message as _;
use proto::store;
use proto::store::event::Event;

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
    let head = head_after(&steps[..=MINH_CLAIMS]);
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
    let head = head_after(&evening());
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
