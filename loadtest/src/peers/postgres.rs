//! Postgres as a private server in a temporary folder, with everything on that makes a commit
//! durable.

use crate::chot::free_port;
use crate::peers::books::Books;
use crate::peers::drive::{Driven, drive};
use crate::peers::process::{LOOK, Process, Stop};
use crate::peers::ratio::OwnTool;
use crate::peers::statements::{Buyer, Way};
use anyhow::Context as _;
use sqlx::postgres::{PgConnectOptions, PgConnection, PgSslMode};
use sqlx::{Connection as _, Executor as _};
use std::os::unix::fs::chown;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// How long a new server's folder may take to be made, and a server to answer.
const START_PATIENCE: Duration = Duration::from_secs(60);
/// How much longer than it was asked to its benchmark may take.
const BENCHMARK_PATIENCE: Duration = Duration::from_secs(60);
const INSTALL: &str = "install it with `apt-get install postgresql`, or say where initdb is with \
                       CHOT_POSTGRES_BIN";
/// Nobody in particular, who owns the files where there is no user `postgres`.
const NOBODY: u32 = 65_534;

/// A running server with one way of selling; it ends with this value.
#[derive(Debug)]
pub(crate) struct Postgres {
    /// Ends before its folder does.
    _process: Process,
    folder: TempDir,
    programs: PathBuf,
    options: PgConnectOptions,
    port: u16,
    way: Way,
    /// Numbers given to claims so far.
    numbered: Arc<AtomicU64>,
    /// Claims that were answered with a yes.
    sold: AtomicU64,
}

impl Postgres {
    /// Makes a server on a free port, starts it, and puts its stock there.
    ///
    /// # Errors
    /// If it is not installed or does not answer.
    pub(crate) async fn start(way: Way) -> anyhow::Result<Self> {
        let folder = TempDir::with_prefix("chot-postgres-").context("a temporary folder")?;
        let (programs, owner, port) = (programs()?, owner(), free_port()?);
        if let Some((user, group)) = owner {
            chown(folder.path(), Some(user), Some(group)).context("a folder given away")?;
        }
        let data = folder.path().join("data");
        let mut make = as_owner(&programs.join("initdb"), owner, folder.path());
        make.args(["--auth=trust", "--username=chot", "--encoding=UTF8", "--locale=C"]);
        make.args(["--no-sync", "-D"]).arg(&data);
        let made = Process::start(&mut make, &folder.path().join("initdb"), Stop::Kill, INSTALL)?;
        made.finished(START_PATIENCE).await.context("initdb")?;
        let mut serve = as_owner(&programs.join("postgres"), owner, folder.path());
        serve.arg("-D").arg(&data).args(["-p", &port.to_string(), "-k"]).arg(folder.path());
        for setting in [
            "listen_addresses=127.0.0.1",
            "fsync=on",
            "synchronous_commit=on",
            "shared_buffers=256MB",
            "max_wal_size=4GB",
        ] {
            serve.args(["-c", setting]);
        }
        let log = folder.path().join("log");
        let mut process = Process::start(&mut serve, &log, Stop::Quit, INSTALL)?;
        let options = PgConnectOptions::new_without_pgpass().host("127.0.0.1").port(port);
        let options = options.username("chot").database("postgres").ssl_mode(PgSslMode::Disable);
        patient(&options, &mut process).await.context("postgres")?.close().await?;
        let (numbered, sold) = (Arc::default(), AtomicU64::default());
        let mut server =
            Self { _process: process, folder, programs, options, port, way, numbered, sold };
        server.restock(way).await?;
        Ok(server)
    }

    /// Begins anew with full stock, sold in this way.
    async fn restock(&mut self, way: Way) -> anyhow::Result<()> {
        let mut line = PgConnection::connect_with(&self.options).await?;
        line.execute("DROP TABLE IF EXISTS orders, stock, unit").await?;
        for statement in way.set_up() {
            line.execute(statement).await.context("the stock")?;
        }
        line.close().await?;
        (self.way, self.numbered, self.sold) = (way, Arc::default(), AtomicU64::default());
        Ok(())
    }

