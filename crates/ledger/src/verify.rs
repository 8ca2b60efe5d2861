//! The walk through the file: chain first, then meaning, one line at a time.

use crate::chain;
use crate::fold::{Session, Shop};
use crate::line;
use crate::proof::{ItemProof, OfferProof, Proof, ReceiptProof, SessionProof, Start};
use crate::read::{Entry, EntryKind, Lines};
use crate::receipt::{follow, receipt_of};
use crate::violation::{Broken, Violation};
use domain::{Hash, Seq, Stamp};
use proto::store;
use serde_json::Value;
use serde_json::value::RawValue;
use std::io::BufRead;

/// After how many lines `progress` is told.
const PROGRESS_LINES: u64 = 10_000;

/// Replays an exported ledger and proves promises 1, 3 and 4 (and that no hold ended early) from
/// its bytes alone.
///
/// `receipt` is the hash that somebody was given with an outcome; it must be in the file.
/// `progress` is told the number of lines read, every ten thousand. Memory grows with what is open,
/// not with the file.
///
/// # Errors
/// The first [`Violation`]: its line, its event, and the promise that it breaks.
pub fn verify<R: BufRead>(
    file: R,
    receipt: Option<Hash>,
    mut progress: impl FnMut(u64),
) -> Result<Proof, Violation> {
    let mut lines = Lines::new(file);
    let mut walk = Walk { wanted: receipt, ..Walk::default() };
    loop {
        let read = lines.next();
        let line = lines.number();
        let entry = read.map_err(|broken| Violation { line, seq: None, broken })?;
        let Some(entry) = entry else {
            return walk.finish().map_err(|broken| Violation { line, seq: None, broken });
        };
        let seq = Some(entry.stamp.position.seq);
        walk.step(entry).map_err(|broken| Violation { line, seq, broken })?;
        if line.is_multiple_of(PROGRESS_LINES) {
            progress(line);
        }
    }
}

/// Where the walk stands.
#[derive(Default)]
struct Walk {
    /// None before the first line.
    start: Option<Start>,
    /// Of the line before.
    head: Stamp,
    shop: Shop,
    events: u64,
    wanted: Option<Hash>,
    found: Option<ReceiptProof>,
}

impl Walk {
    fn step(&mut self, entry: Entry) -> Result<(), Broken> {
        let stamp = entry.stamp;
        match entry.kind {
            EntryKind::Checkpoint(shop) => self.begin(stamp, &shop)?,
            EntryKind::Event { prev, frame, told } => {
                self.follow(&stamp, prev)?;
                let computed = chain::hash(prev, stamp.position, stamp.at, &frame);
                if computed != stamp.hash {
                    return Err(Broken::HashDiffers { computed, told: stamp.hash });
                }
                let event = line::decode(&frame).map_err(|why| Broken::NotAnEvent { why })?;
                let event = store::Event { event: Some(event) };
                if !says(&told, &event) {
                    return Err(Broken::EventDiffers);
                }
                let event = event.event.expect("put there above");
                self.shop.apply(&event, stamp.at)?;
                self.events += 1;
                if let Some(receipt) = &mut self.found {
                    follow(receipt, &stamp, &event);
                }
                if self.wanted == Some(stamp.hash) {
                    self.found = Some(receipt_of(&stamp, &event));
                }
            }
        }
        self.head = stamp;
        Ok(())
    }

    fn begin(&mut self, stamp: Stamp, shop: &store::Checkpoint) -> Result<(), Broken> {
        if self.start.is_some() {
            return Err(Broken::CheckpointInside);
        }
        let at_zero = stamp.position.seq == Seq(0);
        if at_zero != (stamp.hash == Hash::GENESIS) {
            let why = "only before the shop's first event there is no hash".into();
            return Err(Broken::BadCheckpoint { why });
        }
        self.shop = Shop::restore(shop)?;
        self.start = Some(Start::Checkpoint(stamp));
        Ok(())
    }

