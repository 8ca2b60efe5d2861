//! The server under test, started by us on a folder of its own: one binary, as anybody gets it.

use crate::host::Tokens;
use crate::http::{Call, Http, Target};
use anyhow::Context as _;
use std::fs::File;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// A running `chot serve`; it ends with this value.
pub(crate) struct Chot {
    child: Child,
    program: PathBuf,
    /// Where it keeps everything.
    data: PathBuf,
}

/// What it has used so far.
#[derive(Clone, Copy, Default, Debug, serde::Serialize)]
pub(crate) struct Usage {
    /// Processor time, in seconds.
    pub(crate) cpu_seconds: f64,
    /// The most memory it ever had, in MiB.
    pub(crate) memory_mib_max: u64,
}

impl Chot {
    /// Makes a shop in `data`, starts the server on free ports and waits until it is ready.
    ///
    /// # Errors If the program cannot be run or is not ready within half a minute; its log is
    /// `data/chot.log`.
    pub(crate) async fn start(
        program: &Path,
        data: &Path,
    ) -> anyhow::Result<(Self, Target, Tokens)> {
        let tokens = add_shop(program, data)?;
        let (port, ops_port) = (free_port()?, free_port()?);
        let log = File::create(data.join("chot.log"))?;
        let child = Command::new(program)
            .arg("serve")
            .arg("--data")
            .arg(data)
            .args(["--listen", &format!("127.0.0.1:{port}")])
            .args(["--ops-listen", &format!("127.0.0.1:{ops_port}")])
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log)
            .spawn()
            .with_context(|| format!("{} serve", program.display()))?;
        let chot = Self { child, program: program.to_owned(), data: data.to_owned() };
        let target = Target::parse(&format!("http://127.0.0.1:{port}"))?;
        chot.ready(&target).await?;
        Ok((chot, target, tokens))
    }

    async fn ready(&self, target: &Target) -> anyhow::Result<()> {
        let patience = Instant::now() + Duration::from_secs(30);
        let mut http = Http::new(target);
        loop {
            let reply = http.call(Call::get("/readyz")).await;
            if reply.as_ref().is_ok_and(|reply| reply.status == 200) {
                return Ok(());
            }
            anyhow::ensure!(
                Instant::now() < patience,
                "the server is not ready after 30 s, see {}",
                self.data.join("chot.log").display()
            );
            tokio::time::sleep(Duration::from_millis(100)).await;
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

    /// What the server has used so far; nothing where the system does not tell.
    pub(crate) fn usage(&self) -> Usage {
        usage(&self.child.id().to_string())
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

/// What a process has used so far, by its number or `self`.
pub(crate) fn usage(process: &str) -> Usage {
    let read = |file: &str| std::fs::read_to_string(format!("/proc/{process}/{file}"));
    let ticks = |stat: String| -> Option<u64> {
        // The name, in parentheses, may hold anything; user and system time are the 12th and 13th
        // behind it.
        let mut fields = stat.rsplit_once(')')?.1.split_whitespace().skip(11);
        Some(fields.next()?.parse::<u64>().ok()? + fields.next()?.parse::<u64>().ok()?)
    };
    let peak = |status: String| -> Option<u64> {
        let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
        line.split_whitespace().nth(1)?.parse::<u64>().ok()
    };
    Usage {
        // Linux counts a hundred ticks a second on every machine one meets.
        cpu_seconds: read("stat").ok().and_then(ticks).unwrap_or(0) as f64 / 100.0,
        memory_mib_max: read("status").ok().and_then(peak).unwrap_or(0) / 1_024,
    }
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

pub(crate) fn free_port() -> anyhow::Result<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}
