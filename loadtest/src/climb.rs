//! The ramp, played: up to the knee, then half the knee and twice the knee for a while each.

use crate::act::{Played, spans};
use crate::evening::Stage;
use crate::figure::{Better, Figure};
use crate::heard::Heard;
use crate::machine::Syncs;
use crate::ramp::{self, Step};
use crate::result::{latencies, void, waits};
use crate::scenario::Ramp;
use crate::schedule::Planned;
use crate::script::Script;
use crate::tally::{Counts, Quantiles, Spans};
use std::ops::ControlFlow;

/// Plays all three acts; the figure is that of the second.
///
/// # Errors
/// If even the first step is beyond the knee, or a process or the server cannot go on.
pub(crate) async fn figures(
    stage: &mut Stage<'_>,
    ramp: &Ramp,
    disk: Option<Syncs>,
) -> anyhow::Result<Vec<Figure>> {
    let mut look = |script: &Script, seconds: &[Counts]| {
        let past = live_step(ramp, script, seconds);
        let passed = past.is_some_and(|step| ramp::passed(ramp, &step));
        if passed { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    };
    stage.act(ramp::climb(ramp), Vec::new(), &mut look).await?;
    let steps = steps(&stage.acts[0], &stage.heard);
    let knee = ramp::knee(ramp, &steps);
    let knee = knee.ok_or_else(|| anyhow::anyhow!("even the first step is late: {steps:?}"))?;
    stage.progress.say(&format!("the knee is at {knee} orders/s"));
    for (name, rate) in [("half the knee", knee / 2), ("twice the knee", knee * 2)] {
        let phase = ramp::phase(ramp, name.into(), rate, ramp.plateau_seconds);
        stage.act(vec![phase], Vec::new(), &mut |_, _| ControlFlow::Continue(())).await?;
    }
    Ok(disk.map(|disk| half_knee(stage, knee, disk)).into_iter().collect())
}

/// The step that ended with the last of these seconds, by what was counted until now.
fn live_step(ramp: &Ramp, script: &Script, seconds: &[Counts]) -> Option<Step> {
    let length = ramp.step_seconds as usize;
    let place = seconds.len().checked_sub(1)? / length.max(1);
    if seconds.len() != (place + 1) * length {
        return None;
    }
    let per_second = *ramp::steps(ramp).get(place)?;
    let (from, to) = ((place * length) as u64 * 1_000_000, seconds.len() as u64 * 1_000_000);
    let within = |send: &&Planned| (from..to).contains(&send.at_us);
    let mut counts = Counts::default();
    seconds[place * length..].iter().for_each(|second| counts.add(second));
    Some(Step {
        per_second,
        offered: script.sends.iter().filter(within).count() as u64,
        acked: counts.acked,
        rejected: counts.rejected(),
        ack_p99_ms: counts.ack.ms(0.99),
    })
}

/// All whole steps, each by what became of what was planned in it.
fn steps(act: &Played, heard: &Heard) -> Vec<Step> {
    let last = act.numbers.end.checked_sub(1).map(|last| heard.script.send(last).at_us);
    let last = last.unwrap_or(0);
    let planned = act.phases.iter().zip(spans(&act.phases));
    // The last may have been broken off: it is whole if something was sent in its last tenth.
    let whole = planned.filter(|(_, (from, to))| last >= to - (to - from) / 10);
    whole
        .map(|(phase, (from, to))| {
            let of = |send: &Planned| (from..to).contains(&send.at_us);
            let sends = act.numbers.clone().filter(|&number| of(heard.script.send(number)));
            let acks = latencies(heard, act.numbers.clone(), &of);
            let (from, to) = ((from / 1_000_000) as usize, to.div_ceil(1_000_000) as usize);
            let counted = act.seconds.iter().take(to).skip(from);
            Step {
                per_second: phase.orders.as_ref().map_or(0, |orders| orders.per_second),
                offered: sends.count() as u64,
                acked: acks.0.len(),
                rejected: counted.map(Counts::rejected).sum(),
                ack_p99_ms: acks.ms(0.99),
            }
        })
        .collect()
}

/// The latencies and our own lateness of one act.
fn measured(act: &Played, heard: &Heard) -> (Spans, Spans) {
    (latencies(heard, act.numbers.clone(), &|_| true), act.counts().lag)
}

/// Of all that was offered, the unanswered too.
fn half_knee(stage: &Stage<'_>, knee: u32, disk: Syncs) -> Figure {
    let act = &stage.acts[1];
    let (ack, lag) = measured(act, &stage.heard);
    let waits = waits(&stage.heard, act.numbers.clone(), &|_| true);
    let in_syncs = waits.ms(0.99) * 1e3 / disk.p99.max(1.0);
    Figure {
        kind: "figure",
        name: "ack-at-half-knee",
        title: "p99 of acks at half the knee, in p99s of the disk's own sync".to_owned(),
        unit: "×",
        value: (!waits.0.is_empty()).then_some(in_syncs),
        aim: Some(5.0),
        better: Better::Less,
        void: void(lag.ms(0.99), ack.ms(0.99)),
        detail: serde_json::json!({
            "knee_per_second": knee,
            "ack_ms": Quantiles::of(&ack),
            "send_lag_ms": Quantiles::of(&lag),
            "disk_sync_us": disk,
        }),
        command: stage.options.command(stage.name),
    }
}

/// What the three acts came to; `None` where there was no ramp.
pub(crate) fn detail(
    acts: &[Played],
    heard: &Heard,
    ramp: Option<&Ramp>,
) -> Option<serde_json::Value> {
    let (ramp, [climb, plateaus @ ..]) = (ramp?, acts) else { return None };
    let steps = steps(climb, heard);
    let plateau = |act: &Played| {
        let (ack, lag) = measured(act, heard);
        let counts = act.counts();
        serde_json::json!({
            "name": act.phases.first().map(|phase| phase.name.clone()),
            "offered": act.numbers.len(),
            "acked": counts.acked,
            "rejected": counts.rejected(),
            "errors": counts.errors,
            "ack_ms": Quantiles::of(&ack),
            "send_lag_ms": Quantiles::of(&lag),
        })
    };
    let knee = ramp::knee(ramp, &steps);
    let top = steps.last().is_some_and(|last| !ramp::passed(ramp, last));
    Some(serde_json::json!({
        "knee_per_second": knee,
        // Then the knee lies beyond the last step.
        "knee_not_reached": top,
        "steps": steps,
        "plateaus": plateaus.iter().map(plateau).collect::<Vec<_>>(),
    }))
}
