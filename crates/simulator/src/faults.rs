//! Everything that goes wrong around the machines.

use crate::coverage::Seen;
use crate::decide;
use crate::mutant::Mutant;
use crate::promise::{Checked, KEPT, broken, of};
use crate::world::World;
use domain::{Millis, ShopId, Timestamp};
use hub::Input;
use journal::Storage;
use journal::memory::Lie;
use std::fs;

const HOUR_MS: u32 = 3_600_000;

/// After how many outputs of machines at most a process ends that is to end between two of them.
const CUT_AFTER_MAX: u32 = 30;

impl World {
    /// Perhaps something goes wrong now.
    pub(crate) fn fault(&mut self) -> Checked {
        let random = &mut self.random;
        let mut strikes = |of_thousand: u32| random.below(1_000) < of_thousand;
        let crash = strikes(self.options.crashes);
        let append = strikes(self.options.bad_appends);
        let clock = strikes(self.options.clock_jumps);
        let pause = strikes(self.options.pauses);
        let snapshot = strikes(self.options.snapshots);
        let panic = strikes(self.options.panics);
        let persister = strikes(self.options.persister_faults);
        if append {
            self.spoil_an_append()?;
        }
        if clock {
            self.jump();
        }
        if pause {
            self.pause()?;
        }
        if snapshot {
            self.touch_snapshots()?;
        }
        if panic {
            self.trace.fault(Seen::Panic, "the next decision panics");
            self.panics.0 += 1;
            decide::panic_next();
        }
        if persister {
            self.disturb_persister();
        }
        match (crash, self.random.percent(60)) {
            (false, _) => Ok(()),
            (true, true) => self.crash(Seen::Crash, "kill -9"),
            (true, false) => {
                self.cut_after = Some(self.random.below(CUT_AFTER_MAX));
                Ok(())
            }
        }
    }

    fn spoil_an_append(&mut self) -> Checked {
        if self.options.breaks(Mutant::LyingDisk) {
            self.disk.lie_next(Lie::SyncedLater);
            self.trace.fault(Seen::UnknownLost, "the disk lies about its next sync");
            return Ok(());
        }
        let (lie, seen) = match self.random.below(4) {
            0 => (Lie::Failed, Seen::AppendFailed),
            1 => (Lie::UnknownKept, Seen::UnknownKept),
            2 => (Lie::UnknownLost, Seen::UnknownLost),
            _ => {
                let low = !self.disk_low;
                self.trace.fault(Seen::DiskLow, format!("disk low: {low}"));
                return self.set_disk_low(low);
            }
        };
        self.trace.fault(seen, format!("the next append: {lie:?}"));
        self.disk.lie_next(lie);
        Ok(())
    }

    pub(crate) fn set_disk_low(&mut self, low: bool) -> Checked {
        self.disk_low = low;
        for shop in self.shops() {
            self.tell_lane(shop, Input::DiskLow(low))?;
        }
        Ok(())
    }

    fn jump(&mut self) {
        let span = u64::from(1 + self.random.below(2 * HOUR_MS));
        if self.random.percent(50) {
            self.wall = self.wall.plus(Millis(span));
            self.trace.fault(Seen::ClockAhead, format!("the clock jumps ahead by {span} ms"));
        } else {
            self.wall = Timestamp(self.wall.0 - span);
            self.trace.fault(Seen::ClockBack, format!("the clock falls back by {span} ms"));
        }
    }

    fn pause(&mut self) -> Checked {
        // Two days after its end a session is archived.
        let of_many = if self.witnesses.values().any(|it| it.twin.has_ended()) { 3 } else { 30 };
        let (seen, ms) = match self.random.below(of_many) {
            0 => (Seen::LongPause, 49 * HOUR_MS),
            _ => (Seen::Pause, 1 + self.random.below(HOUR_MS)),
        };
        self.trace.fault(seen, format!("nothing happens for {ms} ms"));
        self.pass(Millis(ms.into()))
    }

    fn touch_snapshots(&mut self) -> Checked {
        let shop = self.some_shop();
        if self.options.breaks(Mutant::TrustSnapshot)
            && let Some(process) = &self.process
        {
            self.decided.insert(shop, process.lanes[&shop].state().snapshot());
        }
        match self.random.below(10) {
            0..6 => {
                let recovered = self.replayed(shop)?;
                let saved = self.room.snapshots.save(shop, &recovered.state.snapshot());
                self.trace.fault(Seen::SnapshotMade, format!("a snapshot of {shop} is made"));
                saved.or_else(|error| broken(KEPT, error.to_string()))
            }
            6..9 => {
                self.damage_a_snapshot(shop);
                Ok(())
            }
            _ => {
                let what = format!("the snapshots of {shop} are removed");
                self.trace.fault(Seen::SnapshotsRemoved, what);
                self.room.snapshots.remove(shop).or_else(|error| broken(KEPT, error.to_string()))
            }
        }
    }

    /// The shop's latest snapshot file loses its end, or a bit of it changes.
    fn damage_a_snapshot(&mut self, shop: ShopId) {
        let files = fs::read_dir(self.room.snapshot_folder()).expect("it is there");
        let files = files.map(|file| file.expect("listed").path());
        let of_shop = |file: &std::path::PathBuf| {
            let name = file.file_name().and_then(|name| name.to_str());
            name.is_some_and(|name| name.starts_with(&shop.to_string()))
        };
        let Some(last) = files.filter(of_shop).max() else { return };
        let mut bytes = fs::read(&last).expect("it is there");
        if bytes.is_empty() {
            return;
        }
        let at = self.random.below(u32::try_from(bytes.len()).expect("small")) as usize;
        if self.random.percent(50) {
            bytes.truncate(at);
        } else {
            bytes[at] ^= 1;
        }
        fs::write(last, bytes).expect("it was there");
        self.trace.fault(Seen::SnapshotDamaged, format!("a snapshot is damaged at byte {at}"));
    }

    /// The process is gone, with everything in its memory; after a while it starts again.
    pub(crate) fn crash(&mut self, seen: Seen, why: &str) -> Checked {
        let Some(process) = self.process.take() else {
            return Ok(());
        };
        self.trace.fault(seen, why);
        (self.cut_after, self.severed, self.doomed) = (None, false, None);
        self.disk.crash();
        if let Some(round) = process.writing {
            if self.random.percent(50) {
                let appended = self.disk.append(&round);
                let what = format!("what was in flight is there: {appended:?}");
                self.trace.fault(Seen::InFlightKept, what);
            } else {
                self.trace.saw(Seen::InFlightLost);
            }
        }
        self.viewers.clear();
        drop(self.mailbox.take());
        self.look_at_disk()?;
        self.start_again()
    }

    /// After a while.
    pub(crate) fn start_again(&mut self) -> Checked {
        let down = match self.random.below(3) {
            0 => self.random.below(2_000),
            1 => self.random.below(120_000),
            _ => self.random.below(3 * HOUR_MS),
        };
        self.pass(Millis(down.into()))?;
        self.start()
    }

    /// A shop as its disk has it.
    pub(crate) fn replayed(&self, shop: ShopId) -> Checked<hub::Replayed> {
        let rows = self.rows();
        let latest = self.room.snapshots.latest(shop);
        let replay = |from| journal::Replay::new(rows.clone(), shop, from);
        let replayed = hub::recover(shop, latest, replay);
        replayed.or_else(|unreadable| broken(KEPT, of(shop, unreadable.0)))
    }
}
