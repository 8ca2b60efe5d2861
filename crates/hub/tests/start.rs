//! What a start does beside the sale stands back.

use domain::command::Command;
use domain::{Clock, Currency, Request, Rules, ShopId};
use hub::{Hub, Options, SystemClock};
use journal::Journal;
use std::collections::BTreeSet;
use std::path::Path;
use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

const SHOP: ShopId = ShopId::from_random(1);

static GAVE_WAY: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());
static MORE: Condvar = Condvar::new();

/// Notes which thread it is.
fn give_way() {
    let name = std::thread::current().name().unwrap_or_default().to_owned();
    GAVE_WAY.lock().expect("unpoisoned").insert(name);
    MORE.notify_all();
}

fn open(data: &Path) -> Hub {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock::start());
    let (journal, recovered) = Journal::open(data, clock.wall()).expect("a journal");
    let lost = Box::new(|why: &str| panic!("{why}"));
    let options = Options { give_way, ..Options::new(data.join("aside.log"), lost) };
    Hub::start(journal, recovered, clock, options).expect("a hub")
}

#[tokio::test]
async fn who_reads_old_history_beside_the_sale_gives_way() {
    let data = tempfile::tempdir().expect("a folder");
    let hub = open(data.path());
    hub.add_shop(SHOP);
    let (title, rules) = ("tối nay".into(), Box::new(Rules::default()));
    let (currency, offers) = (Currency::VND, Vec::new());
    let command = Command::OpenSession { title, rules, currency, offers };
    hub.ask(SHOP, Request { key: None, command }).await.expect("opened");
    hub.stop();
    // Goes on from a snapshot, so what came before it is checked beside.
    let hub = open(data.path());
    let both = ["older-chain", "snapshots"].map(str::to_owned).into();
    let names = GAVE_WAY.lock().expect("unpoisoned");
    let wait = MORE.wait_timeout_while(names, Duration::from_secs(30), |names| *names != both);
    assert_eq!(*wait.expect("unpoisoned").0, both);
    hub.stop();
}
