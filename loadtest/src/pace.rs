//! The clock of the run: hands each send to its door at its moment, and never waits for a door.

use crate::run::Run;
use crate::schedule::Door;
use std::collections::BTreeMap;
use std::time::{Duration, Instant};
use tokio::sync::mpsc;

/// Where sends go.
pub(crate) struct Doors {
    /// By number of the socket; the sockets of other processes are not here.
    pub(crate) sockets: BTreeMap<u32, mpsc::Sender<u32>>,
    /// By the contract's word.
    pub(crate) platforms: BTreeMap<&'static str, mpsc::Sender<u32>>,
}

/// Hands out these numbers of the schedule, then closes the doors. For a thread of its own: it
/// sleeps.
///
/// A door whose queue is full, or which is gone, loses the send: it is counted as dropped.
pub(crate) fn pace(run: &Run, numbers: &[u32], doors: Doors) {
    for &number in numbers {
        let send = run.script.send(number);
        let due = run.due(number);
        loop {
            if run.stopped(send.at_us) {
                return;
            }
            let left = due.saturating_duration_since(Instant::now());
            if left.is_zero() {
                break;
            }
            // Wakes some 0.1 ms late, which the lag shows; a core that spins would be the server's.
            std::thread::sleep(left.min(LOOK));
        }
        let door = match send.door {
            Door::Socket(socket) => doors.sockets.get(&socket),
            Door::Platform => doors.platforms.get(send.platform),
        };
        match door.map(|door| door.try_send(number)) {
            // It has arrived now; that it waits for a post is the server's affair.
            Some(Ok(())) if send.door == Door::Platform => run.tally.sent(due.elapsed()),
            Some(Ok(())) => {}
            Some(Err(_)) | None => run.tally.dropped(),
        }
    }
}

/// How often it looks whether the schedule was ended.
const LOOK: Duration = Duration::from_millis(100);
