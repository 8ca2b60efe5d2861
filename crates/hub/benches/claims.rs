//! Durable claims on one hot offer, in this process, beside a bare SQLite loop that commits the
//! same bytes in the same batches, in the same run. `cargo bench -p hub --bench claims` (`-- 4096`
//! for one size)
//!
//! A run has N claims in flight: two posts of N/2 (one of 1 for N = 1), each sent again as soon as
//! it is answered. Then the rows that the journal wrote are read back and written once more by a
//! loop that does nothing else.
#![allow(clippy::print_stdout, reason = "a bench prints its figures")]

use domain::command::Key;
use domain::offer::{OfferTerms, Stock};
use domain::rules::Repeat;
use domain::{
    Clock, Code, Command, Currency, KeyDigest, Money, Quantity, Request, Rules, SessionId,
    SessionState, ShopId,
};
use hub::{Author, Comment, Hub, Options, SystemClock};
use journal::Journal;
use rusqlite::Connection;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

const SESSION: SessionId = SessionId(1);
const BUYERS: u64 = 20_000;
const ROUNDS: usize = 5;
const TIME: Duration = Duration::from_secs(2);

fn main() {
    println!("durable claims/s on one hot offer, hub + inventory + journal, against a bare SQLite");
    println!("loop with the same bytes in the same batches; medians of {ROUNDS} rounds\n");
    println!(
        "{:>9} {:>12} {:>12} {:>8} {:>22} {:>10}",
        "in flight", "claims/s", "bare/s", "ratio", "ratios", "batch"
    );
    let asked: Vec<usize> = std::env::args().filter_map(|word| word.parse().ok()).collect();
    let sizes = if asked.is_empty() { vec![1, 16, 256, 4_096] } else { asked };
    for in_flight in sizes {
        let rounds: Vec<_> = (0..ROUNDS).map(|_| round(in_flight)).collect();
        let median = |mut figures: Vec<f64>| {
            figures.sort_by(f64::total_cmp);
            figures[figures.len() / 2]
        };
        let ratios: Vec<f64> = rounds.iter().map(|round| round.claims / round.bare).collect();
        let spread = ratios.iter().copied();
        println!(
            "{in_flight:>9} {:>12.0} {:>12.0} {:>8.2} {:>15.2} – {:.2} {:>10.0}",
            median(rounds.iter().map(|round| round.claims).collect()),
            median(rounds.iter().map(|round| round.bare).collect()),
            median(ratios.clone()),
            spread.clone().fold(f64::MAX, f64::min),
            spread.fold(0.0, f64::max),
            median(rounds.iter().map(|round| round.batch).collect()),
        );
    }
}

struct Round {
    claims: f64,
    bare: f64,
    batch: f64,
}

fn round(in_flight: usize) -> Round {
    let folder = tempfile::tempdir().expect("a folder");
    let (claims, took, from_row) = hub_run(folder.path(), in_flight);
    let rows = rows_after(&folder.path().join("journal.db"), from_row);
    let per_row = claims as f64 / rows.len() as f64;
    let bare = bare_run(&folder.path().join("bare.db"), &rows);
    let rate = |took: Duration| claims as f64 / took.as_secs_f64();
    Round { claims: rate(took), bare: rate(bare), batch: per_row }
}

/// Runs the hub for a while; answers how many claims were acknowledged, in what time, and the last
/// row before them.
fn hub_run(folder: &Path, in_flight: usize) -> (u64, Duration, i64) {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock::start());
    let (journal, recovered) = Journal::open(folder, clock.wall()).expect("a journal");
    let lost = Box::new(|why: &str| panic!("{why}"));
    let options = Options { lanes: 1, ..Options::new(folder.join("aside.log"), lost) };
    let hub = Hub::start(journal, recovered, clock, options).expect("a hub");
    let shop = ShopId::from_random(1);
    hub.add_shop(shop);
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).build();
    let runtime = runtime.expect("a runtime");
    runtime.block_on(open(&hub, shop));
    runtime.block_on(meet_everybody(&hub, shop));
    let from_row = last_row(&folder.join("journal.db"));
    let posts = if in_flight == 1 { 1 } else { 2 };
    let began = Instant::now();
    let senders: Vec<_> = (0..posts)
        .map(|sender| runtime.spawn(send(hub.clone(), shop, sender, in_flight / posts, began)))
        .collect();
    let claims = senders.into_iter().map(|s| runtime.block_on(s).expect("a sender")).sum();
    let took = began.elapsed();
    hub.stop();
    (claims, took, from_row)
}

