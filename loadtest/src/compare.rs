//! Whether what a viewer was told is what the ledger says, field by field.

use crate::fold::{Order, said};
use crate::line::{Body, Line};
use proto::live;
use proto::store::event::Event;
use proto::store::{Claimed, ClaimedLine, ReturnedLine};
use std::collections::BTreeMap;
use std::fmt::Debug;

/// The ledger by sequence number.
pub(crate) struct Book<'a> {
    lines: BTreeMap<u64, &'a Line>,
    /// How many outcomes stood at each line so far.
    stood: BTreeMap<u64, usize>,
}

impl<'a> Book<'a> {
    pub(crate) fn new(lines: &'a [Line]) -> Self {
        Self { lines: lines.iter().map(|line| (line.seq, line)).collect(), stood: BTreeMap::new() }
    }

    /// Checks one acknowledged outcome, each key once.
    ///
    /// # Errors
    /// Says what differs.
    pub(crate) fn check(&mut self, outcome: &live::Outcome) -> Result<(), String> {
        let position = outcome.position.as_ref().ok_or("it has no position")?;
        let line = self
            .lines
            .get(&position.seq)
            .ok_or_else(|| format!("seq {} is not in the ledger", position.seq))?;
        same("epoch", position.epoch, line.epoch)?;
        let receipt: String = outcome.receipt.iter().map(|byte| format!("{byte:02x}")).collect();
        same("receipt", &receipt, &line.hash)?;
        let Body::Event(event) = &line.body else {
            return Err("it stands on a checkpoint".into());
        };
        let stood = self.stood.entry(position.seq).or_default();
        *stood += 1;
        let places = match &**event {
            Event::CommentsNoted(noted) => noted.notes.len(),
            _ => 1,
        };
        if *stood > places {
            return Err(format!("seq {} has one outcome too many", position.seq));
        }
        told(outcome, event)
    }
}

/// The words of the outcome against the fact.
fn told(outcome: &live::Outcome, event: &Event) -> Result<(), String> {
    let reason = outcome.reason.as_deref().unwrap_or_default();
    match (outcome.result.as_str(), event) {
        ("held" | "partial", Event::ClaimHeld(claim))
        | ("waitlisted", Event::ClaimWaitlisted(claim)) => claimed(outcome, claim),
        ("refused", Event::ClaimRefused(refused)) => {
            same("number", outcome.number, Some(refused.number))?;
            same("reason", reason, &refused.reason)
        }
        ("refused", Event::RequestRefused(refused)) => same("reason", reason, &refused.reason),
        ("review", Event::ClaimReviewed(review)) => same("reason", reason, &review.reason),
        ("noted", Event::CommentsNoted(noted)) => {
            let among = noted.notes.iter().any(|note| note.reason == reason);
            if among { Ok(()) } else { Err(format!("no note there says {reason:?}")) }
        }
        ("noted", Event::BuyersLinked(_)) => same("reason", reason, "linked"),
        ("held", Event::CancelUndone(undone)) => {
            same("order", outcome.order.as_deref().and_then(number_of), Some(undone.order))
        }
        ("cancelled", Event::CancelBegun(begun)) => {
            same("reason", reason, "undo_open")?;
            returned(outcome, &begun.lines)
        }
        ("cancelled", Event::ClaimReleased(back)) => returned(outcome, &back.lines),
        (result, event) => Err(format!("told {result:?}, but the ledger has {event:?}")),
    }
}

/// What the outcome says went back against the fact.
fn returned(outcome: &live::Outcome, lines: &[ReturnedLine]) -> Result<(), String> {
    let theirs = |line: &ReturnedLine| {
        (line.code.clone(), said(&line.variant), line.held_milli, line.waitlisted_milli)
    };
    let ours = |line: &live::OutcomeLine| {
        (line.code.clone(), said(&line.variant), line.held_milli, line.waitlisted_milli)
    };
    let told: Vec<_> = outcome.lines.iter().map(ours).collect();
    same("lines", told, lines.iter().map(theirs).collect())
}

fn claimed(outcome: &live::Outcome, claim: &Claimed) -> Result<(), String> {
    same("number", outcome.number, Some(claim.number))?;
    same("order", outcome.order.as_deref().and_then(number_of), Some(claim.order))?;
    same("hold_until", outcome.hold_until_ms, claim.hold_until_ms)?;
    let waits = claim.lines.iter().any(|line| line.waitlisted_milli > 0);
    let holds = claim.lines.iter().any(|line| line.held_milli > 0);
    let word = match (holds, waits) {
        (true, false) => "held",
        (true, true) => "partial",
        (false, _) => "waitlisted",
    };
    same("result", outcome.result.as_str(), word)?;
    let theirs = |line: &ClaimedLine| {
        (
            line.code.clone(),
            said(&line.variant),
            (line.held_milli, line.waitlisted_milli, line.position_in_line),
        )
    };
    let ours = |line: &live::OutcomeLine| {
        (
            line.code.clone(),
            said(&line.variant),
            (line.held_milli, line.waitlisted_milli, line.position_in_line),
        )
    };
    same(
        "lines",
        outcome.lines.iter().map(ours).collect::<Vec<_>>(),
        claim.lines.iter().map(theirs).collect(),
    )
}

/// A screen's list of orders against the fold's, both ways.
///
/// # Errors
/// Says which order differs, or is missing, or is too many.
pub(crate) fn orders(
    shown: &[live::Order],
    folded: &BTreeMap<u32, Order>,
    session: u32,
) -> Result<usize, String> {
    let ours: BTreeMap<u32, &Order> = folded
        .iter()
        .filter(|(_, order)| order.session == session)
        .map(|(&number, order)| (number, order))
        .collect();
    let mut seen = BTreeMap::new();
    for one in shown {
        let number = number_of(&one.order).ok_or_else(|| format!("{:?} is no id", one.order))?;
        if seen.insert(number, ()).is_some() {
            return Err(format!("{} is shown twice", one.order));
        }
        let order = ours.get(&number).ok_or_else(|| format!("{} is not ours", one.order))?;
        let named = |what: String| format!("{}: {what}", one.order);
        same("state", one.state.as_str(), order.state).map_err(named)?;
        if matches!(order.state, "held" | "confirmed" | "paid") {
            let mut lines: BTreeMap<(String, Vec<String>), (u64, u64)> = BTreeMap::new();
            for line in &one.lines {
                let sum = lines.entry((line.code.clone(), said(&line.variant))).or_default();
                *sum = (sum.0 + line.held_milli, sum.1 + line.waitlisted_milli);
            }
            let mut folded = order.lines.clone();
            lines.retain(|_, sum| *sum != (0, 0));
            folded.retain(|_, sum| *sum != (0, 0));
            same("lines", lines, folded).map_err(named)?;
        }
    }
    same("number of orders", seen.len(), ours.len())?;
    Ok(seen.len())
}

/// The counter in a public id: 17 of `7k3m9qa2x4-o17`.
pub(crate) fn number_of(public: &str) -> Option<u32> {
    let (_, number) = public.split_once('-')?;
    number.get(1..)?.parse().ok()
}

fn same<T: PartialEq + Debug>(what: &str, told: T, written: T) -> Result<(), String> {
    if told == written {
        Ok(())
    } else {
        Err(format!("{what}: told {told:?}, written {written:?}"))
    }
}

#[cfg(test)]
#[path = "compare_tests.rs"]
mod tests;
