//! The evening itself: one utterance after the other, from the seed alone.

use crate::arrivals::{Burst, Shape, Steady};
use crate::order;
use crate::person::{Platform, person};
use crate::random::Random;
use crate::slips::slipped;
use crate::talk;
use domain::command::Want;
use domain::{Code, Millis, OfferTerms};
use std::collections::BTreeMap;

/// Who watches what.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Plan {
    /// How many watch; a few of them write most.
    pub viewers: u32,
    /// What is on sale; codes and names are taken from here. At least one.
    pub goods: Vec<OfferTerms>,
    /// The steady rate: of a hundred comments about 40 order (or cancel, or repeat), 25 ask, 35
    /// chat.
    pub comments_per_minute: u32,
    /// How the evening runs.
    pub shape: Shape,
}

/// One comment of one viewer.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Utterance {
    /// Microseconds since the start; never falls from one to the next.
    pub at_us: u64,
    /// Which viewer, below [`Plan::viewers`].
    pub buyer: u32,
    /// Their name.
    pub buyer_name: String,
    /// Where they watch.
    pub platform: Platform,
    /// What they typed, slips included.
    pub text: String,
    /// What they meant.
    pub kind: Kind,
}

impl Utterance {
    /// When, in whole milliseconds since the start.
    pub const fn at(&self) -> Millis {
        Millis(self.at_us / 1_000)
    }
}

/// What a comment's writer meant. A reader may be more careful, never bolder.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Kind {
    /// To buy these lines.
    Order(Vec<Want>),
    /// The same words again, out of impatience.
    Repeat,
    /// To give this one back.
    Cancel(Code),
    /// To leave a phone number, after an order.
    Phone,
    /// To know something.
    Question,
    /// To be there.
    Chatter,
}

/// An evening without end: stop asking when it is late enough.
pub struct Crowd {
    seed: u64,
    plan: Plan,
    random: Random,
    steady: Steady,
    steady_us: Option<u64>,
    burst: Option<Burst>,
    burst_us: Option<u64>,
    /// Each buyer's latest order: its words and its first code.
    latest: BTreeMap<u32, (String, Code)>,
}

impl Crowd {
    /// The crowd of that seed and plan.
    ///
    /// # Panics
    /// If the plan has no goods, or its flash drop a code that none of them has.
    pub fn new(seed: u64, plan: &Plan) -> Self {
        assert!(!plan.goods.is_empty(), "a live sells something");
        let mut random = Random::new(seed);
        let mut steady = Steady::new(plan.comments_per_minute);
        let mut burst = match plan.shape {
            Shape::Calm => None,
            Shape::FlashDrop { code, at, per_second, half_life } => {
                assert!(plan.goods.iter().any(|good| good.code == code), "the drop is on sale");
                Some(Burst::new(at, per_second, half_life))
            }
        };
        let steady_us = steady.next(&mut random);
        let burst_us = burst.as_mut().and_then(|burst| burst.next(&mut random));
        let latest = BTreeMap::new();
        let plan = plan.clone();
        Self { seed, plan, random, steady, steady_us, burst, burst_us, latest }
    }

    fn calm(&mut self, at_us: u64) -> Utterance {
        // The square of an even chance: a tenth of the viewers write a third of everything.
        let share = self.random.unit().powi(2);
        let buyer = (share * f64::from(self.plan.viewers)) as u32;
        let (text, kind) = self.words(buyer);
        self.uttered(at_us, buyer, text, kind)
    }

    fn words(&mut self, buyer: u32) -> (String, Kind) {
        let random = &mut self.random;
        let good = random.pick(&self.plan.goods);
        let chance = random.below(100);
        let (text, kind) = match (chance, self.latest.get(&buyer)) {
            (0..3, Some((words, _))) => return (words.clone(), Kind::Repeat),
            (3..5, Some((_, code))) => (order::cancel(random, *code), Kind::Cancel(*code)),
            (5..7, Some(_)) => (order::phone(random), Kind::Phone),
            (0..40, _) => {
                let (text, wants) = order::order(random, &self.plan.goods);
                let text = slipped(random, text);
                self.latest.insert(buyer, (text.clone(), wants[0].code));
                return (text, Kind::Order(wants));
            }
            (40..65, _) => (talk::question(random, good), Kind::Question),
            (_, _) => (talk::chatter(random, good), Kind::Chatter),
        };
        (slipped(random, text), kind)
    }

    fn pressed(&mut self, at_us: u64) -> Option<Utterance> {
        let Shape::FlashDrop { code, .. } = self.plan.shape else {
            return None;
        };
        let buyer = self.random.below(self.plan.viewers);
        let good = self.plan.goods.iter().find(|good| good.code == code)?;
        let (text, wants) = order::hot(&mut self.random, good);
        self.latest.insert(buyer, (text.clone(), code));
        Some(self.uttered(at_us, buyer, text, Kind::Order(wants)))
    }

    fn uttered(&self, at_us: u64, buyer: u32, text: String, kind: Kind) -> Utterance {
        let (buyer_name, platform) = person(self.seed, buyer);
        Utterance { at_us, buyer, buyer_name, platform, text, kind }
    }
}

impl Iterator for Crowd {
    type Item = Utterance;

    /// The next in time; `None` only when neither a steady rate nor a drop is left.
    fn next(&mut self) -> Option<Utterance> {
        let drop_first = match (self.steady_us, self.burst_us) {
            (Some(steady), Some(burst)) => burst < steady,
            (None, burst) => burst.is_some(),
            (Some(_), None) => false,
        };
        if drop_first {
            let at_us = self.burst_us?;
            self.burst_us = self.burst.as_mut()?.next(&mut self.random);
            return self.pressed(at_us);
        }
        let at_us = self.steady_us?;
        self.steady_us = self.steady.next(&mut self.random);
        Some(self.calm(at_us))
    }
}