    /// The line follows the one before it, in place and in time.
    fn follow(&mut self, stamp: &Stamp, prev: Hash) -> Result<(), Broken> {
        if self.start.is_none() {
            if stamp.position.seq != Seq(1) || prev != Hash::GENESIS {
                return Err(Broken::BeginsInside);
            }
            self.start = Some(Start::Genesis);
        }
        let found = stamp.position.seq;
        let expected = Seq(self.head.position.seq.0.saturating_add(1));
        if found != expected {
            return Err(Broken::SeqJumps { expected, found });
        }
        if prev != self.head.hash {
            return Err(Broken::PrevDiffers { expected: self.head.hash, found: prev });
        }
        if stamp.position.epoch < self.head.position.epoch {
            return Err(Broken::EpochFalls);
        }
        if stamp.at < self.head.at {
            return Err(Broken::TimeFalls { before: self.head.at, now: stamp.at });
        }
        Ok(())
    }

    fn finish(self) -> Result<Proof, Broken> {
        let start = self.start.ok_or(Broken::Empty)?;
        if let (Some(receipt), None) = (self.wanted, &self.found) {
            return Err(Broken::ForeignReceipt { receipt });
        }
        let Shop { shelf, sessions, archived, tally, .. } = &self.shop;
        let items = shelf.cells().map(|(place, cell)| ItemProof {
            item: place.item,
            cell: place.cell,
            stock_milli: cell.stock.milli(),
            held_milli: cell.held.milli(),
            sold_milli: cell.sold.milli(),
            waiting: cell.waiting(),
        });
        let mut all: Vec<(u32, &Session)> =
            sessions.iter().chain(archived).map(|(&number, session)| (number, session)).collect();
        all.sort_by_key(|&(number, _)| number);
        Ok(Proof {
            start,
            events: self.events,
            head: self.head,
            items: items.collect(),
            offers: all.iter().flat_map(|&(number, session)| offers_of(number, session)).collect(),
            sessions: all.iter().map(|&(number, session)| session_of(number, session)).collect(),
            keys: tally.keys,
            claims: tally.claims,
            promotions: tally.promotions,
            expiries: tally.expiries,
            cards: tally.cards,
            cancels: tally.cancels,
            links: tally.links,
            receipt: self.found,
        })
    }
}

/// True if the readable part says what the frame says. A file of an earlier version lacks the
/// fields that were added since: they must be empty then.
fn says(told: &RawValue, event: &store::Event) -> bool {
    let Ok(own) = serde_json::to_string(event) else {
        return false;
    };
    if own == told.get() {
        return true;
    }
    // Written by somebody else's JSON: no other fields, each once, with the same values.
    let reads = serde_json::from_str::<store::Event>(told.get());
    let theirs = serde_json::from_str::<Value>(told.get());
    let own = serde_json::from_str::<Value>(&own);
    let (Ok(theirs), Ok(own)) = (theirs, own) else {
        return false;
    };
    reads.is_ok_and(|reads| reads == *event) && is_within(&theirs, &own)
}

/// True if the value has nothing that the other one has not.
fn is_within(value: &Value, other: &Value) -> bool {
    match (value, other) {
        (Value::Object(value), Value::Object(other)) => value
            .iter()
            .all(|(name, value)| other.get(name).is_some_and(|other| is_within(value, other))),
        (Value::Array(value), Value::Array(other)) => {
            value.len() == other.len()
                && value.iter().zip(other).all(|(value, other)| is_within(value, other))
        }
        (value, other) => value == other,
    }
}

fn session_of(number: u32, session: &Session) -> SessionProof {
    SessionProof {
        session: number,
        state: session.phase.word(),
        first: session.first_number.saturating_add(1),
        last: session.last_number,
    }
}

fn offers_of(number: u32, session: &Session) -> impl Iterator<Item = OfferProof> {
    session.offers.iter().map(move |(code, offer)| OfferProof {
        session: number,
        code: code.clone(),
        item: offer.item,
        claims: offer.claims,
        held_milli: offer.held,
        promoted_milli: offer.promoted,
        returned_milli: offer.returned,
    })
}
