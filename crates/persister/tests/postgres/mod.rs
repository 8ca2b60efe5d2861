//! A private Postgres for tests: its own folder, port and process; gone when dropped.
//!
//! Programs come from `CHOT_POSTGRES_BIN`, else `/usr/lib/postgresql/*/bin`, else `PATH`. A server
//! that is not installed fails the test with the command that installs it: it is never skipped.

#![allow(dead_code, unreachable_pub, reason = "other suites include this file and use their part")]

use std::net::TcpListener;
use std::os::unix::fs::chown;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use tempfile::TempDir;

/// How often a start is tried: another process may take the port, or a killed server's children may
/// linger.
const STARTS_MAX: usize = 100;

/// A running (or killed) server.
#[derive(Debug)]
pub struct Postgres {
    programs: PathBuf,
    folder: TempDir,
    owner: Option<Owner>,
    port: u16,
    databases: AtomicU32,
    settings: &'static str,
}

/// Who owns the server's files when the tests run as root, which Postgres refuses.
#[derive(Clone, Copy, Debug)]
struct Owner {
    user: u32,
    group: u32,
}

impl Postgres {
    /// Makes a fresh server and starts it.
    pub fn start() -> Self {
        Self::start_with("-c fsync=off")
    }

    /// The same with settings of one's own, as its command line takes them.
    pub fn start_with(settings: &'static str) -> Self {
        let mut server = Self::absent();
        server.settings = settings;
        server.start_again();
        server
    }

    /// Makes a server that is not started yet; [`Postgres::start_again`] starts it.
    pub fn absent() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let port = listener.local_addr().expect("bound").port();
        let folder = TempDir::with_prefix("chot-postgres-").expect("a temporary folder");
        let server = Self {
            programs: programs(),
            owner: owner(),
            folder,
            port,
            databases: AtomicU32::new(0),
            settings: "-c fsync=off",
        };
        if let Some(owner) = server.owner {
            let (user, group) = (Some(owner.user), Some(owner.group));
            chown(server.folder.path(), user, group).expect("root may give a folder away");
        }
        let data = server.data();
        let asked = ["--auth=trust", "--username=chot", "--encoding=UTF8", "--no-sync"];
        server.must("initdb", &[&asked, &["--locale=C", "-D", text(&data)][..]].concat());
        server
    }

    /// A server that several tests share while any of them runs.
    pub fn shared() -> Arc<Self> {
        static SHARED: Mutex<Weak<Postgres>> = Mutex::new(Weak::new());
        let mut shared = SHARED.lock().unwrap_or_else(PoisonError::into_inner);
        shared.upgrade().unwrap_or_else(|| {
            let server = Arc::new(Self::start());
            *shared = Arc::downgrade(&server);
            server
        })
    }

    /// Starts it on the same data and port; returns when it takes connections.
    pub fn start_again(&self) {
        let options = format!(
            "{} -c listen_addresses=127.0.0.1 -p {} -k {}",
            self.settings,
            self.port,
            self.folder.path().display()
        );
        let (data, log) = (self.data(), self.folder.path().join("log"));
        let data = ["-D", text(&data), "-l", text(&log), "-o", &options];
        let asked = [&data[..], &["-w", "-t", "60", "start"]].concat();
        let started = (0..STARTS_MAX).any(|_| self.run("pg_ctl", &asked).status.success());
        let log = std::fs::read_to_string(&log).unwrap_or_default();
        assert!(started, "Postgres does not start:\n{log}");
    }

    /// Kills the server at once (`kill -9`), as a power cut would.
    pub fn kill(&self) {
        let pid = std::fs::read_to_string(self.data().join("postmaster.pid")).expect("it runs");
        let pid = pid.lines().next().expect("the first line is the process").to_owned();
        let killed = Command::new("kill").args(["-9", &pid]).status();
        assert!(killed.expect("kill is installed").success(), "killed {pid}");
    }

    /// An empty database of its own.
    pub fn database(&self) -> String {
        let name = format!("test{}", self.databases.fetch_add(1, Ordering::Relaxed));
        let port = self.port.to_string();
        self.must("createdb", &["-h", "127.0.0.1", "-p", &port, "-U", "chot", &name]);
        self.url(&name)
    }

    /// The address of a database of this server.
    pub fn url(&self, database: &str) -> String {
        format!("postgres://chot:s3cret@127.0.0.1:{}/{database}?sslmode=disable", self.port)
    }

    /// Where it listens, on 127.0.0.1.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// One of Postgres' own programs.
    pub fn program(&self, name: &str) -> PathBuf {
        self.programs.join(name)
    }

    /// A folder in which the server may read what we write.
    pub fn shared_folder(&self) -> &Path {
        self.folder.path()
    }

    /// Where the server keeps its files.
    pub fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    fn must(&self, program: &str, arguments: &[&str]) {
        let done = self.run(program, arguments);
        let said = String::from_utf8_lossy(&done.stderr);
        assert!(done.status.success(), "{program} failed:\n{said}");
    }

    fn run(&self, program: &str, arguments: &[&str]) -> Output {
        let path = self.programs.join(program);
        let mut command = match self.owner {
            None => Command::new(path),
            Some(owner) => {
                let mut command = Command::new("setpriv");
                command.arg(format!("--reuid={}", owner.user));
                command.arg(format!("--regid={}", owner.group));
                command.arg("--clear-groups").arg(path);
                command
            }
        };
        // A pipe would be kept open by the server that pg_ctl leaves behind; initdb and the like
        // end.
        let log = std::fs::File::create(self.folder.path().join("said")).expect("a file");
        let errors = log.try_clone().expect("a second handle");
        command.args(arguments).current_dir(self.folder.path());
        let status = command.stdout(log).stderr(errors).status().expect("it can be run");
        let said = std::fs::read(self.folder.path().join("said")).unwrap_or_default();
        Output { status, stdout: Vec::new(), stderr: said }
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        let data = self.data();
        // One that was killed is not there to be stopped.
        self.run("pg_ctl", &["-D", text(&data), "-m", "immediate", "-w", "stop"]);
    }
}

fn programs() -> PathBuf {
    let holds = |folder: &PathBuf| folder.join("initdb").exists() && folder.join("pg_ctl").exists();
    let told = std::env::var_os("CHOT_POSTGRES_BIN").map(PathBuf::from);
    let debian = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten();
    let mut debian: Vec<_> = debian.flatten().map(|version| version.path().join("bin")).collect();
    debian.sort();
    let path = std::env::var_os("PATH").unwrap_or_default();
    let path: Vec<_> = std::env::split_paths(&path).collect();
    let mut all = told.into_iter().chain(debian.into_iter().rev()).chain(path);
    all.find(holds).expect(
        "these tests need Postgres 15 or later: install it with `apt-get install postgresql`, \
         or say where initdb is with CHOT_POSTGRES_BIN",
    )
}

/// Nobody in particular is asked to own it, unless we are root.
fn owner() -> Option<Owner> {
    let number = |arguments: &[&str]| -> Option<u32> {
        let said = Command::new("id").args(arguments).output().ok()?;
        String::from_utf8(said.stdout).ok()?.trim().parse().ok()
    };
    if number(&["-u"])? != 0 {
        return None;
    }
    const NOBODY: u32 = 65_534;
    Some(Owner {
        user: number(&["-u", "postgres"]).unwrap_or(NOBODY),
        group: number(&["-g", "postgres"]).unwrap_or(NOBODY),
    })
}

fn text(path: &Path) -> &str {
    path.to_str().expect("a temporary folder's name is UTF-8")
}
