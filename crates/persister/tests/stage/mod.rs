//! What the suites stand on: a journal in memory, a clock that can be moved, and either database.

use crate::postgres::Postgres;
use crate::world::{SESSION, World};
use domain::event::Event;
use domain::{Clock, Epoch, Fact, Millis, Seq, ShopId, Stamp, Timestamp};
use persister::machine::Status;
use persister::{Persister, ReadModel, Reader, Source, Target};
use sqlx::{AssertSqlSafe, ConnectOptions, Executor, PgConnection, SqliteConnection};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tempfile::TempDir;
use tokio::time::timeout;

/// Longer than anything here may take; a test that waits this long has failed.
const PATIENCE: Duration = Duration::from_secs(120);

/// Runs one test on a runtime of its own.
pub(crate) fn run(test: impl Future<Output = ()>) {
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    let within = async { timeout(PATIENCE, test).await.expect("in time") };
    runtime.expect("a runtime").block_on(within);
}

type Told = Box<dyn Fn() + Send + Sync>;

/// A journal that holds what worlds made.
#[derive(Default)]
pub(crate) struct Journal {
    facts: Mutex<BTreeMap<ShopId, Vec<Fact>>>,
    told: Mutex<Vec<Told>>,
}

impl Journal {
    /// What the world has made since the last time becomes durable.
    pub(crate) fn append(&self, world: &World) {
        let mut facts = self.facts.lock().expect("no test fails with it");
        let known = facts.entry(world.shop).or_default();
        let new = world.facts[known.len()..].to_vec();
        known.extend(new);
        drop(facts);
        self.told.lock().expect("no test fails with it").iter().for_each(|told| told());
    }
}

impl Source for Journal {
    fn heads(&self) -> Vec<(ShopId, Stamp)> {
        let facts = self.facts.lock().expect("no test fails with it");
        let head = |(&shop, facts): (_, &Vec<Fact>)| Some((shop, facts.last()?.stamp));
        facts.iter().filter_map(head).collect()
    }

    fn read(&self, shop: ShopId, after: Seq, limit: usize) -> Result<Vec<Fact>, String> {
        let facts = self.facts.lock().expect("no test fails with it");
        let after = usize::try_from(after.0).expect("few");
        Ok(facts[&shop][after..].iter().take(limit).cloned().collect())
    }

    fn writer(&self) -> Epoch {
        Epoch(1)
    }

    fn tell(&self, told: Told) {
        self.told.lock().expect("no test fails with it").push(told);
    }
}

/// One that never tells of news.
pub(crate) struct Silent(pub Arc<Journal>);

impl Source for Silent {
    fn heads(&self) -> Vec<(ShopId, Stamp)> {
        self.0.heads()
    }

    fn read(&self, shop: ShopId, after: Seq, limit: usize) -> Result<Vec<Fact>, String> {
        self.0.read(shop, after, limit)
    }

    fn writer(&self) -> Epoch {
        self.0.writer()
    }
}

/// The system's clock, and what a test adds to it.
pub(crate) struct MovedClock {
    start: Instant,
    added: AtomicU64,
}

impl MovedClock {
    /// Time goes by.
    pub(crate) fn advance(&self, span: Millis) {
        self.added.fetch_add(span.0, Ordering::Relaxed);
    }
}

impl Clock for MovedClock {
    fn wall(&self) -> Timestamp {
        Timestamp(1_795_431_905_123).plus(self.monotonic())
    }

    fn monotonic(&self) -> Millis {
        let ms = self.start.elapsed().as_millis();
        Millis(u64::try_from(ms).expect("a short test") + self.added.load(Ordering::Relaxed))
    }
}

/// A journal and a clock.
pub(crate) struct Stage {
    pub(crate) journal: Arc<Journal>,
    pub(crate) clock: Arc<MovedClock>,
}

impl Stage {
    pub(crate) fn new() -> Self {
        let clock = MovedClock { start: Instant::now(), added: AtomicU64::new(0) };
        Self { journal: Arc::default(), clock: Arc::new(clock) }
    }

    /// A persister from this journal to that place.
    pub(crate) fn persister(&self, place: &Place) -> Persister {
        self.persister_of(self.journal.clone(), place)
    }

    pub(crate) fn persister_of(&self, source: Arc<dyn Source>, place: &Place) -> Persister {
        Persister::start(source, place.target(), self.clock.clone())
    }
}

/// A database of one test.
pub(crate) enum Place {
    Sqlite(TempDir),
    Postgres(
        #[allow(dead_code, reason = "the server lives as long as it is used")] Arc<Postgres>,
        String,
    ),
}

impl Place {
    pub(crate) fn sqlite() -> Self {
        Self::Sqlite(tempfile::tempdir().expect("a folder"))
    }

    pub(crate) fn postgres() -> Self {
        let server = Postgres::shared();
        let url = server.database();
        Self::Postgres(server, url)
    }

    pub(crate) fn target(&self) -> Target {
        match self {
            Self::Sqlite(folder) => Target::Sqlite(folder.path().join("readmodel.db")),
            Self::Postgres(_, url) => Target::postgres(url).expect("an address"),
        }
    }

    pub(crate) fn reader(&self) -> Reader {
        Reader::new(self.target())
    }

