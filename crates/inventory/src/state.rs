//! The state of one shop, and the ways to find things in it.

use crate::agenda::Agenda;
use crate::item::{Item, StockCell};
use crate::session::Session;
use crate::spread::Spread;
use alloc::collections::BTreeMap;
use alloc::vec::Vec;
use domain::id::{BuyerRef, ItemId, KeyDigest, OrderId, SessionId, ShopId};
use domain::offer::Cell;
use domain::order::OrderState;
use domain::position::Stamp;
use domain::quantity::Quantity;
use domain::rejection::Rejection;
use domain::snapshot::{BuyerAtRest, KeyAtRest, OrderAtRest};
use domain::time::Timestamp;

/// Everything one shop's machine knows. It changes by [`State::apply`] only.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct State {
    pub(crate) shop: ShopId,
    pub(crate) stamp: Stamp,
    pub(crate) last_order: u32,
    pub(crate) last_review: u32,
    pub(crate) last_session: u32,
    pub(crate) last_item: u32,
    pub(crate) items: BTreeMap<ItemId, Item>,
    /// Those that are not archived.
    pub(crate) sessions: BTreeMap<SessionId, Session>,
    /// Those of the sessions above.
    pub(crate) orders: BTreeMap<OrderId, OrderAtRest>,
    pub(crate) keys: Spread<KeyDigest, KeyAtRest>,
    /// Of whom something is to be remembered beside their orders.
    pub(crate) buyers: BTreeMap<BuyerRef, BuyerAtRest>,
    /// Derived.
    pub(crate) agenda: Agenda,
}

impl State {
    /// A shop before its first fact.
    pub fn new(shop: ShopId) -> Self {
        Self {
            shop,
            stamp: Stamp::default(),
            last_order: 0,
            last_review: 0,
            last_session: 0,
            last_item: 0,
            items: BTreeMap::new(),
            sessions: BTreeMap::new(),
            orders: BTreeMap::new(),
            keys: Spread::new(),
            buyers: BTreeMap::new(),
            agenda: Agenda::default(),
        }
    }

    /// The stamp of the last applied fact; zeros before the first.
    pub fn stamp(&self) -> Stamp {
        self.stamp
    }

    /// How many promises would be hurt by a time in which we are down: orders in state held, those
    /// that only wait included, and cancels that can still be undone.
    pub fn open_holds(&self) -> usize {
        self.agenda.open + self.agenda.cancels.len()
    }

    /// When [`State::tick`] will next have something to say if nothing else happens: an earlier
    /// time than now means at once, none means never.
    pub fn next_deadline(&self) -> Option<Timestamp> {
        if !self.agenda.ready.is_empty() || !self.agenda.answered.is_empty() {
            return Some(self.stamp.at);
        }
        let archive = self.archives().next().map(|(at, _)| at);
        self.agenda.next().into_iter().chain(archive).min()
    }

    /// Ended sessions that no hold keeps open, by when they may be archived.
    pub(crate) fn archives(&self) -> impl Iterator<Item = (Timestamp, SessionId)> {
        let is_free = |id: &SessionId| self.sessions[id].deadlines == 0;
        let archives = self.agenda.archives.iter().copied();
        archives.filter(move |(_, id)| is_free(id))
    }

    /// The session, or why there is none.
    pub(crate) fn session(&self, id: SessionId) -> Result<&Session, Rejection> {
        let gone = (1..=self.last_session).contains(&id.0);
        self.sessions.get(&id).ok_or(if gone {
            Rejection::SessionArchived
        } else {
            Rejection::UnknownSession
        })
    }

    /// The buyer's orders in a session, by number.
    pub(crate) fn orders_by<'a>(
        &'a self,
        session: &'a Session,
        buyer: BuyerRef,
    ) -> impl DoubleEndedIterator<Item = &'a OrderAtRest> {
        let own = session.buyers.get(&buyer).map_or(&[][..], Vec::as_slice);
        own.iter().map(|order| &self.orders[order])
    }

    /// The buyer's one order in state held.
    pub(crate) fn open_order<'a>(
        &'a self,
        session: &'a Session,
        buyer: BuyerRef,
    ) -> Option<&'a OrderAtRest> {
        self.orders_by(session, buyer).rfind(|order| order.state == OrderState::Held)
    }

    /// The person behind a buyer: the page's buyer who linked this account, or just the buyer.
    pub fn person(&self, buyer: BuyerRef) -> BuyerRef {
        self.buyers.get(&buyer).and_then(|known| known.owner).unwrap_or(buyer)
    }

    /// The persons who linked an account, one for each account.
    pub fn linked_persons(&self) -> impl Iterator<Item = BuyerRef> + '_ {
        self.buyers.values().filter_map(|known| known.owner)
    }

    /// The accounts that a person linked.
    pub fn accounts_of(&self, person: BuyerRef) -> impl Iterator<Item = BuyerRef> + '_ {
        let linked = self.buyers.iter().filter(move |(_, known)| known.owner == Some(person));
        linked.map(|(account, _)| *account)
    }

    /// True if the shop does not sell to that buyer.
    pub fn is_blocked(&self, buyer: BuyerRef) -> bool {
        self.buyers.get(&buyer).is_some_and(|known| known.blocked)
    }

    /// A stock figure that facts have named.
    pub(crate) fn cell(&self, item: ItemId, cell: Cell) -> &StockCell {
        &self.items[&item].cells[usize::from(cell.0)]
    }

    /// Moves an order's deadline.
    pub(crate) fn set_deadline(&mut self, id: OrderId, deadline: Option<Timestamp>) {
        let order = self.orders.get_mut(&id).expect("facts name orders there are");
        let session = self.sessions.get_mut(&order.session);
        let session = session.expect("an order's session is not archived");
        if let Some(before) = order.hold_until {
            self.agenda.deadlines.remove(&(before, id));
            session.deadlines -= 1;
        }
        if let Some(after) = deadline {
            self.agenda.deadlines.insert((after, id));
            session.deadlines += 1;
        }
        order.hold_until = deadline;
    }

    /// What the first in line of a cell can have now, by the rules of the session where they wait.
    pub(crate) fn due(&self, id: ItemId, cell: Cell) -> Quantity {
        let item = &self.items[&id];
        let figure = &item.cells[usize::from(cell.0)];
        let first = figure.queue.front().and_then(|first| self.orders.get(&first.order));
        let session = first.and_then(|order| self.sessions.get(&order.session));
        let whole = session.is_some_and(|session| !session.rest.rules.partial_fill);
        figure.due(item.terms.step, whole)
    }

    /// Notes whether free stock meets a line in that cell.
    pub(crate) fn refresh(&mut self, id: ItemId, cell: Cell) {
        if self.due(id, cell).is_zero() {
            self.agenda.ready.remove(&(id, cell));
        } else {
            self.agenda.ready.insert((id, cell));
        }
    }
}
