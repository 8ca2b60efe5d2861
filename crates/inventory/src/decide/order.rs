//! What a host does with an order, and the one thing its buyer may: ask for more time.

use crate::order;
use crate::state::State;
use alloc::vec;
use alloc::vec::Vec;
use domain::command::{Key, OrderAct};
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
    state.session(session)?;
    let order = state.orders.get(&id);
    let order = order.filter(|order| order.session == session);
    let order = order.ok_or(Rejection::UnknownOrder)?;
    let event = match (act, order.state) {
        (OrderAct::Confirm, OrderState::Held) => Event::OrderConfirmed { session, key, order: id },
        (OrderAct::MarkPaid, OrderState::Held | OrderState::Confirmed) => {
            Event::OrderPaid { session, key, order: id }
        }
        (OrderAct::Cancel, OrderState::Held | OrderState::Confirmed | OrderState::Paid) => {
            Event::OrderCancelled {
                session,
                key,
                order: id,
                lines: order::returned(order, true, |_| true),
            }
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
    let open = state.open_order(session, buyer);
    let open = open.filter(|order| order.order == asked);
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
