//! `chot doctor`: what is wrong with this installation, and how to mend it.

use crate::backup::{Last, News};
use crate::cli::Doctor;
use crate::disk::free_bytes;
use crate::say::say;
use crate::settings::{data_of, ops_listen};
use anyhow::Result;
use domain::Clock;
use domain::limits::{BACKUP_AGE_MS_MAX, DISK_FREE_BYTES_MIN};
use hub::SystemClock;
use std::fs::{self, File, TryLockError};
use std::io::Write;
use std::net::SocketAddr;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::ExitCode;

/// One look at one thing.
enum Finding {
    Well(String),
    /// What is wrong, and what mends it.
    Wrong(String, String),
}

/// Looks at everything; fails if anything is wrong.
pub(crate) fn run(flags: &Doctor) -> Result<ExitCode> {
    let data = data_of(flags.data.clone())?;
    let files = [
        folder(&data),
        owner(&data),
        permissions(&data),
        space(&data),
        flush(&data),
        backup(&data),
    ];
    let findings = files.into_iter().chain([operators(ops_listen())]).collect::<Vec<_>>();
    let mut wrong = 0;
    for finding in &findings {
        match finding {
            Finding::Well(what) => say(&format!("OK   {what}")),
            Finding::Wrong(what, mend) => {
                wrong += 1;
                say(&format!("LỖI  {what}"));
                say(&format!("     → {mend}"));
            }
        }
    }
    Ok(if wrong == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
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

fn permissions(data: &Path) -> Finding {
    let open = fs::metadata(data).is_ok_and(|found| found.permissions().mode() & 0o077 != 0);
    if open {
        return Finding::Wrong(
            format!("{} can be read by others, with tokens and personal data", data.display()),
            format!("chmod 700 {}", data.display()),
        );
    }
    Finding::Well("only the owner can read tokens and personal data".into())
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

/// The operators' listener asks nobody who they are.
fn operators(listen: Result<SocketAddr>) -> Finding {
    match listen {
        Ok(listen) if listen.ip().is_loopback() => {
            Finding::Well("only this machine reaches the operators' page".into())
        }
        Ok(listen) => Finding::Wrong(
            format!("whoever reaches {listen} sees the operators' page; it has no sign-in"),
            "set CHOT_OPS_LISTEN to 127.0.0.1:9090, or put a proxy that asks before it".into(),
        ),
        Err(error) => Finding::Wrong(error.to_string(), "mend that setting".into()),
    }
}

/// A disk that answers a flush in microseconds that no disk can has lied, and a slow one is told.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_operators_page_that_others_reach_is_told() {
        let check = |address: &str, well: bool| {
            let finding = operators(Ok(address.parse().expect("an address")));
            assert_eq!(matches!(finding, Finding::Well(_)), well, "{address}");
        };
        check("127.0.0.1:9090", true);
        check("[::1]:9090", true);
        check("0.0.0.0:9090", false);
        check("192.168.1.7:9090", false);
    }
}
