//! A session's life, as the host asks for it.

use super::next;
use super::terms::Terms;
use crate::state::State;
use alloc::boxed::Box;
use alloc::sync::Arc;
use alloc::vec;
use alloc::vec::Vec;
use domain::command::Key;
use domain::event::Event;
use domain::id::SessionId;
use domain::limits::{
    CANCEL_UNDO_MS_MAX, HOLD_MS_MAX, NAME_BYTES_MAX, OFFERS_PER_SESSION_MAX, PRICE_MAX,
    SESSIONS_OPEN_MAX,
};
use domain::money::Currency;
use domain::offer::OfferTerms;
use domain::quantity::Quantity;
use domain::rejection::Rejection;
use domain::rules::{Hold, Rules};
use domain::session::SessionState;
use domain::time::{Millis, Timestamp};

/// A new session with its first offers; its first event carries the key.
pub(super) fn open(
    state: &State,
    key: Option<Key>,
    title: &Arc<str>,
    rules: &Rules,
    currency: Currency,
    offers: &[OfferTerms],
    now: Timestamp,
) -> Result<Vec<Event>, Rejection> {
    if state.sessions.len() >= SESSIONS_OPEN_MAX {
        return Err(Rejection::Limit("too_many_sessions"));
    }
    if offers.len() > OFFERS_PER_SESSION_MAX {
        return Err(Rejection::Limit("too_many_offers"));
    }
    if title.len() > NAME_BYTES_MAX {
        return Err(Rejection::Limit("name_too_long"));
    }
    check_rules(rules)?;
    let session = SessionId(next(state.last_session)?);
    let mut events = vec![Event::SessionOpened {
        session,
        key,
        title: title.clone(),
        rules: Box::new(rules.clone()),
        currency,
    }];
    let mut last_item = state.last_item;
    for (at, terms) in offers.iter().enumerate() {
        let others = offers[..at].iter();
        let made = Terms { terms, currency }.check(state, others, last_item, now)?;
        last_item = made.last_item;
        events.push(made.event(session, None));
    }
    Ok(events)
}

fn check_rules(rules: &Rules) -> Result<(), Rejection> {
    let span = match rules.hold {
        Hold::For(Millis(0)) => return Err(Rejection::BadTerms("a hold lasts at least a second")),
        Hold::For(span) => span,
        Hold::UntilEnd { plus } => plus,
    };
    if span.0 > HOLD_MS_MAX || rules.promotion_hold.is_some_and(|span| span.0 > HOLD_MS_MAX) {
        return Err(Rejection::Limit("hold_too_long"));
    }
    if rules.promotion_hold == Some(Millis(0)) {
        return Err(Rejection::BadTerms("a hold lasts at least a second"));
    }
    if rules.cancel_undo.0 > CANCEL_UNDO_MS_MAX {
        return Err(Rejection::Limit("undo_too_long"));
    }
    if rules.limit_per_buyer.is_some_and(Quantity::is_zero) {
        return Err(Rejection::BadTerms("a limit per buyer is more than 0"));
    }
    if rules.hoarding.cooldown.0 > HOLD_MS_MAX {
        return Err(Rejection::Limit("cooldown_too_long"));
    }
    let Some(delivery) = rules.delivery else {
        return Ok(());
    };
    if delivery.fee < 0 || delivery.free_from.is_some_and(|from| from < 0) {
        return Err(Rejection::BadTerms("a delivery fee is not negative"));
    }
    if delivery.fee > PRICE_MAX {
        return Err(Rejection::Limit("price_too_large"));
    }
    Ok(())
}

/// New rules, until the session's end.
pub(super) fn change_rules(
    state: &State,
    key: Option<Key>,
    session: SessionId,
    rules: &Rules,
) -> Result<Vec<Event>, Rejection> {
    use SessionState::{Archived, Draft, Ended, Live, Paused};
    match state.session(session)?.rest.state {
        Draft | Live | Paused => {
            check_rules(rules)?;
            Ok(vec![Event::RulesChanged { session, key, rules: Box::new(rules.clone()) }])
        }
        over @ (Ended | Archived) => Err(Rejection::SessionState(over)),
    }
}

/// Draft to live, live to paused and back, anything of these to ended.
pub(super) fn set_state(
    state: &State,
    key: Option<Key>,
    session: SessionId,
    to: SessionState,
) -> Result<Vec<Event>, Rejection> {
    use SessionState::{Archived, Draft, Ended, Live, Paused};
    let from = state.session(session)?.rest.state;
    match (from, to) {
        (Draft | Paused, Live) | (Live, Paused) | (Draft | Live | Paused, Ended) => {
            Ok(vec![Event::SessionStateChanged { session, key, state: to }])
        }
        (Draft | Live | Paused | Ended | Archived, _) => Err(Rejection::SessionState(from)),
    }
}

/// The writer is back. A fact only if somebody could have been kept waiting.
pub(super) fn resume(state: &State, down: Millis) -> Vec<Event> {
    if down.0 == 0 && state.open_holds() == 0 {
        return Vec::new();
    }
    vec![Event::Resumed { down }]
}
