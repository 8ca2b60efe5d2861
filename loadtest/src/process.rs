//! A program started by us: it ends with its value, whatever happens to us meanwhile.

use anyhow::Context as _;
use rustix::process::{Pid, Signal, kill_process};
use std::fs::File;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

/// How long a server may take to stop when it is asked to. Longer: it is killed.
const STOP_PATIENCE: Duration = Duration::from_secs(10);
/// How often is looked whether something has happened.
pub(crate) const LOOK: Duration = Duration::from_millis(20);

/// A port of this machine that nobody listens at yet.
///
/// # Errors
/// What the system says.
pub(crate) fn free_port() -> std::io::Result<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}

/// How a server is asked to stop.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Stop {
    /// It has no children.
    Kill,
    /// By this signal it ends its children before itself.
    Ask(Signal),
}

/// A running program.
#[derive(Debug)]
pub(crate) struct Process {
    child: Child,
    stop: Stop,
    /// What it says, both streams.
    log: PathBuf,
}

impl Process {
    /// Starts it, what it says going to the file `log`.
    ///
    /// # Errors
    /// If it is not installed, with `install` as what to do.
    pub(crate) fn start(
        command: &mut Command,
        log: &Path,
        stop: Stop,
        install: &str,
    ) -> anyhow::Result<Self> {
        let said = File::create(log).with_context(|| log.display().to_string())?;
        let errors = said.try_clone()?;
        let name = command.get_program().to_string_lossy().into_owned();
        let child = command.stdin(Stdio::null()).stdout(said).stderr(errors).spawn();
        let child = child.with_context(|| format!("{name} cannot be run: {install}"))?;
        Ok(Self { child, stop, log: log.to_owned() })
    }

    /// The end of what it said.
    pub(crate) fn said(&self) -> String {
        let said = std::fs::read(&self.log).unwrap_or_default();
        String::from_utf8_lossy(&said).into_owned()
    }

    /// Fails if a server has ended.
    ///
    /// # Errors
    /// With what it said.
    pub(crate) fn must_run(&mut self) -> anyhow::Result<()> {
        let ended = self.child.try_wait()?;
        anyhow::ensure!(ended.is_none(), "it ended by itself:\n{}", self.said());
        Ok(())
    }

    /// Waits until a tool has ended by itself; what it said.
    ///
    /// # Errors
    /// If it failed, with what it said, or takes longer than `patience`.
    pub(crate) async fn finished(mut self, patience: Duration) -> anyhow::Result<String> {
        let status = self.ended(patience).await?;
        anyhow::ensure!(status.success(), "{status}:\n{}", self.said());
        Ok(self.said())
    }

    async fn ended(&mut self, patience: Duration) -> anyhow::Result<ExitStatus> {
        let began = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait()? {
                return Ok(status);
            }
            anyhow::ensure!(began.elapsed() < patience, "not done after {patience:?}");
            tokio::time::sleep(LOOK).await;
        }
    }

    /// Asks it to stop; true once it has.
    fn asked(&mut self, signal: Signal) -> bool {
        let asked = kill_process(Pid::from_child(&self.child), signal);
        let began = Instant::now();
        while asked.is_ok() && began.elapsed() < STOP_PATIENCE {
            match self.child.try_wait() {
                Ok(None) => std::thread::sleep(LOOK),
                Ok(Some(_)) => return true,
                Err(_) => return false,
            }
        }
        false
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // One that has ended has given its number back: it must not be asked any more.
        if matches!(self.child.try_wait(), Ok(Some(_))) {
            return;
        }
        if let Stop::Ask(signal) = self.stop
            && self.asked(signal)
        {
            return;
        }
        if let Err(error) = self.child.kill().and_then(|()| self.child.wait()) {
            eprintln!("a server could not be stopped: {error}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(script: &str, folder: &Path) -> Process {
        let mut command = Command::new("sh");
        let log = folder.join("log");
        Process::start(command.args(["-c", script]), &log, Stop::Kill, "a shell").expect("runs")
    }

    #[tokio::test]
    async fn a_tool_tells_what_it_said_and_how_it_failed() {
        let folder = tempfile::tempdir().expect("a folder");
        let patience = Duration::from_secs(10);
        let good = shell("echo fine", folder.path()).finished(patience).await;
        assert_eq!(good.expect("ended well"), "fine\n");
        let bad = shell("echo no >&2; exit 3", folder.path()).finished(patience).await;
        let said = bad.expect_err("ended badly").to_string();
        assert!(said.contains("no\n") && said.contains('3'), "{said}");
        let slow = shell("exec sleep 60", folder.path()).finished(Duration::ZERO).await;
        assert!(slow.is_err());
    }

    #[test]
    fn a_program_that_is_not_there_says_what_to_install() {
        let folder = tempfile::tempdir().expect("a folder");
        let (mut command, log) = (Command::new("/no/such/program"), folder.path().join("log"));
        let started = Process::start(&mut command, &log, Stop::Kill, "apt-get install pears");
        let said = format!("{:#}", started.expect_err("not there"));
        assert!(said.contains("apt-get install pears"), "{said}");
    }

    #[test]
    fn what_we_started_ends_with_its_value() {
        let folder = tempfile::tempdir().expect("a folder");
        let check = |stop| {
            let mut process = shell("exec sleep 60", folder.path());
            process.stop = stop;
            process.must_run().expect("it runs");
            let number = process.child.id();
            drop(process);
            let folder = format!("/proc/{number}");
            assert!(!Path::new(&folder).exists(), "{folder} is still there after {stop:?}");
        };
        check(Stop::Kill);
        check(Stop::Ask(Signal::TERM));
    }
}
