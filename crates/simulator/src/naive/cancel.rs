//! Cancels that can be undone.

use super::{Grant, Twin};
use crate::promise::{Checked, NOT_OUR_FAULT, RETURNS_ONCE, UNDO, broken, must};
use domain::event::ReturnedLine;
use domain::{Event, Millis, OrderId, Stamp, Timestamp};

/// What goes back of an order when its undo time closes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Cancel {
    closes_at: Timestamp,
    granted: Grant,
    /// Which lines, and so much of each in thousandths.
    lines: Vec<(usize, u64)>,
}

impl Cancel {
    /// So much of a line is being cancelled.
    pub(super) fn of(&self, at: usize) -> u64 {
        self.lines.iter().filter(|(line, _)| *line == at).map(|(_, much)| much).sum()
    }

    /// Nobody could undo while we were down.
    pub(super) fn later(&mut self, down: Millis) {
        self.closes_at = self.closes_at.plus(down);
    }
}

impl Twin {
    pub(super) fn cancel_begun(
        &mut self,
        id: OrderId,
        lines: &[ReturnedLine],
        closes_at: Timestamp,
        (at, up_ms): (Stamp, u64),
    ) -> Checked {
        let order = self.order(id)?;
        must(order.cancel.is_none(), UNDO, || format!("order {} has a cancel", id.0))?;
        let Some(places) = order.places(lines, |_| true) else {
            return broken(RETURNS_ONCE, format!("order {} has no {lines:?}", id.0));
        };
        let both = |back: &ReturnedLine| back.held.milli() + back.waitlisted.milli();
        let lines = places.into_iter().zip(lines.iter().map(both)).collect();
        let granted = Grant::new(closes_at, at, up_ms);
        order.cancel = Some(Cancel { closes_at, granted, lines });
        Ok(())
    }

    pub(super) fn cancel_undone(&mut self, id: OrderId, at: Stamp) -> Checked {
        let order = self.order(id)?;
        let in_time = order.cancel.take().is_some_and(|cancel| at.at < cancel.closes_at);
        must(in_time, UNDO, || format!("order {} is taken back too late", id.0))
    }

    /// In its time, or because the next cancel of the order begins.
    pub(super) fn cancel_closed(
        &mut self,
        id: OrderId,
        lines: &[ReturnedLine],
        (at, up_ms): (Stamp, u64),
    ) -> Checked {
        let step_ms = self.step_ms;
        let Some(cancel) = self.order(id)?.cancel.take() else {
            return broken(UNDO, format!("order {} has no cancel to close", id.0));
        };
        if at.at < cancel.closes_at {
            self.closed_early = Some(id);
        } else {
            let kept = cancel.granted.is_kept(at, up_ms, step_ms);
            must(kept, NOT_OUR_FAULT, || format!("nobody could undo {cancel:?}"))?;
        }
        self.give_back(id, lines, |line| cancel.of(line) > 0)?;
        self.close_if_empty(id)
    }

    /// After a cancel closed before its time only the next one of the same order may follow.
    pub(super) fn follows_early_close(&mut self, event: &Event) -> Checked {
        let Some(closed) = self.closed_early.take() else {
            return Ok(());
        };
        let next = match event {
            Event::CancelBegun { order, .. } => Some(*order),
            _ => None,
        };
        must(next == Some(closed), UNDO, || format!("order {} closed early", closed.0))
    }
}
