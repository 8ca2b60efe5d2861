//! Is it well? One table of thresholds; the alerts of `deploy` that ask the same use the same
//! figures, which a test compares.

use domain::limits::{BACKUP_AGE_MS_MAX, DISK_FREE_BYTES_MIN};
use proto::live::OpsFinding;
use std::collections::BTreeMap;

/// How bad something is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Level {
    /// As it should be.
    Ok,
    /// Somebody should look.
    Warn,
    /// Orders or promises suffer.
    Bad,
}

impl Level {
    /// The stable word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warn => "warn",
            Self::Bad => "bad",
        }
    }
}

/// What is judged; none where nothing was measured.
#[derive(Clone, PartialEq, Default, Debug)]
pub struct Figures {
    /// Shops whose stock is not as it should be.
    pub stock_broken: usize,
    /// Why no orders are taken: the hub's words.
    pub not_ready: Vec<&'static str>,
    /// Shops that are not served.
    pub quarantined: usize,
    /// Of the last minute, while more than one a second was answered.
    pub ack_p99_seconds: Option<f64>,
    /// `busy` among the calls of the last minute.
    pub busy_share: Option<f64>,
    /// Age of the oldest event that is not in SQL.
    pub lag_seconds: f64,
    /// Shops of which the database refuses an event.
    pub held_up: usize,
    /// Sockets welcomed per second, by those that are open.
    pub reconnects_share: Option<f64>,
    /// Connections that are taken, of those there are.
    pub connections_share: f64,
    /// Where the data folder is.
    pub disk_free_bytes: Option<u64>,
    /// Codes that are not on offer, among comments.
    pub unrecognised_share: Option<f64>,
    /// True if sessions ended and there is no backup at all.
    pub backup_none: bool,
    /// Age of the last backup, if sessions ended that it has not.
    pub backup_age_seconds: Option<f64>,
    /// True if the last one that was tried was not made.
    pub backup_failed: bool,
    /// Faults of ours that were caught in the last ten minutes.
    pub faults: u64,
}

/// One thing that may be wrong.
pub struct Rule {
    /// The stable word.
    pub reason: &'static str,
    /// Of the figure.
    pub unit: &'static str,
    /// From which figure on (not at it) somebody should look.
    pub warn: Option<f64>,
    /// From which on it is bad.
    pub bad: Option<f64>,
    /// The tile that shows it.
    pub tile: &'static str,
    /// The heading of `deploy/README.md`.
    pub runbook: &'static str,
    /// The alert that asks the same, and its threshold.
    pub alert: Option<(&'static str, f64)>,
    figure: fn(&Figures) -> Option<f64>,
}

/// Free space that worries `chot doctor` too.
const DISK_WORRIES_BYTES: f64 = (4 * DISK_FREE_BYTES_MIN) as f64;

/// Age of a backup that worries `chot doctor` too.
const BACKUP_WORRIES_SECONDS: f64 = (BACKUP_AGE_MS_MAX / 1_000) as f64;

/// All of them, worst first.
pub const RULES: [Rule; 17] = [
    rule("stock_broken", "count", None, Some(0.0), |f| Some(f.stock_broken as f64))
        .on("stock_outs", "the-stock-is-wrong")
        .alert("ChotStockBroken", 0.0),
    rule("journal_lost", "count", None, Some(0.0), |f| f.unready("journal_lost"))
        .on("orders", "disk-failure"),
    rule("disk_low", "count", None, Some(0.0), |f| f.unready("disk_low")).on("orders", "disk-full"),
    rule("quarantine", "count", None, Some(0.0), |f| Some(f.quarantined as f64))
        .on("orders", "a-shop-in-quarantine")
        .alert("ChotQuarantine", 0.0),
    rule("busy", "share", None, Some(0.01), |f| f.busy_share)
        .on("rejects", "alerts")
        .alert("ChotBusy", 0.01),
    rule("ack_slow", "seconds", Some(0.1), Some(0.25), |f| f.ack_p99_seconds)
        .on("ack", "alerts")
        .alert("ChotAckSlow", 0.25),
    rule("stopping", "count", Some(0.0), None, |f| f.unready("stopping")).on("orders", "stop"),
    rule("fault", "count", Some(0.0), None, |f| Some(f.faults as f64))
        .on("orders", "alerts")
        .alert("ChotFault", 0.0),
    rule("connections_full", "share", Some(0.8), None, |f| Some(f.connections_share))
        .on("connections", "metrics"),
    rule("reconnect_storm", "share", Some(0.2), None, |f| f.reconnects_share)
        .on("connections", "alerts")
        .alert("ChotReconnectStorm", 0.2),
    rule("read_model_late", "seconds", Some(5.0), None, |f| Some(f.lag_seconds))
        .on("lag", "postgres-is-down")
        .alert("ChotReadModelLate", 60.0),
    rule("read_model_held_up", "count", Some(0.0), None, |f| Some(f.held_up as f64))
        .on("lag", "a-shop-held-up-in-sql"),
    rule("disk_filling", "bytes", Some(DISK_WORRIES_BYTES), None, |f| {
        f.disk_free_bytes.map(|bytes| bytes as f64)
    })
    .on("orders", "disk-full"),
    rule("backup_none", "count", Some(0.0), None, |f| Some(f64::from(f.backup_none)))
        .on("orders", "backup-and-restore"),
    rule("backup_old", "seconds", Some(BACKUP_WORRIES_SECONDS), None, |f| f.backup_age_seconds)
        .on("orders", "backup-and-restore")
        .alert("ChotBackupStale", BACKUP_WORRIES_SECONDS),
    rule("backup_failed", "count", Some(0.0), None, |f| Some(f64::from(f.backup_failed)))
        .on("orders", "backup-and-restore"),
    rule("unrecognised", "share", Some(0.15), None, |f| f.unrecognised_share)
        .on("rejects", "orders"),
];

const fn rule(
    reason: &'static str,
    unit: &'static str,
    warn: Option<f64>,
    bad: Option<f64>,
    figure: fn(&Figures) -> Option<f64>,
) -> Rule {
    Rule { reason, unit, warn, bad, tile: "", runbook: "", alert: None, figure }
}

impl Rule {
    const fn on(mut self, tile: &'static str, runbook: &'static str) -> Self {
        self.tile = tile;
        self.runbook = runbook;
        self
    }

