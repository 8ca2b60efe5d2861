//! On air: one task per session that any overlay follows, which encodes for all of them.

use crate::live::close::Close;
use crate::live::console::{Consoles, Onlooker, Showing};
use crate::live::frames::{self, Form};
use crate::stop::Stop;
use axum::body::Bytes;
use domain::limits::OVERLAYS_PER_SESSION_MAX;
use domain::{Clock, SessionId, ShopId};
use hub::Hub;
use proto::live::{self, overlay_server_frame::Frame};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;
use tokio::sync::watch;

/// What goes on air.
#[derive(Clone)]
pub(super) enum Airs {
    /// The first look is being taken.
    NotYet,
    /// This, as a whole websocket frame.
    Frame(Bytes),
    /// Nothing any more.
    Over(Close),
}

/// The sessions that any overlay follows.
pub(crate) struct Overlays {
    every: Duration,
    airs: OnAir,
    revoked: watch::Sender<u64>,
}

type OnAir = Arc<Mutex<BTreeMap<(ShopId, SessionId), watch::Sender<Airs>>>>;

/// What a task needs to look for all overlays of a session.
pub(super) struct From<'a> {
    pub(super) consoles: &'a Consoles,
    pub(super) hub: &'a Hub,
    pub(super) stop: &'a Stop,
    pub(super) clock: &'a Arc<dyn Clock>,
}

impl Overlays {
    /// At most one state each `every`.
    pub(crate) fn new(every: Duration) -> Self {
        Self { every, airs: Arc::default(), revoked: watch::Sender::new(0) }
    }

    /// How often an overlay is shown something new, at most.
    pub(super) fn every(&self) -> Duration {
        self.every
    }

    /// Says that keys were revoked: every socket looks whether its own was.
    pub(crate) fn keys_were_revoked(&self) {
        self.revoked.send_modify(|times| *times += 1);
    }

    /// Learns of revoked keys from now on.
    pub(super) fn revoked(&self) -> watch::Receiver<u64> {
        self.revoked.subscribe()
    }

    /// Follows a session; none if as many do as may.
    pub(super) fn follow(
        &self,
        from: &From<'_>,
        at: (ShopId, SessionId),
    ) -> Option<watch::Receiver<Airs>> {
        let mut airs = lock(&self.airs);
        if let Some(air) = airs.get(&at) {
            let is_full = air.receiver_count() >= OVERLAYS_PER_SESSION_MAX;
            return (!is_full).then(|| air.subscribe());
        }
        let (air, following) = watch::channel(Airs::NotYet);
        airs.insert(at, air.clone());
        let onlooker = from.consoles.look_on(from.hub, from.stop, at);
        let (all, every) = (self.airs.clone(), self.every);
        let (clock, mut stop) = (from.clock.clone(), from.stop.clone());
        tokio::spawn(async move {
            tokio::select! {
                () = stop.stopped() => {}
                () = nobody_follows(&all, at, &air) => {}
                over = go_on(onlooker, &air, every, &*clock) => {
                    // Whoever comes now begins anew.
                    lock(&all).remove(&at);
                    air.send_replace(Airs::Over(over));
                }
            }
        });
        Some(following)
    }
}

/// Ends when the last one has gone and nobody else can have come.
async fn nobody_follows(all: &OnAir, at: (ShopId, SessionId), air: &watch::Sender<Airs>) {
    loop {
        air.closed().await;
        let mut airs = lock(all);
        if air.receiver_count() == 0 {
            airs.remove(&at);
            return;
        }
    }
}

/// Encodes each look that changes something, until nothing can be shown any more.
async fn go_on(
    mut onlooker: Onlooker,
    air: &watch::Sender<Airs>,
    every: Duration,
    clock: &dyn Clock,
) -> Close {
    let mut last: Option<live::Overlay> = None;
    loop {
        let showing = onlooker.shows.borrow_and_update().clone();
        match showing {
            Showing::NotYet => {}
            Showing::Over(close) => return close,
            Showing::Look(shown) if last.as_ref() == Some(&shown.overlay) => {}
            Showing::Look(shown) => {
                air.send_replace(Airs::Frame(encoded(&shown.overlay, clock)));
                last = Some(shown.overlay.clone());
                tokio::time::sleep(every).await;
            }
        }
        if onlooker.shows.changed().await.is_err() {
            return Close::RESTARTING;
        }
    }
}

fn encoded(state: &live::Overlay, clock: &dyn Clock) -> Bytes {
    let told = live::Overlay { now_ms: clock.wall().0, ..state.clone() };
    let frame = live::OverlayServerFrame { frame: Some(Frame::Overlay(told)) };
    let mut bytes = Vec::new();
    frames::framed(&mut bytes, Form::Json, |payload| {
        serde_json::to_writer(payload, &frame)
            .expect("messages have only texts, numbers and times of our calendar");
    });
    bytes.into()
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().expect("nothing panics with it held")
}
