//! One order as the read model keeps it: what merges into it, what goes back out of it, what of it
//! is being cancelled, what its delivery costs.

use crate::error::Fault;
use crate::row::is_same_variant;
use domain::event::{ClaimedLine, ReturnedLine};
use domain::order::{OrderLine, OrderState};
use domain::rules::Delivery;
use domain::{BuyerRef, Currency, Money, Position, Quantity, Timestamp};

/// An order as the read model keeps it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Order {
    pub(crate) buyer: BuyerRef,
    pub(crate) state: OrderState,
    pub(crate) currency: Currency,
    pub(crate) hold_until: Option<Timestamp>,
    /// Until when the cancel of some of it can be undone.
    pub(crate) undo_until: Option<Timestamp>,
    pub(crate) position: Position,
    pub(crate) since: Timestamp,
    /// As charged, once it is settled.
    pub(crate) delivery_fee: Option<Money>,
    pub(crate) lines: Vec<OrderLine>,
    /// One per line: so much of it goes back when the undo time closes, what waits first.
    pub(crate) cancelling: Vec<Quantity>,
}

pub(crate) fn contradiction(what: &str) -> Fault {
    Fault::Data(format!("the event contradicts the read model: {what}"))
}

impl Order {
    /// Adds a line, of which so much is being cancelled, after the last.
    pub(crate) fn push(&mut self, line: OrderLine, cancelling: Quantity) {
        self.lines.push(line);
        self.cancelling.push(cancelling);
    }

    /// Adds a claimed line to the one that it is, or after the last.
    pub(crate) fn merge(&mut self, claimed: &ClaimedLine) -> Result<(), Fault> {
        let sum = |own: Quantity, more| {
            own.plus(more).ok_or_else(|| contradiction("more than a quantity can be"))
        };
        if let Some(own) = self.lines.iter_mut().find(|own| is_same(own, claimed)) {
            own.held = sum(own.held, claimed.held)?;
            own.waitlisted = sum(own.waitlisted, claimed.waitlisted)?;
            return Ok(());
        }
        let line = OrderLine {
            code: claimed.code,
            item: claimed.item,
            cell: claimed.cell,
            variant: claimed.variant.clone(),
            held: claimed.held,
            waitlisted: claimed.waitlisted,
            price: claimed.price,
        };
        self.push(line, Quantity::ZERO);
        Ok(())
    }

    /// What waited for that line's stock has it now, elsewhere or here.
    pub(crate) fn leave_line(&mut self, promoted: &ClaimedLine) -> Result<(), Fault> {
        let found = self.lines.iter_mut().find(|own| is_same(own, promoted));
        let own = found.ok_or_else(|| contradiction("a promotion of a line that is not there"))?;
        own.waitlisted = minus(own.waitlisted, promoted.held)?;
        Ok(())
    }

    /// Takes lines back that nobody is cancelling; they come in the order's own sequence, each at
    /// most once.
    pub(crate) fn give_back(&mut self, lines: &[ReturnedLine]) -> Result<(), Fault> {
        let places = self.places(lines, |_| true)?;
        self.give_back_at(&places, lines)
    }

    /// Remembers what is to go back, until when that can be undone.
    pub(crate) fn begin_cancel(
        &mut self,
        lines: &[ReturnedLine],
        until: Timestamp,
    ) -> Result<(), Fault> {
        if self.undo_until.is_some() {
            return Err(contradiction("a second cancel of one order"));
        }
        for (at, back) in self.places(lines, |_| true)?.into_iter().zip(lines) {
            let both = back.held.plus(back.waitlisted);
            self.cancelling[at] = both.unwrap_or(Quantity::MAX);
        }
        self.undo_until = Some(until);
        Ok(())
    }

    /// The cancel is taken back, or there is nothing left to cancel.
    pub(crate) fn drop_cancel(&mut self) {
        self.undo_until = None;
        self.cancelling.fill(Quantity::ZERO);
    }

