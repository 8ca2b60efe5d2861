//! Claims and promotions: promise 4 lives here.

use super::orders::{Order, Standing};
use super::stock::{Place, Thing, Wait};
use super::{Phase, Shop, contradiction, quantity};
use crate::violation::Broken;
use domain::{Quantity, Timestamp};
use proto::store;

impl Shop {
    /// A claim that got stock (`held`) or only places in line.
    pub(super) fn claim(&mut self, claimed: &store::Claimed, held: bool) -> Result<(), Broken> {
        let session = claimed.session;
        if self.session(session)?.phase != Phase::Live {
            return Err(Broken::NotLive { session });
        }
        self.key(session, &claimed.key)?;
        self.number(session, claimed.number)?;
        if claimed.lines.iter().any(|line| line.held_milli > 0) != held {
            return contradiction("a claim's kind does not say whether it got stock");
        }
        self.receiving(claimed.order, session, &claimed.buyer)?;
        for line in &claimed.lines {
            self.claim_line(claimed, line)?;
        }
        self.deadline(claimed.order, claimed.hold_until_ms.map(Timestamp))
    }

    /// Nobody overtakes: where somebody waits, a claim waits too, behind them.
    fn claim_line(
        &mut self,
        claimed: &store::Claimed,
        line: &store::ClaimedLine,
    ) -> Result<(), Broken> {
        let (order, thing) = (claimed.order, thing_of(line));
        let (held, waits) = (quantity(line.held_milli)?, quantity(line.waitlisted_milli)?);
        self.tell_offer(claimed.session, &thing, |offer| {
            offer.claims += 1;
            offer.held += u128::from(held.milli());
        })?;
        let cell = self.shelf.at(thing.place)?;
        let waiting = cell.line.len();
        if !held.is_zero() && waiting > 0 {
            return Err(Broken::Overtaken { order, code: thing.code, waiting });
        }
        cell.take(thing.place, held)?;
        if !waits.is_zero() {
            let place = waiting + 1;
            let told = line.position_in_line.and_then(|told| usize::try_from(told).ok());
            if told != Some(place) {
                return Err(Broken::WrongPlace { order, code: thing.code, place });
            }
            cell.line.push_back(Wait { order, thing: thing.clone(), quantity: waits });
        }
        self.order(order)?.add(thing, held, waits)
    }

    /// Stock came back: it goes to the first in line, and to nobody else.
    pub(super) fn promote(&mut self, promoted: &store::WaitlistPromoted) -> Result<(), Broken> {
        let Some(line) = &promoted.line else {
            return contradiction("a promotion of nothing");
        };
        let (order, into, session) = (promoted.order, promoted.into, promoted.session);
        let (thing, moved) = (thing_of(line), quantity(line.held_milli)?);
        let cell = self.shelf.at(thing.place)?;
        match cell.line.front_mut() {
            Some(first) if first.order == order && first.thing == thing => {
                let Some(rest) = first.quantity.minus(moved) else {
                    return contradiction(format!("order {order} gets more than it waits for"));
                };
                first.quantity = rest;
                if rest.is_zero() {
                    cell.line.pop_front();
                }
            }
            first => {
                let first = first.map(|wait| wait.order);
                return Err(Broken::NotFirstInLine { order, code: thing.code, first });
            }
        }
        cell.take(thing.place, moved)?;
        let waited = self.order(order)?;
        waited.must_be_of(session, &promoted.buyer)?;
        waited.promote(&thing, moved)?;
        if waited.standing == Standing::Held && into != order {
            return contradiction(format!("order {order} is open, but another one receives"));
        }
        self.receiving(into, session, &promoted.buyer)?;
        self.order(into)?.add(thing.clone(), moved, Quantity::ZERO)?;
        self.tell_offer(session, &thing, |offer| {
            offer.promoted += u128::from(moved.milli());
        })?;
        self.tally.promotions += 1;
        self.deadline(into, promoted.hold_until_ms.map(Timestamp))
    }

    /// The order that receives: an open one of that buyer, or a new one with the next numbers.
    fn receiving(&mut self, number: u32, session: u32, buyer: &[u8]) -> Result<(), Broken> {
        if number > self.last_order {
            self.last_order = number;
            self.orders.insert(number, Order::new(session, buyer));
        }
        let order = self.order(number)?;
        order.must_be_of(session, buyer)?;
        match order.standing {
            Standing::Held => Ok(()),
            Standing::Confirmed | Standing::Paid => {
                contradiction(format!("order {number} is settled and takes nothing more"))
            }
        }
    }

    /// One deadline per order; it may move back, never forward.
    fn deadline(&mut self, number: u32, until: Option<Timestamp>) -> Result<(), Broken> {
        let order = self.order(number)?;
        if let (Some(before), Some(until)) = (order.hold_until, until)
            && until < before
        {
            return Err(Broken::Shortened { order: number });
        }
        order.hold_until = until;
        Ok(())
    }
}

fn thing_of(line: &store::ClaimedLine) -> Thing {
    Thing {
        code: line.code.clone(),
        place: Place { item: line.item, cell: line.cell },
        variant: line.variant.clone(),
    }
}
