//! Once a minute every shop's stock is checked against its orders, on its lane, one after another.

use accounts::Accounts;
use domain::Clock;
use domain::limits::{OPS_EVERY_MS, STOCK_CHECK_EVERY_MS};
use hub::Hub;
use metrics::{counter, gauge};
use proto::live::OpsIntegrity;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::{MissedTickBehavior, interval};

/// Checks until the process ends; shows what came of it.
pub(super) async fn watch(
    hub: Hub,
    accounts: Accounts,
    clock: Arc<dyn Clock>,
    shown: watch::Sender<Option<OpsIntegrity>>,
) {
    let mut every = interval(Duration::from_millis(STOCK_CHECK_EVERY_MS));
    every.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        every.tick().await;
        match check(&hub, &accounts, &*clock).await {
            Some(checked) => drop(shown.send_replace(Some(checked))),
            // Nothing to look at yet: a minute would be long for the first shop.
            None => every.reset_after(Duration::from_millis(OPS_EVERY_MS)),
        }
    }
}

/// None if no shop could be looked at: then nothing is known.
async fn check(hub: &Hub, accounts: &Accounts, clock: &dyn Clock) -> Option<OpsIntegrity> {
    let mut all = OpsIntegrity { ok: true, ..OpsIntegrity::default() };
    for (shop, _) in accounts.shops() {
        // A shop that is not served has a verdict of its own.
        let Ok(checked) = hub.check_stock(shop).await else { continue };
        all.shops += 1;
        all.figures += u32::try_from(checked.figures).unwrap_or(u32::MAX);
        all.orders += u32::try_from(checked.orders).unwrap_or(u32::MAX);
        let result = if checked.broken.is_none() { "ok" } else { "broken" };
        counter!("chot_invariant_checks_total", "result" => result).increment(1);
        if let Some(broken) = checked.broken {
            tracing::error!(%shop, broken, "the stock is not as it should be");
            all.ok = false;
            all.broken.get_or_insert(format!("{shop}: {broken}"));
        }
    }
    if all.shops == 0 {
        return None;
    }
    all.at_ms = clock.wall().0;
    if all.ok {
        gauge!("chot_invariant_last_success_timestamp_seconds").set(all.at_ms as f64 / 1_000.0);
    }
    Some(all)
}
