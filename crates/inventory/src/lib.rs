//! Who gets it? The state machine of one shop: sync, deterministic.
//!
//! ```text
//! request ─▶ decide(&state, …) ─▶ events ─▶ stamped and chained by the lane ─▶ state.apply(&fact)
//!                                   ▲                                            │
//!    clock ─▶ state.tick(now) ──────┘◀───────────── next_deadline, views ◀───────┘
//! ```
//!
//! Promises: held + sold ≤ stock in every cell after every fact; one key, one answer, until its
//! session is archived; first come, first served in every line; equal facts make equal states, byte
//! for byte.
//! Never: asks for the time, makes a random number, does I/O, decides while applying, or panics on
//! what a stranger sent (it panics on a fact that contradicts the state: that is us being wrong).
#![no_std]
#![forbid(unsafe_code)]

extern crate alloc;

mod agenda;
mod apply;
mod decide;
mod invariants;
mod item;
mod keys;
mod order;
mod past;
mod rest;
mod returns;
mod session;
mod spread;
mod state;
mod tick;
mod view;

pub use decide::{Decision, decide};
pub use invariants::{Broken, StockChecked};
pub use state::State;
pub use view::Place;
