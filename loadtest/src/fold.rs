//! What a ledger comes to, by a fold of our own: slow, plain, and believing nothing that it can
//! count.

use crate::line::{Body, Line};
use proto::store;
use proto::store::event::Event;
use std::collections::{BTreeMap, HashSet};

/// A shop as its ledger tells it.
#[derive(Default)]
pub(crate) struct Fold {
    /// Stock figures by item and cell.
    pub(crate) cells: BTreeMap<(u32, u32), Cell>,
    /// Orders by number.
    pub(crate) orders: BTreeMap<u32, Order>,
    /// Which item stands behind a session's code.
    pub(crate) offers: BTreeMap<(u32, String), u32>,
    /// The last claim's number by session.
    pub(crate) numbers: BTreeMap<u32, u32>,
    /// The last line's sequence number; zero before the first.
    pub(crate) seq: u64,
    /// Whether a line was folded.
    begun: bool,
    keys: HashSet<Vec<u8>>,
}

/// One stock figure, in thousandths.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub(crate) struct Cell {
    /// All there is.
    pub(crate) stock: u64,
    /// Held and sold.
    pub(crate) taken: u64,
}

/// One order.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub(crate) struct Order {
    pub(crate) session: u32,
    /// The contract's word.
    pub(crate) state: &'static str,
    /// Held and waitlisted thousandths by code and variant.
    pub(crate) lines: BTreeMap<(String, Vec<String>), (u64, u64)>,
}

/// A promise that does not hold, in a sentence.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Broken(pub(crate) String);

type Proven = Result<(), Broken>;

fn hold(condition: bool, otherwise: impl FnOnce() -> String) -> Proven {
    if condition { Ok(()) } else { Err(Broken(otherwise())) }
}

impl Fold {
    /// Folds a whole ledger.
    ///
    /// # Errors
    /// The first promise that does not hold, with its line's sequence number.
    pub(crate) fn of(lines: &[Line]) -> Result<Self, Broken> {
        let mut fold = Self::default();
        for line in lines {
            fold.line(line).map_err(|Broken(why)| Broken(format!("seq {}: {why}", line.seq)))?;
        }
        Ok(fold)
    }

    fn line(&mut self, line: &Line) -> Proven {
        match &line.body {
            Body::Checkpoint(shop) => {
                hold(!self.begun, || "a checkpoint behind the first line".into())?;
                self.start(shop);
            }
            Body::Event(event) => {
                let next = self.seq + 1;
                hold(line.seq == next, || format!("{next} is missing"))?;
                self.once(event)?;
                self.event(event)?;
            }
        }
        (self.seq, self.begun) = (line.seq, true);
        hold(self.cells.values().all(|cell| cell.taken <= cell.stock), || self.oversold())
    }

    fn oversold(&self) -> String {
        let over = self.cells.iter().find(|(_, cell)| cell.taken > cell.stock);
        over.map_or_else(String::new, |((item, cell), figure)| {
            let Cell { stock, taken } = figure;
            format!("oversold: item {item} cell {cell} has {stock} and gave {taken} thousandths")
        })
    }

    fn start(&mut self, shop: &store::Checkpoint) {
        for item in &shop.items {
            for (at, cell) in (0..).zip(&item.cells) {
                let taken = cell.held_milli + cell.sold_milli;
                self.cells.insert((item.item, at), Cell { stock: cell.stock_milli, taken });
            }
        }
        for session in &shop.sessions {
            self.numbers.insert(session.session, session.last_number);
            for offer in &session.offers {
                let code = offer.terms.as_ref().map(|terms| terms.code.clone());
                self.offers.insert((session.session, code.unwrap_or_default()), offer.item);
            }
        }
        for at_rest in &shop.orders {
            let order = self.orders.entry(at_rest.order).or_default();
            order.session = at_rest.session;
            order.state = state_word(&at_rest.state);
            for line in &at_rest.lines {
                order.add(&line.code, &line.variant, line.held_milli, line.waitlisted_milli);
            }
        }
    }

    /// Promise 3: no key twice. Digests are scoped by session, so one set serves all.
    fn once(&mut self, event: &Event) -> Proven {
        for key in keys(event) {
            hold(self.keys.insert(key.to_vec()), || "a key is answered twice".into())?;
        }
        Ok(())
    }

