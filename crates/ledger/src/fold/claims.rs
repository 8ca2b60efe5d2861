//! Claims and promotions: promise 4 lives here.

use super::cards::Served;
use super::deadlines::Promise;
use super::limits::Asked;
use super::orders::{Order, Part, Standing};
use super::stock::{Place, Thing, Wait};
use super::terms::Span;
use super::{Phase, Shop, contradiction, quantity};
use crate::violation::{Broken, BuyerBroken, RuleBroken};
use domain::{Quantity, Timestamp};
use proto::store;
use std::collections::BTreeMap;

/// What a swap gave back of each figure and has not taken again.
type Own = BTreeMap<Place, Quantity>;

impl Shop {
    /// A claim that got stock (`held`) or only places in line.
    pub(super) fn claim(
        &mut self,
        claimed: &store::Claimed,
        held: bool,
        at: Timestamp,
    ) -> Result<(), Broken> {
        let (session, number) = (claimed.session, claimed.order);
        self.may_claim(claimed)?;
        self.number(session, claimed.number)?;
        if claimed.lines.iter().any(|line| line.held_milli > 0) != held {
            return contradiction("a claim's kind does not say whether it got stock");
        }
        let open = self.book.open(session, &claimed.buyer);
        let asked = Asked {
            claimed,
            at,
            promise: Promise::of(open.map(|(_, order)| order)),
            others: self.book.network_count(&claimed.network),
            begins: open.is_none(),
        };
        self.receiving(number, session, &claimed.buyer, &claimed.network)?;
        let mut own = self.swap(claimed)?;
        for line in &claimed.lines {
            self.claim_line(claimed, line, &mut own)?;
        }
        let due = self.judge(&asked)?;
        self.set_deadline(number, claimed.hold_until_ms.map(Timestamp), due)
    }

    /// Where, by whom, and under which key.
    fn may_claim(&mut self, claimed: &store::Claimed) -> Result<(), Broken> {
        let (session, number) = (claimed.session, claimed.number);
        match (self.session(session)?.phase, claimed.review) {
            (Phase::Live, _) | (Phase::Paused | Phase::Ended(_), Some(_)) => {}
            (Phase::Draft | Phase::Paused | Phase::Ended(_) | Phase::Archived, _) => {
                return Err(Broken::NotLive { session });
            }
        }
        self.buyers.in_own_name(&claimed.buyer)?;
        if self.buyers.is_blocked(&claimed.buyer) {
            return Err(BuyerBroken::Blocked { session, number }.into());
        }
        let Some(review) = claimed.review else {
            return self.key(session, &claimed.key);
        };
        let got = |line: &store::ClaimedLine| line.held_milli.saturating_add(line.waitlisted_milli);
        let lines = claimed.lines.iter();
        self.serve_card(&Served {
            session,
            review,
            key: &claimed.key,
            buyer: &claimed.buyer,
            origin: &claimed.origin,
            network: Some(&claimed.network),
            lines: lines.map(|line| (&*line.code, &*line.variant, got(line))).collect(),
            returned: Some(&claimed.returned),
        })
    }

    /// A claim that got nothing; its number counts.
    pub(super) fn refuse(&mut self, refused: &store::ClaimRefused) -> Result<(), Broken> {
        let session = refused.session;
        self.number(session, refused.number)?;
        self.buyers.in_own_name(&refused.buyer)?;
        let Some(review) = refused.review else {
            return self.key(session, &refused.key);
        };
        let lines = refused.lines.iter();
        self.serve_card(&Served {
            session,
            review,
            key: &refused.key,
            buyer: &refused.buyer,
            origin: &refused.origin,
            network: None,
            lines: lines.map(|l| (&*l.code, &*l.variant, l.quantity_milli)).collect(),
            returned: None,
        })
    }

    /// What goes back of the same order in the same moment, for which all is got at once.
    fn swap(&mut self, claimed: &store::Claimed) -> Result<Own, Broken> {
        let waits = claimed.lines.iter().any(|line| line.waitlisted_milli > 0);
        if waits && !claimed.returned.is_empty() {
            return Err(RuleBroken::SwapInPart { order: claimed.order }.into());
        }
        self.give_back(claimed.order, &claimed.returned, Part::Open)?;
        let mut own = Own::new();
        for back in &claimed.returned {
            let place = Place { item: back.item, cell: back.cell };
            let known = own.entry(place).or_default();
            *known = known.plus(quantity(back.held_milli)?).unwrap_or(Quantity::MAX);
        }
        Ok(own)
    }

