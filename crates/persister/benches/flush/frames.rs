//! A backlog as the journal keeps it: encoded frames, decoded when they are read.

use domain::code::Code;
use domain::command::{Origin, RuleNo};
use domain::event::{Claimed, ClaimedLine, Event, Fact};
use domain::offer::{Cell, Variant};
use domain::{
    BuyerRef, Epoch, Hash, ItemId, KeyDigest, Money, OrderId, Position, Quantity, Seq, SessionId,
    ShopId, Stamp, Timestamp,
};
use journal::codec::{decode_event, encode_event};
use persister::Source;

/// When the first event was.
pub(crate) const BEGAN_MS: u64 = 1_795_431_905_123;

/// One shop's history.
pub(crate) struct Frames {
    shop: ShopId,
    frames: Vec<(Stamp, Vec<u8>)>,
}

impl Frames {
    /// So many claims, each a new order of one line.
    pub(crate) fn make(shop: ShopId, events: u32) -> Self {
        let frame = |number| {
            let mut bytes = Vec::new();
            encode_event(&claim(number), &mut bytes);
            (stamp(number), bytes)
        };
        Self { shop, frames: (1..=events).map(frame).collect() }
    }

    /// Decodes everything once; how many there were.
    pub(crate) fn decode_all(&self) -> usize {
        let events = self.frames.iter().map(|(_, bytes)| decode_event(bytes));
        events.filter(Result::is_ok).count()
    }
}

impl Source for Frames {
    fn heads(&self) -> Vec<(ShopId, Stamp)> {
        self.frames.last().map(|(stamp, _)| (self.shop, *stamp)).into_iter().collect()
    }

    fn read(&self, _: ShopId, after: Seq, limit: usize) -> Result<Vec<Fact>, String> {
        let after = usize::try_from(after.0).map_err(|error| error.to_string())?;
        let fact = |(stamp, bytes): &(Stamp, Vec<u8>)| {
            let event = decode_event(bytes).map_err(|error| error.to_string())?;
            Ok(Fact { stamp: *stamp, event })
        };
        self.frames[after..].iter().take(limit).map(fact).collect()
    }

    fn writer(&self) -> Epoch {
        Epoch(1)
    }
}

fn stamp(number: u32) -> Stamp {
    let mut hash = [0; 32];
    hash[..16].copy_from_slice(&spread(number));
    hash[16..].copy_from_slice(&spread(!number));
    let position = Position { epoch: Epoch(1), seq: Seq(number.into()) };
    Stamp { position, at: Timestamp(BEGAN_MS + u64::from(number)), hash: Hash(hash) }
}

/// Spread like a digest, so that the index on keys is met as it is in earnest.
fn spread(number: u32) -> [u8; 16] {
    let wide = u128::from(number) + 1;
    wide.wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835).to_be_bytes()
}

fn claim(number: u32) -> Event {
    let line = ClaimedLine {
        code: Code::parse("D1").expect("a code"),
        item: ItemId(1),
        cell: Cell(0),
        variant: Variant::default(),
        held: Quantity::ONE,
        waitlisted: Quantity::ZERO,
        position_in_line: None,
        price: Money::vnd(45_000),
    };
    Event::ClaimHeld(Claimed {
        session: SessionId(1),
        key: KeyDigest(spread(number)),
        body: None,
        buyer: BuyerRef(spread(number / 2)),
        origin: Origin::Comment,
        rule: RuleNo(3),
        number,
        order: OrderId(number),
        lines: vec![line],
        hold_until: None,
        returned: vec![],
        review: None,
        network: None,
    })
}
