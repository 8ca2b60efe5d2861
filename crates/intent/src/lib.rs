//! What do these words say? A pure function of text and the codes in force.
//!
//! ```text
//! text ─▶ fold ─▶ spans ─▶ pieces ─▶ roles ─▶ facts ─▶ judge ─▶ reading
//!         one     words,   mã 3,     what a   what     rule by   meaning, phones,
//!         form    codes    2 ký      word is  is there rule      the rule that decided
//!                   ▲─────── codebook: this session's codes, names, values, units ───────▲
//! ```
//!
//! Promises: never an order for a question; never an order without a code, a name or a pinned
//! offer; one unclear part sends the whole comment to a person; every reading names the rule that
//! decided; time and memory are linear in the text.
//! Never: knows a buyer, stock or a clock; learns; guesses between two offers.
#![no_std]
#![forbid(unsafe_code)]

extern crate alloc;

mod agreement;
mod amount;
mod cluster;
mod codebook;
mod codes;
mod digits;
mod explain;
mod facts;
mod fold;
mod judge;
mod latin;
mod lexicon;
mod lines;
mod phrasebook;
mod pieces;
mod propose;
mod read;
mod reading;
mod roles;
mod sense;
mod spans;
mod typed;
mod unnamed;
mod wants;
mod words;

pub use agreement::{Answer, Report, judge_row};
pub use codebook::Codebook;
pub use explain::explain;
pub use phrasebook::{
    Catalogue, Context, Expect, Phrasebook, PhrasebookError, Row, parse_phrasebook,
};
pub use propose::{examples, propose_codes};
pub use read::read;
pub use reading::{ABOUT_BYTES_MAX, Author, Circumstances, Meaning, Phone, Reading};
