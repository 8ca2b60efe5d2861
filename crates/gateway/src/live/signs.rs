//! A socket's signs of life: when the other side is asked for one, and how long that is borne.

use super::Timing;
use super::close::{Close, End};
use super::link::Link;
use domain::limits::{BAD_FRAMES_MAX, PINGS_SILENT_MAX};
use tokio::time::{Interval, MissedTickBehavior, interval};

/// What is known of the other side of one socket.
pub(super) struct Signs {
    ticks: Interval,
    /// Pings without a sign of life.
    silent: u32,
    /// Frames that could not be read.
    bad_frames: u32,
}

impl Signs {
    /// The first ping is due one interval from now.
    pub(super) fn new(timing: &Timing) -> Self {
        let mut ticks = interval(timing.ping);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        ticks.reset();
        Self { ticks, silent: 0, bad_frames: 0 }
    }

    /// Waits until the other side is to be asked. May be dropped while it waits.
    pub(super) async fn due(&mut self) {
        self.ticks.tick().await;
    }

    /// Something came.
    pub(super) fn heard(&mut self) {
        self.silent = 0;
    }

    /// Asks for a sign of life.
    ///
    /// # Errors
    /// The end of the socket, if too many were asked for in vain.
    pub(super) async fn ask(&mut self, link: &mut Link) -> Result<(), End> {
        self.silent += 1;
        if self.silent > PINGS_SILENT_MAX {
            return Err(End::Close(Close::SILENT));
        }
        link.ping().await
    }

    /// A frame could not be read.
    ///
    /// # Errors
    /// `end`, if there were too many of them.
    pub(super) fn misread(&mut self, end: End) -> Result<(), End> {
        self.bad_frames += 1;
        if self.bad_frames > BAD_FRAMES_MAX { Err(end) } else { Ok(()) }
    }
}