    /// Nobody overtakes: where somebody waits, a claim waits too, behind them. Only what its own
    /// order gives back there in the same moment it may take.
    fn claim_line(
        &mut self,
        claimed: &store::Claimed,
        line: &store::ClaimedLine,
        own: &mut Own,
    ) -> Result<(), Broken> {
        let (order, thing) = (claimed.order, thing_of(line));
        let (held, waits) = (quantity(line.held_milli)?, quantity(line.waitlisted_milli)?);
        self.tell_offer(claimed.session, &thing, |offer| {
            offer.claims += 1;
            offer.held += u128::from(held.milli());
        })?;
        let place = thing.place;
        let cell = self.shelf.at(place)?;
        let waiting = cell.line.len();
        let rest = own.get(&place).copied().unwrap_or_default().minus(held);
        if !held.is_zero() && waiting > 0 && rest.is_none() {
            return Err(Broken::Overtaken { order, code: thing.code, waiting });
        }
        own.insert(place, rest.unwrap_or_default());
        cell.take(place, held)?;
        let at = self.book.get_mut(order)?.add(thing, line.price, held, waits)?;
        if !waits.is_zero() {
            let place = waiting + 1;
            let told = line.position_in_line.and_then(|told| usize::try_from(told).ok());
            if told != Some(place) {
                return Err(Broken::WrongPlace { order, code: line.code.clone(), place });
            }
            cell.line.push_back(Wait { order, line: at, quantity: waits });
        }
        Ok(())
    }

    /// Stock came back: it goes to the first in line, and to nobody else.
    pub(super) fn promote(
        &mut self,
        promoted: &store::WaitlistPromoted,
        at: Timestamp,
    ) -> Result<(), Broken> {
        let Some(line) = &promoted.line else {
            return contradiction("a promotion of nothing");
        };
        let (order, into, session) = (promoted.order, promoted.into, promoted.session);
        let (thing, moved) = (thing_of(line), quantity(line.held_milli)?);
        self.leave_line(order, &thing, line.price, moved)?;
        self.shelf.at(thing.place)?.take(thing.place, moved)?;
        let waited = self.book.get(order)?;
        waited.must_be_of(session, &promoted.buyer)?;
        if waited.standing == Standing::Held && into != order {
            return contradiction(format!("order {order} is open, but another one receives"));
        }
        let network = waited.network.clone();
        let promise = match waited.standing {
            Standing::Held => Promise::of(Some(waited)),
            Standing::Confirmed | Standing::Paid => {
                let open = self.book.open(session, &promoted.buyer);
                let promise = Promise::of(open.map(|(_, order)| order));
                self.receiving(into, session, &promoted.buyer, &network)?;
                promise
            }
        };
        let ready_at = self.offer(session, &thing.code)?.ready_at;
        let known = self.session(session)?;
        let rules = known.rules.now();
        let hold = rules.promotion_hold.map_or(rules.hold, Span::For);
        let due = promise.after(hold, known, ready_at, at);
        self.book.get_mut(into)?.add(thing.clone(), line.price, moved, Quantity::ZERO)?;
        self.tell_offer(session, &thing, |offer| {
            offer.promoted += u128::from(moved.milli());
        })?;
        self.tally.promotions += 1;
        self.set_deadline(into, promoted.hold_until_ms.map(Timestamp), due)
    }

    /// So much of what the first in line waited for is waited for no longer.
    fn leave_line(
        &mut self,
        order: u32,
        thing: &Thing,
        price: i64,
        moved: Quantity,
    ) -> Result<(), Broken> {
        let cell = self.shelf.at(thing.place)?;
        let first = cell.line.front_mut();
        let turn = first.as_ref().map(|wait| (wait.order, wait.line));
        let other = || {
            let first = turn.map(|(order, _)| order);
            Broken::NotFirstInLine { order, code: thing.code.clone(), first }
        };
        let place = first.filter(|wait| wait.order == order).ok_or_else(other)?;
        let waited = self.book.get_mut(order)?.lines.get_mut(place.line);
        let same = waited.filter(|line| line.thing == *thing && line.price == price);
        let waited = same.ok_or_else(other)?;
        let rest = waited.waits.minus(moved).zip(place.quantity.minus(moved));
        let Some((waits, rest)) = rest else {
            return contradiction(format!("order {order} gets more than it waits for"));
        };
        (waited.waits, place.quantity) = (waits, rest);
        if rest.is_zero() {
            cell.line.pop_front();
        }
        Ok(())
    }

    /// The order that receives: the buyer's latest open one, or a new one with the next numbers if
    /// there is none.
    fn receiving(
        &mut self,
        number: u32,
        session: u32,
        buyer: &[u8],
        network: &[u8],
    ) -> Result<(), Broken> {
        let open = self.book.open(session, buyer).map(|(number, _)| number);
        if number > self.book.last() {
            self.book.begin(number, Order::new(session, buyer, network))?;
        }
        let order = self.book.get(number)?;
        order.must_be_of(session, buyer)?;
        match (order.standing, open) {
            (Standing::Held, None) => Ok(()),
            (Standing::Held, Some(open)) if open == number => Ok(()),
            (Standing::Held, Some(open)) => {
                contradiction(format!("order {open} is open, but order {number} receives"))
            }
            (Standing::Confirmed | Standing::Paid, _) => {
                contradiction(format!("order {number} is settled and takes nothing more"))
            }
        }
    }
}

fn thing_of(line: &store::ClaimedLine) -> Thing {
    Thing {
        code: line.code.clone(),
        place: Place { item: line.item, cell: line.cell },
        variant: line.variant.clone(),
    }
}
