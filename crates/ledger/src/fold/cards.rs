//! Cards: doubtful comments that a person answers. Each is answered once, and those that are orders
//! are served at once, in the order of their comments.

use super::{Shop, contradiction};
use crate::violation::{Broken, CardBroken};
use domain::Timestamp;
use proto::store::event::Event;
use proto::store::{self, ReviewAtRest, Want};
use std::collections::{BTreeMap, VecDeque};

/// The cards of one session.
#[derive(Default)]
pub(crate) struct Cards {
    /// By number.
    open: BTreeMap<u32, ReviewAtRest>,
    /// To be claimed next.
    answered: VecDeque<Answered>,
}

/// A card that a person made an order of.
struct Answered {
    card: ReviewAtRest,
    answer: store::CardAnswer,
}

/// What an event says came of a card.
pub(super) struct Served<'a> {
    pub(super) session: u32,
    pub(super) review: u32,
    pub(super) key: &'a [u8],
    pub(super) buyer: &'a [u8],
    pub(super) origin: &'a str,
    /// Of a claim; a refusal does not tell it.
    pub(super) network: Option<&'a [u8]>,
    /// Code, variant and quantity of each line.
    pub(super) lines: Vec<(&'a str, &'a [String], u64)>,
    /// Of a claim, as above.
    pub(super) returned: Option<&'a [store::ReturnedLine]>,
}

impl Cards {
    /// As a checkpoint tells them.
    pub(super) fn restore(session: &store::SessionAtRest) -> Result<Self, Broken> {
        let mut cards = Self::default();
        for card in &session.reviews {
            if cards.open.insert(card.review, card.clone()).is_some() {
                return contradiction(format!("card {} stands there twice", card.review));
            }
        }
        for answered in &session.answered {
            let (Some(card), Some(answer)) = (&answered.card, &answered.answer) else {
                return contradiction("an answered card without its card or its answer");
            };
            let (card, answer) = (card.clone(), answer.clone());
            cards.answered.push_back(Answered { card, answer });
        }
        Ok(cards)
    }

    /// The keys under which the cards' comments came.
    pub(super) fn keys(&self) -> impl Iterator<Item = &Vec<u8>> {
        let answered = self.answered.iter().map(|answered| &answered.card);
        self.open.values().chain(answered).map(|card| &card.key)
    }

    pub(super) fn is_waiting(&self) -> bool {
        !self.answered.is_empty()
    }

    /// An account's cards are another buyer's from now on.
    pub(super) fn hand_over(&mut self, account: &[u8], to: &[u8]) {
        let answered = self.answered.iter_mut().map(|answered| &mut answered.card);
        for card in self.open.values_mut().chain(answered) {
            if card.buyer == account {
                card.buyer = to.to_vec();
            }
        }
    }
}

impl Shop {
    /// A comment goes to a person.
    pub(super) fn open_card(
        &mut self,
        reviewed: &store::ClaimReviewed,
        at: Timestamp,
    ) -> Result<(), Broken> {
        self.key(reviewed.session, &reviewed.key)?;
        self.buyers.in_own_name(&reviewed.buyer)?;
        if Some(reviewed.review) != self.last_review.checked_add(1) {
            let (found, last) = (reviewed.review, self.last_review);
            return contradiction(format!("card {found} follows card {last}"));
        }
        self.last_review = reviewed.review;
        let card = ReviewAtRest {
            review: reviewed.review,
            buyer: reviewed.buyer.clone(),
            key: reviewed.key.clone(),
            at_ms: at.0,
            reason: reviewed.reason.clone(),
            lines: reviewed.lines.clone(),
            rule: reviewed.rule,
            about: reviewed.about.clone(),
            network: reviewed.network.clone(),
        };
        self.session(reviewed.session)?.cards.open.insert(reviewed.review, card);
        Ok(())
    }

    /// A person answers open cards that read alike, in the order of their comments.
    pub(super) fn resolve(&mut self, resolved: &store::ReviewResolved) -> Result<(), Broken> {
        self.host_key(resolved.session, &resolved.key)?;
        let number = resolved.session;
        if resolved.author.len() != 16 || resolved.reviews.is_empty() {
            return contradiction("an answer to no card, or by nobody");
        }
        if let Some(pair) = resolved.reviews.windows(2).find(|pair| pair[0] >= pair[1]) {
            return Err(CardBroken::OutOfOrder { session: number, review: pair[1] }.into());
        }
        let answer = resolved.answer.as_ref().filter(|answer| !answer.lines.is_empty());
        let cards = &mut self.session(number)?.cards;
        let mut first = None;
        for &review in &resolved.reviews {
            let Some(card) = cards.open.remove(&review) else {
                return Err(CardBroken::NotOpen { session: number, review }.into());
            };
            let first = first.get_or_insert_with(|| card.clone());
            if !is_alike(first, &card) {
                return Err(CardBroken::OtherReading { session: number, review }.into());
            }
            if let Some(answer) = answer {
                cards.answered.push_back(Answered { card, answer: answer.clone() });
            }
        }
        if cards.is_waiting() {
            self.waiting_cards.insert(number);
        }
        self.tally.cards += resolved.reviews.len() as u64;
        Ok(())
    }

