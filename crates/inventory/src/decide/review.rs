//! Comments that a person must look at, and comments that are no orders.

use super::claim::closed;
use super::next;
use crate::state::State;
use alloc::vec;
use alloc::vec::Vec;
use domain::command::{Command, Key, Note, Origin, RuleNo, Want};
use domain::event::Event;
use domain::id::{BuyerRef, KeyDigest, ReviewId, SessionId};
use domain::reason::Reason;
use domain::rejection::Rejection;

/// Shows a comment to a person. While the session takes no claims, what may be one is refused
/// like one.
pub(super) fn review(state: &State, key: Key, command: &Command) -> Result<Vec<Event>, Rejection> {
    let Command::Review { session: id, buyer, reason, rule, suggestion } = command else {
        unreachable!("called for comments that need a person");
    };
    let session = state.session(*id)?;
    let event = match closed(session.rest.state) {
        None => Card { session: *id, key, buyer: *buyer, reason: *reason, rule: *rule, suggestion }
            .event(state)?,
        Some(reason) => Event::ClaimRefused {
            session: *id,
            key: key.digest,
            body: key.body,
            buyer: *buyer,
            origin: Origin::Comment,
            rule: *rule,
            number: next(session.rest.last_number)?,
            reason,
            wants: suggestion.clone(),
        },
    };
    Ok(vec![event])
}

/// A comment for a person, with what it may mean.
pub(super) struct Card<'a> {
    pub(super) session: SessionId,
    pub(super) key: Key,
    pub(super) buyer: BuyerRef,
    pub(super) reason: Reason,
    pub(super) rule: RuleNo,
    pub(super) suggestion: &'a [Want],
}

impl Card<'_> {
    /// One more card.
    pub(super) fn event(self, state: &State) -> Result<Event, Rejection> {
        Ok(Event::ClaimReviewed {
            session: self.session,
            key: self.key.digest,
            buyer: self.buyer,
            review: ReviewId(next(state.last_review)?),
            reason: self.reason,
            rule: self.rule,
            suggestion: self.suggestion.to_vec(),
        })
    }
}

/// One comment that is no order.
pub(super) fn noted(session: SessionId, key: Key, reason: Reason, rule: RuleNo) -> Event {
    let note = Note { key: key.digest, reason, rule };
    Event::CommentsNoted { session, notes: vec![note] }
}

/// Comments that are no orders; those that are remembered, or come twice, are left out.
pub(super) fn note(state: &State, id: SessionId, notes: &[Note]) -> Result<Vec<Event>, Rejection> {
    state.session(id)?;
    let mut sorted: Vec<KeyDigest> = notes.iter().map(|note| note.key).collect();
    sorted.sort_unstable();
    let twice = sorted.windows(2).any(|pair| pair[0] == pair[1]);
    let mut new: Vec<Note> = Vec::with_capacity(notes.len());
    for note in notes {
        let again = twice && new.iter().any(|before| before.key == note.key);
        if !again && !state.keys.contains_key(&note.key) {
            new.push(*note);
        }
    }
    if new.is_empty() {
        return Ok(Vec::new());
    }
    Ok(vec![Event::CommentsNoted { session: id, notes: new }])
}
