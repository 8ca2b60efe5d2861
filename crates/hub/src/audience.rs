//! Who listens to a shop's buyers: connections, and a small ring of outcomes for those who come
//! back.
//!
//! Promises: a buyer's frames go out in the order of their positions; a connection that takes no
//! more is dropped; a ring knows from where on it is complete.

use crate::ask::{BuyerFrame, ConnectionId, Outbox};
use domain::limits::RING_OUTCOMES_MAX;
use domain::{BuyerRef, Position, SessionId};
use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

/// The listeners of one shop.
#[derive(Default)]
pub(crate) struct Audience {
    buyers: BTreeMap<(SessionId, BuyerRef), Listeners>,
    connections: BTreeMap<ConnectionId, (SessionId, BuyerRef)>,
}

pub(crate) struct Listeners {
    outboxes: Vec<(ConnectionId, Outbox)>,
    ring: Ring,
}

/// The latest outcomes of one buyer, complete after `since`.
struct Ring {
    since: Position,
    outcomes: VecDeque<(Position, Arc<BuyerFrame>)>,
}

impl Ring {
    fn push(&mut self, position: Position, frame: Arc<BuyerFrame>) {
        if self.outcomes.len() == RING_OUTCOMES_MAX
            && let Some((dropped, _)) = self.outcomes.pop_front()
        {
            self.since = self.since.max(dropped);
        }
        self.outcomes.push_back((position, frame));
    }
}

impl Ring {
    /// Complete from where both are.
    fn join(&mut self, other: Ring) {
        let own = std::mem::take(&mut self.outcomes);
        let mut all: Vec<_> = own.into_iter().chain(other.outcomes).collect();
        all.sort_by_key(|(position, _)| *position);
        self.since = self.since.max(other.since);
        all.into_iter().for_each(|(position, frame)| self.push(position, frame));
    }
}

/// A frame for a buyer, with the position at which it leaves.
pub(crate) struct Addressed {
    pub(crate) to: (SessionId, BuyerRef),
    pub(crate) position: Position,
    pub(crate) frame: Arc<BuyerFrame>,
}

impl Audience {
    /// True if anybody of this session's buyer listens, or did.
    pub(crate) fn knows(&self, session: SessionId, buyer: BuyerRef) -> bool {
        self.buyers.contains_key(&(session, buyer))
    }

    /// True if nobody ever listened.
    pub(crate) fn is_empty(&self) -> bool {
        self.buyers.is_empty()
    }

    /// Every buyer of the session who listens or did.
    pub(crate) fn buyers_of(&self, session: SessionId) -> Vec<BuyerRef> {
        let first = (session, BuyerRef([0; 16]));
        let of_session = self.buyers.range(first..).take_while(|((s, _), _)| *s == session);
        of_session.map(|((_, buyer), _)| *buyer).collect()
    }

    /// Keeps a buyer's outcomes after `now` from here on: a connection of theirs is coming.
    pub(crate) fn expect(&mut self, to: (SessionId, BuyerRef), now: Position) -> &mut Listeners {
        let ring = Ring { since: now, outcomes: VecDeque::new() };
        self.buyers.entry(to).or_insert_with(|| Listeners { outboxes: Vec::new(), ring })
    }

    /// Adds a connection whose welcome is of position `now`, when all frames up to there are
    /// delivered; gives the outcomes after `resume` and whether none is missing.
    pub(crate) fn attach(
        &mut self,
        connection: ConnectionId,
        to: (SessionId, BuyerRef),
        resume: Option<Position>,
        now: Position,
        outbox: Outbox,
    ) -> (Vec<Arc<BuyerFrame>>, bool) {
        let listeners = self.expect(to, now);
        listeners.outboxes.push((connection, outbox));
        let ring = &listeners.ring;
        let told = match resume {
            None => (Vec::new(), true),
            Some(resume) => {
                let missed = ring.outcomes.iter().filter(|(position, _)| *position > resume);
                (missed.map(|(_, frame)| frame.clone()).collect(), resume >= ring.since)
            }
        };
        self.connections.insert(connection, to);
        told
    }

