//! What people read in a terminal.

use std::io::{Write, stdout};

/// Prints a line. A terminal that is gone is no reason to fail.
pub(crate) fn say(line: &str) {
    let mut out = stdout().lock();
    if writeln!(out, "{line}").and_then(|()| out.flush()).is_err() {
        tracing::debug!("nobody reads the terminal any more");
    }
}

/// Replaces the present line, for progress.
pub(crate) fn say_again(line: &str) {
    let mut out = stdout().lock();
    if write!(out, "\r\x1b[2K{line}").and_then(|()| out.flush()).is_err() {
        tracing::debug!("nobody reads the terminal any more");
    }
}

/// Prints what went wrong, beside the output.
pub(crate) fn complain(line: &str) {
    if writeln!(std::io::stderr(), "{line}").is_err() {
        tracing::debug!("nobody reads the terminal any more");
    }
}
