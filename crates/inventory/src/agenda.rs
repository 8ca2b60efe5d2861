//! What is to be done, and when: derived from the state, kept so that nothing must be searched.

use alloc::collections::BTreeSet;
use domain::id::{ItemId, OrderId, SessionId};
use domain::offer::Cell;
use domain::time::Timestamp;

/// Everything that [`crate::State::tick`] looks at.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Agenda {
    /// Orders with a deadline, the earliest first.
    pub(crate) deadlines: BTreeSet<(Timestamp, OrderId)>,
    /// Cells where free stock meets a line.
    pub(crate) ready: BTreeSet<(ItemId, Cell)>,
    /// Ended sessions by when they may be archived.
    pub(crate) archives: BTreeSet<(Timestamp, SessionId)>,
    /// How many orders are in state held.
    pub(crate) open: usize,
}
