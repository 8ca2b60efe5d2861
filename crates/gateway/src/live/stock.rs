//! What is left, for everybody who looks at a session: encoded once per change and form, at most
//! twice a second, and less often while the shop's lane is pressed.
//!
//! A change after a quiet while is shown to everybody at once. While one change follows the other,
//! a look is spread over the time until the next one: a crowd's frames would otherwise hold up what
//! its buyers are told, twice a second.

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

/// How far apart groups are shown one of many looks: some two milliseconds of work in each eight.
const APART: Duration = Duration::from_millis(8);

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

    /// Shows a look to one group after the other, the last one within `over`; whoever has something
    /// to do in between does it.
    async fn show(&self, look: StockFrames, over: Duration) {
        let look = Arc::new(look);
        let groups = {
            let mut groups = self.groups.lock().expect("nothing panics with it held");
            groups.latest = look.clone();
            groups.all.retain(|group| group.receiver_count() > 0);
            groups.all.clone()
        };
        let apart = apart(over, groups.len());
        let mut pace = (!apart.is_zero()).then(|| tokio::time::interval(apart));
        for group in groups {
            match &mut pace {
                Some(pace) => {
                    pace.tick().await;
                }
                None => tokio::task::yield_now().await,
            }
            group.send_replace(look.clone());
        }
    }
}

/// How far apart so many groups are shown a look, if all of them are to have it within `over`.
fn apart(over: Duration, groups: usize) -> Duration {
    let groups = u32::try_from(groups).unwrap_or(u32::MAX).max(1);
    APART.min(over / groups)
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
        let pause = move || stock_pause(every, hub.pressure(shop));
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
async fn follow_until_nobody_looks(
    mut views: watch::Receiver<Arc<SessionView>>,
    show: &Shown,
    pause: impl Fn() -> Duration,
    mut stop: Stop,
    forgotten: impl Fn() -> bool,
) {
    loop {
        let is_one_of_many = views.has_changed().unwrap_or(false);
        tokio::select! {
            changed = views.changed() => {
                if changed.is_err() {
                    // The hub is gone: nothing will change any more.
                    stop.stopped().await;
                    return;
                }
                let look = StockFrames::of(&views.borrow_and_update().clone());
                let pause = pause();
                let over = if is_one_of_many { pause / 2 } else { Duration::ZERO };
                let shown = async {
                    tokio::join!(show.show(look, over), tokio::time::sleep(pause));
                };
                tokio::select! {
                    () = shown => {}
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

    /// Changes 1 to 41, ten milliseconds apart, with such a pause between two looks; gives what one
    /// who looks sees.
    async fn seen(pause: Duration) -> Vec<u64> {
        let views = watch::Sender::new(view(0));
        let show = Arc::new(Shown::new(Arc::new(StockFrames::of(&view(0)))));
        let (_stopper, stop) = Stop::new();
        let mut following = show.follow();
        let changes = views.subscribe();
        tokio::spawn(async move {
            follow_until_nobody_looks(changes, &show, || pause, stop, || false).await;
        });
        tokio::spawn(async move {
            for seq in 1..=41 {
                tokio::time::advance(Duration::from_millis(10)).await;
                views.send_replace(view(seq));
            }
            std::future::pending::<()>().await;
        });
        let mut seen = Vec::new();
        while seen.last() != Some(&41) {
            following.frames.changed().await.expect("it is shown");
            seen.push(following.frames.borrow_and_update().position.seq.0);
        }
        seen
    }

    #[tokio::test]
    async fn everybody_is_shown_the_latest_whichever_group_they_are_in_and_whenever_they_came() {
        let show = Shown::new(Arc::new(StockFrames::of(&view(0))));
        let mut early: Vec<_> = (0..=2 * TOGETHER).map(|_| show.follow()).collect();
        assert_eq!(show.groups.lock().expect("free").all.len(), 3);
        show.show(StockFrames::of(&view(1)), Duration::ZERO).await;
        let late = show.follow();
        let seq = |of: &Following| of.frames.borrow().position.seq.0;
        assert!(early.iter().chain([&late]).all(|one| seq(one) == 1));
        assert!(early.iter().all(|one| one.frames.has_changed().expect("shown")));
        early.truncate(1);
        drop(late);
        show.show(StockFrames::of(&view(2)), Duration::ZERO).await;
        assert_eq!(show.groups.lock().expect("free").all.len(), 1, "empty groups are given back");
        assert_eq!((seq(&early[0]), show.here.receiver_count()), (2, 1));
    }

    #[tokio::test(start_paused = true)]
    async fn the_longer_the_pauses_the_fewer_looks_and_the_last_one_is_always_shown() {
        let (calm, crowded) =
            (seen(Duration::from_millis(9)).await, seen(Duration::from_millis(83)).await);
        assert_eq!(calm, (1..=41).collect::<Vec<_>>());
        assert_eq!(crowded, [1, 10, 19, 28, 37, 41]);
    }

    #[tokio::test(start_paused = true)]
    async fn a_look_is_spread_over_no_more_than_it_may_and_by_no_more_than_it_needs() {
        let took = async |groups: usize, over: u64| {
            let show = Shown::new(Arc::new(StockFrames::of(&view(0))));
            let all: Vec<_> = (0..groups * TOGETHER).map(|_| show.follow()).collect();
            let begun = tokio::time::Instant::now();
            show.show(StockFrames::of(&view(1)), Duration::from_millis(over)).await;
            assert!(all.iter().all(|one| one.frames.borrow().position.seq.0 == 1));
            begun.elapsed().as_millis()
        };
        assert_eq!(took(100, 0).await, 0, "a change after a quiet while");
        assert_eq!(took(100, 300).await, 297, "a crowd");
        assert_eq!(took(5, 300).await, 32, "a village");
    }
}
