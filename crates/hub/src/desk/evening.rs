//! What an evening's facts say that no state keeps: how much was said, and when something ran out.

use super::unreadable;
use crate::error::HubError;
use crate::hub::Hub;
use domain::limits::CONSOLE_EVENTS_PER_LOOK;
use domain::{Code, Event, Quantity, Reason, SessionId, ShopId, Timestamp};
use std::collections::BTreeMap;

/// Counted over a session's facts.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Evening {
    /// What viewers said or tapped.
    pub comments: u64,
    /// Of that, what named a code that was not on offer.
    pub unrecognised: u64,
    /// By code, the first claim that did not get all it asked for.
    pub shortages: BTreeMap<Code, Shortage>,
}

/// When something ran out.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Shortage {
    /// The first claim that did not get all it asked for.
    pub at: Timestamp,
    /// What claims of this code alone were refused as sold out, in thousandths.
    pub refused_milli: u64,
}

impl Hub {
    /// Reads a session's facts from its opening on. Blocking.
    ///
    /// # Errors
    /// `unknown_session`, or the journal cannot be read.
    pub fn evening(
        &self,
        shop: ShopId,
        session: SessionId,
        opened: domain::Seq,
    ) -> Result<Evening, HubError> {
        let mut evening = Evening::default();
        let mut after = domain::Seq(opened.0.saturating_sub(1));
        loop {
            let frames = self.inner.journal.read(shop, after, CONSOLE_EVENTS_PER_LOOK);
            let frames = frames.map_err(unreadable)?;
            let Some(last) = frames.last() else {
                return Ok(evening);
            };
            after = last.stamp.position.seq;
            for frame in &frames {
                let event = journal::codec::decode_event(&frame.bytes);
                let event = event.map_err(|_| HubError::Internal)?;
                evening.comments += super::Desk::counted(session, &event).0;
                evening.take(session, &event, frame.stamp.at);
            }
        }
    }

    /// The event that opened a session; none if it is archived or there is none.
    ///
    /// # Errors
    /// See [`HubError`].
    pub async fn opened(
        &self,
        shop: ShopId,
        session: SessionId,
    ) -> Result<Option<domain::Seq>, HubError> {
        self.read(shop, move |state| state.opened(session).map(|at| at.seq)).await
    }
}

impl Evening {
    fn take(&mut self, of: SessionId, event: &Event, at: Timestamp) {
        match event {
            Event::ClaimHeld(claimed) | Event::ClaimWaitlisted(claimed)
                if claimed.session == of =>
            {
                let short = claimed.lines.iter().filter(|line| line.waitlisted > Quantity::ZERO);
                short.for_each(|line| self.short(line.code, at, 0));
            }
            Event::ClaimRefused { session, reason: Reason::SoldOut, wants, .. }
                if *session == of =>
            {
                if let [want] = &wants[..] {
                    self.short(want.code, at, want.quantity.milli());
                }
            }
            Event::ClaimReviewed { session, reason: Reason::UnknownCode, .. } if *session == of => {
                self.unrecognised += 1;
            }
            Event::CommentsNoted { session, notes } if *session == of => {
                let unknown = notes.iter().filter(|note| note.reason == Reason::UnknownCode);
                self.unrecognised += unknown.count() as u64;
            }
            _ => {}
        }
    }

    fn short(&mut self, code: Code, at: Timestamp, refused_milli: u64) {
        let shortage = self.shortages.entry(code).or_insert(Shortage { at, refused_milli: 0 });
        shortage.refused_milli += refused_milli;
    }
}
