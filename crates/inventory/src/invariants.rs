//! What is always true of a shop, each as a sentence. For tests, and for a snapshot before it is
//! believed.

mod buyers;
mod stock;

pub use stock::StockChecked;

use crate::order;
use crate::state::State;
use alloc::collections::{BTreeMap, BTreeSet};
use alloc::format;
use alloc::string::String;
use core::fmt;
use domain::id::{ItemId, OrderId, SessionId};
use domain::offer::{Cell, Stock};
use domain::order::OrderState;
use domain::quantity::Quantity;
use domain::session::SessionState;
use domain::snapshot::{CellAtRest, ItemAtRest, OrderAtRest, SessionAtRest, Snapshot};

/// An invariant that does not hold.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Broken {
    /// What should be true, as a sentence.
    pub invariant: &'static str,
    /// Of what it is not.
    pub subject: String,
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "not true of {}: {}", self.subject, self.invariant)
    }
}

impl core::error::Error for Broken {}

impl State {
    /// Checks every invariant; its time grows with the state.
    ///
    /// # Errors
    /// The first that does not hold.
    pub fn check(&self) -> Result<(), Broken> {
        let snapshot = self.snapshot();
        references(&snapshot)?;
        balances(&snapshot)?;
        snapshot.orders.iter().try_for_each(|o| order_holds(o, &snapshot))?;
        buyers::one_open_order(&snapshot)?;
        buyers::remembered(&snapshot)?;
        buyers::cards(&snapshot)?;
        keys(&snapshot)?;
        let mut again = self.clone();
        again.derive();
        let same = again == *self;
        hold(same, "what is derived is what would be derived again", &"the shop")
    }
}

/// What must be true before anything else can be asked: whatever is named exists, and figures are
/// possible.
pub(crate) fn references(shop: &Snapshot) -> Result<(), Broken> {
    let items = shop.items.iter().map(|item| item.item.0);
    counted(items, shop.last_item, "items")?;
    let sessions = shop.sessions.iter().map(|session| session.session.0);
    counted(sessions, shop.last_session, "sessions")?;
    let orders = shop.orders.iter().map(|order| order.order.0);
    counted(orders, shop.last_order, "orders")?;
    shop.items.iter().try_for_each(possible_item)?;
    shop.sessions.iter().try_for_each(|session| possible_session(session, shop))?;
    shop.orders.iter().try_for_each(|order| possible_order(order, shop))
}

fn counted(
    mut ids: impl Iterator<Item = u32>,
    last: u32,
    which: &'static str,
) -> Result<(), Broken> {
    let mut before = 0;
    let rising = ids.all(|id| core::mem::replace(&mut before, id) < id && id <= last);
    hold(rising, "ids rise from 1 to the last one given", &which)
}

fn possible_item(item: &ItemAtRest) -> Result<(), Broken> {
    let combinations = item.terms.axes.iter().map(|axis| axis.len());
    let expected = match item.terms.stock {
        Stock::Pool(_) => 1,
        Stock::Cells(_) => combinations.fold(1, usize::saturating_mul),
    };
    let fits = expected > 0 && item.cells.len() == expected;
    hold(fits, "an item has one cell, or one per combination", &item.item)?;
    let step = item.terms.step;
    hold(!step.is_zero(), "an item's step is more than nothing", &item.item)?;
    let whole: Option<Quantity> =
        item.cells.iter().try_fold(Quantity::ZERO, |sum, cell| sum.plus(cell.stock));
    hold(whole.is_some(), "an item's stock is within the limit", &item.item)?;
    for cell in &item.cells {
        let committed = cell.held.plus(cell.sold);
        let covered = committed.is_some_and(|committed| committed <= cell.stock);
        hold(covered, "held + sold is at most the stock", &item.item)?;
        let amounts = [cell.stock, cell.held, cell.sold];
        let stepped = amounts.iter().all(|amount| amount.is_multiple_of(step));
        hold(stepped, "stock figures are whole numbers of steps", &item.item)?;
        in_line(cell, item.item)?;
    }
    Ok(())
}

fn in_line(cell: &CellAtRest, item: ItemId) -> Result<(), Broken> {
    let by_arrival = cell.queue.is_sorted_by_key(|place| place.since);
    hold(by_arrival, "a line stands in the order of arrival", &item)?;
    let empty = cell.queue.iter().any(|place| place.quantity.is_zero());
    hold(!empty, "who waits waits for something", &item)
}

fn possible_session(session: &SessionAtRest, shop: &Snapshot) -> Result<(), Broken> {
    let id = session.session;
    let codes: BTreeSet<_> = session.offers.iter().map(|o| o.terms.code).collect();
    hold(codes.len() == session.offers.len(), "a code names one offer", &id)?;
    let has_item = |item| shop.items.binary_search_by_key(&item, |i| i.item).is_ok();
    let stocked = session.offers.iter().all(|offer| has_item(offer.item));
    hold(stocked, "every offer has an item", &id)?;
    let pinned = session.pinned.map_or(0, usize::from);
    let there = session.pinned.is_none() || pinned < session.offers.len();
    hold(there, "the pinned offer is one of the session's", &id)?;
    let archived = session.state == SessionState::Archived;
    hold(!archived, "an archived session is forgotten", &id)?;
    let cards = session.reviews.iter().all(|card| card.review.0 <= shop.last_review);
    hold(cards, "cards are counted", &id)
}

