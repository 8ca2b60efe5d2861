//! The queue empties: what was dealt with makes room again, whatever it was.

use domain::{Clock, SessionId, ShopId};
use hub::{Hub, Options, SystemClock};
use journal::Journal;
use std::sync::Arc;

#[tokio::test]
async fn reads_make_room_again_when_they_are_answered() {
    let folder = tempfile::tempdir().expect("a folder");
    let clock: Arc<dyn Clock> = Arc::new(SystemClock::start());
    let (journal, recovered) = Journal::open(folder.path(), clock.wall()).expect("a journal");
    let lost = Box::new(|why: &str| panic!("{why}"));
    let options = Options::new(folder.path().join("aside.log"), lost);
    let hub = Hub::start(journal, recovered, clock, options).expect("a hub");
    let shop = ShopId::from_random(1);
    hub.add_shop(shop);
    for _ in 0..100 {
        hub.summary(shop, SessionId(1)).await.expect("an answer");
    }
    // The lane makes room right after it has answered; one more read is answered after that.
    assert!(hub.status().queue_requests <= 1, "{:?}", hub.status());
    hub.stop();
}
