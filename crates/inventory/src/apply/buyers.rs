//! What is remembered of buyers beside their orders: blocks, links, and holds that ran out.

use crate::keys::plain;
use crate::order;
use crate::state::State;
use domain::command::Key;
use domain::event::Event;
use domain::id::{BuyerRef, OrderId, SessionId};
use domain::limits::ARCHIVE_AFTER_MS;
use domain::outcome::{AnswerBody, OutcomeKind};
use domain::reason::Reason;
use domain::snapshot::{BuyerAtRest, LinkAtRest};
use domain::time::Millis;

impl State {
    pub(super) fn buyer_blocked(
        &mut self,
        session: SessionId,
        key: Option<Key>,
        buyer: BuyerRef,
        blocked: bool,
    ) {
        self.known_buyer(buyer).blocked = blocked;
        self.forget_if_plain(buyer);
        if let Some(key) = key {
            self.remember(key, session, AnswerBody::Blocked(buyer, blocked));
        }
    }

    pub(super) fn link_offered(&mut self, event: &Event) {
        let Event::LinkOffered { session, key, buyer, link, until } = event else {
            unreachable!("called for link codes");
        };
        let now = self.stamp.at;
        let links = &mut self.session_mut(*session).rest.links;
        links.retain(|shown| shown.until > now && shown.buyer != *buyer);
        links.push(LinkAtRest { link: *link, buyer: *buyer, until: *until });
        self.remember(*key, *session, AnswerBody::Link(*link, *until));
    }

    /// The account's orders are the page's buyer's, wherever they are; so is whoever was the
    /// account.
    pub(super) fn buyers_linked(&mut self, event: &Event) {
        let Event::BuyersLinked { session, key, account, to, link, .. } = event else {
            unreachable!("called for links");
        };
        assert_ne!(account, to, "nobody is linked with themselves");
        let links = &mut self.session_mut(*session).rest.links;
        let shown = links.iter().position(|shown| shown.link == *link);
        links.remove(shown.expect("a page shows the code"));
        for session in self.sessions.values_mut() {
            let moved = session.buyers.remove(account).unwrap_or_default();
            for id in &moved {
                let order = self.orders.get_mut(id).expect("a session's orders exist");
                order.buyer = *to;
                order.position = self.stamp.position;
            }
            if !moved.is_empty() {
                let own = session.buyers.entry(*to);
                own.extend(moved);
                own.sort_unstable();
            }
            let answered = session.rest.answered.iter_mut().map(|answered| &mut answered.card);
            for card in session.rest.reviews.iter_mut().chain(answered) {
                if card.buyer == *account {
                    card.buyer = *to;
                }
            }
        }
        for known in self.buyers.values_mut() {
            if known.owner == Some(*account) {
                known.owner = Some(*to);
            }
        }
        let known = self.known_buyer(*account);
        known.owner = Some(*to);
        let (expiries, expired_at) = (core::mem::take(&mut known.expiries), known.expired_at);
        if expiries > 0 {
            // Whoever must wait is not let off by a new name.
            let person = self.known_buyer(*to);
            person.expiries = person.expiries.saturating_add(expiries);
            person.expired_at = person.expired_at.max(expired_at);
        }
        let outcome = plain(OutcomeKind::Noted, Some(Reason::Linked));
        self.remember_outcome(*key, *session, outcome);
    }

    /// Nothing is remembered of them beside their finished orders, whose buyer is nobody now.
    pub(super) fn buyer_erased(&mut self, buyer: BuyerRef, accounts: &[BuyerRef]) {
        for gone in accounts.iter().chain([&buyer]) {
            self.buyers.remove(gone);
        }
        for session in self.sessions.values_mut() {
            session.rest.links.retain(|shown| shown.buyer != buyer);
        }
    }

    /// One more order of that buyer ran out, if it held something.
    pub(super) fn count_expiry(&mut self, order: OrderId) {
        let order = &self.orders[&order];
        if order::holds_something(order) {
            let (buyer, at) = (order.buyer, self.stamp.at);
            let known = self.known_buyer(buyer);
            known.expiries = known.expiries.saturating_add(1);
            known.expired_at = at;
        }
    }

    /// The buyer stood by an order.
    pub(super) fn forgive(&mut self, buyer: BuyerRef) {
        if let Some(known) = self.buyers.get_mut(&buyer) {
            known.expiries = 0;
            self.forget_if_plain(buyer);
        }
    }

    /// Forgets what ran out long ago.
    pub(super) fn forget_expiries(&mut self) {
        let now = self.stamp.at;
        for known in self.buyers.values_mut() {
            if known.expired_at.plus(Millis(ARCHIVE_AFTER_MS)) < now {
                known.expiries = 0;
            }
        }
        self.buyers.retain(|_, known| !is_plain(known));
    }

    fn known_buyer(&mut self, buyer: BuyerRef) -> &mut BuyerAtRest {
        self.buyers.entry(buyer).or_insert(BuyerAtRest {
            buyer,
            blocked: false,
            owner: None,
            expiries: 0,
            expired_at: domain::Timestamp(0),
        })
    }

    fn forget_if_plain(&mut self, buyer: BuyerRef) {
        if self.buyers.get(&buyer).is_some_and(is_plain) {
            self.buyers.remove(&buyer);
        }
    }
}

/// True if there is nothing to remember.
pub(crate) fn is_plain(known: &BuyerAtRest) -> bool {
    !known.blocked && known.owner.is_none() && known.expiries == 0
}
