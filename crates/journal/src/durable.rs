//! What is durable by now, and who wants to be told: followers wait here, a lane never waits for
//! them.

use crate::storage::Heads;
use domain::{ShopId, Stamp};
use std::ops::Bound;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Shops that are copied before others have a turn.
const AT_ONCE: usize = 64;

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

    /// Every shop's last durable event, each as it is when its turn comes: the writer waits for no
    /// more than 64 of them, however many there are.
    pub fn heads(&self) -> Heads {
        let (mut all, mut from) = (Heads::new(), Bound::Unbounded);
        loop {
            let next: Vec<_> = {
                let state = self.state();
                let rest = state.heads.range((from, Bound::Unbounded));
                rest.take(AT_ONCE).map(|(shop, head)| (*shop, *head)).collect()
            };
            let Some((last, _)) = next.last() else { return all };
            from = Bound::Excluded(*last);
            all.extend(next);
        }
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

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{Epoch, Position, Seq};

    #[test]
    fn all_heads_are_told_however_many_there_are() {
        for shops in [0, 1, AT_ONCE, 3 * AT_ONCE + 1] {
            let durable = Durable::default();
            let position = |seq| Position { epoch: Epoch(1), seq: Seq(seq) };
            let head = |seq| Stamp { position: position(seq), ..Stamp::default() };
            let heads: Heads =
                (1..=shops as u64).map(|n| (ShopId::from_random(n), head(n))).collect();
            durable.advance(heads.clone());
            assert_eq!(durable.heads(), heads);
        }
    }
}
