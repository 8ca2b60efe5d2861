//! What is left, for everybody who looks at a session: encoded once per change and form, at most
//! twice a second, and less often while the shop's lane is pressed.

use super::frames::{self, Form};
use crate::later::stock_pause;
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

/// Sockets that are woken by one look before others have a turn: what buyers are told waits for no
/// more than these.
const TOGETHER: usize = 64;

/// What a socket follows.
pub(crate) struct Following {
    /// The latest look.
    pub(crate) frames: watch::Receiver<Arc<StockFrames>>,
    _here: watch::Receiver<()>,
}

/// How a session is shown to all who look, some at a time.
struct Shown {
    groups: Mutex<Groups>,
    /// One receiver for everybody who looks.
    here: watch::Sender<()>,
}

struct Groups {
    latest: Arc<StockFrames>,
    all: Vec<watch::Sender<Arc<StockFrames>>>,
}

impl Shown {
    fn new(first: Arc<StockFrames>) -> Self {
        let groups = Mutex::new(Groups { latest: first, all: Vec::new() });
        Self { groups, here: watch::Sender::new(()) }
    }

    fn follow(&self) -> Following {
        let mut groups = self.groups.lock().expect("nothing panics with it held");
        let last = groups.all.last().filter(|group| group.receiver_count() < TOGETHER);
        let frames = match last {
            Some(group) => group.subscribe(),
            None => {
                let group = watch::Sender::new(groups.latest.clone());
                let frames = group.subscribe();
                groups.all.push(group);
                frames
            }
        };
        Following { frames, _here: self.here.subscribe() }
    }

    /// Shows a look to one group after the other; whoever has something to do in between does it.
    async fn show(&self, look: StockFrames) {
        let look = Arc::new(look);
        let groups = {
            let mut groups = self.groups.lock().expect("nothing panics with it held");
            groups.latest = look.clone();
            groups.all.retain(|group| group.receiver_count() > 0);
            groups.all.clone()
        };
        for group in groups {
            group.send_replace(look.clone());
            tokio::task::yield_now().await;
        }
    }
}

type Sessions = BTreeMap<(ShopId, SessionId), Arc<Shown>>;

/// The sessions that anybody looks at, each with one task that encodes for all.
pub(crate) struct Stocks {
    every: Duration,
    shown: Arc<Mutex<Sessions>>,
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
            return Some(shown.follow());
        }
        let mut views = hub.watch(shop, session)?;
        let first = Arc::new(StockFrames::of(&views.borrow_and_update()));
        let show = Arc::new(Shown::new(first));
        let following = show.follow();
        shown.insert((shop, session), show.clone());
        let (all, every, stop) = (self.shown.clone(), self.every, stop.clone());
        let hub = hub.clone();
        let pause = move || tokio::time::sleep(stock_pause(every, hub.pressure(shop)));
        tokio::spawn(async move {
            follow_until_nobody_looks(views, &show, pause, stop, || {
                let mut all = all.lock().expect("nothing panics with it held");
                let nobody = show.here.receiver_count() == 0;
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

/// Encodes the latest look, pauses, and again, until the session is gone, the server stops, or
/// `forgotten` says that nobody looks.
async fn follow_until_nobody_looks<P: Future<Output = ()>>(
    mut views: watch::Receiver<Arc<SessionView>>,
    show: &Shown,
    pause: impl Fn() -> P,
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
                show.show(StockFrames::of(&view)).await;
                tokio::select! {
                    () = pause() => {}
                    () = stop.stopped() => return,
                }
            }
            () = show.here.closed() => {
                if forgotten() {
                    return;
                }
            }
            () = stop.stopped() => return,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{Currency, Epoch, Rules, Seq, SessionState};
    use std::sync::atomic::{AtomicUsize, Ordering};
    use tokio::sync::Semaphore;

    fn view(seq: u64) -> Arc<SessionView> {
        Arc::new(SessionView {
            shop: ShopId::from_random(1),
            session: SessionId(1),
            title: "thử".into(),
            state: SessionState::Live,
            rules: Arc::new(Rules::default()),
            currency: Currency::VND,
            offers: vec![],
            pinned: None,
            position: Position { epoch: Epoch(1), seq: Seq(seq) },
        })
    }

    /// Shows looks 1 to `looks`, of which so many pass during each pause; gives those seen.
    async fn seen(looks: u64, in_each_pause: u64) -> Vec<u64> {
        let views = watch::Sender::new(view(0));
        let show = Arc::new(Shown::new(Arc::new(StockFrames::of(&view(0)))));
        let (ends, pausing) = (Arc::new(Semaphore::new(0)), Arc::new(AtomicUsize::new(0)));
        let (_stopper, stop) = Stop::new();
        let (following, mut seen) = (show.follow(), Vec::new());
        let followed = {
            let (views, ends, pausing) = (views.subscribe(), ends.clone(), pausing.clone());
            let pause = move || {
                let (ends, pausing) = (ends.clone(), pausing.clone());
                async move {
                    pausing.fetch_add(1, Ordering::SeqCst);
                    ends.acquire().await.expect("open").forget();
                }
            };
            let show = show.clone();
            let follow = async move {
                follow_until_nobody_looks(views, &show, pause, stop, || false).await;
            };
            tokio::spawn(follow)
        };
        let mut pauses = 0;
        for seq in 1..=looks {
            views.send_replace(view(seq));
            let is_last = seq == looks;
            if pauses > 0 && seq % in_each_pause != 0 && !is_last {
                continue;
            }
            if pauses > 0 {
                ends.add_permits(1);
            }
            pauses += 1;
            while pausing.load(Ordering::SeqCst) < pauses {
                tokio::task::yield_now().await;
            }
            seen.push(following.frames.borrow().position.seq.0);
        }
        followed.abort();
        seen
    }

    #[tokio::test]
    async fn everybody_is_shown_the_latest_whichever_group_they_are_in_and_whenever_they_came() {
        let show = Shown::new(Arc::new(StockFrames::of(&view(0))));
        let mut early: Vec<_> = (0..=2 * TOGETHER).map(|_| show.follow()).collect();
        assert_eq!(show.groups.lock().expect("free").all.len(), 3);
        show.show(StockFrames::of(&view(1))).await;
        let late = show.follow();
        let seq = |of: &Following| of.frames.borrow().position.seq.0;
        assert!(early.iter().chain([&late]).all(|one| seq(one) == 1));
        assert!(early.iter().all(|one| one.frames.has_changed().expect("shown")));
        early.truncate(1);
        drop(late);
        show.show(StockFrames::of(&view(2))).await;
        assert_eq!(show.groups.lock().expect("free").all.len(), 1, "empty groups are given back");
        assert_eq!((seq(&early[0]), show.here.receiver_count()), (2, 1));
    }

    #[tokio::test]
    async fn the_longer_the_pauses_the_fewer_looks_and_the_last_one_is_always_shown() {
        let (calm, crowded) = (seen(41, 1).await, seen(41, 8).await);
        assert_eq!(calm, (1..=41).collect::<Vec<_>>());
        assert_eq!(crowded, [1, 8, 16, 24, 32, 40, 41]);
    }
}
