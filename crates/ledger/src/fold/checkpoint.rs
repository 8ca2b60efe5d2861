//! Where a ledger begins that does not begin with the shop's first event: the stock as it stood.
//!
//! The chain does not cover a checkpoint; what can be checked is that it does not contradict
//! itself.

use super::orders::{Amount, Order, Standing};
use super::sessions::{OfferTally, Phase, Session};
use super::stock::{Cell, Place, Thing, Wait};
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
        let mut shop = Self::default();
        shop.set_last_order(rest.last_order);
        for session in &rest.sessions {
            let known = session_at_rest(session)?;
            if shop.sessions.insert(session.session, known).is_some() {
                return contradiction(format!("session {} stands there twice", session.session));
            }
        }
        for order in &rest.orders {
            if let Some(open) = order_at_rest(order)? {
                if order.order > rest.last_order {
                    return contradiction(format!("order {} is yet to come", order.order));
                }
                shop.restore_order(order.order, open)?;
            }
        }
        let lines: BTreeMap<u32, &store::OrderAtRest> =
            rest.orders.iter().map(|order| (order.order, order)).collect();
        for item in &rest.items {
            for (number, cell) in (0..).zip(&item.cells) {
                let place = Place { item: item.item, cell: number };
                let cell = cell_at_rest(cell, &lines)?;
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
        for (_, order) in self.open_orders() {
            for (thing, amount) in &order.lines {
                let sum = sums.entry(thing.place).or_default();
                sum.waits += u128::from(amount.waits.milli());
                match order.standing {
                    Standing::Held => sum.held += u128::from(amount.has.milli()),
                    Standing::Confirmed | Standing::Paid => {
                        sum.sold += u128::from(amount.has.milli());
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
        let tally = OfferTally { item: offer.item, ..OfferTally::default() };
        known.offers.insert(terms.code.clone(), tally);
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
    let mut open = Order::new(order.session, &order.buyer);
    open.standing = standing;
    open.hold_until = order.hold_until_ms.map(Timestamp);
    for line in &order.lines {
        let amount =
            Amount { has: quantity(line.held_milli)?, waits: quantity(line.waitlisted_milli)? };
        open.add(thing_at_rest(line), amount.has, amount.waits)?;
    }
    Ok(Some(open))
}

fn cell_at_rest(
    cell: &store::CellAtRest,
    orders: &BTreeMap<u32, &store::OrderAtRest>,
) -> Result<Cell, Broken> {
    let mut known = Cell {
        stock: quantity(cell.stock_milli)?,
        held: quantity(cell.held_milli)?,
        sold: quantity(cell.sold_milli)?,
        ..Cell::default()
    };
    for wait in &cell.queue {
        let line = orders
            .get(&wait.order)
            .and_then(|order| order.lines.get(usize::try_from(wait.line).ok()?));
        let Some(line) = line else {
            return contradiction(format!("order {} waits, but is not there", wait.order));
        };
        let quantity = quantity(wait.quantity_milli)?;
        known.line.push_back(Wait { order: wait.order, thing: thing_at_rest(line), quantity });
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
