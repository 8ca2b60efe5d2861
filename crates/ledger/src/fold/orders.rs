//! Orders: what each buyer has and waits for, and that nothing returns that was not taken.

use super::cancels::Cancel;
use super::stock::{Account, Place, Thing};
use super::{OfferTally, Shop, contradiction, quantity};
use crate::violation::{Broken, CancelBroken, RuleBroken};
use domain::{Quantity, Timestamp};
use proto::store;

/// An order that may still change.
pub(super) struct Order {
    pub(super) session: u32,
    pub(super) buyer: Vec<u8>,
    /// Of an anonymous buyer; else empty.
    pub(super) network: Vec<u8>,
    pub(super) standing: Standing,
    pub(super) hold_until: Option<Timestamp>,
    /// In the order in which they came; what is empty stays in its place.
    pub(super) lines: Vec<Line>,
    /// What goes back when its undo time closes.
    pub(super) cancel: Option<Cancel>,
    /// How often its buyer asked for more time.
    pub(super) extensions: u32,
}

/// One line of an order: one thing at one price.
pub(super) struct Line {
    pub(super) thing: Thing,
    pub(super) price: i64,
    pub(super) has: Quantity,
    pub(super) waits: Quantity,
}

/// Where an order stands; a cancelled or expired one is forgotten.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    Held,
    Confirmed,
    Paid,
}

/// Which part of an order may go back.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    /// All of it: the order is over, or its undo time is.
    Everything,
    /// What nobody is cancelling already.
    Open,
}

impl Standing {
    fn account(self) -> Account {
        match self {
            Self::Held => Account::Held,
            Self::Confirmed | Self::Paid => Account::Sold,
        }
    }
}

impl Line {
    pub(super) fn is_empty(&self) -> bool {
        self.has.is_zero() && self.waits.is_zero()
    }
}

impl Order {
    pub(super) fn new(session: u32, buyer: &[u8], network: &[u8]) -> Self {
        Self {
            session,
            buyer: buyer.to_vec(),
            network: network.to_vec(),
            standing: Standing::Held,
            hold_until: None,
            lines: Vec::new(),
            cancel: None,
            extensions: 0,
        }
    }

    pub(super) fn must_be_of(&self, session: u32, buyer: &[u8]) -> Result<(), Broken> {
        if self.session == session && self.buyer == buyer {
            return Ok(());
        }
        contradiction("the order is another buyer's or another session's")
    }

    /// Adds to the line of that thing and price, or begins it; the line's number.
    pub(super) fn add(
        &mut self,
        thing: Thing,
        price: i64,
        has: Quantity,
        waits: Quantity,
    ) -> Result<usize, Broken> {
        let same = |line: &Line| line.thing == thing && line.price == price;
        let at = self.lines.iter().position(same).unwrap_or(self.lines.len());
        if at == self.lines.len() {
            let none = Quantity::ZERO;
            self.lines.push(Line { thing, price, has: none, waits: none });
        }
        let line = &mut self.lines[at];
        let (Some(has), Some(waits)) = (line.has.plus(has), line.waits.plus(waits)) else {
            return contradiction("an order holds more than any harvest has");
        };
        (line.has, line.waits) = (has, waits);
        Ok(at)
    }

    /// Only who has stock has a deadline.
    pub(super) fn has_something(&self) -> bool {
        self.lines.iter().any(|line| !line.has.is_zero())
    }

    pub(super) fn is_empty(&self) -> bool {
        self.lines.iter().all(Line::is_empty)
    }

    /// Which lines go back: they return in the order's own sequence, and of two lines that differ
    /// in price alone it is the one that has so much to give.
    pub(super) fn places(
        &self,
        number: u32,
        lines: &[store::ReturnedLine],
        part: Part,
    ) -> Result<Vec<usize>, Broken> {
        let (mut places, mut next) = (Vec::with_capacity(lines.len()), 0);
        for back in lines {
            let (thing, has, waits) = parts(back)?;
            let fits = |at: &usize| {
                let line = &self.lines[*at];
                line.thing == thing && line.has >= has && line.waits >= waits
            };
            let is_meant = |at: &usize| part == Part::Everything || self.is_open(*at, has, waits);
            let mut fitting = (next..self.lines.len()).filter(fits).peekable();
            let is_there = fitting.peek().is_some();
            let Some(at) = fitting.find(is_meant) else {
                let code = back.code.clone();
                return Err(match is_there {
                    true => CancelBroken::GivenTwice { order: number, code }.into(),
                    false => Broken::ReturnsTooMuch { order: number, code },
                });
            };
            places.push(at);
            next = at + 1;
        }
        Ok(places)
    }
}

/// What goes back, how much of what is held and how much of what waits.
fn parts(back: &store::ReturnedLine) -> Result<(Thing, Quantity, Quantity), Broken> {
    let thing = Thing {
        code: back.code.clone(),
        place: Place { item: back.item, cell: back.cell },
        variant: back.variant.clone(),
    };
    Ok((thing, quantity(back.held_milli)?, quantity(back.waitlisted_milli)?))
}

