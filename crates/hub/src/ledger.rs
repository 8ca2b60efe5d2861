//! A session's ledger: a checkpoint of what came before its opening, then every frame, as
//! journaled; and single frames, for whoever wants to see their own.

use crate::error::HubError;
use crate::hub::Hub;
use domain::{Event, Hash, OrderId, Seq, SessionId, ShopId, Stamp};
use inventory::State;
use journal::{Journal, RawFrame};
use std::collections::VecDeque;

/// Frames read at a time.
const FRAMES_PER_READ: usize = 1_000;

/// One record of a ledger.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum LedgerRecord {
    /// The shop right before the session's opening.
    Checkpoint {
        /// Its last event.
        stamp: Stamp,
        /// An encoded `store::Checkpoint` without keys and titles.
        bytes: Vec<u8>,
    },
    /// One event.
    Frame {
        /// Where and when.
        stamp: Stamp,
        /// The chain's hash before it.
        prev: Hash,
        /// An encoded `store::Event`, as it was hashed.
        bytes: Vec<u8>,
    },
}

/// The records of one session's ledger, in order. Blocking: to be drawn on a thread that may wait.
pub struct LedgerRecords {
    journal: Journal,
    shop: ShopId,
    until: Seq,
    last: Stamp,
    ready: VecDeque<LedgerRecord>,
    failed: bool,
}

impl LedgerRecords {
    /// From the session's opening to the shop's last durable event.
    pub(crate) fn open(
        journal: Journal,
        shop: ShopId,
        session: SessionId,
    ) -> Result<Self, HubError> {
        let until = journal.durable().head(shop).ok_or(HubError::UnknownSession)?;
        let before = state_before(&journal, shop, session)?;
        let last = before.stamp();
        let mut snapshot = before.snapshot();
        snapshot.keys.clear();
        for kept in &mut snapshot.sessions {
            kept.title = "".into();
        }
        let bytes = journal::codec::encode_snapshot(&snapshot);
        let ready = VecDeque::from([LedgerRecord::Checkpoint { stamp: last, bytes }]);
        Ok(Self { journal, shop, until: until.position.seq, last, ready, failed: false })
    }

    fn read_more(&mut self) -> Result<(), HubError> {
        let left = self.until.0.saturating_sub(self.last.position.seq.0);
        let limit = FRAMES_PER_READ.min(usize::try_from(left).unwrap_or(FRAMES_PER_READ));
        if limit == 0 {
            return Ok(());
        }
        let frames = self.journal.read(self.shop, self.last.position.seq, limit);
        let frames = frames.map_err(|error| {
            tracing::error!(shop = %self.shop, %error, "the ledger could not be read");
            HubError::Internal
        })?;
        for RawFrame { stamp, bytes } in frames {
            let prev = std::mem::replace(&mut self.last, stamp).hash;
            self.ready.push_back(LedgerRecord::Frame { stamp, prev, bytes });
        }
        Ok(())
    }
}

impl Iterator for LedgerRecords {
    type Item = Result<LedgerRecord, HubError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ready.is_empty()
            && !self.failed
            && let Err(error) = self.read_more()
        {
            self.failed = true;
            return Some(Err(error));
        }
        self.ready.pop_front().map(Ok)
    }
}

impl Hub {
    /// Where the first claims stand that an order is made of, each durable.
    ///
    /// # Errors
    /// See [`HubError`].
    pub async fn claims_of(&self, shop: ShopId, order: OrderId) -> Result<Vec<Seq>, HubError> {
        self.read(shop, move |state| state.claims_of(order).to_vec()).await
    }

    /// The frames at these places, one look at the disk each; those that are not there are left
    /// out. Blocking.
    ///
    /// # Errors
    /// `internal` if the journal cannot be read.
    pub fn frames(&self, shop: ShopId, at: &[Seq]) -> Result<Vec<LedgerRecord>, HubError> {
        let mut found = Vec::with_capacity(at.len());
        for seq in at {
            let frame = self.inner().journal.frame(shop, *seq).map_err(|error| {
                tracing::error!(%shop, seq = seq.0, %error, "a frame could not be read");
                HubError::Internal
            })?;
            found.extend(frame.map(|(prev, RawFrame { stamp, bytes })| LedgerRecord::Frame {
                stamp,
                prev,
                bytes,
            }));
        }
        Ok(found)
    }
}

/// The shop right before a session's opening.
fn state_before(journal: &Journal, shop: ShopId, session: SessionId) -> Result<State, HubError> {
    let older = journal.snapshots().latest(shop);
    let older = older.filter(|snapshot| snapshot.last_session < session.0);
    let restored = older.and_then(|snapshot| State::restore(shop, snapshot).ok());
    let mut state = restored.unwrap_or_else(|| State::new(shop));
    for fact in journal.replay(shop, state.stamp()) {
        let fact = fact.map_err(|_| HubError::Quarantined)?;
        if matches!(fact.event, Event::SessionOpened { session: opened, .. } if opened == session) {
            return Ok(state);
        }
        state.apply(&fact);
    }
    Err(HubError::UnknownSession)
}
