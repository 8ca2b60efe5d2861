//! What a shop has: its stock figures, and the line of those who wait at each.

use alloc::collections::VecDeque;
use alloc::sync::Arc;
use alloc::vec::Vec;
use domain::id::OrderId;
use domain::limits::AXES_MAX;
use domain::offer::{Cell, OfferTerms, Stock, Variant};
use domain::quantity::Quantity;
use domain::snapshot::Waiting;

/// An item: what it was made as, and one stock figure per cell.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Item {
    /// The terms it was made with: unit, step, axes and kind of stock hold for every offer of it.
    pub(crate) terms: Arc<OfferTerms>,
    /// How often the host corrected its stock.
    pub(crate) changes: u32,
    /// By cell number; one for a pool.
    pub(crate) cells: Vec<StockCell>,
}

/// One stock figure. Always `held + sold ≤ stock`.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct StockCell {
    pub(crate) stock: Quantity,
    pub(crate) held: Quantity,
    pub(crate) sold: Quantity,
    /// First come first.
    pub(crate) queue: VecDeque<Waiting>,
}

impl Item {
    /// A new item with the stock of its terms.
    pub(crate) fn new(terms: &Arc<OfferTerms>) -> Self {
        let cell = |stock: &Quantity| StockCell { stock: *stock, ..StockCell::default() };
        Self {
            terms: terms.clone(),
            changes: 0,
            cells: match &terms.stock {
                Stock::Pool(stock) => [cell(stock)].into(),
                Stock::Cells(stocks) => stocks.iter().map(cell).collect(),
            },
        }
    }

    /// True if one figure serves every variant.
    pub(crate) fn is_pool(&self) -> bool {
        matches!(self.terms.stock, Stock::Pool(_))
    }

    /// Free stock over all cells.
    pub(crate) fn left(&self) -> Quantity {
        self.sum(StockCell::free)
    }

    /// The sum of a figure over all cells; an item's whole stock is within the limit, and so is
    /// every part.
    pub(crate) fn sum(&self, figure: impl Fn(&StockCell) -> Quantity) -> Quantity {
        let milli = self.cells.iter().map(|cell| figure(cell).milli()).sum();
        Quantity::from_milli(milli).expect("an item's stock is within the limit")
    }

    /// The cells that agree with what was said, in order; `None` if a value is not on its axis.
    pub(crate) fn cells_like<'a>(
        &'a self,
        variant: &Variant,
    ) -> Option<impl Iterator<Item = Cell> + 'a> {
        let said = Said::parse(&self.terms.axes, variant)?;
        let pool = self.is_pool();
        let cells = match said.only(&self.terms.axes) {
            _ if pool => 0..1,
            Some(cell) => cell..cell + 1,
            None => 0..self.cells.len(),
        };
        Some(
            cells
                .filter(move |&cell| pool || said.agrees(&self.terms.axes, cell))
                .map(|cell| Cell(u16::try_from(cell).expect("cells are limited"))),
        )
    }
}

impl StockCell {
    /// Promised and sold.
    pub(crate) fn committed(&self) -> Quantity {
        self.held.plus(self.sold).expect("held + sold is at most the stock")
    }

    /// What nobody has.
    pub(crate) fn free(&self) -> Quantity {
        self.stock.minus(self.committed()).expect("held + sold is at most the stock")
    }

    /// What the next claim may take: nothing while somebody waits, for nobody overtakes.
    pub(crate) fn available(&self) -> Quantity {
        if self.queue.is_empty() { self.free() } else { Quantity::ZERO }
    }

    /// Promises some of what is free.
    pub(crate) fn hold(&mut self, quantity: Quantity) {
        assert!(quantity <= self.free(), "nothing is promised twice");
        self.held = plus(self.held, quantity);
    }

    /// What was promised is sold.
    pub(crate) fn sell(&mut self, quantity: Quantity) {
        self.held = minus(self.held, quantity);
        self.sold = plus(self.sold, quantity);
    }

    /// What was promised, or sold, is free again.
    pub(crate) fn give_back(&mut self, quantity: Quantity, was_sold: bool) {
        let from = if was_sold { &mut self.sold } else { &mut self.held };
        *from = minus(*from, quantity);
    }

    /// Takes so much of what one line of an order waits for out of the queue, its last place first.
    pub(crate) fn leave(&mut self, order: OrderId, line: u16, quantity: Quantity) {
        let mut left = quantity;
        for place in self.queue.iter_mut().rev() {
            if place.order == order && place.line == line {
                let gone = place.quantity.min(left);
                place.quantity = minus(place.quantity, gone);
                left = minus(left, gone);
            }
        }
        assert!(left.is_zero(), "no more leaves a line than waits there");
        self.queue.retain(|place| !place.quantity.is_zero());
    }

    /// What the first in line can have now: whole steps of what is free, and all of it or nothing
    /// where a line is filled whole; zero if nobody waits.
    pub(crate) fn due(&self, step: Quantity, whole: bool) -> Quantity {
        let Some(first) = self.queue.front() else {
            return Quantity::ZERO;
        };
        let some = whole_steps(self.free().min(first.quantity), step);
        if whole && some < first.quantity { Quantity::ZERO } else { some }
    }
}

/// Which value was said on each axis, as an index.
struct Said([Option<usize>; AXES_MAX]);

impl Said {
    fn parse(axes: &[Vec<Arc<str>>], variant: &Variant) -> Option<Self> {
        let mut said = [None; AXES_MAX];
        for (at, value) in variant.0.iter().enumerate() {
            if let Some(value) = value {
                let found = axes.get(at)?.iter().position(|known| known == value)?;
                said[at] = Some(found);
            }
        }
        Some(Self(said))
    }

    /// The cell, if every axis is said.
    fn only(&self, axes: &[Vec<Arc<str>>]) -> Option<usize> {
        axes.iter().zip(self.0).try_fold(0, |cell, (axis, said)| Some(cell * axis.len() + said?))
    }

    fn agrees(&self, axes: &[Vec<Arc<str>>], cell: usize) -> bool {
        let mut rest = cell;
        axes.iter().zip(self.0).rev().all(|(axis, said)| {
            let at = rest % axis.len();
            rest /= axis.len();
            said.is_none_or(|said| said == at)
        })
    }
}

/// The largest whole number of steps within `quantity`.
pub(crate) fn whole_steps(quantity: Quantity, step: Quantity) -> Quantity {
    assert!(!step.is_zero(), "a step is more than nothing");
    let milli = quantity.milli() - quantity.milli() % step.milli();
    Quantity::from_milli(milli).expect("less than a quantity is a quantity")
}

/// The sum of figures that belong to one stock, and so cannot exceed the limit.
pub(crate) fn plus(a: Quantity, b: Quantity) -> Quantity {
    a.plus(b).expect("figures of one stock are within the limit")
}

/// The rest after a part of it went.
pub(crate) fn minus(a: Quantity, b: Quantity) -> Quantity {
    a.minus(b).expect("no more goes back than was taken")
}
