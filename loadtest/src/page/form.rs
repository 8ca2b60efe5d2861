//! The results that a run's folder holds, as every part of the load test writes them.

use crate::figure::Better;
use serde::Deserialize;
use serde::de::Deserializer;
use std::collections::BTreeMap;

/// One result file.
#[derive(Clone, Debug, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub(crate) enum ResultFile {
    /// We beside somebody else.
    Ratio(Ratio),
    /// One figure.
    Figure(Figure),
    /// One evening.
    Scenario(Box<Scenario>),
    /// What it was measured on.
    Machine(Machine),
}

/// Ours over the peer's, round by round.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Ratio {
    pub(crate) name: String,
    pub(crate) title: String,
    #[serde(default)]
    pub(crate) unit: String,
    pub(crate) ours: Side,
    pub(crate) peer: Side,
    #[serde(default)]
    pub(crate) aim: Option<f64>,
    /// The aim after this one.
    #[serde(default)]
    pub(crate) next: Option<f64>,
    #[serde(default)]
    pub(crate) better: Better,
    /// Why it does not count, as the part itself says.
    #[serde(default)]
    pub(crate) void: Option<String>,
    #[serde(default)]
    pub(crate) command: String,
}

/// One of the two that are compared.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Side {
    pub(crate) label: String,
    /// How many go in one message, script call or statement.
    #[serde(default)]
    pub(crate) batch: Option<u64>,
    /// A round that could not be measured is `null` in the file.
    #[serde(default)]
    pub(crate) rounds: Vec<Option<f64>>,
    #[serde(default)]
    pub(crate) own_tool: Option<OwnTool>,
}

/// What the peer's own tool made of it in the same run.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct OwnTool {
    #[serde(default)]
    pub(crate) label: String,
    #[serde(default)]
    pub(crate) value: Option<f64>,
    /// Our driver's figure over the tool's.
    #[serde(default)]
    pub(crate) share: Option<f64>,
}

/// A single figure.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Figure {
    pub(crate) name: String,
    pub(crate) title: String,
    #[serde(default)]
    pub(crate) unit: String,
    #[serde(default)]
    pub(crate) value: Option<f64>,
    #[serde(default)]
    pub(crate) aim: Option<f64>,
    #[serde(default)]
    pub(crate) better: Better,
    #[serde(default)]
    pub(crate) void: Option<String>,
    #[serde(default)]
    pub(crate) detail: serde_json::Value,
    #[serde(default)]
    pub(crate) command: String,
}

/// One evening.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Scenario {
    pub(crate) name: String,
    pub(crate) title: String,
    #[serde(default)]
    pub(crate) seed: Option<u64>,
    #[serde(default)]
    pub(crate) command: String,
    #[serde(default)]
    pub(crate) void: Option<String>,
    /// How many were planned, answered with an outcome, and not sent because our own queue was
    /// full.
    #[serde(default)]
    pub(crate) offered: Option<f64>,
    #[serde(default)]
    pub(crate) achieved: Option<f64>,
    #[serde(default)]
    pub(crate) dropped: Option<f64>,
    #[serde(default)]
    pub(crate) send_lag_ms: Quantiles,
    #[serde(default)]
    pub(crate) ack_ms: Quantiles,
    #[serde(default)]
    pub(crate) outcomes: BTreeMap<String, u64>,
    #[serde(default)]
    pub(crate) errors: BTreeMap<String, u64>,
    #[serde(default)]
    pub(crate) seconds: Vec<Second>,
    #[serde(default)]
    pub(crate) marks: Vec<Mark>,
    #[serde(default)]
    pub(crate) server: Option<Usage>,
    #[serde(default)]
    pub(crate) generator: Option<Usage>,
    #[serde(default)]
    pub(crate) checks: Vec<Check>,
    /// What the form has no place for.
    #[serde(default)]
    pub(crate) detail: serde_json::Value,
}

/// Milliseconds; what was not measured is absent.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
pub(crate) struct Quantiles {
    #[serde(default)]
    pub(crate) p50: Option<f64>,
    #[serde(default)]
    pub(crate) p90: Option<f64>,
    #[serde(default)]
    pub(crate) p99: Option<f64>,
    #[serde(default)]
    pub(crate) p999: Option<f64>,
    #[serde(default)]
    pub(crate) max: Option<f64>,
}

/// What one second of an evening came to.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
pub(crate) struct Second {
    pub(crate) t: f64,
    #[serde(default)]
    pub(crate) offered: Option<f64>,
    #[serde(default)]
    pub(crate) acked: Option<f64>,
    /// Milliseconds; absent where nothing was answered.
    #[serde(default)]
    pub(crate) p50: Option<f64>,
    #[serde(default)]
    pub(crate) p99: Option<f64>,
    /// Pieces of the watched offer.
    #[serde(default)]
    pub(crate) left: Option<f64>,
}

/// Something that happened to everybody.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Mark {
    pub(crate) t: f64,
    pub(crate) what: String,
}

/// What a process used.
#[derive(Clone, Copy, Debug, Deserialize)]
pub(crate) struct Usage {
    #[serde(default)]
    pub(crate) cpu_s: Option<f64>,
    #[serde(default)]
    pub(crate) rss_mib: Option<f64>,
    #[serde(default)]
    pub(crate) processes: Option<u64>,
}

/// One promise, and whether it held.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Check {
    pub(crate) promise: String,
    pub(crate) held: bool,
    #[serde(default)]
    pub(crate) detail: String,
}

/// What it was measured on.
#[derive(Clone, Debug, Default, Deserialize)]
pub(crate) struct Machine {
    #[serde(default)]
    pub(crate) cpu: String,
    #[serde(default)]
    pub(crate) cores: Option<u64>,
    #[serde(default)]
    pub(crate) memory_gib: Option<f64>,
    #[serde(default)]
    pub(crate) kernel: String,
    #[serde(default)]
    pub(crate) commit: String,
    #[serde(default)]
    pub(crate) date: String,
    #[serde(default, deserialize_with = "quantiles_or_none")]
    pub(crate) disk_sync_us: Quantiles,
}

/// A disk that could not be measured may be `null`.
fn quantiles_or_none<'de, D: Deserializer<'de>>(from: D) -> Result<Quantiles, D::Error> {
    Ok(Option::deserialize(from)?.unwrap_or_default())
}
