//! What people are told of a backup.

use super::archive;
use super::manifest::Manifest;
use crate::say::{say, say_again};
use serde_json::json;
use std::io::{IsTerminal, stdout};
use std::path::Path;

/// Bytes of a mebibyte.
const MIB: f64 = 1024.0 * 1024.0;

/// How far it is, in one line of a terminal.
pub(crate) struct Progress {
    /// The percent that is on the screen.
    shown: Option<u64>,
    is_wanted: bool,
}

impl Progress {
    /// Nothing yet.
    pub(crate) fn new(is_wanted: bool) -> Self {
        Self { shown: None, is_wanted: is_wanted && stdout().is_terminal() }
    }

    /// So many bytes of so many.
    pub(crate) fn show(&mut self, done: u64, of: u64) {
        let percent = done.saturating_mul(100) / of.max(1);
        if self.is_wanted && self.shown != Some(percent) {
            self.shown = Some(percent);
            say_again(&format!("Đang sao lưu… / Backing up… {percent} %"));
        }
    }

    /// What follows begins a line.
    pub(crate) fn end(&self) {
        if self.shown.is_some() {
            say_again("");
        }
    }
}

/// Where it is, how large, how long it took, and what it holds.
pub(crate) fn tell(manifest: &Manifest, file: &Path, took_ms: u64, as_json: bool) {
    let bytes = archive::bytes(manifest);
    if as_json {
        let told = json!({
            "file": file.display().to_string(),
            "bytes": bytes,
            "took_ms": took_ms,
            "made": manifest.made,
            "shops": manifest.shops,
        });
        return say(&told.to_string());
    }
    let (mib, seconds) = (bytes as f64 / MIB, took_ms as f64 / 1_000.0);
    say(&format!("{}: {mib:.1} MiB in {seconds:.1} s", file.display()));
    for (shop, at) in &manifest.shops {
        say(&format!("{shop} up to ({}, {}), receipt {}", at.epoch, at.seq, at.hash));
    }
    say("Kiểm tra: / Check it: chot restore FILE --check");
}
