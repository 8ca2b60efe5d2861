//! The data folder: is it there, whose is it, who may read it, is there room.

use super::Finding;
use crate::backup::{Last, News};
use crate::control::ask_server;
use crate::disk::free_bytes;
use crate::office::Order;
use domain::Clock;
use domain::limits::{BACKUP_AGE_MS_MAX, DISK_FREE_BYTES_MIN};
use hub::SystemClock;
use std::fs::{self, File, TryLockError};
use std::io::{Write, sink};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

pub(super) fn look(data: &Path) -> Vec<Finding> {
    vec![
        folder(data),
        owner(data),
        permissions(data),
        modes(data),
        people(data),
        space(data),
        flush(data),
        backup(data),
    ]
}

fn folder(data: &Path) -> Finding {
    match fs::metadata(data) {
        Ok(found) if found.is_dir() => Finding::Well(format!("data folder {}", data.display())),
        Ok(_) => Finding::Wrong(
            format!("{} is no folder", data.display()),
            "choose another with --data DIR".into(),
        ),
        Err(_) => Finding::Wrong(
            format!("there is no data folder {}", data.display()),
            "chot serve makes it, or choose another with --data DIR".into(),
        ),
    }
}

fn owner(data: &Path) -> Finding {
    let Ok(lock) = File::open(data.join("lock")) else {
        return Finding::Well("no server has run here yet".into());
    };
    match lock.try_lock() {
        Ok(()) => Finding::Well("no server is running on it".into()),
        Err(TryLockError::WouldBlock) if data.join("control.sock").exists() => {
            Finding::Well("a server is running on it and can be asked".into())
        }
        Err(_) => Finding::Wrong(
            "a process holds the folder but has no control socket".into(),
            "stop it (its number stands in the file `lock`) and start chot serve".into(),
        ),
    }
}

fn is_open(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|found| found.permissions().mode() & 0o077 != 0)
}

fn permissions(data: &Path) -> Finding {
    if is_open(data) {
        return Finding::Wrong(
            format!("{} can be read by others, with tokens and personal data", data.display()),
            format!("chmod 700 {}", data.display()),
        );
    }
    Finding::Well("only the owner can read tokens and personal data".into())
}

/// A folder that is closed today may be copied or opened tomorrow: its files are closed too.
fn modes(data: &Path) -> Finding {
    let entries = fs::read_dir(data).into_iter().flatten().flatten();
    let open = entries.filter(|entry| is_open(&entry.path()));
    let mut open: Vec<_> = open.map(|entry| entry.file_name().display().to_string()).collect();
    open.sort_unstable();
    if open.is_empty() {
        return Finding::Well("each file in it is for its owner only".into());
    }
    Finding::Wrong(
        format!("others may read {}: orders and buyers stand in them", open.join(", ")),
        format!("chmod -R go-rwx {}", data.display()),
    )
}

/// As long as nobody has an account, the link of the start makes one for whoever opens it.
fn people(data: &Path) -> Finding {
    let Ok(answer) = ask_server(data, &Order::People {}, &mut sink()) else {
        return Finding::Well("no server runs, so no set-up link is open".into());
    };
    if answer["people"] == true {
        return Finding::Well("somebody can sign in".into());
    }
    Finding::Note(
        "nobody can sign in yet: whoever opens the set-up link first, within 15 minutes of the \
         start, becomes the owner"
            .into(),
        "open the link that chot serve printed, or run chot shop invite --shop ID for a new one"
            .into(),
    )
}

fn space(data: &Path) -> Finding {
    let Some(free) = free_bytes(data) else {
        return Finding::Well("free space is not known here".into());
    };
    let mib = free / (1024 * 1024);
    if free < 4 * DISK_FREE_BYTES_MIN {
        let limit = DISK_FREE_BYTES_MIN / (1024 * 1024);
        return Finding::Wrong(
            format!("{mib} MiB free; below {limit} MiB new orders are refused"),
            "delete files or move the data folder to a larger disk".into(),
        );
    }
    Finding::Well(format!("{mib} MiB free"))
}

/// What no backup has is on this disk alone.
fn backup(data: &Path) -> Finding {
    let last = Last::read(data);
    let heads = journal::mark::marked(data).unwrap_or_default().into_iter();
    let heads = heads.map(|(shop, (position, _))| (shop, position.seq.0));
    let news = News::since(last.as_ref(), Default::default(), heads);
    let mend = "chot backup --to DIR, onto another disk; or chot serve --backup-to DIR";
    let Some(last) = last else {
        return match news.any {
            false => Finding::Well("nothing has happened yet that a backup would hold".into()),
            true => {
                Finding::Wrong("there is no backup: all of it is on this disk".into(), mend.into())
            }
        };
    };
    let age_ms = SystemClock::start().wall().0.saturating_sub(last.at_ms);
    let hours = age_ms / 3_600_000;
    match news.any && age_ms > BACKUP_AGE_MS_MAX {
        false => Finding::Well(format!("the last backup is {hours} hours old, in {}", last.to)),
        true => Finding::Wrong(
            format!("the last backup is {hours} hours old, and more has happened since"),
            mend.into(),
        ),
    }
}

/// Whether a file can be written there and flushed.
fn flush(data: &Path) -> Finding {
    let path = data.join("doctor.tmp");
    let probe = || -> std::io::Result<()> {
        let mut file = File::create(&path)?;
        file.write_all(&[0; 4096])?;
        file.sync_data()?;
        fs::remove_file(&path)
    };
    match probe() {
        Ok(()) => Finding::Well("the folder can be written and flushed".into()),
        Err(error) => Finding::Wrong(
            format!("the folder cannot be written: {error}"),
            "give it to the user that runs chot, on a disk of this machine".into(),
        ),
    }
}
