//! Free disk space, looked at once a second: below the limit new orders are refused before the
//! append.

use domain::limits::DISK_FREE_BYTES_MIN;
use hub::Hub;
use std::path::PathBuf;
use std::time::Duration;

/// Watches until the process ends.
pub(crate) async fn watch(data: PathBuf, hub: Hub) {
    let mut every = tokio::time::interval(Duration::from_secs(1));
    loop {
        every.tick().await;
        if let Some(free) = free_bytes(&data) {
            metrics::gauge!("chot_disk_free_bytes").set(free as f64);
            hub.set_disk_low(free < DISK_FREE_BYTES_MIN);
        }
        let status = hub.status();
        metrics::gauge!("chot_sessions_active").set(status.sessions_live as f64);
        metrics::gauge!("chot_queue_requests").set(status.queue_requests as f64);
        metrics::gauge!("chot_pressure").set(f64::from(status.pressure.figure()));
    }
}

/// Bytes that an ordinary process may still write there; none if the system does not say.
pub(crate) fn free_bytes(path: &std::path::Path) -> Option<u64> {
    let system = rustix::fs::statvfs(path).ok()?;
    Some(system.f_bavail.saturating_mul(system.f_frsize))
}
