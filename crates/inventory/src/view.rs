//! What others may see of a shop, at its current position.

use crate::order;
use crate::session::Session;
use crate::state::State;
use alloc::vec::Vec;
use domain::code::Code;
use domain::id::{BuyerRef, OrderId, SessionId};
use domain::money::Money;
use domain::offer::{OfferState, Variant};
use domain::order::{OrderLine, OrderLineView, OrderState, OrderView};
use domain::position::{Position, Seq};
use domain::quantity::Quantity;
use domain::session::{OfferSummary, SessionSummary, SessionView};
use domain::snapshot::{OfferAtRest, OrderAtRest, ReviewAtRest};

/// A place in line.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Place {
    /// For what.
    pub code: Code,
    /// As it was said.
    pub variant: Variant,
    /// Whose line it is.
    pub order: OrderId,
    /// Who waits.
    pub buyer: BuyerRef,
    /// For how much.
    pub quantity: Quantity,
    /// 1 for the next.
    pub position_in_line: u32,
}

impl State {
    /// A session with its offers and what is left of them; none if there is none or it is archived.
    pub fn session_view(&self, id: SessionId) -> Option<SessionView> {
        let session = self.sessions.get(&id)?;
        let offers = (0..).take(session.rest.offers.len());
        let pinned = session.rest.pinned.map(usize::from);
        Some(SessionView {
            shop: self.shop,
            session: id,
            title: session.rest.title.clone(),
            state: session.rest.state,
            rules: session.rest.rules.clone(),
            currency: session.rest.currency,
            offers: offers.map(|at| self.offer_state(session, at)).collect(),
            pinned: pinned.map(|at| session.rest.offers[at].terms.code),
            position: self.stamp.position,
        })
    }

