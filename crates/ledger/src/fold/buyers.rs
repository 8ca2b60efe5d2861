//! Who is who: blocks, accounts that were linked with a page's buyer, and orders that ran out.

use super::orders::Standing;
use super::{Shop, contradiction};
use crate::violation::{Broken, BuyerBroken};
use domain::limits::{ARCHIVE_AFTER_MS, LINK_MS};
use domain::rules::Hoarding;
use domain::{LinkCode, Millis, Timestamp};
use proto::store;
use std::collections::{BTreeMap, BTreeSet};

/// What is remembered of buyers beside their orders.
#[derive(Default)]
pub(crate) struct Buyers(BTreeMap<Vec<u8>, Known>);

#[derive(Default)]
struct Known {
    blocked: bool,
    owner: Option<Vec<u8>>,
    expiries: u32,
    expired_at: Timestamp,
}

impl Known {
    /// True if there is nothing to remember.
    fn is_plain(&self) -> bool {
        !self.blocked && self.owner.is_none() && self.expiries == 0
    }
}

/// A code that a page shows.
pub(crate) struct Link {
    link: u32,
    buyer: Vec<u8>,
    until: Timestamp,
}

impl Buyers {
    /// As a checkpoint tells them.
    pub(super) fn restore(rest: &[store::BuyerAtRest]) -> Result<Self, Broken> {
        let mut known = BTreeMap::new();
        for buyer in rest {
            let owner = (!buyer.owner.is_empty()).then(|| buyer.owner.clone());
            let one = Known {
                blocked: buyer.blocked,
                owner,
                expiries: buyer.expiries,
                expired_at: Timestamp(buyer.expired_at_ms),
            };
            if known.insert(buyer.buyer.clone(), one).is_some() {
                return contradiction("a buyer is remembered twice");
            }
        }
        Ok(Self(known))
    }

    pub(super) fn is_blocked(&self, buyer: &[u8]) -> bool {
        self.0.get(buyer).is_some_and(|known| known.blocked)
    }

    /// Who was linked acts as the page's buyer ever after.
    pub(super) fn in_own_name(&self, buyer: &[u8]) -> Result<(), Broken> {
        match self.0.get(buyer) {
            Some(Known { owner: Some(_), .. }) => {
                Err(BuyerBroken::OldName { buyer: hex(buyer) }.into())
            }
            Some(Known { owner: None, .. }) | None => Ok(()),
        }
    }

    fn person<'a>(&'a self, buyer: &'a [u8]) -> &'a [u8] {
        self.0.get(buyer).and_then(|known| known.owner.as_deref()).unwrap_or(buyer)
    }

    /// An order that held something ran out.
    pub(super) fn ran_out(&mut self, buyer: &[u8], at: Timestamp) {
        let known = self.0.entry(buyer.to_vec()).or_default();
        known.expiries = known.expiries.saturating_add(1);
        known.expired_at = at;
    }

    /// An order was confirmed or paid.
    pub(super) fn stood_by(&mut self, buyer: &[u8]) {
        if let Some(known) = self.0.get_mut(buyer) {
            known.expiries = 0;
        }
        self.forget_if_plain(buyer);
    }

    /// What ran out long ago is forgotten when a session is archived.
    pub(super) fn forget_expiries(&mut self, now: Timestamp) {
        for known in self.0.values_mut() {
            if known.expired_at.plus(Millis(ARCHIVE_AFTER_MS)) < now {
                known.expiries = 0;
            }
        }
        self.0.retain(|_, known| !known.is_plain());
    }

    /// True if the buyer must wait before taking anything new.
    pub(super) fn is_cooling(&self, buyer: &[u8], rule: &Hoarding, now: Timestamp) -> bool {
        let (Some(most), Some(known)) = (rule.expiries, self.0.get(buyer)) else {
            return false;
        };
        known.expiries >= most && now < known.expired_at.plus(rule.cooldown)
    }

    fn forget_if_plain(&mut self, buyer: &[u8]) {
        if self.0.get(buyer).is_some_and(Known::is_plain) {
            self.0.remove(buyer);
        }
    }

    /// Whoever was the account is `to` now.
    fn hand_over(&mut self, account: &[u8], to: &[u8]) {
        for known in self.0.values_mut() {
            if known.owner.as_deref() == Some(account) {
                known.owner = Some(to.to_vec());
            }
        }
        self.0.entry(account.to_vec()).or_default().owner = Some(to.to_vec());
    }
}

