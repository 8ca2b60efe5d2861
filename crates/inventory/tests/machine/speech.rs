//! What came of a request, in the words of a story.

use domain::code::Code;
use domain::event::{Claimed, Event};
use domain::id::{BuyerRef, OrderId};
use domain::money::Money;
use domain::offer::Variant;
use domain::order::OrderView;
use domain::outcome::{AnswerBody, Outcome, OutcomeKind, OutcomeLine};
use domain::quantity::Quantity;
use domain::reason::Reason;
use domain::rejection::Rejection;
use domain::session::SessionSummary;
use domain::time::Timestamp;
use inventory::State;
use std::collections::BTreeMap;

/// Who is who in a story.
pub(crate) type Names = BTreeMap<BuyerRef, String>;

/// An answer that was remembered.
pub(crate) fn answer(body: &AnswerBody) -> String {
    match body {
        AnswerBody::Outcome(told) => outcome(told),
        AnswerBody::Session(_, state) => state.as_str().into(),
        AnswerBody::Order(view) => order(view),
        AnswerBody::Resolved(cards) => format!("answered {}", cards.len()),
        AnswerBody::Blocked(_, true) => "blocked".into(),
        AnswerBody::Blocked(_, false) => "no longer blocked".into(),
        AnswerBody::Link(link, until) => format!("shows #{link} until {}", clock(*until)),
        AnswerBody::Offer(offer) => {
            let open = if offer.open { "" } else { ", closed" };
            let pinned = if offer.pinned { ", pinned" } else { "" };
            let (left, version) = (offer.left, offer.version);
            let price = dong(offer.terms.price.amount);
            format!("left {left} at {price}{open}{pinned}, version {version}")
        }
    }
}

/// What could not be asked.
pub(crate) fn rejection(rejection: &Rejection) -> String {
    let more = match rejection {
        Rejection::BadTerms(words) => format!(": {words}"),
        Rejection::OrderState(state) => format!(" {}", state.as_str()),
        Rejection::SessionState(state) => format!(" {}", state.as_str()),
        Rejection::StockBelowCommitted { committed } => format!(" {committed}"),
        Rejection::Stale(offer) => format!(" at version {}", offer.version),
        _ => String::new(),
    };
    format!("not possible, {}{more}", rejection.code())
}

fn outcome(told: &Outcome) -> String {
    let reason = told.reason.map_or("", |reason| reason.as_str());
    let many = told.lines.len() > 1;
    let lines = told.lines.iter().map(|l| line(l, many, told.kind));
    let lines = lines.collect::<Vec<_>>().join(" + ");
    let until = told.hold_until.map_or(String::new(), |at| format!(" until {}", clock(at)));
    let number = told.number.map_or(String::new(), |n| format!(", number {n}"));
    match told.kind {
        OutcomeKind::Held if lines.is_empty() => format!("more time{until}"),
        OutcomeKind::Held | OutcomeKind::Waitlisted => format!("{lines}{until}{number}"),
        OutcomeKind::Partial => format!("partial: {lines}{until}{number}"),
        OutcomeKind::Cancelled if told.reason == Some(Reason::UndoOpen) => {
            format!("will give back {lines}{until}")
        }
        OutcomeKind::Cancelled => format!("gave back {lines}{until}"),
        OutcomeKind::Refused => format!("refused: {reason}{number}"),
        OutcomeKind::Review => format!("review: {reason}"),
        OutcomeKind::Noted => format!("noted: {reason}"),
    }
}

fn line(line: &OutcomeLine, many: bool, kind: OutcomeKind) -> String {
    let code = if many { format!("{} ", line.code) } else { String::new() };
    let place = line.position_in_line.map_or(String::new(), |n| format!(" as {}", nth(n)));
    let word = if kind == OutcomeKind::Cancelled { "" } else { "held " };
    let held = format!("{word}{}", line.held);
    let waits = match kind {
        OutcomeKind::Cancelled => format!("{} waiting", line.waitlisted),
        _ => format!("waits for {}{place}", line.waitlisted),
    };
    match (line.held.is_zero(), line.waitlisted.is_zero()) {
        (false, true) => format!("{code}{held}"),
        (false, false) => format!("{code}{held}, {waits}"),
        (true, _) => format!("{code}{waits}"),
    }
}

