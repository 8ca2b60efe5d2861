//! Orders: what each buyer has and waits for, and that nothing returns that was not taken.

use super::stock::{Account, Place, Thing};
use super::{OfferTally, Shop, contradiction, quantity};
use crate::violation::Broken;
use domain::{Millis, Quantity, Timestamp};
use proto::store;
use std::collections::BTreeMap;

/// An order that may still change.
pub(super) struct Order {
    pub(super) session: u32,
    buyer: Vec<u8>,
    pub(super) standing: Standing,
    pub(super) hold_until: Option<Timestamp>,
    pub(super) lines: BTreeMap<Thing, Amount>,
}

/// Where an order stands; a cancelled or expired one is forgotten.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    Held,
    Confirmed,
    Paid,
}

/// What an order has of one thing.
#[derive(Clone, Copy, Default)]
pub(super) struct Amount {
    pub(super) has: Quantity,
    pub(super) waits: Quantity,
}

impl Standing {
    fn account(self) -> Account {
        match self {
            Self::Held => Account::Held,
            Self::Confirmed | Self::Paid => Account::Sold,
        }
    }
}

impl Order {
    pub(super) fn new(session: u32, buyer: &[u8]) -> Self {
        Self {
            session,
            buyer: buyer.to_vec(),
            standing: Standing::Held,
            hold_until: None,
            lines: BTreeMap::new(),
        }
    }

    pub(super) fn must_be_of(&self, session: u32, buyer: &[u8]) -> Result<(), Broken> {
        if self.session == session && self.buyer == buyer {
            return Ok(());
        }
        contradiction("the order is another buyer's or another session's")
    }

    pub(super) fn add(
        &mut self,
        thing: Thing,
        has: Quantity,
        waits: Quantity,
    ) -> Result<(), Broken> {
        let amount = self.lines.entry(thing).or_default();
        let (Some(has), Some(waits)) = (amount.has.plus(has), amount.waits.plus(waits)) else {
            return contradiction("an order holds more than any harvest has");
        };
        *amount = Amount { has, waits };
        Ok(())
    }

    /// What was waited for is no longer; what receives it is told apart.
    pub(super) fn promote(&mut self, thing: &Thing, moved: Quantity) -> Result<(), Broken> {
        let rest = self.lines.get(thing).and_then(|amount| amount.waits.minus(moved));
        let Some(waits) = rest else {
            return contradiction("an order gets more than it waits for");
        };
        self.lines.entry(thing.clone()).or_default().waits = waits;
        Ok(())
    }

    /// Only who has stock has a deadline.
    fn has_something(&self) -> bool {
        self.lines.values().any(|amount| !amount.has.is_zero())
    }

    fn is_empty(&self) -> bool {
        let mut amounts = self.lines.values();
        amounts.all(|amount| amount.has.is_zero() && amount.waits.is_zero())
    }
}

impl Shop {
    pub(super) fn order(&mut self, number: u32) -> Result<&mut Order, Broken> {
        match self.orders.get_mut(&number) {
            Some(order) => Ok(order),
            None => contradiction(format!("there is no open order {number}")),
        }
    }

    pub(super) fn restore_order(&mut self, number: u32, order: Order) -> Result<(), Broken> {
        match self.orders.insert(number, order) {
            None => Ok(()),
            Some(_) => contradiction(format!("order {number} stands there twice")),
        }
    }

    pub(super) fn open_orders(&self) -> impl Iterator<Item = (u32, &Order)> {
        self.orders.iter().map(|(&number, order)| (number, order))
    }

    pub(super) fn set_last_order(&mut self, last: u32) {
        self.last_order = last;
    }

    /// Counts under the code by which something was claimed, which must be on sale and mean that
    /// item.
    pub(super) fn tell_offer(
        &mut self,
        session: u32,
        thing: &Thing,
        count: impl FnOnce(&mut OfferTally),
    ) -> Result<(), Broken> {
        let offer = self.offer(session, &thing.code)?;
        if offer.item != thing.place.item {
            return contradiction(format!("{} is not item {}", thing.code, thing.place.item));
        }
        count(offer);
        Ok(())
    }

    pub(super) fn release(&mut self, released: &store::ClaimReleased) -> Result<(), Broken> {
        self.key(released.session, &released.key)?;
        let order = self.order(released.order)?;
        order.must_be_of(released.session, &released.buyer)?;
        let gives_sold = released.lines.iter().any(|line| line.held_milli > 0);
        if order.standing != Standing::Held && gives_sold {
            return contradiction("a buyer gives back what is confirmed");
        }
        self.give_back(released.order, &released.lines)?;
        let order = self.order(released.order)?;
        if order.is_empty() {
            self.orders.remove(&released.order);
        } else if !order.has_something() {
            order.hold_until = None;
        }
        Ok(())
    }

