//! Cancels that can be undone: what is being cancelled is nobody's until its undo time closes.

use super::orders::{Order, Part, Standing};
use super::{Shop, contradiction, quantity};
use crate::violation::{Broken, CancelBroken};
use domain::{Quantity, Timestamp};
use proto::store;
use proto::store::event::Event;

/// A cancel that can still be undone.
pub(super) struct Cancel {
    pub(super) closes_at: Timestamp,
    /// Then its buyer cannot undo it.
    pub(super) by_host: bool,
    /// What of each line goes back, what waits first.
    pub(super) lines: Vec<(usize, Quantity)>,
}

/// A cancel that closed before its time; only another cancel of the same order explains that.
#[derive(Clone, Copy)]
pub(super) struct ClosedBefore {
    order: u32,
    closes_at: Timestamp,
    at: Timestamp,
}

impl Order {
    /// How much of a line waits and is held that is being cancelled.
    fn being_cancelled(&self, at: usize) -> (Quantity, Quantity) {
        let lines = self.cancel.iter().flat_map(|cancel| &cancel.lines);
        let most = lines.filter(|(line, _)| *line == at).map(|(_, most)| *most).max();
        let (most, line) = (most.unwrap_or_default(), &self.lines[at]);
        let waits = line.waits.min(most);
        let has = line.has.min(most.minus(waits).unwrap_or_default());
        (waits, has)
    }

    /// True if so much of a line is there beside what is being cancelled.
    pub(super) fn is_open(&self, at: usize, has: Quantity, waits: Quantity) -> bool {
        let (waits_gone, has_gone) = self.being_cancelled(at);
        let line = &self.lines[at];
        let is_within = |asked: Quantity, all: Quantity, gone: Quantity| {
            all.minus(gone).is_some_and(|open| asked <= open)
        };
        is_within(has, line.has, has_gone) && is_within(waits, line.waits, waits_gone)
    }

    /// What the open cancel gives back now, each with its line.
    fn closing(&self) -> Vec<(usize, store::ReturnedLine)> {
        let lines = self.cancel.iter().flat_map(|cancel| &cancel.lines);
        let back = lines.map(|&(at, _)| {
            let (waits, has) = self.being_cancelled(at);
            let thing = &self.lines[at].thing;
            let back = store::ReturnedLine {
                code: thing.code.clone(),
                item: thing.place.item,
                cell: thing.place.cell,
                variant: thing.variant.clone(),
                held_milli: has.milli(),
                waitlisted_milli: waits.milli(),
            };
            (at, back)
        });
        back.filter(|(_, line)| line.held_milli > 0 || line.waitlisted_milli > 0).collect()
    }
}

impl Shop {
    /// Nothing moves yet.
    pub(super) fn begin_cancel(
        &mut self,
        begun: &store::CancelBegun,
        at: Timestamp,
    ) -> Result<(), Broken> {
        self.host_key(begun.session, &begun.key)?;
        let undo = self.session(begun.session)?.rules.now().cancel_undo;
        let (number, told) = (begun.order, Timestamp(begun.closes_at_ms));
        let order = self.book.get_mut(number)?;
        if order.session != begun.session {
            return contradiction(format!("order {number} is of another session"));
        }
        if order.standing != Standing::Held && begun.origin != "host" {
            return contradiction(format!("a buyer cancels order {number}, which is settled"));
        }
        if order.cancel.is_some() {
            return Err(CancelBroken::Twice { order: number }.into());
        }
        let due = at.plus(undo);
        if told != due || undo.0 == 0 {
            return Err(CancelBroken::OtherTime { order: number, told, due }.into());
        }
        let places = order.places(number, &begun.lines, Part::Everything)?;
        let both = |back: &store::ReturnedLine| {
            let both = quantity(back.held_milli)?.plus(quantity(back.waitlisted_milli)?);
            Ok(both.unwrap_or(Quantity::MAX))
        };
        let most = begun.lines.iter().map(both).collect::<Result<Vec<_>, Broken>>()?;
        let lines: Vec<_> = places.into_iter().zip(most).collect();
        if lines.is_empty() {
            return contradiction(format!("nothing of order {number} is cancelled"));
        }
        let by_host = begun.origin == "host";
        order.cancel = Some(Cancel { closes_at: told, by_host, lines });
        Ok(())
    }

    /// Taken back in time: nothing changed hands.
    pub(super) fn undo_cancel(
        &mut self,
        undone: &store::CancelUndone,
        at: Timestamp,
    ) -> Result<(), Broken> {
        self.host_key(undone.session, &undone.key)?;
        let order = self.being_cancelled(undone.session, undone.order)?;
        let number = undone.order;
        let cancel = order.cancel.take();
        if let Some(Cancel { closes_at: closed, by_host, .. }) = cancel {
            if at >= closed {
                return Err(CancelBroken::UndoneLate { order: number, closed, at }.into());
            }
            if by_host && undone.origin != "host" {
                return Err(CancelBroken::UndoneByBuyer { order: number }.into());
            }
        }
        Ok(())
    }

    /// The undo time is over, or another cancel of the same order follows at once.
    pub(super) fn close_cancel(
        &mut self,
        closed: &store::CancelClosed,
        at: Timestamp,
    ) -> Result<(), Broken> {
        let order = self.being_cancelled(closed.session, closed.order)?;
        let (places, expected): (Vec<_>, Vec<_>) = order.closing().into_iter().unzip();
        let cancel = order.cancel.take();
        if closed.lines != expected {
            return Err(CancelBroken::ClosedOther { order: closed.order }.into());
        }
        let early = cancel.filter(|cancel| at < cancel.closes_at);
        self.closed_before = early.map(|cancel| {
            let closes_at = cancel.closes_at;
            ClosedBefore { order: closed.order, closes_at, at }
        });
        self.tally.cancels += 1;
        self.give_back_at(closed.order, &places, &closed.lines)?;
        self.drop_if_empty(closed.order)
    }

    /// After a cancel that closed before its time comes the one that made it.
    pub(super) fn explain_closing(&mut self, event: &Event) -> Result<(), Broken> {
        let Some(ClosedBefore { order, closes_at, at }) = self.closed_before.take() else {
            return Ok(());
        };
        if let Event::CancelBegun(begun) = event
            && begun.order == order
        {
            return Ok(());
        }
        Err(CancelBroken::ClosedEarly { order, closes_at, at }.into())
    }

    fn being_cancelled(&mut self, session: u32, number: u32) -> Result<&mut Order, Broken> {
        match self.book.get_mut(number) {
            Ok(order) if order.session == session && order.cancel.is_some() => Ok(order),
            Ok(_) | Err(_) => Err(CancelBroken::NotOpen { order: number }.into()),
        }
    }
}
