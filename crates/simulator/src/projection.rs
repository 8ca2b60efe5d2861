//! The persister in this world: the real machine, the real read model in SQLite, and its mishaps.

use crate::coverage::Seen;
use crate::mutant::Mutant;
use crate::promise::{Checked, PROJECTED, broken};
use crate::room::Room;
use crate::world::World;
use domain::{Epoch, Event, Fact, Millis, OrderId, OrderView, Quantity, SessionId, ShopId};
use persister::machine::{Act, Input, Machine};
use persister::{Fault, ReadModel, StoredClaim};
use tokio::runtime::Runtime;

/// How long a database that stalls may leave a statement unanswered, in milliseconds.
const STALL_MS_MAX: u32 = 60_000;

/// The persister and what befalls its database.
pub(crate) struct Projection {
    machine: Machine,
    /// What it was told to do next.
    act: Act,
    /// True while the machine holds the room's connection.
    connected: bool,
    /// The database does not answer.
    pub(crate) down: bool,
    /// It answers nothing before then.
    pub(crate) stalled_until: Millis,
    /// The next write is done, but its answer is lost.
    mute_next: bool,
    /// The persister's process ends after the next write, before it knows of it.
    crash_next: bool,
}

/// Its history was never restored from a backup; nothing else is asked of a writer here.
const WRITER: Epoch = Epoch(1);

impl Projection {
    pub(crate) fn new() -> Self {
        Self {
            machine: Machine::of(WRITER),
            act: Act::Look,
            connected: false,
            down: false,
            stalled_until: Millis(0),
            mute_next: false,
            crash_next: false,
        }
    }

    /// True if it has nothing to do before some later time, or news.
    fn waits(&self, now: Millis) -> bool {
        let told_to = matches!(self.act, Act::Wait(until) if now < until);
        told_to || now < self.stalled_until
    }

    fn restart(&mut self) {
        self.machine = Machine::of(WRITER);
        self.connected = false;
        self.act = Act::Look;
    }

    /// Takes the room's connection, or makes it.
    fn connect(&mut self, room: &mut Room, anew: bool) -> Input {
        self.connected = false;
        if self.down {
            return Input::Connected(Err(away()));
        }
        let kept = if anew { None } else { room.model.take() };
        let opened = room.runtime.block_on(async {
            let mut model = match kept {
                Some(model) => model,
                None => ReadModel::connect(&room.target).await?,
            };
            let watermarks = model.watermarks().await?;
            Ok((model, watermarks))
        });
        Input::Connected(opened.map(|(model, watermarks)| {
            (room.model, self.connected) = (Some(model), true);
            watermarks
        }))
    }

    /// The connection, if there is one and the database answers.
    fn model<'a>(&self, room: &'a mut Room) -> Option<(&'a mut ReadModel, &'a Runtime)> {
        let Room { model, runtime, .. } = room;
        let model = model.as_mut().filter(|_| self.connected && !self.down)?;
        Some((model, runtime))
    }
}

impl World {
    /// A session's stored orders.
    pub(crate) fn stored_orders(
        &self,
        shop: ShopId,
        session: SessionId,
    ) -> Checked<Vec<OrderView>> {
        let (mut orders, mut after): (Vec<OrderView>, Option<OrderId>) = (Vec::new(), None);
        loop {
            let page =
                self.room.runtime.block_on(self.room.reader.orders(shop, session, after, 1_000));
            let page = page.or_else(|error| broken(PROJECTED, error.to_string()))?;
            orders.extend(page.orders);
            after = page.next;
            if after.is_none() {
                return Ok(orders);
            }
        }
    }

    /// A session's stored acts.
    pub(crate) fn stored_claims(
        &self,
        shop: ShopId,
        session: SessionId,
    ) -> Checked<Vec<StoredClaim>> {
        let mut claims: Vec<StoredClaim> = Vec::new();
        loop {
            let after = claims.last().map(|last| (last.stamp.position.seq, last.entry));
            let page =
                self.room.runtime.block_on(self.room.reader.claims(shop, session, after, 1_000));
            let page = page.or_else(|error| broken(PROJECTED, error.to_string()))?;
            if page.is_empty() {
                return Ok(claims);
            }
            claims.extend(page);
        }
    }

