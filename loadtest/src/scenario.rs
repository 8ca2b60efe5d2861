//! What kind of evening is played: read from `scenarios/*.toml`.
//!
//! A file says who watches (`viewers`, of whom `sockets` at sockets of their own), what they do
//! (`phase`s, one after the other), over which `network`, and what goes wrong meanwhile
//! (`fault`s). Its table `short` replaces keys of the whole for a run of seconds.

use crowd::{OfferTerms, Stock, da_lat};
use serde::Deserialize;
use std::collections::BTreeMap;

/// Every evening by its name, in the order in which they are listed.
const FILES: [(&str, &str); 11] = [
    ("smoke", include_str!("../scenarios/smoke.toml")),
    ("calm", include_str!("../scenarios/calm.toml")),
    ("flash", include_str!("../scenarios/flash.toml")),
    ("ramp", include_str!("../scenarios/ramp.toml")),
    ("storm", include_str!("../scenarios/storm.toml")),
    ("flaky", include_str!("../scenarios/flaky.toml")),
    ("raid", include_str!("../scenarios/raid.toml")),
    ("hot", include_str!("../scenarios/hot.toml")),
    ("slow", include_str!("../scenarios/slow.toml")),
    ("outage", include_str!("../scenarios/outage.toml")),
    ("kill", include_str!("../scenarios/kill.toml")),
];

/// The names of all evenings.
pub(crate) fn names() -> impl Iterator<Item = &'static str> {
    FILES.iter().map(|(name, _)| *name)
}

/// One evening, before its seed.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Scenario {
    /// What it is about, in a sentence.
    pub(crate) about: String,
    /// The session's title.
    pub(crate) title: String,
    /// How many watch.
    pub(crate) viewers: u32,
    /// How many of them over a socket of their own; the others comment on a platform.
    pub(crate) sockets: u32,
    /// By how many processes of the generator they are played.
    #[serde(default = "one")]
    pub(crate) processes: u32,
    /// Where the server keeps its read model.
    #[serde(default)]
    pub(crate) store: Store,
    /// Stock by code, in whole units, where it is not the co-operative's.
    #[serde(default)]
    pub(crate) stock: BTreeMap<String, u64>,
    /// The session's rules, where they are not the defaults, as the contract writes them.
    #[serde(default)]
    pub(crate) rules: BTreeMap<String, serde_json::Value>,
    /// What is being shown from the beginning.
    pub(crate) pinned: Option<String>,
    /// What happens, one after the other.
    #[serde(default, rename = "phase")]
    pub(crate) phases: Vec<Phase>,
    /// The way between viewers and server.
    #[serde(default)]
    pub(crate) network: Network,
    /// What goes wrong, and when.
    #[serde(default, rename = "fault")]
    pub(crate) faults: Vec<Fault>,
    /// The search for the knee, instead of phases.
    pub(crate) ramp: Option<Ramp>,
    /// Whether the drop's first second is a figure of its own.
    #[serde(default)]
    pub(crate) first_second: bool,
    /// What the latencies of one phase must come to.
    #[serde(default, rename = "expect")]
    pub(crate) expectations: Vec<Expectation>,
}

/// A stretch of the evening in which people do the same.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, serde::Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Phase {
    /// Its name, on the line of progress and among the marks.
    pub(crate) name: String,
    /// How long.
    pub(crate) seconds: f64,
    /// Ordinary comments of the crowd, of which two in five are about orders.
    #[serde(default)]
    pub(crate) comments_per_second: f64,
    /// Orders of one thing, on top.
    pub(crate) orders: Option<Orders>,
    /// Comments that are noise, on top.
    pub(crate) junk: Option<Junk>,
}

/// Orders of one offer.
#[derive(Clone, Debug, PartialEq, Deserialize, serde::Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Orders {
    /// Which offer.
    pub(crate) code: String,
    /// How many, at the beginning of the phase.
    pub(crate) per_second: u32,
    /// After this span half as many; left out: the same all the time.
    pub(crate) half_life_ms: Option<u64>,
}

/// Noise, posted by a platform.
#[derive(Clone, Debug, PartialEq, Deserialize, serde::Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Junk {
    pub(crate) per_second: u32,
    /// Of a hundred, how many say almost what was said before.
    pub(crate) near_duplicates_percent: u32,
}

/// Where the read model is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Store {
    /// Beside the journal.
    #[default]
    Sqlite,
    /// A private server of the run.
    Postgres,
}

/// The way between viewers and server, made on our side of each socket.
#[derive(Clone, Copy, Debug, Default, PartialEq, Deserialize, serde::Serialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Network {
    /// There and back.
    pub(crate) round_trip_ms: u64,
    /// Of a hundred pieces, how many need another round trip, as after a loss.
    pub(crate) loss_percent: u32,
    /// How often a socket hears and says nothing for a while.
    pub(crate) blackouts_per_minute: f64,
    /// How long that is.
    pub(crate) blackout_ms: u64,
    /// How often a socket is cut.
    pub(crate) cuts_per_minute: f64,
    /// Of a hundred sockets, how many read slowly …
    pub(crate) slow_percent: u32,
    /// … and how much.
    pub(crate) slow_bytes_per_second: u32,
}

/// Something that goes wrong at one moment.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize, serde::Serialize)]
#[serde(tag = "what", rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum Fault {
    /// Every socket is cut at once.
    Cut { at_ms: u64 },
    /// The server is killed (`kill -9`) and started again on the same folder.
    Kill { at_ms: u64, down_ms: u64 },
    /// Postgres stops at once and starts again.
    Postgres { at_ms: u64, down_ms: u64 },
}

