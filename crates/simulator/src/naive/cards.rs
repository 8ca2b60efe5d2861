//! Cards that a person answers.

use super::Twin;
use crate::promise::{CARDS, Checked, must};
use domain::command::{CardAnswer, Want};
use domain::{ReviewId, SessionId};
use std::collections::{BTreeSet, VecDeque};

/// The cards of a session.
#[derive(Default)]
pub(crate) struct Cards {
    open: BTreeSet<ReviewId>,
    /// Orders by a person's word that wait for their turn.
    answered: VecDeque<ReviewId>,
    /// Answers that count from their moment on.
    pub(crate) lessons: Vec<Vec<Want>>,
}

impl Twin {
    pub(super) fn card_shown(&mut self, session: SessionId, review: ReviewId) -> Checked {
        let fresh = self.session(session)?.cards.open.insert(review);
        must(fresh, CARDS, || format!("card {} is shown twice", review.0))
    }

    pub(super) fn cards_answered(
        &mut self,
        session: SessionId,
        reviews: &[ReviewId],
        answer: &CardAnswer,
        lasts: bool,
    ) -> Checked {
        let cards = &mut self.session(session)?.cards;
        for review in reviews {
            let was_open = cards.open.remove(review);
            must(was_open, CARDS, || format!("card {} is not open", review.0))?;
        }
        must(reviews.is_sorted(), CARDS, || format!("{reviews:?} are not in their order"))?;
        if let CardAnswer::Lines { wants, .. } = answer {
            cards.answered.extend(reviews);
            cards.lessons.extend(lasts.then(|| wants.clone()));
        }
        Ok(())
    }

    /// The first answered card has its turn.
    pub(super) fn card_served(&mut self, session: SessionId, review: Option<ReviewId>) -> Checked {
        let Some(review) = review else { return Ok(()) };
        let first = self.session(session)?.cards.answered.pop_front();
        must(first == Some(review), CARDS, || format!("card {} before {first:?}", review.0))
    }
}