    /// A card is served: the one whose turn it is, once, and with what was answered.
    pub(super) fn serve_card(&mut self, served: &Served<'_>) -> Result<(), Broken> {
        let Served { session, review, .. } = *served;
        let cards = &mut self.session(session)?.cards;
        let is_next = |answered: &Answered| answered.card.review == review;
        let is_answered = cards.answered.iter().any(is_next);
        let first = match cards.answered.pop_front() {
            Some(first) if is_answered => first,
            Some(_) | None => return Err(CardBroken::NotAnswered { session, review }.into()),
        };
        if !is_next(&first) {
            let first = first.card.review;
            return Err(CardBroken::NotItsTurn { session, review, first }.into());
        }
        if !cards.is_waiting() {
            self.waiting_cards.remove(&session);
        }
        if !is_served_as(&first, served) {
            return Err(CardBroken::OtherClaim { session, review }.into());
        }
        Ok(())
    }

    /// While answered cards wait, nothing comes but what was due before them.
    pub(super) fn cards_come_next(&self, event: &Event) -> Result<(), Broken> {
        let Some(&session) = self.waiting_cards.first() else {
            return Ok(());
        };
        let may_come = match event {
            Event::ClaimHeld(claimed) | Event::ClaimWaitlisted(claimed) => claimed.review.is_some(),
            Event::ClaimRefused(refused) => refused.review.is_some(),
            Event::HoldExpired(_)
            | Event::CancelClosed(_)
            | Event::WaitlistPromoted(_)
            | Event::Resumed(_) => true,
            Event::SessionOpened(_)
            | Event::SessionStateChanged(_)
            | Event::OfferAdded(_)
            | Event::OfferChanged(_)
            | Event::StockChanged(_)
            | Event::ClaimReviewed(_)
            | Event::ReviewResolved(_)
            | Event::CommentsNoted(_)
            | Event::ClaimReleased(_)
            | Event::CancelBegun(_)
            | Event::CancelUndone(_)
            | Event::RequestRefused(_)
            | Event::HoldExtended(_)
            | Event::OrderConfirmed(_)
            | Event::OrderPaid(_)
            | Event::OrderCancelled(_)
            | Event::RulesChanged(_)
            | Event::BuyerBlocked(_)
            | Event::LinkOffered(_)
            | Event::BuyersLinked(_)
            | Event::BuyerErased(_)
            | Event::SessionArchived(_) => false,
        };
        let first = self.sessions.get(&session).and_then(|known| known.cards.answered.front());
        match first {
            Some(first) if !may_come => {
                Err(CardBroken::Waits { session, review: first.card.review }.into())
            }
            Some(_) | None => Ok(()),
        }
    }
}

fn is_alike(a: &ReviewAtRest, b: &ReviewAtRest) -> bool {
    (&a.reason, a.rule, &a.about) == (&b.reason, b.rule, &b.about) && a.lines == b.lines
}

/// True if it is the card's own comment, buyer and network, and brings what was answered.
fn is_served_as(answered: &Answered, served: &Served<'_>) -> bool {
    let Answered { card, answer } = answered;
    let own = card.key == served.key && card.buyer == served.buyer && served.origin == "host";
    let wanted = |want: &Want| (want.code.clone(), want.variant.clone(), want.quantity_milli);
    let got = |(code, variant, milli): &(&str, &[String], u64)| {
        ((*code).to_owned(), variant.to_vec(), *milli)
    };
    let swaps = |returned: &[store::ReturnedLine]| {
        let mut codes = returned.iter().map(|back| &back.code);
        returned.is_empty() == answer.instead_of.is_empty()
            && codes.all(|code| answer.instead_of.contains(code))
    };
    own && served.network.is_none_or(|network| network == card.network)
        && answer.lines.iter().map(wanted).eq(served.lines.iter().map(got))
        && served.returned.is_none_or(swaps)
}
