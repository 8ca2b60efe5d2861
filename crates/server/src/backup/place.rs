//! Where a backup goes: written under another name, synced with its folder, then named.

use anyhow::{Context, Result, bail};
use domain::Timestamp;
use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// What the names of backups end with that the server made by itself; only those does it remove.
const BY_ITSELF: &str = ".auto.backup";

/// What the names of those end with that are still being written.
const HALF_WRITTEN: &str = ".auto.backup.part";

/// So long after its last byte nobody is writing it any more.
const HALF_WRITTEN_AGE: Duration = Duration::from_secs(24 * 60 * 60);

/// The file that `--to` means: in a folder a name with the time, otherwise exactly that one.
pub(crate) fn file_of(to: &Path, at: Timestamp, by_itself: bool) -> Result<PathBuf> {
    let ending = if by_itself { BY_ITSELF } else { ".backup" };
    let file = match to.is_dir() {
        true => to.join(format!("chot-{}{ending}", compact(at))),
        false => to.to_owned(),
    };
    if file.exists() {
        bail!("{} is there already, and a backup never replaces a file", file.display());
    }
    let folder = folder_of(&file);
    if !folder.is_dir() {
        bail!("there is no folder {}: is the stick in?", folder.display());
    }
    Ok(file)
}

/// Writes a file whole or not at all.
pub(crate) fn keep(file: &Path, write: impl FnOnce(&mut dyn Write) -> Result<()>) -> Result<()> {
    let part = file.with_added_extension("part");
    let mut options = File::options();
    let open = options.write(true).create(true).truncate(true).mode(0o600).open(&part);
    let open = open.with_context(|| format!("{} cannot be written", part.display()))?;
    let mut out = BufWriter::with_capacity(1024 * 1024, open);
    let written = write(&mut out).and_then(|()| {
        let open = out.into_inner().map_err(|error| error.into_error())?;
        open.sync_all()?;
        // Unlike a rename, a link never replaces what came there meanwhile; but a stick may have
        // no links.
        match fs::hard_link(&part, file) {
            Ok(()) => fs::remove_file(&part)?,
            Err(_) if file.exists() => bail!("{} has come meanwhile", file.display()),
            Err(_) => fs::rename(&part, file)?,
        }
        Ok(File::open(folder_of(file))?.sync_all()?)
    });
    if written.is_err() && part.exists() {
        fs::remove_file(&part)?;
    }
    written.with_context(|| format!("{} was not written", file.display()))
}

/// Removes all but the latest of those that were made by themselves, and what a kill left of one
/// half written. `made` stays, also where a clock that was set back gave it an old name. What
/// another server renames or removes here meanwhile is passed over. Answers how many outdated ones
/// there were.
pub(crate) fn thin_out(folder: &Path, kept: usize, made: &Path) -> Result<usize> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name();
        let Some(text) = name.to_str().filter(|name| name.starts_with("chot-")) else {
            continue;
        };
        if text.ends_with(BY_ITSELF) && made.file_name() != Some(&name) {
            names.push(name);
        } else if text.ends_with(HALF_WRITTEN) {
            remove_if_left(&entry.path())?;
        }
    }
    // Their names are times.
    names.sort_unstable();
    let kept = kept.saturating_sub(usize::from(made.exists()));
    let outdated = names.len().saturating_sub(kept);
    for name in &names[..outdated] {
        unless_gone(fs::remove_file(folder.join(name)))?;
    }
    Ok(outdated)
}

/// Removes what is half written, unless another server may be writing it.
fn remove_if_left(part: &Path) -> io::Result<()> {
    let Some(metadata) = unless_gone(fs::symlink_metadata(part))? else {
        return Ok(());
    };
    if metadata.modified()?.elapsed().unwrap_or_default() > HALF_WRITTEN_AGE {
        unless_gone(fs::remove_file(part))?;
    }
    Ok(())
}

/// None if another server was faster.
fn unless_gone<T>(done: io::Result<T>) -> io::Result<Option<T>> {
    match done {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        done => done.map(Some),
    }
}

fn folder_of(file: &Path) -> PathBuf {
    match file.parent() {
        Some(folder) if folder.as_os_str() != OsStr::new("") => folder.to_owned(),
        Some(_) | None => PathBuf::from("."),
    }
}

