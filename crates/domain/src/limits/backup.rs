//! Limits of backups.

/// Pages of a copy that are written between two words of progress: about eight megabytes, a blink
/// on a slow stick.
pub const BACKUP_PAGES_PER_STEP: i32 = 2_000;

/// Age of the last backup from which on we speak of it: a day and two hours, so that a nightly one
/// that runs late is no alarm.
pub const BACKUP_AGE_MS_MAX: u64 = 26 * 3_600_000;

/// How long after one backup the next one by itself is made at the earliest. Sessions that end
/// meanwhile are in that one: it coalesces.
pub const BACKUP_PAUSE_MS: u64 = 10 * 60_000;

/// How long without any backup until one is made by itself, whether a session ended or not.
pub const BACKUP_EVERY_MS: u64 = 24 * 3_600_000;
const _: () = assert!(BACKUP_EVERY_MS < BACKUP_AGE_MS_MAX, "the nightly one comes before the word");

/// Backups that are kept in the folder of those that are made by themselves: two weeks of nights,
/// so that a damage that is noticed at the next live a week later is not in all of them. More: the
/// oldest goes.
pub const BACKUPS_KEPT: usize = 14;
