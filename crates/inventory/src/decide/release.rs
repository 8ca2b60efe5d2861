//! A buyer gives back what is open.

use super::review::{Card, noted};
use crate::order;
use crate::session::Session;
use crate::state::State;
use alloc::vec;
use alloc::vec::Vec;
use domain::code::Code;
use domain::command::{Key, Origin, RuleNo};
use domain::event::{Event, ReturnedLine};
use domain::id::{BuyerRef, OrderId, SessionId};
use domain::order::{OrderLine, OrderState};
use domain::reason::Reason;
use domain::rejection::Rejection;
use domain::rules::Doubt;

/// Gives the lines of some codes back, all if none is named: from the held order, otherwise places
/// in line from the latest settled order that waits for them.
pub(super) fn release(
    state: &State,
    key: Key,
    id: SessionId,
    buyer: BuyerRef,
    origin: Origin,
    codes: &[Code],
    rule: RuleNo,
) -> Result<Vec<Event>, Rejection> {
    let session = state.session(id)?;
    let by_rule = match (origin, session.rest.rules.buyer_cancel) {
        (Origin::Comment, Doubt::Review) => {
            let card =
                Card { session: id, key, buyer, reason: Reason::Doubtful, rule, suggestion: &[] };
            Some(card.event(state)?)
        }
        (Origin::Comment, Doubt::Ignore) => Some(noted(id, key, Reason::Chatter, rule)),
        (Origin::Comment, Doubt::Accept) | (Origin::Tap | Origin::Host, _) => None,
    };
    if let Some(event) = by_rule {
        return Ok(vec![event]);
    }
    Ok(vec![match given_back(state, session, buyer, codes) {
        Some((order, lines)) => {
            Event::ClaimReleased { session: id, key: key.digest, buyer, origin, rule, order, lines }
        }
        None => Event::RequestRefused {
            session: id,
            key: key.digest,
            buyer,
            reason: Reason::NothingOpen,
        },
    }])
}

fn given_back(
    state: &State,
    session: &Session,
    buyer: BuyerRef,
    codes: &[Code],
) -> Option<(OrderId, Vec<ReturnedLine>)> {
    let named = |line: &OrderLine| codes.is_empty() || codes.contains(&line.code);
    let open = state.open_order(session, buyer);
    let settled = state.orders_by(session, buyer).rev();
    let settled = settled.filter(|order| order.state.is_sold());
    open.into_iter()
        .chain(settled)
        .map(|order| {
            let with_held = order.state == OrderState::Held;
            (order.order, order::returned(order, with_held, named))
        })
        .find(|(_, lines)| !lines.is_empty())
}
