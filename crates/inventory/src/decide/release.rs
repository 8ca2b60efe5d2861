//! A buyer gives back what is open: at once, or when the undo time closes; and takes that back.

use super::cancel;
use super::claim::Asked;
use super::review::{doubtful, noted};
use crate::returns::{self, Part};
use crate::session::Session;
use crate::state::State;
use alloc::vec;
use alloc::vec::Vec;
use domain::code::Code;
use domain::command::{Claim, Command, Key, Origin};
use domain::event::{Event, ReturnedLine};
use domain::id::BuyerRef;
use domain::order::OrderState;
use domain::quantity::Quantity;
use domain::reason::Reason;
use domain::rejection::Rejection;
use domain::rules::Doubt;
use domain::snapshot::{CardReading, OrderAtRest};
use domain::time::Timestamp;

/// Gives the lines of some codes back, all if none is named: from the held order, otherwise places
/// in line from the latest settled order that waits for them.
pub(super) fn release(
    state: &State,
    key: Key,
    command: &Command,
    now: Timestamp,
) -> Result<Vec<Event>, Rejection> {
    let Command::Release { session: id, buyer, origin, codes, quantity, rule } = command else {
        unreachable!("called for releases");
    };
    let session = state.session(*id)?;
    let (id, origin, rule, buyer) = (*id, *origin, *rule, state.person(*buyer));
    match (origin, session.rest.rules.buyer_cancel) {
        (Origin::Comment, Doubt::Review) => {
            let (reason, suggestion) = (Reason::Doubtful, Vec::new());
            let reading = CardReading { reason, rule, suggestion, about: codes.first().copied() };
            let claim = Claim { rule, ..Claim::new(id, buyer, origin, Vec::new()) };
            let asked = Asked::new(state, key, &claim, None, now)?;
            return Ok(vec![doubtful(&asked, reading)?]);
        }
        (Origin::Comment, Doubt::Ignore) => {
            return Ok(vec![noted(id, key, Reason::Chatter, rule)]);
        }
        (Origin::Comment, Doubt::Accept) | (Origin::Tap | Origin::Host, _) => {}
    }
    let refused = |reason| Event::RequestRefused { session: id, key: key.digest, buyer, reason };
    let given = match given_back(state, session, buyer, codes, *quantity) {
        Ok(given) => given,
        Err(reason) => return Ok(vec![refused(reason)]),
    };
    let (order, lines) = given;
    // Places in line are nobody's goods: there is nothing to undo.
    if order.state == OrderState::Held && session.rest.rules.cancel_undo.0 > 0 {
        return Ok(cancel::begin(session, Some(key), origin, rule, order, lines, now));
    }
    let order = order.order;
    Ok(vec![Event::ClaimReleased {
        session: id,
        key: key.digest,
        buyer,
        origin,
        rule,
        order,
        lines,
    }])
}

fn given_back<'a>(
    state: &'a State,
    session: &'a Session,
    buyer: BuyerRef,
    codes: &[Code],
    quantity: Option<Quantity>,
) -> Result<(&'a OrderAtRest, Vec<ReturnedLine>), Reason> {
    let part = match quantity {
        None => Part::Codes(codes),
        Some(quantity) if quantity.is_zero() || codes.is_empty() => {
            return Err(Reason::BadQuantity);
        }
        Some(quantity) => {
            let items = codes.iter().filter_map(|code| session.offer(code));
            let mut steps = items.map(|offer| state.items[&offer.item].terms.step);
            if !steps.all(|step| quantity.is_multiple_of(step)) {
                return Err(Reason::OffStep);
            }
            Part::SoMuch(codes, quantity)
        }
    };
    let held = state.orders_by(session, buyer).rev();
    let held = held.filter(|order| order.state == OrderState::Held);
    let settled = state.orders_by(session, buyer).rev();
    let settled = settled.filter(|order| order.state.is_sold());
    held.map(|order| (order, returns::returned(order, part)))
        .chain(
            settled.map(|order| (order, returns::returned(order, Part::Waiting(codes, quantity)))),
        )
        .find(|(_, lines)| !lines.is_empty())
        .ok_or(Reason::NothingOpen)
}
