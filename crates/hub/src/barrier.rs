//! The ack barrier: nothing leaves the lane before its position is durable.
//!
//! ```text
//! decide ─▶ held (by position) ─▶ durable(p) ─▶ give out everything ≤ p, in order
//!                              └▶ lost ─▶ the lane drops all of it
//! ```
//!
//! Promises: what is held is given out exactly once, after its position, in the order in which it
//! was held.
//! Never: looks at the clock, touches the disk, knows what a socket is.

use crate::ask::{Arrival, BuyerFrame, ConnectionId, Published, Release, Welcome};
use crate::audience::Addressed;
use domain::{BuyerRef, Position, Seq, SessionId};
use std::collections::VecDeque;

/// Something that waits for its position.
pub(crate) enum Held {
    /// Somebody's answer.
    Release(Release),
    /// A session's new look.
    Publish(Published),
    /// An account's listeners belong to the person who linked it from that position on.
    Link(BuyerRef, BuyerRef, Position),
    /// Nobody listens for these buyers any more.
    Erase(Vec<BuyerRef>),
    /// Buyers' frames, in order.
    Frames(Vec<Addressed>),
    /// One connection's repeated answer or failure.
    Tell(ConnectionId, BuyerFrame),
    /// A connection that listens from here on, and its welcome.
    Arrive(Box<Arrival>, Welcome),
    /// A session that nobody may ask about any more.
    Forget(SessionId),
}

impl Held {
    /// Within a round: who listens is settled first, a buyer's own frames come before the stock of
    /// the same position, and an answer comes when what it speaks of can be seen.
    pub(crate) fn turn(&self) -> u8 {
        match self {
            Self::Link(..) | Self::Erase(_) => 0,
            Self::Frames(_) => 1,
            Self::Tell(..) => 2,
            Self::Publish(_) => 3,
            Self::Arrive(..) => 4,
            Self::Release(_) => 5,
            Self::Forget(_) => 6,
        }
    }
}

/// What waits, by position.
#[derive(Default)]
pub(crate) struct Barrier {
    durable: Seq,
    rounds: VecDeque<Waiting>,
}

struct Waiting {
    seq: Seq,
    wrote: bool,
    held: Vec<Held>,
}

impl Barrier {
    /// Holds something until `seq` is durable. `wrote` says whether a batch is on its way for it.
    pub(crate) fn hold(&mut self, seq: Seq, wrote: bool, held: Vec<Held>) {
        let last = self.rounds.back().map_or(self.durable, |waiting| waiting.seq);
        assert!(seq >= last, "positions never fall: {seq:?} after {last:?}");
        if wrote || !held.is_empty() {
            self.rounds.push_back(Waiting { seq, wrote, held });
        }
    }

    /// Everything that may leave now that `seq` is durable.
    pub(crate) fn durable(&mut self, seq: Seq) -> Vec<Held> {
        self.durable = self.durable.max(seq);
        let ready = self.rounds.partition_point(|waiting| waiting.seq <= self.durable);
        self.rounds.drain(..ready).flat_map(|waiting| waiting.held).collect()
    }

    /// Up to where everything is durable.
    pub(crate) fn durable_seq(&self) -> Seq {
        self.durable
    }

    /// Batches on their way to the disk.
    pub(crate) fn batches(&self) -> usize {
        self.rounds.iter().filter(|waiting| waiting.wrote).count()
    }

    /// True if nothing waits.
    pub(crate) fn is_empty(&self) -> bool {
        self.rounds.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn forget(session: u32) -> Vec<Held> {
        vec![Held::Forget(SessionId(session))]
    }

    fn sessions(held: Vec<Held>) -> Vec<u32> {
        held.into_iter()
            .map(|held| match held {
                Held::Forget(session) => session.0,
                Held::Release(_) | Held::Publish(_) | Held::Frames(_) => 0,
                Held::Link(..) | Held::Erase(_) | Held::Tell(..) | Held::Arrive(..) => 0,
            })
            .collect()
    }

    #[test]
    fn nothing_leaves_before_its_position_and_everything_leaves_in_order() {
        let mut barrier = Barrier::default();
        barrier.hold(Seq(3), true, forget(1));
        barrier.hold(Seq(3), false, forget(2));
        barrier.hold(Seq(5), true, forget(3));
        assert_eq!(sessions(barrier.durable(Seq(2))), [] as [u32; 0]);
        assert_eq!(sessions(barrier.durable(Seq(3))), [1, 2]);
        assert_eq!(barrier.batches(), 1);
        assert_eq!(sessions(barrier.durable(Seq(9))), [3]);
        assert!(barrier.is_empty());
    }
}
