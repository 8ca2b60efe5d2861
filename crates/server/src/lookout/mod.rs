//! The lookout: once a second it measures how the process does and shows it on the operators'
//! board.
//!
//! ```text
//! /metrics' text ─▶ scrape ─┐
//! answers ─▶ acks (exact) ──┤
//! /proc ─▶ process ─────────┼─▶ a point, a verdict, tiles ─▶ board ─▶ /ops
//! hub ─▶ sessions, stock ───┤
//! differences ─▶ chronicle ─┘
//! ```

mod acks;
mod chronicle;
mod process;
mod scrape;
mod sessions;
mod span;
mod stock;

pub(crate) use acks::{Acks, SeenTwice};

use crate::backup;
use crate::core::Core;
use accounts::Accounts;
use acks::Spans;
use chronicle::{Chronicle, Look};
use domain::limits::OPS_EVERY_MS;
use domain::{Clock, Millis};
use gateway::{Board, Figures, Level, Standing};
use hub::Hub;
use persister::Status;
use proto::live::{Ops, OpsIntegrity, OpsPoint, OpsTile, OpsTotals};
use sessions::Sessions;
use span::{Past, Steps};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::{MissedTickBehavior, interval};

/// A second that took longer than this was not measured: the process or the machine stood still.
const GAP_MS: u64 = 2_500;

/// Spans over which shares are taken, in milliseconds.
const MINUTE_MS: u64 = 60_000;
const TEN_MINUTES_MS: u64 = 600_000;

/// Fewer comments than this say nothing about how they are read.
const COMMENTS_MIN: f64 = 20.0;

/// Fewer sockets than this are no storm.
const SOCKETS_MIN: f64 = 10.0;

/// What the lookout looks at.
pub(crate) struct Seen {
    /// All metrics as text.
    pub(crate) metrics: Arc<dyn Fn() -> String + Send + Sync>,
    /// Durations of answers.
    pub(crate) acks: Acks,
    /// How far the read model is.
    pub(crate) read_model: watch::Receiver<Status>,
    /// Connections the public listener takes.
    pub(crate) connections_max: usize,
}

/// Looks once a second until the process ends.
pub(crate) async fn watch(core: Arc<Core>, seen: Seen, board: Arc<Board>) {
    let (checked, integrity) = watch::channel(None);
    let (hub, accounts, clock) = (core.hub.clone(), core.accounts.clone(), core.clock.clone());
    tokio::spawn(stock::watch(hub, accounts, clock, checked));
    let mut lookout = Lookout::begin(&core, seen, integrity);
    let mut every = interval(Duration::from_millis(OPS_EVERY_MS));
    every.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        every.tick().await;
        let ops = lookout.look(board.is_watched()).await;
        board.show(ops);
    }
}

struct Lookout {
    core: Arc<Core>,
    hub: Hub,
    accounts: Accounts,
    clock: Arc<dyn Clock>,
    data: PathBuf,
    seen: Seen,
    integrity: watch::Receiver<Option<OpsIntegrity>>,
    started_ms: u64,
    past: Past,
    steps: Steps,
    spans: Spans,
    sessions: Sessions,
    standing: Standing,
    chronicle: Chronicle,
    peak: f64,
}

impl Lookout {
    fn begin(
        core: &Arc<Core>,
        seen: Seen,
        integrity: watch::Receiver<Option<OpsIntegrity>>,
    ) -> Self {
        let started_ms = core.clock.wall().0;
        Self {
            core: core.clone(),
            hub: core.hub.clone(),
            accounts: core.accounts.clone(),
            clock: core.clock.clone(),
            data: core.data.clone(),
            integrity,
            started_ms,
            past: Past::default(),
            steps: Steps::default(),
            spans: Spans::new(seen.acks.clone()),
            seen,
            sessions: Sessions::default(),
            standing: Standing::default(),
            chronicle: Chronicle::begin(started_ms),
            peak: 0.0,
        }
    }

    /// A second is over: how was it?
    async fn look(&mut self, is_watched: bool) -> Ops {
        let (now_ms, mono) = (self.clock.wall().0, self.clock.monotonic());
        let status = self.hub.status();
        let read_model = self.seen.read_model.borrow().clone();
        let (point, ten) = self.measure(now_ms, mono, &status, &read_model);
        self.sessions.look(&self.hub, &self.accounts, now_ms);
        match is_watched {
            true => self.sessions.feel(&self.hub, mono).await,
            false => self.sessions.forget(),
        }
        let figures = self.figures(mono, &status, &read_model);
        self.remember(now_ms, &figures, &status, &read_model);
        let (findings, tiles) = self.standing.judge(&figures, now_ms);
        let level = tiles.iter().map(|(_, level)| *level).max().unwrap_or(Level::Ok);
        let since_ms = self.standing.since("verdict", level, now_ms);
        let tiles = tiles.map(|(name, level)| OpsTile {
            name: name.into(),
            level: level.as_str().into(),
            since_ms: self.standing.since(name, level, now_ms),
        });
        let (sessions, sessions_left_out) = self.sessions.table(&self.hub, &self.accounts);
        Ops {
            now_ms,
            started_ms: self.started_ms,
            version: env!("CARGO_PKG_VERSION").into(),
            level: level.as_str().into(),
            since_ms,
            findings,
            point,
            ten,
            tiles: tiles.into(),
            totals: Some(self.totals(&figures)),
            sessions,
            sessions_left_out,
            integrity: self.integrity.borrow().clone(),
            events: self.chronicle.events(),
            backed_up_ms: self.core.backups.known().last.as_ref().map(|last| last.at_ms),
        }
    }

