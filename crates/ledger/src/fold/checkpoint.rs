//! Where a ledger begins that does not begin with the shop's first event: the stock as it stood.
//!
//! The chain does not cover a checkpoint; what can be checked is that it does not contradict
//! itself.

use super::buyers::{Buyers, links_at_rest};
use super::cancels::Cancel;
use super::cards::Cards;
use super::orders::{Line, Order, Standing};
use super::sessions::{OfferTally, Phase, Session};
use super::stock::{Cell, Place, Thing, Wait};
use super::terms::{OfferTerms, Terms};
use super::{Shop, contradiction, quantity};
use crate::violation::Broken;
use domain::{Quantity, Timestamp};
use proto::store;
use std::collections::BTreeMap;

/// What orders say about one stock figure.
#[derive(Clone, Copy, Default)]
struct Sums {
    held: u128,
    sold: u128,
    waits: u128,
}

impl Shop {
    /// The shop as a checkpoint tells it.
    ///
    /// # Errors
    /// [`Broken::BadCheckpoint`], or [`Broken::Oversold`] if it begins oversold.
    pub(crate) fn restore(rest: &store::Checkpoint) -> Result<Self, Broken> {
        Self::rebuild(rest).map_err(|broken| match broken {
            Broken::Contradiction { why } => Broken::BadCheckpoint { why },
            other => other,
        })
    }

    fn rebuild(rest: &store::Checkpoint) -> Result<Self, Broken> {
        let mut shop = Self { buyers: Buyers::restore(&rest.buyers)?, ..Self::default() };
        shop.last_review = rest.last_review;
        for session in &rest.sessions {
            let (number, known) = (session.session, session_at_rest(session)?);
            for key in known.cards.keys() {
                if shop.keys.insert(key.clone(), number).is_some() {
                    return contradiction("two cards are of one comment");
                }
            }
            if known.cards.is_waiting() {
                shop.waiting_cards.insert(number);
            }
            if shop.sessions.insert(number, known).is_some() {
                return contradiction(format!("session {number} stands there twice"));
            }
        }
        for order in &rest.orders {
            if let Some(open) = order_at_rest(order)? {
                if order.order > rest.last_order {
                    return contradiction(format!("order {} is yet to come", order.order));
                }
                shop.buyers.in_own_name(&open.buyer).or_else(|_| {
                    contradiction(format!("order {} is of an account that was linked", order.order))
                })?;
                shop.book.begin(order.order, open)?;
            }
        }
        shop.book.set_last(rest.last_order);
        let lines: BTreeMap<u32, &store::OrderAtRest> =
            rest.orders.iter().map(|order| (order.order, order)).collect();
        for item in &rest.items {
            for (number, cell) in (0..).zip(&item.cells) {
                let place = Place { item: item.item, cell: number };
                let cell = cell_at_rest(cell, place, &lines)?;
                cell.check(place)?;
                shop.shelf.restore(place, cell)?;
            }
        }
        shop.balance()?;
        Ok(shop)
    }

    /// What is held and waited for is held and waited for by an order; sold stock may have been
    /// forgotten.
    fn balance(&self) -> Result<(), Broken> {
        let mut sums: BTreeMap<Place, Sums> = BTreeMap::new();
        for (_, order) in self.book.all() {
            for line in &order.lines {
                let sum = sums.entry(line.thing.place).or_default();
                sum.waits += u128::from(line.waits.milli());
                match order.standing {
                    Standing::Held => sum.held += u128::from(line.has.milli()),
                    Standing::Confirmed | Standing::Paid => {
                        sum.sold += u128::from(line.has.milli());
                    }
                }
            }
        }
        for (place, cell) in self.shelf.cells() {
            let sum = sums.remove(&place).unwrap_or_default();
            let milli = |quantity: Quantity| u128::from(quantity.milli());
            let waits: u128 = cell.line.iter().map(|wait| milli(wait.quantity)).sum();
            let balanced = milli(cell.held) == sum.held && milli(cell.sold) >= sum.sold;
            if !balanced || waits != sum.waits {
                let Place { item, cell } = place;
                return contradiction(format!("its orders do not add up to item {item}, {cell}"));
            }
        }
        match sums.is_empty() {
            true => Ok(()),
            false => contradiction("an order has stock of an item that is not there"),
        }
    }
}

