//! Facts change the state, here and nowhere else. Nothing is decided: a fact carries all that it
//! changes.

mod buyers;
mod cancel;
mod card;
mod claim;
mod offer;
mod order;
mod session;

pub(crate) use self::buyers::is_plain;
use crate::state::State;
use domain::event::{Event, Fact};
use domain::order::OrderState;
use domain::position::Stamp;

impl State {
    /// Takes one fact, the next of this shop, into the state.
    ///
    /// # Panics
    /// If the fact contradicts the state (a gap in the sequence, stock promised twice, an order
    /// there is not): then the history is broken or we are wrong, and the shop must not go on.
    pub fn apply(&mut self, fact: &Fact) {
        self.advance(fact.stamp);
        match &fact.event {
            Event::SessionOpened { .. } => self.session_opened(&fact.event),
            Event::SessionStateChanged { session, key, state } => {
                self.session_state_changed(*session, *key, *state)
            }
            Event::OfferAdded { .. } => self.offer_added(&fact.event),
            Event::OfferChanged { .. } => self.offer_changed(&fact.event),
            Event::StockChanged { .. } => self.stock_changed(&fact.event),
            Event::ClaimHeld(claimed) | Event::ClaimWaitlisted(claimed) => self.claimed(claimed),
            Event::ClaimRefused { .. } => self.claim_refused(&fact.event),
            Event::ClaimReviewed { .. } => self.claim_reviewed(&fact.event),
            Event::ReviewResolved { .. } => self.review_resolved(&fact.event),
            Event::CommentsNoted { session, notes } => self.comments_noted(*session, notes),
            Event::ClaimReleased { .. } => self.claim_released(&fact.event),
            Event::CancelBegun { .. } => self.cancel_begun(&fact.event),
            Event::CancelUndone { .. } => self.cancel_undone(&fact.event),
            Event::CancelClosed { session: _, order, lines } => self.cancel_closed(*order, lines),
            Event::RequestRefused { session, key, buyer: _, reason } => {
                self.request_refused(*session, *key, *reason)
            }
            Event::HoldExpired { session: _, order, lines } => {
                self.count_expiry(*order);
                self.close(*order, lines, OrderState::Expired);
            }
            Event::HoldExtended { .. } => self.hold_extended(&fact.event),
            Event::WaitlistPromoted { .. } => self.waitlist_promoted(&fact.event),
            Event::OrderConfirmed { session, key, order } => {
                self.order_settled(*session, *key, *order, OrderState::Confirmed)
            }
            Event::OrderPaid { session, key, order } => {
                self.order_settled(*session, *key, *order, OrderState::Paid)
            }
            Event::OrderCancelled { session, key, order, lines } => {
                self.close(*order, lines, OrderState::Cancelled);
                self.remember_order(*session, *key, *order);
            }
            Event::RulesChanged { session, key, rules } => {
                self.rules_changed(*session, *key, rules)
            }
            Event::BuyerBlocked { session, key, buyer, blocked } => {
                self.buyer_blocked(*session, *key, *buyer, *blocked)
            }
            Event::LinkOffered { .. } => self.link_offered(&fact.event),
            Event::BuyersLinked { .. } => self.buyers_linked(&fact.event),
            Event::BuyerErased { buyer, accounts } => self.buyer_erased(*buyer, accounts),
            Event::Resumed { down } => self.resumed(*down),
            Event::SessionArchived { session } => self.session_archived(*session),
        }
    }

    fn advance(&mut self, stamp: Stamp) {
        let (before, after) = (self.stamp.position, stamp.position);
        assert_eq!(after.seq, before.seq.next(), "facts come without gaps");
        assert!(after.epoch >= before.epoch, "an older writer is fenced");
        assert!(stamp.at >= self.stamp.at, "shop time never falls");
        self.stamp = stamp;
    }
}
