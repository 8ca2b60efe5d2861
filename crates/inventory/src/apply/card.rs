//! Cards: shown, answered, and claimed in their turn.

use crate::keys::plain;
use crate::state::State;
use alloc::vec::Vec;
use domain::command::CardAnswer;
use domain::event::Event;
use domain::id::{ReviewId, SessionId};
use domain::outcome::{AnswerBody, Outcome, OutcomeKind};
use domain::snapshot::{AnsweredCard, CardReading, Lesson, ReviewAtRest};

impl State {
    pub(super) fn claim_reviewed(&mut self, event: &Event) {
        let Event::ClaimReviewed {
            session,
            key,
            buyer,
            review,
            reason,
            rule,
            suggestion,
            about,
            network,
        } = event
        else {
            unreachable!("called for reviewed claims");
        };
        assert_eq!(review.0, self.last_review + 1, "cards are counted");
        self.last_review = review.0;
        let suggestion = suggestion.clone();
        let card = ReviewAtRest {
            review: *review,
            buyer: *buyer,
            key: *key,
            at: self.stamp.at,
            reading: CardReading { reason: *reason, rule: *rule, suggestion, about: *about },
            network: *network,
        };
        self.session_mut(*session).rest.reviews.push(card);
        let outcome =
            Outcome { review: Some(*review), ..plain(OutcomeKind::Review, Some(*reason)) };
        self.remember_outcome(*key, *session, outcome);
    }

    pub(super) fn review_resolved(&mut self, event: &Event) {
        let Event::ReviewResolved { session: id, key, author: _, reviews, answer, lasts } = event
        else {
            unreachable!("called for answers to cards");
        };
        let rest = &mut self.session_mut(*id).rest;
        let mut cards = Vec::with_capacity(reviews.len());
        rest.reviews.retain(|card| {
            let is_answered = reviews.binary_search(&card.review).is_ok();
            if is_answered {
                cards.push(card.clone());
            }
            !is_answered
        });
        assert_eq!(cards.len(), reviews.len(), "answers are to open cards, by number");
        if let (true, Some(card)) = (*lasts, cards.first()) {
            let lesson = Lesson { reading: card.reading.clone(), answer: answer.clone() };
            rest.lessons.retain(|known| known.reading != lesson.reading);
            rest.lessons.push(lesson);
        }
        if let CardAnswer::Lines { wants, instead_of } = answer {
            let answered =
                |card| AnsweredCard { card, wants: wants.clone(), instead_of: instead_of.clone() };
            rest.answered.extend(cards.into_iter().map(answered));
            self.agenda.answered.insert(*id);
        }
        if let Some(key) = key {
            self.remember(*key, *id, AnswerBody::Resolved(reviews.clone()));
        }
    }

    /// The first answered card has had its turn.
    pub(super) fn card_claimed(&mut self, id: SessionId, review: ReviewId) {
        let rest = &mut self.session_mut(id).rest;
        let first = rest.answered.remove(0);
        assert_eq!(first.card.review, review, "cards are claimed in the order of their comments");
        if rest.answered.is_empty() {
            self.agenda.answered.remove(&id);
        }
    }
}