    /// Claims over `connections`, as many per statement as the way says. Orders per second.
    ///
    /// # Errors
    /// If the server is lost or a claim is not sold.
    pub(crate) async fn run(&self, connections: usize, duration: Duration) -> anyhow::Result<f64> {
        let (options, way) = (self.options.clone(), self.way);
        let numbered = Arc::clone(&self.numbered);
        let connect = move |_| {
            let (options, numbered) = (options.clone(), Arc::clone(&numbered));
            async move {
                let line = PgConnection::connect_with(&options).await?;
                Ok(Buyer { line, way, numbered })
            }
        };
        let driven: Driven = drive(connections, duration, connect).await?;
        self.sold.fetch_add(driven.sold, Ordering::Relaxed);
        Ok(driven.rate())
    }

    /// The same statements through `pgbench`: orders per second.
    ///
    /// # Errors
    /// If the tool is not installed or fails.
    pub(crate) async fn benchmark(
        &self,
        connections: usize,
        duration: Duration,
    ) -> anyhow::Result<OwnTool> {
        // It takes whole seconds, and some of the first is spent on connecting.
        let seconds = duration.as_secs_f64().ceil().max(2.0).to_string();
        self.own_tool(connections, ["-T", &seconds], duration + BENCHMARK_PATIENCE).await
    }

    async fn own_tool(
        &self,
        connections: usize,
        until: [&str; 2],
        patience: Duration,
    ) -> anyhow::Result<OwnTool> {
        let script = self.folder.path().join("pgbench.sql");
        std::fs::write(&script, self.way.script())?;
        let (port, clients) = (self.port.to_string(), connections.to_string());
        let threads = connections.min(2).to_string();
        let mut command = Command::new(self.programs.join("pgbench"));
        command.args(["-n", "-M", "prepared", "-h", "127.0.0.1", "-p", &port, "-U", "chot"]);
        command.args(["-c", &clients, "-j", &threads]).args(until).arg("-f").arg(&script);
        command.arg("postgres");
        let log = self.folder.path().join("benchmark");
        let tool = Process::start(&mut command, &log, Stop::Kill, INSTALL)?;
        let said = tool.finished(patience).await.context("pgbench")?;
        let calls = transactions_per_second(&said);
        let calls = calls.with_context(|| format!("pgbench said:\n{said}"))?;
        let label = format!("pgbench -M prepared -c {clients} -j {threads}");
        Ok(OwnTool { label, value: calls * self.way.batch() as f64 })
    }

    /// What was sold to our driver and to the tool, from the same stock.
    ///
    /// # Errors
    /// If the server does not answer.
    pub(crate) async fn books(&self) -> anyhow::Result<Books> {
        let mut line = PgConnection::connect_with(&self.options).await?;
        let mut count = async |question: &'static str| -> anyhow::Result<i64> {
            Ok(sqlx::query_scalar(question).fetch_one(&mut line).await?)
        };
        let left = count(self.way.left()).await?;
        let recorded = count("SELECT count(*) FROM orders").await?;
        let tool = "SELECT count(*) FROM orders WHERE key LIKE 'pgbench:%'";
        let tool = u64::try_from(count(tool).await?)?;
        Ok(Books {
            whose: format!("Postgres, {}, our driver and pgbench", self.way.label()),
            stock: self.way.stock(),
            left,
            recorded: Some(u64::try_from(recorded)?),
            acknowledged: Some(self.sold.load(Ordering::Relaxed) + tool),
        })
    }
}

/// Waits for a server that is starting.
async fn patient(
    options: &PgConnectOptions,
    process: &mut Process,
) -> anyhow::Result<PgConnection> {
    let began = Instant::now();
    loop {
        process.must_run()?;
        match PgConnection::connect_with(options).await {
            Ok(line) => return Ok(line),
            Err(error) => anyhow::ensure!(began.elapsed() < START_PATIENCE, "{error}"),
        }
        tokio::time::sleep(LOOK).await;
    }
}

