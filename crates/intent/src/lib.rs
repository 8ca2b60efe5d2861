//! What do these words say? A pure function of text and the codes in force.
#![no_std]
#![forbid(unsafe_code)]

extern crate alloc;

mod codebook;
mod read;
mod reading;

pub use codebook::Codebook;
pub use read::read;
pub use reading::{Author, Circumstances, Meaning, Phone, Reading};
