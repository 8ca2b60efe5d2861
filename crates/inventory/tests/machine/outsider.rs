//! What somebody outside makes of a history: the ledger that a shop would export of it must hold,
//! from its first event on and from checkpoints within it.

use crate::lane::shop;
use domain::event::Fact;
use domain::position::{Hash, Stamp};
use inventory::State;
use journal::codec::{encode_event, encode_snapshot};
use sha2::{Digest as _, Sha256};

/// Proves the ledger from its first event, from two later ones and from its end, each time with the
/// same stock as the machine's; what does not hold otherwise.
pub(crate) fn prove(facts: &[Fact], end: &State) -> Result<(), String> {
    let mut before = State::new(shop());
    let figures = figures(end);
    for (at, fact) in facts.iter().enumerate() {
        if at == 0 || at == facts.len() / 3 || at == 2 * facts.len() / 3 {
            assert_eq!(prove_from(&before, &facts[at..])?, figures, "from event {at} on");
        }
        before.apply(fact);
    }
    assert_eq!(prove_from(&before, &[])?, figures, "of a checkpoint alone");
    Ok(())
}

/// Item, cell, stock, held, sold and places in line.
type Figure = (u32, u32, u64, u64, u64, usize);

/// As the machine has them.
fn figures(state: &State) -> Vec<Figure> {
    let mut figures = Vec::new();
    for item in state.snapshot().items {
        for (number, cell) in (0..).zip(&item.cells) {
            let [stock, held, sold] = [cell.stock, cell.held, cell.sold].map(|q| q.milli());
            figures.push((item.item.0, number, stock, held, sold, cell.queue.len()));
        }
    }
    figures
}

/// The stock figures that a ledger proves which begins with the shop as it stood.
fn prove_from(before: &State, facts: &[Fact]) -> Result<Vec<Figure>, String> {
    let (mut file, mut prev) = (String::new(), before.stamp().hash);
    if prev != Hash::GENESIS {
        let rest = encode_snapshot(&before.snapshot());
        file = ledger::checkpoint_line(&before.stamp(), &rest).expect("a shop at rest");
    }
    for fact in facts {
        let (stamp, frame) = chained(fact, prev);
        file += &ledger::line(&stamp, prev, &frame).expect("a line");
        prev = stamp.hash;
    }
    if file.is_empty() {
        return Ok(Vec::new());
    }
    let proof = ledger::verify(file.as_bytes(), None, |_| {})
        .map_err(|violation| format!("{violation}\n{}", told(&file, violation.line)))?;
    let figure = |item: &ledger::ItemProof| {
        let milli = (item.stock_milli, item.held_milli, item.sold_milli);
        (item.item, item.cell, milli.0, milli.1, milli.2, item.waiting)
    };
    Ok(proof.items.iter().map(figure).collect())
}

/// Where a fact stands in a real chain, and its frame.
fn chained(fact: &Fact, prev: Hash) -> (Stamp, Vec<u8>) {
    let mut frame = Vec::new();
    encode_event(&fact.event, &mut frame);
    let mut sha = Sha256::new_with_prefix(prev.0);
    let position = fact.stamp.position;
    for number in [position.epoch.0, position.seq.0, fact.stamp.at.0] {
        sha.update(number.to_be_bytes());
    }
    sha.update(&frame);
    (Stamp { hash: Hash(sha.finalize().into()), ..fact.stamp }, frame)
}

/// The line that does not hold and some before it, without their frames.
fn told(file: &str, line: u64) -> String {
    let upto = usize::try_from(line).expect("few lines");
    let lines = file.lines().take(upto).skip(upto.saturating_sub(9));
    let readable = lines.map(|line| &line[line.find("\"event\":").unwrap_or_default()..]);
    readable.collect::<Vec<_>>().join("\n")
}