fn session_at_rest(session: &store::SessionAtRest) -> Result<Session, Broken> {
    let mut known = Session::new(session.rules.as_ref());
    known.phase = Phase::parse(&session.state, Timestamp(session.since_ms))?;
    known.last_number = session.last_number;
    known.first_number = session.last_number;
    for offer in &session.offers {
        let Some(terms) = &offer.terms else {
            return contradiction("an offer without terms");
        };
        let tally = OfferTally::new(offer.item, terms, offer.open);
        known.offers.insert(terms.code.clone(), tally);
    }
    known.cards = Cards::restore(session)?;
    known.links = links_at_rest(session);
    for past in &session.past {
        let (until, limit) = (Timestamp(past.until_ms), past.limit_per_buyer_milli);
        if let Some(rules) = &past.rules {
            known.rules.restore(until, Terms::of(Some(rules)));
        } else if let Some(offer) = known.offers.get_mut(&past.code) {
            offer.terms.restore(until, OfferTerms { open: past.open, limit });
        }
    }
    Ok(known)
}

/// None for an order that is over.
fn order_at_rest(order: &store::OrderAtRest) -> Result<Option<Order>, Broken> {
    let standing = match order.state.as_str() {
        "held" => Standing::Held,
        "confirmed" => Standing::Confirmed,
        "paid" => Standing::Paid,
        "cancelled" | "expired" => return Ok(None),
        word => return contradiction(format!("an order cannot be \"{word}\"")),
    };
    let mut open = Order::new(order.session, &order.buyer, &order.network);
    open.standing = standing;
    open.hold_until = order.hold_until_ms.map(Timestamp);
    open.extensions = order.extensions;
    for line in &order.lines {
        let (has, waits) = (quantity(line.held_milli)?, quantity(line.waitlisted_milli)?);
        open.lines.push(Line { thing: thing_at_rest(line), price: line.price, has, waits });
    }
    open.cancel = order.cancel_closes_at_ms.map(|ms| cancel_at_rest(order, ms)).transpose()?;
    Ok(Some(open))
}

fn cancel_at_rest(order: &store::OrderAtRest, closes_at: u64) -> Result<Cancel, Broken> {
    let lines = order.cancel_lines.iter().map(|cancelled| {
        let at = usize::try_from(cancelled.line).unwrap_or(usize::MAX);
        if at >= order.lines.len() {
            return contradiction(format!("order {} cancels what it has not", order.order));
        }
        Ok((at, quantity(cancelled.quantity_milli)?))
    });
    let lines = lines.collect::<Result<_, _>>()?;
    let (closes_at, by_host) = (Timestamp(closes_at), order.cancel_by_host);
    Ok(Cancel { closes_at, by_host, lines })
}

fn cell_at_rest(
    cell: &store::CellAtRest,
    place: Place,
    orders: &BTreeMap<u32, &store::OrderAtRest>,
) -> Result<Cell, Broken> {
    let mut known = Cell {
        stock: quantity(cell.stock_milli)?,
        held: quantity(cell.held_milli)?,
        sold: quantity(cell.sold_milli)?,
        ..Cell::default()
    };
    for wait in &cell.queue {
        let line = usize::try_from(wait.line).unwrap_or(usize::MAX);
        let order = orders.get(&wait.order);
        let is_there =
            |at: &Place, line: &&store::OrderLineAtRest| thing_at_rest(line).place == *at;
        if order.and_then(|order| order.lines.get(line)).filter(|l| is_there(&place, l)).is_none() {
            return contradiction(format!("order {} waits, but is not there", wait.order));
        }
        let quantity = quantity(wait.quantity_milli)?;
        known.line.push_back(Wait { order: wait.order, line, quantity });
    }
    Ok(known)
}

fn thing_at_rest(line: &store::OrderLineAtRest) -> Thing {
    Thing {
        code: line.code.clone(),
        place: Place { item: line.item, cell: line.cell },
        variant: line.variant.clone(),
    }
}
