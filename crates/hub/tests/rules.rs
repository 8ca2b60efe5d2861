//! The sale's further rules as the lane carries them: moments, cards, links, networks.

mod world;

use domain::command::{CardAnswer, RuleNo, Want};
use domain::offer::{OfferChange, Variant};
use domain::outcome::AnswerBody;
use domain::{Code, Command, Millis, Money, Network, OutcomeKind, Quantity, ReviewId, Rules};
use domain::{Reason, StaffRef};
use world::{SESSION, World, buyer};

const HERE: Network = Network([7; 8]);

fn d1() -> Code {
    Code::parse("D1").expect("a code")
}

fn cheaper(world: &mut World) {
    let change = OfferChange { price: Some(Money::vnd(40_000)), ..OfferChange::default() };
    let change = Box::new(change);
    let (code, expected_version) = (d1(), None);
    world.call(Command::ChangeOffer { session: SESSION, code, change, expected_version });
}

/// The account `who` types the code that the page of `page` shows.
fn link(world: &mut World, page: &str, who: &str) {
    let from = domain::LinkCode::new(4_821).expect("four digits");
    let offered = world.call(Command::OfferLink { session: SESSION, buyer: buyer(page), from });
    let AnswerBody::Link(link, _) = offered.body else { panic!("a code: {offered:?}") };
    let account = buyer(who);
    let rule = RuleNo(17);
    let used = world.call(Command::UseLink { session: SESSION, account, link, rule });
    let AnswerBody::Outcome(outcome) = used.body else { panic!("an outcome: {used:?}") };
    assert_eq!(outcome.reason, Some(Reason::Linked));
}

#[test]
fn a_late_comment_is_judged_by_its_own_moment() {
    let mut world = World::with_live_session();
    let (then, old) = (world.time(), world.codebook());
    world.pass(Millis::from_secs(5));
    cheaper(&mut world);
    world.pass(Millis::from_secs(1));
    world.comment_of(&old, ("lan", "k1", "d1"), (Some(then), None));
    let later = world.time().plus(Millis::from_secs(60));
    world.comment_of(&old, ("hoa", "k2", "d1"), (Some(later), None));
    world.comment("minh", "k3", "d1");
    world.settle();
    let prices = world.orders().into_iter().map(|order| order.lines[0].price.amount);
    assert_eq!(prices.collect::<Vec<_>>(), [45_000, 40_000, 40_000]);
}

#[test]
fn words_are_read_by_the_rules_that_were_changed_meanwhile() {
    let mut world = World::with_live_session();
    let old = world.codebook();
    let mut rules = Rules::default();
    rules.reading.bare_code_qty = Quantity::from_units(2).expect("small");
    world.call(Command::ChangeRules { session: SESSION, rules: Box::new(rules) });
    world.comment_read_with(&old, "lan", "k1", "d1");
    world.settle();
    assert_eq!(world.left("D1"), "118");
}

#[test]
fn what_a_person_makes_of_a_card_reaches_its_buyer_and_the_key_keeps_its_first_answer() {
    let mut world = World::with_live_session();
    let page = world.arrive(1, "lan", None);
    world.settle();
    let told = world.comment("lan", "k1", "D9 x2");
    world.settle();
    assert_eq!(told.kinds(), [OutcomeKind::Review]);
    let quantity = Quantity::from_units(2).expect("small");
    let want = Want { code: d1(), variant: Variant::default(), quantity, adds: false };
    let resolved = world.call(Command::ResolveReview {
        session: SESSION,
        review: ReviewId(1),
        whole_group: true,
        answer: CardAnswer::Lines { wants: vec![want], instead_of: vec![] },
        lasts: false,
        author: StaffRef([1; 16]),
    });
    assert_eq!(resolved.body, AnswerBody::Resolved(vec![ReviewId(1)]));
    let orders = page.orders();
    assert_eq!((orders.len(), orders[0].lines[0].line.held), (1, quantity));
    assert_eq!(page.told(), ["welcome", "k1"], "the outcome is told once");
    let again = world.comment("lan", "k1", "D9 x2");
    world.settle();
    assert_eq!(again.answers()[0].answer, told.answers()[0].answer);
}

#[test]
fn who_links_an_account_hears_of_its_orders_and_of_what_comes_of_its_comments() {
    let mut world = World::with_live_session();
    let (page, own) = (world.arrive(1, "trang", None), world.arrive(2, "lan", None));
    world.settle();
    world.comment("lan", "k1", "d1 x2");
    world.settle();
    assert_eq!(page.told(), ["welcome"], "they are strangers");
    link(&mut world, "trang", "lan");
    let orders = page.orders();
    assert_eq!((orders.len(), orders[0].buyer), (1, buyer("trang")));
    world.comment("lan", "k2", "thêm d1 x1");
    world.comment("trang", "k3", "chào shop");
    world.settle();
    assert_eq!(page.told(), ["welcome", "k2", "k3"]);
    assert_eq!(own.told(), ["welcome", "k1", "k2", "k3"], "the account's own page goes on");
    for watching in [&page, &own] {
        let mut sorted = watching.positions();
        sorted.sort();
        assert_eq!(watching.positions(), sorted, "positions never fall");
    }
    let back = world.arrive(3, "lan", None);
    world.settle();
    world.comment("trang", "k4", "hay quá");
    world.settle();
    assert_eq!(back.told(), ["welcome", "k4"]);
}

#[test]
fn who_linked_an_account_is_anonymous_no_more_also_after_a_restart() {
    let mut world = World::with_live_session();
    let book = world.codebook();
    link(&mut world, "trang", "lan");
    world.comment_of(&book, ("an", "k1", "d1"), (None, Some(HERE)));
    world.comment_of(&book, ("trang", "k2", "d1"), (None, Some(HERE)));
    world.settle();
    let networks = |world: &World| -> Vec<_> {
        world.orders().into_iter().map(|order| order.network).collect()
    };
    assert_eq!(networks(&world), [Some(HERE), None]);
    link(&mut world, "binh", "hoa");
    world.restart();
    world.comment_of(&book, ("binh", "k3", "d1"), (None, Some(HERE)));
    world.comment_of(&book, ("cuc", "k4", "d1"), (None, Some(HERE)));
    world.settle();
    assert_eq!(networks(&world), [Some(HERE), None, None, Some(HERE)]);
}
