//! Open cards as a host looks at them: those with the same reading together, the oldest first.

use crate::error::HubError;
use crate::hub::{Hub, vault_failed};
use domain::limits::{
    REVIEW_CARDS_LOOKED_MAX, REVIEW_CARDS_SHOWN_MAX, REVIEW_GROUPS_MAX, REVIEW_TEXTS_MAX,
};
use domain::snapshot::CardReading;
use domain::{BuyerRef, Position, ReviewId, Seq, SessionId, ShopId, Timestamp};
use inventory::State;
use std::collections::BTreeMap;

/// A session's open cards at one position.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Reviews {
    /// At most [`REVIEW_GROUPS_MAX`], by their oldest card.
    pub groups: Vec<ReviewGroup>,
    /// How many cards are open, those of groups that are not shown included.
    pub open: usize,
    /// The position they are of.
    pub as_of: Position,
}

/// Cards that one answer may resolve.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ReviewGroup {
    /// What each of them says.
    pub reading: CardReading,
    /// How many they are.
    pub count: usize,
    /// The first of them, at most [`REVIEW_CARDS_SHOWN_MAX`], in the order of their comments.
    pub cards: Vec<ShownCard>,
}

/// One card.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ShownCard {
    /// Which.
    pub review: ReviewId,
    /// Whose.
    pub buyer: BuyerRef,
    /// When the comment came.
    pub at: Timestamp,
    /// The comment's fact, beside which its words are sealed.
    pub seq: Option<Seq>,
    /// The words, of the first [`REVIEW_TEXTS_MAX`] cards of a group; none if they were erased.
    pub text: Option<String>,
}

impl Reviews {
    /// Takes over the words of an earlier look.
    pub(crate) fn keep_words(&mut self, before: &Self) {
        let cards = before.groups.iter().flat_map(|group| &group.cards);
        let known: BTreeMap<ReviewId, &String> =
            cards.filter_map(|card| Some((card.review, card.text.as_ref()?))).collect();
        for card in self.groups.iter_mut().flat_map(|group| &mut group.cards) {
            card.text = known.get(&card.review).map(|text| (*text).clone());
        }
    }
}

impl Hub {
    /// A session's open cards, without their words; none if it is archived or there is none.
    ///
    /// # Errors
    /// See [`HubError`].
    pub async fn reviews(&self, shop: ShopId, session: SessionId) -> Result<Reviews, HubError> {
        self.read(shop, move |state| gather(state, session)).await
    }

    /// Adds what was said to the first cards of each group. Blocking.
    ///
    /// # Errors
    /// If the journal cannot be read.
    pub fn add_words(&self, shop: ShopId, reviews: &mut Reviews) -> Result<(), HubError> {
        for group in &mut reviews.groups {
            for card in group.cards.iter_mut().take(REVIEW_TEXTS_MAX) {
                let Some(seq) = card.seq.filter(|_| card.text.is_none()) else { continue };
                let spoken = self.inner.journal.spoken(shop, seq, seq).map_err(vault_failed)?;
                card.text = spoken.into_iter().next().map(|spoken| spoken.words.text);
            }
        }
        Ok(())
    }
}

/// A session's open cards by their reading; only the first [`REVIEW_CARDS_LOOKED_MAX`] are looked
/// at, and all of them are counted.
pub(crate) fn gather(state: &State, session: SessionId) -> Reviews {
    let cards = state.cards(session);
    let mut groups: Vec<ReviewGroup> = Vec::new();
    for card in cards.iter().take(REVIEW_CARDS_LOOKED_MAX) {
        let found = groups.iter().position(|group| group.reading == card.reading);
        if found.is_none() && groups.len() == REVIEW_GROUPS_MAX {
            continue;
        }
        let at = found.unwrap_or_else(|| {
            let reading = card.reading.clone();
            groups.push(ReviewGroup { reading, count: 0, cards: Vec::new() });
            groups.len() - 1
        });
        let group = &mut groups[at];
        group.count += 1;
        if group.cards.len() < REVIEW_CARDS_SHOWN_MAX {
            let seq = state.answer(&card.key).map(|answer| answer.position.seq);
            let (review, buyer, at) = (card.review, card.buyer, card.at);
            group.cards.push(ShownCard { review, buyer, at, seq, text: None });
        }
    }
    Reviews { groups, open: cards.len(), as_of: state.stamp().position }
}