impl Shop {
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
        let undo = self.session(released.session)?.rules.now().cancel_undo;
        let order = self.book.get(released.order)?;
        order.must_be_of(released.session, &released.buyer)?;
        let gives_sold = released.lines.iter().any(|line| line.held_milli > 0);
        if order.standing != Standing::Held && gives_sold {
            return contradiction("a buyer gives back what is confirmed");
        }
        if order.standing == Standing::Held && undo.0 > 0 {
            return Err(CancelBroken::AtOnce { order: released.order }.into());
        }
        self.give_back(released.order, &released.lines, Part::Open)?;
        self.drop_if_empty(released.order)
    }

    /// An order with nothing left is over; one that only waits has no deadline.
    pub(super) fn drop_if_empty(&mut self, number: u32) -> Result<(), Broken> {
        let order = self.book.get_mut(number)?;
        if order.is_empty() {
            self.book.remove(number);
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
        let order = self.book.get(number)?;
        if order.session != expired.session || order.standing != Standing::Held {
            return contradiction(format!("order {number} is not open in that session"));
        }
        let due = order.hold_until;
        if due.is_none_or(|due| at < due) {
            return Err(Broken::ExpiredEarly { order: number, due, at });
        }
        self.tally.expiries += 1;
        if order.has_something() {
            self.buyers.ran_out(&order.buyer, at);
        }
        self.close(number, &expired.lines)
    }

    /// At once, where the session gives no time to undo it.
    pub(super) fn cancel(&mut self, acted: &store::OrderActed) -> Result<(), Broken> {
        self.acting(acted)?;
        if self.session(acted.session)?.rules.now().cancel_undo.0 > 0 {
            return Err(CancelBroken::AtOnce { order: acted.order }.into());
        }
        self.close(acted.order, &acted.lines)
    }

    pub(super) fn settle(
        &mut self,
        acted: &store::OrderActed,
        next: Standing,
    ) -> Result<(), Broken> {
        self.acting(acted)?;
        let order = self.book.get(acted.order)?;
        let before = order.standing;
        match (before, next) {
            (Standing::Held, Standing::Confirmed | Standing::Paid)
            | (Standing::Confirmed, Standing::Paid) => {}
            (Standing::Held | Standing::Confirmed | Standing::Paid, _) => {
                return contradiction(format!("order {} was settled before", acted.order));
            }
        }
        if order.cancel.is_some() {
            return Err(CancelBroken::Meanwhile { order: acted.order }.into());
        }
        self.buyers.stood_by(&order.buyer);
        if before == Standing::Held {
            for line in &order.lines {
                if !self.shelf.at(line.thing.place)?.sell(line.has) {
                    return contradiction("more is sold than was held");
                }
            }
        }
        self.book.settle(acted.order, next)
    }

    /// Forgets a session's orders; whoever still waits leaves the line, stock stays where it is.
    pub(super) fn forget_orders(&mut self, session: u32) -> Result<(), Broken> {
        let own = self.book.all().filter(|(_, order)| order.session == session);
        let own: Vec<u32> = own.map(|(number, _)| number).collect();
        self.shelf.leave_lines(|number| own.binary_search(&number).is_ok());
        for order in own {
            let known = self.book.get(order)?;
            if known.standing == Standing::Held && known.has_something() {
                return Err(RuleBroken::HoldForgotten { order }.into());
            }
            self.book.remove(order);
        }
        Ok(())
    }

    fn acting(&mut self, acted: &store::OrderActed) -> Result<(), Broken> {
        self.host_key(acted.session, &acted.key)?;
        if self.book.get(acted.order)?.session == acted.session {
            return Ok(());
        }
        contradiction(format!("order {} is of another session", acted.order))
    }

    /// Everything returns, and the order is gone.
    fn close(&mut self, number: u32, lines: &[store::ReturnedLine]) -> Result<(), Broken> {
        self.give_back(number, lines, Part::Everything)?;
        if !self.book.get(number)?.is_empty() {
            return contradiction(format!("order {number} is over but keeps stock or a place"));
        }
        self.book.remove(number);
        Ok(())
    }

    /// Nothing returns that was not taken, nor what is being cancelled already.
    pub(super) fn give_back(
        &mut self,
        number: u32,
        lines: &[store::ReturnedLine],
        part: Part,
    ) -> Result<(), Broken> {
        let places = self.book.get(number)?.places(number, lines, part)?;
        self.give_back_at(number, &places, lines)
    }

    /// The same, where it is known which lines those are.
    pub(super) fn give_back_at(
        &mut self,
        number: u32,
        places: &[usize],
        lines: &[store::ReturnedLine],
    ) -> Result<(), Broken> {
        for (&at, back) in places.iter().zip(lines) {
            let (thing, has, waits) = parts(back)?;
            let too_much = || Broken::ReturnsTooMuch { order: number, code: back.code.clone() };
            let order = self.book.get_mut(number)?;
            let (session, account) = (order.session, order.standing.account());
            let line = &mut order.lines[at];
            let rest = line.has.minus(has).zip(line.waits.minus(waits));
            (line.has, line.waits) = rest.ok_or_else(too_much)?;
            let cell = self.shelf.at(thing.place)?;
            if !cell.give_back(account, has) || !cell.leave_line(number, at, waits) {
                return Err(too_much());
            }
            self.tell_offer(session, &thing, |offer| {
                offer.returned += u128::from(has.milli());
            })?;
        }
        Ok(())
    }
}
