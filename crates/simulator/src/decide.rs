//! How the lanes of a simulated world decide: as always, unless a fault or a mutant says otherwise.

use crate::mutant::Mutant;
use domain::{Command, Request, Timestamp};
use inventory::{Decision, State};
use std::cell::Cell;
use std::panic::resume_unwind;

thread_local! {
    static PANIC_NEXT: Cell<bool> = const { Cell::new(false) };
    static TWICE: Cell<bool> = const { Cell::new(false) };
}

/// Sets this thread up for a run.
pub(crate) fn prepare(mutant: Option<Mutant>) {
    PANIC_NEXT.set(false);
    TWICE.set(mutant == Some(Mutant::DecideTwice));
}

/// The next decision on this thread panics.
pub(crate) fn panic_next() {
    PANIC_NEXT.set(true);
}

/// What the lanes are given.
pub(crate) fn decide(state: &State, request: &Request, now: Timestamp) -> Decision {
    if request.key.is_some() && PANIC_NEXT.replace(false) {
        // As a panic, but without a word on the terminal.
        resume_unwind(Box::new("a bug, made for the simulation"));
    }
    let is_claim = matches!(request.command, Command::Claim { .. });
    let known = request.key.filter(|key| state.answer(&key.digest).is_some());
    match known {
        Some(mut key) if is_claim && TWICE.get() => {
            key.digest.0[0] ^= 0x80;
            let request = Request { key: Some(key), command: request.command.clone() };
            inventory::decide(state, &request, now)
        }
        _ => inventory::decide(state, request, now),
    }
}
