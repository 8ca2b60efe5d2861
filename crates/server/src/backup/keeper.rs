//! Backups by the server itself, into the folder of `--backup-to`: after sessions, and daily when
//! nobody is live.

use super::last::Last;
use super::{here, news, place};
use crate::core::Core;
use anyhow::{Context, Result};
use domain::limits::{BACKUP_AGE_MS_MAX, BACKUP_EVERY_MS, BACKUP_PAUSE_MS, BACKUPS_KEPT};
use domain::{Millis, Timestamp};
use gateway::{BackedUp, Backup, BackupDone, NotBackedUp};
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{MissedTickBehavior, interval};

/// How often it looks whether one is due.
const LOOK: Duration = Duration::from_secs(2);

/// Whether one is due.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
struct Due {
    /// How long ago the last good one was; none if there is none.
    age: Option<Millis>,
    /// How long ago one was tried; none if not by this process.
    tried: Option<Millis>,
    /// True if a session ended that is in none.
    has_ended: bool,
    /// True if somebody is live.
    is_live: bool,
}

impl Due {
    fn is_due(self) -> bool {
        if self.tried.is_some_and(|tried| tried.0 < BACKUP_PAUSE_MS) {
            return false;
        }
        let is_late = |limit| self.age.is_none_or(|age| age.0 >= limit);
        // The daily one lets a live end first, but not for ever.
        let daily = !self.is_live && is_late(BACKUP_EVERY_MS);
        self.has_ended || daily || is_late((BACKUP_EVERY_MS + BACKUP_AGE_MS_MAX) / 2)
    }
}

/// Backs up by itself until the process ends.
pub(crate) async fn keep_backups(core: Arc<Core>, folder: PathBuf) {
    let mut every = interval(LOOK);
    every.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut tried: Option<Millis> = None;
    loop {
        every.tick().await;
        let (now, mono) = (core.clock.wall(), core.clock.monotonic());
        let last = core.backups.known().last.clone();
        let news = news(&core);
        let nothing_yet = last.is_none() && !news.any;
        let due = Due {
            age: last.map(|last| Millis(now.0.saturating_sub(last.at_ms))),
            tried: tried.map(|tried| Millis(mono.0.saturating_sub(tried.0))),
            has_ended: !news.ended.is_empty(),
            is_live: core.hub.status().sessions_live > 0,
        };
        if nothing_yet || !due.is_due() {
            continue;
        }
        tried = Some(mono);
        let (core, folder) = (core.clone(), folder.clone());
        // What went wrong is remembered and was said.
        drop(tokio::task::spawn_blocking(move || drop(once(&core, &folder))).await);
    }
}

/// One backup into the folder.
fn once(core: &Core, folder: &Path) -> Result<Last, String> {
    let made = into(core, folder);
    let mut known = core.backups.known();
    match made {
        Ok(()) => known.last.clone().ok_or_else(|| "it was not remembered".into()),
        Err(error) => {
            let why = format!("{error:#}");
            // Said once, until one is good again.
            if known.failure.as_ref() != Some(&why) {
                tracing::error!(why, "no backup was made; orders are safe on this disk alone");
            }
            known.failure = Some(why.clone());
            Err(why)
        }
    }
}

fn into(core: &Core, folder: &Path) -> Result<()> {
    anyhow::ensure!(folder.is_dir(), "there is no folder {}: is the stick in?", folder.display());
    let file = place::file_of(folder, core.clock.wall(), true)?;
    here(core, &file, &mut |_, _| {})?;
    let removed =
        place::thin_out(folder, BACKUPS_KEPT, &file).context("older backups are not removed")?;
    if removed > 0 {
        tracing::info!(removed, kept = BACKUPS_KEPT, "older backups were removed");
    }
    Ok(())
}

/// What the doors hold.
pub(crate) struct Keeper {
    /// Whose data it is.
    pub(crate) core: Arc<Core>,
    /// Where they go; none: nobody said.
    pub(crate) folder: Option<PathBuf>,
}

impl Backup for Keeper {
    fn last(&self) -> Option<BackedUp> {
        self.core.backups.known().last.as_ref().map(backed_up)
    }

    fn start(&self) -> Pin<Box<dyn Future<Output = BackupDone> + Send + '_>> {
        Box::pin(async move {
            let (core, folder) = (self.core.clone(), self.folder.clone());
            let folder = folder.ok_or(NotBackedUp::NoPlace)?;
            let made = tokio::task::spawn_blocking(move || once(&core, &folder)).await;
            let made = made.unwrap_or_else(|_| Err("it broke off".into()));
            made.map(|last| backed_up(&last)).map_err(NotBackedUp::Failed)
        })
    }
}

fn backed_up(last: &Last) -> BackedUp {
    BackedUp {
        at: Timestamp(last.at_ms),
        to: last.to.clone(),
        bytes: last.bytes,
        took: Millis(last.took_ms),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn who_asks_is_told_where_it_is_or_why_there_is_none() {
        let (data, stick) = (tempfile::tempdir().expect("a"), tempfile::tempdir().expect("b"));
        let opened = Core::open(data.path(), Box::new(|why| panic!("{why}"))).expect("opens");
        let crate::core::Opened::Ours(core) = opened else { panic!("nobody else has it") };
        let core = Arc::<Core>::from(core);
        core.accounts.add_shop("Vườn nhà").expect("added");
        let at = |folder: Option<PathBuf>| Keeper { core: core.clone(), folder };
        let nowhere = at(None).start().await.expect_err("no place");
        assert_eq!(nowhere.code(), "backup_no_place");
        let gone = at(Some(stick.path().join("gone"))).start().await.expect_err("no stick");
        assert_eq!(gone.code(), "backup_failed");
        assert!(core.backups.known().failure.is_some(), "operators are shown it");
        let here = at(Some(stick.path().to_owned()));
        assert_eq!(here.last(), None);
        let done = here.start().await.expect("made");
        assert_eq!(std::fs::metadata(&done.to).expect("a file").len(), done.bytes);
        assert_eq!(here.last(), Some(done.clone()));
        assert_eq!(core.backups.known().failure, None);
        core.hub.stop();
        let remembered = super::super::Backups::of(data.path());
        assert_eq!(remembered.known().last.as_ref().map(|last| &last.to), Some(&done.to));
    }

    #[test]
    fn one_is_due_after_a_session_and_daily_when_nobody_is_live() {
        let check = |due: Due, expected: bool| assert_eq!(due.is_due(), expected, "{due:?}");
        let hours = |hours: u64| Some(Millis(hours * 3_600_000));
        let minutes = |minutes: u64| Some(Millis(minutes * 60_000));
        let fresh = Due { age: hours(1), ..Due::default() };
        check(fresh, false);
        check(Due { has_ended: true, ..fresh }, true);
        check(Due { has_ended: true, tried: minutes(9), ..fresh }, false);
        check(Due { has_ended: true, tried: minutes(10), ..fresh }, true);
        check(Due { age: hours(24), ..fresh }, true);
        check(Due { age: hours(24), is_live: true, ..fresh }, false);
        check(Due { age: hours(25), is_live: true, ..fresh }, true);
        check(Due { age: hours(25), tried: minutes(1), ..fresh }, false);
        check(Due { age: None, is_live: false, ..fresh }, true);
    }
}
