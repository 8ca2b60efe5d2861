//! The end: a summary that balances, and a ledger that proves itself.

use super::stage::Stage;
use super::tally::Tally;
use crate::core::Core;
use crate::export;
use crate::say::say;
use anyhow::{Context, Result};
use domain::session::SessionSummary;
use domain::{Money, Quantity};
use serde_json::json;
use std::io::BufReader;
use std::sync::Arc;

/// Ends the session, prints what it came to; true if everything balances.
pub(crate) async fn close(core: &Arc<Core>, stage: &Arc<Stage>, tally: &Tally) -> Result<bool> {
    let ending = stage.clone();
    let end = move || ending.host("state", &json!({"state": "ended"}));
    tokio::task::spawn_blocking(end).await??;
    let summary = core.hub.summary(stage.shop, stage.id).await?;
    let (summary, _) = summary.context("it ran just now")?;
    say("Kết thúc phiên thử. / The practice live has ended.");
    for (result, count) in tally.results() {
        say(&format!("  {result:<12}{count:>7}"));
    }
    let mut balanced = print(&summary);
    let (hub, shop, id) = (core.hub.clone(), stage.shop, stage.id);
    let prove = move || -> Result<String> {
        let mut lines = Vec::new();
        export::ledger(hub.ledger(shop, id)?, &mut lines)?;
        let proof = ledger::verify(BufReader::new(&lines[..]), None, |_| {})?;
        Ok(proof.to_string())
    };
    match tokio::task::spawn_blocking(prove).await? {
        Ok(proof) => say(&proof),
        Err(violation) => {
            balanced = false;
            say(&format!("SỔ KHÔNG KHỚP / THE LEDGER FAILS: {violation:#}"));
        }
    }
    say(if balanced { "Khớp. / It balances." } else { "KHÔNG KHỚP. / IT DOES NOT BALANCE." });
    Ok(balanced)
}

/// One row per offer, and the money; true if it balances to the unit and to the đồng.
fn print(summary: &SessionSummary) -> bool {
    let [held, confirmed, paid, cancelled, expired] = summary.orders;
    say(&format!(
        "  đơn/orders: giữ/held {held}, xác nhận/confirmed {confirmed}, đã trả/paid {paid}, \
         huỷ/cancelled {cancelled}, hết hạn/expired {expired}"
    ));
    say("  mã/code    kho/stock   còn/free   giữ/held   bán/sold   chờ/waiting");
    for offer in &summary.offers {
        let cell = |quantity: Quantity| format!("{:>11}", quantity.to_string());
        say(&format!(
            "  {:<8}{}{}{}{}{}",
            offer.code.as_str(),
            cell(offer.stock),
            cell(offer.free),
            cell(offer.held),
            cell(offer.sold),
            cell(offer.waiting)
        ));
    }
    let sum = |of: &[Money; 5]| of.iter().map(|part| part.amount).sum::<i64>();
    say(&format!(
        "  tiền hàng/goods {}, giao/delivery {}, tổng/total {} {}",
        sum(&summary.goods),
        sum(&summary.delivery),
        summary.total.amount,
        summary.total.currency
    ));
    summary.is_balanced()
}
