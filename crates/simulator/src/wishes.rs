//! What clients come up with: everything that can be asked of a shop, at random.

use crate::deed::Wish;
use crate::market::{Market, novelty, some_variant};
use crate::options::Options;
use crate::terms::{answer_cards, block, change_rules, link, rules, undo};
use crowd::Random;
use domain::command::{Claim, OrderAct, Origin, RuleNo, Want};
use domain::offer::{OfferChange, OfferState, StockChange};
use domain::{
    BuyerRef, Code, Command, Currency, Millis, Money, Network, Quantity, SessionId, SessionState,
    SessionView,
};

/// Who asks what, before it has a key.
pub(crate) struct Idea {
    pub(crate) session: Option<SessionId>,
    /// None for a host.
    pub(crate) buyer: Option<BuyerRef>,
    pub(crate) wish: Wish,
}

/// The next idea of somebody in this market. `late`: the evening is nearly over.
pub(crate) fn idea(
    market: &mut Market,
    options: &Options,
    random: &mut Random,
    late: bool,
) -> Option<Idea> {
    let may_open = market.openings == 0 || !market.shown.is_empty();
    if market.openings < options.sessions && may_open {
        let command = open(market, options, random);
        market.openings += 1;
        return Some(host(None, command));
    }
    let shown = market.session(random)?.clone();
    let (view, session) = (&*shown.view, Some(shown.view.session));
    if view.state == SessionState::Draft && random.percent(50) {
        return Some(host(session, state(view, SessionState::Live)));
    }
    if late && view.state == SessionState::Live && random.percent(10) {
        return Some(host(session, state(view, SessionState::Ended)));
    }
    let buyer = *random.pick(&market.buyers);
    let by_buyer = |wish| Some(Idea { session, buyer: Some(buyer), wish });
    match random.below(100) {
        0..40 => by_buyer(Wish::Say(market.text(random))),
        40..60 => by_buyer(Wish::Ask(claim(view, buyer, Origin::Tap, random))),
        60..66 => by_buyer(Wish::Ask(release(view, buyer, random))),
        66..68 => by_buyer(Wish::Ask(extend(market, view, buyer, random))),
        68..70 => by_buyer(Wish::Ask(undo(market, view, Some(buyer), random)?)),
        70..73 => by_buyer(Wish::Ask(link(market, view, buyer, random))),
        73..76 => by_buyer(Wish::Ask(claim(view, buyer, Origin::Host, random))),
        76..83 => Some(host(session, act(market, view, random)?)),
        83..89 => Some(host(session, change(view, random)?)),
        89..91 => Some(host(session, add(view, options, random))),
        91..95 => Some(host(session, answer_cards(market, view, random)?)),
        95 => Some(host(session, undo(market, view, None, random)?)),
        96 => Some(host(session, change_rules(view, options, random))),
        97 => Some(host(session, block(view, buyer, random))),
        _ => Some(host(session, state(view, next_state(view, random, late)?))),
    }
}

/// Another wish for the same key: a client that changed its mind.
pub(crate) fn other_wish(market: &mut Market, wish: &Wish, random: &mut Random) -> Wish {
    match wish {
        Wish::Say(_) => Wish::Say(market.text(random)),
        Wish::Ask(Command::Claim(claim)) => {
            let mut claim = claim.clone();
            for want in &mut claim.wants {
                want.quantity = want.quantity.plus(Quantity::ONE).unwrap_or(want.quantity);
            }
            Wish::Ask(Command::Claim(claim))
        }
        Wish::Ask(command) => Wish::Ask(command.clone()),
    }
}

fn host(session: Option<SessionId>, command: Command) -> Idea {
    Idea { session, buyer: None, wish: Wish::Ask(command) }
}

fn open(market: &Market, options: &Options, random: &mut Random) -> Command {
    Command::OpenSession {
        title: "tối nay".into(),
        rules: Box::new(rules(options, random)),
        currency: Currency::VND,
        offers: market.terms(options.stock),
    }
}

fn state(view: &SessionView, state: SessionState) -> Command {
    Command::SetSessionState { session: view.session, state }
}

fn next_state(view: &SessionView, random: &mut Random, late: bool) -> Option<SessionState> {
    match view.state {
        SessionState::Draft | SessionState::Paused => Some(SessionState::Live),
        SessionState::Live if late && random.percent(60) => Some(SessionState::Ended),
        SessionState::Live if random.percent(30) => Some(SessionState::Paused),
        SessionState::Live | SessionState::Ended | SessionState::Archived => None,
    }
}

