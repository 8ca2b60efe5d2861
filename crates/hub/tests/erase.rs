//! Forgetting a buyer as the lane carries it out: not while something is under way, all accounts at
//! once, told when it is durable, and nobody speaks in that name any more.

mod world;

use domain::command::{OrderAct, RuleNo};
use domain::outcome::AnswerBody;
use domain::{Command, Millis, OrderId, OutcomeKind, Rejection, SessionState};
use hub::{Ask, Erase, Erased, HubError, Input};
use std::sync::{Arc, Mutex};
use world::{SESSION, World, buyer};

type Answer = Arc<Mutex<Option<Result<Erased, HubError>>>>;

fn ask(world: &mut World, who: &str) -> Answer {
    let answer = Answer::default();
    let told = answer.clone();
    let reply = Box::new(move |erased| *told.lock().expect("whole") = Some(erased));
    world.step(Input::Ask(Ask::Erase(Erase { buyer: buyer(who), reply })));
    answer
}

fn erase(world: &mut World, who: &str) -> Result<Erased, HubError> {
    let answer = ask(world, who);
    world.settle();
    let told = answer.lock().expect("whole").take();
    told.expect("an answer")
}

fn act(world: &mut World, order: u32, act: OrderAct) {
    world.call(Command::ActOnOrder { session: SESSION, order: OrderId(order), act });
}

fn link(world: &mut World, page: &str, who: &str) {
    let from = domain::LinkCode::new(4_821).expect("four digits");
    let offered = world.call(Command::OfferLink { session: SESSION, buyer: buyer(page), from });
    let AnswerBody::Link(link, _) = offered.body else { panic!("a code: {offered:?}") };
    let (account, rule) = (buyer(who), RuleNo(17));
    world.call(Command::UseLink { session: SESSION, account, link, rule });
}

const OPEN: Result<Erased, HubError> = Err(HubError::Rejected(Rejection::OpenOrders));

#[test]
fn nobody_is_forgotten_while_something_is_under_way_for_them() {
    let mut world = World::with_live_session();
    world.comment("lan", "k1", "d1 x2");
    world.settle();
    assert_eq!(erase(&mut world, "lan"), OPEN, "it is held");
    act(&mut world, 1, OrderAct::Confirm);
    assert_eq!(erase(&mut world, "lan"), OPEN, "confirmed, and the live goes on");
    world.set_state(SessionState::Ended);
    assert_eq!(erase(&mut world, "lan").map(|erased| erased.accounts), Ok(1));
    assert_eq!(erase(&mut world, "lan"), Err(HubError::UnknownBuyer), "that was them");
}

#[test]
fn what_is_paid_or_cancelled_keeps_nobody() {
    let mut world = World::with_live_session();
    world.comments(&[
        ("lan", "k1", "d1 x2"),
        ("hoa", "k2", "d1"),
        ("minh", "k3", "có giao không?"),
    ]);
    world.settle();
    act(&mut world, 1, OrderAct::MarkPaid);
    act(&mut world, 2, OrderAct::Cancel);
    for who in ["lan", "hoa", "minh"] {
        assert_eq!(erase(&mut world, who).map(|erased| erased.accounts), Ok(1), "{who}");
    }
    assert_eq!(world.orders().len(), 2, "the shop's books are whole");
}

#[test]
fn who_waits_or_is_a_card_or_may_still_undo_is_not_forgotten() {
    let mut world = World::with_live_session();
    world.comments(&[
        ("hoa", "k1", "d1 x120"),
        ("lan", "k2", "d1 x2"),
        ("minh", "k3", "d1 hay d2?"),
    ]);
    let card = world.comment("tam", "k4", "a9 x2");
    world.settle();
    assert_eq!(card.kinds(), [OutcomeKind::Review]);
    assert_eq!(erase(&mut world, "lan"), OPEN, "they wait");
    assert_eq!(erase(&mut world, "tam"), OPEN, "their card is open");
}

#[test]
fn a_person_is_forgotten_with_every_account_and_nothing_is_remembered_of_them() {
    let mut world = World::with_live_session();
    link(&mut world, "trang", "lan");
    let blocked = true;
    world.call(Command::BlockBuyer { session: SESSION, buyer: buyer("trang"), blocked });
    world.comment("lan", "k1", "chào shop");
    world.settle();
    // Asked for an account, the person goes.
    let erased = erase(&mut world, "lan").expect("nothing is held");
    assert_eq!(erased.accounts, 2);
    for who in ["trang", "lan"] {
        assert_eq!(erase(&mut world, who), Err(HubError::UnknownBuyer), "{who}");
    }
    world.restart();
    assert_eq!(erase(&mut world, "lan").map(|erased| erased.accounts), Ok(1), "no link is left");
}

#[test]
fn it_is_told_when_it_is_durable_and_who_listened_is_let_go() {
    let mut world = World::with_live_session();
    let watching = world.arrive(1, "lan", None);
    world.settle();
    world.comment("lan", "k1", "chào shop");
    world.settle();
    assert_eq!(watching.told(), ["welcome", "k1"]);
    let answer = ask(&mut world, "lan");
    world.pump();
    assert!(answer.lock().expect("whole").is_none(), "not before its sync");
    world.settle();
    let erased = answer.lock().expect("whole").take().expect("an answer").expect("erased");
    assert!(erased.position > watching.positions()[1]);
    world.comment("hoa", "k2", "chào shop");
    world.settle();
    assert_eq!(watching.told(), ["welcome", "k1"], "nobody is told anything in that name");
    let again = world.arrive(2, "lan", Some(watching.positions()[1]));
    world.settle();
    assert_eq!(again.told(), ["welcome"], "the ring is gone");
}

#[test]
fn what_was_under_way_in_that_name_is_sent_again_by_somebody_new() {
    let mut world = World::with_live_session();
    world.comment("lan", "k1", "chào shop");
    world.settle();
    let answer = ask(&mut world, "lan");
    // Prepared before, it comes to the lane behind the erasure.
    let late = world.comments(&[("lan", "k2", "d1 x2"), ("hoa", "k3", "d1")]);
    world.settle();
    assert!(answer.lock().expect("whole").take().expect("an answer").is_ok());
    assert_eq!(late.errors(), [HubError::BuyerErased]);
    assert_eq!(world.orders().len(), 1, "hoa's");
    world.pass(Millis::from_secs(3_600));
    let question = world.comment("hoa", "k4", "chào shop");
    world.settle();
    assert_eq!(question.kinds(), [OutcomeKind::Noted]);
}
