//! All that is held about one buyer, for themselves: who they are to us, where their orders go,
//! their orders, and everything they ever said or asked, in its order.

use crate::error::HubError;
use crate::hub::{Hub, vault_failed};
use domain::limits::DOSSIER_EVENTS_PER_READ;
use domain::{BuyerRef, Contact, Event, OrderId, OrderView, Seq, ShopId, Stamp, Timestamp};
use journal::{PersonalWords, Spoken};
use std::collections::BTreeSet;

/// Who somebody is to a shop.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Dossier {
    /// The person: the page's buyer who linked the other accounts, or just the buyer.
    pub person: BuyerRef,
    /// Their own, and those they linked.
    pub accounts: Vec<Account>,
    /// Those of sessions that are not archived, by number.
    pub orders: Vec<OrderView>,
}

/// One account of a buyer.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Account {
    /// As the ledger knows them.
    pub buyer: BuyerRef,
    /// From where.
    pub platform: String,
    /// The platform's own id.
    pub platform_id: String,
    /// What they last called themselves.
    pub name: Option<String>,
    /// On which day they were last heard of.
    pub heard: Timestamp,
    /// Where their orders go.
    pub contact: Option<Contact>,
}

/// Something that happened to a buyer.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Deed {
    /// Where and when.
    pub stamp: Stamp,
    /// What: the event's frame, as it was journaled.
    pub frame: Vec<u8>,
    /// True if it is theirs alone; otherwise it tells of others too.
    pub own: bool,
    /// What they said.
    pub said: Vec<PersonalWords>,
}

/// A buyer's deeds, read a piece at a time.
pub struct Deeds {
    hub: Hub,
    shop: ShopId,
    who: BTreeSet<BuyerRef>,
    orders: BTreeSet<OrderId>,
    at: Seq,
    until: Seq,
}

const DAY_MS: u64 = 86_400_000;

impl Dossier {
    /// True if anything was heard of any account since that moment's day.
    pub(crate) fn heard_of(&self, since: Timestamp) -> bool {
        let day = since.0 / DAY_MS;
        self.accounts.iter().any(|account| {
            let given = account.contact.as_ref().map(|contact| contact.consent.at);
            account.heard.max(given.unwrap_or_default()).0 / DAY_MS >= day
        })
    }
}

impl Hub {
    /// Who a buyer is; none if the shop knows nobody by this reference, or they were erased.
    ///
    /// # Errors
    /// If the vault cannot be read; others see [`HubError`].
    pub async fn dossier(
        &self,
        shop: ShopId,
        buyer: BuyerRef,
    ) -> Result<Option<Dossier>, HubError> {
        let look = move |state: &inventory::State| {
            let person = state.person(buyer);
            let sessions: Vec<_> = state.sessions().collect();
            let orders = sessions.into_iter().flat_map(|of| state.orders_of(of, person));
            let mut who = vec![person];
            who.extend(state.accounts_of(person));
            (who, orders.collect::<Vec<_>>())
        };
        let (who, orders) = self.read(shop, look).await?;
        let mut accounts = Vec::with_capacity(who.len());
        for &buyer in &who {
            accounts.extend(self.account(shop, buyer)?);
        }
        let found = accounts.iter().any(|account| account.buyer == buyer);
        Ok(found.then_some(Dossier { person: who[0], accounts, orders }))
    }

    fn account(&self, shop: ShopId, buyer: BuyerRef) -> Result<Option<Account>, HubError> {
        let vault = self.inner.journal.vault();
        let Some(kept) = vault.kept(shop, buyer).map_err(vault_failed)? else {
            return Ok(None);
        };
        Ok(Some(Account {
            buyer,
            platform: kept.platform,
            platform_id: kept.platform_id,
            name: self.buyer_name(shop, buyer),
            heard: Timestamp(u64::from(kept.seen_day) * DAY_MS),
            contact: self.contact(shop, buyer)?,
        }))
    }

