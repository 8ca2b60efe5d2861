//! Whose position is it? A restored backup may be behind what clients have seen, or beside it: only
//! a position of this very history is resumed from.

use domain::command::{Command, Key};
use domain::{
    AnswerBody, BuyerRef, Clock, Currency, Epoch, KeyDigest, Position, Request, Rules, Seq,
    SessionId, ShopId, Timestamp,
};
use hub::{Hub, HubError, Options, SystemClock, Viewer};
use journal::{Journal, copy};
use std::path::Path;
use std::sync::Arc;

const SHOP: ShopId = ShopId::from_random(1);
const SESSION: SessionId = SessionId(1);

/// A server on a folder.
struct House {
    hub: Hub,
    journal: Journal,
    keys: u8,
}

impl House {
    fn open(data: &Path, keys: u8) -> Self {
        let clock: Arc<dyn Clock> = Arc::new(SystemClock::start());
        let (journal, recovered) = Journal::open(data, clock.wall()).expect("a journal");
        let lost = Box::new(|why: &str| panic!("{why}"));
        let options = Options { lanes: 1, ..Options::new(data.join("aside.log"), lost) };
        let hub = Hub::start(journal.clone(), recovered, clock, options).expect("a hub");
        hub.add_shop(SHOP);
        Self { hub, journal, keys }
    }

    async fn ask(&mut self, command: Command) -> AnswerBody {
        self.keys += 1;
        let key = Key { digest: KeyDigest([self.keys; 16]), body: None };
        let request = Request { key: Some(key), command };
        self.hub.ask(SHOP, request).await.expect("an answer").answer.body.clone()
    }

    /// Opens sessions until the history is so long; answers its last position.
    async fn until(&mut self, seq: u64) -> Position {
        while self.head().seq < Seq(seq) {
            let opening = Command::OpenSession {
                title: "tối nay".into(),
                rules: Box::new(Rules::default()),
                currency: Currency::VND,
                offers: vec![],
            };
            self.ask(opening).await;
        }
        self.head()
    }

    fn head(&self) -> Position {
        self.journal.durable().head(SHOP).unwrap_or_default().position
    }

    /// What becomes of a client that comes back with that position, as a viewer and as a host.
    async fn resume(&self, at: Position) -> Result<(), HubError> {
        let viewer = Viewer {
            shop: SHOP,
            session: SESSION,
            buyer: BuyerRef([7; 16]),
            name: "Lan".into(),
            network: None,
        };
        let attached = self.hub.attach(viewer, Some(at)).await.map(drop);
        let missed = self.hub.missed(SHOP, SESSION, at, self.head()).map(drop);
        assert_eq!(attached, missed, "{at:?}: viewers and hosts are told the same");
        attached
    }
}

fn at(epoch: u64, seq: u64) -> Position {
    Position { epoch: Epoch(epoch), seq: Seq(seq) }
}

/// Restores a copy that was made beside a running server; the epoch rises as it should, or only as
/// with any start.
fn restore(still: journal::Still, data: &Path, moment: u64) -> Epoch {
    let file = data.join("journal.db");
    still.copy_to(&file, &mut |_| {}).expect("a copy");
    let epoch = copy::last_epoch(&file).expect("an epoch").restored(Timestamp(moment), 5);
    copy::begin_at(&file, epoch).expect("written");
    epoch
}

#[tokio::test]
async fn only_a_position_of_this_very_history_is_resumed_from() {
    let (first, second) = (tempfile::tempdir().expect("a"), tempfile::tempdir().expect("b"));
    let mut original = House::open(first.path(), 0);
    original.until(5).await;
    let still = original.journal.still().expect("a moment");
    // The original goes on: in the same epoch, then in the next one.
    assert_eq!(original.until(9).await, at(1, 9));
    original.hub.stop();
    let mut original = House::open(first.path(), 50);
    assert_eq!(original.until(14).await, at(2, 14));
    original.hub.stop();

    let epoch = restore(still, second.path(), 1_780_000_000_000).0;
    let mut restored = House::open(second.path(), 100);
    assert_eq!(restored.head(), at(1, 5));
    assert_eq!(restored.resume(at(1, 5)).await, Ok(()), "where the backup stands");
    assert_eq!(restored.resume(at(1, 9)).await, Err(HubError::HistoryLost), "ahead");
    assert_eq!(restored.until(20).await, at(epoch, 20));
    for seq in 0..=5 {
        let epoch = u64::from(seq > 0);
        assert_eq!(restored.resume(at(epoch, seq)).await, Ok(()), "{seq} is of both");
    }
    for seq in 6..=9 {
        assert_eq!(restored.resume(at(1, seq)).await, Err(HubError::HistoryLost), "{seq}: beside");
    }
    for seq in 10..=14 {
        assert_eq!(restored.resume(at(2, seq)).await, Err(HubError::HistoryLost), "{seq}: beside");
    }
    for seq in 6..=20 {
        assert_eq!(restored.resume(at(epoch, seq)).await, Ok(()), "{seq} is of the restored one");
    }
    assert_eq!(restored.resume(at(epoch, 3)).await, Err(HubError::HistoryLost), "of nobody");
    assert_eq!(restored.resume(at(epoch, 21)).await, Err(HubError::HistoryLost), "not yet");
    restored.hub.stop();

    // The same after another start: what was of it stays of it.
    let mut again = House::open(second.path(), 150);
    assert_eq!(again.until(22).await, at(epoch + 1, 22));
    assert_eq!(again.resume(at(epoch, 20)).await, Ok(()));
    assert_eq!(again.resume(at(epoch, 21)).await, Err(HubError::HistoryLost));
    assert_eq!(again.resume(at(1, 9)).await, Err(HubError::HistoryLost));
    again.hub.stop();
}

#[tokio::test]
async fn of_two_restores_of_one_backup_each_knows_its_own() {
    let folders: Vec<_> = (0..3).map(|_| tempfile::tempdir().expect("a folder")).collect();
    let mut original = House::open(folders[0].path(), 0);
    original.until(3).await;
    let stills = [original.journal.still(), original.journal.still()].map(|s| s.expect("still"));
    original.hub.stop();
    let mut heads = Vec::new();
    let mut houses = Vec::new();
    for (still, (folder, second)) in stills.into_iter().zip(folders[1..].iter().zip(0..)) {
        restore(still, folder.path(), 1_780_000_000_000 + second * 1_000);
        let mut house = House::open(folder.path(), 60);
        heads.push(house.until(8).await);
        houses.push(house);
    }
    for (mine, house) in houses.iter().enumerate() {
        for (of, head) in heads.iter().enumerate() {
            let expected = if of == mine { Ok(()) } else { Err(HubError::HistoryLost) };
            assert_eq!(house.resume(*head).await, expected, "{mine} is shown {head:?} of {of}");
        }
        house.hub.stop();
    }
}