    fn event(&mut self, event: &Event) -> Proven {
        match event {
            Event::OfferAdded(offer) => self.offer(offer),
            Event::StockChanged(change) => {
                let at = (change.item, change.cell);
                let cell = self.cells.get_mut(&at).ok_or_else(|| Broken("no such item".into()))?;
                cell.stock = change.stock_milli;
            }
            Event::ClaimHeld(claim) | Event::ClaimWaitlisted(claim) => self.claim(claim)?,
            Event::ClaimRefused(refused) => self.number(refused.session, refused.number)?,
            Event::WaitlistPromoted(promoted) => self.promote(promoted)?,
            Event::ClaimReleased(back) => self.leave(back.order, &back.lines)?,
            Event::CancelClosed(back) => self.leave(back.order, &back.lines)?,
            Event::HoldExpired(back) => {
                self.give_back(back.order, &back.lines)?;
                self.set_state(back.order, "expired");
            }
            Event::OrderCancelled(back) => {
                self.give_back(back.order, &back.lines)?;
                self.set_state(back.order, "cancelled");
            }
            Event::OrderConfirmed(act) => self.set_state(act.order, "confirmed"),
            Event::OrderPaid(act) => self.set_state(act.order, "paid"),
            Event::SessionOpened(_)
            | Event::SessionStateChanged(_)
            | Event::OfferChanged(_)
            | Event::ClaimReviewed(_)
            | Event::ReviewResolved(_)
            | Event::CommentsNoted(_)
            | Event::CancelBegun(_)
            | Event::CancelUndone(_)
            | Event::RequestRefused(_)
            | Event::RulesChanged(_)
            | Event::BuyerBlocked(_)
            | Event::LinkOffered(_)
            | Event::BuyersLinked(_)
            | Event::BuyerErased(_)
            | Event::HoldExtended(_)
            | Event::Resumed(_)
            | Event::SessionArchived(_) => {}
        }
        Ok(())
    }

    fn offer(&mut self, offer: &store::OfferAdded) {
        let Some(terms) = &offer.terms else { return };
        self.offers.insert((offer.session, terms.code.clone()), offer.item);
        if offer.new_item {
            for (cell, &stock) in (0..).zip(&terms.stock_milli) {
                self.cells.insert((offer.item, cell), Cell { stock, taken: 0 });
            }
        }
    }

    /// Promise 4: numbers from 1 without gaps.
    fn number(&mut self, session: u32, number: u32) -> Proven {
        let last = self.numbers.entry(session).or_default();
        let next = *last + 1;
        *last = number;
        hold(number == next, || format!("claim number {number} where {next} comes next"))
    }

    fn claim(&mut self, claim: &store::Claimed) -> Proven {
        self.number(claim.session, claim.number)?;
        self.give_back(claim.order, &claim.returned)?;
        let order = self.orders.entry(claim.order).or_default();
        order.session = claim.session;
        order.state = "held";
        for line in &claim.lines {
            order.add(&line.code, &line.variant, line.held_milli, line.waitlisted_milli);
            self.cells.entry((line.item, line.cell)).or_default().taken += line.held_milli;
        }
        Ok(())
    }

    fn promote(&mut self, promoted: &store::WaitlistPromoted) -> Proven {
        let Some(line) = &promoted.line else {
            return Err(Broken("promotes nothing".into()));
        };
        let waited = self.orders.entry(promoted.order).or_default();
        waited.take(&line.code, &line.variant, 0, line.held_milli)?;
        let into = self.orders.entry(promoted.into).or_default();
        into.session = promoted.session;
        if into.state.is_empty() {
            into.state = "held";
        }
        into.add(&line.code, &line.variant, line.held_milli, 0);
        self.cells.entry((line.item, line.cell)).or_default().taken += line.held_milli;
        Ok(())
    }

    /// Lines go back; an order with nothing left is cancelled.
    fn leave(&mut self, order: u32, lines: &[store::ReturnedLine]) -> Proven {
        self.give_back(order, lines)?;
        let order = self.orders.entry(order).or_default();
        if order.lines.values().all(|&line| line == (0, 0)) {
            order.state = "cancelled";
        }
        Ok(())
    }

