//! A lane without threads or disk: stamps events, applies them, keeps the facts, and proves what
//! must hold.

use crate::outsider;
use domain::command::Request;
use domain::event::{Event, Fact};
use domain::id::ShopId;
use domain::position::{Epoch, Hash, Position, Stamp};
use domain::time::Timestamp;
use inventory::{Decision, State, decide};

/// One shop's machine and its whole history.
pub(crate) struct Lane {
    pub(crate) state: State,
    pub(crate) facts: Vec<Fact>,
}

impl Lane {
    pub(crate) fn new() -> Self {
        Self { state: State::new(shop()), facts: Vec::new() }
    }

    /// Decides and applies one request.
    pub(crate) fn ask(&mut self, request: &Request, now: Timestamp) -> Decision {
        let decision = decide(&self.state, request, now);
        if let Decision::Events(events) = &decision {
            for event in events {
                self.record(event.clone(), now);
            }
        }
        if let (Some(key), false) = (request.key, matches!(decision, Decision::Rejected(_))) {
            let answer = self.state.answer(&key.digest);
            assert!(answer.is_some(), "what was decided is remembered");
        }
        decision
    }

    /// Applies everything that is due.
    pub(crate) fn settle(&mut self, now: Timestamp) -> Vec<Event> {
        let mut done = Vec::new();
        while let Some(event) = self.state.tick(now) {
            self.record(event.clone(), now);
            done.push(event);
            assert!(done.len() < 10_000, "ticking comes to an end");
        }
        let next = self.state.next_deadline();
        assert!(next.is_none_or(|next| next > now), "nothing is due any more");
        done
    }

    pub(crate) fn record(&mut self, event: Event, at: Timestamp) {
        let before = self.state.stamp();
        let seq = before.position.seq.next();
        let mut hash = [0; 32];
        hash[..8].copy_from_slice(&seq.0.to_be_bytes());
        let epoch = Epoch(1);
        let fact = Fact {
            stamp: Stamp { position: Position { epoch, seq }, at, hash: Hash(hash) },
            event,
        };
        self.state.apply(&fact);
        self.facts.push(fact);
    }

    /// Every invariant, and that rest and waking change nothing.
    pub(crate) fn prove(&self) {
        self.state.check().expect("every invariant holds");
        let awake = State::restore(shop(), self.state.snapshot()).expect("a snapshot wakes up");
        assert_eq!(awake, self.state, "a restored shop is the same shop");
        assert_eq!(awake.digest(), self.state.digest());
    }

    /// The same facts make the same state.
    pub(crate) fn replay(&self) {
        let mut again = State::new(shop());
        for fact in &self.facts {
            again.apply(fact);
        }
        assert_eq!(again, self.state, "a replayed shop is the same shop");
        assert_eq!(again.digest(), self.state.digest());
    }

    /// Whoever has nothing but the exported ledger comes to the same.
    pub(crate) fn prove_outside(&self) {
        outsider::prove(&self.facts, &self.state).unwrap_or_else(|why| panic!("{why}"));
    }
}

pub(crate) fn shop() -> ShopId {
    ShopId::from_random(42)
}
