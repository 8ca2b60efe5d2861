//! Deadlines: one per order, as the session's rules say. Half of promise 2 lives here.

use super::orders::{Order, Standing};
use super::terms::Span;
use super::{Phase, Session, Shop, contradiction};
use crate::violation::{Broken, CancelBroken, RuleBroken};
use domain::Timestamp;
use domain::limits::EXTENSIONS_BY_BUYER_MAX;
use proto::store;

/// Until when an order's stock was promised before something joined it.
#[derive(Clone, Copy)]
pub(super) enum Promise {
    /// It had none.
    Nothing,
    /// Until then.
    Until(Timestamp),
    /// Until the session's end.
    UntilEnd,
}

impl Promise {
    pub(super) fn of(order: Option<&Order>) -> Self {
        match order {
            Some(order) if order.has_something() => {
                order.hold_until.map_or(Self::UntilEnd, Self::Until)
            }
            Some(_) | None => Self::Nothing,
        }
    }

    /// Until when all of it is promised after a line that was taken `now`.
    pub(super) fn after(
        self,
        hold: Span,
        session: &Session,
        ready_at: Option<Timestamp>,
        now: Timestamp,
    ) -> Option<Timestamp> {
        let fresh = match (hold, session.phase) {
            (Span::For(span), _) => now.plus(span),
            (Span::UntilEnd(plus), Phase::Ended(_)) => now.plus(plus),
            (Span::UntilEnd(_), Phase::Draft | Phase::Live | Phase::Paused | Phase::Archived) => {
                return None;
            }
        };
        let fresh = ready_at.map_or(fresh, |ready_at| fresh.max(ready_at));
        match self {
            Self::Nothing => Some(fresh),
            Self::Until(before) => Some(fresh.max(before)),
            Self::UntilEnd => None,
        }
    }
}

impl Shop {
    /// The latest harvest of an order's held lines.
    pub(super) fn harvest(&self, order: &Order) -> Option<Timestamp> {
        let session = self.sessions.get(&order.session)?;
        let held = order.lines.iter().filter(|line| !line.has.is_zero());
        held.filter_map(|line| session.offers.get(&line.thing.code)?.ready_at).max()
    }

    /// Sets what was told, if it is what is due; a promise is never shortened.
    pub(super) fn set_deadline(
        &mut self,
        number: u32,
        told: Option<Timestamp>,
        due: Option<Timestamp>,
    ) -> Result<(), Broken> {
        let order = self.book.get_mut(number)?;
        if let (Some(before), Some(told)) = (order.hold_until, told)
            && told < before
        {
            return Err(Broken::Shortened { order: number });
        }
        if told != due {
            return Err(RuleBroken::OtherDeadline { order: number, told, due }.into());
        }
        order.hold_until = told;
        Ok(())
    }

    pub(super) fn extend(&mut self, extended: &store::HoldExtended) -> Result<(), Broken> {
        self.host_key(extended.session, &extended.key)?;
        let (number, until) = (extended.order, Timestamp(extended.hold_until_ms));
        let order = self.book.get_mut(number)?;
        if order.session != extended.session || order.standing != Standing::Held {
            return contradiction(format!("order {number} is not open in that session"));
        }
        if order.cancel.is_some() {
            return Err(CancelBroken::Meanwhile { order: number }.into());
        }
        if order.hold_until.is_none_or(|before| until < before) {
            return Err(Broken::Shortened { order: number });
        }
        if extended.by_buyer {
            order.extensions += 1;
            if order.extensions > EXTENSIONS_BY_BUYER_MAX {
                return Err(RuleBroken::ExtendedAgain { order: number }.into());
            }
        }
        order.hold_until = Some(until);
        Ok(())
    }

    /// The session has ended: holds that ran until then get their deadline.
    pub(super) fn end_holds(&mut self, session: u32, at: Timestamp) -> Result<(), Broken> {
        let span = match self.session(session)?.rules.now().hold {
            Span::UntilEnd(plus) => plus,
            Span::For(span) => span,
        };
        let undated = self.book.all().filter(|(_, order)| {
            let held = order.session == session && order.standing == Standing::Held;
            held && order.has_something() && order.hold_until.is_none()
        });
        let until = |order| self.harvest(order).unwrap_or_default().max(at.plus(span));
        let due: Vec<_> = undated.map(|(number, order)| (number, until(order))).collect();
        for (number, until) in due {
            self.book.get_mut(number)?.hold_until = Some(until);
        }
        Ok(())
    }
}