    fn give_back(&mut self, order: u32, lines: &[store::ReturnedLine]) -> Proven {
        for line in lines {
            let order = self.orders.entry(order).or_default();
            order.take(&line.code, &line.variant, line.held_milli, line.waitlisted_milli)?;
            let cell = self.cells.entry((line.item, line.cell)).or_default();
            let left = cell.taken.checked_sub(line.held_milli);
            cell.taken = left.ok_or_else(|| Broken("more comes back than was taken".into()))?;
        }
        Ok(())
    }

    fn set_state(&mut self, order: u32, state: &'static str) {
        self.orders.entry(order).or_default().state = state;
    }

    /// Free stock of an item over all its cells.
    pub(crate) fn free(&self, item: u32) -> u64 {
        self.cells_of(item).map(|cell| cell.stock.saturating_sub(cell.taken)).sum()
    }

    /// All stock of an item, whether free or taken.
    pub(crate) fn stock(&self, item: u32) -> u64 {
        self.cells_of(item).map(|cell| cell.stock).sum()
    }

    fn cells_of(&self, item: u32) -> impl Iterator<Item = &Cell> {
        self.cells.range((item, 0)..=(item, u32::MAX)).map(|(_, cell)| cell)
    }
}

impl Order {
    fn add(&mut self, code: &str, variant: &[String], held: u64, waitlisted: u64) {
        let line = self.lines.entry((code.to_owned(), said(variant))).or_default();
        *line = (line.0 + held, line.1 + waitlisted);
    }

    fn take(&mut self, code: &str, variant: &[String], held: u64, waitlisted: u64) -> Proven {
        let line = self.lines.entry((code.to_owned(), said(variant))).or_default();
        let left = (line.0.checked_sub(held), line.1.checked_sub(waitlisted));
        let (Some(held), Some(waitlisted)) = left else {
            return Err(Broken(format!("an order gives back more {code} than it has")));
        };
        *line = (held, waitlisted);
        Ok(())
    }
}

/// An unsaid variant is the same whether its axes are written out or not.
pub(crate) fn said(variant: &[String]) -> Vec<String> {
    if variant.iter().all(String::is_empty) { Vec::new() } else { variant.to_vec() }
}

fn state_word(state: &str) -> &'static str {
    let words = ["held", "confirmed", "paid", "cancelled", "expired"];
    words.into_iter().find(|&word| word == state).unwrap_or("unknown")
}

/// The keys whose first answer the event is.
fn keys(event: &Event) -> Vec<&[u8]> {
    let host = match event {
        // An order made of a card has the card's key, whose first answer was the card.
        Event::ClaimHeld(claim) | Event::ClaimWaitlisted(claim) if claim.review.is_some() => {
            return vec![];
        }
        Event::ClaimRefused(refused) if refused.review.is_some() => return vec![],
        Event::ClaimHeld(claim) | Event::ClaimWaitlisted(claim) => return vec![&claim.key],
        Event::ClaimRefused(refused) => return vec![&refused.key],
        Event::BuyersLinked(linked) => return vec![&linked.key],
        Event::ReviewResolved(resolved) => &resolved.key,
        Event::CancelBegun(begun) => &begun.key,
        Event::CancelUndone(undone) => &undone.key,
        Event::RulesChanged(changed) => &changed.key,
        Event::BuyerBlocked(blocked) => &blocked.key,
        Event::LinkOffered(offered) => &offered.key,
        Event::ClaimReviewed(reviewed) => return vec![&reviewed.key],
        Event::CommentsNoted(noted) => return noted.notes.iter().map(|n| &*n.key).collect(),
        Event::ClaimReleased(back) => return vec![&back.key],
        Event::RequestRefused(refused) => return vec![&refused.key],
        Event::SessionOpened(opened) => &opened.key,
        Event::SessionStateChanged(changed) => &changed.key,
        Event::OfferAdded(added) => &added.key,
        Event::OfferChanged(changed) => &changed.key,
        Event::StockChanged(changed) => &changed.key,
        Event::HoldExtended(extended) => &extended.key,
        Event::OrderConfirmed(act) | Event::OrderPaid(act) | Event::OrderCancelled(act) => &act.key,
        Event::HoldExpired(_)
        | Event::CancelClosed(_)
        | Event::WaitlistPromoted(_)
        | Event::BuyerErased(_)
        | Event::Resumed(_)
        | Event::SessionArchived(_) => &None,
    };
    host.iter().map(|key| &*key.digest).collect()
}

#[cfg(test)]
#[path = "fold_tests.rs"]
mod tests;
