//! When the last good backup was, kept in the data folder.

use super::manifest::Manifest;
use anyhow::Result;
use domain::limits::BACKUP_AGE_MS_MAX;
use domain::{SessionId, SessionState, ShopId};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::Write;
use std::path::Path;

/// The file's name.
const FILE: &str = "backup.last";

/// A good backup.
#[derive(Serialize, Deserialize, Clone, PartialEq, Eq, Debug)]
pub(crate) struct Last {
    /// Of which moment it is, in milliseconds since 1970.
    pub(crate) at_ms: u64,
    /// Where it was put.
    pub(crate) to: String,
    /// How large it is.
    pub(crate) bytes: u64,
    /// How long it took, in milliseconds.
    pub(crate) took_ms: u64,
    /// Up to which event every shop is in it, by the shop's id.
    pub(crate) shops: BTreeMap<String, u64>,
    /// Sessions that had ended, as in their addresses.
    pub(crate) ended: BTreeSet<String>,
}

impl Last {
    /// A backup that was put somewhere.
    pub(crate) fn of(manifest: &Manifest, to: String, ended: BTreeSet<String>) -> Self {
        let shops = manifest.shops.iter();
        Self {
            at_ms: manifest.made_ms,
            to,
            bytes: super::archive::bytes(manifest),
            took_ms: 0,
            shops: shops.map(|(shop, position)| (shop.clone(), position.seq)).collect(),
            ended,
        }
    }

    /// The one that was remembered; none if there was none, or it cannot be read.
    pub(crate) fn read(data: &Path) -> Option<Self> {
        let text = fs::read(data.join(FILE)).ok()?;
        let read = serde_json::from_slice(&text);
        read.inspect_err(|error| tracing::warn!(%error, "the last backup is not known")).ok()
    }

    /// Remembers it, durably.
    pub(crate) fn write(&self, data: &Path) -> Result<()> {
        let (path, part) = (data.join(FILE), data.join("backup.last.tmp"));
        let mut file = File::create(&part)?;
        file.write_all(&serde_json::to_vec(self)?)?;
        file.sync_all()?;
        fs::rename(&part, &path)?;
        Ok(File::open(data)?.sync_all()?)
    }
}

/// What a backup would bring, against the last one.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub(crate) struct News {
    /// Sessions that ended since.
    pub(crate) ended: BTreeSet<String>,
    /// True if anything happened since.
    pub(crate) any: bool,
}

impl News {
    /// Of sessions as they stand and of every shop's last event.
    pub(crate) fn since(
        last: Option<&Last>,
        ended: BTreeSet<String>,
        heads: impl Iterator<Item = (ShopId, u64)>,
    ) -> Self {
        let known = |id: &String| last.is_some_and(|last| last.ended.contains(id));
        let seq = |shop: ShopId| last.and_then(|last| last.shops.get(&shop.to_string()).copied());
        let mut heads = heads.filter(|(_, head)| *head > 0);
        let any = heads.any(|(shop, head)| seq(shop) != Some(head));
        Self { ended: ended.into_iter().filter(|id| !known(id)).collect(), any }
    }
}

/// True if somebody should be told: something ended that no backup has, and the last one is old.
pub(crate) fn is_missed(last: Option<&Last>, news: &News, now_ms: u64) -> bool {
    let is_old = last.is_none_or(|last| now_ms.saturating_sub(last.at_ms) > BACKUP_AGE_MS_MAX);
    is_old && !news.ended.is_empty()
}

/// Those of these sessions that have ended.
pub(crate) fn ended(
    sessions: impl Iterator<Item = (ShopId, SessionId, SessionState)>,
) -> BTreeSet<String> {
    let over = |state: SessionState| match state {
        SessionState::Ended | SessionState::Archived => true,
        SessionState::Draft | SessionState::Live | SessionState::Paused => false,
    };
    let over = sessions.filter(|(_, _, state)| over(*state));
    over.map(|(shop, session, _)| session.public(shop)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHOP: ShopId = ShopId::from_random(5);

    fn last(at_ms: u64, seq: u64, ended: &[&str]) -> Last {
        Last {
            at_ms,
            to: "/stick".into(),
            bytes: 1,
            took_ms: 1,
            shops: BTreeMap::from([(SHOP.to_string(), seq)]),
            ended: ended.iter().map(|id| (*id).to_owned()).collect(),
        }
    }

    fn news(last: Option<&Last>, ended: &[&str], head: u64) -> News {
        let ended = ended.iter().map(|id| (*id).to_owned()).collect();
        News::since(last, ended, [(SHOP, head)].into_iter())
    }

    #[test]
    fn the_last_backup_is_remembered_and_damage_to_its_file_forgets_it() {
        let dir = tempfile::tempdir().expect("a folder");
        assert_eq!(Last::read(dir.path()), None);
        let one = last(7, 3, &["a-s1"]);
        one.write(dir.path()).expect("written");
        assert_eq!(Last::read(dir.path()), Some(one));
        fs::write(dir.path().join(FILE), "{").expect("written");
        assert_eq!(Last::read(dir.path()), None);
    }

    #[test]
    fn somebody_is_told_when_a_session_ended_that_no_backup_of_a_day_has() {
        let old = last(0, 3, &["a-s1"]);
        let later = BACKUP_AGE_MS_MAX + 1;
        let check = |last: Option<&Last>, ended: &[&str], now_ms, expected| {
            assert_eq!(is_missed(last, &news(last, ended, 9), now_ms), expected, "{ended:?}");
        };
        check(None, &[], later, false);
        check(None, &["a-s1"], 0, true);
        check(Some(&old), &["a-s1"], later, false);
        check(Some(&old), &["a-s1", "a-s2"], later, true);
        check(Some(&old), &["a-s1", "a-s2"], later - 1, false);
    }

    #[test]
    fn nothing_new_is_nothing_to_back_up() {
        let one = last(0, 3, &[]);
        assert!(!news(Some(&one), &[], 3).any);
        assert!(news(Some(&one), &[], 4).any);
        assert!(news(None, &[], 1).any);
        assert!(!news(None, &[], 0).any);
    }
}
