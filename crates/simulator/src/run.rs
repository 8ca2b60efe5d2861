//! One run from its options to its tally, or to everything that is needed to see it fail again.

use crate::options::Options;
use crate::promise::{NO_PANIC, SAME_TWICE, Violated};
use crate::world::{Tally, World};
use std::any::Any;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Faults that are told with a failure: the last ones.
const FAULTS_TOLD: usize = 40;

/// Events of each shop that are told with a failure.
const EVENTS_TOLD: usize = 12;

/// A run in which a promise was broken.
#[derive(Clone, Debug)]
pub struct Failure {
    /// All of them.
    pub options: Options,
    /// At which step.
    pub step: u64,
    /// What had gone wrong before, each with its step.
    pub faults: Vec<(u64, String)>,
    /// The last durable events of every shop.
    pub history: Vec<String>,
    /// The promise.
    pub violated: Violated,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "seed {}, step {}: {}", self.options.seed, self.step, self.violated)?;
        writeln!(f, "faults before it, {} in all:", self.faults.len())?;
        let first = self.faults.len().saturating_sub(FAULTS_TOLD);
        for (step, fault) in &self.faults[first..] {
            writeln!(f, "  step {step}: {fault}")?;
        }
        self.history.iter().try_for_each(|line| writeln!(f, "{line}"))?;
        writeln!(f, "{}", self.options)?;
        let mutant = self.options.mutant.map(|mutant| format!(" --mutant {mutant}"));
        let mutant = mutant.unwrap_or_default();
        let set: String =
            self.options.differences().iter().map(|word| format!(" --set {word}")).collect();
        write!(f, "again: cargo xtask simulate --seed {}{mutant}{set}", self.options.seed)
    }
}

/// Runs a world twice.
///
/// # Errors
/// As [`run`], and if the second run is another one than the first.
pub fn check(options: Options) -> Result<Tally, Box<Failure>> {
    let first = run(options.clone())?;
    let second = run(options.clone())?;
    if first == second {
        return Ok(first);
    }
    let told = |tally: &Tally| format!("{} steps, trace {:016x}", tally.steps, tally.trace);
    let detail = format!("first {}, then {}", told(&first), told(&second));
    let step = first.steps.min(second.steps);
    let violated = Violated { promise: SAME_TWICE, detail };
    Err(Box::new(Failure { options, step, faults: vec![], history: vec![], violated }))
}

/// Runs a world from its first step to its last check.
///
/// # Errors
/// The first broken promise; a panic of a machine is one.
pub fn run(options: Options) -> Result<Tally, Box<Failure>> {
    let mut world = World::new(options);
    let ended = catch_unwind(AssertUnwindSafe(|| world.run()));
    let violated = match ended {
        Ok(Ok(tally)) => {
            world.end();
            return Ok(tally);
        }
        Ok(Err(violated)) => violated,
        Err(panic) => Violated { promise: NO_PANIC, detail: said(&*panic) },
    };
    Err(Box::new(Failure {
        options: world.options.clone(),
        step: world.trace.step,
        faults: world.trace.faults.clone(),
        history: world.witnesses.values().flat_map(|witness| witness.last(EVENTS_TOLD)).collect(),
        violated,
    }))
}

fn said(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or(panic.downcast_ref::<&str>().copied()).unwrap_or("without words").to_owned()
}