    /// Promise 2: no hold ends before its deadline.
    pub(super) fn expire(
        &mut self,
        expired: &store::HoldExpired,
        at: Timestamp,
    ) -> Result<(), Broken> {
        let number = expired.order;
        let order = self.order(number)?;
        if order.session != expired.session || order.standing != Standing::Held {
            return contradiction(format!("order {number} is not open in that session"));
        }
        let due = order.hold_until;
        if due.is_none_or(|due| at < due) {
            return Err(Broken::ExpiredEarly { order: number, due, at });
        }
        self.tally.expiries += 1;
        self.close(number, &expired.lines)
    }

    pub(super) fn cancel(&mut self, acted: &store::OrderActed) -> Result<(), Broken> {
        self.acting(acted)?;
        self.close(acted.order, &acted.lines)
    }

    pub(super) fn settle(
        &mut self,
        acted: &store::OrderActed,
        next: Standing,
    ) -> Result<(), Broken> {
        self.acting(acted)?;
        let order = self.order(acted.order)?;
        let before = order.standing;
        match (before, next) {
            (Standing::Held, Standing::Confirmed | Standing::Paid)
            | (Standing::Confirmed, Standing::Paid) => {}
            (Standing::Held | Standing::Confirmed | Standing::Paid, _) => {
                return contradiction(format!("order {} was settled before", acted.order));
            }
        }
        order.standing = next;
        order.hold_until = None;
        if before != Standing::Held {
            return Ok(());
        }
        for (thing, amount) in &self.orders[&acted.order].lines {
            if !self.shelf.at(thing.place)?.sell(amount.has) {
                return contradiction("more is sold than was held");
            }
        }
        Ok(())
    }

    pub(super) fn extend(&mut self, extended: &store::HoldExtended) -> Result<(), Broken> {
        self.host_key(extended.session, &extended.key)?;
        let (number, until) = (extended.order, Timestamp(extended.hold_until_ms));
        let order = self.order(number)?;
        if order.session != extended.session || order.standing != Standing::Held {
            return contradiction(format!("order {number} is not open in that session"));
        }
        if order.hold_until.is_none_or(|before| until < before) {
            return Err(Broken::Shortened { order: number });
        }
        order.hold_until = Some(until);
        Ok(())
    }

    /// Nobody loses a hold because the shop was down.
    pub(super) fn resume(&mut self, down: Millis) {
        for order in self.orders.values_mut() {
            order.hold_until = order.hold_until.map(|until| until.plus(down));
        }
    }

    /// Holds that ran until the session's end get their deadline.
    pub(super) fn end_holds(&mut self, session: u32, until: Timestamp) {
        for order in self.orders.values_mut().filter(|order| order.has_something()) {
            if order.session == session && order.standing == Standing::Held {
                order.hold_until = Some(order.hold_until.map_or(until, |due| due.max(until)));
            }
        }
    }

    /// Forgets a session's orders; whoever still waits leaves the line, stock stays where it is.
    pub(super) fn forget_orders(&mut self, session: u32) {
        let orders = &mut self.orders;
        let of_session = |number: u32| orders.get(&number).is_some_and(|o| o.session == session);
        self.shelf.leave_lines(of_session);
        orders.retain(|_, order| order.session != session);
    }

    fn acting(&mut self, acted: &store::OrderActed) -> Result<(), Broken> {
        self.host_key(acted.session, &acted.key)?;
        if self.order(acted.order)?.session == acted.session {
            return Ok(());
        }
        contradiction(format!("order {} is of another session", acted.order))
    }

    /// Everything returns, and the order is gone.
    fn close(&mut self, number: u32, lines: &[store::ReturnedLine]) -> Result<(), Broken> {
        self.give_back(number, lines)?;
        if !self.order(number)?.is_empty() {
            return contradiction(format!("order {number} is over but keeps stock or a place"));
        }
        self.orders.remove(&number);
        Ok(())
    }

    /// Nothing returns that was not taken.
    fn give_back(&mut self, number: u32, lines: &[store::ReturnedLine]) -> Result<(), Broken> {
        for line in lines {
            let thing = Thing {
                code: line.code.clone(),
                place: Place { item: line.item, cell: line.cell },
                variant: line.variant.clone(),
            };
            let (has, waits) = (quantity(line.held_milli)?, quantity(line.waitlisted_milli)?);
            let order = self.order(number)?;
            let (session, account) = (order.session, order.standing.account());
            let rest = order.lines.get_mut(&thing).and_then(|amount| {
                let rest =
                    Amount { has: amount.has.minus(has)?, waits: amount.waits.minus(waits)? };
                *amount = rest;
                Some(rest)
            });
            let cell = self.shelf.at(thing.place)?;
            let returned = rest.is_some()
                && cell.give_back(account, has)
                && cell.leave_line(number, &thing, waits);
            if !returned {
                return Err(Broken::ReturnsTooMuch { order: number, code: thing.code });
            }
            self.tell_offer(session, &thing, |offer| {
                offer.returned += u128::from(has.milli());
            })?;
        }
        Ok(())
    }
}
