//! One evening from its file to its verdict: act by act, then the audit, then the result.

use crate::Options;
use crate::act::{Played, play, spans};
use crate::audit::{Auditor, Check};
use crate::climb;
use crate::figure::{Better, Figure};
use crate::heard::Heard;
use crate::machine::Syncs;
use crate::pipe::Task;
use crate::progress::Progress;
use crate::result::{Detail, Evening, Used, latencies, seconds, slow_sender, void, waits};
use crate::scenario::{Expectation, Fault, Phase, Scenario};
use crate::schedule::{People, Planned};
use crate::tally::{Counts, Quantiles, Spans};
use crate::world::World;
use std::ops::{ControlFlow, Range};

/// An evening being played.
pub(crate) struct Stage<'a> {
    pub(crate) name: &'a str,
    pub(crate) scenario: &'a Scenario,
    pub(crate) options: &'a Options,
    pub(crate) world: World,
    pub(crate) progress: Progress,
    pub(crate) heard: Heard,
    /// What has been played so far, in order.
    pub(crate) acts: Vec<Played>,
}

/// What an evening came to: its own result, and single figures with aims.
pub(crate) struct Results {
    pub(crate) evening: Evening,
    pub(crate) figures: Vec<Figure>,
}

/// Plays the evening of that name and audits it.
///
/// # Errors
/// If it cannot be played to its end; a broken promise is no error but a check that did not hold.
pub(crate) async fn evening(
    name: &str,
    options: &Options,
    disk: Option<Syncs>,
) -> anyhow::Result<Results> {
    let mut scenario = Scenario::named(name, options.short)?;
    options.sockets.into_iter().for_each(|sockets| scenario.set_sockets(sockets));
    scenario.processes = options.processes.unwrap_or(scenario.processes).max(1);
    let people =
        People { seed: options.seed, viewers: scenario.viewers, sockets: scenario.sockets };
    let world = World::open(name, &scenario, options).await?;
    let progress = Progress::new(name);
    let heard = Heard::new(people);
    let mut stage =
        Stage { name, scenario: &scenario, options, world, progress, heard, acts: Vec::new() };
    let figures = match &scenario.ramp {
        Some(ramp) => climb::figures(&mut stage, ramp, disk).await?,
        None => {
            let phases = scenario.phases.clone();
            let faults = scenario.faults.clone();
            stage.act(phases, faults, &mut |_, _| ControlFlow::Continue(())).await?;
            stage.first_second().into_iter().collect()
        }
    };
    stage.progress.end();
    let checks = stage.audited().await?;
    Ok(Results { evening: stage.result(checks), figures })
}

/// Reads spans out of some of the sends.
type Asked = fn(&Heard, Range<u32>, &dyn Fn(&Planned) -> bool) -> Spans;