    const fn alert(mut self, name: &'static str, threshold: f64) -> Self {
        self.alert = Some((name, threshold));
        self
    }

    /// How bad a figure is, and which threshold says so. Of bytes there can only be too few.
    fn judge(&self, figure: f64) -> Option<(Level, f64)> {
        let beyond = |threshold: f64| match self.unit {
            "bytes" => figure < threshold,
            _ => figure > threshold,
        };
        let at = |level, threshold: Option<f64>| {
            threshold.filter(|threshold| beyond(*threshold)).map(|threshold| (level, threshold))
        };
        at(Level::Bad, self.bad).or_else(|| at(Level::Warn, self.warn))
    }
}

impl Figures {
    fn unready(&self, word: &str) -> Option<f64> {
        Some(self.not_ready.iter().filter(|reason| **reason == word).count() as f64)
    }
}

/// The names of the tiles.
pub const TILES: [&str; 6] = ["orders", "ack", "connections", "lag", "stock_outs", "rejects"];

/// Since when everything stands as it does.
#[derive(Default)]
pub struct Standing {
    since: BTreeMap<&'static str, (Level, u64)>,
}

impl Standing {
    /// Since when that has been so.
    pub fn since(&mut self, name: &'static str, level: Level, now_ms: u64) -> u64 {
        let (was, since) = self.since.entry(name).or_insert((level, now_ms));
        if *was != level {
            (*was, *since) = (level, now_ms);
        }
        *since
    }

    /// What is not as it should be, worst first, with the level of each tile.
    pub fn judge(
        &mut self,
        figures: &Figures,
        now_ms: u64,
    ) -> (Vec<OpsFinding>, [(&'static str, Level); TILES.len()]) {
        let mut found = Vec::new();
        let mut tiles = TILES.map(|tile| (tile, Level::Ok));
        for rule in &RULES {
            let figure = (rule.figure)(figures);
            let judged = figure.and_then(|figure| Some((figure, rule.judge(figure)?)));
            let level = judged.map_or(Level::Ok, |(_, (level, _))| level);
            let since_ms = self.since(rule.reason, level, now_ms);
            let Some((figure, (_, threshold))) = judged else { continue };
            if let Some(tile) = tiles.iter_mut().find(|(name, _)| *name == rule.tile) {
                tile.1 = tile.1.max(level);
            }
            let finding = OpsFinding {
                reason: rule.reason.into(),
                level: level.as_str().into(),
                figure,
                threshold,
                unit: rule.unit.into(),
                since_ms,
                runbook: rule.runbook.into(),
            };
            found.push((level, finding));
        }
        found.sort_by_key(|(level, _)| std::cmp::Reverse(*level));
        (found.into_iter().map(|(_, finding)| finding).collect(), tiles)
    }
}
