//! What is durable by now, and who wants to be told: followers wait here, a lane never waits for
//! them.

use crate::storage::Heads;
use domain::{ShopId, Stamp};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// The last durable event of every shop, with a generation that rises with every synced round.
#[derive(Default)]
pub struct Durable {
    state: Mutex<State>,
    changed: Condvar,
    wakers: Mutex<Vec<Box<dyn Fn() + Send + Sync>>>,
}

#[derive(Default)]
struct State {
    heads: Heads,
    generation: u64,
}

impl Durable {
    /// The shop's last durable event; `None` if it has none.
    pub fn head(&self, shop: ShopId) -> Option<Stamp> {
        self.state().heads.get(&shop).copied()
    }

    /// Every shop's last durable event.
    pub fn heads(&self) -> Heads {
        self.state().heads.clone()
    }

    /// Rises whenever something became durable.
    pub fn generation(&self) -> u64 {
        self.state().generation
    }

    /// Waits until the generation is past `seen`, at most `longest`; answers the generation as it
    /// is then.
    pub fn wait_past(&self, seen: u64, longest: Duration) -> u64 {
        let waited = self
            .changed
            .wait_timeout_while(self.state(), longest, |state| state.generation <= seen)
            .unwrap_or_else(PoisonError::into_inner);
        waited.0.generation
    }

    /// Calls `waker` on the writer's thread whenever something became durable: it must be cheap and
    /// must not block.
    pub fn on_change(&self, waker: impl Fn() + Send + Sync + 'static) {
        let mut wakers = self.wakers.lock().unwrap_or_else(PoisonError::into_inner);
        wakers.push(Box::new(waker));
    }

    pub(crate) fn advance(&self, heads: impl IntoIterator<Item = (ShopId, Stamp)>) {
        let mut state = self.state();
        state.heads.extend(heads);
        state.generation += 1;
        drop(state);
        self.changed.notify_all();
        let wakers = self.wakers.lock().unwrap_or_else(PoisonError::into_inner);
        wakers.iter().for_each(|wake| wake());
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
