//! Bytes that nobody would send: four parsers and what must hold of each.
//!
//! ```text
//! FUZZ_TARGET=comment fuzz-target corpus/comment ─▶ libFuzzer ─▶ the target's function
//! ```
//!
//! Promises: stops at the first panic and writes the bytes that made it.
//! Never: holds a check of its own.
#![no_main]

use libfuzzer_sys::fuzz_target;
use std::sync::LazyLock;

/// The environment names one target for the whole run.
static TARGET: LazyLock<fuzz::Target> = LazyLock::new(|| {
    let name = std::env::var("FUZZ_TARGET").unwrap_or_default();
    let known: Vec<_> = fuzz::TARGETS.iter().map(|(name, _)| *name).collect();
    fuzz::target(&name).unwrap_or_else(|| panic!("FUZZ_TARGET={name:?} is none of {known:?}"))
});

fuzz_target!(|bytes: &[u8]| TARGET(bytes));