/// The codes that pages show, as a checkpoint tells them.
pub(super) fn links_at_rest(session: &store::SessionAtRest) -> Vec<Link> {
    let link = |link: &store::LinkAtRest| Link {
        link: link.link,
        buyer: link.buyer.clone(),
        until: Timestamp(link.until_ms),
    };
    session.links.iter().map(link).collect()
}

impl Shop {
    pub(super) fn block(&mut self, blocked: &store::BuyerBlocked) -> Result<(), Broken> {
        self.host_key(blocked.session, &blocked.key)?;
        self.buyers.0.entry(blocked.buyer.clone()).or_default().blocked = blocked.blocked;
        self.buyers.forget_if_plain(&blocked.buyer);
        Ok(())
    }

    /// A page shows a code: one that no other page shows, for ten minutes.
    pub(super) fn offer_link(
        &mut self,
        offered: &store::LinkOffered,
        at: Timestamp,
    ) -> Result<(), Broken> {
        let (session, link) = (offered.session, offered.link);
        if offered.key.is_none() || link >= u32::from(LinkCode::COUNT) {
            return contradiction("a link code without a key, or of more than four digits");
        }
        self.host_key(session, &offered.key)?;
        self.buyers.in_own_name(&offered.buyer)?;
        let until = Timestamp(offered.until_ms);
        if until != at.plus(Millis(LINK_MS)) {
            return Err(BuyerBroken::LinkTime { session, link }.into());
        }
        let links = &mut self.session(session)?.links;
        links.retain(|shown| shown.until > at);
        let shown = links.iter().any(|shown| shown.link == link);
        links.retain(|shown| shown.buyer != offered.buyer);
        if shown {
            return Err(BuyerBroken::LinkShown { session, link }.into());
        }
        links.push(Link { link, buyer: offered.buyer.clone(), until });
        Ok(())
    }

    /// An account typed a page's code: what it has is that page's buyer's.
    pub(super) fn link_buyers(
        &mut self,
        linked: &store::BuyersLinked,
        at: Timestamp,
    ) -> Result<(), Broken> {
        self.key(linked.session, &linked.key)?;
        let (session, link) = (linked.session, linked.link);
        let (account, to) = (&linked.account, &linked.to);
        self.buyers.in_own_name(account)?;
        if account == to {
            return contradiction("a buyer is linked with themselves");
        }
        let links = &mut self.session(session)?.links;
        let shown = links.iter().position(|shown| shown.link == link && shown.until > at);
        let Some(shown) = shown.map(|shown| links.remove(shown)) else {
            return Err(BuyerBroken::NoLink { session, link }.into());
        };
        if self.buyers.person(&shown.buyer) != to {
            return Err(BuyerBroken::OtherPage { session, link }.into());
        }
        self.book.hand_over(account, to);
        self.buyers.hand_over(account, to);
        for session in self.sessions.values_mut() {
            session.cards.hand_over(account, to);
        }
        self.tally.links += 1;
        Ok(())
    }

    /// A person is forgotten with every account of theirs, and nothing is under way for them.
    pub(super) fn erase(&mut self, erased: &store::BuyerErased) -> Result<(), Broken> {
        let buyer = &erased.buyer;
        self.buyers.in_own_name(buyer)?;
        let open = |order: &super::orders::Order| {
            let waits = order.lines.iter().any(|line| !line.waits.is_zero());
            order.standing == Standing::Held || waits || order.cancel.is_some()
        };
        if self.book.of(buyer).any(|(_, order)| open(order)) {
            return Err(BuyerBroken::ErasedTooSoon { buyer: hex(buyer) }.into());
        }
        let owned = self.buyers.0.iter().filter(|(_, known)| known.owner.as_ref() == Some(buyer));
        let owned: BTreeSet<_> = owned.map(|(account, _)| account.clone()).collect();
        if owned != erased.accounts.iter().cloned().collect() {
            return Err(BuyerBroken::ErasedInPart { buyer: hex(buyer) }.into());
        }
        for gone in erased.accounts.iter().chain([buyer]) {
            self.buyers.0.remove(gone);
        }
        for session in self.sessions.values_mut() {
            session.links.retain(|shown| shown.buyer != *buyer);
        }
        Ok(())
    }
}

/// A reference or digest as people compare it.
pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