/// An order as its buyer sees it.
pub(crate) fn order(view: &OrderView) -> String {
    let lines = view.lines.iter().map(|seen| {
        let line = &seen.line;
        let mut words = what(line.code, &line.variant);
        if !line.held.is_zero() {
            words += &format!(" {}", line.held);
        }
        if let Some(place) = seen.position_in_line {
            words += &format!(" waits for {} as {}", line.waitlisted, nth(place));
        }
        words
    });
    let lines = lines.collect::<Vec<_>>().join(" + ");
    let until = view.hold_until.map_or(String::new(), |at| format!(" until {}", clock(at)));
    let total = dong(view.total.amount);
    let undo = view.undo_until.map_or(String::new(), |at| format!(", undo until {}", clock(at)));
    format!("{} {lines}{until}{undo}, total {total}", view.state.as_str())
}

/// What time and free stock brought about.
pub(crate) fn event(event: &Event, before: &State, names: &Names) -> String {
    let buyer = |order: OrderId| &names[&before.order_view(order).expect("an order").buyer];
    match event {
        Event::HoldExpired { order, .. } => format!("{}'s hold ends", buyer(*order)),
        Event::WaitlistPromoted { order, into, buyer, line, hold_until, .. } => {
            let until = hold_until.map_or(String::new(), |at| format!(" until {}", clock(at)));
            let other = if order == into { "" } else { " in another order" };
            format!("{} gets {}{other}{until}", names[buyer], line.held)
        }
        Event::CancelClosed { order, .. } => format!("{}'s cancel closes", buyer(*order)),
        Event::ClaimHeld(claim) | Event::ClaimWaitlisted(claim) => {
            format!("{} is served: {}", names[&claim.buyer], served(claim))
        }
        Event::ClaimRefused { buyer, number, reason, .. } => {
            format!("{} is refused: {reason}, number {number}", names[buyer])
        }
        Event::SessionArchived { .. } => "the session is archived".into(),
        _ => panic!("time does not bring about {}", event.name()),
    }
}

/// What the claim of an answered card brought.
fn served(claim: &Claimed) -> String {
    let lines = claim.lines.iter().map(|line| {
        let mut words = what(line.code, &line.variant);
        if !line.held.is_zero() {
            words += &format!(" {}", line.held);
        }
        if let Some(place) = line.position_in_line {
            words += &format!(" waits for {} as {}", line.waitlisted, nth(place));
        }
        words
    });
    let lines = lines.collect::<Vec<_>>().join(" + ");
    let until = claim.hold_until.map_or(String::new(), |at| format!(" until {}", clock(at)));
    format!("{lines}{until}, number {}", claim.number)
}

/// What a session came to, of orders that are held, confirmed and paid.
pub(crate) fn summary(summary: &SessionSummary) -> String {
    let [held, confirmed, paid, cancelled, expired] = summary.orders;
    let sum = |parts: [Money; 5]| dong(parts.iter().map(|part| part.amount).sum());
    let (goods, delivery) = (sum(summary.goods), sum(summary.delivery));
    format!(
        "{} claims, {held} held, {confirmed} confirmed, {paid} paid, {cancelled} cancelled, \
         {expired} expired, goods {goods}, delivery {delivery}, total {}",
        summary.claims,
        dong(summary.total.amount)
    )
}

fn what(code: Code, variant: &Variant) -> String {
    let said = variant.0.iter().map(|value| value.as_deref().unwrap_or("?"));
    let said = said.collect::<Vec<_>>().join("/");
    if said.is_empty() { code.to_string() } else { format!("{code} {said}") }
}

/// 92500 as 92.500.
fn dong(amount: i64) -> String {
    let digits = amount.to_string();
    let groups = digits.as_bytes().rchunks(3).rev();
    let groups = groups.map(|group| String::from_utf8_lossy(group).into_owned());
    groups.collect::<Vec<_>>().join(".")
}

fn nth(n: u32) -> String {
    let ending = match n {
        1 => "st",
        2 => "nd",
        3 => "rd",
        _ => "th",
    };
    format!("{n}{ending}")
}

/// The time of day; with the date from the second day on.
fn clock(at: Timestamp) -> String {
    let text = at.to_string();
    let day = at.0 / 86_400_000;
    let time = &text[11..19];
    if day == 0 { time.into() } else { format!("day {day} {time}") }
}

/// All an offer's item has: free, held, sold, and who waits under this code.
pub(crate) fn stock(free: Quantity, held: Quantity, sold: Quantity, waiting: Quantity) -> String {
    format!("free {free}, held {held}, sold {sold}, waiting {waiting}")
}
