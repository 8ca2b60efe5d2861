//! What a claim brings: stock while there is some and nobody waits, then a place in line.

use super::claim::{Asked, No};
use crate::item::{Item, plus, whole_steps};
use crate::order;
use crate::returns;
use alloc::vec::Vec;
use core::cmp::Reverse;
use domain::command::Want;
use domain::event::{ClaimedLine, ReturnedLine};
use domain::id::ItemId;
use domain::limits::LINES_PER_ORDER_MAX;
use domain::money::Money;
use domain::offer::{Cell, OfferTerms};
use domain::order::OrderLine;
use domain::quantity::Quantity;
use domain::reason::Reason;
use domain::snapshot::OrderAtRest;

/// The lines of a claim that is to be taken.
pub(super) struct Plan {
    pub(super) lines: Vec<ClaimedLine>,
}

impl Plan {
    /// Allots the sound lines of a claim one after the other; a line sees what those before it
    /// took.
    pub(super) fn make(asked: &Asked<'_>) -> Result<Self, No> {
        let mut plan = Self { lines: Vec::with_capacity(asked.wants().len()) };
        let may_wait = asked.rules().waitlist && asked.returned.is_empty();
        for want in asked.wants() {
            let line = plan.allot(asked, want);
            // Goods are never swapped for a place in line.
            if !may_wait && !line.waitlisted.is_zero() {
                return Err(No::Refused(Reason::SoldOut));
            }
            plan.lines.push(line);
        }
        plan.check_order(asked.open).map(|()| plan)
    }

    /// True if it takes some stock.
    pub(super) fn holds(&self) -> bool {
        self.lines.iter().any(|line| !line.held.is_zero())
    }

    fn allot(&self, asked: &Asked<'_>, want: &Want) -> ClaimedLine {
        let (offer, item) = asked.sold(want).expect("the line is sound");
        let cells = item.cells_like(&want.variant).expect("the line is sound");
        let cell = cells
            .max_by_key(|cell| (self.available(asked, offer.item, item, *cell), Reverse(*cell)))
            .expect("an item has a cell");
        let available = self.available(asked, offer.item, item, cell);
        let some = whole_steps(available.min(want.quantity), item.terms.step);
        let all_or_nothing = !asked.rules().partial_fill && some < want.quantity;
        let held = if all_or_nothing { Quantity::ZERO } else { some };
        let waitlisted = crate::item::minus(want.quantity, held);
        let figure = &item.cells[usize::from(cell.0)];
        let ahead = figure.queue.len() + self.waiting(offer.item, cell);
        let position = u32::try_from(ahead + 1).unwrap_or(u32::MAX);
        ClaimedLine {
            code: want.code,
            item: offer.item,
            cell,
            variant: want.variant.clone(),
            held,
            waitlisted,
            position_in_line: (!waitlisted.is_zero()).then_some(position),
            price: price(&offer.terms, asked.in_force(offer).price, item, want, cell),
        }
    }

    /// What the next line may take of a cell after the lines before it: what is free while nobody
    /// waits, and what the same claim gives back there.
    fn available(&self, asked: &Asked<'_>, id: ItemId, item: &Item, cell: Cell) -> Quantity {
        let figure = &item.cells[usize::from(cell.0)];
        let own = asked.returned.iter().filter(|l| l.item == id && l.cell == cell);
        let own = own.fold(Quantity::ZERO, |sum, line| plus(sum, line.held));
        let before = self.lines.iter().filter(|l| l.item == id && l.cell == cell);
        before.fold(plus(figure.available(), own), |rest, line| {
            if line.waitlisted.is_zero() {
                crate::item::minus(rest, line.held)
            } else {
                Quantity::ZERO
            }
        })
    }

    /// How many lines with something in them the order has after it.
    pub(super) fn lines_after(&self, open: Option<&OrderAtRest>, back: &[ReturnedLine]) -> usize {
        let gone = open.map_or(Vec::new(), |open| returns::places(open, back, |_| true));
        let stays = |(line, at): &(&OrderLine, u16)| {
            let back = gone.iter().zip(back).find(|(gone, _)| *gone == at);
            let all = back.is_some_and(|(_, back)| {
                back.held == line.held && back.waitlisted == line.waitlisted
            });
            !all && !order::is_empty(line)
        };
        let old = open.map_or(&[][..], |open| &open.lines);
        let old: Vec<_> = old.iter().zip(0..).filter(stays).collect();
        let is_new = |(at, line): &(usize, &ClaimedLine)| {
            let merges = old.iter().any(|(old, _)| order::is_same_line(old, line));
            !merges && !self.lines[..*at].iter().any(|before| is_same(before, line))
        };
        old.len() + self.lines.iter().enumerate().filter(is_new).count()
    }

    fn waiting(&self, id: ItemId, cell: Cell) -> usize {
        let waits = |l: &&ClaimedLine| l.item == id && l.cell == cell && !l.waitlisted.is_zero();
        self.lines.iter().filter(waits).count()
    }

    /// The order it goes into stays within the limits, in number of lines and in the quantity of
    /// each.
    fn check_order(&self, open: Option<&OrderAtRest>) -> Result<(), No> {
        let old = open.map_or(&[][..], |open| &open.lines);
        let mut count = old.len();
        for (at, line) in self.lines.iter().enumerate() {
            let before = &self.lines[..at];
            let merged = old.iter().find(|old| order::is_same_line(old, line));
            let same = before.iter().filter(|before| is_same(before, line));
            count += usize::from(merged.is_none() && same.clone().next().is_none());
            let waiting = merged.map_or(Quantity::ZERO, |old| old.waitlisted);
            same.chain([line])
                .try_fold(waiting, |sum, line| sum.plus(line.waitlisted))
                .ok_or(No::Refused(Reason::BadQuantity))?;
        }
        if count > LINES_PER_ORDER_MAX {
            return Err(No::Refused(Reason::TooManyLines));
        }
        Ok(())
    }
}

fn is_same(a: &ClaimedLine, b: &ClaimedLine) -> bool {
    a.item == b.item
        && a.cell == b.cell
        && a.price == b.price
        && a.code == b.code
        && a.variant == b.variant
}

/// Of one unit: what the promised combination costs, also where an axis was left unsaid.
fn price(terms: &OfferTerms, price: Money, item: &Item, want: &Want, cell: Cell) -> Money {
    if terms.prices.is_empty() {
        price
    } else if item.is_pool() {
        terms.price_of(&want.variant).unwrap_or(price)
    } else {
        terms.price_of(&terms.variant_of(cell)).unwrap_or(price)
    }
}
