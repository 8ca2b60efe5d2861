//! Buyers who ask to be forgotten: the event and the vault's rows go to disk together or not at
//! all, whatever crashes in between, and nobody brings them back.

use crate::coverage::Seen;
use crate::deed::Stand;
use crate::promise::{Checked, ERASED, EXPECTED, broken, must, of};
use crate::told::Told;
use crate::world::World;
use domain::{BuyerRef, Event, Rejection, ShopId};
use hub::{Ask, Erase, Erased, HubError, Input};
use journal::Rows;
use journal::memory::MemoryDisk;

impl World {
    /// Somebody who waits for no answer leaves. Whoever comes again from where they came is
    /// somebody new.
    pub(crate) fn somebody_leaves(&mut self, shop: ShopId) -> Checked {
        let buyers = self.markets[&shop].buyers.len();
        let at = self.leaving.below(u32::try_from(buyers).expect("few buyers")) as usize;
        let buyer = self.markets[&shop].buyers[at];
        let twin = &self.witnesses[&shop].twin;
        let person = twin.person(buyer);
        let own = |whose: BuyerRef| twin.person(whose) == person;
        let waits = self.deeds.iter().any(|deed| {
            deed.shop == shop && deed.stand != Stand::Done && deed.buyer.is_some_and(own)
        });
        if waits || self.process.is_none() {
            return Ok(());
        }
        let gone: Vec<usize> =
            (0..buyers).filter(|at| own(self.markets[&shop].buyers[*at])).collect();
        for at in gone {
            let (high, low) = (self.leaving.number(), self.leaving.number());
            let new = BuyerRef((u128::from(high) << 64 | u128::from(low)).to_be_bytes());
            self.market(shop).buyers[at] = new;
        }
        let mailbox = self.mailbox.clone();
        let reply = Box::new(move |erased| mailbox.put(Told::Erased(shop, erased)));
        self.tell_lane(shop, Input::Ask(Ask::Erase(Erase { buyer, reply })))
    }

    /// They are told once it is durable.
    pub(crate) fn left(&mut self, shop: ShopId, told: Result<Erased, HubError>) -> Checked {
        let erased = match told {
            Ok(erased) => erased,
            Err(HubError::Rejected(Rejection::OpenOrders)) => {
                self.trace.saw(Seen::LeftTooSoon);
                return Ok(());
            }
            Err(HubError::Busy { .. } | HubError::DiskLow | HubError::UnknownBuyer) => {
                return Ok(());
            }
            Err(HubError::Internal) if self.panics.0 > 0 => return Ok(()),
            Err(error) => return broken(EXPECTED, of(shop, format!("{error:?} to who leaves"))),
        };
        let witness = &self.witnesses[&shop];
        witness.covers(erased.position.seq, "an erasure")?;
        let fact = witness.fact(erased.position.seq);
        let gone = fact.map(|fact| gone(&fact.event)).unwrap_or_default();
        must(gone.len() == erased.accounts as usize, ERASED, || of(shop, format!("{erased:?}")))?;
        self.viewers.retain(|_, viewer| viewer.shop != shop || !gone.contains(&viewer.buyer));
        Ok(())
    }

    /// At the end nobody was brought back.
    pub(crate) fn stay_gone(&self, shop: ShopId) -> Checked {
        let facts = &self.witnesses[&shop].log;
        facts.iter().try_for_each(|fact| is_gone(&self.disk, shop, &fact.event))
    }
}

/// Whoever an event erases.
fn gone(event: &Event) -> Vec<BuyerRef> {
    match event {
        Event::BuyerErased { buyer, accounts } => accounts.iter().chain([buyer]).copied().collect(),
        _ => Vec::new(),
    }
}

/// Where the event is, the vault's rows are not.
pub(crate) fn is_gone(disk: &MemoryDisk, shop: ShopId, event: &Event) -> Checked {
    for buyer in gone(event) {
        let row = disk.buyer_by_ref(shop, buyer).ok().flatten();
        let buried = disk.erased(shop, buyer).ok().flatten();
        must(row.is_none() && buried.is_some(), ERASED, || {
            of(shop, format!("buyer {buyer}: {row:?}, {buried:?}"))
        })?;
    }
    Ok(())
}
