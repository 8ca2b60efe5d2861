//! Ours beside a peer, in alternating rounds of one run: the ratio, when it is void, and how both
//! are told.

use crate::figure::{Better, median};
use crate::result;
use serde::Serialize;
use std::fmt;
use std::path::Path;

/// The least share of its own tool's figure that a peer must reach under our driver. Less: the
/// driver held it up, and the ratio says nothing.
pub(crate) const OWN_TOOL_SHARE_MIN: f64 = 0.8;

/// How often both take turns; fewer make no median.
pub(crate) const fn rounds(full: bool) -> usize {
    if full { 5 } else { 3 }
}

/// What is compared, and what would be reached.
#[derive(Clone, Debug)]
pub(crate) struct Terms {
    /// The comparison's name, and its file's.
    pub(crate) name: &'static str,
    /// One sentence.
    pub(crate) title: String,
    /// Of the figures of both sides.
    pub(crate) unit: &'static str,
    pub(crate) ours: Side,
    pub(crate) peer: Side,
    /// Which figure is the good one.
    pub(crate) better: Better,
    /// The ratio to reach; none where it is only told.
    pub(crate) aim: Option<f64>,
    /// What is to be reached after that.
    pub(crate) next: Option<f64>,
    /// How to run it alone.
    pub(crate) command: String,
}

/// One side of a comparison.
#[derive(Clone, Debug)]
pub(crate) struct Side {
    /// What it is and how it is driven.
    pub(crate) label: String,
    /// Orders that one message, call or statement carries.
    pub(crate) batch: usize,
}

/// Two that take turns; only one of them works at a time.
pub(crate) trait Pair {
    /// Our figure of one round.
    async fn ours(&mut self) -> anyhow::Result<f64>;
    /// The peer's figure of one round.
    async fn peer(&mut self) -> anyhow::Result<PeerRound>;
}

/// What a peer reached in one round.
#[derive(Clone, Debug)]
pub(crate) struct PeerRound {
    /// Under our driver.
    pub(crate) reached: f64,
    /// Under its own tool, right after; none where there is no such tool.
    pub(crate) own_tool: Option<OwnTool>,
}

/// A figure of the peer's own tool.
#[derive(Clone, Debug)]
pub(crate) struct OwnTool {
    /// The tool and how it was called, in short.
    pub(crate) label: String,
    /// In the unit of the comparison.
    pub(crate) value: f64,
}

/// Lets both take turns, the order swapped each round, and tells every round in the terminal.
///
/// # Errors
/// If a round of either side could not be made.
pub(crate) async fn alternate(
    terms: &Terms,
    rounds: usize,
    pair: &mut impl Pair,
) -> anyhow::Result<Compared> {
    anyhow::ensure!(rounds > 0, "no rounds, no ratio");
    println!("\n{}: {}", terms.name, terms.title);
    println!("  ours: {} (batch {})", terms.ours.label, terms.ours.batch);
    println!("  peer: {} (batch {})", terms.peer.label, terms.peer.batch);
    let (mut ours, mut peers) = (Vec::with_capacity(rounds), Vec::with_capacity(rounds));
    for round in 0..rounds {
        let (reached, peer) = if round % 2 == 0 {
            let reached = pair.ours().await?;
            (reached, pair.peer().await?)
        } else {
            let peer = pair.peer().await?;
            (pair.ours().await?, peer)
        };
        println!("  {}", progress(round, rounds, terms.unit, reached, &peer));
        ours.push(reached);
        peers.push(peer);
    }
    let compared = Compared::new(terms, ours, &peers);
    println!("  {compared}");
    Ok(compared)
}

fn progress(round: usize, rounds: usize, unit: &str, ours: f64, peer: &PeerRound) -> String {
    let first = if round.is_multiple_of(2) { "ours first" } else { "peer first" };
    let tool = peer.own_tool.as_ref().map_or_else(String::new, |tool| {
        format!(", its own tool {:.0} ({:.2} of it)", tool.value, peer.reached / tool.value)
    });
    format!(
        "round {}/{rounds} ({first}): ours {ours:.0} {unit}, peer {:.0}{tool}, ratio {:.2}",
        round + 1,
        peer.reached,
        ours / peer.reached
    )
}

/// A finished comparison, as it is written to its file.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Compared {
    kind: &'static str,
    name: &'static str,
    title: String,
    unit: &'static str,
    ours: Rounds,
    peer: PeerRounds,
    ratios: Spread,
    aim: Option<f64>,
    next: Option<f64>,
    better: Better,
    void: Option<String>,
    command: String,
}

#[derive(Clone, Debug, Serialize)]
struct Rounds {
    label: String,
    batch: usize,
    rounds: Vec<f64>,
}

#[derive(Clone, Debug, Serialize)]
struct PeerRounds {
    #[serde(flatten)]
    rounds: Rounds,
    own_tool: Option<Share>,
}

/// How near our driver came to the peer's own tool.
#[derive(Clone, Debug, Serialize)]
struct Share {
    label: String,
    /// The tool's median.
    value: f64,
    /// The median of the shares within each round.
    share: f64,
}

/// Of the ratios within each round.
#[derive(Clone, Copy, PartialEq, Debug, Serialize)]
pub(crate) struct Spread {
    pub(crate) median: f64,
    pub(crate) min: f64,
    pub(crate) max: f64,
}

