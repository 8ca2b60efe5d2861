//! What is left, for everybody who looks at a session: encoded once per change and form, at most
//! twice a second.

use super::frames::{self, Form};
use crate::stop::Stop;
use crate::wire::outgoing;
use axum::body::Bytes;
use domain::{Position, SessionId, SessionView, ShopId};
use hub::Hub;
use proto::live::server_frame;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::watch;

/// One look, as whole websocket frames.
pub(crate) struct StockFrames {
    /// How things stood here.
    pub(crate) position: Position,
    json: Bytes,
    proto: Bytes,
}

impl StockFrames {
    fn of(view: &SessionView) -> Self {
        let stock = outgoing::stock_of(view);
        let frame = |form| {
            let mut bytes = Vec::new();
            frames::write(&mut bytes, form, server_frame::Frame::Stock(stock.clone()));
            Bytes::from(bytes)
        };
        let (json, proto) = (frame(Form::Json), frame(Form::Proto));
        Self { position: view.position, json, proto }
    }

    /// The bytes to send.
    pub(crate) fn bytes(&self, form: Form) -> &Bytes {
        match form {
            Form::Json => &self.json,
            Form::Proto => &self.proto,
        }
    }
}

/// What a socket follows.
pub(crate) type Following = watch::Receiver<Arc<StockFrames>>;

type Shown = watch::Sender<Arc<StockFrames>>;

/// The sessions that anybody looks at, each with one task that encodes for all.
pub(crate) struct Stocks {
    every: Duration,
    shown: Arc<Mutex<BTreeMap<(ShopId, SessionId), Shown>>>,
}

impl Stocks {
    /// At most one look each `every`.
    pub(crate) fn new(every: Duration) -> Self {
        Self { every, shown: Arc::default() }
    }

    /// Follows a session; none if there is no such session.
    pub(crate) fn follow(
        &self,
        hub: &Hub,
        stop: &Stop,
        shop: ShopId,
        session: SessionId,
    ) -> Option<Following> {
        let mut shown = self.shown.lock().expect("nothing panics with it held");
        if let Some(shown) = shown.get(&(shop, session)) {
            return Some(shown.subscribe());
        }
        let mut views = hub.watch(shop, session)?;
        let first = Arc::new(StockFrames::of(&views.borrow_and_update()));
        let (show, following) = watch::channel(first);
        shown.insert((shop, session), show.clone());
        let (all, every, stop) = (self.shown.clone(), self.every, stop.clone());
        tokio::spawn(async move {
            follow_until_nobody_looks(views, &show, every, stop, || {
                let mut all = all.lock().expect("nothing panics with it held");
                let nobody = show.receiver_count() == 0;
                if nobody {
                    all.remove(&(shop, session));
                }
                nobody
            })
            .await;
        });
        Some(following)
    }
}

/// Encodes each new look until the session is gone, the server stops, or `forgotten` says that
/// nobody looks.
async fn follow_until_nobody_looks(
    mut views: watch::Receiver<Arc<SessionView>>,
    show: &Shown,
    every: Duration,
    mut stop: Stop,
    forgotten: impl Fn() -> bool,
) {
    loop {
        tokio::select! {
            changed = views.changed() => {
                if changed.is_err() {
                    // The session is archived or the hub is gone: nothing will change any more.
                    stop.stopped().await;
                    return;
                }
                let view = views.borrow_and_update().clone();
                show.send_replace(Arc::new(StockFrames::of(&view)));
                tokio::time::sleep(every).await;
            }
            () = show.closed() => {
                if forgotten() {
                    return;
                }
            }
            () = stop.stopped() => return,
        }
    }
}
