//! The world: one thread, one seed, one thing after the other.

use crate::coverage::{Coverage, Seen};
use crate::decide;
use crate::deed::{Deed, DeedNo};
use crate::market::Market;
use crate::options::Options;
use crate::process::Process;
use crate::projection::Projection;
use crate::promise::Checked;
use crate::room::Room;
use crate::told::{Mailbox, Told};
use crate::trace::Trace;
use crate::viewer::Viewer;
use crate::witness::Witness;
use crowd::Random;
use domain::limits::CLOCK_STEP_MS_MAX;
use domain::{Epoch, KeyDigest, Millis, ShopId, Timestamp};
use journal::memory::MemoryDisk;
use std::collections::BTreeMap;

/// When every evening begins.
pub(crate) const EVENING: Timestamp = Timestamp(1_795_431_905_123);

/// An ordinary evening takes about two steps per deed.
const STEPS_PER_DEED_MAX: u64 = 6;

/// Everything there is.
pub(crate) struct World {
    pub(crate) options: Options,
    pub(crate) random: Random,
    /// Of those who leave: a stream of its own.
    pub(crate) leaving: Random,
    pub(crate) trace: Trace,
    /// True time since the beginning.
    pub(crate) now: Millis,
    /// What the wall clock says; it jumps.
    pub(crate) wall: Timestamp,
    /// How long orders could be taken so far.
    pub(crate) up_ms: u64,
    pub(crate) disk: MemoryDisk,
    pub(crate) room: Room,
    pub(crate) process: Option<Process>,
    /// Of the last start; kept on disk by a real journal.
    pub(crate) epoch: Epoch,
    pub(crate) witnesses: BTreeMap<ShopId, Witness>,
    pub(crate) markets: BTreeMap<ShopId, Market>,
    pub(crate) deeds: Vec<Deed>,
    pub(crate) by_key: BTreeMap<KeyDigest, DeedNo>,
    /// Which deeds each ask was about.
    pub(crate) asks: Vec<Vec<DeedNo>>,
    pub(crate) mailbox: Mailbox,
    pub(crate) viewers: BTreeMap<u64, Viewer>,
    pub(crate) viewers_ever: u64,
    pub(crate) projection: Projection,
    /// Decisions that were made to panic, and requests that were kept aside.
    pub(crate) panics: (u64, u64),
    /// Why the process must end.
    pub(crate) doomed: Option<(Seen, String)>,
    /// After how many outputs the process ends, in the middle of whatever it does.
    pub(crate) cut_after: Option<u32>,
    /// It has ended; what its machines still say is not heard.
    pub(crate) severed: bool,
    /// Messages that are still on their way.
    pub(crate) on_the_way: Vec<(Millis, ShopId, Vec<DeedNo>)>,
    /// What a mutant tells too late.
    pub(crate) held_back: Option<Told>,
    /// What the lanes had decided, durable or not: what a mutant takes for a snapshot.
    pub(crate) decided: BTreeMap<ShopId, domain::Snapshot>,
    /// No faults any more.
    pub(crate) calm: bool,
    pub(crate) disk_low: bool,
}

/// What a run came to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Tally {
    /// Equal for equal runs.
    pub trace: u64,
    /// Steps.
    pub steps: u64,
    /// Faults.
    pub faults: u64,
    /// Deeds, each asked at least once.
    pub deeds: u64,
    /// Durable events over all shops.
    pub events: u64,
    /// What happened how often.
    pub coverage: Coverage,
}

impl World {
    /// A world before its first step.
    pub(crate) fn new(options: Options) -> Self {
        decide::prepare(options.mutant);
        let market = |number| Market::new(options.seed, number, options.buyers, options.stock);
        let markets: BTreeMap<_, _> =
            (0..options.shops).map(market).map(|market| (market.shop, market)).collect();
        // Clocks that do not jump leave no excuse.
        let step_ms = if options.clock_jumps > 0 { CLOCK_STEP_MS_MAX } else { 0 };
        let witness = |shop: &ShopId| (*shop, Witness::new(*shop, step_ms));
        let witnesses = markets.keys().map(witness).collect();
        Self {
            random: Random::split(options.seed, 2),
            leaving: Random::split(options.seed, 3),
            options,
            trace: Trace::new(),
            now: Millis(0),
            wall: EVENING,
            up_ms: 0,
            disk: MemoryDisk::new(),
            room: Room::take(),
            process: None,
            epoch: Epoch(0),
            witnesses,
            markets,
            deeds: Vec::new(),
            by_key: BTreeMap::new(),
            asks: Vec::new(),
            mailbox: Mailbox::default(),
            viewers: BTreeMap::new(),
            viewers_ever: 0,
            projection: Projection::new(),
            panics: (0, 0),
            doomed: None,
            cut_after: None,
            severed: false,
            on_the_way: Vec::new(),
            held_back: None,
            decided: BTreeMap::new(),
            calm: false,
            disk_low: false,
        }
    }

    /// From the first start to the last check.
    pub(crate) fn run(&mut self) -> Checked<Tally> {
        self.start()?;
        let wanted = usize::try_from(self.options.deeds).expect("few");
        // Where every session is archived early, nobody has anything left to ask.
        let steps_max = u64::from(self.options.deeds) * STEPS_PER_DEED_MAX;
        while self.deeds.len() < wanted && self.trace.step < steps_max {
            self.step()?;
        }
        self.settle()?;
        self.judge()?;
        let tally = Tally {
            trace: self.trace.hash(),
            steps: self.trace.step,
            faults: self.trace.faults.len() as u64,
            deeds: self.deeds.len() as u64,
            events: self.witnesses.values().map(|witness| witness.log.len() as u64).sum(),
            coverage: Coverage::default(),
        };
        self.damage()?;
        Ok(Tally { coverage: self.trace.coverage.clone(), ..tally })
    }

    /// After a run that broke nothing: its place is free for the next one.
    pub(crate) fn end(self) {
        self.room.leave(self.markets.keys().copied());
    }

    pub(crate) fn shops(&self) -> Vec<ShopId> {
        self.markets.keys().copied().collect()
    }

    fn step(&mut self) -> Checked {
        self.trace.step += 1;
        self.fault()?;
        self.late_ones_come_in()?;
        match self.random.below(100) {
            0..35 => self.ask_something(),
            35..40 => self.look_in(),
            40..65 => self.pump_some(),
            65..80 => {
                let span = [1, 20, 200, 1_500][self.random.below(4) as usize];
                let span = Millis(u64::from(1 + self.random.below(span)));
                self.pass(span)
            }
            80..90 => self.persist(),
            _ => Ok(()),
        }?;
        self.end_if_doomed()?;
        if self.random.below(1_000) < self.options.disk_speed {
            self.disk_turns()?;
        }
        Ok(())
    }

    /// A shop, each as often as the other.
    pub(crate) fn some_shop(&mut self) -> ShopId {
        let at = self.random.below(self.options.shops) as usize;
        *self.markets.keys().nth(at).expect("a shop")
    }

    pub(crate) fn witness(&mut self, shop: ShopId) -> &mut Witness {
        self.witnesses.get_mut(&shop).expect("every shop has one")
    }

    pub(crate) fn market(&mut self, shop: ShopId) -> &mut Market {
        self.markets.get_mut(&shop).expect("every shop has one")
    }
}
