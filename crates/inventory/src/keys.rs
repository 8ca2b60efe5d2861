//! One key, one answer: what is remembered, until the session is archived.

use crate::state::State;
use alloc::sync::Arc;
use domain::command::Key;
use domain::id::{KeyDigest, SessionId};
use domain::outcome::{Answer, AnswerBody, Outcome, OutcomeKind};
use domain::reason::Reason;
use domain::snapshot::KeyAtRest;

impl State {
    /// The first answer to a key; none if it was never used or its session is archived.
    pub fn answer(&self, key: &KeyDigest) -> Option<&Arc<Answer>> {
        self.keys.get(key).map(|kept| &kept.answer)
    }

    /// Keeps the answer of the fact that is being applied under its key.
    pub(crate) fn remember(&mut self, key: Key, session: SessionId, body: AnswerBody) {
        let answer = Answer { position: self.stamp.position, receipt: self.stamp.hash, body };
        let kept = KeyAtRest { key, session, answer: Arc::new(answer) };
        let before = self.keys.insert(key.digest, kept);
        assert!(before.is_none(), "one key has one answer");
    }

    /// The same for an outcome whose key has no body to compare.
    pub(crate) fn remember_outcome(
        &mut self,
        digest: KeyDigest,
        session: SessionId,
        outcome: Outcome,
    ) {
        let key = Key { digest, body: None };
        self.remember(key, session, AnswerBody::Outcome(outcome));
    }
}

/// An outcome that says no more than its kind and its reason.
pub(crate) fn plain(kind: OutcomeKind, reason: Option<Reason>) -> Outcome {
    Outcome {
        kind,
        reason,
        number: None,
        lines: [].into(),
        order: None,
        review: None,
        hold_until: None,
    }
}
