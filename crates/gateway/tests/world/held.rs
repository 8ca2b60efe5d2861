//! A clock by which a test holds the lanes: what comes meanwhile waits, as before a slow disk.

use domain::{Clock, Millis, Timestamp};
use hub::SystemClock;
use std::sync::{Condvar, Mutex};

/// The system's clock; while it is held, a lane that asks it waits, and requests grow no older.
pub(crate) struct HeldClock {
    system: SystemClock,
    holding: Mutex<Holding>,
    let_go: Condvar,
}

#[derive(Default)]
struct Holding {
    /// The moment at which it stands.
    at: Option<Millis>,
    /// How long it has stood in all.
    lost: u64,
}

impl Default for HeldClock {
    fn default() -> Self {
        Self { system: SystemClock::start(), holding: Mutex::default(), let_go: Condvar::new() }
    }
}

impl HeldClock {
    /// Holds the lanes at their next turn.
    pub(crate) fn hold(&self) {
        let mut holding = self.holding.lock().expect("unpoisoned");
        holding.at = Some(Millis(self.system.monotonic().0 - holding.lost));
    }

    /// Lets them go on.
    pub(crate) fn let_go(&self) {
        let mut holding = self.holding.lock().expect("unpoisoned");
        let at = holding.at.take().expect("held");
        holding.lost = self.system.monotonic().0 - at.0;
        drop(holding);
        self.let_go.notify_all();
    }
}

impl Clock for HeldClock {
    fn wall(&self) -> Timestamp {
        self.system.wall()
    }

    fn monotonic(&self) -> Millis {
        let holding = self.holding.lock().expect("unpoisoned");
        let is_lane = std::thread::current().name().is_some_and(|name| name.starts_with("lane-"));
        let holding = match is_lane {
            true => self.let_go.wait_while(holding, |it| it.at.is_some()).expect("unpoisoned"),
            false => holding,
        };
        holding.at.unwrap_or_else(|| Millis(self.system.monotonic().0 - holding.lost))
    }
}
