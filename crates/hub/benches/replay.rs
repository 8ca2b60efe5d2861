//! From a stopped process to the first answer, with a million events in the journal: with a
//! snapshot, without one, and how fast facts are replayed. `cargo bench -p hub --bench replay`
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
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

const SESSION: SessionId = SessionId(1);
const EVENTS: u64 = 1_000_000;
const POST: u64 = 4_000;

fn main() {
    let folder = tempfile::tempdir().expect("a folder");
    let shop = ShopId::from_random(1);
    let began = Instant::now();
    let (hub, runtime) = start(folder.path());
    hub.add_shop(shop);
    runtime.block_on(fill(&hub, shop));
    println!("{EVENTS} claims written in {:.1} s", began.elapsed().as_secs_f64());
    hub.stop();
    restart(folder.path(), shop, "with a snapshot at the end");
    let snapshots = folder.path().join("snapshots");
    std::fs::remove_dir_all(&snapshots).expect("snapshots may be deleted");
    let took = restart(folder.path(), shop, "without any snapshot  ");
    println!("replay {:.0} events/s", EVENTS as f64 / took);
}

fn start(folder: &Path) -> (Hub, tokio::runtime::Runtime) {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock::start());
    let (journal, recovered) = Journal::open(folder, clock.wall()).expect("a journal");
    let lost = Box::new(|why: &str| panic!("{why}"));
    let options = Options::new(folder.join("aside.log"), lost);
    let hub = Hub::start(journal, recovered, clock, options).expect("a hub");
    let runtime = tokio::runtime::Builder::new_multi_thread().build().expect("a runtime");
    (hub, runtime)
}

/// Seconds from opening the folder to the first answer.
fn restart(folder: &Path, shop: ShopId, how: &str) -> f64 {
    let began = Instant::now();
    let (hub, runtime) = start(folder);
    let again = vec![comment(0)];
    runtime.block_on(hub.comments(shop, SESSION, again)).expect("an answer");
    let took = began.elapsed().as_secs_f64();
    println!("restart to first answer, {how}: {took:.2} s");
    hub.stop();
    took
}

async fn fill(hub: &Hub, shop: ShopId) {
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
    for from in (0..EVENTS).step_by(POST as usize) {
        let post = (from..from + POST).map(comment).collect();
        hub.comments(shop, SESSION, post).await.expect("taken");
    }
}

fn comment(number: u64) -> Comment {
    Comment {
        key: format!("tiktok:{number}"),
        platform: "tiktok".into(),
        buyer_id: format!("buyer-{}", number % 20_000),
        buyer_name: "Chị Lan Anh".into(),
        text: "D1 x1".into(),
        sent_at: None,
        edited: false,
        author: Author::Viewer,
    }
}
