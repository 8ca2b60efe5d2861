//! How fast a backlog is written: `cargo bench -p persister`. Each claim is a new order of one
//! line, so it brings three rows.

#![allow(clippy::print_stdout, reason = "a benchmark prints")]

#[path = "../tests/postgres/mod.rs"]
mod postgres;

use domain::code::Code;
use domain::command::{Origin, RuleNo};
use domain::event::{Claimed, ClaimedLine, Event, Fact};
use domain::limits::PERSIST_BATCH_EVENTS_MAX;
use domain::offer::{Cell, Variant};
use domain::{
    BuyerRef, Epoch, Hash, ItemId, KeyDigest, Money, OrderId, Position, Quantity, Seq, SessionId,
    ShopId, Stamp, Timestamp,
};
use persister::{ReadModel, Target};
use postgres::Postgres;
use std::time::Instant;

const EVENTS: u32 = 100_000;
const ROWS_PER_EVENT: u32 = 3;
const RUNS: usize = 3;

fn claim(number: u32) -> Fact {
    // Spread like a digest, so that the index on keys is met as it is in earnest.
    let spread = u64::from(number).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let mut digest = [0; 16];
    digest[..8].copy_from_slice(&spread.to_be_bytes());
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
    let claimed = Claimed {
        session: SessionId(1),
        key: KeyDigest(digest),
        body: None,
        buyer: BuyerRef(digest),
        origin: Origin::Comment,
        rule: RuleNo(3),
        number,
        order: OrderId(number),
        lines: vec![line],
        hold_until: None,
        returned: vec![],
        review: None,
        network: None,
    };
    let mut hash = [0; 32];
    hash[..4].copy_from_slice(&number.to_be_bytes());
    let position = Position { epoch: Epoch(1), seq: Seq(u64::from(number)) };
    Fact {
        stamp: Stamp {
            position,
            at: Timestamp(1_795_431_905_123 + u64::from(number)),
            hash: Hash(hash),
        },
        event: Event::ClaimHeld(claimed),
    }
}

async fn measure(name: &str, target: &Target, facts: &[Fact]) {
    let mut model = ReadModel::connect(target).await.expect("it is there");
    for run in 0..RUNS {
        let shop = ShopId::from_random(1 + run as u64);
        let (start, mut from) = (Instant::now(), Stamp::default());
        for batch in facts.chunks(PERSIST_BATCH_EVENTS_MAX) {
            model.apply(shop, from, batch).await.expect("it follows");
            from = batch.last().expect("not empty").stamp;
        }
        let rate = f64::from(EVENTS) / start.elapsed().as_secs_f64();
        let rows = rate * f64::from(ROWS_PER_EVENT);
        println!("{name}: {rate:.0} events/s, {rows:.0} rows/s");
    }
}

fn main() {
    let facts: Vec<_> = (1..=EVENTS).map(claim).collect();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.expect("a runtime").block_on(async {
        let folder = tempfile::tempdir().expect("a folder");
        let file = Target::Sqlite(folder.path().join("readmodel.db"));
        measure("sqlite", &file, &facts).await;
        let server = Postgres::start();
        let database = Target::postgres(&server.database()).expect("an address");
        measure("postgres", &database, &facts).await;
    });
}
