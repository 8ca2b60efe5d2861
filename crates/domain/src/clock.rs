//! The clock as a trait: the system's in `hub`, a manual one in tests.

use crate::time::Millis;
use crate::time::Timestamp;

/// What a shell asks for the time. The core never does: `now` is an argument there.
pub trait Clock: Send + Sync {
    /// What the wall clock says; it may jump either way.
    fn wall(&self) -> Timestamp;

    /// Time since some fixed start; it never falls and never jumps.
    fn monotonic(&self) -> Millis;
}
