//! A whole server on a free port of this machine: real hub, real journal in a temporary folder.
#![allow(dead_code)]

mod held;
pub(crate) mod http;
pub(crate) mod roles;
pub(crate) mod socket;

use self::held::HeldClock;
use self::http::Call;
use accounts::{Accounts, NewShop};
use domain::{Clock, Millis, OrderId, Position, SessionId, ShopId, Timestamp};
use gateway::{
    BackedUp, Backup, BackupDone, Doors, Listening, NotBackedUp, Options, ReadModelDown, Stop,
    Stopper, StoredOrders, StoredPage, StoredResult,
};
use hub::{Hub, SystemClock};
use journal::Journal;
use serde_json::{Value, json};
use std::future::Future;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use tempfile::TempDir;

/// A running server with one shop.
pub(crate) struct World {
    pub(crate) address: SocketAddr,
    pub(crate) hub: Hub,
    pub(crate) accounts: Accounts,
    pub(crate) shop: NewShop,
    pub(crate) clock: Arc<LateClock>,
    /// The hub's clock, by which its lanes can be held.
    pub(crate) lanes: Arc<HeldClock>,
    pub(crate) read_model: Arc<FakeReadModel>,
    pub(crate) stopper: Stopper,
    pub(crate) served: tokio::task::JoinHandle<()>,
    /// Where the local network finds it; a test changes it.
    pub(crate) addresses: Arc<Mutex<Vec<String>>>,
    pub(crate) dir: TempDir,
}

/// The system's clock, some time later.
pub(crate) struct LateClock {
    system: SystemClock,
    pub(crate) later_ms: AtomicU64,
}

impl Clock for LateClock {
    fn wall(&self) -> Timestamp {
        self.system.wall().plus(Millis(self.later_ms.load(Ordering::Relaxed)))
    }

    fn monotonic(&self) -> Millis {
        self.system.monotonic()
    }
}

/// A read model that has come to position (1, 1) and holds nothing, or is down.
#[derive(Default)]
pub(crate) struct FakeReadModel {
    pub(crate) down: AtomicBool,
}

impl StoredOrders for FakeReadModel {
    fn orders(
        &self,
        _: ShopId,
        _: SessionId,
        _: Option<OrderId>,
        _: usize,
    ) -> Pin<Box<dyn Future<Output = StoredResult> + Send + '_>> {
        let page = StoredPage { orders: Vec::new(), as_of: Position::default() };
        let down = self.down.load(Ordering::Relaxed);
        Box::pin(async move { if down { Err(ReadModelDown) } else { Ok(page) } })
    }
}

impl World {
    pub(crate) async fn start() -> Self {
        Self::with(Options::default(), 1_000).await
    }

    pub(crate) async fn with(options: Options, connections_max: usize) -> Self {
        let dir = tempfile::tempdir().expect("a folder");
        Self::over(dir, options, connections_max, None).await
    }

    /// The same server after a stop in good order, with the same shop.
    pub(crate) async fn restart(self) -> Self {
        let Self { hub, accounts, shop, stopper, served, dir, .. } = self;
        stopper.stop();
        served.await.expect("no panic");
        tokio::task::spawn_blocking(move || hub.stop()).await.expect("no panic");
        drop(accounts);
        Self::over(dir, Options::default(), 1_000, Some(shop)).await
    }

