//! Who is not sold to, and which account is which page's buyer.

use super::{Session, Twin};
use crate::promise::{BLOCKED, Checked, ERASED, LINKS, must};
use domain::link::LinkCode;
use domain::{BuyerRef, OrderState, SessionId, Stamp, Timestamp};
use std::collections::{BTreeMap, BTreeSet};

/// What is remembered of buyers.
#[derive(Default)]
pub(super) struct Buyers {
    blocked: BTreeSet<BuyerRef>,
    /// Whose page an account belongs to.
    owners: BTreeMap<BuyerRef, BuyerRef>,
    /// Codes that pages show.
    links: BTreeMap<(SessionId, LinkCode), (BuyerRef, Timestamp)>,
}

impl Twin {
    /// The person behind an account.
    pub(crate) fn person(&self, buyer: BuyerRef) -> BuyerRef {
        self.buyers.owners.get(&buyer).copied().unwrap_or(buyer)
    }

    pub(super) fn blocked(&mut self, buyer: BuyerRef, blocked: bool) -> Checked {
        if blocked {
            self.buyers.blocked.insert(buyer);
        } else {
            self.buyers.blocked.remove(&buyer);
        }
        Ok(())
    }

    pub(super) fn may_buy(&self, buyer: BuyerRef) -> Checked {
        let blocked = self.buyers.blocked.contains(&buyer);
        must(!blocked, BLOCKED, || format!("buyer {buyer} got something"))
    }

    pub(super) fn link_offered(
        &mut self,
        (session, link): (SessionId, LinkCode),
        buyer: BuyerRef,
        until: Timestamp,
        at: Stamp,
    ) -> Checked {
        let links = &mut self.buyers.links;
        links.retain(|(shown_in, _), (page, until)| {
            *shown_in != session || (*page != buyer && *until > at.at)
        });
        let before = links.insert((session, link), (buyer, until));
        must(before.is_none(), LINKS, || format!("#{link} is shown by two pages"))
    }

    /// The account's orders are the page's buyer's from now on.
    pub(super) fn linked(
        &mut self,
        (session, link): (SessionId, LinkCode),
        account: BuyerRef,
        to: BuyerRef,
        at: Stamp,
    ) -> Checked {
        let shown = self.buyers.links.remove(&(session, link));
        let counts = shown.is_some_and(|(page, until)| self.person(page) == to && at.at < until);
        must(counts && account != to, LINKS, || format!("#{link} of {shown:?} for {to}"))?;
        let owners = &mut self.buyers.owners;
        owners.values_mut().filter(|owner| **owner == account).for_each(|owner| *owner = to);
        owners.insert(account, to);
        let kept = |id: &SessionId| self.sessions.get(id).is_some_and(Session::is_kept);
        for order in self.orders.values_mut() {
            if order.buyer == account && kept(&order.session) {
                order.buyer = to;
            }
        }
        Ok(())
    }

    /// A person is forgotten whole, and only once nothing is held for them.
    pub(super) fn erased(&mut self, buyer: BuyerRef, accounts: &[BuyerRef]) -> Checked {
        // What is archived holds nothing: its orders stay as they were.
        let kept = |id: &SessionId| self.sessions.get(id).is_some_and(Session::is_kept);
        let held = self.orders.values().find(|order| {
            order.buyer == buyer && order.state == OrderState::Held && kept(&order.session)
        });
        must(held.is_none(), ERASED, || format!("buyer {buyer} has something held"))?;
        let owned: BTreeSet<_> = self
            .buyers
            .owners
            .iter()
            .filter(|(_, owner)| **owner == buyer)
            .map(|(a, _)| *a)
            .collect();
        let whole = owned == accounts.iter().copied().collect();
        must(whole, ERASED, || format!("buyer {buyer} had {owned:?}, not {accounts:?}"))?;
        for gone in accounts.iter().chain([&buyer]) {
            self.buyers.blocked.remove(gone);
            self.buyers.owners.remove(gone);
        }
        self.buyers.links.retain(|_, (page, _)| *page != buyer);
        Ok(())
    }
}
