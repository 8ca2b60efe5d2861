//! The way back after a crash: the hub's own, watched.

use crate::coverage::Seen;
use crate::decide;
use crate::mutant::Mutant;
use crate::process::Process;
use crate::promise::{Checked, IN_THE_LEDGER, KEPT, REMEMBERED, broken, must, of};
use crate::world::World;
use domain::{AnswerBody, Epoch, OutcomeKind, ShopId, Snapshot, Stamp, Timestamp};
use hub::{Moment, Replayed};
use inventory::State;
use journal::storage::Heads;
use journal::{Batch, Replay, Rows};
use std::sync::Arc;

/// Of a hundred places in a start where the process may end, so many do.
const CUT_PERCENT: u32 = 3;

impl World {
    /// Every shop is replayed and checked; deadlines move by the time in which nobody could order.
    pub(crate) fn start(&mut self) -> Checked {
        if self.epoch == Epoch(0) || !self.options.breaks(Mutant::KeepEpoch) {
            self.epoch.0 += 1;
        }
        let mut states = Vec::new();
        for shop in self.shops() {
            self.witness(shop).writer_starts();
            if self.is_cut() {
                self.trace.fault(Seen::CrashInRecovery, "kill -9 while shops are replayed");
                return self.start_again();
            }
            states.push((shop, self.recover(shop)?));
        }
        let head = |state: &State| (state.stamp().position.seq.0 > 0).then_some(state.stamp());
        let heads = states.iter().filter_map(|(shop, it)| Some((*shop, head(&it.state)?)));
        let mut process = Process::new(heads.collect::<Heads>(), self.now);
        let moment = process.moment(self.wall, self.now);
        let alive = self.disk.heartbeat().expect("memory reads");
        let mut resumes = Vec::new();
        for (shop, replayed) in states {
            let (mut lane, resumed) = self.wake(shop, replayed, alive, moment);
            // From one start to the next another pace: at 1 the second batch never waits for more.
            lane.gather_from(1 + self.epoch.0 as usize % 3);
            resumes.extend(resumed);
            process.lanes.insert(shop, lane);
        }
        self.process = Some(process);
        self.resume(resumes)
    }

    /// What the start writes becomes durable, then the shops are open.
    fn resume(&mut self, resumes: Vec<Batch>) -> Checked {
        for batch in resumes {
            self.trace.saw(Seen::Resumed);
            self.append(batch)?;
            if self.is_cut() {
                return self.crash(Seen::CrashInRecovery, "kill -9 while deadlines move");
            }
        }
        if self.is_cut() {
            return self.crash(Seen::CrashAfterStart, "kill -9 right after the start");
        }
        while self.process.as_ref().is_some_and(|process| process.writing.is_some()) {
            self.disk_turns()?;
        }
        for shop in self.shops() {
            let process = self.process.as_ref().expect("it has just started");
            for published in process.lanes[&shop].published() {
                self.show(shop, published)?;
            }
        }
        self.set_disk_low(self.disk_low)
    }

    fn is_cut(&mut self) -> bool {
        !self.calm && self.options.crashes > 0 && self.random.percent(CUT_PERCENT)
    }

    fn wake(
        &self,
        shop: ShopId,
        replayed: Replayed,
        alive: Option<Timestamp>,
        moment: Moment,
    ) -> (hub::Lane, Option<Batch>) {
        if self.options.breaks(Mutant::SkipResume) {
            let Replayed { state, events, .. } = replayed;
            let decide = decide::decide;
            let mut lane = hub::Lane::new(shop, state, self.epoch, moment, events, decide);
            lane.set_durable();
            return (lane, None);
        }
        hub::wake(replayed, alive, (shop, self.epoch, moment, decide::decide))
    }

    fn recover(&mut self, shop: ShopId) -> Checked<Replayed> {
        if let Some(decided) = self.decided.remove(&shop)
            && let Ok(state) = State::restore(shop, decided)
        {
            let from = state.stamp();
            return Ok(Replayed { state, from, events: 0 });
        }
        let replayed = self.replayed(shop)?;
        let (seen, how) = match replayed.from == Stamp::default() {
            true => (Seen::RecoveredByReplay, "replay"),
            false => (Seen::RecoveredBySnapshot, "snapshot and tail"),
        };
        self.trace.saw(seen);
        self.witnesses[&shop].same(&replayed.state, how)?;
        self.witness(shop).check()?;
        self.remembers(shop, &replayed.state)?;
        Ok(self.forget(shop, replayed))
    }

    /// Whoever has an answer would get the same again.
    fn remembers(&self, shop: ShopId, state: &State) -> Checked {
        let sessions = &self.witnesses[&shop].twin.sessions;
        let is_kept = |deed: &&crate::deed::Deed| {
            let session = deed.session.and_then(|session| sessions.get(&session));
            deed.shop == shop && session.is_some_and(crate::naive::Session::is_kept)
        };
        for deed in self.deeds.iter().filter(is_kept) {
            let Some(answer) = &deed.answer else { continue };
            let durable = answer.position.seq <= state.stamp().position.seq;
            must(durable, IN_THE_LEDGER, || of(shop, format!("{answer:?} is gone")))?;
            let same = state.answer(&deed.digest).map(|known| &**known) == Some(answer);
            must(same, REMEMBERED, || of(shop, format!("{answer:?}")))?;
        }
        Ok(())
    }

    /// What mutants lose in a crash.
    fn forget(&self, shop: ShopId, replayed: Replayed) -> Replayed {
        let lose: fn(&mut Snapshot) = match self.options.mutant {
            Some(Mutant::ForgetKeys) => |snapshot| snapshot.keys.clear(),
            Some(Mutant::ForgetRefusals) => forget_refusals,
            Some(Mutant::ShuffleLine) => shuffle,
            _ => return replayed,
        };
        let mut snapshot = replayed.state.snapshot();
        lose(&mut snapshot);
        let state = State::restore(shop, snapshot).unwrap_or(replayed.state);
        Replayed { state, ..replayed }
    }

    /// The disk, to be read.
    pub(crate) fn rows(&self) -> Arc<dyn Rows> {
        Arc::new(self.disk.clone())
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

fn forget_refusals(snapshot: &mut Snapshot) {
    let is_refusal = |body: &AnswerBody| match body {
        AnswerBody::Outcome(outcome) => outcome.kind == OutcomeKind::Refused,
        AnswerBody::Session(..)
        | AnswerBody::Offer(_)
        | AnswerBody::Order(_)
        | AnswerBody::Resolved(_)
        | AnswerBody::Blocked(..)
        | AnswerBody::Link(..) => false,
    };
    snapshot.keys.retain(|kept| !is_refusal(&kept.answer.body));
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
