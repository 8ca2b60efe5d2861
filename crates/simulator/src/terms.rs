//! What people of the shop decide beside stock and orders: rules, cards, blocks; and what buyers do
//! about their cancels and links.

use crate::market::Market;
use crate::options::Options;
use crate::wishes::{offer, wants};
use crowd::Random;
use domain::command::{CardAnswer, RuleNo};
use domain::link::LinkCode;
use domain::rules::{Delivery, Doubt, Hoarding, Hold, Repeat};
use domain::{BuyerRef, Command, Millis, Quantity, Rules, SessionId, SessionView, StaffRef};

/// Rules of a session: any, within what the options fix.
pub(crate) fn rules(options: &Options, random: &mut Random) -> Rules {
    let hold = match options.hold_s {
        0 => Hold::UntilEnd { plus: Millis::from_secs(3_600) },
        seconds => Hold::For(Millis::from_secs(seconds.into())),
    };
    let repeat = |random: &mut Random| match random.below(3) {
        0 => Repeat::Ignore,
        1 => Repeat::Add,
        _ => Repeat::Ask,
    };
    let few = Quantity::from_units(8).expect("within the limit");
    let undo_s = u64::from(1 + random.below(60));
    Rules {
        hold,
        waitlist: options.waitlist > 0,
        partial_fill: random.percent(80),
        promotion_hold: random.percent(30).then_some(Millis::from_secs(45)),
        limit_per_buyer: random.percent(20).then_some(few),
        cancel_undo: Millis::from_secs(if random.percent(50) { undo_s } else { 0 }),
        hoarding: hoarding(random),
        delivery: random.percent(50).then_some(Delivery { fee: 25_000, free_from: Some(300_000) }),
        repeat_comment: repeat(random),
        repeat_code: repeat(random),
        buyer_cancel: if random.percent(70) { Doubt::Accept } else { Doubt::Review },
        ..Rules::default()
    }
}

fn hoarding(random: &mut Random) -> Hoarding {
    if random.percent(60) {
        return Hoarding::default();
    }
    Hoarding {
        holds_per_buyer: random.percent(50).then(|| 1 + random.below(4)),
        orders_per_network: random.percent(50).then(|| 1 + random.below(4)),
        expiries: random.percent(50).then(|| 1 + random.below(2)),
        cooldown: Millis::from_secs(u64::from(1 + random.below(600))),
    }
}

/// From now on.
pub(crate) fn change_rules(view: &SessionView, options: &Options, random: &mut Random) -> Command {
    Command::ChangeRules { session: view.session, rules: Box::new(rules(options, random)) }
}

/// One card or all that say the same: an order, perhaps instead of another, or none.
pub(crate) fn answer_cards(
    market: &Market,
    view: &SessionView,
    random: &mut Random,
) -> Option<Command> {
    let of_session = |card: &&(SessionId, _)| card.0 == view.session;
    let cards: Vec<_> = market.cards.iter().filter(of_session).collect();
    let (_, review) = **cards.get(random.below(u32::try_from(cards.len()).ok()?) as usize)?;
    let swaps = random.percent(15);
    let answer = if random.percent(70) {
        let instead_of = if swaps { vec![offer(view, random).terms.code] } else { Vec::new() };
        CardAnswer::Lines { wants: wants(view, random), instead_of }
    } else {
        CardAnswer::Ignore
    };
    Some(Command::ResolveReview {
        session: view.session,
        review,
        whole_group: random.percent(50),
        answer,
        lasts: random.percent(20),
        author: StaffRef([1; 16]),
    })
}

/// Not any more, or again.
pub(crate) fn block(view: &SessionView, buyer: BuyerRef, random: &mut Random) -> Command {
    Command::BlockBuyer { session: view.session, buyer, blocked: random.percent(50) }
}

/// Takes a cancel back that may or may not be there.
pub(crate) fn undo(
    market: &Market,
    view: &SessionView,
    buyer: Option<BuyerRef>,
    random: &mut Random,
) -> Option<Command> {
    let own = |(session, _, whose): &&(SessionId, _, BuyerRef)| {
        *session == view.session && buyer.is_none_or(|buyer| buyer == *whose)
    };
    let orders: Vec<_> = market.orders.iter().filter(own).collect();
    let (_, order, _) = **orders.get(random.below(u32::try_from(orders.len()).ok()?) as usize)?;
    Some(Command::UndoCancel { session: view.session, order, buyer })
}

/// A page asks for a code, or an account types one.
pub(crate) fn link(
    market: &Market,
    view: &SessionView,
    buyer: BuyerRef,
    random: &mut Random,
) -> Command {
    let session = view.session;
    let shown = market.links.iter().rev().find(|(shown_in, _)| *shown_in == session);
    match shown {
        Some((_, link)) if random.percent(60) => {
            Command::UseLink { session, account: buyer, link: *link, rule: RuleNo(0) }
        }
        _ => {
            // Few codes: two pages ask for the same one.
            let from = LinkCode::new(u16::try_from(random.below(3)).expect("small"));
            Command::OfferLink { session, buyer, from: from.expect("four digits") }
        }
    }
}
