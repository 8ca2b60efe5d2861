//! What somebody missed who was away.

use super::{Desk, unreadable};
use crate::error::HubError;
use crate::hub::Hub;
use domain::limits::{CONSOLE_EVENTS_PER_LOOK, CONSOLE_MISSED_EVENTS_MAX};
use domain::{Event, Position, SessionId, ShopId};
use std::collections::BTreeSet;

/// What came between two positions.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Missed {
    /// What viewers said or tapped.
    pub comments: u64,
    /// Orders that something came into.
    pub orders: u32,
}

impl Hub {
    /// What came into a session after `from` and up to `to`. Blocking.
    ///
    /// # Errors
    /// `history_lost` if `from` is not of this history; if the journal cannot be read.
    pub fn missed(
        &self,
        shop: ShopId,
        session: SessionId,
        from: Position,
        to: Position,
    ) -> Result<Missed, HubError> {
        self.check_position(shop, from)?;
        let (mut missed, mut orders) = (Missed::default(), BTreeSet::new());
        let (mut after, mut read) = (from.seq, 0);
        while after < to.seq && read < CONSOLE_MISSED_EVENTS_MAX {
            let frames = self.inner.journal.read(shop, after, CONSOLE_EVENTS_PER_LOOK);
            let frames = frames.map_err(unreadable)?;
            let Some(last) = frames.last() else { break };
            after = last.stamp.position.seq;
            read += frames.len();
            for frame in frames.iter().filter(|frame| frame.stamp.position.seq <= to.seq) {
                let event = journal::codec::decode_event(&frame.bytes);
                let event = event.map_err(|_| HubError::Internal)?;
                let (comments, order) = Desk::counted(session, &event);
                missed.comments += comments;
                orders.extend(order);
            }
        }
        missed.orders = u32::try_from(orders.len()).unwrap_or(u32::MAX);
        Ok(missed)
    }
}

impl Desk {
    /// How many comments an event is in that session, and the order that something came into.
    pub(super) fn counted(of: SessionId, event: &Event) -> (u64, Option<domain::OrderId>) {
        use domain::command::Origin;
        let said = |origin: &Origin| u64::from(*origin != Origin::Host);
        match event {
            Event::ClaimHeld(claimed) | Event::ClaimWaitlisted(claimed)
                if claimed.session == of =>
            {
                (said(&claimed.origin), Some(claimed.order))
            }
            Event::ClaimRefused { session, origin, .. }
            | Event::ClaimReleased { session, origin, .. }
                if *session == of =>
            {
                (said(origin), None)
            }
            Event::ClaimReviewed { session, .. } if *session == of => (1, None),
            Event::CommentsNoted { session, notes } if *session == of => (notes.len() as u64, None),
            _ => (0, None),
        }
    }
}
