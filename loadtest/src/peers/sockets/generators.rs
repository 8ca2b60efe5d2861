//! Our side of the generators: started, told and heard here; they end with their value.

use super::endpoint::Endpoint;
use anyhow::Context as _;
use serde_json::Value;
use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, sync_channel};
use std::time::Duration;

/// Sockets of one generator: well below the 20,000 files that a process may open.
const SOCKETS_PER_GENERATOR: u32 = 19_500;

/// How long everybody may take to come in.
const CONNECT: Duration = Duration::from_secs(180);
/// How long a generator may take for a word.
const WORD: Duration = Duration::from_secs(30);
/// Answers that wait to be heard; then the generator waits.
const WORDS_MAX: usize = 64;

/// As many processes as the sockets need.
pub(crate) struct Generators(Vec<Generator>);

struct Generator {
    child: Child,
    tell: ChildStdin,
    said: Receiver<String>,
    sockets: u32,
}

/// When something that was shown arrived, in nanoseconds of the machine's clock.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    pub(crate) first_ns: u64,
    pub(crate) last_ns: u64,
    /// The frame's text.
    pub(crate) text: String,
}

/// What came of orders at planned moments.
#[derive(Clone, Copy, Debug, serde::Deserialize, serde::Serialize)]
pub(crate) struct Acks {
    pub(crate) sent: u32,
    pub(crate) acked: u32,
    pub(crate) p50_ms: f64,
    pub(crate) p99_ms: f64,
    pub(crate) max_ms: f64,
    pub(crate) lag_p99_ms: f64,
}

impl Acks {
    /// Whether there were orders, and each had its ack.
    pub(crate) fn is_whole(&self) -> bool {
        self.sent > 0 && self.acked == self.sent
    }
}

impl Generators {
    /// Starts the processes for `sockets` sockets; nobody is connected yet. The first has the
    /// number `from`.
    ///
    /// # Errors
    /// If this program cannot be started again.
    pub(crate) fn start(endpoint: &Endpoint, sockets: u32, from: u32) -> anyhow::Result<Self> {
        let mut all = Vec::new();
        let mut first = 0;
        while first < sockets {
            let some = (sockets - first).min(SOCKETS_PER_GENERATOR);
            all.push(Generator::start(endpoint, some, from + first)?);
            first += some;
        }
        Ok(Self(all))
    }

    /// Lets everybody in, with these tickets where the server asks for some; how many seconds it
    /// took.
    ///
    /// # Errors
    /// If somebody is refused.
    pub(crate) fn connect(&mut self, tickets: &[String]) -> anyhow::Result<f64> {
        let mut rest = tickets;
        for generator in &mut self.0 {
            let some = rest.len().min(generator.sockets as usize);
            for ticket in &rest[..some] {
                generator.tell(&format!("ticket {ticket}"))?;
            }
            rest = &rest[some..];
        }
        self.0.iter_mut().try_for_each(|generator| generator.tell("connect"))?;
        let mut seconds: f64 = 0.0;
        for generator in &self.0 {
            let said = generator.hear(CONNECT)?;
            seconds = seconds.max(said["seconds"].as_f64().context("seconds")?);
        }
        Ok(seconds)
    }

    /// Whether everybody who came in is still there.
    ///
    /// # Errors
    /// If somebody was cut.
    pub(crate) fn are_here(&mut self) -> anyhow::Result<()> {
        self.0.iter_mut().try_for_each(|generator| generator.tell("here"))?;
        self.0.iter().try_for_each(|generator| generator.hear(WORD).map(drop))
    }

    /// From now on counts who sees these words.
    ///
    /// # Errors
    /// If a generator has gone.
    pub(crate) fn watch(&mut self, words: &str) -> anyhow::Result<()> {
        self.0.iter_mut().try_for_each(|generator| generator.tell(&format!("watch {words}")))?;
        self.0.iter().try_for_each(|generator| generator.hear(WORD).map(drop))
    }

    /// Waits until every socket has seen them.
    ///
    /// # Errors
    /// If one does not.
    pub(crate) fn seen(&self) -> anyhow::Result<Seen> {
        let mut all = Seen { first_ns: u64::MAX, last_ns: 0, text: String::new() };
        for generator in &self.0 {
            let said = generator.hear(WORD).context("not everybody saw it")?;
            let ns = |field: &str| said[field].as_u64().context("a moment");
            all.first_ns = all.first_ns.min(ns("first_ns")?);
            all.last_ns = all.last_ns.max(ns("last_ns")?);
            all.text = said["text"].as_str().unwrap_or_default().to_owned();
        }
        Ok(all)
    }

    /// Lets the first generator order, and waits for the last ack.
    ///
    /// # Errors
    /// If an order is refused.
    pub(crate) fn order(&mut self, per_second: u32, span: Duration) -> anyhow::Result<Acks> {
        let generator = self.0.first_mut().context("nobody is there")?;
        generator.tell(&format!("orders {per_second} {}", span.as_millis()))?;
        let said = generator.hear(span + WORD)?;
        Ok(serde_json::from_value(said)?)
    }
}

impl Generator {
    fn start(endpoint: &Endpoint, sockets: u32, from: u32) -> anyhow::Result<Self> {
        let mut child = Command::new(std::env::current_exe()?)
            .args(["peers", "generator"])
            .args(endpoint.arguments())
            .args([format!("--sockets={sockets}"), format!("--from={from}")])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .context("a generator")?;
        let (tell, out) = (child.stdin.take(), child.stdout.take());
        let (tell, out) = (tell.context("its input")?, out.context("its output")?);
        let (say, said) = sync_channel(WORDS_MAX);
        // Ends with the generator.
        std::thread::spawn(move || {
            for line in BufReader::new(out).lines().map_while(Result::ok) {
                if say.send(line).is_err() {
                    return;
                }
            }
        });
        Ok(Self { child, tell, said, sockets })
    }

    fn tell(&mut self, line: &str) -> anyhow::Result<()> {
        writeln!(self.tell, "{line}").context("a generator has gone")
    }

    fn hear(&self, patience: Duration) -> anyhow::Result<Value> {
        let line = self.said.recv_timeout(patience).context("a generator says nothing")?;
        serde_json::from_str(&line).with_context(|| format!("a generator said {line:?}"))
    }
}

impl Drop for Generator {
    fn drop(&mut self) {
        if let Err(error) = self.child.kill().and_then(|()| self.child.wait()) {
            eprintln!("a generator could not be stopped: {error}");
        }
    }
}
