//! Stock figures and their lines of people who wait, in thousandths.

use crate::promise::{Checked, FIRST_IN_LINE, NEVER_OVERSOLD, RETURNS_ONCE, broken, must};
use domain::offer::Cell;
use domain::{ItemId, OrderId};
use std::collections::BTreeMap;

/// Every stock figure of a shop.
#[derive(Default)]
pub(super) struct Cells {
    cells: BTreeMap<(ItemId, Cell), Figure>,
}

#[derive(Default)]
struct Figure {
    stock: u64,
    held: u64,
    sold: u64,
    /// First come first: whose order, which of its lines, how much.
    queue: Vec<(OrderId, usize, u64)>,
}

impl Figure {
    fn fits(&self) -> Checked {
        must(self.held + self.sold <= self.stock, NEVER_OVERSOLD, || {
            format!("held {} and sold {} of {}", self.held, self.sold, self.stock)
        })
    }
}

impl Cells {
    pub(super) fn set(&mut self, item: ItemId, cell: Cell, stock: u64) -> Checked {
        let figure = self.cells.entry((item, cell)).or_default();
        figure.stock = stock;
        figure.fits()
    }

    fn figure(&mut self, item: ItemId, cell: Cell) -> &mut Figure {
        self.cells.entry((item, cell)).or_default()
    }

    pub(super) fn hold(&mut self, item: ItemId, cell: Cell, quantity: u64) -> Checked {
        let figure = self.figure(item, cell);
        figure.held += quantity;
        figure.fits()
    }

    pub(super) fn sell(&mut self, item: ItemId, cell: Cell, quantity: u64) -> Checked {
        self.put_back(item, cell, quantity, false)?;
        let figure = self.figure(item, cell);
        figure.sold += quantity;
        figure.fits()
    }

    /// Held or sold stock becomes free.
    pub(super) fn put_back(
        &mut self,
        item: ItemId,
        cell: Cell,
        quantity: u64,
        sold: bool,
    ) -> Checked {
        let figure = self.figure(item, cell);
        let from = if sold { &mut figure.sold } else { &mut figure.held };
        let Some(rest) = from.checked_sub(quantity) else {
            return broken(RETURNS_ONCE, format!("{quantity} of {from} come back"));
        };
        *from = rest;
        Ok(())
    }

    pub(super) fn is_awaited(&mut self, item: ItemId, cell: Cell) -> bool {
        !self.figure(item, cell).queue.is_empty()
    }

    pub(super) fn queue_up(
        &mut self,
        item: ItemId,
        cell: Cell,
        (order, line): (OrderId, usize),
        quantity: u64,
    ) {
        self.figure(item, cell).queue.push((order, line, quantity));
    }

    /// The first in line gets some.
    pub(super) fn serve(
        &mut self,
        item: ItemId,
        cell: Cell,
        order: OrderId,
        quantity: u64,
    ) -> Checked {
        let figure = self.figure(item, cell);
        let Some(first) = figure.queue.first_mut() else {
            return broken(FIRST_IN_LINE, format!("order {} is served, nobody waits", order.0));
        };
        must(first.0 == order && first.2 >= quantity, FIRST_IN_LINE, || {
            let (whose, _, wants) = *first;
            format!("order {} gets {quantity}; first is {} with {wants}", order.0, whose.0)
        })?;
        first.2 -= quantity;
        if first.2 == 0 {
            figure.queue.remove(0);
        }
        figure.held += quantity;
        figure.fits()
    }

    /// A line of an order leaves the queue, its last place first; so much of it must have been
    /// there.
    pub(super) fn leave(
        &mut self,
        item: ItemId,
        cell: Cell,
        (order, line): (OrderId, usize),
        quantity: u64,
    ) -> Checked {
        let mut left = quantity;
        let figure = self.figure(item, cell);
        let own = figure.queue.iter_mut().rev();
        for place in own.filter(|place| (place.0, place.1) == (order, line)) {
            let gone = left.min(place.2);
            place.2 -= gone;
            left -= gone;
        }
        figure.queue.retain(|place| place.2 > 0);
        must(left == 0, RETURNS_ONCE, || format!("{left} more leave the line than waited"))
    }
}