impl Stage<'_> {
    /// Plays some phases; the schedule is made from the seed before the first byte.
    ///
    /// # Errors
    /// If a process or the server cannot go on.
    pub(crate) async fn act(
        &mut self,
        phases: Vec<Phase>,
        faults: Vec<Fault>,
        look: &mut crate::act::Look<'_>,
    ) -> anyhow::Result<&Played> {
        let task = Task {
            people: self.heard.script.people,
            phases,
            faults,
            network: self.scenario.network,
            base: self.heard.next(),
            index: 0,
            processes: self.scenario.processes,
            url: format!("http://{}", self.world.target.host),
            tokens: self.world.tokens.clone(),
            session: self.world.host.session.clone(),
            folder: self.world.crowd.path().to_owned(),
        };
        let mut played = play(task, &mut self.world, &mut self.progress, look).await?;
        self.heard.add(&mut played);
        self.acts.push(played);
        let place = self.acts.len() - 1;
        Ok(&self.acts[place])
    }

    /// The promises, one by one.
    async fn audited(&mut self) -> anyhow::Result<Vec<Check>> {
        self.progress.say("the audit …");
        let mut auditor = Auditor {
            target: &self.world.target,
            source_token: &self.world.tokens.source,
            host: &mut self.world.host,
            sample: self.options.sample,
        };
        let mut checks = vec![auditor.again(&mut self.heard).await];
        let (ledger, more) = auditor.books(&self.heard).await?;
        checks.extend(more);
        if let Some(chot) = &self.world.chot {
            let promise = "`chot verify` says the same of the exported ledger";
            checks.push(Check::new(promise, chot.verify(&ledger)));
        }
        checks.extend(self.everybody_is_back());
        let expected = self.scenario.expectations.iter();
        checks.extend(expected.map(|expected| self.expected(expected)));
        Ok(checks)
    }

    /// Where sockets were cut or the server killed: whoever lost a socket has another.
    fn everybody_is_back(&self) -> Option<Check> {
        let all = self.counts();
        let broke = self.scenario.faults.iter().any(|fault| match fault {
            Fault::Cut { .. } | Fault::Kill { .. } => true,
            Fault::Postgres { .. } => false,
        });
        let ended: u64 = all
            .ended
            .iter()
            .filter(|(how, _)| how.as_str() != crate::viewer::NO_WAY_IN)
            .map(|(_, count)| count)
            .sum();
        let back = all.back.0.len();
        let found = match (ended, back) {
            // What was to cut them did not.
            (0, 0) if self.scenario.sockets > 0 => Err("nobody lost a socket".into()),
            (ended, back) if ended == back => Ok(format!(
                "{back} sockets, p99 {:.0} ms after; {} keys sent again",
                all.back.ms(0.99),
                all.resent
            )),
            (ended, back) => Err(format!("{ended} sockets ended, {back} came back")),
        };
        (broke || ended > 0).then(|| Check::new("whoever lost the socket came back", found))
    }

    /// Whether one phase's orders came as promptly as another's. An order without an answer is
    /// later than any.
    fn expected(&self, expected: &Expectation) -> Check {
        let here = self.orders(&expected.phase, waits);
        let there = self.orders(&expected.against, latencies);
        let found = prompt(expected, here.as_ref(), there.as_ref());
        Check::new(&expected.promise, found)
    }

    /// Of the orders of one phase, what is asked of them: [`latencies`] or [`waits`].
    fn orders(&self, name: &str, asked: Asked) -> Option<Spans> {
        let slow = slow_sender(self.heard.script.people.seed, self.scenario.network);
        self.acts.iter().find_map(|act| {
            let place = act.phases.iter().position(|phase| phase.name == name)?;
            let (from, to) = spans(&act.phases)[place];
            let of =
                |send: &Planned| send.orders && (from..to).contains(&send.at_us) && !slow(send);
            Some(asked(&self.heard, act.numbers.clone(), &of))
        })
    }

    fn counts(&self) -> Counts {
        let mut all = Counts::default();
        self.acts.iter().for_each(|act| all.add(&act.counts()));
        all
    }

    /// The figure of a drop: the orders planned in its first second, the unanswered ones too.
    fn first_second(&self) -> Option<Figure> {
        let act = self.acts.first().filter(|_| self.scenario.first_second)?;
        let bursts = |phase: &Phase| {
            phase.orders.as_ref().is_some_and(|orders| orders.half_life_ms.is_some())
        };
        let place = act.phases.iter().position(bursts)?;
        let (from, _) = spans(&act.phases)[place];
        let of = |send: &Planned| send.orders && (from..from + 1_000_000).contains(&send.at_us);
        let answered = latencies(&self.heard, act.numbers.clone(), &of);
        let waits = waits(&self.heard, act.numbers.clone(), &of);
        let (planned, lag) = (waits.0.len(), act.lag(from, from + 1_000_000));
        Some(Figure {
            kind: "figure",
            name: "flash-first-second",
            title: "p99.9 of the orders planned in the drop's first second".to_owned(),
            unit: "ms",
            value: (planned > 0).then(|| waits.ms(0.999)),
            aim: Some(1_000.0),
            better: Better::Less,
            void: void(lag.ms(0.99), answered.ms(0.99)),
            detail: serde_json::json!({
                "orders": planned,
                "unanswered": planned - answered.0.len(),
                "ack_ms": Quantiles::of(&answered),
                "send_lag_ms": Quantiles::of(&lag),
            }),
            command: self.options.command(self.name),
        })
    }

    fn result(self, checks: Vec<Check>) -> Evening {
        let all = self.counts();
        let numbers = self.heard.script.numbers();
        let slow = slow_sender(self.heard.script.people.seed, self.scenario.network);
        // The climb leads beyond the knee on purpose: what counts is the plateau at half of it.
        let counted = match (&self.scenario.ramp, self.acts.as_slice()) {
            (Some(_), [_, half, ..]) => half.numbers.clone(),
            _ => numbers.clone(),
        };
        let (from, to) = (counted.start, counted.end);
        let ack = latencies(&self.heard, counted, &|send| !slow(send));
        let slow_ms = latencies(&self.heard, numbers, &slow);
        let mut lag = Spans::default();
        let acts = self.acts.iter();
        acts.filter(|act| act.numbers.start >= from && act.numbers.end <= to)
            .for_each(|act| lag.add(&act.counts().lag));
        let (mut at, mut series, mut marks) = (0.0, Vec::new(), Vec::new());
        for act in &self.acts {
            let told = seconds(act, &self.heard, self.scenario, at);
            let shifted = act.marks.iter().cloned();
            marks.extend(shifted.map(|mark| crate::act::Mark { t: mark.t + at, ..mark }));
            at += act.took.as_secs_f64().ceil().max(told.len() as f64);
            series.extend(told);
        }
        // Steps of a climb are told one by one in its detail.
        let climbs = usize::from(self.scenario.ramp.is_some());
        let acts = self.acts.iter().skip(climbs);
        let names = acts.flat_map(|act| &act.phases).map(|phase| &phase.name);
        let orders_ms = names
            .filter_map(|name| Some((name.clone(), Quantiles::of(&self.orders(name, latencies)?))))
            .collect();
        let seated = self.acts.first().map(|act| act.seated).unwrap_or_default();
        let rss_mib = self.acts.iter().map(|act| act.rss_mib).fold(0.0, f64::max);
        Evening {
            kind: "scenario",
            name: self.name.to_owned(),
            title: self.scenario.about.clone(),
            seed: self.options.seed,
            command: self.options.command(self.name),
            void: void(lag.ms(0.99), ack.ms(0.99)),
            offered: self.heard.script.sends.len() as u64,
            achieved: all.acked,
            dropped: all.dropped,
            send_lag_ms: Quantiles::of(&lag),
            ack_ms: Quantiles::of(&ack),
            outcomes: all.outcomes,
            errors: all.errors,
            seconds: series,
            marks,
            server: self.world.chot.as_ref().map(|chot| Used::of(chot.usage())).unwrap_or_default(),
            generator: Used {
                cpu_s: self.acts.iter().map(|act| act.cpu_s).sum(),
                rss_mib,
                processes: Some(self.scenario.processes),
            },
            checks,
            detail: Detail {
                sockets: self.scenario.sockets,
                viewers: self.scenario.viewers,
                seated_seconds: seated.seconds,
                generator_kib_per_viewer: seated.kib_per_viewer,
                orders_ms,
                slow_ms: (!slow_ms.0.is_empty()).then(|| Quantiles::of(&slow_ms)),
                back_ms: (!all.back.0.is_empty()).then(|| Quantiles::of(&all.back)),
                ended: all.ended,
                resent: all.resent,
                ramp: climb::detail(&self.acts, &self.heard, self.scenario.ramp.as_ref()),
            },
        }
    }
}

