//! How much of bare SQLite's rate is left once events are encoded, chained, gathered and told of.
//!
//! `cargo bench -p journal` prints, per batch size, events made durable per second: by a bare loop
//! of one prepared insert per transaction with the same settings, and by one lane on the journal
//! with two batches in flight.
#![allow(clippy::print_stdout, reason = "a bench prints")]

use domain::command::{Origin, RuleNo};
use domain::event::{Claimed, ClaimedLine};
use domain::limits::BATCHES_IN_FLIGHT_MAX;
use domain::offer::{Cell, Variant};
use domain::{
    BuyerRef, Code, Epoch, Event, ItemId, KeyDigest, Money, OrderId, Quantity, SessionId, ShopId,
    Stamp, Timestamp,
};
use journal::{Appended, Batch, Journal};
use rusqlite::{Connection, params};
use std::path::Path;
use std::sync::mpsc::sync_channel;
use std::time::{Duration, Instant};

const REPEATS: usize = 5;
const LONG: Duration = Duration::from_millis(800);
const NOW: Timestamp = Timestamp(1_795_431_905_123);

fn main() {
    let dir = tempfile::tempdir().expect("a folder");
    let (journal, recovered) = Journal::open(&dir.path().join("journal"), NOW).expect("opens");
    let bare = bare(&dir.path().join("bare.db"));
    println!("batch   bare/s      journal/s   ratio (medians of {REPEATS}, one row per batch)");
    for (shop, size) in [1, 16, 256, 4_096].into_iter().enumerate() {
        let shop = ShopId::from_random(shop as u64);
        let mut head = Stamp::default();
        let (mut rates, mut ratios) = (Vec::new(), Vec::new());
        for _ in 0..REPEATS {
            let bar = bare_loop(&bare, size);
            let ours = lane_loop(&journal, shop, recovered.epoch, &mut head, size);
            rates.push((bar, ours));
            ratios.push(ours / bar);
        }
        let bar = median(rates.iter().map(|rate| rate.0));
        let ours = median(rates.iter().map(|rate| rate.1));
        let ratio = median(ratios.into_iter());
        println!("{size:>5}   {bar:>9.0}   {ours:>9.0}   {ratio:.2}");
    }
    assert_eq!(journal.close(), Appended::Synced);
}

/// A table like the journal's, with the journal's settings.
fn bare(file: &Path) -> Connection {
    let db = Connection::open(file).expect("opens");
    let set_up = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
        PRAGMA wal_autocheckpoint = 16384;
        CREATE TABLE batches(id INTEGER PRIMARY KEY, shop INTEGER, first_seq INTEGER,
            frames BLOB) STRICT;
        CREATE UNIQUE INDEX batches_by_seq ON batches(shop, first_seq);";
    db.execute_batch(set_up).expect("sets up");
    db
}

/// Events per second of one transaction after the other, 96 bytes per event.
fn bare_loop(db: &Connection, size: u64) -> f64 {
    let frames = vec![7_u8; size as usize * 96];
    let next = "SELECT coalesce(max(first_seq), 0) + 1 FROM batches WHERE shop = ?1";
    let mut seq: i64 = db.query_row(next, [size as i64], |row| row.get(0)).expect("reads");
    let started = Instant::now();
    let mut count = 0;
    while started.elapsed() < LONG {
        let run = |sql, params: &[&dyn rusqlite::ToSql]| {
            db.prepare_cached(sql).and_then(|mut sql| sql.execute(params)).expect("runs")
        };
        run("BEGIN IMMEDIATE", &[]);
        let insert = "INSERT INTO batches(shop, first_seq, frames) VALUES (?1, ?2, ?3)";
        run(insert, params![size as i64, seq, frames]);
        run("COMMIT", &[]);
        seq += 1;
        count += size;
    }
    count as f64 / started.elapsed().as_secs_f64()
}

/// Events per second of a lane that encodes and chains while the last batch syncs.
fn lane_loop(journal: &Journal, shop: ShopId, epoch: Epoch, head: &mut Stamp, size: u64) -> f64 {
    let event = claim();
    let (told, answers) = sync_channel(BATCHES_IN_FLIGHT_MAX);
    let started = Instant::now();
    let (mut sent, mut back) = (0, 0);
    while started.elapsed() < LONG || back < sent {
        if started.elapsed() < LONG && sent - back < BATCHES_IN_FLIGHT_MAX as u64 {
            let mut batch = Batch::after(shop, epoch, *head);
            for _ in 0..size {
                *head = batch.push(NOW, &event);
            }
            let told = told.clone();
            journal.append(batch, move |appended| told.send(appended).expect("is awaited"));
            sent += 1;
        } else {
            assert_eq!(answers.recv().expect("is told"), Appended::Synced);
            back += 1;
        }
    }
    (back * size) as f64 / started.elapsed().as_secs_f64()
}

fn claim() -> Event {
    Event::ClaimHeld(Claimed {
        session: SessionId(1),
        key: KeyDigest([7; 16]),
        body: None,
        buyer: BuyerRef([9; 16]),
        origin: Origin::Comment,
        rule: RuleNo(12),
        number: 100_000,
        order: OrderId(70_000),
        lines: vec![ClaimedLine {
            code: Code::parse("D1").expect("a code"),
            item: ItemId(1),
            cell: Cell(0),
            variant: Variant::default(),
            held: Quantity::ONE,
            waitlisted: Quantity::ZERO,
            position_in_line: None,
            price: Money::vnd(45_000),
        }],
        hold_until: Some(NOW),
        returned: vec![],
        review: None,
        network: None,
    })
}

fn median(rates: impl Iterator<Item = f64>) -> f64 {
    let mut rates: Vec<_> = rates.collect();
    rates.sort_by(f64::total_cmp);
    rates[rates.len() / 2]
}
