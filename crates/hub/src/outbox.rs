//! From the lane to one connection: frames that wait for its socket, and one wake-up for all that
//! became durable together.
//!
//! ```text
//! lane ─▶ put(several) ─▶ waiting ─▶ taken, all of them ─▶ socket
//!          └─ full: false, the lane lets go
//! ```
//!
//! Promises: what was put in comes out once and in order; whoever takes learns of the lane's end
//! after the last frame.
//! Never: makes the lane wait; holds memory while nothing waits.

use crate::ask::BuyerFrame;
use domain::limits::OUTBOX_FRAMES_MAX;
use futures_util::task::AtomicWaker;
use std::future::poll_fn;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

/// The lane's end; dropping it ends the frames.
pub(crate) struct FramesIn(Arc<Shared>);

/// The socket's end; dropping it ends the lane's interest.
pub struct Frames(Arc<Shared>);

#[derive(Default)]
struct Shared {
    waiting: Mutex<Waiting>,
    waker: AtomicWaker,
}

#[derive(Default)]
struct Waiting {
    frames: Vec<Arc<BuyerFrame>>,
    /// Nothing more is put in.
    ended: bool,
    /// Nothing more is taken.
    left: bool,
}

/// Both ends.
pub(crate) fn outbox() -> (FramesIn, Frames) {
    let shared = Arc::new(Shared::default());
    (FramesIn(shared.clone()), Frames(shared))
}

impl FramesIn {
    /// Puts frames in; false if nobody takes them any more or too many wait: then none of them is.
    pub(crate) fn put(&self, frames: &[Arc<BuyerFrame>]) -> bool {
        let mut waiting = self.0.lock();
        if waiting.left || waiting.frames.len() + frames.len() > OUTBOX_FRAMES_MAX {
            return false;
        }
        waiting.frames.extend_from_slice(frames);
        drop(waiting);
        self.0.waker.wake();
        true
    }
}

impl Drop for FramesIn {
    fn drop(&mut self) {
        self.0.lock().ended = true;
        self.0.waker.wake();
    }
}

impl Frames {
    /// Waits for frames and takes all that wait; none once the lane has let go and the last were
    /// taken. May be dropped while it waits.
    pub async fn take(&mut self) -> Option<Vec<Arc<BuyerFrame>>> {
        poll_fn(|context| self.poll_take(context)).await
    }

    /// Takes what waits now, which may be nothing; none once the lane has let go, when what still
    /// waits may have a gap behind it: it is left for [`Self::take`].
    pub fn take_now(&mut self) -> Option<Vec<Arc<BuyerFrame>>> {
        let mut waiting = self.0.lock();
        (!waiting.ended).then(|| std::mem::take(&mut waiting.frames))
    }

    fn poll_take(&mut self, context: &Context<'_>) -> Poll<Option<Vec<Arc<BuyerFrame>>>> {
        // Before looking: what is put in between wakes us.
        self.0.waker.register(context.waker());
        let mut waiting = self.0.lock();
        match (waiting.frames.is_empty(), waiting.ended) {
            (false, _) => Poll::Ready(Some(std::mem::take(&mut waiting.frames))),
            (true, true) => Poll::Ready(None),
            (true, false) => Poll::Pending,
        }
    }
}

impl Drop for Frames {
    fn drop(&mut self) {
        let mut waiting = self.0.lock();
        waiting.left = true;
        waiting.frames = Vec::new();
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::HubError;

    fn frame(n: usize) -> Arc<BuyerFrame> {
        let key = n.to_string().as_str().into();
        Arc::new(BuyerFrame::Failed { key, error: HubError::Stopping })
    }

    fn keys(frames: Vec<Arc<BuyerFrame>>) -> Vec<String> {
        let key = |frame: &Arc<BuyerFrame>| match &**frame {
            BuyerFrame::Failed { key, .. } => key.to_string(),
            BuyerFrame::Outcome { .. } | BuyerFrame::Order(_) => unreachable!("only failures"),
        };
        frames.iter().map(key).collect()
    }

    #[tokio::test]
    async fn what_is_put_in_comes_out_once_in_order_and_then_the_end() {
        let (lane, mut socket) = outbox();
        let reader = tokio::spawn(async move {
            let mut all = Vec::new();
            while let Some(frames) = socket.take().await {
                all.extend(keys(frames));
            }
            all
        });
        for first in (0..200).step_by(2) {
            assert!(lane.put(&[frame(first), frame(first + 1)]));
            tokio::task::yield_now().await;
        }
        drop(lane);
        let all = reader.await.expect("no panic");
        assert_eq!(all, (0..200).map(|n| n.to_string()).collect::<Vec<_>>());
    }

    #[tokio::test]
    async fn who_takes_too_little_is_let_go_and_still_gets_what_was_put_in() {
        let (lane, mut socket) = outbox();
        let many: Vec<_> = (0..OUTBOX_FRAMES_MAX).map(frame).collect();
        assert!(lane.put(&many));
        assert!(!lane.put(&[frame(0)]));
        drop(lane);
        assert!(socket.take_now().is_none(), "something is missing behind what waits");
        assert_eq!(socket.take().await.expect("what waits").len(), OUTBOX_FRAMES_MAX);
        assert!(socket.take().await.is_none());
    }

    #[test]
    fn what_waits_now_may_be_nothing() {
        let (lane, mut socket) = outbox();
        assert!(lane.put(&[frame(0), frame(1)]));
        assert_eq!(keys(socket.take_now().expect("the lane is there")), ["0", "1"]);
        assert!(socket.take_now().expect("the lane is there").is_empty());
    }

    #[test]
    fn who_has_left_takes_nothing_more() {
        let (lane, socket) = outbox();
        assert!(lane.put(&[frame(0)]));
        drop(socket);
        assert!(!lane.put(&[frame(1)]));
    }
}
