//! Comments that a person must look at, what that person answers, and comments that are no orders.
//!
//! ```text
//! doubtful ─▶ a lesson with that reading? ─▶ claimed or noted, as it was answered before
//!           └▶ a card ─▶ answered, alone or with its group ─▶ claimed by the tick, in order
//! ```

use super::claim::{Asked, closed, sound};
use super::next;
use crate::session::Session;
use crate::state::State;
use alloc::vec;
use alloc::vec::Vec;
use domain::command::{CardAnswer, Claim, Command, Key, Note, Origin, RuleNo};
use domain::event::Event;
use domain::id::{KeyDigest, ReviewId, SessionId};
use domain::limits::{CODEBOOK_MS_MAX, LESSONS_MAX, LINES_PER_CLAIM_MAX, REVIEWS_PER_ANSWER_MAX};
use domain::reason::Reason;
use domain::rejection::Rejection;
use domain::snapshot::{AnsweredCard, CardReading};
use domain::time::{Millis, Timestamp};

/// Shows a comment to a person, unless one has said before how it is meant. While the session takes
/// no claims, or from a blocked buyer, what may be one is refused like one.
pub(super) fn review(
    state: &State,
    key: Key,
    command: &Command,
    now: Timestamp,
) -> Result<Vec<Event>, Rejection> {
    let Command::Review { session: id, buyer, reason, rule, suggestion, about, network } = command
    else {
        unreachable!("called for comments that need a person");
    };
    let session = state.session(*id)?;
    let claim = Claim {
        rule: *rule,
        network: *network,
        ..Claim::new(*id, *buyer, Origin::Comment, suggestion.clone())
    };
    let asked = Asked::new(state, key, &claim, None, now)?;
    let blocked = state.is_blocked(*buyer) || state.is_blocked(asked.buyer);
    let blocked = blocked.then_some(Reason::Blocked);
    if let Some(why) = closed(session.rest.state).or(blocked) {
        return Ok(vec![asked.refused(why)?]);
    }
    let (reason, rule) = (*reason, *rule);
    let reading = CardReading { reason, rule, suggestion: suggestion.clone(), about: *about };
    Ok(vec![doubtful(&asked, reading)?])
}

/// What comes of a doubtful comment: what a person answered before to that reading, or a card.
pub(super) fn doubtful(asked: &Asked<'_>, reading: CardReading) -> Result<Event, Rejection> {
    let session = asked.session.rest.session;
    let mut lessons = asked.session.rest.lessons.iter();
    // Where an answer leads to another doubt, a person looks again.
    let lesson = lessons.find(|lesson| !asked.taught && lesson.reading == reading);
    match lesson.map(|lesson| &lesson.answer) {
        Some(CardAnswer::Ignore) => Ok(noted(session, asked.key, Reason::Chatter, reading.rule)),
        Some(CardAnswer::Lines { wants, .. }) => {
            let (wants, instead_of) = (wants.clone(), Vec::new());
            let claim = Claim { wants, instead_of, ..asked.claim.clone() };
            let taught = Asked::new(asked.state, asked.key, &claim, None, asked.now)?;
            Asked { taught: true, ..taught }.decide()
        }
        None => Ok(Event::ClaimReviewed {
            session,
            key: asked.key.digest,
            buyer: asked.buyer,
            review: ReviewId(next(asked.state.last_review)?),
            reason: reading.reason,
            rule: reading.rule,
            suggestion: reading.suggestion,
            about: reading.about,
            network: asked.claim.network,
        }),
    }
}

/// A person's answer to one card, or to all that read like it.
pub(super) fn resolve(
    state: &State,
    key: Option<Key>,
    command: &Command,
) -> Result<Vec<Event>, Rejection> {
    let Command::ResolveReview { session: id, review, whole_group, answer, lasts, author } =
        command
    else {
        unreachable!("called for answers to cards");
    };
    let session = state.session(*id)?;
    let cards = &session.rest.reviews;
    let card = cards.iter().find(|card| card.review == *review);
    let card = card.ok_or(Rejection::UnknownReview)?;
    check_answer(state, session, answer, *lasts)?;
    let reviews = if *whole_group {
        let group = cards.iter().filter(|other| other.reading == card.reading);
        group.map(|card| card.review).take(REVIEWS_PER_ANSWER_MAX).collect()
    } else {
        vec![*review]
    };
    Ok(vec![Event::ReviewResolved {
        session: *id,
        key,
        author: *author,
        reviews,
        answer: answer.clone(),
        lasts: *lasts,
    }])
}

/// An answer can be taken as it is: its lines are of offers there are, and whole steps of them.
fn check_answer(
    state: &State,
    session: &Session,
    answer: &CardAnswer,
    lasts: bool,
) -> Result<(), Rejection> {
    if lasts && session.rest.lessons.len() >= LESSONS_MAX {
        return Err(Rejection::Limit("too_many_lessons"));
    }
    let CardAnswer::Lines { wants, instead_of } = answer else {
        return Ok(());
    };
    if wants.is_empty() {
        return Err(Rejection::BadTerms("an answer has lines, or ignores the card"));
    }
    if wants.len() > LINES_PER_CLAIM_MAX {
        return Err(Rejection::Limit("too_many_lines"));
    }
    if lasts && !instead_of.is_empty() {
        return Err(Rejection::BadTerms("a swap is answered each time anew"));
    }
    for want in wants {
        let offer = session.offer(&want.code).ok_or(Rejection::UnknownCode)?;
        match sound(want, &state.items[&offer.item]) {
            None => {}
            Some(Reason::UnknownVariant) => return Err(Rejection::UnknownVariant),
            Some(_) => return Err(Rejection::BadTerms("a quantity is whole steps, more than 0")),
        }
    }
    let unknown = instead_of.iter().any(|code| session.offer(code).is_none());
    if unknown { Err(Rejection::UnknownCode) } else { Ok(()) }
}

/// The claim of an answered card, in its buyer's name, judged by the moment of the comment while
/// it is known what was in force then.
pub(crate) fn claim_card(
    state: &State,
    session: SessionId,
    answered: &AnsweredCard,
    now: Timestamp,
) -> Event {
    let AnsweredCard { card, wants, instead_of } = answered;
    let is_known = card.at.plus(Millis(CODEBOOK_MS_MAX)) > now;
    let claim = Claim {
        rule: card.reading.rule,
        instead_of: instead_of.clone(),
        network: card.network,
        said_at: is_known.then_some(card.at),
        ..Claim::new(session, card.buyer, Origin::Host, wants.clone())
    };
    let key = Key { digest: card.key, body: None };
    let asked = Asked::new(state, key, &claim, Some(card.review), now);
    let event = asked.and_then(|asked| asked.decide());
    event.expect("an answered card has lines, and its session is not archived")
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
