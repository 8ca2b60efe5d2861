//! How the lanes of a simulated world decide: as always, unless a fault or a mutant says otherwise.

use crate::mutant::Mutant;
use domain::command::Want;
use domain::{Command, Event, Request, SessionId, ShopId, Timestamp};
use inventory::{Decision, State};
use std::cell::Cell;
use std::collections::HashMap;
use std::panic::resume_unwind;

thread_local! {
    static PANIC_NEXT: Cell<bool> = const { Cell::new(false) };
    static MUTANT: Cell<Option<Mutant>> = const { Cell::new(None) };
    static WALL: Cell<Timestamp> = const { Cell::new(Timestamp(0)) };
}

/// Sets this thread up for a run.
pub(crate) fn prepare(mutant: Option<Mutant>) {
    PANIC_NEXT.set(false);
    MUTANT.set(mutant);
}

/// The next decision on this thread panics.
pub(crate) fn panic_next() {
    PANIC_NEXT.set(true);
}

/// What a clock on the wall shows now.
pub(crate) fn look_at_wall(wall: Timestamp) {
    WALL.set(wall);
}

/// What the lanes are given.
pub(crate) fn decide(state: &State, request: &Request, now: Timestamp) -> Decision {
    if request.key.is_some() && PANIC_NEXT.replace(false) {
        // As a panic, but without a word on the terminal.
        resume_unwind(Box::new("a bug, made for the simulation"));
    }
    let claim = match &request.command {
        Command::Claim(claim) => claim,
        Command::Release { .. } if MUTANT.get() == Some(Mutant::UndoAfterPromotion) => {
            return closed_at_once(inventory::decide(state, request, now));
        }
        _ => return inventory::decide(state, request, now),
    };
    match MUTANT.get() {
        Some(Mutant::DecideTwice) => inventory::decide(state, &under_new_key(state, request), now),
        Some(Mutant::WriterPerSession) => {
            inventory::decide(&as_if_alone(state, claim.session), request, now)
        }
        Some(Mutant::HashOrder) => inventory::decide(state, &in_hash_order(request), now),
        Some(Mutant::ClockInCore) => inventory::decide(state, request, WALL.get()),
        _ => inventory::decide(state, request, now),
    }
}

/// What a cancel gives back goes to the next in line before anybody can undo it.
fn closed_at_once(decision: Decision) -> Decision {
    let Decision::Events(mut events) = decision else {
        return decision;
    };
    if let Some(Event::CancelBegun { session, order, lines, .. }) = events.last() {
        let (session, order, lines) = (*session, *order, lines.clone());
        events.push(Event::CancelClosed { session, order, lines });
    }
    Decision::Events(events)
}

/// A key that was seen is taken for a new one.
fn under_new_key(state: &State, request: &Request) -> Request {
    let mut request = request.clone();
    if let Some(key) = request.key.as_mut().filter(|key| state.answer(&key.digest).is_some()) {
        key.digest.0[0] ^= 0x80;
    }
    request
}

/// The shop as a writer would have it that knows of one session only.
fn as_if_alone(state: &State, session: SessionId) -> State {
    let mut shop = state.snapshot();
    let (own, others): (Vec<_>, Vec<_>) =
        shop.orders.into_iter().partition(|order| order.session == session);
    shop.orders = own;
    for item in &mut shop.items {
        let cells = (0..).map(domain::offer::Cell).zip(&mut item.cells);
        for (at, cell) in cells {
            for order in &others {
                let lines = order.lines.iter();
                let mut here = lines.filter(|line| line.item == item.item && line.cell == at);
                let figure = if order.state.is_sold() { &mut cell.sold } else { &mut cell.held };
                let left = here.try_fold(*figure, |left, line| left.minus(line.held));
                *figure = left.unwrap_or(*figure);
                cell.queue.retain(|place| place.order != order.order);
            }
        }
    }
    // Nothing is decided by the shop's own name.
    State::restore(ShopId::from_random(0), shop).unwrap_or_else(|_| state.clone())
}

/// The wishes in an order that no seed fixes.
fn in_hash_order(request: &Request) -> Request {
    let mut request = request.clone();
    if let Command::Claim(claim) = &mut request.command {
        let by_hash: HashMap<usize, Want> = claim.wants.drain(..).enumerate().collect();
        claim.wants.extend(by_hash.into_values());
    }
    request
}
