//! Forgetting by rule: buyers of whom nothing was heard for so many days are erased, a few at a
//! time, so that no order waits for it.

use domain::limits::{FORGET_AT_ONCE_MAX, FORGET_EVERY_MS, FORGET_PAUSE_MS};
use domain::{Clock, Timestamp};
use hub::{Hub, HubError};
use std::sync::Arc;
use std::time::Duration;

const DAY_MS: u64 = 86_400_000;

/// Looks now and every hour, for as long as the process runs.
pub(crate) async fn watch(hub: Hub, clock: Arc<dyn Clock>, keep_days: u32) {
    loop {
        let since = since(clock.wall(), keep_days);
        match look(&hub, since).await {
            Ok(0) => {}
            Ok(erased) => tracing::info!(erased, keep_days, "buyers not heard of were erased"),
            Err(error) => tracing::warn!(%error, "who was not heard of is looked for later"),
        }
        tokio::time::sleep(Duration::from_millis(FORGET_EVERY_MS)).await;
    }
}

/// The moment since which something must have been heard.
fn since(now: Timestamp, keep_days: u32) -> Timestamp {
    Timestamp(now.0.saturating_sub(u64::from(keep_days) * DAY_MS))
}

/// Erases everybody of whom nothing was heard since that moment's day; how many they were. Who has
/// something under way stays until the next look.
pub(crate) async fn look(hub: &Hub, since: Timestamp) -> Result<u64, HubError> {
    let (mut after, mut erased) = (0, 0);
    loop {
        let (read, at) = (hub.clone(), after);
        let quiet = move || read.quiet(since, at, FORGET_AT_ONCE_MAX);
        let quiet = tokio::task::spawn_blocking(quiet).await;
        let quiet = quiet.unwrap_or(Err(HubError::Internal))?;
        let Some(last) = quiet.last() else { break };
        after = last.row;
        for one in &quiet {
            match hub.forget_if_quiet(one.shop, one.buyer, since).await {
                Ok(true) => erased += 1,
                // Their other account was heard of, or was erased a moment ago.
                Ok(false) => {}
                Err(HubError::Rejected(_) | HubError::UnknownShop | HubError::Quarantined) => {}
                Err(error) => {
                    wipe(hub, erased).await;
                    return Err(error);
                }
            }
        }
        tokio::time::sleep(Duration::from_millis(FORGET_PAUSE_MS)).await;
    }
    wipe(hub, erased).await;
    Ok(erased)
}

async fn wipe(hub: &Hub, erased: u64) {
    if erased > 0 && !hub.scrub().await {
        tracing::warn!("somebody reads the journal: what was erased is wiped later");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::Millis;
    use domain::command::{Command, Key};
    use domain::offer::Stock;
    use domain::{
        Code, Currency, KeyDigest, Money, OfferTerms, Quantity, Request, Rules, SessionId,
        SessionState, ShopId,
    };
    use hub::{Author, Comment, Options};
    use journal::Journal;
    use std::sync::atomic::{AtomicU64, Ordering};

    /// A clock that goes when it is told to.
    struct Calendar(AtomicU64);

    impl Clock for Calendar {
        fn wall(&self) -> Timestamp {
            Timestamp(self.0.load(Ordering::Relaxed))
        }

        fn monotonic(&self) -> Millis {
            Millis(self.0.load(Ordering::Relaxed))
        }
    }

    const SHOP: ShopId = ShopId::from_random(7);
    const SESSION: SessionId = SessionId(1);
    const START: u64 = 1_795_431_905_123;

    fn open(dir: &std::path::Path, clock: &Arc<Calendar>) -> Hub {
        let clock: Arc<dyn Clock> = clock.clone();
        let (journal, recovered) = Journal::open(dir, clock.wall()).expect("opens");
        let options = Options::new(dir.join("aside.log"), Box::new(|why| panic!("{why}")));
        let hub = Hub::start(journal, recovered, clock, options).expect("starts");
        hub.add_shop(SHOP);
        hub
    }

    fn squash() -> OfferTerms {
        OfferTerms {
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
            stock: Stock::Pool(Quantity::from_units(9).expect("a quantity")),
        }
    }

    async fn ask(hub: &Hub, number: u8, command: Command) {
        let key = Some(Key { digest: KeyDigest([number; 16]), body: None });
        hub.ask(SHOP, Request { key, command }).await.expect("done");
    }

    async fn say(hub: &Hub, who: &str, number: u32, text: &str) -> domain::BuyerRef {
        let comment = Comment {
            key: format!("tiktok:{number}"),
            platform: "tiktok".into(),
            buyer_id: who.into(),
            buyer_name: who.into(),
            text: text.into(),
            sent_at: None,
            edited: false,
            author: Author::Viewer,
        };
        hub.comments(SHOP, SESSION, vec![comment]).await.expect("taken").remove(0).expect("noted");
        let orders = hub.orders(SHOP, SESSION, None, 9).await.expect("orders").0;
        orders.last().map_or(domain::BuyerRef([0; 16]), |order| order.buyer)
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn who_was_not_heard_of_for_so_long_is_erased_unless_something_is_held_for_them() {
        let dir = tempfile::tempdir().expect("a folder");
        let clock = Arc::new(Calendar(AtomicU64::new(START)));
        let hub = open(dir.path(), &clock);
        let terms = squash();
        let (title, rules) = ("chợ".into(), Box::new(Rules::default()));
        let currency = Currency::VND;
        ask(&hub, 1, Command::OpenSession { title, rules, currency, offers: vec![terms] }).await;
        let live = Command::SetSessionState { session: SESSION, state: SessionState::Live };
        ask(&hub, 2, live).await;
        let lan = say(&hub, "lan", 1, "D1 x1").await;
        say(&hub, "hoa", 2, "hôm nay có gì thế").await;
        let days = |days: u64| clock.0.store(START + days * DAY_MS, Ordering::Relaxed);
        let now = |hub: &Hub| {
            let (hub, since) = (hub.clone(), since(clock.wall(), 180));
            async move { look(&hub, since).await.expect("looks") }
        };
        assert_eq!(hub.buyer_name(SHOP, lan).as_deref(), Some("lan"));
        days(180);
        assert_eq!(now(&hub).await, 0, "on that very day they stay");
        days(181);
        assert_eq!(now(&hub).await, 1, "hoa goes; lan has something held");
        assert_eq!(hub.buyer_name(SHOP, lan).as_deref(), Some("lan"));
        ask(
            &hub,
            3,
            Command::ActOnOrder {
                session: SESSION,
                order: domain::OrderId(1),
                act: domain::command::OrderAct::MarkPaid,
            },
        )
        .await;
        assert_eq!(now(&hub).await, 1, "lan, whose order is paid");
        assert_eq!(hub.buyer_name(SHOP, lan), None);
        assert_eq!(now(&hub).await, 0);
        hub.stop();
    }
}
