//! A private Postgres: its own folder, port and processes; gone when dropped.
//!
//! Its programs come from `CHOT_POSTGRES_BIN`, else from Debian's folders, else from `PATH`. Syncs
//! are on: it works as it would for a shop.

use anyhow::Context as _;
use std::net::TcpListener;
use std::os::unix::fs::{MetadataExt as _, chown};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use tempfile::TempDir;

/// A server that can be stopped and started again on the same port.
pub(crate) struct Postgres {
    programs: PathBuf,
    folder: TempDir,
    /// Postgres refuses to run as root: then it is nobody's.
    owner: Option<(u32, u32)>,
    port: u16,
}

impl Postgres {
    /// Makes a fresh server, starts it and waits until it takes connections.
    ///
    /// # Errors
    /// If it is not installed, or does not start.
    pub(crate) fn start() -> anyhow::Result<Self> {
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let folder = TempDir::with_prefix("chot-load-postgres-")?;
        let root = std::fs::metadata("/proc/self")?.uid() == 0;
        let server = Self {
            programs: programs()?,
            owner: if root { Some(nobody()?) } else { None },
            folder,
            port,
        };
        if let Some((user, group)) = server.owner {
            chown(server.folder.path(), Some(user), Some(group))?;
        }
        let data = server.data();
        let as_chot = ["--auth=trust", "--username=chot", "--encoding=UTF8", "--locale=C"];
        server.run("initdb", &[&as_chot, &["-D", text(&data)?][..]].concat())?;
        server.start_again()?;
        let port = server.port.to_string();
        server.run("createdb", &["-h", "127.0.0.1", "-p", &port, "-U", "chot", "chot"])?;
        Ok(server)
    }

    /// How `chot` is told of it.
    pub(crate) fn url(&self) -> String {
        format!("postgres://chot@127.0.0.1:{}/chot?sslmode=disable", self.port)
    }

    /// Starts it on the same data and port; returns when it takes connections.
    ///
    /// # Errors
    /// If it does not start.
    pub(crate) fn start_again(&self) -> anyhow::Result<()> {
        let folder = text(self.folder.path())?;
        let options = format!("-c listen_addresses=127.0.0.1 -p {} -k {folder}", self.port);
        let (data, log) = (self.data(), self.folder.path().join("log"));
        let data = ["-D", text(&data)?, "-l", text(&log)?, "-o", &options];
        self.run("pg_ctl", &[&data[..], &["-w", "-t", "60", "start"]].concat())
    }

    /// Stops it without a farewell to anybody.
    ///
    /// # Errors
    /// If it does not run.
    pub(crate) fn stop(&self) -> anyhow::Result<()> {
        let data = self.data();
        self.run("pg_ctl", &["-D", text(&data)?, "-m", "immediate", "-w", "stop"])
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    fn run(&self, program: &str, arguments: &[&str]) -> anyhow::Result<()> {
        let mut command = Command::new(self.programs.join(program));
        command.args(arguments).current_dir(self.folder.path()).stdin(Stdio::null());
        // A server keeps what it inherits: its words go to its log, ours are not its own.
        command.stdout(Stdio::null()).stderr(Stdio::null());
        if let Some((user, group)) = self.owner {
            command.uid(user).gid(group);
        }
        let ran = command.status().with_context(|| program.to_owned())?;
        let log = || std::fs::read_to_string(self.folder.path().join("log")).unwrap_or_default();
        anyhow::ensure!(ran.success(), "{program}: {ran}\n{}", log());
        Ok(())
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        if self.data().join("postmaster.pid").exists()
            && let Err(error) = self.stop()
        {
            eprintln!("Postgres could not be stopped: {error:#}");
        }
    }
}

fn text(path: &Path) -> anyhow::Result<&str> {
    path.to_str().context("a path that is no text")
}

/// The folder with `initdb` and `pg_ctl`.
fn programs() -> anyhow::Result<PathBuf> {
    let told = std::env::var_os("CHOT_POSTGRES_BIN").map(PathBuf::from);
    let debian = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut debian: Vec<PathBuf> = debian.map(|entry| entry.path().join("bin")).collect();
    debian.sort();
    let path = std::env::var_os("PATH").unwrap_or_default();
    let found =
        told.into_iter().chain(debian.into_iter().rev()).chain(std::env::split_paths(&path));
    let complete = |dir: &PathBuf| dir.join("initdb").is_file() && dir.join("pg_ctl").is_file();
    found
        .into_iter()
        .find(complete)
        .context("Postgres is not installed (apt-get install postgresql, or say CHOT_POSTGRES_BIN)")
}

/// The user of that name, and its group.
fn nobody() -> anyhow::Result<(u32, u32)> {
    let users = std::fs::read_to_string("/etc/passwd").context("/etc/passwd")?;
    let named = |name: &str| {
        let line = users.lines().find(|line| line.split(':').next() == Some(name))?;
        let mut fields = line.split(':').skip(2);
        Some((fields.next()?.parse().ok()?, fields.next()?.parse().ok()?))
    };
    named("postgres").or_else(|| named("nobody")).context("no user but root")
}
