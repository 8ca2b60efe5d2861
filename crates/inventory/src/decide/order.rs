//! What a host does with an order, and the one thing its buyer may: ask for more time.

use super::cancel;
use crate::returns::{self, Part};
use crate::session::Session;
use crate::state::State;
use alloc::vec;
use alloc::vec::Vec;
use domain::command::{Key, OrderAct, Origin, RuleNo};
use domain::event::Event;
use domain::id::{BuyerRef, OrderId, SessionId};
use domain::limits::{EXTENSIONS_BY_BUYER_MAX, HOLD_MS_MAX};
use domain::order::OrderState;
use domain::reason::Reason;
use domain::rejection::Rejection;
use domain::rules::Hold;
use domain::snapshot::OrderAtRest;
use domain::time::{Millis, Timestamp};

/// Confirms, takes as paid, cancels or extends.
pub(super) fn act(
    state: &State,
    key: Option<Key>,
    session: SessionId,
    id: OrderId,
    act: OrderAct,
    now: Timestamp,
) -> Result<Vec<Event>, Rejection> {
    let inside = state.session(session)?;
    let order = state.orders.get(&id);
    let order = order.filter(|order| order.session == session);
    let order = order.ok_or(Rejection::UnknownOrder)?;
    if order.cancel.is_some() && act != OrderAct::Cancel {
        return Err(Rejection::BeingCancelled);
    }
    let event = match (act, order.state) {
        (OrderAct::Confirm, OrderState::Held) => Event::OrderConfirmed { session, key, order: id },
        (OrderAct::MarkPaid, OrderState::Held | OrderState::Confirmed) => {
            Event::OrderPaid { session, key, order: id }
        }
        (OrderAct::Cancel, OrderState::Held | OrderState::Confirmed | OrderState::Paid) => {
            if inside.rest.rules.cancel_undo.0 > 0 {
                return begin_cancel(inside, key, order, now);
            }
            let lines = returns::returned(order, Part::Everything);
            Event::OrderCancelled { session, key, order: id, lines }
        }
        (OrderAct::Extend(span), OrderState::Held) => Event::HoldExtended {
            session,
            key,
            order: id,
            by_buyer: false,
            hold_until: extended(order, span, now)?,
        },
        (
            OrderAct::Confirm | OrderAct::MarkPaid | OrderAct::Cancel | OrderAct::Extend(_),
            state,
        ) => return Err(Rejection::OrderState(state)),
    };
    Ok(vec![event])
}

/// The whole order, once its undo time closes.
fn begin_cancel(
    session: &Session,
    key: Option<Key>,
    order: &OrderAtRest,
    now: Timestamp,
) -> Result<Vec<Event>, Rejection> {
    let lines = returns::returned(order, Part::Codes(&[]));
    if lines.is_empty() {
        return Err(Rejection::BeingCancelled);
    }
    let (origin, rule) = (Origin::Host, RuleNo::default());
    Ok(cancel::begin(session, key, origin, rule, order, lines, now))
}

fn extended(order: &OrderAtRest, span: Millis, now: Timestamp) -> Result<Timestamp, Rejection> {
    if span.0 > HOLD_MS_MAX {
        return Err(Rejection::Limit("hold_too_long"));
    }
    if span.0 == 0 {
        return Err(Rejection::BadTerms("an extension is longer than nothing"));
    }
    let deadline = order.hold_until.ok_or(Rejection::NoDeadline)?;
    Ok(deadline.max(now).plus(span))
}

/// A buyer asks for the rule's own span once more.
pub(super) fn extend_own(
    state: &State,
    key: Key,
    id: SessionId,
    buyer: BuyerRef,
    asked: OrderId,
    now: Timestamp,
) -> Result<Vec<Event>, Rejection> {
    let session = state.session(id)?;
    let buyer = state.person(buyer);
    let open = state.orders_by(session, buyer).find(|order| order.order == asked);
    let open = open.filter(|order| order.state == OrderState::Held && order.cancel.is_none());
    let decided = match (open, session.rest.rules.hold) {
        (None, _) => Err(Reason::NothingOpen),
        (Some(_), Hold::UntilEnd { .. }) => Err(Reason::NoDeadline),
        (Some(open), Hold::For(span)) => match open.hold_until {
            None => Err(Reason::NoDeadline),
            Some(_) if open.extensions >= EXTENSIONS_BY_BUYER_MAX => Err(Reason::ExtendedAlready),
            Some(deadline) => Ok(deadline.max(now).plus(span)),
        },
    };
    Ok(vec![match decided {
        Ok(hold_until) => Event::HoldExtended {
            session: id,
            key: Some(key),
            order: asked,
            by_buyer: true,
            hold_until,
        },
        Err(reason) => Event::RequestRefused { session: id, key: key.digest, buyer, reason },
    }])
}
