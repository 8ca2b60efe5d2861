//! Is a position of this history? A restored backup is behind what clients saw, and goes on beside
//! it.
//!
//! An event's number alone says nothing: two histories of one shop have the same numbers. Its epoch
//! tells them apart, because no two writers ever have the same one, restored or not.

use crate::error::HubError;
use crate::hub::Hub;
use domain::{Position, Seq, ShopId};

impl Hub {
    /// That the event at a position is there and was written by that writer. Before the first event
    /// every history is the same.
    ///
    /// Positions are given out only when they are durable, so the journal knows each of ours. What
    /// this process wrote is answered from memory; older ones cost one look into the journal.
    ///
    /// # Errors
    /// `history_lost` otherwise; `internal` if the journal cannot be read.
    pub(crate) fn check_position(&self, shop: ShopId, at: Position) -> Result<(), HubError> {
        let inner = &self.inner;
        let last = |head: Option<domain::Stamp>| head.map_or(Seq(0), |head| head.position.seq);
        let before = last(inner.before.get(&shop).copied());
        let is_ours = if at.seq == Seq(0) {
            at.epoch <= inner.epoch
        } else if at.seq > before {
            at.seq <= last(inner.journal.durable().head(shop)) && at.epoch == inner.epoch
        } else {
            let writer = inner.journal.writer(shop, at.seq).map_err(|error| {
                tracing::error!(%shop, %error, "a position cannot be looked up");
                HubError::Internal
            })?;
            writer == Some(at.epoch)
        };
        if is_ours { Ok(()) } else { Err(HubError::HistoryLost) }
    }
}
