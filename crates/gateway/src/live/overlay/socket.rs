//! One overlay's socket: a key, then the latest state whenever it is new.

use super::air::{Airs, From};
use crate::doors::Shared;
use crate::live::close::{Close, End};
use crate::live::frames::BadFrame;
use crate::live::link::{Came, Link};
use crate::live::signs::Signs;
use crate::live::texts;
use crate::metrics::{At, SocketCount};
use accounts::OverlayKeyId;
use domain::{SessionId, ShopId};
use hub::HubError;
use proto::json::TypeOnly;
use proto::live::{self, overlay_client_frame::Frame, overlay_server_frame};
use tokio::sync::watch;
use tokio::time::{Interval, MissedTickBehavior, interval};

/// The refusal of a key, whatever is wrong with it.
const BAD_KEY: &str = "bad_overlay_key";

/// Runs an overlay's socket from its first frame to its close.
pub(in crate::live) async fn run(shared: Shared, mut link: Link, to: (ShopId, SessionId)) {
    let timing = shared.doors.options.timing;
    // Before the key is looked at: one that is revoked meanwhile is noticed.
    let revoked = shared.overlays.revoked();
    let arrived = texts::in_time(&shared, arrive(&shared, &mut link, to)).await;
    let (key, airs) = match arrived {
        Ok(arrived) => arrived,
        Err(end) => {
            let mut count = SocketCount::unwelcome(At::Overlay);
            return link.finish(end, &mut count, timing.close).await;
        }
    };
    note_use(&shared, key);
    let mut count = SocketCount::welcomed(At::Overlay, false);
    let mut pace = interval(shared.overlays.every());
    pace.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let signs = Signs::new(&timing);
    let mut overlay = Overlay { shared, key, airs, revoked, pace, new: true, signs };
    let end = overlay.go_on(&mut link, &mut count).await;
    link.finish(end, &mut count, timing.close).await;
}

/// Waits for hello and looks at its key.
async fn arrive(
    shared: &Shared,
    link: &mut Link,
    to: (ShopId, SessionId),
) -> Result<(OverlayKeyId, watch::Receiver<Airs>), End> {
    let hello = match texts::first(link, read).await? {
        Frame::Hello(hello) => hello,
        Frame::Ping(_) => {
            let bad = BadFrame::new("hello_first", "The first frame is hello with a key.", None);
            return Err(texts::refuse(link, &bad));
        }
    };
    let accounts = &shared.doors.accounts;
    let key =
        accounts.opens_overlay(to, &hello.key).ok_or_else(|| texts::refuse(link, &bad_key()))?;
    let (consoles, hub, doors) = (&shared.consoles, shared.hub(), &shared.doors);
    let from = From { consoles, hub, stop: &doors.stop, clock: &doors.clock };
    let busy = Close::of_hub(&HubError::Busy { retry_after_ms: 0 });
    let airs = shared.overlays.follow(&from, to).ok_or(End::Close(busy))?;
    Ok((key, airs))
}

/// On a thread that may wait; an overlay that cannot be noted is shown all the same.
fn note_use(shared: &Shared, key: OverlayKeyId) {
    let (accounts, now) = (shared.doors.accounts.clone(), shared.doors.clock.wall());
    tokio::task::spawn_blocking(move || {
        if let Err(error) = accounts.note_overlay_use(key, now) {
            tracing::warn!(%error, "the use of an overlay's key could not be noted");
        }
    });
}

fn bad_key() -> BadFrame {
    let detail = "This key opens nothing here: make another one on the host's page.";
    BadFrame::new(BAD_KEY, detail, None)
}

/// Reads an overlay's frame. What it says is never repeated: it may be a key.
fn read(text: &str) -> Result<Frame, BadFrame> {
    if let Ok(live::OverlayClientFrame { frame: Some(frame) }) = serde_json::from_str(text) {
        return Ok(frame);
    }
    let detail = "An overlay says hello with a key, then ping.";
    match serde_json::from_str(text) {
        Ok(TypeOnly { kind }) if !matches!(&*kind, "hello" | "ping") => {
            Err(BadFrame::new("unknown_type", detail, None))
        }
        Ok(TypeOnly { .. }) | Err(_) => Err(BadFrame::new("bad_frame", detail, None)),
    }
}

struct Overlay {
    shared: Shared,
    key: OverlayKeyId,
    airs: watch::Receiver<Airs>,
    /// Changes whenever keys were revoked.
    revoked: watch::Receiver<u64>,
    /// When more may be shown.
    pace: Interval,
    /// True if there is something to show.
    new: bool,
    signs: Signs,
}

impl Overlay {
    async fn go_on(&mut self, link: &mut Link, count: &mut SocketCount) -> End {
        let mut stop = self.shared.doors.stop.clone();
        loop {
            let went = tokio::select! {
                biased;
                () = stop.stopped() => Err(End::Close(Close::RESTARTING)),
                revoked = self.revoked.changed() => match revoked {
                    Ok(()) => self.still_opens(link),
                    Err(_) => Err(End::Close(Close::RESTARTING)),
                },
                came = link.read() => self.take(link, came, count).await,
                _ = self.pace.tick(), if self.new => self.show(link, count).await,
                changed = self.airs.changed(), if !self.new => match changed {
                    Ok(()) => { self.new = true; Ok(()) }
                    Err(_) => Err(End::Close(Close::RESTARTING)),
                },
                () = self.signs.due() => self.signs.ask(link).await,
            };
            if let Err(end) = went {
                return end;
            }
        }
    }

    /// Shows the latest state.
    async fn show(&mut self, link: &mut Link, count: &mut SocketCount) -> Result<(), End> {
        self.new = false;
        self.pace.reset();
        let airs = self.airs.borrow_and_update().clone();
        match airs {
            Airs::NotYet => Ok(()),
            Airs::Over(close) => Err(End::Close(close)),
            Airs::Frame(frame) => link.write_shared(&frame, count).await,
        }
    }

    fn still_opens(&self, link: &mut Link) -> Result<(), End> {
        match self.shared.doors.accounts.has_overlay_key(self.key) {
            true => Ok(()),
            false => Err(texts::refuse(link, &bad_key())),
        }
    }

    async fn take(
        &mut self,
        link: &mut Link,
        came: Came,
        count: &mut SocketCount,
    ) -> Result<(), End> {
        self.signs.heard();
        let Some(frame) = texts::taken(came, read)? else {
            return Ok(());
        };
        count.received();
        let bad = match frame {
            Ok(Frame::Ping(ping)) => {
                self.pong(link, ping.echo);
                return link.write_out(count).await;
            }
            Ok(Frame::Hello(_)) => BadFrame::new("bad_frame", "Hello is said once.", None),
            Err(bad) => bad,
        };
        self.signs.misread(texts::refuse(link, &bad))?;
        link.write_out(count).await
    }

    fn pong(&self, link: &mut Link, echo: Option<u64>) {
        let pong = live::OverlayPong { now_ms: self.shared.doors.clock.wall().0, echo };
        let pong = overlay_server_frame::Frame::Pong(pong);
        texts::say(link, &live::OverlayServerFrame { frame: Some(pong) });
    }
}
