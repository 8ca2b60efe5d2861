//! The server under test, started by us on a folder of its own: one binary, as anybody gets it.

use crate::host::Tokens;
use crate::http::{Call, Http, Target};
use crate::process::free_port;
use crate::usage::{Usage, usage};
use anyhow::Context as _;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// A running `chot serve`; it ends with this value.
pub(crate) struct Chot {
    child: Child,
    program: PathBuf,
    /// Where it keeps everything.
    data: PathBuf,
    target: Target,
    ops_port: u16,
    database: Option<String>,
    /// What the processes before this one used.
    before: Usage,
}

/// How long a server may take until it is ready: after a kill it replays.
const PATIENCE: Duration = Duration::from_secs(60);

impl Chot {
    /// Makes a shop in `data`, starts the server on free ports and waits until it is ready.
    ///
    /// # Errors
    /// If the program cannot be run or is not ready in time; its log is `data/chot.log`.
    pub(crate) async fn start(
        program: &Path,
        data: &Path,
        database: Option<String>,
    ) -> anyhow::Result<(Self, Target, Tokens)> {
        let tokens = add_shop(program, data)?;
        let (port, ops_port) = (free_port()?, free_port()?);
        let target = Target::parse(&format!("http://127.0.0.1:{port}"))?;
        let child = serve(program, data, &target, ops_port, database.as_deref())?;
        let mut chot = Self {
            child,
            program: program.to_owned(),
            data: data.to_owned(),
            target: target.clone(),
            ops_port,
            database,
            before: Usage::default(),
        };
        chot.ready().await?;
        Ok((chot, target, tokens))
    }

    /// Ends the server at once, as a power cut would for it.
    ///
    /// # Errors
    /// If the system does not let us.
    pub(crate) fn kill(&mut self) -> anyhow::Result<()> {
        self.before = self.usage();
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }

    /// Starts a killed server on the same folder and ports, and waits until it is ready.
    ///
    /// # Errors
    /// As [`Chot::start`].
    pub(crate) async fn start_again(&mut self) -> anyhow::Result<()> {
        let (target, database) = (&self.target, self.database.as_deref());
        self.child = serve(&self.program, &self.data, target, self.ops_port, database)?;
        self.ready().await
    }

    async fn ready(&mut self) -> anyhow::Result<()> {
        let patience = Instant::now() + PATIENCE;
        let mut http = Http::new(&self.target);
        let log = self.data.join("chot.log");
        loop {
            if let Some(status) = self.child.try_wait()? {
                anyhow::bail!("the server has ended, {status}, see {}", log.display());
            }
            let reply = http.call(Call::get("/readyz")).await;
            if reply.as_ref().is_ok_and(|reply| reply.status == 200) {
                return Ok(());
            }
            anyhow::ensure!(
                Instant::now() < patience,
                "the server is not ready after {PATIENCE:?}, see {}",
                log.display()
            );
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Lets the server's own checker replay a ledger; what it proved, or why it does not hold.
    pub(crate) fn verify(&self, ledger: &[u8]) -> Result<String, String> {
        let file = self.data.join("audit.ndjson");
        std::fs::write(&file, ledger).map_err(|error| error.to_string())?;
        let ran = Command::new(&self.program).arg("verify").arg(&file).output();
        let ran = ran.map_err(|error| error.to_string())?;
        let said = if ran.stdout.is_empty() { &ran.stderr } else { &ran.stdout };
        let said = String::from_utf8_lossy(said);
        let first = said.lines().next().unwrap_or_default().to_owned();
        if ran.status.success() { Ok(first) } else { Err(format!("{}: {first}", ran.status)) }
    }

    /// Its process.
    pub(crate) fn process(&self) -> u32 {
        self.child.id()
    }

    /// What the server has used so far, killed ones included; nothing where the system does not
    /// tell.
    pub(crate) fn usage(&self) -> Usage {
        let now = usage(&self.child.id().to_string());
        Usage {
            cpu_s: self.before.cpu_s + now.cpu_s,
            rss_mib: self.before.rss_mib.max(now.rss_mib),
            ..now
        }
    }
}

impl Drop for Chot {
    fn drop(&mut self) {
        let ended = self.child.kill().and_then(|()| self.child.wait());
        if let Err(error) = ended {
            eprintln!("the server could not be stopped: {error}");
        }
    }
}

fn serve(
    program: &Path,
    data: &Path,
    target: &Target,
    ops_port: u16,
    database: Option<&str>,
) -> anyhow::Result<Child> {
    let log = File::options().create(true).append(true).open(data.join("chot.log"))?;
    let mut command = Command::new(program);
    command.arg("serve").arg("--data").arg(data);
    command.args(["--listen", &target.host]);
    command.args(["--ops-listen", &format!("127.0.0.1:{ops_port}")]);
    command.env_remove("DATABASE_URL").envs(database.map(|url| ("DATABASE_URL", url)));
    command.stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log);
    command.spawn().with_context(|| format!("{} serve", program.display()))
}

fn add_shop(program: &Path, data: &Path) -> anyhow::Result<Tokens> {
    #[derive(serde::Deserialize)]
    struct Added {
        host_token: String,
        source_token: String,
    }
    let ran = Command::new(program)
        .args(["shop", "add", "--name", "Hợp tác xã thử tải", "--json", "--data"])
        .arg(data)
        .env_remove("DATABASE_URL")
        .output()
        .with_context(|| format!("{} (build it first, or say --chot PATH)", program.display()))?;
    anyhow::ensure!(
        ran.status.success(),
        "chot shop add: {}",
        String::from_utf8_lossy(&ran.stderr)
    );
    let added: Added = serde_json::from_slice(&ran.stdout).context("chot shop add --json")?;
    Ok(Tokens { host: added.host_token, source: added.source_token })
}
