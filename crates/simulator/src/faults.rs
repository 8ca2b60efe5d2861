//! Everything that goes wrong around the machines, and the way back.

use crate::decide;
use crate::mutant::Mutant;
use crate::process::Process;
use crate::promise::{Checked, KEPT, broken, of};
use crate::world::World;
use domain::{Epoch, Millis, ShopId, Snapshot, Stamp, Timestamp};
use hub::{Input, Lane};
use inventory::State;
use journal::memory::Lie;
use journal::storage::Heads;
use journal::{Replay, Rows, Storage};
use std::fs;
use std::sync::Arc;

const HOUR_MS: u32 = 3_600_000;

impl World {
    /// Perhaps something goes wrong now.
    pub(crate) fn fault(&mut self) -> Checked {
        let options = self.options.clone();
        let mut strikes = |of_thousand: u32| self.random.below(1_000) < of_thousand;
        let crash = strikes(options.crashes);
        let append = strikes(options.bad_appends);
        let clock = strikes(options.clock_jumps);
        let pause = strikes(options.pauses);
        let snapshot = strikes(options.snapshots);
        let panic = strikes(options.panics);
        let persister = strikes(options.persister_faults);
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
            self.trace.fault("the next decision panics");
            self.panics.0 += 1;
            decide::panic_next();
        }
        if persister {
            self.disturb_persister();
        }
        if crash { self.crash("kill -9") } else { Ok(()) }
    }

    fn spoil_an_append(&mut self) -> Checked {
        if self.options.breaks(Mutant::LyingDisk) {
            self.disk.lie_next(Lie::SyncedLater);
            self.trace.fault("the disk lies about its next sync");
            return Ok(());
        }
        let lie = match self.random.below(4) {
            0 => Lie::Failed,
            1 => Lie::UnknownKept,
            2 => Lie::UnknownLost,
            _ => {
                let low = !self.disk_low;
                self.trace.fault(format!("disk low: {low}"));
                return self.set_disk_low(low);
            }
        };
        self.trace.fault(format!("the next append: {lie:?}"));
        self.disk.lie_next(lie);
        Ok(())
    }

    pub(crate) fn set_disk_low(&mut self, low: bool) -> Checked {
        self.disk_low = low;
        for shop in self.markets.keys().copied().collect::<Vec<_>>() {
            self.tell_lane(shop, Input::DiskLow(low))?;
        }
        Ok(())
    }

    fn jump(&mut self) {
        let span = u64::from(1 + self.random.below(2 * HOUR_MS));
        if self.random.percent(50) {
            self.wall = self.wall.plus(Millis(span));
            self.trace.fault(format!("the clock jumps ahead by {span} ms"));
        } else {
            self.wall = Timestamp(self.wall.0 - span);
            self.trace.fault(format!("the clock falls back by {span} ms"));
        }
    }

    fn pause(&mut self) -> Checked {
        let ms = match self.random.below(30) {
            0 => 49 * HOUR_MS,
            _ => 1 + self.random.below(HOUR_MS),
        };
        self.trace.fault(format!("nothing happens for {ms} ms"));
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
                let rows: Arc<dyn Rows> = Arc::new(self.disk.clone());
                let state = replay(&rows, shop, State::new(shop), Stamp::default())?;
                let saved = self.snapshots.save(shop, &state.snapshot());
                self.trace.fault(format!("a snapshot of {shop} is made"));
                saved.or_else(|error| broken(KEPT, error.to_string()))
            }
            6..9 => {
                self.tear_a_snapshot();
                Ok(())
            }
            _ => {
                self.trace.fault(format!("the snapshots of {shop} are removed"));
                self.snapshots.remove(shop).or_else(|error| broken(KEPT, error.to_string()))
            }
        }
    }

    /// The latest snapshot file loses its end, or a bit of it changes.
    fn tear_a_snapshot(&mut self) {
        let folder = self.dir.path().join("snapshots");
        let files = fs::read_dir(folder).expect("it is there");
        let mut files: Vec<_> = files.map(|file| file.expect("listed").path()).collect();
        files.sort();
        let Some(last) = files.last() else { return };
        let mut bytes = fs::read(last).expect("it is there");
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
        self.trace.fault(format!("a snapshot is damaged at byte {at}"));
    }

    /// The process is gone, with everything in its memory; after a while it starts again.
    pub(crate) fn crash(&mut self, why: &str) -> Checked {
        let Some(process) = self.process.take() else {
            return Ok(());
        };
        self.trace.fault(why);
        self.disk.crash();
        if let Some(round) = process.writing
            && self.random.percent(50)
        {
            let appended = self.disk.append(&round);
            self.trace.fault(format!("what was in flight is there: {appended:?}"));
        }
        self.viewers.clear();
        drop(self.mailbox.take());
        self.look_at_disk()?;
        let down = match self.random.below(3) {
            0 => self.random.below(2_000),
            1 => self.random.below(120_000),
            _ => self.random.below(3 * HOUR_MS),
        };
        self.pass(Millis(down.into()))?;
        self.start()
    }

    /// Every shop is replayed and checked; deadlines move by the time in which nobody could order.
    pub(crate) fn start(&mut self) -> Checked {
        if self.epoch == Epoch(0) || !self.options.breaks(Mutant::KeepEpoch) {
            self.epoch.0 += 1;
        }
        let shops: Vec<ShopId> = self.markets.keys().copied().collect();
        let mut states = Vec::new();
        for shop in &shops {
            self.witness(*shop).writer_starts();
            states.push(self.recover(*shop)?);
        }
        let head = |state: &State| (state.stamp(), state.stamp().position.seq.0 > 0);
        let heads = shops.iter().zip(&states).map(|(shop, state)| (*shop, head(state)));
        let heads: Heads =
            heads.filter(|(_, (_, any))| *any).map(|(shop, (stamp, _))| (shop, stamp)).collect();
        let mut process = Process::new(heads, self.now);
        let moment = process.moment(self.wall, self.now);
        let mut resumes = Vec::new();
        for (shop, state) in shops.iter().zip(states) {
            let alive = self.disk.heartbeat().expect("memory reads");
            let mut lane = Lane::new(*shop, state, self.epoch, moment, 0, decide::decide);
            lane.set_durable();
            if !self.options.breaks(Mutant::SkipResume) {
                resumes.extend(lane.resume(alive, moment));
            }
            process.lanes.insert(*shop, lane);
        }
        self.process = Some(process);
        for batch in resumes {
            self.append(batch)?;
        }
        if !self.calm && self.random.percent(5) {
            return self.crash("kill -9 right after the start");
        }
        while self.process.as_ref().is_some_and(|process| process.writing.is_some()) {
            self.disk_turns()?;
        }
        for shop in shops {
            let process = self.process.as_ref().expect("it has just started");
            for published in process.lanes[&shop].published() {
                self.show(shop, published)?;
            }
        }
        self.set_disk_low(self.disk_low)
    }

    fn recover(&mut self, shop: ShopId) -> Checked<State> {
        let rows: Arc<dyn Rows> = Arc::new(self.disk.clone());
        if let Some(decided) = self.decided.remove(&shop)
            && let Ok(state) = State::restore(shop, decided)
        {
            return Ok(state);
        }
        let saved = self.snapshots.latest(shop);
        let restored = saved.and_then(|saved| {
            let stamp = saved.stamp;
            State::restore(shop, saved).ok().map(|state| (state, stamp))
        });
        let state = match restored {
            Some((state, from)) => {
                let state = replay(&rows, shop, state, from)?;
                self.witnesses[&shop].same(&state, "snapshot and tail")?;
                state
            }
            None => {
                let state = replay(&rows, shop, State::new(shop), Stamp::default())?;
                self.witnesses[&shop].same(&state, "replay")?;
                state
            }
        };
        self.witness(shop).check()?;
        Ok(self.forget(shop, state))
    }

    /// What mutants lose in a crash.
    fn forget(&mut self, shop: ShopId, state: State) -> State {
        let mut snapshot = state.snapshot();
        if self.options.breaks(Mutant::ForgetKeys) {
            snapshot.keys.clear();
        } else if self.options.breaks(Mutant::ShuffleLine) {
            shuffle(&mut snapshot);
        } else {
            return state;
        }
        State::restore(shop, snapshot).unwrap_or(state)
    }
}

/// The facts after `from` on top of a state.
pub(crate) fn replay(
    rows: &Arc<dyn Rows>,
    shop: ShopId,
    mut state: State,
    from: Stamp,
) -> Checked<State> {
    for fact in Replay::new(rows.clone(), shop, from) {
        match fact {
            Ok(fact) => state.apply(&fact),
            Err(error) => return broken(KEPT, of(shop, error)),
        }
    }
    Ok(state)
}

/// The first two in every line change places.
fn shuffle(snapshot: &mut Snapshot) {
    let cells = snapshot.items.iter_mut().flat_map(|item| &mut item.cells);
    for cell in cells {
        if let [first, second, ..] = cell.queue.as_mut_slice() {
            std::mem::swap(first, second);
            std::mem::swap(&mut first.since, &mut second.since);
        }
    }
}
