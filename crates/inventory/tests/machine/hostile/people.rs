//! Links and cancels of others: whoever asks, only what is theirs moves.

use super::rules::decided;
use super::{NOW, SESSION, claim, live, one, told};
use crate::lane::Lane;
use crate::made::{buyer, code, keyed, milli, terms, want};
use domain::command::{Command, OrderAct, Origin, Request, RuleNo};
use domain::id::{BuyerRef, OrderId, SessionId};
use domain::limits::{LINK_MS, LINKS_OPEN_MAX};
use domain::link::LinkCode;
use domain::outcome::{AnswerBody, OutcomeKind};
use domain::quantity::Quantity;
use domain::reason::Reason;
use domain::rejection::Rejection;
use domain::rules::Rules;
use domain::snapshot::LinkAtRest;
use domain::time::{Millis, Timestamp};
use inventory::Decision;

fn link(number: u16) -> LinkCode {
    LinkCode::new(number).expect("four digits")
}

fn ask_link(number: u8, from: u16) -> Command {
    Command::OfferLink { session: SESSION, buyer: buyer(number), from: link(from) }
}

fn type_link(number: u8, code: u16) -> Command {
    let (session, account, link) = (SESSION, buyer(number), link(code));
    Command::UseLink { session, account, link, rule: RuleNo(1) }
}

fn shown(lane: &mut Lane, key: u64, command: Command) -> u16 {
    lane.ask(&keyed(key, command), NOW);
    match &lane.state.answer(&crate::made::digest(key)).expect("decided").body {
        AnswerBody::Link(link, _) => link.get(),
        other => panic!("a code is shown: {other:?}"),
    }
}

#[test]
fn so_many_pages_show_a_code_and_no_more_until_the_time_of_some_is_over() {
    let lane = live(vec![one()], Rules::default());
    let open = |count: usize, until: u64| {
        let page = move |n: usize| LinkAtRest {
            link: link(n as u16),
            buyer: BuyerRef([(n / 256) as u8; 16].map(|high| high ^ (n % 256) as u8)),
            until: Timestamp(until),
        };
        move |s: &mut domain::Snapshot| s.sessions[0].links = (0..count).map(page).collect()
    };
    let later = NOW.0 + LINK_MS;
    let full = Decision::Rejected(Rejection::Limit("too_many_links"));
    assert_eq!(decided(&lane, open(LINKS_OPEN_MAX, later), ask_link(9, 0)), full);
    let last = decided(&lane, open(LINKS_OPEN_MAX - 1, later), ask_link(9, 0));
    let Decision::Events(events) = last else {
        panic!("one more code: {last:?}");
    };
    let domain::Event::LinkOffered { link: free, .. } = &events[0] else {
        panic!("a code is shown: {events:?}");
    };
    assert_eq!(usize::from(free.get()), LINKS_OPEN_MAX - 1, "the first that is free");
    let over = decided(&lane, open(LINKS_OPEN_MAX, NOW.0), ask_link(9, 0));
    assert!(matches!(over, Decision::Events(_)));
}

#[test]
fn after_the_last_code_comes_the_first_and_no_offers_code_is_one() {
    let offers = vec![terms("9999", Quantity::ONE, Quantity::ONE)];
    let mut lane = live(offers, Rules::default());
    assert_eq!(shown(&mut lane, 10, ask_link(1, 9_998)), 9_998);
    assert_eq!(shown(&mut lane, 11, ask_link(2, 9_998)), 0);
    assert_eq!(shown(&mut lane, 12, ask_link(1, 9_998)), 1, "the one before counts until now");
    lane.prove();
}

#[test]
fn nobody_is_linked_with_themselves_nor_in_a_circle() {
    let mut lane = live(vec![one()], Rules::default());
    let linked = (OutcomeKind::Noted, Some(Reason::Linked));
    shown(&mut lane, 10, ask_link(1, 100));
    assert_eq!(told(&mut lane, 11, type_link(1, 100)), linked);
    assert_eq!(told(&mut lane, 12, type_link(2, 100)), linked, "it was not used up by its page");
    let unknown = (OutcomeKind::Noted, Some(Reason::UnknownLink));
    assert_eq!(told(&mut lane, 13, type_link(3, 100)), unknown, "it counts once");
    shown(&mut lane, 14, ask_link(2, 200));
    assert_eq!(told(&mut lane, 15, type_link(1, 200)), linked, "who is one already");
    shown(&mut lane, 16, ask_link(3, 300));
    assert_eq!(told(&mut lane, 17, type_link(2, 300)), linked);
    for number in [1, 2, 3] {
        assert_eq!(lane.state.person(buyer(number)), buyer(3));
    }
    assert_eq!(told(&mut lane, 18, claim(2, vec![want("A1", Quantity::ONE)])).0, OutcomeKind::Held);
    assert_eq!(lane.state.orders_of(SESSION, buyer(1)).len(), 1);
    lane.replay();
    lane.prove_outside();
}

