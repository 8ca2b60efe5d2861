//! The queue empties: what was dealt with makes room again, whatever it was.

use domain::command::Command;
use domain::{Clock, Currency, Request, Rules, SessionId, ShopId, Timestamp};
use hub::{Hub, HubError, Options, SystemClock};
use inventory::{Decision, State};
use journal::Journal;
use std::sync::{Arc, Barrier};
use tempfile::TempDir;

const SHOP: ShopId = ShopId::from_random(1);

fn open(decide: hub::Decide) -> (Hub, TempDir) {
    let folder = tempfile::tempdir().expect("a folder");
    let clock: Arc<dyn Clock> = Arc::new(SystemClock::start());
    let (journal, recovered) = Journal::open(folder.path(), clock.wall()).expect("a journal");
    let lost = Box::new(|why: &str| panic!("{why}"));
    let options = Options { decide, ..Options::new(folder.path().join("aside.log"), lost) };
    let hub = Hub::start(journal, recovered, clock, options).expect("a hub");
    hub.add_shop(SHOP);
    (hub, folder)
}

#[tokio::test]
async fn reads_make_room_again_when_they_are_answered() {
    let (hub, _folder) = open(inventory::decide);
    for _ in 0..100 {
        hub.summary(SHOP, SessionId(1)).await.expect("an answer");
    }
    // The lane makes room right after it has answered; one more read is answered after that.
    assert!(hub.status().queue_requests <= 1, "{:?}", hub.status());
    hub.stop();
}

/// The lane is deciding; the lane may go on.
static DECIDES: [Barrier; 2] = [Barrier::new(2), Barrier::new(2)];

/// Waits for whoever comes meanwhile; then breaks what the lane relies on.
fn break_off(_: &State, _: &Request, _: Timestamp) -> Decision {
    for both in &DECIDES {
        both.wait();
    }
    Decision::Events(Vec::new())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shop_that_is_quarantined_gives_its_room_back_also_for_those_who_had_just_come() {
    let (hub, _folder) = open(break_off);
    let (title, rules) = ("tối nay".into(), Box::new(Rules::default()));
    let (currency, offers) = (Currency::VND, Vec::new());
    let command = Command::OpenSession { title, rules, currency, offers };
    let asked = hub.clone();
    let hurt = tokio::spawn(async move { asked.ask(SHOP, Request { key: None, command }).await });
    DECIDES[0].wait();
    let read = |_| {
        let hub = hub.clone();
        tokio::spawn(async move { hub.summary(SHOP, SessionId(1)).await.map(drop) })
    };
    let late: Vec<_> = (0..10).map(read).collect();
    while hub.status().queue_requests < 11 {
        tokio::task::yield_now().await;
    }
    DECIDES[1].wait();
    assert_eq!(hurt.await.expect("no panic"), Err(HubError::Internal));
    for read in late {
        assert_eq!(read.await.expect("no panic"), Err(HubError::Internal));
    }
    assert_eq!(hub.status().queue_requests, 0, "a leak would press the thread for ever");
    hub.stop();
}