async fn open(hub: &Hub, shop: ShopId) {
    let rules = Rules { repeat_comment: Repeat::Add, repeat_code: Repeat::Add, ..Rules::default() };
    let offer = OfferTerms {
        code: Code::parse("D1").expect("a code"),
        name: "bí đỏ".into(),
        price: Money::vnd(45_000),
        unit: "trái".into(),
        step: Quantity::ONE,
        axes: vec![],
        prices: vec![],
        packs: vec![],
        aliases: vec![],
        limit_per_buyer: None,
        ready_at: None,
        item: None,
        stock: Stock::Pool(Quantity::MAX),
    };
    let open = Command::OpenSession {
        title: "đo".into(),
        rules: Box::new(rules),
        currency: Currency::VND,
        offers: vec![offer],
    };
    let live = Command::SetSessionState { session: SESSION, state: SessionState::Live };
    for (number, command) in [open, live].into_iter().enumerate() {
        let key = Key { digest: KeyDigest([number as u8 + 1; 16]), body: None };
        hub.ask(shop, Request { key: Some(key), command }).await.expect("done");
    }
}

/// Every buyer says hello once, so that the vault knows them before the measurement.
async fn meet_everybody(hub: &Hub, shop: ShopId) {
    for from in (0..BUYERS).step_by(1_000) {
        let hello = (from..from + 1_000).map(|n| comment(n, format!("hello:{n}"), "chào shop"));
        hub.comments(shop, SESSION, hello.collect()).await.expect("noted");
    }
}

async fn send(hub: Hub, shop: ShopId, sender: usize, post: usize, began: Instant) -> u64 {
    let mut claims = 0;
    while began.elapsed() < TIME {
        let first = claims;
        let comments = (0..post as u64).map(|n| {
            let number = first + n;
            let buyer = (number * 7_919 + sender as u64 * 104_729) % BUYERS;
            comment(buyer, format!("tiktok:{sender}-{number}"), "D1 x1")
        });
        let answers = hub.comments(shop, SESSION, comments.collect()).await.expect("taken");
        assert!(answers.iter().all(Result::is_ok), "every claim is answered");
        claims += post as u64;
    }
    claims
}

fn comment(buyer: u64, key: String, text: &str) -> Comment {
    Comment {
        key,
        platform: "tiktok".into(),
        buyer_id: format!("buyer-{buyer}"),
        buyer_name: "Chị Lan Anh".into(),
        text: text.into(),
        sent_at: None,
        edited: false,
        author: Author::Viewer,
    }
}

type Row = (i64, i64, i64, i64, Vec<u8>, Vec<u8>, Vec<u8>, Option<Vec<u8>>);

fn last_row(file: &Path) -> i64 {
    let database = Connection::open(file).expect("the journal");
    database.query_row("SELECT max(id) FROM batches", [], |row| row.get(0)).expect("rows")
}

fn rows_after(file: &Path, id: i64) -> Vec<Row> {
    let database = Connection::open(file).expect("the journal");
    let mut rows = database
        .prepare(
            "SELECT shop, first_seq, last_seq, epoch, prev, head, frames, sealed \
             FROM batches WHERE id > ?1 ORDER BY id",
        )
        .expect("the table");
    let read = |row: &rusqlite::Row<'_>| {
        Ok((
            row.get(0)?,
            row.get(1)?,
            row.get(2)?,
            row.get(3)?,
            row.get(4)?,
            row.get(5)?,
            row.get(6)?,
            row.get(7)?,
        ))
    };
    rows.query_map([id], read).expect("rows").collect::<Result<_, _>>().expect("rows")
}

/// The same rows, one transaction each, and nothing else.
fn bare_run(file: &Path, rows: &[Row]) -> Duration {
    let database = Connection::open(file).expect("a database");
    database
        .execute_batch(
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=0;
             CREATE TABLE batches (id INTEGER PRIMARY KEY, shop INTEGER, first_seq INTEGER,
                 last_seq INTEGER, epoch INTEGER, prev BLOB, head BLOB, frames BLOB, sealed BLOB);
             CREATE UNIQUE INDEX by_seq ON batches (shop, first_seq);",
        )
        .expect("tables");
    let began = Instant::now();
    let mut insert = database
        .prepare(
            "INSERT INTO batches (shop, first_seq, last_seq, epoch, prev, head, frames, sealed) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        )
        .expect("the table");
    for row in rows {
        let (shop, first, last, epoch, prev, head, frames, sealed) = row;
        insert.execute((shop, first, last, epoch, prev, head, frames, sealed)).expect("a row");
    }
    began.elapsed()
}