/// One order of the first buyer, a part of it being cancelled.
fn cancelling() -> Lane {
    let rules = Rules { cancel_undo: Millis(30_000), ..Rules::default() };
    let mut lane = live(vec![one()], rules);
    lane.ask(&keyed(3, super::opening(vec![], Rules::default())), NOW);
    told(&mut lane, 10, claim(1, vec![want("A1", milli(3_000))]));
    let back = Command::Release {
        session: SESSION,
        buyer: buyer(1),
        origin: Origin::Tap,
        codes: vec![code("A1")],
        quantity: Some(Quantity::ONE),
        rule: RuleNo(0),
    };
    let cancelled = (OutcomeKind::Cancelled, Some(Reason::UndoOpen));
    assert_eq!(told(&mut lane, 11, back), cancelled);
    lane
}

fn undo(session: u32, order: u32, by: Option<u8>) -> Command {
    let (session, order) = (SessionId(session), OrderId(order));
    Command::UndoCancel { session, order, buyer: by.map(buyer) }
}

#[test]
fn a_cancel_is_taken_back_by_its_buyer_or_the_host_and_by_nobody_else() {
    let mut lane = cancelling();
    let nothing = (OutcomeKind::Refused, Some(Reason::NothingToUndo));
    assert_eq!(told(&mut lane, 20, undo(1, 1, Some(2))), nothing);
    assert_eq!(told(&mut lane, 21, undo(1, 9, Some(1))), nothing);
    assert_eq!(told(&mut lane, 22, undo(2, 1, Some(1))), nothing);
    let reject =
        |command, why| assert_eq!(decided(&lane, |_| {}, command), Decision::Rejected(why));
    reject(undo(1, 9, None), Rejection::UnknownOrder);
    reject(undo(2, 1, None), Rejection::UnknownOrder);
    reject(undo(9, 1, None), Rejection::UnknownSession);
    let keyless = Request { key: None, command: undo(1, 1, Some(1)) };
    let bad = Decision::Rejected(Rejection::BadTerms("a buyer's request has a key"));
    assert_eq!(lane.ask(&keyless, NOW), bad);
    assert_eq!(told(&mut lane, 23, undo(1, 1, Some(1))), (OutcomeKind::Held, None));
    assert_eq!(told(&mut lane, 24, undo(1, 1, Some(1))), nothing);
    let again = decided(&lane, |_| {}, undo(1, 1, None));
    assert_eq!(again, Decision::Rejected(Rejection::NothingToUndo));
    lane.replay();
    lane.prove_outside();
}

#[test]
fn while_it_can_be_undone_nothing_else_is_done_with_an_order_but_cancelling() {
    let lane = cancelling();
    let being = Decision::Rejected(Rejection::BeingCancelled);
    let act = |act| {
        let command = Command::ActOnOrder { session: SESSION, order: OrderId(1), act };
        decided(&lane, |_| {}, command)
    };
    for other in [OrderAct::Confirm, OrderAct::MarkPaid, OrderAct::Extend(Millis(1))] {
        assert_eq!(act(other), being);
    }
    let Decision::Events(events) = act(OrderAct::Cancel) else {
        panic!("the rest is cancelled");
    };
    let names: Vec<_> = events.iter().map(domain::Event::name).collect();
    assert_eq!(names, ["cancel_closed", "cancel_begun"]);
}

#[test]
fn a_reduction_of_nothing_of_everything_or_of_all_there_is_never_overflows() {
    let mut lane = live(vec![one()], Rules::default());
    told(&mut lane, 10, claim(1, vec![want("A1", Quantity::MAX)]));
    let back = |codes: &[&str], amount: Option<Quantity>| Command::Release {
        session: SESSION,
        buyer: buyer(1),
        origin: Origin::Tap,
        codes: codes.iter().map(|of| code(of)).collect(),
        quantity: amount,
        rule: RuleNo(0),
    };
    let refused = |why| (OutcomeKind::Refused, Some(why));
    assert_eq!(
        told(&mut lane, 11, back(&["A1"], Some(Quantity::ZERO))),
        refused(Reason::BadQuantity)
    );
    assert_eq!(told(&mut lane, 12, back(&[], Some(Quantity::ONE))), refused(Reason::BadQuantity));
    assert_eq!(told(&mut lane, 13, back(&["A1"], Some(milli(1)))), refused(Reason::OffStep));
    assert_eq!(told(&mut lane, 14, back(&["X9"], Some(milli(1)))), refused(Reason::NothingOpen));
    let all = told(&mut lane, 15, back(&["A1", "A1"], Some(Quantity::MAX)));
    assert_eq!(all, (OutcomeKind::Cancelled, None));
    assert_eq!(lane.state.orders_of(SESSION, buyer(1)).len(), 0);
    lane.replay();
    lane.prove_outside();
}