/// Whether the waits of one phase are at most what the latencies of another allow.
fn prompt(
    expected: &Expectation,
    here: Option<&Spans>,
    there: Option<&Spans>,
) -> Result<String, String> {
    let any = |spans: Option<&Spans>| spans.filter(|spans| !spans.0.is_empty()).map(|s| s.ms(0.99));
    let (Some(here), Some(there)) = (any(here), any(there)) else {
        return Err("no order was answered".into());
    };
    let most = expected.ms_min.max(there * expected.times_max);
    let told = format!("p99 {here:.1} ms, {there:.1} ms without; at most {most:.1}");
    if here <= most { Ok(told) } else { Err(told) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn orders_are_prompt_if_nearly_all_of_them_are_answered_in_time() {
        let expected = Expectation {
            promise: "answers do not wait".into(),
            phase: "without".into(),
            against: "before".into(),
            times_max: 3.0,
            ms_min: 100.0,
        };
        let spans = |ms: &[u64], silent: u64| {
            let mut spans = Spans::default();
            ms.iter().for_each(|&ms| spans.record(Duration::from_millis(ms)));
            (0..silent).for_each(|_| spans.record(Duration::MAX));
            spans
        };
        let check = |here: &Spans, there: &Spans, holds: bool| {
            assert_eq!(prompt(&expected, Some(here), Some(there)).is_ok(), holds);
        };
        let before = spans(&[50; 200], 0);
        check(&spans(&[149; 200], 0), &before, true);
        check(&spans(&[151; 200], 0), &before, false);
        check(&spans(&[99; 200], 0), &spans(&[1; 200], 0), true);
        check(&spans(&[50; 199], 1), &before, true);
        check(&spans(&[50; 190], 10), &before, false);
        check(&spans(&[], 0), &before, false);
        check(&before, &spans(&[], 0), false);
        assert!(prompt(&expected, None, Some(&before)).is_err());
    }
}
