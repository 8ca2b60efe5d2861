//! The shop as a reader of its ledger sees it: a small fold, written naively on purpose, that
//! checks each event against everything that is open.
//!
//! Promises: an event that breaks a promise is refused with the promise's name; what is settled is
//! forgotten.
//! Never: decides anything, knows the rules by which claims are judged.

mod checkpoint;
mod claims;
mod orders;
mod sessions;
mod stock;

use crate::violation::Broken;
use domain::{Millis, Quantity, Timestamp};
use orders::{Order, Standing};
use proto::store;
use proto::store::event::Event;
pub(crate) use sessions::{OfferTally, Phase, Session};
use std::collections::BTreeMap;
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
    /// Orders that may still change, by number.
    orders: BTreeMap<u32, Order>,
    /// The largest order number so far.
    last_order: u32,
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
        match event {
            Event::SessionOpened(opened) => self.open_session(opened),
            Event::SessionStateChanged(changed) => self.change_state(changed, at),
            Event::OfferAdded(added) => self.add_offer(added),
            Event::OfferChanged(changed) => {
                self.host_key(changed.session, &changed.key)?;
                self.offer(changed.session, &changed.code).map(|_| ())
            }
            Event::StockChanged(changed) => self.change_stock(changed),
            Event::ClaimHeld(claimed) => self.claim(claimed, true),
            Event::ClaimWaitlisted(claimed) => self.claim(claimed, false),
            Event::ClaimRefused(refused) => {
                self.key(refused.session, &refused.key)?;
                self.number(refused.session, refused.number)
            }
            Event::ClaimReviewed(reviewed) => self.key(reviewed.session, &reviewed.key),
            Event::CommentsNoted(noted) => {
                noted.notes.iter().try_for_each(|note| self.key(noted.session, &note.key))
            }
            Event::ClaimReleased(released) => self.release(released),
            Event::RequestRefused(refused) => self.key(refused.session, &refused.key),
            Event::HoldExpired(expired) => self.expire(expired, at),
            Event::HoldExtended(extended) => self.extend(extended),
            Event::WaitlistPromoted(promoted) => self.promote(promoted),
            Event::OrderConfirmed(acted) => self.settle(acted, Standing::Confirmed),
            Event::OrderPaid(acted) => self.settle(acted, Standing::Paid),
            Event::OrderCancelled(acted) => self.cancel(acted),
            Event::Resumed(resumed) => {
                self.resume(Millis(resumed.down_ms));
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
            let key = digest.iter().map(|byte| format!("{byte:02x}")).collect();
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
