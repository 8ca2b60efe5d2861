//! The board that operators look at: what was, and what is, encoded once for all who look.

use super::past::Past;
use axum::body::Bytes;
use proto::live::{Ops, OpsFrame, ops_frame};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::watch;

/// What the process's sampler writes and pages read.
pub struct Board {
    past: Mutex<Past>,
    now: watch::Sender<Option<Bytes>>,
}

impl Default for Board {
    fn default() -> Self {
        Self { past: Mutex::default(), now: watch::Sender::new(None) }
    }
}

impl Board {
    /// An empty one.
    pub fn new() -> Arc<Self> {
        Arc::default()
    }

    /// Shows how things stand now and remembers what was measured.
    pub fn show(&self, ops: Ops) {
        let mut past = self.past.lock().unwrap_or_else(PoisonError::into_inner);
        ops.point.iter().for_each(|point| past.second(point.clone()));
        ops.ten.iter().for_each(|point| past.step(point.clone()));
        drop(past);
        let text = encode(ops_frame::Frame::Ops(ops));
        self.now.send_replace(Some(text));
    }

    /// True while somebody looks.
    pub fn is_watched(&self) -> bool {
        self.now.receiver_count() > 0
    }

    /// What was, encoded, and then everything that is.
    pub(super) fn look(&self) -> (Vec<Bytes>, watch::Receiver<Option<Bytes>>) {
        let mut now = self.now.subscribe();
        now.mark_changed();
        let past = self.past.lock().unwrap_or_else(PoisonError::into_inner);
        let histories = past.histories();
        drop(past);
        (histories.map(|history| encode(ops_frame::Frame::History(history))).into(), now)
    }
}

/// A frame as JSON text.
pub(super) fn encode(frame: ops_frame::Frame) -> Bytes {
    let text = serde_json::to_vec(&OpsFrame { frame: Some(frame) });
    text.expect("frames have only texts, numbers and times of our calendar").into()
}