pub(crate) fn offer<'a>(view: &'a SessionView, random: &mut Random) -> &'a OfferState {
    // The first is the one that everybody wants.
    if random.percent(50) { &view.offers[0] } else { random.pick(&view.offers) }
}

/// Up to two lines of something on sale.
pub(crate) fn wants(view: &SessionView, random: &mut Random) -> Vec<Want> {
    let lines = if random.percent(80) { 1 } else { 2 };
    let want = |_| {
        let offer = offer(view, random);
        let steps = u64::from(1 + random.below(4));
        let quantity = Quantity::from_milli(offer.terms.step.milli() * steps);
        Want {
            code: offer.terms.code,
            variant: some_variant(&offer.terms, random),
            quantity: quantity.expect("within the limit"),
            adds: false,
        }
    };
    (0..lines).map(want).collect()
}

fn claim(view: &SessionView, buyer: BuyerRef, origin: Origin, random: &mut Random) -> Command {
    let mut claim = Claim::new(view.session, buyer, origin, wants(view, random));
    if random.percent(15) {
        claim.instead_of = vec![offer(view, random).terms.code];
    }
    // A third of the buyers are anonymous, from few networks.
    if origin == Origin::Tap && buyer.0[0].is_multiple_of(3) {
        claim.network = Some(Network([buyer.0[1] % 2; 8]));
    }
    Command::Claim(claim)
}

fn release(view: &SessionView, buyer: BuyerRef, random: &mut Random) -> Command {
    let all: Vec<Code> = Vec::new();
    let codes = if random.percent(50) { all } else { vec![offer(view, random).terms.code] };
    let some = !codes.is_empty() && random.percent(40);
    let quantity = some.then_some(Quantity::ONE);
    let (session, origin, rule) = (view.session, Origin::Tap, RuleNo(0));
    Command::Release { session, buyer, origin, codes, quantity, rule }
}

fn extend(market: &Market, view: &SessionView, buyer: BuyerRef, random: &mut Random) -> Command {
    let own = |(session, _, whose): &&(_, _, _)| *session == view.session && *whose == buyer;
    let own = market.orders.iter().rev().find(own);
    let order = own.map_or(domain::OrderId(1 + random.below(9)), |order| order.1);
    Command::ExtendOwn { session: view.session, buyer, order }
}

fn act(market: &Market, view: &SessionView, random: &mut Random) -> Option<Command> {
    let of_session = |order: &&(SessionId, _, _)| order.0 == view.session;
    let orders: Vec<_> = market.orders.iter().filter(of_session).collect();
    if orders.is_empty() {
        return None;
    }
    let order = random.pick(&orders).1;
    let act = match random.below(10) {
        0..3 => OrderAct::Confirm,
        3..5 => OrderAct::MarkPaid,
        5..9 => OrderAct::Cancel,
        _ => OrderAct::Extend(Millis::from_secs(u64::from(1 + random.below(600)))),
    };
    Some(Command::ActOnOrder { session: view.session, order, act })
}

fn change(view: &SessionView, random: &mut Random) -> Option<Command> {
    let offer = offer(view, random);
    let mut change = OfferChange::default();
    let whole = |n: u32| Quantity::from_units(n.into()).expect("within the limit");
    match random.below(10) {
        0..3 => change.stock = Some(StockChange::Add(whole(1 + random.below(6)))),
        3..5 => change.stock = Some(StockChange::Remove(whole(1 + random.below(3)))),
        5 => change.stock = Some(StockChange::Set(whole(random.below(30)))),
        6 => change.open = Some(!offer.open),
        7 => change.pinned = Some(!offer.pinned),
        8 => change.price = Some(Money::vnd(i64::from(1_000 * (1 + random.below(90))))),
        _ => change.limit_per_buyer = Some(random.percent(50).then(|| whole(4))),
    }
    if change.stock.is_some() && !offer.terms.axes.is_empty() {
        change.variant = Some(some_variant(&offer.terms, random));
    }
    let expected_version = random.percent(30).then_some(offer.version);
    let (session, code) = (view.session, offer.terms.code);
    let change = Box::new(change);
    Some(Command::ChangeOffer { session, code, change, expected_version })
}

fn add(view: &SessionView, options: &Options, random: &mut Random) -> Command {
    let terms = Box::new(novelty(1 + random.below(6), options.stock));
    Command::AddOffer { session: view.session, terms }
}