    async fn over(
        dir: TempDir,
        options: Options,
        connections_max: usize,
        shop: Option<NewShop>,
    ) -> Self {
        let clock =
            Arc::new(LateClock { system: SystemClock::start(), later_ms: AtomicU64::new(0) });
        let (journal, recovered) =
            Journal::open(&dir.path().join("data"), clock.wall()).expect("a journal");
        let hub_options =
            hub::Options::new(dir.path().join("aside"), Box::new(|why| panic!("{why}")));
        let lanes = Arc::new(HeldClock::default());
        let hub = Hub::start(journal, recovered, lanes.clone(), hub_options).expect("a hub");
        let accounts = Accounts::open(dir.path()).expect("accounts");
        let shop = shop.unwrap_or_else(|| accounts.add_shop("Vườn nhà").expect("a shop"));
        hub.add_shop(shop.shop);
        let (stopper, stop) = Stop::new();
        let read_model = Arc::new(FakeReadModel::default());
        let addresses = Arc::new(Mutex::new(Vec::new()));
        let near = addresses.clone();
        let listening = Listening { connections_max, timing: options.timing, edge: options.edge() };
        let doors = Doors {
            hub: hub.clone(),
            accounts: accounts.clone(),
            stored: read_model.clone(),
            clock: clock.clone(),
            stop: stop.clone(),
            practise: Arc::new(|_, _| ()),
            backup: Arc::new(NoBackups),
            addresses: Arc::new(move || near.lock().expect("unpoisoned").clone()),
            notes: Arc::new(|| vec![("read_model_lag_ms", json!(7))]),
            options,
        };
        let listener = gateway::listen(([127, 0, 0, 1], 0).into()).expect("a port");
        let address = listener.local_addr().expect("an address");
        let router = gateway::public_router(doors);
        let served = tokio::spawn(gateway::serve(listener, router, listening, stop));
        Self {
            address,
            hub,
            accounts,
            shop,
            clock,
            lanes,
            read_model,
            stopper,
            served,
            addresses,
            dir,
        }
    }

    /// A call by nobody.
    pub(crate) fn call(&self, method: &str, path: &str) -> Call {
        Call::new(self.address, method, path)
    }

    /// A call by the host.
    pub(crate) fn host(&self, method: &str, path: &str) -> Call {
        self.call(method, path).token(&self.shop.host_token)
    }

    /// A call by the source.
    pub(crate) fn source(&self, method: &str, path: &str) -> Call {
        self.call(method, path).token(&self.shop.source_token)
    }

    /// Opens a session with D1 (kg, step 0.5) and lets it go live.
    pub(crate) async fn live(&self, stock: u32) -> String {
        self.live_with(json!({}), stock).await
    }

    pub(crate) async fn live_with(&self, rules: Value, stock: u32) -> String {
        let session = self.draft(rules, stock).await;
        let path = format!("/v1/sessions/{session}/state");
        let answer = self.host("POST", &path).json(&json!({"state": "live"})).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        session
    }

    pub(crate) async fn draft(&self, rules: Value, stock: u32) -> String {
        let offer = json!({"code": "D1", "name": "cà chua", "price": 45_000, "unit": "kg",
            "step": 0.5, "stock": stock, "aliases": ["cà"]});
        let body = json!({"title": "Phiên tối", "offers": [offer], "rules": rules});
        let answer = self.host("POST", "/v1/sessions").json(&body).await;
        assert_eq!(answer.status, 201, "{answer:?}");
        answer.json["session"].as_str().expect("an id").to_owned()
    }

    /// What is left of D1.
    pub(crate) async fn left(&self, session: &str) -> Value {
        let answer = self.call("GET", &format!("/v1/sessions/{session}")).send().await;
        answer.json["offers"][0]["left"].clone()
    }

    /// Waits until so much is shown as left: an outcome comes before what everybody sees.
    pub(crate) async fn is_left(&self, session: &str, left: u64) {
        let shown = async {
            while self.left(session).await != left {
                tokio::task::yield_now().await;
            }
        };
        let patience = std::time::Duration::from_secs(10);
        tokio::time::timeout(patience, shown).await.expect("what is left is shown");
    }

    /// A ticket for a buyer.
    pub(crate) async fn ticket(
        &self,
        session: &str,
        name: &str,
        buyer_token: Option<&str>,
    ) -> Value {
        let body = json!({"name": name, "buyer_token": buyer_token});
        let path = format!("/v1/sessions/{session}/tickets");
        let answer = self.call("POST", &path).json(&body).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.json
    }
}

/// A comment with the id `id` of the buyer `buyer`.
pub(crate) fn comment(id: &str, buyer: &str, text: &str) -> Value {
    json!({"platform": "tiktok", "comment_id": id, "buyer_id": buyer, "buyer_name": buyer,
        "text": text})
}

/// An installation whose backups go nowhere.
struct NoBackups;

impl Backup for NoBackups {
    fn last(&self) -> Option<BackedUp> {
        None
    }

    fn start(&self) -> Pin<Box<dyn Future<Output = BackupDone> + Send + '_>> {
        Box::pin(async { Err(NotBackedUp::NoPlace) })
    }
}