impl Compared {
    /// Folds the rounds; `ours` and `peers` are of the same rounds, and there is at least one.
    fn new(terms: &Terms, ours: Vec<f64>, peers: &[PeerRound]) -> Self {
        let reached: Vec<f64> = peers.iter().map(|peer| peer.reached).collect();
        let ratios: Vec<f64> = ours.iter().zip(&reached).map(|(ours, peer)| ours / peer).collect();
        let own_tool = share(peers);
        let ratios = Spread::of(&ratios);
        let void = why_void(&ours, &reached, own_tool.as_ref());
        let side =
            |side: &Side, rounds| Rounds { label: side.label.clone(), batch: side.batch, rounds };
        Self {
            kind: "ratio",
            name: terms.name,
            title: terms.title.clone(),
            unit: terms.unit,
            ours: side(&terms.ours, ours),
            peer: PeerRounds { rounds: side(&terms.peer, reached), own_tool },
            ratios,
            aim: terms.aim,
            next: terms.next,
            better: terms.better,
            void,
            command: terms.command.clone(),
        }
    }

    /// Whether the aim is reached; none if there is none, or the ratio does not count.
    pub(crate) fn is_reached(&self) -> Option<bool> {
        let aim = self.aim.filter(|_| self.void.is_none())?;
        Some(self.better.is_reached(self.ratios.median, aim))
    }

    /// Writes `NAME.json` into the folder of the run.
    ///
    /// # Errors
    /// If the folder cannot be written.
    pub(crate) fn write(&self, folder: &Path) -> anyhow::Result<()> {
        result::write(folder, self.name, self)
    }

    /// What came of it, in a few words.
    fn verdict(&self) -> String {
        let wanted = self.better.sign();
        match (&self.void, self.is_reached(), self.aim) {
            (Some(why), ..) => format!("VOID: {why}"),
            (None, Some(true), Some(aim)) => format!("reached {wanted} {aim}"),
            (None, Some(false), Some(aim)) => format!("missed {wanted} {aim}"),
            (None, None, _) | (None, Some(_), None) => "no aim".to_owned(),
        }
    }
}

impl fmt::Display for Compared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Spread { median, min, max } = self.ratios;
        write!(f, "median ratio {median:.2} [{min:.2}–{max:.2}], {}", self.verdict())
    }
}

/// All comparisons of a run as one table.
pub(crate) fn table(compared: &[Compared]) -> String {
    let median = |rounds: &[f64]| Spread::of(rounds).median;
    let mut text = format!(
        "\n{:<28} {:>12} {:>6} {:>12} {:>6} {:>7}  {:<24} {}\n",
        "comparison", "ours", "batch", "peer", "batch", "driver", "ratio", "aim"
    );
    for one in compared {
        let Spread { median: ratio, min, max } = one.ratios;
        let peer = &one.peer.rounds;
        let driver = one.peer.own_tool.as_ref().map(|tool| format!("{:.2}", tool.share));
        text.push_str(&format!(
            "{:<28} {:>12.0} {:>6} {:>12.0} {:>6} {:>7}  {:<24} {}\n",
            one.name,
            median(&one.ours.rounds),
            one.ours.batch,
            median(&peer.rounds),
            peer.batch,
            driver.as_deref().unwrap_or("–"),
            format!("{ratio:.2} [{min:.2}–{max:.2}]"),
            one.verdict()
        ));
    }
    text.push_str("driver: our driver's share of the figure of the peer's own tool\n");
    text
}

/// None if a round lacks the tool's figure.
fn share(peers: &[PeerRound]) -> Option<Share> {
    let tools: Vec<&OwnTool> =
        peers.iter().map(|peer| peer.own_tool.as_ref()).collect::<Option<_>>()?;
    let values: Vec<f64> = tools.iter().map(|tool| tool.value).collect();
    let shares: Vec<f64> =
        peers.iter().zip(&values).map(|(peer, tool)| peer.reached / tool).collect();
    Some(Share {
        label: tools.first()?.label.clone(),
        value: Spread::of(&values).median,
        share: Spread::of(&shares).median,
    })
}

fn why_void(ours: &[f64], peers: &[f64], own_tool: Option<&Share>) -> Option<String> {
    let counts = |figure: &f64| figure.is_finite() && *figure > 0.0;
    if !ours.iter().chain(peers).all(counts) {
        return Some("a round without a figure".to_owned());
    }
    let tool = own_tool?;
    // A tool that came to nothing makes a share without end, or none at all.
    let is_enough = tool.share.is_finite() && tool.share >= OWN_TOOL_SHARE_MIN;
    (!is_enough).then(|| {
        format!(
            "our driver got {:.2} of what {} gets out of the peer, at least {OWN_TOOL_SHARE_MIN} \
             is asked",
            tool.share, tool.label
        )
    })
}

impl Spread {
    /// Of at least one figure.
    pub(crate) fn of(figures: &[f64]) -> Self {
        let lowest = figures.iter().copied().reduce(f64::min);
        let highest = figures.iter().copied().reduce(f64::max);
        let or_none = |figure: Option<f64>| figure.unwrap_or(f64::NAN);
        Self { median: or_none(median(figures)), min: or_none(lowest), max: or_none(highest) }
    }
}

#[cfg(test)]
#[path = "ratio_tests.rs"]
mod tests;
