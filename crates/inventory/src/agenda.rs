//! What is to be done, and when: derived from the state, kept so that nothing must be searched.

use alloc::collections::{BTreeMap, BTreeSet};
use domain::id::{ItemId, Network, OrderId, SessionId};
use domain::offer::Cell;
use domain::time::Timestamp;

/// Everything that [`crate::State::tick`] looks at.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Agenda {
    /// Orders with a deadline, the earliest first.
    pub(crate) deadlines: BTreeSet<(Timestamp, OrderId)>,
    /// Orders with a cancel that can be undone, by when its time closes.
    pub(crate) cancels: BTreeSet<(Timestamp, OrderId)>,
    /// Sessions with answered cards that are to be claimed.
    pub(crate) answered: BTreeSet<SessionId>,
    /// Cells where free stock meets a line.
    pub(crate) ready: BTreeSet<(ItemId, Cell)>,
    /// Ended sessions by when they may be archived.
    pub(crate) archives: BTreeSet<(Timestamp, SessionId)>,
    /// How many orders are in state held.
    pub(crate) open: usize,
    /// How many of them came from each network.
    pub(crate) networks: BTreeMap<Network, u32>,
}

impl Agenda {
    /// One more order is held.
    pub(crate) fn opens(&mut self, network: Option<Network>) {
        self.open += 1;
        if let Some(network) = network {
            *self.networks.entry(network).or_default() += 1;
        }
    }

    /// An order is held no longer.
    pub(crate) fn closes(&mut self, network: Option<Network>) {
        self.open -= 1;
        if let Some(network) = network {
            let count = self.networks.get_mut(&network).expect("counted when it opened");
            *count -= 1;
            if *count == 0 {
                self.networks.remove(&network);
            }
        }
    }

    /// The next moment at which something is due by itself, archives aside.
    pub(crate) fn next(&self) -> Option<Timestamp> {
        let hold = self.deadlines.first().map(|(at, _)| *at);
        let cancel = self.cancels.first().map(|(at, _)| *at);
        hold.into_iter().chain(cancel).min()
    }
}
