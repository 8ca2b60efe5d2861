//! How much memory the process takes: the server and its test are one.

use tokio::sync::{Mutex, MutexGuard};

/// Waits until no other test of this file is at work: they would count each other's memory.
pub(crate) async fn alone() -> MutexGuard<'static, ()> {
    static ALONE: Mutex<()> = Mutex::const_new(());
    ALONE.lock().await
}

/// Resident kilobytes, as the kernel counts them.
pub(crate) fn resident_kib() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").expect("Linux");
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).expect("a figure");
    line.split_whitespace().nth(1).expect("a figure").parse().expect("a number")
}

/// Checks that no more has come to stay than was allowed.
pub(crate) fn has_grown_at_most(before_kib: usize, allowed_kib: usize) {
    let now = resident_kib();
    assert!(now <= before_kib + allowed_kib, "{before_kib} KiB became {now} KiB");
}
