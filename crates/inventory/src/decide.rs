//! Where everything branches: a request and a state in, facts to be out. Pure: nothing changes
//! here.

mod allot;
mod buyers;
mod cancel;
mod claim;
mod limits;
mod offer;
mod order;
mod release;
pub(crate) mod review;
mod session;
mod terms;

use crate::state::State;
use alloc::vec::Vec;
use domain::command::{Command, Key, Request};
use domain::event::Event;
use domain::rejection::Rejection;
use domain::time::Timestamp;

/// What is to be done about a request.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Decision {
    /// Nothing: its key came before, and [`State::answer`] has the first answer.
    Known,
    /// These facts are to be applied in this order; none where nothing is new (notes that are all
    /// remembered, a resumption without a pause).
    Events(Vec<Event>),
    /// It could not be asked; nothing is remembered.
    Rejected(Rejection),
}

/// Decides a request at shop time `now`, which must not be before the last fact's. What is due by
/// then should have been ticked and applied before.
pub fn decide(state: &State, request: &Request, now: Timestamp) -> Decision {
    let known = request.key.and_then(|key| state.keys.get(&key.digest));
    if let (Some(key), Some(known)) = (request.key, known) {
        let is_other = matches!((key.body, known.key.body), (Some(a), Some(b)) if a != b);
        return if is_other { Decision::Rejected(Rejection::KeyReused) } else { Decision::Known };
    }
    match events(state, request, now) {
        Ok(events) => Decision::Events(events),
        Err(rejection) => Decision::Rejected(rejection),
    }
}

fn events(state: &State, request: &Request, now: Timestamp) -> Result<Vec<Event>, Rejection> {
    let key = request.key;
    match &request.command {
        Command::OpenSession { title, rules, currency, offers } => {
            session::open(state, key, title, rules, *currency, offers, now)
        }
        Command::SetSessionState { session, state: next } => {
            session::set_state(state, key, *session, *next)
        }
        Command::AddOffer { session, terms } => offer::add(state, key, *session, terms, now),
        Command::ChangeOffer { session, code, change, expected_version } => {
            offer::change(state, key, *session, code, change, *expected_version)
        }
        Command::Claim(claim) => claim::claim(state, needed(key)?, claim, now),
        Command::Review { .. } => review::review(state, needed(key)?, &request.command, now),
        Command::ResolveReview { .. } => review::resolve(state, key, &request.command),
        Command::NoteComments { session, notes } => review::note(state, *session, notes),
        Command::Release { .. } => release::release(state, needed(key)?, &request.command, now),
        Command::UndoCancel { session, order, buyer } => {
            cancel::undo(state, key, *session, *order, *buyer)
        }
        Command::ExtendOwn { session, buyer, order } => {
            order::extend_own(state, needed(key)?, *session, *buyer, *order, now)
        }
        Command::ActOnOrder { session, order, act } => {
            order::act(state, key, *session, *order, *act, now)
        }
        Command::ChangeRules { session, rules } => {
            session::change_rules(state, key, *session, rules)
        }
        Command::BlockBuyer { session, buyer, blocked } => {
            buyers::block(state, key, *session, *buyer, *blocked)
        }
        Command::OfferLink { session, buyer, from } => {
            buyers::offer_link(state, needed(key)?, *session, *buyer, *from, now)
        }
        Command::UseLink { session, account, link, rule } => {
            buyers::use_link(state, needed(key)?, *session, *account, *link, *rule, now)
        }
        Command::EraseBuyer { buyer } => buyers::erase(state, *buyer),
        Command::Resume { down } => Ok(session::resume(state, *down)),
    }
}

/// What a buyer asks has a key: the outcome is found again by it.
fn needed(key: Option<Key>) -> Result<Key, Rejection> {
    key.ok_or(Rejection::BadTerms("a buyer's request has a key"))
}

/// The number after the last one given.
fn next(last: u32) -> Result<u32, Rejection> {
    last.checked_add(1).ok_or(Rejection::Limit("too_many_numbers"))
}
