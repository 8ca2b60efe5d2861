//! Stock figures and the line of who waits for each: promise 1 lives here.

use super::contradiction;
use crate::violation::Broken;
use domain::Quantity;
use std::collections::{BTreeMap, VecDeque};

/// One stock figure: an item and its cell.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) struct Place {
    /// What.
    pub(crate) item: u32,
    /// Which combination; 0 for a pool.
    pub(crate) cell: u32,
}

/// What a line of an order is about: the price is left out, for stock does not know it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) struct Thing {
    /// Under which code.
    pub(crate) code: String,
    /// From which figure.
    pub(crate) place: Place,
    /// As said.
    pub(crate) variant: Vec<String>,
}

/// All stock figures of a shop.
#[derive(Default)]
pub(crate) struct Shelf {
    cells: BTreeMap<Place, Cell>,
}

/// One stock figure.
#[derive(Default)]
pub(crate) struct Cell {
    /// All there is.
    pub(crate) stock: Quantity,
    /// Promised.
    pub(crate) held: Quantity,
    /// Confirmed or paid.
    pub(crate) sold: Quantity,
    /// Who waits, first come first.
    pub(super) line: VecDeque<Wait>,
}

/// A place in line.
pub(super) struct Wait {
    pub(super) order: u32,
    /// Which of the order's lines.
    pub(super) line: usize,
    pub(super) quantity: Quantity,
}

/// Whether an order's stock is promised or gone.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Account {
    Held,
    Sold,
}

impl Shelf {
    /// A new item with its stock.
    pub(super) fn put(&mut self, item: u32, cells: Vec<Quantity>) -> Result<(), Broken> {
        if self.has(item) || cells.is_empty() {
            return contradiction(format!("item {item} is not new, or has no stock figure"));
        }
        for (cell, stock) in (0..).zip(cells) {
            self.cells.insert(Place { item, cell }, Cell { stock, ..Cell::default() });
        }
        Ok(())
    }

    /// A stock figure as it stood, unless it is there already.
    pub(super) fn restore(&mut self, place: Place, cell: Cell) -> Result<(), Broken> {
        match self.cells.insert(place, cell) {
            None => Ok(()),
            Some(_) => contradiction(format!("item {} stands there twice", place.item)),
        }
    }

    /// True if the item is known.
    pub(super) fn has(&self, item: u32) -> bool {
        self.cells.contains_key(&Place { item, cell: 0 })
    }

    /// The figure at a place.
    pub(super) fn at(&mut self, place: Place) -> Result<&mut Cell, Broken> {
        match self.cells.get_mut(&place) {
            Some(cell) => Ok(cell),
            None => contradiction(format!("item {} has no figure {}", place.item, place.cell)),
        }
    }

    /// All figures, by item and cell.
    pub(crate) fn cells(&self) -> impl Iterator<Item = (Place, &Cell)> {
        self.cells.iter().map(|(&place, cell)| (place, cell))
    }

    /// Takes every place in line away for which `gone` says so.
    pub(super) fn leave_lines(&mut self, gone: impl Fn(u32) -> bool) {
        for cell in self.cells.values_mut() {
            cell.line.retain(|wait| !gone(wait.order));
        }
    }
}

impl Cell {
    /// Places in line.
    pub(crate) fn waiting(&self) -> usize {
        self.line.len()
    }

    /// Promise 1.
    pub(super) fn check(&self, place: Place) -> Result<(), Broken> {
        let Place { item, cell } = place;
        let (stock, held, sold) = (self.stock, self.held, self.sold);
        match held.plus(sold) {
            Some(committed) if committed <= stock => Ok(()),
            _ => Err(Broken::Oversold { item, cell, stock, held, sold }),
        }
    }

    /// Promises stock.
    pub(super) fn take(&mut self, place: Place, quantity: Quantity) -> Result<(), Broken> {
        let Some(held) = self.held.plus(quantity) else {
            return contradiction("more is held than any harvest has");
        };
        self.held = held;
        self.check(place)
    }

    /// Sets all there is.
    pub(super) fn restock(&mut self, place: Place, stock: Quantity) -> Result<(), Broken> {
        self.stock = stock;
        self.check(place)
    }

    /// Returns promised or sold stock; false if there is less of it.
    #[must_use]
    pub(super) fn give_back(&mut self, from: Account, quantity: Quantity) -> bool {
        let account = match from {
            Account::Held => &mut self.held,
            Account::Sold => &mut self.sold,
        };
        account.minus(quantity).map(|rest| *account = rest).is_some()
    }

    /// What was promised is sold; false if less was promised.
    #[must_use]
    pub(super) fn sell(&mut self, quantity: Quantity) -> bool {
        let both = (self.held.minus(quantity), self.sold.plus(quantity));
        let (Some(held), Some(sold)) = both else {
            return false;
        };
        (self.held, self.sold) = (held, sold);
        true
    }

    /// Takes the places in line of one line of an order away, its latest first, `quantity` in all;
    /// false if it waits for less.
    #[must_use]
    pub(super) fn leave_line(&mut self, order: u32, line: usize, quantity: Quantity) -> bool {
        let mut rest = quantity;
        for wait in self.line.iter_mut().rev() {
            if wait.order == order && wait.line == line {
                let part = rest.min(wait.quantity);
                wait.quantity = wait.quantity.minus(part).expect("at most all of it");
                rest = rest.minus(part).expect("at most all of it");
            }
        }
        self.line.retain(|wait| !wait.quantity.is_zero());
        rest.is_zero()
    }
}
