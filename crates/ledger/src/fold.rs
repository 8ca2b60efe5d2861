//! The shop as a reader of its ledger sees it: a small fold, written naively on purpose, that
//! checks each event against everything that is open.
//!
//! Promises: an event that breaks a promise is refused with the promise's name; what is settled is
//! forgotten.
//! Never: decides anything, knows what a claim asked for or when it was said.

mod book;
mod buyers;
mod cancels;
mod cards;
mod checkpoint;
mod claims;
mod deadlines;
mod limits;
mod orders;
mod sessions;
mod stock;
mod terms;

use crate::violation::Broken;
use book::Book;
use buyers::Buyers;
use cancels::ClosedBefore;
use domain::{Millis, Quantity, Timestamp};
use orders::Standing;
use proto::store;
use proto::store::event::Event;
pub(crate) use sessions::{OfferTally, Phase, Session};
use std::collections::{BTreeMap, BTreeSet};
use stock::Shelf;

/// Everything that is open in one shop, and what was counted on the way.
#[derive(Default)]
pub(crate) struct Shop {
    /// Stock and lines, by item and cell.
    pub(crate) shelf: Shelf,
    /// Sessions that are not archived, by number.
    pub(crate) sessions: BTreeMap<u32, Session>,
    /// Archived ones: what they came to.
    pub(crate) archived: BTreeMap<u32, Session>,
    /// Orders that may still change.
    book: Book,
    /// What is remembered of buyers beside their orders.
    buyers: Buyers,
    /// The last card's number.
    last_review: u32,
    /// Sessions with answered cards that are to be claimed next.
    waiting_cards: BTreeSet<u32>,
    /// Set between a cancel that closed before its time and the one that made it.
    closed_before: Option<ClosedBefore>,
    /// Remembered keys, each with its session.
    keys: BTreeMap<Vec<u8>, u32>,
    /// What was counted.
    pub(crate) tally: Tally,
}

/// Counts over the whole file.
#[derive(Default)]
pub(crate) struct Tally {
    /// Keys that were answered.
    pub(crate) keys: u64,
    /// Claims that reached stock or were refused.
    pub(crate) claims: u64,
    /// Times that stock went to the first in line.
    pub(crate) promotions: u64,
    /// Deadlines that passed.
    pub(crate) expiries: u64,
    /// Cards that a person answered.
    pub(crate) cards: u64,
    /// Cancels that closed.
    pub(crate) cancels: u64,
    /// Accounts that were linked.
    pub(crate) links: u64,
}

/// The word for a fact that cannot be one.
fn contradiction<T>(why: impl Into<String>) -> Result<T, Broken> {
    Err(Broken::Contradiction { why: why.into() })
}

/// A quantity of the wire; beyond every harvest is none.
fn quantity(milli: u64) -> Result<Quantity, Broken> {
    match Quantity::from_milli(milli) {
        Some(quantity) => Ok(quantity),
        None => contradiction(format!("{milli} thousandths are beyond every harvest")),
    }
}

impl Shop {
    /// Takes one event into account.
    ///
    /// # Errors
    /// The promise that it breaks, or how it contradicts the events before it.
    pub(crate) fn apply(&mut self, event: &Event, at: Timestamp) -> Result<(), Broken> {
        self.explain_closing(event)?;
        self.cards_come_next(event)?;
        match event {
            Event::SessionOpened(opened) => self.open_session(opened),
            Event::SessionStateChanged(changed) => self.change_state(changed, at),
            Event::OfferAdded(added) => self.add_offer(added),
            Event::OfferChanged(changed) => self.change_offer(changed, at),
            Event::StockChanged(changed) => self.change_stock(changed),
            Event::ClaimHeld(claimed) => self.claim(claimed, true, at),
            Event::ClaimWaitlisted(claimed) => self.claim(claimed, false, at),
            Event::ClaimRefused(refused) => self.refuse(refused),
            Event::ClaimReviewed(reviewed) => self.open_card(reviewed, at),
            Event::ReviewResolved(resolved) => self.resolve(resolved),
            Event::CommentsNoted(noted) => {
                noted.notes.iter().try_for_each(|note| self.key(noted.session, &note.key))
            }
            Event::ClaimReleased(released) => self.release(released),
            Event::CancelBegun(begun) => self.begin_cancel(begun, at),
            Event::CancelUndone(undone) => self.undo_cancel(undone, at),
            Event::CancelClosed(closed) => self.close_cancel(closed, at),
            Event::RequestRefused(refused) => self.key(refused.session, &refused.key),
            Event::HoldExpired(expired) => self.expire(expired, at),
            Event::HoldExtended(extended) => self.extend(extended),
            Event::WaitlistPromoted(promoted) => self.promote(promoted, at),
            Event::OrderConfirmed(acted) => self.settle(acted, Standing::Confirmed),
            Event::OrderPaid(acted) => self.settle(acted, Standing::Paid),
            Event::OrderCancelled(acted) => self.cancel(acted),
            Event::RulesChanged(changed) => self.change_rules(changed, at),
            Event::BuyerBlocked(blocked) => self.block(blocked),
            Event::LinkOffered(offered) => self.offer_link(offered, at),
            Event::BuyersLinked(linked) => self.link_buyers(linked, at),
            Event::BuyerErased(erased) => self.erase(erased),
            Event::Resumed(resumed) => {
                self.book.resume(Millis(resumed.down_ms));
                Ok(())
            }
            Event::SessionArchived(archived) => self.archive(archived.session, at),
        }
    }

    /// Promise 3: a key is answered once while its session is not archived.
    fn key(&mut self, session: u32, digest: &[u8]) -> Result<(), Broken> {
        self.session(session)?;
        if digest.len() != 16 {
            return contradiction("its key is not a digest of 16 bytes");
        }
        if self.keys.insert(digest.to_vec(), session).is_some() {
            let key = buyers::hex(digest);
            return Err(Broken::KeyTwice { key, session });
        }
        self.tally.keys += 1;
        Ok(())
    }

    /// The same for a host's call, which may have no key.
    fn host_key(&mut self, session: u32, key: &Option<store::Key>) -> Result<(), Broken> {
        match key {
            Some(key) => self.key(session, &key.digest),
            None => self.session(session).map(|_| ()),
        }
    }

    /// Promise 4: the claims of a session are numbered from 1 without gaps.
    fn number(&mut self, session: u32, found: u32) -> Result<(), Broken> {
        let record = self.session(session)?;
        let expected = record.last_number.saturating_add(1);
        if found != expected {
            return Err(Broken::NumberJumps { session, expected, found });
        }
        record.last_number = found;
        self.tally.claims += 1;
        Ok(())
    }
}
