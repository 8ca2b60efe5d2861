//! A private Postgres: its own folder, port and processes; gone when dropped.
//!
//! Its programs come from `CHOT_POSTGRES_BIN`, else from Debian's newest, else from `PATH`. All
//! that makes a commit durable is on.

use crate::process::{LOOK, Process, Stop, free_port};
use anyhow::Context as _;
use rustix::process::Signal;
use sqlx::Connection as _;
use sqlx::postgres::{PgConnectOptions, PgConnection, PgSslMode};
use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// How long a new server's folder may take to be made, and a server to answer.
const PATIENCE: Duration = Duration::from_secs(60);
/// What to do where a program is missing.
pub(crate) const INSTALL: &str = "install it with `apt-get install postgresql`, or say where \
                                  initdb is with CHOT_POSTGRES_BIN";
const USER: &str = "chot";
const DATABASE: &str = "postgres";

/// A server that can be stopped and started again on the same port.
#[derive(Debug)]
pub(crate) struct Server {
    /// None while it is stopped. Ends before its folder does.
    process: Option<Process>,
    folder: TempDir,
    programs: PathBuf,
    /// User and group, where we are root, which Postgres refuses to run as.
    owner: Option<(u32, u32)>,
    port: u16,
}

impl Server {
    /// Makes a fresh server, starts it and waits until it takes connections.
    ///
    /// # Errors
    /// If it is not installed, or does not start.
    pub(crate) async fn start() -> anyhow::Result<Self> {
        let folder = TempDir::with_prefix("chot-postgres-").context("a temporary folder")?;
        let owner = owner()?;
        if let Some((user, group)) = owner {
            chown(folder.path(), Some(user), Some(group)).context("a folder given away")?;
        }
        let (programs, port) = (programs()?, free_port()?);
        let mut server = Self { process: None, folder, programs, owner, port };
        let mut make = server.as_owner("initdb");
        make.args(["--auth=trust", "--username", USER, "--encoding=UTF8", "--locale=C"]);
        make.args(["--no-sync", "-D"]).arg(server.folder().join("data"));
        let log = server.folder().join("initdb");
        let made = Process::start(&mut make, &log, Stop::Kill, INSTALL)?;
        made.finished(PATIENCE).await.context("initdb")?;
        server.start_again().await?;
        Ok(server)
    }

    /// Starts it on the same data and port; returns when it takes connections.
    ///
    /// # Errors
    /// If it does not start.
    pub(crate) async fn start_again(&mut self) -> anyhow::Result<()> {
        let mut serve = self.as_owner("postgres");
        serve.arg("-D").arg(self.folder().join("data")).arg("-k").arg(self.folder());
        serve.args(["-p", &self.port.to_string()]);
        for setting in [
            "listen_addresses=127.0.0.1",
            "fsync=on",
            "synchronous_commit=on",
            "shared_buffers=256MB",
            "max_wal_size=4GB",
        ] {
            serve.args(["-c", setting]);
        }
        let log = self.folder().join("log");
        let mut process = Process::start(&mut serve, &log, Stop::Ask(Signal::QUIT), INSTALL)?;
        self.answers(&mut process).await.context("postgres")?;
        self.process = Some(process);
        Ok(())
    }

    async fn answers(&self, process: &mut Process) -> anyhow::Result<()> {
        let began = Instant::now();
        loop {
            process.must_run()?;
            match PgConnection::connect_with(&self.options()).await {
                Ok(connection) => return Ok(connection.close().await?),
                Err(error) => anyhow::ensure!(began.elapsed() < PATIENCE, "{error}"),
            }
            tokio::time::sleep(LOOK).await;
        }
    }

    /// Stops it without a farewell to anybody.
    ///
    /// # Errors
    /// If it does not run.
    pub(crate) async fn stop(&mut self) -> anyhow::Result<()> {
        let mut process = self.process.take().context("it is stopped already")?;
        process.must_run()?;
        Ok(tokio::task::spawn_blocking(move || drop(process)).await?)
    }

    /// How `chot` is told of it.
    pub(crate) fn url(&self) -> String {
        format!("postgres://{USER}@127.0.0.1:{}/{DATABASE}?sslmode=disable", self.port)
    }

    /// How we connect ourselves.
    pub(crate) fn options(&self) -> PgConnectOptions {
        let options = PgConnectOptions::new_without_pgpass().host("127.0.0.1").port(self.port);
        options.username(USER).database(DATABASE).ssl_mode(PgSslMode::Disable)
    }

    /// Goes with it.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// A client program of its version, told where to connect.
    pub(crate) fn client(&self, program: &str) -> Command {
        let mut command = Command::new(self.programs.join(program));
        command.env("PGHOST", "127.0.0.1").env("PGPORT", self.port.to_string());
        command.env("PGUSER", USER).env("PGDATABASE", DATABASE);
        command
    }

    fn as_owner(&self, program: &str) -> Command {
        let mut command = Command::new(self.programs.join(program));
        command.current_dir(self.folder());
        if let Some((user, group)) = self.owner {
            command.uid(user).gid(group);
        }
        command
    }
}

/// The folder with `initdb` and `postgres`.
fn programs() -> anyhow::Result<PathBuf> {
    let holds = |folder: &PathBuf| {
        ["initdb", "postgres"].iter().all(|program| folder.join(program).is_file())
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

/// Who is to own its files and processes: nobody else if we are not root.
fn owner() -> anyhow::Result<Option<(u32, u32)>> {
    if !rustix::process::geteuid().is_root() {
        return Ok(None);
    }
    let users = std::fs::read_to_string("/etc/passwd").context("/etc/passwd")?;
    let named = |name: &str| {
        let line = users.lines().find(|line| line.split(':').next() == Some(name))?;
        let mut fields = line.split(':').skip(2);
        Some((fields.next()?.parse().ok()?, fields.next()?.parse().ok()?))
    };
    let owner = named("postgres").or_else(|| named("nobody"));
    owner.context("Postgres does not run as root, and there is no other user").map(Some)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_server_that_was_stopped_comes_back_with_its_data() {
        let mut server = Server::start().await.expect("Postgres runs");
        let mut connection =
            PgConnection::connect_with(&server.options()).await.expect("a connection");
        for statement in ["CREATE TABLE kept (n int)", "INSERT INTO kept VALUES (7)"] {
            sqlx::query(statement).execute(&mut connection).await.expect("done");
        }
        server.stop().await.expect("stopped");
        assert!(server.stop().await.is_err(), "it does not run");
        assert!(PgConnection::connect_with(&server.options()).await.is_err());
        server.start_again().await.expect("started again");
        let mut connection = PgConnection::connect(&server.url()).await.expect("a connection");
        let kept: i32 = sqlx::query_scalar("SELECT n FROM kept")
            .fetch_one(&mut connection)
            .await
            .expect("kept");
        assert_eq!(kept, 7);
    }
}
