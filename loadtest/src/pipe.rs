//! What a run and its processes say to each other: one JSON object on each line.

use crate::host::Tokens;
use crate::scenario::{Fault, Network, Phase};
use crate::schedule::{People, Planned, schedule};
use crate::script::Script;
use crate::tally::Counts;
use std::path::PathBuf;

/// The whole of what a process is to do: its first line.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub(crate) struct Task {
    pub(crate) people: People,
    pub(crate) phases: Vec<Phase>,
    pub(crate) faults: Vec<Fault>,
    pub(crate) network: Network,
    /// The number of the first send.
    pub(crate) base: u32,
    /// Which of so many processes.
    pub(crate) index: u32,
    pub(crate) processes: u32,
    pub(crate) url: String,
    pub(crate) tokens: Tokens,
    pub(crate) session: String,
    /// Where answers and seats are written.
    pub(crate) folder: PathBuf,
}

/// What a process is told afterwards.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Told {
    /// When the schedule begins, in microseconds since 1970.
    Start(u64),
    /// Nothing planned that many microseconds after the start, or later, is sent.
    Stop(u64),
}

/// What a process says.
#[derive(Debug, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Said {
    /// All its viewers are in.
    Seated(Seated),
    /// What it counted in one second.
    Beat(Box<Counts>),
    /// Everything is answered or given up, and written.
    Done { cpu_s: f64, rss_mib: f64 },
    /// It cannot go on.
    Failed(String),
}

/// How the viewers came in.
#[derive(Clone, Copy, Debug, Default, serde::Serialize, serde::Deserialize)]
pub(crate) struct Seated {
    pub(crate) viewers: u32,
    pub(crate) seconds: f64,
    /// What a viewer costs the generator.
    pub(crate) kib_per_viewer: f64,
}

impl Task {
    /// When the last phase ends.
    pub(crate) fn end_us(&self) -> u64 {
        self.phases.iter().map(|phase| (phase.seconds * 1e6) as u64).sum()
    }

    /// All sends of all processes; of those of the others the words are left out.
    ///
    /// # Errors
    /// If something is ordered that is not on sale.
    pub(crate) fn script(&self) -> anyhow::Result<Script> {
        let mut sends = schedule(self.people, &self.phases)?;
        for send in sends.iter_mut().filter(|send| !self.is_mine(send)) {
            send.text = Box::default();
            send.tap = None;
        }
        Ok(Script { people: self.people, base: self.base, sends })
    }

    pub(crate) const fn is_mine(&self, send: &Planned) -> bool {
        send.part(self.processes) == self.index
    }

    /// The sockets of this process.
    pub(crate) fn sockets(&self) -> impl Iterator<Item = u32> {
        (self.index..self.people.sockets).step_by(self.processes as usize)
    }

    /// Whether a socket reads slowly.
    pub(crate) fn is_slow(&self, socket: u32) -> bool {
        is_slow(self.people.seed, &self.network, socket)
    }

    pub(crate) fn answers_file(&self) -> PathBuf {
        self.folder.join(format!("answers-{}-{}", self.base, self.index))
    }

    pub(crate) fn seats_file(&self) -> PathBuf {
        self.folder.join(format!("seats-{}-{}", self.base, self.index))
    }
}

/// Whether a socket reads slowly, fixed by the seed.
pub(crate) fn is_slow(seed: u64, network: &Network, socket: u32) -> bool {
    let mut random = crowd::Random::split(seed, SLOW | u64::from(socket));
    random.percent(network.slow_percent)
}

/// Keeps this stream apart from others of the same seed.
const SLOW: u64 = 1 << 44;
