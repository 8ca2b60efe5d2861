//! One look: what a lane is asked, and what comes of it.

use super::feed::FeedItem;
use super::totals::Numbers;
use crate::reviews::{Reviews, gather};
use domain::limits::{CONSOLE_PLACES_LOOKED_MAX, CONSOLE_PLACES_MAX};
use domain::session::OfferSummary;
use domain::{OrderId, OrderView, Position, SessionId, SessionView, Timestamp};
use inventory::{Place, State};
use std::collections::BTreeSet;
use std::sync::Arc;

/// A session as its shop's people see it.
#[derive(Clone, Debug)]
pub struct Look {
    /// Everything up to here is in it.
    pub position: Position,
    /// When it was taken.
    pub now: Timestamp,
    /// The session and its offers.
    pub view: SessionView,
    /// What became of each offer's stock; `waiting` is of this session, `taken` is zero.
    pub figures: Vec<OfferSummary>,
    /// The figures of the whole session.
    pub numbers: Numbers,
    /// What was said and what came of it, the newest first.
    pub feed: Vec<Arc<FeedItem>>,
    /// Who got something or waits, the latest first: those of the last minute, bounded.
    pub board: Vec<Arc<FeedItem>>,
    /// How many more there were in that minute.
    pub board_more: usize,
    /// Open cards.
    pub reviews: Reviews,
    /// How many orders are held.
    pub holds_open: usize,
    /// The first of them, by their deadline.
    pub holds: Vec<OrderView>,
    /// Who waits.
    pub places: Vec<Place>,
}

/// What a lane shows.
pub(super) struct Seen {
    pub(super) view: SessionView,
    pub(super) figures: Vec<OfferSummary>,
    pub(super) orders: Vec<OrderView>,
    pub(super) reviews: Option<Reviews>,
    pub(super) places: Vec<Place>,
}

/// Looks at a shop's state: at these orders and at no other.
pub(super) fn seen(
    state: &State,
    session: SessionId,
    orders: &BTreeSet<OrderId>,
    cards: bool,
) -> Option<Seen> {
    Some(Seen {
        view: state.session_view(session)?,
        figures: state.figures(session),
        orders: orders.iter().filter_map(|order| state.order_view(*order)).collect(),
        reviews: cards.then(|| gather(state, session)),
        places: state.places(session, CONSOLE_PLACES_MAX, CONSOLE_PLACES_LOOKED_MAX),
    })
}