/// The folder with `initdb`: `CHOT_POSTGRES_BIN` first, then Debian's newest, then `PATH`.
fn programs() -> anyhow::Result<PathBuf> {
    let holds = |folder: &PathBuf| {
        ["initdb", "postgres", "pgbench"].iter().all(|program| folder.join(program).is_file())
    };
    let told = std::env::var_os("CHOT_POSTGRES_BIN").map(PathBuf::from);
    let debian = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten();
    let mut debian: Vec<_> = debian.flatten().map(|version| version.path().join("bin")).collect();
    debian.sort();
    let path = std::env::var_os("PATH").unwrap_or_default();
    let path: Vec<_> = std::env::split_paths(&path).collect();
    let mut all = told.into_iter().chain(debian.into_iter().rev()).chain(path);
    all.find(holds).with_context(|| format!("Postgres is not there: {INSTALL}"))
}

/// Who owns the files (user, group) if we are root, which Postgres refuses to run as.
fn owner() -> Option<(u32, u32)> {
    let number = |arguments: &[&str]| -> Option<u32> {
        let said = Command::new("id").args(arguments).output().ok()?;
        String::from_utf8(said.stdout).ok()?.trim().parse().ok()
    };
    let is_root = number(&["-u"])? == 0;
    let of = |flag| number(&[flag, "postgres"]).unwrap_or(NOBODY);
    is_root.then(|| (of("-u"), of("-g")))
}

fn as_owner(program: &Path, owner: Option<(u32, u32)>, folder: &Path) -> Command {
    let mut command = match owner {
        None => Command::new(program),
        Some((user, group)) => {
            // It becomes the program, so that its process number is the program's.
            let mut command = Command::new("setpriv");
            command.args([format!("--reuid={user}"), format!("--regid={group}")]);
            command.arg("--clear-groups").arg(program);
            command
        }
    };
    command.current_dir(folder);
    command
}

/// It says nothing of a rate where nothing was done.
fn transactions_per_second(said: &str) -> Option<f64> {
    if said.lines().any(|line| line == "number of transactions actually processed: 0") {
        return Some(0.0);
    }
    let line = said.lines().find_map(|line| line.strip_prefix("tps = "))?;
    line.split_whitespace().next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tools_figure_is_found_among_what_it_says() {
        let check = |said: &str, expected| assert_eq!(transactions_per_second(said), expected);
        check("latency average = 1 ms\ntps = 928.25 (without initial connection time)\n", {
            Some(928.25)
        });
        check("number of transactions actually processed: 0\n", Some(0.0));
        check("pgbench: error: connection refused\n", None);
    }

    #[tokio::test]
    async fn every_way_of_selling_adds_up_on_a_real_server() {
        let mut postgres = Postgres::start(Way::Cte).await.expect("Postgres runs");
        let round = Duration::from_millis(200);
        let ways = [Way::Cte, Way::Transaction, Way::Advisory, Way::Buckets, Way::SkipLocked];
        for way in ways.into_iter().chain([Way::Batched(100)]) {
            postgres.restock(way).await.expect("new stock");
            assert!(postgres.run(3, round).await.expect("a round") > 1.0, "{way:?}");
            let books = postgres.books().await.expect("books");
            books.check().expect("they add up");
            let tool = postgres.own_tool(3, ["-t", "5"], BENCHMARK_PATIENCE).await;
            assert!(tool.expect("a figure").value > 1.0, "{way:?}");
            let both = postgres.books().await.expect("books");
            both.check().expect("they add up");
            let of_tool = both.recorded.zip(books.recorded).map(|(both, ours)| both - ours);
            assert_eq!(of_tool, Some(3 * 5 * way.batch() as u64), "{way:?}: the tool sold, too");
        }
        let mut line = PgConnection::connect_with(&postgres.options).await.expect("a line");
        let lose = "DELETE FROM orders WHERE key = (SELECT min(key) FROM orders)";
        line.execute(lose).await.expect("an order less");
        let books = postgres.books().await.expect("books");
        assert!(books.check().is_err(), "a lost order does not add up");
    }
}