    /// One act of the persister.
    pub(crate) fn persist(&mut self) -> Checked {
        let now = self.now;
        if self.projection.waits(now) {
            return Ok(());
        }
        let act = std::mem::replace(&mut self.projection.act, Act::Look);
        let input = match act {
            Act::Wait(_) => Input::Woken,
            Act::Connect => {
                let anew = self.random.percent(5);
                self.projection.connect(&mut self.room, anew)
            }
            Act::Look => Input::Heads(self.heads()),
            Act::Read { shop, after, limit } => {
                let first = usize::try_from(after.0).expect("few events");
                let log = &self.witnesses[&shop].log;
                let facts = log.get(first..).unwrap_or_default();
                Input::Facts(shop, Ok(facts.iter().take(limit).cloned().collect()))
            }
            Act::Write { shop, from, facts } => match self.write(shop, from, facts) {
                Some(input) => input,
                None => return Ok(()),
            },
            Act::Forget(shop) => {
                let model = self.projection.model(&mut self.room);
                let done = model.map(|(model, runtime)| runtime.block_on(model.forget(shop)));
                Input::Forgotten(shop, done.unwrap_or_else(|| Err(away())))
            }
            Act::Reload(shop) => {
                let model = self.projection.model(&mut self.room);
                let read = model.map(|(model, runtime)| runtime.block_on(model.watermark(shop)));
                Input::Reloaded(shop, read.unwrap_or_else(|| Err(away())))
            }
        };
        self.projection.act = self.projection.machine.step(now, input);
        Ok(())
    }

    /// None if the persister's process ended meanwhile.
    fn write(&mut self, shop: ShopId, from: domain::Stamp, mut facts: Vec<Fact>) -> Option<Input> {
        if self.options.breaks(Mutant::PersistNothing) && self.random.percent(50) {
            return Some(Input::Written(shop, Ok(())));
        }
        if self.options.breaks(Mutant::PersistLess) {
            facts.iter_mut().for_each(lessen);
        }
        let ends = std::mem::take(&mut self.projection.crash_next);
        if ends && self.options.breaks(Mutant::WatermarkApart) {
            facts.iter_mut().for_each(hollow);
        }
        self.trace.number(facts.len() as u64);
        let model = self.projection.model(&mut self.room);
        let written =
            model.map(|(model, runtime)| runtime.block_on(model.apply(shop, from, &facts)));
        let written = written.unwrap_or_else(|| Err(away()));
        if ends {
            self.projection.restart();
            return None;
        }
        let mute = std::mem::take(&mut self.projection.mute_next);
        Some(Input::Written(shop, if mute { Err(away()) } else { written }))
    }

    fn heads(&self) -> Vec<(ShopId, domain::Stamp)> {
        let heads = self.witnesses.values().filter(|witness| !witness.log.is_empty());
        heads.map(|witness| (witness.shop, witness.head())).collect()
    }

    pub(crate) fn disturb_persister(&mut self) {
        let (seen, what) = match self.random.below(5) {
            0 => {
                self.projection.restart();
                (Seen::PersisterRestarted, "the persister starts again")
            }
            1 => {
                self.projection.crash_next = true;
                (Seen::PersisterCutOff, "the persister ends between its next write and its answer")
            }
            2 => {
                self.projection.mute_next = true;
                (Seen::PersisterUnheard, "the answer to the next write is lost")
            }
            3 => {
                let span = 1 + self.random.below(STALL_MS_MAX);
                self.projection.stalled_until = Millis(self.now.0 + u64::from(span));
                (Seen::ReadModelStalled, "the read model stalls")
            }
            _ => {
                self.projection.down = !self.projection.down;
                let away = ["the read model is back", "the read model is away"];
                (Seen::ReadModelAway, away[usize::from(self.projection.down)])
            }
        };
        self.trace.fault(seen, what);
    }

    /// True if everything durable is in the read model.
    pub(crate) fn is_projected(&self) -> bool {
        let status = self.projection.machine.status(self.wall);
        let looked = matches!(self.projection.act, Act::Wait(_));
        looked && status.is_caught_up()
    }

    /// Why it is not.
    pub(crate) fn projection_status(&self) -> String {
        format!("{:?}", self.projection.machine.status(self.wall))
    }
}

fn lessen(fact: &mut Fact) {
    if let Event::ClaimHeld(claimed) = &mut fact.event {
        claimed.lines.iter_mut().for_each(|line| line.held = Quantity::ZERO);
    }
}

/// Leaves a fact its place and takes what it says.
fn hollow(fact: &mut Fact) {
    fact.event = Event::CommentsNoted { session: SessionId(1), notes: Vec::new() };
}

fn away() -> Fault {
    Fault::Down("away, for the simulation".into())
}
