//! Reading back: rows to frames to facts, every hash checked on the way.

use crate::chain::chain;
use crate::codec;
use crate::error::{Broken, JournalError};
use crate::storage::{Row, Rows};
use domain::limits::READ_BYTES_MAX;
use domain::{Fact, Hash, Position, Seq, ShopId, Stamp, Timestamp};
use prost::Message;
use proto::store;
use std::collections::VecDeque;
use std::sync::Arc;

/// One durable event as its bytes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RawFrame {
    /// Where and when, and the chain's hash there.
    pub stamp: Stamp,
    /// An encoded `store::Event`, exactly as it was hashed.
    pub bytes: Vec<u8>,
}

/// The facts of one shop in order, as far as they are durable. Ends after the first error.
pub struct Replay {
    frames: Frames,
    ended: bool,
}

impl Replay {
    /// The facts after `from`, which must be in the journal itself (the default stamp comes before
    /// all).
    pub fn new(rows: Arc<dyn Rows>, shop: ShopId, from: Stamp) -> Self {
        Self { frames: Frames::after(rows, shop, from), ended: false }
    }

    fn fact(&mut self) -> Result<Option<Fact>, JournalError> {
        let Some(frame) = self.frames.next()? else {
            return Ok(None);
        };
        let stamp = frame.stamp;
        let event = codec::decode_event(&frame.bytes)
            .map_err(|why| Broken::new(self.frames.shop, stamp.position.seq, why.to_string()))?;
        Ok(Some(Fact { stamp, event }))
    }
}

impl Iterator for Replay {
    type Item = Result<Fact, JournalError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ended {
            return None;
        }
        let fact = self.fact().transpose();
        self.ended = !matches!(fact, Some(Ok(_)));
        fact
    }
}

/// The frames of one shop in order.
pub(crate) struct Frames {
    rows: Arc<dyn Rows>,
    pub(crate) shop: ShopId,
    /// The last frame that was read, with its hash as far as that is known.
    last: (Seq, Option<Hash>),
    at: Timestamp,
    ready: VecDeque<RawFrame>,
    started: bool,
}

impl Frames {
    pub(crate) fn after(rows: Arc<dyn Rows>, shop: ShopId, from: Stamp) -> Self {
        let last = (from.position.seq, Some(from.hash));
        Self { rows, shop, last, at: Timestamp(0), ready: VecDeque::new(), started: false }
    }

    /// As [`Frames::after`], for those who know a number only.
    pub(crate) fn after_seq(rows: Arc<dyn Rows>, shop: ShopId, from: Seq) -> Self {
        let hash = (from == Seq(0)).then_some(Hash::GENESIS);
        Self { last: (from, hash), ..Self::after(rows, shop, Stamp::default()) }
    }

    pub(crate) fn next(&mut self) -> Result<Option<RawFrame>, JournalError> {
        if self.ready.is_empty() {
            self.fill()?;
        }
        Ok(self.ready.pop_front())
    }

    fn fill(&mut self) -> Result<(), JournalError> {
        let (last, _) = self.last;
        // The first look includes the last known event itself: it must be there, and be the same.
        let from = if self.started { last.next() } else { Seq(last.0.max(1)) };
        let rows = self.rows.rows(self.shop, from, READ_BYTES_MAX)?;
        if rows.is_empty() && from == last {
            let why = "the journal ends before it: its tail is lost, or a backup was restored";
            return Err(Broken::new(self.shop, last, why).into());
        }
        self.started = true;
        for row in rows {
            self.take(row)?;
        }
        Ok(())
    }

    /// Checks a row against what came before and makes its new frames ready.
    fn take(&mut self, row: Row) -> Result<(), Broken> {
        let (last, hash) = self.last;
        let broken = |seq, why: String| Broken::new(self.shop, seq, why);
        if row.first > last.next() {
            return Err(broken(last.next(), format!("{} comes next", row.first.0)));
        }
        if row.first == last.next() && hash.is_some_and(|hash| hash != row.prev) {
            return Err(broken(row.first, "its row follows on another history".into()));
        }
        for frame in unfold(&row)? {
            let Stamp { position, at, hash: found } = frame.stamp;
            if position.seq == last && hash.is_some_and(|known| known != found) {
                return Err(broken(last, "what is known of it is another event".into()));
            }
            if at < self.at {
                return Err(broken(position.seq, "it is older than the one before".into()));
            }
            self.at = at;
            if position.seq > last {
                self.ready.push_back(frame);
            }
        }
        self.last = (row.last, Some(row.head));
        Ok(())
    }
}

/// A row's frames, each with its stamp; their chain must lead from the row's first hash to its
/// last.
pub(crate) fn unfold(row: &Row) -> Result<Vec<RawFrame>, Broken> {
    let broken = |why: String| Broken::new(row.shop, row.first, why);
    let message = store::Frames::decode(row.frames.as_slice())
        .map_err(|why| broken(format!("its row cannot be read: {why}")))?;
    let expected = row.last.0.checked_sub(row.first.0).map(|more| more + 1);
    if expected != Some(message.frames.len() as u64) {
        return Err(broken(format!("its row holds {} events", message.frames.len())));
    }
    let mut hash = row.prev;
    let frames: Vec<_> = (row.first.0..)
        .zip(message.frames)
        .map(|(seq, frame)| {
            let position = Position { epoch: row.epoch, seq: Seq(seq) };
            let at = Timestamp(frame.at_ms);
            hash = chain(hash, position, at, &frame.event);
            RawFrame { stamp: Stamp { position, at, hash }, bytes: frame.event }
        })
        .collect();
    if hash != row.head {
        return Err(broken(format!("up to {} the hashes do not agree", row.last.0)));
    }
    Ok(frames)
}
