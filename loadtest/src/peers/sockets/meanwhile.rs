//! Orders while a crowd is shown one change of stock after the other: does an ack wait for that?

use super::generators::{Acks, Generators};
use super::ours::Ours;
use super::session::Session;
use super::{Options, Row};
use crate::figure::{Better, Figure};
use crate::result::void;
use serde_json::json;
use std::time::Duration;
use tokio::task::{block_in_place, spawn_blocking};

/// Who orders: sockets of a second session of the same shop, so of the same lane and journal. What
/// they buy changes nothing that the crowd sees, so that the ordinary acks are ordinary.
const BUYERS: u32 = 8;
const PER_SECOND: u32 = 20;

/// Twice as often as viewers are shown anything: every look has something new.
const RESTOCK_EVERY: Duration = Duration::from_millis(250);

/// The row.
pub(crate) const NAME: &str = "viewers-order-meanwhile";

/// Measures the row.
///
/// # Errors
/// If it could not be measured, or an order had no ack.
pub(crate) async fn measure(options: &Options) -> anyhow::Result<Row> {
    let (ours, viewers) = (Ours::start(&options.chot).await?, options.viewers);
    // The crowd's acks are few: they get more time than a round.
    let span = options.span() * 3;
    let mut crowded = ours.session().await?;
    let tickets = crowded.tickets(viewers).await?;
    let mut crowd = Generators::start(&crowded.endpoint()?, viewers, 0)?;
    block_in_place(|| crowd.connect(&tickets))?;
    let beside = ours.session().await?;
    let tickets = beside.tickets(BUYERS).await?;
    let mut buyers = Generators::start(&beside.endpoint()?, BUYERS, viewers)?;
    block_in_place(|| buyers.connect(&tickets))?;
    // Once before it counts: whoever comes first pays for what is done once.
    block_in_place(|| buyers.order(PER_SECOND, Duration::from_secs(1)))?;
    let ordinary = block_in_place(|| buyers.order(PER_SECOND, span))?;
    let ordering = spawn_blocking(move || buyers.order(PER_SECOND, span));
    let changes = restocked(&mut crowded, || ordering.is_finished()).await?;
    let meanwhile = ordering.await??;
    block_in_place(|| crowd.are_here())?;
    for acks in [&ordinary, &meanwhile] {
        anyhow::ensure!(acks.is_whole(), "{} of {} orders were acked", acks.acked, acks.sent);
    }
    let value = meanwhile.p99_ms / ordinary.p99_ms;
    Ok(Row::Figure(Figure {
        kind: "figure",
        name: NAME,
        title: format!(
            "p99 of acks at {PER_SECOND} orders/s (open loop, {BUYERS} sockets) while one change \
             of stock after the other is shown to {viewers} viewers, by the p99 without changes"
        ),
        unit: "×",
        value: Some(value),
        aim: Some(3.0),
        better: Better::Less,
        void: late(&ordinary).or_else(|| late(&meanwhile)),
        detail: json!({
            "viewers": viewers, "changes": changes,
            "ordinary": ordinary, "meanwhile": meanwhile,
        }),
        command: options.command(NAME),
    }))
}

/// Changes the stock again and again until `is_over`; how often.
async fn restocked(session: &mut Session, is_over: impl Fn() -> bool) -> anyhow::Result<u32> {
    let mut beat = tokio::time::interval(RESTOCK_EVERY);
    let mut changes = 0;
    while !is_over() {
        beat.tick().await;
        session.restock().await?;
        changes += 1;
    }
    Ok(changes)
}

fn late(acks: &Acks) -> Option<String> {
    void(acks.lag_p99_ms, acks.p99_ms)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_late_sender_makes_a_run_void_and_a_lost_ack_is_no_measurement() {
        let acks =
            Acks { sent: 10, acked: 10, p50_ms: 1.0, p99_ms: 5.0, max_ms: 6.0, lag_p99_ms: 2.0 };
        assert!(acks.is_whole() && late(&acks).is_none());
        assert!(!Acks { acked: 9, ..acks }.is_whole());
        assert!(!Acks { sent: 0, acked: 0, ..acks }.is_whole());
        assert!(late(&Acks { lag_p99_ms: 20.1, ..acks }).is_some());
        assert_eq!(late(&Acks { lag_p99_ms: 20.1, p99_ms: 300.0, ..acks }), None);
    }
}
