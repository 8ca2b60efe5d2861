//! Backups: one file with everything, made beside a running server, proved when it is restored.
//!
//! ```text
//! journal, accounts ─▶ copies ─▶ manifest, digests ─▶ archive ─┬─▶ place: file, synced
//!    of one moment                                             └─▶ line: to the command
//! keeper: after sessions, daily ─▶ here
//! restore: archive ─▶ proof ─▶ folder, its epoch raised
//! ```
//! Promises: making one holds up no order; a file under a good name is whole; what is restored was
//! proved; a restored history is never taken for what the original did later.
//! Never: replaces a file, restores over anything.

mod archive;
mod keeper;
mod last;
mod line;
mod make;
mod manifest;
mod place;
mod proof;
pub(crate) mod restore;
mod told;

pub(crate) use keeper::{Keeper, keep_backups};
pub(crate) use last::{Last, News, ended, is_missed};
pub(crate) use line::{ask_server, serve};
pub(crate) use make::clear;

use crate::cli::Backup;
use crate::core::Core;
use crate::{control, settings};
use anyhow::{Context, Result, bail};
use domain::Clock;
use hub::{Hub, SystemClock};
use make::{Copies, Told};
pub(crate) use manifest::Manifest;
use std::collections::BTreeSet;
use std::path::{Path, absolute};
use std::sync::{Mutex, MutexGuard, PoisonError, TryLockError};

/// What is known of a data folder's backups.
#[derive(Default)]
pub(crate) struct Backups {
    running: Mutex<()>,
    known: Mutex<Known>,
}

/// See [`Backups`].
#[derive(Clone, Default)]
pub(crate) struct Known {
    /// The last good one.
    pub(crate) last: Option<Last>,
    /// Why the one that was tried since was not made.
    pub(crate) failure: Option<String>,
}

impl Backups {
    /// What the data folder remembers.
    pub(crate) fn of(data: &Path) -> Self {
        let backups = Self::default();
        backups.known().last = Last::read(data);
        backups
    }

    /// What is known now.
    pub(crate) fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The right to make one; none while one is being made.
    fn begin(&self) -> Option<MutexGuard<'_, ()>> {
        match self.running.try_lock() {
            Ok(begun) => Some(begun),
            Err(TryLockError::Poisoned(poisoned)) => Some(poisoned.into_inner()),
            Err(TryLockError::WouldBlock) => None,
        }
    }

    /// A good one is there.
    fn remember(&self, data: &Path, last: Last) {
        if let Err(error) = last.write(data) {
            tracing::warn!(%error, "the backup is good, but not remembered after a restart");
        }
        tracing::info!(to = last.to, bytes = last.bytes, took_ms = last.took_ms, "backed up");
        show(&last);
        *self.known() = Known { last: Some(last), failure: None };
    }
}

/// Shows it among the metrics.
pub(crate) fn show(last: &Last) {
    let seconds = last.at_ms as f64 / 1_000.0;
    metrics::gauge!("chot_backup_last_success_timestamp_seconds").set(seconds);
}

/// `chot backup`.
pub(crate) fn run(flags: &Backup) -> Result<()> {
    let data = settings::data_of(flags.data.clone())?;
    if !data.join(journal::journal::JOURNAL_FILE).exists() {
        bail!("there is no journal in {}: nothing to back up", data.display());
    }
    let clock = SystemClock::start();
    let file = place::file_of(&absolute(&flags.to)?, clock.wall(), false)?;
    let mut progress = told::Progress::new(!flags.json);
    let manifest = control::backup(&data, &file, &mut |done, of| progress.show(done, of))?;
    progress.end();
    let took_ms = clock.monotonic().0;
    told::tell(&manifest, &file, took_ms, flags.json);
    Ok(())
}

/// Makes one into a file, by whoever owns the data folder.
pub(crate) fn here(core: &Core, file: &Path, told: Told<'_>) -> Result<Manifest> {
    let _one = core.backups.begin().context("another backup is being made: wait for it")?;
    let began = core.clock.monotonic();
    let ended = ended_in(core);
    let copies = Copies::make(core, told)?;
    place::keep(file, |out| copies.write(out))?;
    let mut last = Last::of(&copies.manifest, file.display().to_string(), ended);
    last.took_ms = core.clock.monotonic().0.saturating_sub(began.0);
    core.backups.remember(&core.data, last);
    Ok(copies.manifest.clone())
}

/// Real sessions that have ended.
pub(crate) fn ended_in(core: &Core) -> BTreeSet<String> {
    ended_of(&core.hub, &core.accounts)
}

/// The same, for those who have only these.
pub(crate) fn ended_of(hub: &Hub, accounts: &accounts::Accounts) -> BTreeSet<String> {
    let shops = accounts.shops().into_iter().map(|(shop, _)| shop);
    let real = shops.filter(|shop| !accounts.is_practice(*shop));
    let views = real.flat_map(|shop| hub.sessions(shop));
    ended(views.map(|view| (view.shop, view.session, view.state)))
}

/// What a backup would bring now.
pub(crate) fn news(core: &Core) -> News {
    let heads = core.journal.durable().heads();
    let heads = heads.into_iter().map(|(shop, head)| (shop, head.position.seq.0));
    News::since(core.backups.known().last.as_ref(), ended_in(core), heads)
}
