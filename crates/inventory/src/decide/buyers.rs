//! Who is who: blocks, and links by comment.

use super::review::noted;
use crate::state::State;
use alloc::vec;
use alloc::vec::Vec;
use domain::command::{Key, RuleNo};
use domain::event::Event;
use domain::id::{BuyerRef, SessionId};
use domain::limits::{BUYERS_BLOCKED_MAX, LINK_MS, LINKS_OPEN_MAX};
use domain::link::LinkCode;
use domain::order::OrderState;
use domain::reason::Reason;
use domain::rejection::Rejection;
use domain::session::SessionState;
use domain::snapshot::OrderAtRest;
use domain::time::{Millis, Timestamp};

/// Stops selling to a buyer, or begins again.
pub(super) fn block(
    state: &State,
    key: Option<Key>,
    session: SessionId,
    buyer: BuyerRef,
    blocked: bool,
) -> Result<Vec<Event>, Rejection> {
    state.session(session)?;
    let count = state.buyers.values().filter(|known| known.blocked).count();
    if blocked && !state.is_blocked(buyer) && count >= BUYERS_BLOCKED_MAX {
        return Err(Rejection::Limit("too_many_blocks"));
    }
    Ok(vec![Event::BuyerBlocked { session, key, buyer, blocked }])
}

/// A code for a buyer's page: the first that is free from the one that chance gave.
pub(super) fn offer_link(
    state: &State,
    key: Key,
    id: SessionId,
    buyer: BuyerRef,
    from: LinkCode,
    now: Timestamp,
) -> Result<Vec<Event>, Rejection> {
    let session = state.session(id)?;
    let open: Vec<LinkCode> = {
        let links = session.rest.links.iter().filter(|link| link.until > now);
        let mut open: Vec<_> = links.map(|link| link.link).collect();
        open.sort_unstable();
        open
    };
    if open.len() >= LINKS_OPEN_MAX {
        return Err(Rejection::Limit("too_many_links"));
    }
    let is_code = |link: LinkCode| {
        let digits = alloc::format!("{link}");
        session.by_code.keys().any(|code| code.as_str() == digits)
    };
    let is_free = |link: &LinkCode| open.binary_search(link).is_err() && !is_code(*link);
    let mut codes = core::iter::successors(Some(from), |code| Some(code.next()));
    let link = codes.find(is_free).expect("fewer codes are open than there are");
    let until = now.plus(Millis(LINK_MS));
    Ok(vec![Event::LinkOffered { session: id, key, buyer: state.person(buyer), link, until }])
}

/// An account typed a code: from now on it is the person whose page shows it.
pub(super) fn use_link(
    state: &State,
    key: Key,
    id: SessionId,
    account: BuyerRef,
    link: LinkCode,
    rule: RuleNo,
    now: Timestamp,
) -> Result<Vec<Event>, Rejection> {
    let session = state.session(id)?;
    let mut links = session.rest.links.iter();
    let shown = links.find(|shown| shown.link == link && shown.until > now);
    let account = state.person(account);
    Ok(vec![match shown.map(|shown| state.person(shown.buyer)) {
        None => noted(id, key, Reason::UnknownLink, rule),
        Some(to) if to == account => noted(id, key, Reason::Linked, rule),
        Some(to) => Event::BuyersLinked { session: id, key: key.digest, rule, account, to, link },
    }])
}

/// Forgets a person with all their accounts, once nothing is under way for them: what is held must
/// be given back first, who waits would get something later, a card may become an order. What is
/// confirmed is under way until its session ends; where it is delivered afterwards, and what was
/// paid, is the shop's to know.
pub(super) fn erase(state: &State, buyer: BuyerRef) -> Result<Vec<Event>, Rejection> {
    let buyer = state.person(buyer);
    for session in state.sessions.values() {
        let ended = session.rest.state == SessionState::Ended;
        let is_open = |order: &OrderAtRest| {
            let waits = order.lines.iter().any(|line| !line.waitlisted.is_zero());
            waits
                || order.cancel.is_some()
                || match order.state {
                    OrderState::Held => true,
                    OrderState::Confirmed => !ended,
                    OrderState::Paid | OrderState::Cancelled | OrderState::Expired => false,
                }
        };
        let answered = session.rest.answered.iter().map(|answered| &answered.card);
        let mut cards = session.rest.reviews.iter().chain(answered);
        let orders = state.orders_by(session, buyer).any(is_open);
        if orders || cards.any(|card| state.person(card.buyer) == buyer) {
            return Err(Rejection::OpenOrders);
        }
    }
    let accounts = state.accounts_of(buyer).collect();
    Ok(vec![Event::BuyerErased { buyer, accounts }])
}