    pub(crate) async fn connect(&self) -> ReadModel {
        ReadModel::connect(&self.target()).await.expect("it is there")
    }

    /// Runs a statement beside the persister, as an operator would.
    pub(crate) async fn run(&self, sql: &str) {
        self.lines(sql).await;
    }

    /// The database refuses that claim of that shop from now on.
    pub(crate) async fn refuse_number(&self, shop: ShopId, number: u32) {
        let refused = format!("shop = {} AND number = {number}", shop.get());
        match self {
            Self::Sqlite(_) => {
                let refused = refused.replace("shop", "new.shop").replace("number", "new.number");
                self.run(&format!(
                    "CREATE TRIGGER poison BEFORE INSERT ON claims WHEN {refused}
                     BEGIN SELECT RAISE(ABORT, 'refused'); END"
                ))
                .await;
            }
            Self::Postgres(..) => {
                let check = format!("CHECK (number IS NULL OR NOT ({refused}))");
                self.run(&format!("ALTER TABLE claims ADD CONSTRAINT poison {check}")).await;
            }
        }
    }

    pub(crate) async fn refuse_nothing(&self) {
        match self {
            Self::Sqlite(_) => self.run("DROP TRIGGER poison").await,
            Self::Postgres(..) => self.run("ALTER TABLE claims DROP CONSTRAINT poison").await,
        }
    }

    /// Nobody else writes until it is dropped.
    pub(crate) async fn lock(&self) -> Lock {
        let mut lock = self.open().await;
        match &mut lock {
            Lock::Sqlite(link) => link.execute("BEGIN IMMEDIATE").await.map(drop),
            Lock::Postgres(link) => {
                let lock = "BEGIN; LOCK TABLE watermarks IN EXCLUSIVE MODE";
                link.execute(sqlx::raw_sql(lock)).await.map(drop)
            }
        }
        .expect("it is locked");
        lock
    }

    async fn lines(&self, sql: &str) {
        match self.open().await {
            Lock::Sqlite(mut link) => {
                link.execute(sqlx::raw_sql(AssertSqlSafe(sql))).await.map(drop)
            }
            Lock::Postgres(mut link) => {
                link.execute(sqlx::raw_sql(AssertSqlSafe(sql))).await.map(drop)
            }
        }
        .expect("the statement is right");
    }

    async fn open(&self) -> Lock {
        match self.target() {
            Target::Sqlite(path) => {
                let options = sqlx::sqlite::SqliteConnectOptions::new().filename(path);
                Lock::Sqlite(options.connect().await.expect("it is there"))
            }
            Target::Postgres(options) => {
                Lock::Postgres(options.connect().await.expect("it is there"))
            }
        }
    }
}

/// A connection of the test's own.
pub(crate) enum Lock {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

/// The first facts: at most so many, and no further than one that moves orders it does not name.
pub(crate) fn cut(facts: &[Fact], events: usize) -> &[Fact] {
    let sweeps = |fact: &Fact| {
        let ended = domain::SessionState::Ended;
        matches!(fact.event, Event::Resumed { .. } | Event::BuyersLinked { .. })
            || matches!(fact.event, Event::SessionStateChanged { state, .. } if state == ended)
    };
    let end = facts.iter().position(sweeps).map_or(facts.len(), |at| at + 1);
    &facts[..end.min(events)]
}

/// Writes a whole world in batches of at most so many events.
pub(crate) async fn write_all(model: &mut ReadModel, world: &World, events: usize) {
    let (mut from, mut rest) = (Stamp::default(), &world.facts[..]);
    while !rest.is_empty() {
        let batch = cut(rest, events);
        model.apply(world.shop, from, batch).await.expect("it follows");
        from = batch.last().expect("not empty").stamp;
        rest = &rest[batch.len()..];
    }
}

/// The read model says what the world knows.
pub(crate) async fn check_equal(place: &Place, world: &World) {
    let stored = place.reader().orders(world.shop, SESSION, None, 1_000).await;
    let stored = stored.expect("it answers");
    assert_eq!(stored.as_of, world.head().position);
    assert_eq!(stored.next, None, "one page is enough here");
    for (stored, known) in stored.orders.iter().zip(world.views()) {
        assert_eq!(*stored, known);
    }
    assert_eq!(stored.orders.len(), world.orders.len());
}

/// Waits until everything of the world is written.
pub(crate) async fn caught_up(persister: &Persister, world: &World) {
    let mut status = persister.watch();
    let reader = persister.reader();
    while reader.as_of(world.shop).await != Ok(world.head().position) {
        status.changed().await.expect("it runs");
    }
}

/// Waits until the persister says so.
pub(crate) async fn until(persister: &Persister, so: impl FnMut(&Status) -> bool) -> Status {
    let mut status = persister.watch();
    status.wait_for(so).await.expect("it runs").clone()
}

/// Where the claim of that number stands.
pub(crate) fn seq_of_number(world: &World, wanted: u32) -> Seq {
    let found = world.facts.iter().find(|fact| match &fact.event {
        Event::ClaimHeld(claimed) | Event::ClaimWaitlisted(claimed) => claimed.number == wanted,
        Event::ClaimRefused { number, .. } => *number == wanted,
        _ => false,
    });
    found.expect("it was claimed").stamp.position.seq
}
