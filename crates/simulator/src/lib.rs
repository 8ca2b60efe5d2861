//! A seeded world of crashes, partitions and lying disks that must never break a promise.
//!
//! ```text
//! seed ─▶ Options ─▶ World ─┬─▶ clients ─▶ lanes ─▶ writer ─▶ disk ─┬─▶ witness: twin, shadow, log
//!                           ├─▶ faults: crash, lie, jump, pause     ├─▶ persister ─▶ read model
//!                           └─▶ hear: every answer, as it leaves    └─▶ recovery, ledger, damage
//! ```
//!
//! Promises: the machines are the real ones; the same seed does the same again, step by step; a
//! broken promise is told with its seed, step, faults and all options.
//! Never: uses a real clock or a real random number, starts a thread for a machine, sleeps.
#![forbid(unsafe_code)]

mod carry;
mod clients;
mod coverage;
mod damage;
mod decide;
mod deed;
mod ending;
mod faults;
mod hear;
mod leaving;
mod market;
mod mutant;
mod naive;
mod options;
mod process;
mod projection;
mod promise;
mod recovery;
mod room;
mod run;
mod shrink;
mod terms;
mod told;
mod trace;
mod viewer;
mod wishes;
mod witness;
mod world;

pub use coverage::{Coverage, Seen};
pub use mutant::Mutant;
pub use options::Options;
pub use promise::Violated;
pub use run::{Failure, check, run};
pub use shrink::shrink;
pub use world::Tally;