/// The search for the rate beyond which answers come late.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Ramp {
    /// What is ordered.
    pub(crate) code: String,
    /// The first step's rate.
    pub(crate) from_per_second: u32,
    /// So much more with each step.
    pub(crate) step_percent: u32,
    pub(crate) step_seconds: u64,
    /// No step is planned beyond it.
    pub(crate) to_per_second: u32,
    /// The knee is passed when a step's p99 is above this …
    pub(crate) ack_p99_ms_max: f64,
    /// … or this share is refused.
    pub(crate) rejects_percent_max: f64,
    /// How long half the knee, and twice the knee, is kept.
    pub(crate) plateau_seconds: u64,
}

/// What the latency of orders in one phase must come to.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Expectation {
    /// The promise, in a sentence.
    pub(crate) promise: String,
    pub(crate) phase: String,
    /// The phase it is measured against …
    pub(crate) against: String,
    /// … and how many times its p99 it may be.
    pub(crate) times_max: f64,
    /// Below this nobody notices, whatever the ratio.
    pub(crate) ms_min: f64,
}

const fn one() -> u32 {
    1
}

impl Scenario {
    /// The evening of that name.
    ///
    /// # Errors
    /// If there is none, or its file does not read.
    pub(crate) fn named(name: &str, short: bool) -> anyhow::Result<Self> {
        let known = || names().collect::<Vec<_>>().join(", ");
        let file = FILES.iter().find(|(known, _)| *known == name);
        let (_, text) = file.ok_or_else(|| anyhow::anyhow!("{name:?}: there are {}", known()))?;
        let mut whole: toml::Table = toml::from_str(text)?;
        let replaced = whole.remove("short");
        if let (true, Some(toml::Value::Table(replaced))) = (short, replaced) {
            whole.extend(replaced);
        }
        let scenario: Self = toml::Value::Table(whole).try_into()?;
        scenario.sound()?;
        Ok(scenario)
    }

    /// What the form alone cannot say.
    fn sound(&self) -> anyhow::Result<()> {
        let goods = da_lat();
        let sold = |code: &str| goods.iter().any(|good| good.code.as_str() == code);
        let orders = self.phases.iter().filter_map(|phase| phase.orders.as_ref());
        let codes = orders
            .map(|orders| &orders.code)
            .chain(self.stock.keys())
            .chain(&self.pinned)
            .chain(self.ramp.as_ref().map(|ramp| &ramp.code));
        for code in codes {
            anyhow::ensure!(sold(code), "{code:?} is not among the goods");
        }
        anyhow::ensure!(self.sockets <= self.viewers, "more sockets than viewers");
        anyhow::ensure!(self.ramp.is_some() == self.phases.is_empty(), "phases or a ramp");
        anyhow::ensure!(self.processes >= 1, "at least one process");
        Ok(())
    }

    /// As many sockets; the others who watch in proportion.
    pub(crate) fn set_sockets(&mut self, sockets: u32) {
        let others = u64::from(self.viewers - self.sockets) * u64::from(sockets)
            / u64::from(self.sockets.max(1));
        self.viewers = sockets.saturating_add(u32::try_from(others).unwrap_or(u32::MAX)).max(1);
        self.sockets = sockets;
    }

    /// The session in the contract's JSON: the goods of Đà Lạt under the evening's rules.
    pub(crate) fn session(&self) -> serde_json::Value {
        let offers: Vec<_> = da_lat().iter().map(|good| self.offer(good)).collect();
        let Self { title, rules, .. } = self;
        serde_json::json!({ "title": title, "offers": offers, "rules": rules })
    }

    /// The offer in the contract's JSON, with the evening's stock where it has one of its own.
    fn offer(&self, good: &OfferTerms) -> serde_json::Value {
        let stock_milli = match (&good.stock, self.stock.get(good.code.as_str())) {
            (_, Some(stock)) => stock * 1_000,
            (Stock::Pool(stock), None) => stock.milli(),
            (Stock::Cells(cells), None) => cells.iter().map(|cell| cell.milli()).sum(),
        };
        let packs: serde_json::Map<_, _> = good
            .packs
            .iter()
            .map(|pack| (pack.name.to_string(), decimal(pack.quantity.milli())))
            .collect();
        serde_json::json!({
            "code": good.code.as_str(),
            "name": &*good.name,
            "price": good.price.amount,
            "unit": &*good.unit,
            "step": decimal(good.step.milli()),
            "stock": decimal(stock_milli),
            "packs": packs,
            "aliases": good.aliases.iter().map(|alias| &**alias).collect::<Vec<_>>(),
        })
    }
}

impl Fault {
    /// When it begins, in milliseconds since the start.
    pub(crate) const fn at_ms(self) -> u64 {
        match self {
            Self::Cut { at_ms } | Self::Kill { at_ms, .. } | Self::Postgres { at_ms, .. } => at_ms,
        }
    }
}

/// Thousandths as the contract's decimal number.
fn decimal(milli: u64) -> serde_json::Value {
    if milli.is_multiple_of(1_000) {
        (milli / 1_000).into()
    } else {
        (milli as f64 / 1_000.0).into()
    }
}

#[cfg(test)]
#[path = "scenario_tests.rs"]
mod tests;
