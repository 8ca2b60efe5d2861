//! The orders that may still change, and the ways to find them by buyer and to count them by
//! network.

use super::contradiction;
use super::orders::{Order, Standing};
use crate::violation::Broken;
use domain::Millis;
use std::collections::{BTreeMap, BTreeSet};

/// Open and settled orders of sessions that are not archived.
#[derive(Default)]
pub(crate) struct Book {
    orders: BTreeMap<u32, Order>,
    by_buyer: BTreeMap<Vec<u8>, BTreeSet<u32>>,
    /// Held orders of anonymous buyers.
    networks: BTreeMap<Vec<u8>, u32>,
    /// The largest number so far.
    last: u32,
}

impl Book {
    pub(super) fn begin(&mut self, number: u32, order: Order) -> Result<(), Broken> {
        if self.orders.contains_key(&number) {
            return contradiction(format!("order {number} stands there twice"));
        }
        if order.standing == Standing::Held && !order.network.is_empty() {
            *self.networks.entry(order.network.clone()).or_default() += 1;
        }
        self.by_buyer.entry(order.buyer.clone()).or_default().insert(number);
        self.orders.insert(number, order);
        self.last = self.last.max(number);
        Ok(())
    }

    pub(super) fn last(&self) -> u32 {
        self.last
    }

    pub(super) fn set_last(&mut self, last: u32) {
        self.last = last;
    }

    pub(super) fn get(&self, number: u32) -> Result<&Order, Broken> {
        match self.orders.get(&number) {
            Some(order) => Ok(order),
            None => contradiction(format!("there is no open order {number}")),
        }
    }

    pub(super) fn get_mut(&mut self, number: u32) -> Result<&mut Order, Broken> {
        match self.orders.get_mut(&number) {
            Some(order) => Ok(order),
            None => contradiction(format!("there is no open order {number}")),
        }
    }

    /// Moves an order on: what is settled is held no longer.
    pub(super) fn settle(&mut self, number: u32, next: Standing) -> Result<(), Broken> {
        let order = self.get_mut(number)?;
        let before = std::mem::replace(&mut order.standing, next);
        order.hold_until = None;
        let network = order.network.clone();
        if before == Standing::Held {
            self.held_no_more(&network);
        }
        Ok(())
    }

    pub(super) fn remove(&mut self, number: u32) {
        let Some(order) = self.orders.remove(&number) else {
            return;
        };
        if let Some(own) = self.by_buyer.get_mut(&order.buyer) {
            own.remove(&number);
            if own.is_empty() {
                self.by_buyer.remove(&order.buyer);
            }
        }
        if order.standing == Standing::Held {
            self.held_no_more(&order.network);
        }
    }

    fn held_no_more(&mut self, network: &[u8]) {
        if let Some(count) = self.networks.get_mut(network) {
            *count -= 1;
            if *count == 0 {
                self.networks.remove(network);
            }
        }
    }

    /// All, by number.
    pub(super) fn all(&self) -> impl Iterator<Item = (u32, &Order)> {
        self.orders.iter().map(|(&number, order)| (number, order))
    }

    /// A buyer's, by number.
    pub(super) fn of(&self, buyer: &[u8]) -> impl DoubleEndedIterator<Item = (u32, &Order)> {
        let own = self.by_buyer.get(buyer).into_iter().flatten();
        own.map(|number| (*number, &self.orders[number]))
    }

    /// The latest held one of a buyer in a session: what a claim goes into.
    pub(super) fn open(&self, session: u32, buyer: &[u8]) -> Option<(u32, &Order)> {
        let held = |(_, order): &(u32, &Order)| {
            order.session == session && order.standing == Standing::Held
        };
        self.of(buyer).rev().find(held)
    }

    /// How many held orders came from a network.
    pub(super) fn network_count(&self, network: &[u8]) -> u32 {
        self.networks.get(network).copied().unwrap_or(0)
    }

    /// An account's orders are another buyer's from now on.
    pub(super) fn hand_over(&mut self, account: &[u8], to: &[u8]) {
        let own = self.by_buyer.remove(account).unwrap_or_default();
        for number in &own {
            if let Some(order) = self.orders.get_mut(number) {
                order.buyer = to.to_vec();
            }
        }
        if !own.is_empty() {
            self.by_buyer.entry(to.to_vec()).or_default().extend(own);
        }
    }

    /// Nobody loses a hold, or the time to undo a cancel, because the shop was down.
    pub(super) fn resume(&mut self, down: Millis) {
        for order in self.orders.values_mut() {
            order.hold_until = order.hold_until.map(|until| until.plus(down));
            if let Some(cancel) = &mut order.cancel {
                cancel.closes_at = cancel.closes_at.plus(down);
            }
        }
    }
}
