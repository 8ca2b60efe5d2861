//! The machine: does it know the time, does it let us open enough files.

use super::Finding;
use crate::machine::files_max;
use domain::Clock;
use domain::limits::{CONNECTIONS_MAX, FILES_OF_OUR_OWN};
use hub::SystemClock;
use std::path::Path;
use std::time::{Duration, SystemTime};

/// How far ahead of the clock a file may seem to be: disks of other machines have clocks of their
/// own.
const AHEAD_MAX: Duration = Duration::from_secs(300);

/// When this was written: a clock that says less has never been set. 2026-01-01 in seconds.
const WRITTEN: Duration = Duration::from_secs(1_767_225_600);

pub(super) fn look(data: &Path) -> Vec<Finding> {
    let now = Duration::from_millis(SystemClock::start().wall().0);
    vec![clock(data, SystemTime::UNIX_EPOCH + now), files(files_max())]
}

/// Deadlines are told by the wall clock, and a clock behind the data's own past is wrong.
fn clock(data: &Path, now: SystemTime) -> Finding {
    let mend = "set the clock and keep it: timedatectl set-ntp true";
    if now < SystemTime::UNIX_EPOCH + WRITTEN {
        return Finding::Wrong(
            "the machine's clock has never been set: buyers are shown wrong deadlines".into(),
            mend.into(),
        );
    }
    let entries = std::fs::read_dir(data).into_iter().flatten().flatten();
    let times =
        entries.filter_map(|entry| entry.metadata().and_then(|found| found.modified()).ok());
    match times.max().and_then(|last| last.duration_since(now).ok()) {
        Some(ahead) if ahead > AHEAD_MAX => Finding::Wrong(
            format!(
                "the clock is {} minutes behind files of the data folder: deadlines and moments \
                 that were told to buyers do not fit",
                ahead.as_secs() / 60
            ),
            mend.into(),
        ),
        Some(_) | None => Finding::Well("the clock agrees with the data".into()),
    }
}

/// Each socket is an open file.
fn files(most: Option<usize>) -> Finding {
    let wanted = CONNECTIONS_MAX + FILES_OF_OUR_OWN;
    match most {
        Some(most) if most < wanted => Finding::Note(
            format!(
                "at most {most} files may be open, so at most {} people are connected at once",
                most.saturating_sub(FILES_OF_OUR_OWN)
            ),
            format!("for {CONNECTIONS_MAX}: LimitNOFILE={wanted} in the service, or ulimit -n"),
        ),
        Some(_) | None => Finding::Well("as many files may be open as are needed".into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_behind_the_data_is_told() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = std::fs::File::create(folder.path().join("journal.db")).expect("a file");
        let now = SystemTime::now();
        let check = |modified: SystemTime, now: SystemTime, well: bool| {
            file.set_modified(modified).expect("a time");
            let finding = clock(folder.path(), now);
            assert_eq!(matches!(finding, Finding::Well(_)), well, "{finding:?}");
        };
        let hour = Duration::from_secs(3_600);
        check(now, now, true);
        check(now - hour, now, true);
        check(now + Duration::from_secs(60), now, true);
        check(now + hour, now, false);
        check(now - hour, SystemTime::UNIX_EPOCH + hour, false);
    }

    #[test]
    fn too_few_files_are_told_with_what_they_are_enough_for() {
        let Finding::Note(what, _) = files(Some(1_024)) else { panic!("enough?") };
        assert!(what.contains("at most 768 people"), "{what}");
        assert!(matches!(files(Some(1_048_576)), Finding::Well(_)));
        assert!(matches!(files(None), Finding::Well(_)));
    }
}