    /// The sessions that are not archived, by number.
    pub fn sessions(&self) -> impl Iterator<Item = SessionId> + '_ {
        self.sessions.keys().copied()
    }

    /// Where a session was opened; none if it is archived or there is none.
    pub fn opened(&self, id: SessionId) -> Option<Position> {
        Some(self.sessions.get(&id)?.rest.opened)
    }

    /// How many orders a session has, in any state.
    pub fn order_count(&self, id: SessionId) -> usize {
        self.sessions.get(&id).map_or(0, |session| session.orders.len())
    }

    /// An order; none if there is none or its session is archived.
    pub fn order_view(&self, id: OrderId) -> Option<OrderView> {
        self.orders.get(&id).map(|order| self.view_of(order))
    }

    /// Where the first claims stand that an order is made of; none if its session is archived.
    pub fn claims_of(&self, id: OrderId) -> &[Seq] {
        self.orders.get(&id).map_or(&[], |order| &order.claims)
    }

    /// A session's orders by number, at most `limit`, those after `after` only.
    pub fn orders(
        &self,
        session: SessionId,
        after: Option<OrderId>,
        limit: usize,
    ) -> Vec<OrderView> {
        let Some(session) = self.sessions.get(&session) else {
            return Vec::new();
        };
        let start = session.orders.partition_point(|id| Some(*id) <= after);
        let page = session.orders[start..].iter().take(limit);
        page.map(|id| self.view_of(&self.orders[id])).collect()
    }

    /// A buyer's orders in a session that are held or still wait for something.
    pub fn orders_of(&self, session: SessionId, buyer: BuyerRef) -> Vec<OrderView> {
        let Some(session) = self.sessions.get(&session) else {
            return Vec::new();
        };
        let buyer = self.person(buyer);
        let waits = |line: &OrderLine| !line.waitlisted.is_zero();
        self.orders_by(session, buyer)
            .filter(|order| order.state.is_open() || order.lines.iter().any(waits))
            .map(|order| self.view_of(order))
            .collect()
    }

    /// A session's open cards, by number: in the order of their comments.
    pub fn cards(&self, session: SessionId) -> &[ReviewAtRest] {
        self.sessions.get(&session).map_or(&[], |session| &session.rest.reviews)
    }

    /// The last number given in a session; 0 if there is none or it is archived.
    pub fn claims(&self, session: SessionId) -> u32 {
        self.sessions.get(&session).map_or(0, |session| session.rest.last_number)
    }

    /// What a session came to; none if there is none or it is archived.
    pub fn summary(&self, id: SessionId) -> Option<SessionSummary> {
        let session = self.sessions.get(&id)?;
        let orders = || session.orders.iter().map(|id| &self.orders[id]);
        let none = Money::zero(session.rest.currency);
        let (mut by_state, mut goods, mut delivery) = ([0; 5], [none; 5], [none; 5]);
        let mut total = none;
        for order in orders() {
            let state = order.state as usize;
            by_state[state] += 1;
            let fee = order::delivery_fee(order, &session.rest).unwrap_or(none);
            add(&mut goods[state], order::goods(order, &session.rest));
            add(&mut delivery[state], fee);
            add(&mut total, self.view_of(order).total);
        }
        let mut offers: Vec<_> = session.rest.offers.iter().map(|o| self.sum(o)).collect();
        for line in orders().flat_map(|order| &order.lines) {
            let offer = &mut offers[usize::from(session.by_code[&line.code])];
            offer.taken = offer.taken.plus(line.held).unwrap_or(Quantity::MAX);
            offer.waiting = offer.waiting.plus(line.waitlisted).unwrap_or(Quantity::MAX);
        }
        Some(SessionSummary {
            session: id,
            claims: session.rest.last_number,
            orders: by_state,
            offers,
            goods,
            delivery,
            total,
            reviews: u32::try_from(session.rest.reviews.len()).unwrap_or(u32::MAX),
        })
    }

    /// What became of each offer's stock, in the order in which they were added; `taken` and
    /// `waiting`, which only the orders know, are zero.
    pub fn figures(&self, id: SessionId) -> Vec<OfferSummary> {
        let offers = self.sessions.get(&id).map_or(&[][..], |session| &session.rest.offers);
        offers.iter().map(|offer| self.sum(offer)).collect()
    }

    /// Who waits in a session, offer by offer, first come first: at most `limit` places. No more
    /// than `looked` places of lines are looked at, which other sessions may share.
    pub fn places(&self, id: SessionId, limit: usize, looked: usize) -> Vec<Place> {
        let offers = self.sessions.get(&id).map_or(&[][..], |session| &session.rest.offers);
        let queues = offers.iter().flat_map(|offer| {
            let cells = self.items[&offer.item].cells.iter();
            cells.map(move |cell| (offer.terms.code, &cell.queue))
        });
        let waiting =
            queues.flat_map(|(code, queue)| queue.iter().zip(1..).map(move |w| (code, w)));
        let of_session = waiting.take(looked).filter_map(|(code, (place, position_in_line))| {
            let order = &self.orders[&place.order];
            let line = &order.lines[usize::from(place.line)];
            (order.session == id && line.code == code).then(|| Place {
                code,
                variant: line.variant.clone(),
                order: place.order,
                buyer: order.buyer,
                quantity: place.quantity,
                position_in_line,
            })
        });
        of_session.take(limit).collect()
    }

    /// An offer as it stands, by its place in the session.
    pub(crate) fn offer_state(&self, session: &Session, at: u16) -> OfferState {
        let offer = &session.rest.offers[usize::from(at)];
        let item = &self.items[&offer.item];
        let by_cell = if item.is_pool() { &[] } else { &item.cells[..] };
        OfferState {
            terms: offer.terms.clone(),
            item: offer.item,
            version: self.version(offer),
            left: item.left(),
            left_by_cell: by_cell.iter().map(|cell| cell.free()).collect(),
            open: offer.open,
            pinned: session.rest.pinned == Some(at),
        }
    }

    /// Rises with every change that a host makes to the offer or to its item's stock.
    pub(crate) fn version(&self, offer: &OfferAtRest) -> u32 {
        let changes = offer.changes.saturating_add(self.items[&offer.item].changes);
        changes.saturating_add(1)
    }

    fn view_of(&self, order: &OrderAtRest) -> OrderView {
        let session = &self.sessions[&order.session].rest;
        let closed = matches!(order.state, OrderState::Cancelled | OrderState::Expired);
        let goods = order::goods(order, session);
        let delivery_fee = order::delivery_fee(order, session);
        let fee = delivery_fee.map_or(0, |fee| fee.amount);
        let lines = order.lines.iter().zip(0..);
        OrderView {
            order: order.order,
            session: order.session,
            buyer: order.buyer,
            state: order.state,
            lines: lines
                .filter(|(line, _)| closed || !order::is_empty(line))
                .map(|(line, at)| OrderLineView {
                    line: line.clone(),
                    position_in_line: self.position_in_line(order.order, line, at),
                })
                .collect(),
            delivery_fee,
            total: Money { amount: goods.amount.saturating_add(fee), ..goods },
            hold_until: order.hold_until,
            undo_until: order.cancel.as_ref().map(|cancel| cancel.closes_at),
            position: order.position,
        }
    }

    fn position_in_line(&self, order: OrderId, line: &OrderLine, at: u16) -> Option<u32> {
        if line.waitlisted.is_zero() {
            return None;
        }
        let queue = &self.cell(line.item, line.cell).queue;
        let before = queue.iter().position(|place| place.order == order && place.line == at);
        let before = before.expect("what waits has a place");
        u32::try_from(before + 1).ok()
    }

    fn sum(&self, offer: &OfferAtRest) -> OfferSummary {
        let item = &self.items[&offer.item];
        OfferSummary {
            code: offer.terms.code,
            stock: item.sum(|cell| cell.stock),
            free: item.left(),
            held: item.sum(|cell| cell.held),
            sold: item.sum(|cell| cell.sold),
            taken: Quantity::ZERO,
            waiting: Quantity::ZERO,
        }
    }
}

/// Stays at the largest amount on overflow.
fn add(sum: &mut Money, more: Money) {
    sum.amount = sum.amount.saturating_add(more.amount);
}