    /// Whoever listened for an account listens for the person who linked it, from `now` on; what
    /// either was told lies in one ring.
    pub(crate) fn link(
        &mut self,
        session: SessionId,
        account: BuyerRef,
        person: BuyerRef,
        now: Position,
    ) {
        let to = (session, person);
        let Some(Listeners { outboxes, ring }) = self.buyers.remove(&(session, account)) else {
            // Nobody kept what the account was told until now.
            if let Some(listeners) = self.buyers.get_mut(&to) {
                listeners.ring.since = listeners.ring.since.max(now);
            }
            return;
        };
        for (connection, _) in &outboxes {
            self.connections.insert(*connection, to);
        }
        let listeners = self.expect(to, ring.since);
        listeners.outboxes.extend(outboxes);
        listeners.ring.join(ring);
    }

    /// Forgets a buyer in every session: their connections end, and what they were told is gone.
    pub(crate) fn erase(&mut self, buyer: BuyerRef) {
        self.buyers.retain(|(_, known), _| *known != buyer);
        self.connections.retain(|_, (_, known)| *known != buyer);
    }

    /// Forgets a connection; the ring stays for a return.
    pub(crate) fn detach(&mut self, connection: ConnectionId) {
        let Some(to) = self.connections.remove(&connection) else {
            return;
        };
        if let Some(listeners) = self.buyers.get_mut(&to) {
            listeners.outboxes.retain(|(id, _)| *id != connection);
        }
    }

    /// Forgets a session's buyers.
    pub(crate) fn forget(&mut self, session: SessionId) {
        self.buyers.retain(|(s, _), _| *s != session);
        self.connections.retain(|_, (s, _)| *s != session);
    }

    /// Gives frames out, those of one buyer that stand together at once and in the order given;
    /// outcomes stay in the ring.
    pub(crate) fn deliver(&mut self, frames: Vec<Addressed>) {
        let mut together = Vec::new();
        for of_buyer in frames.chunk_by(|one, next| one.to == next.to) {
            let Some(listeners) = self.buyers.get_mut(&of_buyer[0].to) else {
                continue;
            };
            together.clear();
            together.extend(of_buyer.iter().map(|addressed| addressed.frame.clone()));
            let connections = &mut self.connections;
            listeners.outboxes.retain_mut(|(id, outbox)| {
                let takes = outbox(&together);
                if !takes {
                    connections.remove(id);
                }
                takes
            });
            for Addressed { position, frame, .. } in of_buyer {
                if matches!(**frame, BuyerFrame::Outcome { .. }) {
                    listeners.ring.push(*position, frame.clone());
                }
            }
        }
    }

