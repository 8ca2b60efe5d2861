//! What the shells do: carry inputs to the machines and their outputs to disk, clients and screens.

use crate::coverage::Seen;
use crate::decide;
use crate::mutant::Mutant;
use crate::process::Done;
use crate::promise::{Checked, SHOWN, must, of};
use crate::witness::keys;
use crate::world::World;
use domain::limits::HEARTBEAT_MS;
use domain::{Event, Millis, SessionState, ShopId};
use hub::{Input, Output, Published};
use journal::{Appended, Storage};

impl World {
    /// One step of one lane, its outputs carried out and looked at.
    pub(crate) fn tell_lane(&mut self, shop: ShopId, input: Input) -> Checked {
        let Some(process) = self.process.as_mut().filter(|_| !self.severed) else {
            return Ok(());
        };
        let lane = process.lanes.get_mut(&shop).expect("every shop has a lane");
        let mut out = Vec::new();
        lane.step(input, &mut out);
        for output in out {
            if self.is_severed() {
                drop(self.mailbox.take());
                return Ok(());
            }
            self.put_out(shop, output)?;
        }
        self.hear()
    }

    /// True once the process has ended between two outputs: what follows never happens.
    fn is_severed(&mut self) -> bool {
        match self.cut_after {
            Some(0) => {
                self.cut_after = None;
                self.severed = true;
                self.doomed = Some((Seen::CrashBetween, "kill -9 between two outputs".into()));
            }
            Some(more) => self.cut_after = Some(more - 1),
            None => {}
        }
        self.severed
    }

    fn put_out(&mut self, shop: ShopId, output: Output) -> Checked {
        match output {
            Output::Append(batch) => self.append(batch),
            Output::Release(release) => {
                release();
                self.hear()
            }
            Output::Publish(published) => self.show(shop, published),
            Output::Archive(session) => {
                let state = self.witnesses[&shop].twin.sessions.get(&session).map(|s| s.state);
                self.market(shop).shown.remove(&session);
                // Its connections are let go of, and so each socket closes.
                self.viewers.retain(|_, viewer| (viewer.shop, viewer.session) != (shop, session));
                must(state == Some(SessionState::Archived), SHOWN, || {
                    of(shop, format!("session {} is shown as archived", session.0))
                })
            }
            Output::Aside(..) => {
                self.panics.1 += 1;
                Ok(())
            }
            Output::SnapshotDue(_) => Ok(()),
        }
    }

    pub(crate) fn append(&mut self, batch: journal::Batch) -> Checked {
        if self.severed {
            return Ok(());
        }
        let (shop, seq) = (batch.shop(), batch.head().position.seq);
        let up_ms = self.up_ms;
        self.witness(shop).decided(&batch, up_ms);
        self.trace.mix(&batch.head().hash.0);
        let process = self.process.as_mut().expect("a lane is in a process");
        let done = process.append(batch);
        self.done(done)?;
        if self.options.breaks(Mutant::ReleaseBeforeSync) {
            return self.tell_lane(shop, Input::Durable(seq));
        }
        if self.options.breaks(Mutant::ShowBeforeSync) {
            let lane = self.process.as_ref().and_then(|process| process.lanes.get(&shop));
            let shown = lane.map(hub::Lane::published).unwrap_or_default();
            return shown.into_iter().try_for_each(|published| self.show(shop, published));
        }
        Ok(())
    }

    /// What is published is what the durable history says, at its position.
    pub(crate) fn show(&mut self, shop: ShopId, published: Published) -> Checked {
        let view = &published.view;
        let witness = &self.witnesses[&shop];
        witness.covers(view.position.seq, "a published session")?;
        if witness.head().position == view.position {
            let same = witness.shadow.session_view(view.session).as_ref() == Some(view);
            must(same, SHOWN, || of(shop, format!("session {}", view.session.0)))?;
        }
        self.market(shop).shown.insert(published.view.session, published);
        Ok(())
    }

    /// The disk finishes the round that it is writing.
    pub(crate) fn disk_turns(&mut self) -> Checked {
        let process = self.process.as_mut().filter(|_| !self.severed);
        let Some(round) = process.and_then(|process| process.writing.take()) else {
            return Ok(());
        };
        let mut appended = self.disk.append(&round);
        let unknown = matches!(appended, Appended::Unknown(_));
        let failed = matches!(appended, Appended::Failed(_));
        if (unknown && self.options.breaks(Mutant::TrustUnknown))
            || (failed && self.options.breaks(Mutant::GoOnAfterFailed))
        {
            appended = Appended::Synced;
        }
        self.trace.number(round.batches.len() as u64);
        self.look_at_disk()?;
        let process = self.process.as_mut().expect("it was writing");
        let done = process.finished(appended);
        self.done(done)?;
        self.end_if_doomed()
    }

    /// After a failed append the process ends.
    pub(crate) fn end_if_doomed(&mut self) -> Checked {
        match self.doomed.take() {
            Some((seen, why)) => self.crash(seen, &why),
            None => Ok(()),
        }
    }

    /// The witnesses read what is new, and every fact must have been asked for.
    pub(crate) fn look_at_disk(&mut self) -> Checked {
        for shop in self.shops() {
            let disk = self.disk.clone();
            let first = self.witness(shop).look(&disk)?;
            for at in first..self.witnesses[&shop].log.len() {
                let fact = self.witnesses[&shop].log[at].clone();
                self.count(shop, &fact.event);
                for key in keys(&fact.event) {
                    self.was_asked_for(shop, key, &fact)?;
                }
            }
        }
        Ok(())
    }

    fn count(&mut self, shop: ShopId, event: &Event) {
        self.trace.coverage.fact(event.name());
        if let Event::ClaimHeld(claimed) = event {
            let twin = &self.witnesses[&shop].twin;
            if claimed.lines.iter().any(|line| twin.is_shared(line.item)) {
                self.trace.saw(Seen::SharedStock);
            }
        }
    }

    fn done(&mut self, done: Vec<Done>) -> Checked {
        for Done { tokens, appended } in done {
            for (shop, seq) in tokens {
                if appended != Appended::Synced {
                    self.tell_lane(shop, Input::Lost)?;
                    let why = format!("the process ends: {appended:?}");
                    self.doomed.get_or_insert((Seen::AppendStops, why));
                    continue;
                }
                self.tell_lane(shop, Input::Durable(seq))?;
                // As in a shell: whoever hears from the journal looks at what waits.
                self.pump(shop)?;
            }
        }
        Ok(())
    }

    pub(crate) fn pump(&mut self, shop: ShopId) -> Checked {
        let Some(process) = &self.process else {
            return Ok(());
        };
        let moment = process.moment(self.wall, self.now);
        decide::look_at_wall(self.wall);
        self.tell_lane(shop, Input::Pump(moment))
    }

    pub(crate) fn pump_some(&mut self) -> Checked {
        let shop = self.some_shop();
        self.pump(shop)
    }

    /// Time passes; a running process notes that it is alive.
    pub(crate) fn pass(&mut self, span: Millis) -> Checked {
        self.now.0 += span.0;
        self.wall = self.wall.plus(span);
        let (now, wall) = (self.now, self.wall);
        let Some(process) = &mut self.process else {
            return Ok(());
        };
        self.up_ms += span.0;
        let done = process.beat(now, wall, HEARTBEAT_MS);
        self.done(done)
    }
}
