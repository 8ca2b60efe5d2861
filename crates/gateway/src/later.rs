//! Who and what comes later while a shop's lane is pressed: stock less often, and those who are new
//! after those who are there.
//!
//! ```text
//! ticket ─▶ crowded and no buyer's token ──────────────▶ 503 `crowded`, when to come again
//! hello ──▶ crowded, no position, and never said a word ─▶ error `crowded`, close 1013 `busy`
//! stock ──▶ twice, four times as long until the next look, which is the latest
//! ```
//!
//! Never: asks this of a host's console, of an overlay, or of a socket that is there.

use crate::doors::Shared;
use crate::problem::Problem;
use domain::limits::{STOCK_BUSY_TIMES, STOCK_CROWDED_TIMES};
use domain::{BuyerRef, ShopId};
use hub::{Hub, Pressure};
use std::time::Duration;

/// The stable code of what newcomers are told.
pub(crate) const CROWDED: &str = "crowded";

/// A ticket for somebody who brings no token: only if there is room for newcomers.
///
/// # Errors
/// `crowded`, with when to come again.
pub(crate) fn ticket(shared: &Shared, shop: ShopId, token: Option<&str>) -> Result<(), Problem> {
    if token.is_some() {
        return Ok(());
    }
    newcomer(shared.hub(), shop, "ticket").map_err(|retry_after_ms| {
        let detail = "Orders of those who are here come first: come again after the time given.";
        Problem::retry(CROWDED, detail, retry_after_ms)
    })
}

/// A buyer who says hello without a position: only if there is room for newcomers, or if they have
/// said something in this shop before.
///
/// # Errors
/// After how many milliseconds to come again.
pub(crate) fn hello(
    shared: &Shared,
    shop: ShopId,
    buyer: BuyerRef,
    resumes: bool,
) -> Result<(), u64> {
    let is_crowded = shared.hub().pressure(shop) == Pressure::Crowded;
    if !is_crowded || resumes || shared.hub().buyer_name(shop, buyer).is_some() {
        return Ok(());
    }
    newcomer(shared.hub(), shop, "hello")
}

/// Somebody new.
fn newcomer(hub: &Hub, shop: ShopId, kind: &'static str) -> Result<(), u64> {
    match hub.pressure(shop) {
        Pressure::Calm | Pressure::Busy => Ok(()),
        level @ Pressure::Crowded => {
            shed(kind);
            Err(hub.come_again_ms(level))
        }
    }
}

/// How long it is until stock is shown again.
pub(crate) fn stock_pause(every: Duration, level: Pressure) -> Duration {
    let times = match level {
        Pressure::Calm => return every,
        Pressure::Busy => STOCK_BUSY_TIMES,
        Pressure::Crowded => STOCK_CROWDED_TIMES,
    };
    shed("stock");
    every * times
}

fn shed(kind: &'static str) {
    metrics::counter!("chot_shed_total", "kind" => kind).increment(1);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stock_is_shown_less_often_the_more_there_is_to_do() {
        let check = |level, ms| {
            assert_eq!(stock_pause(Duration::from_millis(500), level).as_millis(), ms);
        };
        check(Pressure::Calm, 500);
        check(Pressure::Busy, 1_000);
        check(Pressure::Crowded, 2_000);
    }
}
