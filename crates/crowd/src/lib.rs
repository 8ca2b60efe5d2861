//! Seeded viewers as plain data: who types what when.
//!
//! ```text
//! seed ─▶ random ─┬─▶ person    who: a name, a platform
//! goods ──────────┼─▶ order     what: words that mean lines ─┐
//!                 ├─▶ talk      what: words that mean none  ─┼─▶ slips ─▶ Utterance
//! plan  ──────────┴─▶ arrivals  when: a calm evening, a drop ┘
//! ```
//!
//! Promises: the same seed and plan give the same utterances in the same order of time; each says
//! what its writer meant, so that a reader can be measured against it.
//! Never: waits, asks a clock, does I/O, knows how words are read.
#![forbid(unsafe_code)]

mod arrivals;
mod crowd;
mod goods;
mod order;
mod person;
mod random;
mod slips;
mod talk;

pub use arrivals::Shape;
pub use crowd::{Crowd, Kind, Plan, Utterance};
/// The nouns that plans and utterances are made of, for those who import nothing but the crowd.
pub use domain::{Code, Millis, OfferTerms, command::Want, offer::Stock};
pub use goods::da_lat;
pub use person::{Platform, person};
pub use random::Random;