/// `20261129T163153Z`: sorts by time, and every file system takes it.
fn compact(at: Timestamp) -> String {
    let text = at.to_string();
    let seconds = text.split('.').next().unwrap_or_default();
    let mut compact: String = seconds.chars().filter(|c| !matches!(c, '-' | ':')).collect();
    compact.push('Z');
    compact
}

#[cfg(test)]
mod tests {
    use super::*;

    const AT: Timestamp = Timestamp(1_780_000_000_000);

    #[test]
    fn a_folder_gets_a_name_with_the_time_and_a_file_is_never_replaced() {
        let dir = tempfile::tempdir().expect("a folder");
        let file = file_of(dir.path(), AT, false).expect("a name");
        assert_eq!(file, dir.path().join("chot-20260528T202640Z.backup"));
        keep(&file, |out| Ok(out.write_all(b"first")?)).expect("written");
        let said = file_of(dir.path(), AT, false).expect_err("there").to_string();
        assert!(said.contains("never replaces"), "{said}");
        keep(&file, |out| Ok(out.write_all(b"second")?)).expect_err("there");
        assert_eq!(fs::read(&file).expect("bytes"), b"first");
        let nowhere = file_of(&dir.path().join("stick/a.backup"), AT, false);
        assert!(nowhere.expect_err("no folder").to_string().contains("no folder"));
    }

    #[test]
    fn what_fails_half_way_leaves_nothing() {
        let dir = tempfile::tempdir().expect("a folder");
        let failed = keep(&dir.path().join("a.backup"), |out| {
            out.write_all(b"half")?;
            bail!("the stick was pulled out")
        });
        assert!(failed.is_err());
        assert_eq!(fs::read_dir(dir.path()).expect("lists").count(), 0);
    }

    #[test]
    fn only_the_oldest_of_those_made_by_itself_go() {
        let dir = tempfile::tempdir().expect("a folder");
        for name in [
            "chot-3.auto.backup",
            "chot-1.auto.backup",
            "chot-2.auto.backup",
            "chot-0.backup",
            "notes.txt",
        ] {
            fs::write(dir.path().join(name), "x").expect("written");
        }
        let made = dir.path().join("chot-3.auto.backup");
        assert_eq!(thin_out(dir.path(), 2, &made).expect("lists"), 1);
        assert!(!dir.path().join("chot-1.auto.backup").exists());
        assert_eq!(fs::read_dir(dir.path()).expect("lists").count(), 4);
        assert_eq!(thin_out(dir.path(), 2, &made).expect("lists"), 0);
    }

    #[test]
    fn the_one_just_made_stays_though_the_clock_was_set_back() {
        let dir = tempfile::tempdir().expect("a folder");
        for name in ["chot-1.auto.backup", "chot-2.auto.backup", "chot-3.auto.backup"] {
            fs::write(dir.path().join(name), "x").expect("written");
        }
        let made = dir.path().join("chot-1.auto.backup");
        assert_eq!(thin_out(dir.path(), 2, &made).expect("lists"), 1);
        assert!(made.exists() && !dir.path().join("chot-2.auto.backup").exists());
    }

    #[test]
    fn what_a_kill_left_half_written_goes_and_what_is_being_written_stays() {
        let dir = tempfile::tempdir().expect("a folder");
        let (old, new) = ("chot-1.auto.backup.part", "chot-2.auto.backup.part");
        for (name, age) in [(old, 2 * HALF_WRITTEN_AGE), (new, Duration::ZERO)] {
            let file = File::create(dir.path().join(name)).expect("made");
            file.set_modified(std::time::SystemTime::now() - age).expect("dated");
        }
        thin_out(dir.path(), 2, &dir.path().join("chot-3.auto.backup")).expect("lists");
        assert!(!dir.path().join(old).exists() && dir.path().join(new).exists());
    }

    #[test]
    fn what_another_server_renamed_or_removed_meanwhile_is_passed_over() {
        let dir = tempfile::tempdir().expect("a folder");
        let gone = dir.path().join("chot-1.auto.backup.part");
        remove_if_left(&gone).expect("nothing is wrong with the backup that was just made");
        assert_eq!(unless_gone(fs::remove_file(&gone)).expect("nor here"), None);
        assert!(unless_gone(fs::remove_file(dir.path())).is_err(), "a folder is no file");
    }
}
