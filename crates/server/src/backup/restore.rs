//! `chot restore`: a backup back into a folder, proved on the way; or proved alone.

use super::archive::{self, PARTS};
use super::manifest::Manifest;
use super::proof::{Balance, prove};
use crate::cli::Restore;
use crate::say::say;
use anyhow::{Context, Result, bail};
use domain::{Clock, Epoch};
use hub::SystemClock;
use journal::copy;
use journal::folder::Folder;
use serde_json::{Value, json};
use std::fs::{self, DirBuilder, File};
use std::hash::{BuildHasher, RandomState};
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

/// Where the parts lie until they are proved, in the new data folder. While it is there nobody
/// serves the folder.
pub(crate) const UNFINISHED: &str = "restore.tmp";

/// What may lie in a folder that counts as empty: the lock, and what a broken restore left.
const NOTHING: [&str; 2] = ["lock", UNFINISHED];

/// Restores, or only checks.
pub(crate) fn run(flags: &Restore) -> Result<()> {
    let (manifest, balances, place) = match flags.check {
        true => {
            let folder = tempfile::TempDir::with_prefix("chot-check-")?;
            let (manifest, balances) = take_out(&flags.file, folder.path())?;
            (manifest, balances, None)
        }
        false => {
            let data = crate::settings::data_of(flags.data.clone())?;
            let (manifest, balances, epoch) = restore(&flags.file, &data)?;
            (manifest, balances, Some((data, epoch)))
        }
    };
    if flags.json {
        say(&told(&manifest, &balances, place.as_ref()).to_string());
        return Ok(());
    }
    say(&format!("backup of {}, made by chot {}", manifest.made, manifest.program));
    balances.iter().for_each(|balance| say(&balance.line()));
    match place {
        None => say("The backup is whole: every digest, every chain, every stock figure agrees."),
        Some((data, epoch)) => {
            say(&format!("restored into {}; it goes on in epoch {}", data.display(), epoch.0));
            say("Clients that saw more than this backup has are told so (4001 history_lost).");
            say("Buyers who were erased since it was made are here again: erase them anew.");
        }
    }
    Ok(())
}

fn told(manifest: &Manifest, balances: &[Balance], place: Option<&(PathBuf, Epoch)>) -> Value {
    let shops: Vec<_> = balances.iter().map(Balance::json).collect();
    let mut told = json!({ "made": manifest.made, "program": manifest.program, "shops": shops });
    if let Some((data, epoch)) = place {
        told["data"] = data.display().to_string().into();
        told["epoch"] = epoch.0.into();
    }
    told
}

fn take_out(file: &Path, dir: &Path) -> Result<(Manifest, Vec<Balance>)> {
    let manifest = archive::read(file, dir)
        .with_context(|| format!("{} is no whole backup", file.display()))?;
    let balances = prove(&manifest, dir)
        .with_context(|| format!("{} does not hold together", file.display()))?;
    Ok((manifest, balances))
}

/// Everything is proved beside before anything gets its name.
fn restore(file: &Path, data: &Path) -> Result<(Manifest, Vec<Balance>, Epoch)> {
    let is_new = !data.exists();
    if !is_new {
        check_empty(data)?;
    }
    let made = DirBuilder::new().recursive(true).mode(0o700).create(data);
    made.with_context(|| format!("the folder {} cannot be made", data.display()))?;
    let clock = SystemClock::start();
    let _owned = Folder::take(data, clock.wall())?;
    check_empty(data)?;
    let dir = data.join(UNFINISHED);
    if dir.exists() {
        fs::remove_dir_all(&dir)?;
    }
    DirBuilder::new().mode(0o700).create(&dir)?;
    let restored = take_out(file, &dir).and_then(|(manifest, balances)| {
        let epoch = go_on(&dir, &clock)?;
        settle(&dir, data)?;
        Ok((manifest, balances, epoch))
    });
    if restored.is_err() && dir.exists() {
        fs::remove_dir_all(&dir)?;
    }
    if restored.is_err() && is_new {
        fs::remove_dir_all(data)?;
    }
    restored
}

fn check_empty(data: &Path) -> Result<()> {
    let listed = fs::read_dir(data);
    for entry in listed.with_context(|| format!("{} cannot be listed", data.display()))? {
        let name = entry?.file_name();
        if !NOTHING.iter().any(|nothing| name == *nothing) {
            bail!(
                "{} is not empty ({} is in it): a backup is restored into an empty folder only. \
                 Nothing was changed.",
                data.display(),
                name.display()
            );
        }
    }
    Ok(())
}

/// The next writer begins far ahead of whatever else goes on from the same backup.
fn go_on(dir: &Path, clock: &dyn Clock) -> Result<Epoch> {
    let file = dir.join(PARTS[0]);
    // The keys of a hasher are drawn by chance once per process.
    let chance = RandomState::new().hash_one(0) as u32;
    let epoch = copy::last_epoch(&file)?.restored(clock.wall(), chance);
    copy::begin_at(&file, epoch)?;
    Ok(epoch)
}

/// Moves the parts to their names, durably. A start is refused until the folder they come from is
/// gone.
fn settle(dir: &Path, data: &Path) -> Result<()> {
    for name in PARTS {
        File::open(dir.join(name))?.sync_all()?;
        fs::rename(dir.join(name), data.join(name))?;
        for log in ["-wal", "-shm"].map(|ending| format!("{name}{ending}")) {
            if dir.join(&log).exists() {
                fs::rename(dir.join(&log), data.join(&log))?;
            }
        }
    }
    sync(data)?;
    fs::remove_dir_all(dir)?;
    sync(data)
}

fn sync(folder: &Path) -> Result<()> {
    Ok(File::open(folder)?.sync_all()?)
}