    /// What these accounts said and what came of it, from the shop's first event to its last of
    /// now.
    pub fn deeds(&self, shop: ShopId, of: &Dossier) -> Deeds {
        let head = self.inner.journal.durable().head(shop).unwrap_or_default();
        Deeds {
            hub: self.clone(),
            shop,
            who: of.accounts.iter().map(|account| account.buyer).collect(),
            orders: BTreeSet::new(),
            at: Seq(0),
            until: head.position.seq,
        }
    }
}

impl Deeds {
    /// The next ones, perhaps none of this piece of the history; nothing at its end. Blocking.
    ///
    /// # Errors
    /// If the journal cannot be read.
    pub fn read(&mut self) -> Result<Option<Vec<Deed>>, HubError> {
        if self.at >= self.until {
            return Ok(None);
        }
        let journal = self.hub.inner.journal.clone();
        let frames = journal.read(self.shop, self.at, DOSSIER_EVENTS_PER_READ);
        let frames = frames.map_err(vault_failed)?;
        let Some(last) = frames.last().map(|frame| frame.stamp.position.seq) else {
            return Ok(None);
        };
        let spoken = journal.spoken(self.shop, self.at.next(), last).map_err(vault_failed)?;
        let mut spoken = spoken.into_iter().filter(|spoken| self.who.contains(&spoken.buyer));
        let mut said: Vec<Spoken> = spoken.by_ref().collect();
        said.sort_by_key(|spoken| std::cmp::Reverse(spoken.seq));
        let mut deeds = Vec::new();
        for frame in frames {
            let seq = frame.stamp.position.seq;
            let event = journal::codec::decode_event(&frame.bytes);
            let event = event.map_err(|_| HubError::Internal)?;
            let mut words = Vec::new();
            while said.last().is_some_and(|spoken| spoken.seq <= seq) {
                words.extend(said.pop().map(|spoken| spoken.words));
            }
            let own = self.concerns(&event);
            if own || !words.is_empty() {
                deeds.push(Deed { stamp: frame.stamp, frame: frame.bytes, own, said: words });
            }
        }
        self.at = last;
        Ok(Some(deeds))
    }

    /// True if the event is theirs, or one of their orders'.
    fn concerns(&mut self, event: &Event) -> bool {
        match event {
            Event::ClaimHeld(claimed) | Event::ClaimWaitlisted(claimed) => {
                let own = self.who.contains(&claimed.buyer);
                self.orders.extend(own.then_some(claimed.order));
                own
            }
            Event::WaitlistPromoted { order, into, .. } => {
                let own = self.orders.contains(order);
                self.orders.extend(own.then_some(*into));
                own
            }
            Event::ClaimRefused { buyer, .. }
            | Event::ClaimReviewed { buyer, .. }
            | Event::ClaimReleased { buyer, .. }
            | Event::RequestRefused { buyer, .. }
            | Event::BuyerBlocked { buyer, .. }
            | Event::LinkOffered { buyer, .. }
            | Event::BuyerErased { buyer, .. } => self.who.contains(buyer),
            Event::BuyersLinked { account, to, .. } => {
                self.who.contains(account) || self.who.contains(to)
            }
            Event::CancelBegun { order, .. }
            | Event::CancelUndone { order, .. }
            | Event::CancelClosed { order, .. }
            | Event::HoldExpired { order, .. }
            | Event::HoldExtended { order, .. }
            | Event::OrderConfirmed { order, .. }
            | Event::OrderPaid { order, .. }
            | Event::OrderCancelled { order, .. } => self.orders.contains(order),
            Event::SessionOpened { .. }
            | Event::SessionStateChanged { .. }
            | Event::OfferAdded { .. }
            | Event::OfferChanged { .. }
            | Event::StockChanged { .. }
            | Event::ReviewResolved { .. }
            | Event::CommentsNoted { .. }
            | Event::RulesChanged { .. }
            | Event::Resumed { .. }
            | Event::SessionArchived { .. } => false,
        }
    }
}
