//! The processes of the crowd: this program again, once for each part.

use crate::pipe::{Said, Task, Told};
use anyhow::Context as _;
use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, ChildStdin, Command, Stdio};
use tokio::sync::mpsc;

/// All of them; they end with this value.
pub(crate) struct Parts {
    running: Vec<Running>,
    said: mpsc::Receiver<(usize, Result<Said, String>)>,
}

struct Running {
    child: Child,
    /// When it closes, the process ends.
    to: Option<ChildStdin>,
}

/// Lines that may wait to be read.
const SAID_QUEUE: usize = 64;

impl Parts {
    /// Starts them and gives each its task.
    ///
    /// # Errors
    /// If the program cannot be started.
    pub(crate) fn start(task: &Task) -> anyhow::Result<Self> {
        let program = std::env::current_exe().context("this program")?;
        let (ears, said) = mpsc::channel(SAID_QUEUE);
        let mut parts = Self { running: Vec::new(), said };
        for index in 0..task.processes {
            let mut child = Command::new(&program)
                .arg("part")
                .stdin(Stdio::piped())
                .stdout(Stdio::piped())
                .spawn()
                .with_context(|| format!("{} part", program.display()))?;
            let out = child.stdout.take();
            let to = child.stdin.take();
            parts.running.push(Running { child, to });
            let out = out.context("its output is piped")?;
            let ears = ears.clone();
            std::thread::Builder::new().name(format!("part {index}")).spawn(move || {
                let of = |line: std::io::Result<String>| {
                    let line = line.map_err(|error| error.to_string())?;
                    serde_json::from_str(&line).map_err(|error| format!("{error}: {line}"))
                };
                let lines = BufReader::new(out).lines().map(of);
                let end = std::iter::once(Err(ENDED.to_owned()));
                for said in lines.chain(end) {
                    if ears.blocking_send((index as usize, said)).is_err() {
                        return;
                    }
                }
            })?;
        }
        for index in 0..task.processes {
            let task = serde_json::to_string(&Task { index, ..task.clone() })?;
            parts.running[index as usize].line(&task)?;
        }
        Ok(parts)
    }

    /// Tells all of them.
    ///
    /// # Errors
    /// If one is gone.
    pub(crate) fn tell(&mut self, told: Told) -> anyhow::Result<()> {
        let line = serde_json::to_string(&told)?;
        self.running.iter_mut().try_for_each(|running| running.line(&line))
    }

    /// The next that one of them says.
    ///
    /// # Errors
    /// If one has ended before it was done.
    pub(crate) async fn next(&mut self) -> anyhow::Result<(usize, Said)> {
        loop {
            let (index, said) = self.said.recv().await.context("all processes have ended")?;
            match said {
                Ok(said) => {
                    if matches!(said, Said::Done { .. }) {
                        self.running[index].to = None;
                    }
                    return Ok((index, said));
                }
                Err(why) if why == ENDED && self.running[index].to.is_none() => {}
                Err(why) => anyhow::bail!("process {index} of the crowd: {why}"),
            }
        }
    }
}

const ENDED: &str = "it has ended";

impl Running {
    fn line(&mut self, line: &str) -> anyhow::Result<()> {
        let to = self.to.as_mut().context("it is done")?;
        writeln!(to, "{line}")?;
        Ok(to.flush()?)
    }
}

impl Drop for Parts {
    fn drop(&mut self) {
        for running in &mut self.running {
            running.to = None;
            if let Err(error) = running.child.kill().and_then(|()| running.child.wait()) {
                eprintln!("a process of the crowd could not be stopped: {error}");
            }
        }
    }
}
