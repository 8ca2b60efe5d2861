//! A running node: the core, the read model, and the doors.

use crate::backup::{self, Keeper, keep_backups};
use crate::core::Core;
use crate::settings::Settings;
use crate::{control, disk, lan, lookout, machine, practice, retention, seeing};
use anyhow::{Context, Result, anyhow};
use domain::{OrderId, SessionId, ShopId};
use gateway::{
    Board, Doors, Edge, Listening, Networks, Notes, OpsDoors, Options, ReadModelDown, Stopper,
    StoredOrders, StoredPage, StoredResult, Timing,
};
use persister::{Persister, Reader, Status, Target};
use serde_json::json;
use std::future::Future;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// Connections of the operators' listener.
const OPS_CONNECTIONS_MAX: usize = 64;

/// How long the read model may take to write the rest when we stop; what is left follows after the
/// next start.
const DRAIN: Duration = Duration::from_secs(10);

/// A running node.
pub(crate) struct Node {
    /// What owns the data.
    pub(crate) core: Arc<Core>,
    /// Where everybody comes in.
    pub(crate) public: SocketAddr,
    /// Where operators come in.
    pub(crate) ops: SocketAddr,
    persister: Persister,
    /// Where the persister runs.
    _background: machine::Background,
    stopper: Stopper,
    doors: Vec<JoinHandle<()>>,
}

impl Node {
    /// Opens the doors of a core.
    pub(crate) async fn open(
        core: Core,
        settings: &Settings,
        mut options: Options,
    ) -> Result<Self> {
        let core = Arc::new(core);
        let (public, ops) = (listen(settings.listen)?, listen(settings.ops_listen)?);
        let addresses = (public.local_addr()?, ops.local_addr()?);
        options.public_url = settings.public_url.clone();
        options.hosts = settings.hosts.clone();
        options.proxies = settings.proxies.clone();
        let (days, postgres) = (settings.keep_days, settings.database_url.is_some());
        options.keeping = gateway::Keeping { days, postgres };
        let entrance = options.public_url.clone();
        let entrance = entrance.or_else(|| lan::addresses(addresses.0).first().cloned());
        let entrance = entrance.unwrap_or_else(|| format!("http://{}", addresses.0));
        core.entrance.set(entrance).map_err(|_| anyhow!("a core has one node"))?;
        let target = target(settings)?;
        let source = Arc::new(core.journal.clone());
        let background = machine::Background::start().context("no thread for the read model")?;
        let start = || Persister::start(source, target, core.clock.clone());
        let persister = background.run(start);
        let (stopper, stop) = gateway::Stop::new();
        let notes = notes(persister.watch());
        let timing = options.timing;
        let connections_max = machine::connections_max();
        let listening = Listening { connections_max, timing, edge: options.edge() };
        let ops_listening = ops_listening(settings, timing);
        let doors = Doors {
            hub: core.hub.clone(),
            accounts: core.accounts.clone(),
            stored: Arc::new(Stored(persister.reader())),
            clock: core.clock.clone(),
            stop: stop.clone(),
            notes: notes.clone(),
            practise: practice::practise(core.hub.clone()),
            backup: Arc::new(Keeper { core: core.clone(), folder: settings.backup_to.clone() }),
            addresses: Arc::new(move || lan::addresses(addresses.0)),
            options,
        };
        let (render, acks) = seeing::start_metrics()?;
        let board = Board::new();
        let ops_doors = OpsDoors {
            hub: core.hub.clone(),
            metrics: render.clone(),
            notes,
            board: board.clone(),
            clock: core.clock.clone(),
            stop: stop.clone(),
            timing,
        };
        let seen =
            lookout::Seen { metrics: render, acks, read_model: persister.watch(), connections_max };
        let public_door = gateway::public_router(doors);
        let ops_door = gateway::ops_router(ops_doors);
        let doors = vec![
            tokio::spawn(gateway::serve(public, public_door, listening, stop.clone())),
            tokio::spawn(gateway::serve(ops, ops_door, ops_listening, stop)),
        ];
        core.backups.known().last.iter().for_each(backup::show);
        if let Some(folder) = settings.backup_to.clone() {
            tokio::spawn(keep_backups(core.clone(), folder));
        }
        tokio::spawn(disk::watch(core.data.clone(), core.hub.clone()));
        tokio::spawn(retention::watch(core.hub.clone(), core.clock.clone(), settings.keep_days));
        tokio::spawn(lookout::watch(core.clone(), seen, board));
        control::listen(&core)?;
        let (public, ops) = addresses;
        Ok(Self { core, public, ops, persister, _background: background, stopper, doors })
    }

    /// How far the read model is behind.
    pub(crate) fn lag(&self) -> Status {
        self.persister.status()
    }

    /// Closes the doors, makes everything durable and writes the rest to the read model.
    pub(crate) async fn close(self) -> Result<()> {
        self.stopper.stop();
        for door in self.doors {
            door.await.context("a listener ended badly")?;
        }
        self.persister.stop(DRAIN).await;
        let hub = self.core.hub.clone();
        tokio::task::spawn_blocking(move || hub.stop()).await?;
        Ok(())
    }
}

/// The operators' listener asks nobody who they are, so it asks where they are.
fn ops_listening(settings: &Settings, timing: Timing) -> Listening {
    let from = settings.ops_networks.clone().unwrap_or_else(Networks::near);
    let (hosts, proxies) = (settings.hosts.clone(), settings.proxies.clone());
    let edge = Edge { hosts, proxies, from: Some(from), is_encrypted: false };
    Listening { connections_max: OPS_CONNECTIONS_MAX, timing, edge }
}

fn listen(address: SocketAddr) -> Result<tokio::net::TcpListener> {
    gateway::listen(address).with_context(|| {
        format!("{address} cannot be listened on: is another server there? Choose another port.")
    })
}

fn target(settings: &Settings) -> Result<Target> {
    match &settings.database_url {
        None => Ok(Target::Sqlite(settings.data.join("readmodel.db"))),
        Some(url) => Target::postgres(url).context(
            "DATABASE_URL is not understood: write postgres://user:password@host:5432/database",
        ),
    }
}

/// What readiness says of the read model: late is not lost.
fn notes(status: watch::Receiver<Status>) -> Notes {
    Arc::new(move || {
        let status = status.borrow();
        vec![
            ("read_model_lag_events", json!(status.lag_events)),
            ("read_model_lag_ms", json!(status.lag_ms)),
            ("read_model_error", json!(status.last_error)),
        ]
    })
}

/// The read model behind the doors.
struct Stored(Reader);

impl StoredOrders for Stored {
    fn orders(
        &self,
        shop: ShopId,
        session: SessionId,
        after: Option<OrderId>,
        limit: usize,
    ) -> Pin<Box<dyn Future<Output = StoredResult> + Send + '_>> {
        let (reader, here) = (self.0.clone(), tokio::runtime::Handle::current());
        Box::pin(async move {
            // The reader's futures stay on one thread.
            let ask = move || here.block_on(reader.orders(shop, session, after, limit));
            let page = tokio::task::spawn_blocking(ask).await.map_err(|_| ReadModelDown)?;
            let page = page.map_err(|error| {
                tracing::warn!(%error, "stored orders were asked for in vain");
                ReadModelDown
            })?;
            Ok(StoredPage { orders: page.orders, as_of: page.as_of })
        })
    }
}