    /// The undo time is over: what was remembered goes back.
    pub(crate) fn close_cancel(&mut self, lines: &[ReturnedLine]) -> Result<(), Fault> {
        let recorded =
            std::mem::replace(&mut self.cancelling, vec![Quantity::ZERO; self.lines.len()]);
        self.undo_until = None;
        let places = self.places(lines, |at| !recorded[at].is_zero())?;
        self.give_back_at(&places, lines)
    }

    /// After lines went back: an order with nothing left is cancelled, one that only waits has no
    /// deadline.
    pub(crate) fn close_if_empty(&mut self) {
        let waits = self.lines.iter().any(|line| !line.waitlisted.is_zero());
        if !self.holds() {
            self.hold_until = None;
        }
        if !self.holds() && !waits {
            self.state = OrderState::Cancelled;
            self.delivery_fee = None;
        }
    }

    /// What its held lines cost; as much as can be written where that is more.
    pub(crate) fn goods(&self) -> Money {
        let none = Money::zero(self.currency);
        let most = Money { amount: i64::MAX, ..none };
        self.lines.iter().fold(none, |sum, line| {
            let cost = line.price.times(line.held);
            cost.and_then(|cost| sum.plus(cost)).unwrap_or(most)
        })
    }

    /// What delivery adds: as charged once settled, whatever the rules became since, otherwise by
    /// the rule.
    pub(crate) fn fee(&self, rule: Option<Delivery>) -> Option<Money> {
        if self.state.is_sold() {
            return self.delivery_fee;
        }
        rule.map(|rule| {
            let goods = self.goods().amount;
            let free = !self.holds() || rule.free_from.is_some_and(|from| goods >= from);
            Money { amount: if free { 0 } else { rule.fee }, ..Money::zero(self.currency) }
        })
    }

    fn holds(&self) -> bool {
        self.lines.iter().any(|line| !line.held.is_zero())
    }

    /// Which lines those are, among those that can be meant: of two that differ in price alone, the
    /// one that has so much to give.
    fn places(
        &self,
        lines: &[ReturnedLine],
        can_be_meant: impl Fn(usize) -> bool,
    ) -> Result<Vec<usize>, Fault> {
        let mut rest = 0..self.lines.len();
        let place = |back| {
            let found = rest.find(|at| can_be_meant(*at) && self.gives(*at, back));
            found.ok_or_else(|| contradiction("more goes back than the order has"))
        };
        lines.iter().map(place).collect()
    }

    /// True if that line has what goes back, beside what is being cancelled of it.
    fn gives(&self, at: usize, back: &ReturnedLine) -> bool {
        let line = &self.lines[at];
        let less = |own: Quantity, gone| own.minus(gone).unwrap_or(Quantity::ZERO);
        let waits = line.waitlisted.min(self.cancelling[at]);
        line.code == back.code
            && line.item == back.item
            && line.cell == back.cell
            && is_same_variant(&line.variant, &back.variant)
            && less(line.held, less(self.cancelling[at], waits)) >= back.held
            && less(line.waitlisted, waits) >= back.waitlisted
    }

    fn give_back_at(&mut self, places: &[usize], lines: &[ReturnedLine]) -> Result<(), Fault> {
        for (at, back) in places.iter().zip(lines) {
            let own = &mut self.lines[*at];
            own.held = minus(own.held, back.held)?;
            own.waitlisted = minus(own.waitlisted, back.waitlisted)?;
        }
        Ok(())
    }
}

/// Two lines are one if code, item, cell, variant and price are the same.
fn is_same(line: &OrderLine, claimed: &ClaimedLine) -> bool {
    line.item == claimed.item
        && line.cell == claimed.cell
        && line.price == claimed.price
        && line.code == claimed.code
        && is_same_variant(&line.variant, &claimed.variant)
}

fn minus(own: Quantity, less: Quantity) -> Result<Quantity, Fault> {
    own.minus(less).ok_or_else(|| contradiction("less than nothing"))
}