    /// The second as a point; none if it was longer than a second, for then nobody knows how it
    /// was.
    fn measure(
        &mut self,
        now_ms: u64,
        mono: Millis,
        status: &hub::Status,
        read_model: &Status,
    ) -> (Option<OpsPoint>, Option<OpsPoint>) {
        let cpu = process::cpu_seconds();
        let memory_bytes = process::memory_bytes();
        if let Some(seconds) = cpu {
            metrics::gauge!("process_cpu_seconds_total").set(seconds);
        }
        if let Some(bytes) = memory_bytes {
            metrics::gauge!("process_resident_memory_bytes").set(bytes as f64);
        }
        let counts = scrape::Counts::read(&(self.seen.metrics)());
        let acks = self.spans.second();
        let last = self.past.push(mono, counts, cpu);
        let Some(rates) = last else {
            return (None, None);
        };
        if rates.took_ms > GAP_MS {
            let seconds = (rates.took_ms / 1_000).to_string();
            self.chronicle.tell(now_ms, "gap", Some(seconds));
            self.steps.broken();
            return (None, None);
        }
        let mut point = rates.point;
        point.at_ms = now_ms;
        (point.ack_p50_seconds, point.ack_p99_seconds) = (acks.p50, acks.p99);
        point.ack_p999_seconds = acks.p999;
        point.lag_seconds = read_model.lag_ms as f64 / 1_000.0;
        point.lag_events = read_model.lag_events;
        point.queue_requests = status.queue_requests as u64;
        point.memory_bytes = memory_bytes;
        self.peak = self.peak.max(point.accepted);
        let ten = self.steps.push(&point).map(|mut ten| {
            let acks = self.spans.step();
            (ten.ack_p50_seconds, ten.ack_p99_seconds) = (acks.p50, acks.p99);
            ten.ack_p999_seconds = acks.p999;
            ten
        });
        (Some(point), ten)
    }

    fn figures(&self, mono: Millis, status: &hub::Status, read_model: &Status) -> Figures {
        let minute = self.past.since(mono, MINUTE_MS);
        let ten_minutes = self.past.since(mono, TEN_MINUTES_MS);
        let acks = self.spans.minute();
        let share = |part: f64, of: f64, least: f64| (of >= least).then(|| part / of);
        let sockets = self.past.connections();
        let broken = self.integrity.borrow().as_ref().is_some_and(|checked| !checked.ok);
        let connections_max = self.seen.connections_max as f64;
        let (known, now_ms) = (self.core.backups.known().clone(), self.clock.wall().0);
        let is_missed = backup::is_missed(known.last.as_ref(), &backup::news(&self.core), now_ms);
        let age_ms = known.last.as_ref().map(|last| now_ms.saturating_sub(last.at_ms));
        let is_busy = acks.count as f64 > minute.seconds;
        Figures {
            stock_broken: usize::from(broken),
            not_ready: status.reasons.clone(),
            quarantined: status.quarantined.len(),
            ack_p99_seconds: acks.p99.filter(|_| is_busy),
            busy_share: share(minute.busy, minute.calls, 1.0),
            lag_seconds: read_model.lag_ms as f64 / 1_000.0,
            held_up: read_model.held_up.len(),
            reconnects_share: share(minute.connects / minute.seconds, sockets, SOCKETS_MIN),
            connections_share: sockets / connections_max,
            disk_free_bytes: crate::disk::free_bytes(&self.data),
            unrecognised_share: share(
                ten_minutes.unknown_codes,
                ten_minutes.comments,
                COMMENTS_MIN,
            ),
            backup_none: is_missed && known.last.is_none(),
            backup_age_seconds: age_ms.filter(|_| is_missed).map(|ms| ms as f64 / 1_000.0),
            backup_failed: known.failure.is_some(),
            faults: ten_minutes.faults as u64,
        }
    }

    fn remember(
        &mut self,
        now_ms: u64,
        figures: &Figures,
        status: &hub::Status,
        read_model: &Status,
    ) {
        let mut look = Look {
            // Before the first try it is not away, only not asked yet.
            read_model_up: read_model.connected || read_model.attempts == 0,
            quarantined: status.quarantined.clone(),
            disk_low: status.reasons.contains(&"disk_low"),
            backup_failed: figures.backup_failed,
            stock_broken: figures.stock_broken > 0,
            faults: self.past.faults(),
            ..Look::default()
        };
        self.sessions.note(&mut look);
        self.chronicle.compare(now_ms, look);
    }

    fn totals(&self, figures: &Figures) -> OpsTotals {
        let acks = self.spans.minute();
        let minute = self.past.since(self.clock.monotonic(), MINUTE_MS);
        let last = self.sessions.last;
        OpsTotals {
            orders_peak: self.peak,
            orders: self.past.accepted(),
            ack_p50_seconds: acks.p50,
            ack_p99_seconds: acks.p99,
            connections_max: self.seen.connections_max as u64,
            sold_out: u32::try_from(self.sessions.sold_out()).unwrap_or(u32::MAX),
            sold_out_last: last.map(|(code, _)| code.to_string()),
            sold_out_at_ms: last.map(|(_, at_ms)| at_ms),
            rejects_share: (minute.outcomes > 0.0).then(|| minute.rejected / minute.outcomes),
            unrecognised_share: figures.unrecognised_share,
        }
    }
}
