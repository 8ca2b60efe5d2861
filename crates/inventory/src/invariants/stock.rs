//! The stock alone, quickly enough to be looked at while a shop is at work: no copy of the state
//! is made.

use super::{Broken, hold};
use crate::state::State;
use alloc::collections::BTreeMap;
use domain::id::ItemId;
use domain::offer::Cell;

/// How much was looked at.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct StockChecked {
    /// Stock figures: one per item, or per combination of its variants.
    pub figures: usize,
    /// Orders they were compared with.
    pub orders: usize,
}

impl State {
    /// Checks every stock figure against itself and against the orders.
    ///
    /// # Errors
    /// The first figure that is not what it should be.
    pub fn check_stock(&self) -> Result<StockChecked, Broken> {
        let mut by_orders: BTreeMap<(ItemId, Cell), (u64, u64)> = BTreeMap::new();
        for order in self.orders.values() {
            for line in order.lines.iter().filter(|line| !line.held.is_zero()) {
                let (held, sold) = by_orders.entry((line.item, line.cell)).or_default();
                *(if order.state.is_sold() { sold } else { held }) += line.held.milli();
            }
        }
        let mut figures = 0;
        for (id, item) in &self.items {
            for (cell, at) in item.cells.iter().zip((0..).map(Cell)) {
                figures += 1;
                let committed = cell.held.milli() + cell.sold.milli();
                let covered = committed <= cell.stock.milli();
                hold(covered, "held + sold is at most the stock", id)?;
                let (held, sold) = by_orders.get(&(*id, at)).copied().unwrap_or_default();
                let same = cell.held.milli() == held;
                hold(same, "what a cell holds is what held orders hold", id)?;
                hold(cell.sold.milli() >= sold, "what settled orders have is sold", id)?;
            }
        }
        Ok(StockChecked { figures, orders: self.orders.len() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::item::Item;
    use alloc::sync::Arc;
    use alloc::vec::Vec;
    use domain::code::Code;
    use domain::id::ShopId;
    use domain::money::Money;
    use domain::offer::{OfferTerms, Stock};
    use domain::quantity::Quantity;

    fn shop(stock: u64, held: u64, sold: u64) -> State {
        let units = |n| Quantity::from_units(n).expect("small");
        let terms = Arc::new(OfferTerms {
            code: Code::parse("D1").expect("a code"),
            name: "cà chua".into(),
            price: Money::vnd(45_000),
            unit: "kg".into(),
            step: Quantity::ONE,
            axes: Vec::new(),
            prices: Vec::new(),
            packs: Vec::new(),
            aliases: Vec::new(),
            limit_per_buyer: None,
            ready_at: None,
            item: None,
            stock: Stock::Pool(units(stock)),
        });
        let mut item = Item::new(&terms);
        (item.cells[0].held, item.cells[0].sold) = (units(held), units(sold));
        let mut state = State::new(ShopId::from_random(1));
        state.items.insert(ItemId(1), item);
        state
    }

    #[test]
    fn a_figure_that_promises_more_than_there_is_is_found() {
        let checked = shop(10, 0, 4).check_stock();
        assert_eq!(checked, Ok(StockChecked { figures: 1, orders: 0 }));
        let over = shop(10, 0, 11).check_stock().expect_err("more sold than there is");
        assert_eq!(over.invariant, "held + sold is at most the stock");
        let nobodys = shop(10, 2, 0).check_stock().expect_err("held by nobody");
        assert_eq!(nobodys.invariant, "what a cell holds is what held orders hold");
    }
}