    /// Gives one frame to one connection, outside the ring: a repeated answer, or a failure.
    pub(crate) fn tell(&mut self, connection: ConnectionId, frame: BuyerFrame) {
        let Some(to) = self.connections.get(&connection) else {
            return;
        };
        let Some(listeners) = self.buyers.get_mut(to) else {
            return;
        };
        let outbox = listeners.outboxes.iter_mut().position(|(id, _)| *id == connection);
        let Some(at) = outbox else { return };
        if !(listeners.outboxes[at].1)(&[Arc::new(frame)]) {
            drop(listeners.outboxes.swap_remove(at));
            self.connections.remove(&connection);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::HubError;
    use domain::{Epoch, Seq};

    fn at(seq: u64) -> Position {
        Position { epoch: Epoch(1), seq: Seq(seq) }
    }

    const TO: (SessionId, BuyerRef) = (SessionId(1), BuyerRef([7; 16]));

    fn outcome(seq: u64) -> Addressed {
        let body = domain::outcome::AnswerBody::Session(SessionId(1), domain::SessionState::Live);
        let answer =
            domain::outcome::Answer { position: at(seq), receipt: domain::Hash::GENESIS, body };
        let frame = Arc::new(BuyerFrame::Outcome { key: "k".into(), answer: answer.into() });
        Addressed { to: TO, position: at(seq), frame }
    }

    #[test]
    fn who_comes_back_gets_what_came_meanwhile_and_is_told_if_something_is_missing() {
        let mut audience = Audience::default();
        let first = audience.attach(ConnectionId(1), TO, None, at(10), Box::new(|_| true));
        assert!(first.1, "without a resume nothing is missing");
        audience.detach(ConnectionId(1));
        audience.deliver((11..=12).map(outcome).collect());
        let mut attach = |id, resume| {
            let outbox: Outbox = Box::new(|_| true);
            let (missed, complete) =
                audience.attach(ConnectionId(id), TO, Some(at(resume)), at(12), outbox);
            (missed.len(), complete)
        };
        assert_eq!(attach(2, 11), (1, true));
        assert_eq!(attach(3, 10), (2, true));
        assert_eq!(attach(4, 9), (2, false));
    }

    #[test]
    fn whoever_listened_for_an_account_hears_what_its_person_is_told() {
        const ACCOUNT: BuyerRef = BuyerRef([8; 16]);
        let mut audience = Audience::default();
        let heard = Arc::new(std::sync::atomic::AtomicUsize::new(0));
        let listen = |heard: &Arc<std::sync::atomic::AtomicUsize>| -> Outbox {
            let heard = heard.clone();
            Box::new(move |_| {
                heard.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
                true
            })
        };
        audience.attach(ConnectionId(1), TO, None, at(1), listen(&heard));
        audience.attach(ConnectionId(2), (TO.0, ACCOUNT), None, at(3), listen(&heard));
        audience.deliver(vec![outcome(4)]);
        audience.link(TO.0, ACCOUNT, TO.1, at(4));
        assert!(!audience.knows(TO.0, ACCOUNT));
        audience.deliver(vec![outcome(5)]);
        assert_eq!(heard.load(std::sync::atomic::Ordering::Relaxed), 3);
        let mut back = |id, resume| {
            let outbox: Outbox = Box::new(|_| true);
            let (missed, complete) =
                audience.attach(ConnectionId(id), TO, Some(at(resume)), at(9), outbox);
            (missed.len(), complete)
        };
        assert_eq!(back(3, 3), (2, true));
        assert_eq!(back(4, 2), (2, false), "the account's ring begins at 3");
        audience.detach(ConnectionId(2));
        audience.deliver(vec![outcome(6)]);
        assert_eq!(heard.load(std::sync::atomic::Ordering::Relaxed), 4, "the other left");
    }

    #[test]
    fn what_nobody_kept_for_an_account_is_said_to_be_missing() {
        let mut audience = Audience::default();
        audience.attach(ConnectionId(1), TO, None, at(1), Box::new(|_| true));
        audience.link(TO.0, BuyerRef([8; 16]), TO.1, at(5));
        let mut back = |resume| {
            let outbox: Outbox = Box::new(|_| true);
            audience.attach(ConnectionId(resume), TO, Some(at(resume)), at(9), outbox).1
        };
        assert!(!back(4), "the account may have been told something at 3");
        assert!(back(5));
        // Older outcomes that a full ring drops take nothing of that back.
        audience.deliver((2..=RING_OUTCOMES_MAX as u64 + 2).map(outcome).collect());
        let outbox: Outbox = Box::new(|_| true);
        assert!(!audience.attach(ConnectionId(9), TO, Some(at(4)), at(99), outbox).1);
    }

    #[test]
    fn a_full_ring_says_that_it_is_not_complete() {
        let mut audience = Audience::default();
        audience.attach(ConnectionId(1), TO, None, at(0), Box::new(|_| true));
        audience.deliver((1..=RING_OUTCOMES_MAX as u64 + 1).map(outcome).collect());
        let (missed, complete) =
            audience.attach(ConnectionId(2), TO, Some(at(0)), at(99), Box::new(|_| true));
        assert_eq!((missed.len(), complete), (RING_OUTCOMES_MAX, false));
    }

    #[test]
    fn a_connection_that_takes_no_more_is_dropped() {
        let mut audience = Audience::default();
        audience.attach(ConnectionId(1), TO, None, at(0), Box::new(|_| false));
        audience.deliver(vec![outcome(1)]);
        assert!(audience.connections.is_empty());
        audience.tell(
            ConnectionId(1),
            BuyerFrame::Failed { key: "k".into(), error: HubError::Stopping },
        );
    }
}
