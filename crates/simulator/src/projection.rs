//! The persister in this world: the real machine, the real read model in SQLite, and its mishaps.

use crate::mutant::Mutant;
use crate::promise::{Checked, PROJECTED, broken};
use crate::world::World;
use domain::{Event, Fact, Millis, OrderId, OrderView, Quantity, SessionId, ShopId};
use persister::machine::{Act, Input, Machine};
use persister::{Fault, ReadModel, Reader, StoredClaim, Target};
use std::path::Path;
use tokio::runtime::{Builder, Runtime};

/// The persister with its database.
pub(crate) struct Projection {
    machine: Machine,
    /// What it was told to do next.
    act: Act,
    model: Option<ReadModel>,
    target: Target,
    reader: Reader,
    runtime: Runtime,
    /// The database does not answer.
    pub(crate) down: bool,
    /// The next write is done, but its answer is lost.
    mute_next: bool,
    /// The persister's process ends after the next write, before it knows of it.
    crash_next: bool,
}

impl Projection {
    pub(crate) fn new(file: &Path) -> Self {
        let target = Target::Sqlite(file.to_path_buf());
        let runtime = Builder::new_current_thread().enable_time().build();
        Self {
            machine: Machine::new(),
            act: Act::Look,
            model: None,
            reader: Reader::new(target.clone()),
            target,
            runtime: runtime.expect("a runtime on this thread"),
            down: false,
            mute_next: false,
            crash_next: false,
        }
    }

    /// True if it has nothing to do before some later time, or news.
    fn waits(&self, now: Millis) -> bool {
        matches!(self.act, Act::Wait(until) if now < until)
    }

    fn restart(&mut self) {
        self.machine = Machine::new();
        self.model = None;
        self.act = Act::Look;
    }

    fn connect(&mut self) -> Input {
        self.model = None;
        if self.down {
            return Input::Connected(Err(away()));
        }
        let target = self.target.clone();
        let opened = self.runtime.block_on(async {
            let mut model = ReadModel::connect(&target).await?;
            let watermarks = model.watermarks().await?;
            Ok((model, watermarks))
        });
        Input::Connected(opened.map(|(model, watermarks)| {
            self.model = Some(model);
            watermarks
        }))
    }

    fn write(&mut self, shop: ShopId, from: domain::Stamp, facts: &[Fact]) -> Result<(), Fault> {
        if self.down {
            return Err(away());
        }
        let Some(model) = &mut self.model else { return Err(away()) };
        self.runtime.block_on(model.apply(shop, from, facts))
    }

    fn reload(&mut self, shop: ShopId) -> Input {
        let Some(model) = self.model.as_mut().filter(|_| !self.down) else {
            return Input::Reloaded(shop, Err(away()));
        };
        Input::Reloaded(shop, self.runtime.block_on(model.watermark(shop)))
    }

    /// A session's stored orders.
    pub(crate) fn orders(&self, shop: ShopId, session: SessionId) -> Checked<Vec<OrderView>> {
        let (mut orders, mut after): (Vec<OrderView>, Option<OrderId>) = (Vec::new(), None);
        loop {
            let page = self.runtime.block_on(self.reader.orders(shop, session, after, 1_000));
            let page = page.or_else(|error| broken(PROJECTED, error.to_string()))?;
            orders.extend(page.orders);
            after = page.next;
            if after.is_none() {
                return Ok(orders);
            }
        }
    }

    /// A session's stored acts.
    pub(crate) fn claims(&self, shop: ShopId, session: SessionId) -> Checked<Vec<StoredClaim>> {
        let mut claims: Vec<StoredClaim> = Vec::new();
        loop {
            let after = claims.last().map(|last| (last.stamp.position.seq, last.entry));
            let page = self.runtime.block_on(self.reader.claims(shop, session, after, 1_000));
            let page = page.or_else(|error| broken(PROJECTED, error.to_string()))?;
            if page.is_empty() {
                return Ok(claims);
            }
            claims.extend(page);
        }
    }
}

impl World {
    /// One act of the persister.
    pub(crate) fn persist(&mut self) -> Checked {
        let now = self.now;
        if self.projection.waits(now) {
            return Ok(());
        }
        let act = std::mem::replace(&mut self.projection.act, Act::Look);
        let input = match act {
            Act::Wait(_) => Input::Woken,
            Act::Connect => self.projection.connect(),
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
            Act::Reload(shop) => self.projection.reload(shop),
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
        self.trace.number(facts.len() as u64);
        let written = self.projection.write(shop, from, &facts);
        if std::mem::take(&mut self.projection.crash_next) {
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
        match self.random.below(4) {
            0 => {
                self.projection.restart();
                self.trace.fault("the persister starts again");
            }
            1 => {
                self.projection.crash_next = true;
                self.trace.fault("the persister ends between its next write and its answer");
            }
            2 => {
                self.projection.mute_next = true;
                self.trace.fault("the answer to the next write is lost");
            }
            _ => {
                self.projection.down = !self.projection.down;
                self.trace.fault(format!("the read model is away: {}", self.projection.down));
            }
        }
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

fn away() -> Fault {
    Fault::Down("away, for the simulation".into())
}
