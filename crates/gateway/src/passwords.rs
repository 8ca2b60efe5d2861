//! Passwords take a processor and 19 MiB each: a few are checked at once, some wait, the others are
//! told that it is busy, so that a crowd at the door takes neither the machine nor its memory.

use crate::problem::Problem;
use domain::limits::{PASSWORDS_AT_ONCE_MAX, PASSWORDS_WAITING_MAX};
use std::sync::Arc;
use tokio::sync::Semaphore;

/// Who checks passwords now, and who waits for it.
pub(crate) struct Passwords {
    running: Arc<Semaphore>,
    places: Arc<Semaphore>,
}

impl Passwords {
    pub(crate) fn new() -> Self {
        let places = PASSWORDS_AT_ONCE_MAX + PASSWORDS_WAITING_MAX;
        Self {
            running: Arc::new(Semaphore::new(PASSWORDS_AT_ONCE_MAX)),
            places: Arc::new(Semaphore::new(places)),
        }
    }

    /// Does what takes a processor's time, when it is its turn.
    ///
    /// # Errors
    /// `busy` if too many wait; `internal`.
    pub(crate) async fn take_turn<T: Send + 'static>(
        &self,
        act: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Problem> {
        let Ok(place) = self.places.clone().try_acquire_owned() else {
            let detail = "Many are signing in just now: try again in a moment.";
            return Err(Problem::retry("busy", detail, 2_000));
        };
        let internal = || Problem::new("internal", "Try again.");
        let running = self.running.clone().acquire_owned().await.map_err(|_| internal())?;
        // Both go with the work: whoever hangs up meanwhile makes no room for another.
        let work = move || {
            let done = act();
            drop((running, place));
            done
        };
        tokio::task::spawn_blocking(work).await.map_err(|_| internal())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::future::join_all;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::sync::mpsc::sync_channel;

    /// Lets it begin; true if it is not done at once.
    async fn waits(future: impl Future) -> bool {
        tokio::select! {
            biased;
            _ = future => false,
            () = std::future::ready(()) => true,
        }
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn two_hundred_at_once_are_two_at_a_time_and_the_rest_is_told() {
        let passwords = Passwords::new();
        let (now, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let work = || {
            let (now, most) = (now.clone(), most.clone());
            move || {
                most.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                std::thread::yield_now();
                now.fetch_sub(1, Ordering::SeqCst);
            }
        };
        // Those that run are held until all others have come.
        let (go, wait) = sync_channel::<()>(0);
        let wait = Arc::new(std::sync::Mutex::new(wait));
        let held = (0..PASSWORDS_AT_ONCE_MAX).map(|_| {
            let (wait, work) = (wait.clone(), work());
            passwords.take_turn(move || {
                work();
                wait.lock().expect("unpoisoned").recv().ok();
            })
        });
        let mut held = Box::pin(join_all(held));
        assert!(waits(held.as_mut()).await);
        let mut others = Box::pin(join_all((0..200).map(|_| passwords.take_turn(work()))));
        assert!(waits(others.as_mut()).await);
        drop(go);
        held.await;
        let others = others.await;
        let busy = others.iter().filter(|done| done.as_ref().is_err_and(|p| p.code() == "busy"));
        assert_eq!(busy.count(), 200 - PASSWORDS_WAITING_MAX);
        assert_eq!(others.iter().filter(|done| done.is_ok()).count(), PASSWORDS_WAITING_MAX);
        assert!(most.load(Ordering::SeqCst) <= PASSWORDS_AT_ONCE_MAX);
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn who_hangs_up_makes_no_room() {
        let passwords = Passwords::new();
        let (go, wait) = sync_channel::<()>(0);
        let mut hung = Box::pin(passwords.take_turn(move || wait.recv().ok()));
        assert!(waits(hung.as_mut()).await);
        drop(hung);
        assert_eq!(passwords.running.available_permits(), PASSWORDS_AT_ONCE_MAX - 1);
        drop(go);
        let all = u32::try_from(PASSWORDS_AT_ONCE_MAX).expect("few");
        assert!(passwords.running.acquire_many(all).await.is_ok(), "it ends by itself");
    }
}
