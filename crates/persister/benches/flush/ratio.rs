//! What came of the comparison: printed, and in the form that reports read.

use crate::{AIM, COMMAND, OWN_TOOL_SHARE_MIN};
use domain::limits::PERSIST_BATCH_EVENTS_MAX;
use serde_json::json;
use std::path::Path;

/// Rounds of both sides and of the peer's own tool, in rows per second.
#[derive(Default)]
pub(crate) struct Ratio {
    ours: Vec<f64>,
    peer: Vec<f64>,
    own_tool: Vec<f64>,
}

impl Ratio {
    /// One round more.
    pub(crate) fn push(&mut self, ours: f64, peer: f64, own_tool: f64) {
        self.ours.push(ours);
        self.peer.push(peer);
        self.own_tool.push(own_tool);
    }

    fn ratios(&self) -> Vec<f64> {
        self.ours.iter().zip(&self.peer).map(|(ours, peer)| ours / peer).collect()
    }

    /// How near the peer came to its own tool.
    fn share(&self) -> f64 {
        let shares = self.peer.iter().zip(&self.own_tool).map(|(peer, tool)| peer / tool);
        median(&shares.collect::<Vec<_>>())
    }

    /// Why it does not count, if it does not.
    fn void(&self) -> Option<String> {
        let share = self.share();
        let why = || format!("the peer reached {share:.2} of the server's own COPY from files");
        (share < OWN_TOOL_SHARE_MIN).then(why)
    }

    /// Says it in a few lines.
    pub(crate) fn print(&self) {
        let ratios = self.ratios();
        println!(
            "flush / COPY: {:.2} (from {:.2} to {:.2}), aim {AIM}",
            median(&ratios),
            least(&ratios),
            most(&ratios)
        );
        println!(
            "COPY from files by the server alone: {:.0} rows/s; the peer reaches {:.2} of it",
            median(&self.own_tool),
            self.share()
        );
        if let Some(why) = self.void() {
            println!("VOID: {why}");
        }
    }

    /// Writes `flush-copy.json`.
    ///
    /// # Errors
    /// If the folder cannot be written.
    pub(crate) fn write(&self, folder: &Path) -> std::io::Result<()> {
        let ratios = self.ratios();
        let own_tool = json!({
            "label": "COPY FROM files by the server alone",
            "value": median(&self.own_tool),
            "share": self.share(),
        });
        let result = json!({
            "kind": "ratio",
            "name": "flush-copy",
            "title": "A backlog flushed to Postgres, once however often it is tried, beside plain \
                      binary COPY of the very same rows.",
            "unit": "rows/s",
            "ours": {
                "label": "frames decoded, folded, written with the watermark",
                "batch": PERSIST_BATCH_EVENTS_MAX,
                "rounds": self.ours,
            },
            "peer": {
                "label": "BEGIN, three COPY … (FORMAT binary) of ready bytes, COMMIT",
                "batch": PERSIST_BATCH_EVENTS_MAX,
                "rounds": self.peer,
                "own_tool": own_tool,
            },
            "ratios": {"median": median(&ratios), "min": least(&ratios), "max": most(&ratios)},
            "aim": AIM,
            "next": null,
            "better": "more",
            "void": self.void(),
            "command": COMMAND,
        });
        std::fs::create_dir_all(folder)?;
        let text = serde_json::to_string_pretty(&result)?;
        std::fs::write(folder.join("flush-copy.json"), text + "\n")
    }
}

/// The middle one.
pub(crate) fn median(figures: &[f64]) -> f64 {
    let mut sorted = figures.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted[sorted.len() / 2]
}

fn least(figures: &[f64]) -> f64 {
    figures.iter().copied().fold(f64::MAX, f64::min)
}

fn most(figures: &[f64]) -> f64 {
    figures.iter().copied().fold(0.0, f64::max)
}
