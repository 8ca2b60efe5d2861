//! What anybody can check: frames to lines, the chain, verify, receipts.
//!
//! ```text
//! frame + stamp ─▶ line ─────────────▶ NDJSON file ─▶ read ─▶ chain ─▶ fold ─▶ proof
//! shop at rest ──▶ checkpoint_line ─▶      │                     └──────┴────▶ violation
//!                                      a receipt ─────────────────────────────▲
//! ```
//!
//! Promises: `verify` believes nothing but the file's checkpoint; it proves that nothing was
//! oversold, that no key was answered twice, that numbers have no gap and nobody was overtaken, or
//! names the line that breaks it.
//! Never: shares code with what decides, keeps more than what is open, touches a clock, a disk or a
//! network.
#![forbid(unsafe_code)]

mod chain;
mod fold;
mod line;
mod proof;
mod read;
mod receipt;
mod verify;
mod violation;

pub use line::{LedgerError, checkpoint_line, line};
pub use proof::{
    CardClaim, ItemProof, OfferProof, Proof, ProvenLine, ReceiptProof, SessionProof, Start,
};
pub use verify::verify;
pub use violation::{Broken, BuyerBroken, CancelBroken, CardBroken, RuleBroken, Violation};
