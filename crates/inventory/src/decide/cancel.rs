//! A cancel that can be undone: its stock is offered to nobody until the undo time closes.
//!
//! ```text
//! cancel ─▶ cancel_begun ─┬─ in time ──▶ cancel_undone: nothing changed hands
//!                         └─ too late ─▶ cancel_closed: stock goes back, who waits moves up
//! ```

use crate::returns;
use crate::session::Session;
use crate::state::State;
use alloc::vec;
use alloc::vec::Vec;
use domain::command::{Key, Origin, RuleNo};
use domain::event::{Event, ReturnedLine};
use domain::id::{BuyerRef, OrderId, SessionId};
use domain::reason::Reason;
use domain::rejection::Rejection;
use domain::snapshot::{CancelAtRest, OrderAtRest};
use domain::time::Timestamp;

/// Begins to cancel those lines of an order. One cancel of an order can be undone at a time: the
/// one before closes now.
pub(super) fn begin(
    session: &Session,
    key: Option<Key>,
    origin: Origin,
    rule: RuleNo,
    order: &OrderAtRest,
    lines: Vec<ReturnedLine>,
    now: Timestamp,
) -> Vec<Event> {
    let before = order.cancel.as_ref().map(|cancel| Event::CancelClosed {
        session: session.rest.session,
        order: order.order,
        lines: returns::closing(order, cancel),
    });
    let begun = Event::CancelBegun {
        session: session.rest.session,
        key,
        origin,
        rule,
        order: order.order,
        lines,
        closes_at: now.plus(session.rest.rules.cancel_undo),
    };
    before.into_iter().chain([begun]).collect()
}

/// Takes a cancel back; a buyer may undo only what they cancelled of their own.
pub(super) fn undo(
    state: &State,
    key: Option<Key>,
    session: SessionId,
    id: OrderId,
    buyer: Option<BuyerRef>,
) -> Result<Vec<Event>, Rejection> {
    state.session(session)?;
    let order = state.orders.get(&id).filter(|order| order.session == session);
    let person = buyer.map(|buyer| state.person(buyer));
    let own = order.filter(|order| person.is_none_or(|person| order.buyer == person));
    let may_undo = |cancel: &CancelAtRest| buyer.is_none() || !cancel.by_host;
    let open = own.filter(|order| order.cancel.as_ref().is_some_and(may_undo));
    if buyer.is_some() {
        super::needed(key)?;
    }
    let origin = if buyer.is_some() { Origin::Tap } else { Origin::Host };
    match (open, person) {
        (Some(order), _) => {
            Ok(vec![Event::CancelUndone { session, key, origin, order: order.order }])
        }
        (None, Some(buyer)) => {
            let key = super::needed(key)?.digest;
            Ok(vec![Event::RequestRefused { session, key, buyer, reason: Reason::NothingToUndo }])
        }
        (None, None) if order.is_none() => Err(Rejection::UnknownOrder),
        (None, None) => Err(Rejection::NothingToUndo),
    }
}
