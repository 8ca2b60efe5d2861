//! Which lines of an order go back, and what of them nobody is cancelling.

use super::{Order, Twin};
use crate::promise::{Checked, RETURNS_ONCE, broken, must};
use domain::event::ReturnedLine;
use domain::{OrderId, OrderState};

impl Order {
    /// Of a line: what is held and what waits, without what is being cancelled.
    fn open(&self, at: usize) -> (u64, u64) {
        let line = &self.lines[at];
        let gone = self.cancel.as_ref().map_or(0, |cancel| cancel.of(at));
        let waits = line.waiting.min(gone);
        (line.held.saturating_sub(gone - waits), line.waiting - waits)
    }

    /// The lines that are meant, in the order's own sequence.
    pub(super) fn places(
        &self,
        lines: &[ReturnedLine],
        may: impl Fn(usize) -> bool,
    ) -> Option<Vec<usize>> {
        let mut rest = 0..self.lines.len();
        let place = |back: &ReturnedLine| {
            rest.find(|at| {
                let what = &self.lines[*at].what;
                let (held, waiting) = self.open(*at);
                may(*at)
                    && what.code == back.code
                    && what.item == back.item
                    && what.cell == back.cell
                    && what.variant == back.variant
                    && held >= back.held.milli()
                    && waiting >= back.waitlisted.milli()
            })
        };
        lines.iter().map(place).collect()
    }
}

impl Twin {
    /// Lines of an order go back, those that can be meant.
    pub(super) fn give_back(
        &mut self,
        id: OrderId,
        lines: &[ReturnedLine],
        may: impl Fn(usize) -> bool,
    ) -> Checked {
        let Some(order) = self.orders.get_mut(&id) else {
            return broken(RETURNS_ONCE, format!("there is no order {}", id.0));
        };
        let closed = matches!(order.state, OrderState::Cancelled | OrderState::Expired);
        must(!closed, RETURNS_ONCE, || format!("order {} is closed already", id.0))?;
        let sold = order.state.is_sold();
        let Some(places) = order.places(lines, may) else {
            return broken(RETURNS_ONCE, format!("order {} has no {lines:?}", id.0));
        };
        for (back, at) in lines.iter().zip(places) {
            let (held, waiting) = (back.held.milli(), back.waitlisted.milli());
            order.lines[at].held -= held;
            order.lines[at].waiting -= waiting;
            self.cells.put_back(back.item, back.cell, held, sold)?;
            self.cells.leave(back.item, back.cell, (id, at), waiting)?;
        }
        Ok(())
    }

    /// After lines went back: nothing left is cancelled, only waiting has no deadline.
    pub(super) fn close_if_empty(&mut self, id: OrderId) -> Checked {
        let order = self.order(id)?;
        if !order.holds() {
            order.hold_until = None;
        }
        if !order.holds() && !order.waits() {
            order.state = OrderState::Cancelled;
            order.cancel = None;
        }
        Ok(())
    }
}