fn possible_order(order: &OrderAtRest, shop: &Snapshot) -> Result<(), Broken> {
    let id = order.order;
    let session = shop
        .sessions
        .binary_search_by_key(&order.session, |s| s.session)
        .map(|at| &shop.sessions[at]);
    hold(session.is_ok(), "an order's session is not archived", &id)?;
    let remembered = order.latest.len() == order.lines.len();
    hold(remembered, "every line has its latest claim", &id)?;
    let codes: BTreeSet<_> = session
        .iter()
        .flat_map(|session| session.offers.iter().map(|offer| (offer.terms.code, offer.item)))
        .collect();
    for line in &order.lines {
        let item = shop.items.binary_search_by_key(&line.item, |i| i.item);
        let cells = item.map_or(0, |at| shop.items[at].cells.len());
        let exists = usize::from(line.cell.0) < cells && codes.contains(&(line.code, line.item));
        hold(exists, "every line is of an offer and has its cell", &id)?;
    }
    Ok(())
}

/// What is promised, sold and waited for, cell by cell, against the orders.
fn balances(shop: &Snapshot) -> Result<(), Broken> {
    let mut held: BTreeMap<(ItemId, Cell), u64> = BTreeMap::new();
    let mut sold = held.clone();
    let mut waits: BTreeMap<(OrderId, u16), u64> = BTreeMap::new();
    for order in &shop.orders {
        let figures = if order.state.is_sold() { &mut sold } else { &mut held };
        for (line, at) in order.lines.iter().zip(0..) {
            *figures.entry((line.item, line.cell)).or_default() += line.held.milli();
            if !line.waitlisted.is_zero() {
                waits.insert((order.order, at), line.waitlisted.milli());
            }
        }
    }
    for item in &shop.items {
        for (cell, at) in item.cells.iter().zip((0..).map(Cell)) {
            let lines = |of: &BTreeMap<_, u64>| of.get(&(item.item, at)).copied().unwrap_or(0);
            let same = cell.held.milli() == lines(&held);
            hold(same, "what a cell holds is what held orders hold", &item.item)?;
            let covered = cell.sold.milli() >= lines(&sold);
            hold(covered, "what settled orders have is sold", &item.item)?;
            for place in &cell.queue {
                let left = waits.get_mut(&(place.order, place.line));
                let left =
                    left.and_then(|left| Some((left.checked_sub(place.quantity.milli())?, left)));
                hold(left.is_some(), "every place in line is a line's", &place.order)?;
                if let Some((rest, left)) = left {
                    *left = rest;
                }
                let line = &shop.orders[order_at(shop, place.order)].lines[usize::from(place.line)];
                let here = line.item == item.item && line.cell == at;
                hold(here, "a line waits at its own cell", &place.order)?;
            }
        }
    }
    let none_left = waits.values().all(|left| *left == 0);
    hold(none_left, "every waiting line has its places", &"the shop")
}

fn order_at(shop: &Snapshot, order: OrderId) -> usize {
    let found = shop.orders.binary_search_by_key(&order, |order| order.order);
    found.expect("who waits has an order")
}

fn order_holds(order: &OrderAtRest, shop: &Snapshot) -> Result<(), Broken> {
    let id = order.order;
    let open = order.state == OrderState::Held;
    let deadline = order.hold_until.is_some();
    hold(open || !deadline, "only a held order has a deadline", &id)?;
    let holds = order::holds_something(order);
    hold(holds || !deadline, "an order that holds nothing has no deadline", &id)?;
    let closed = matches!(order.state, OrderState::Cancelled | OrderState::Expired);
    let empty = order.lines.iter().all(order::is_empty);
    hold(!closed || empty, "a closed order has given everything back", &id)?;
    hold(!open || !empty, "a held order holds or waits for something", &id)?;
    let ended = |s: &SessionAtRest| s.session == order.session && s.state == SessionState::Ended;
    let over = shop.sessions.iter().any(ended);
    let dated = !(over && open && holds) || deadline;
    hold(dated, "in an ended session every hold has a deadline", &id)?;
    cancel_holds(order)
}

/// A cancel names lines of its order, in their sequence, and a part of each.
fn cancel_holds(order: &OrderAtRest) -> Result<(), Broken> {
    let id = order.order;
    let Some(cancel) = &order.cancel else {
        return Ok(());
    };
    let closed = matches!(order.state, OrderState::Cancelled | OrderState::Expired);
    hold(!closed, "a closed order has no cancel to undo", &id)?;
    let rising = cancel.lines.is_sorted_by(|a, b| a.0 < b.0);
    let there = cancel
        .lines
        .iter()
        .all(|(at, part)| usize::from(*at) < order.lines.len() && !part.is_zero());
    hold(rising && there, "a cancel names lines of its order and a part of each", &id)
}

fn keys(shop: &Snapshot) -> Result<(), Broken> {
    let sessions: BTreeSet<SessionId> = shop.sessions.iter().map(|s| s.session).collect();
    for kept in &shop.keys {
        let known = sessions.contains(&kept.session);
        hold(known, "a key is forgotten with its session", &kept.key)?;
        let past = kept.answer.position <= shop.stamp.position;
        hold(past, "an answer is from the past", &kept.key)?;
    }
    Ok(())
}

fn hold(condition: bool, invariant: &'static str, subject: &dyn fmt::Debug) -> Result<(), Broken> {
    if condition {
        return Ok(());
    }
    Err(Broken { invariant, subject: format!("{subject:?}") })
}
