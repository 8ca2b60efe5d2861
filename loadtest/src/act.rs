//! One act of an evening: some phases, played by several processes, with what goes wrong meanwhile.

use crate::answers::{self, Answer};
use crate::parts::Parts;
use crate::pipe::{Said, Seated, Task, Told};
use crate::progress::Progress;
use crate::scenario::Phase;
use crate::schedule::Planned;
use crate::script::Script;
use crate::seat::Seat;
use crate::tally::{Counts, Spans};
use crate::world::{World, disturb};
use std::collections::BTreeMap;
use std::ops::{ControlFlow, Range};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// What was played.
pub(crate) struct Played {
    /// Everything that was to be sent until the schedule ended; the evening's record takes it over.
    pub(crate) script: Script,
    /// Its numbers.
    pub(crate) numbers: Range<u32>,
    pub(crate) phases: Vec<Phase>,
    /// Every answer, in the order in which each process heard them.
    pub(crate) answers: Vec<Answer>,
    pub(crate) seats: BTreeMap<u32, Seat>,
    /// What was counted, second by second.
    pub(crate) seconds: Vec<Counts>,
    pub(crate) seated: Seated,
    pub(crate) marks: Vec<Mark>,
    /// From the first planned moment to the last answer.
    pub(crate) took: Duration,
    /// What all processes of the generator used.
    pub(crate) cpu_s: f64,
    pub(crate) rss_mib: f64,
}

/// Something that happened to everybody.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub(crate) struct Mark {
    /// Seconds since the start.
    pub(crate) t: f64,
    pub(crate) what: String,
}

/// Looks at every full second and may end the schedule.
pub(crate) type Look<'a> = dyn FnMut(&Script, &[Counts]) -> ControlFlow<()> + 'a;

/// How long after the last viewer came in the schedule begins.
const BREATH: Duration = Duration::from_millis(700);

/// How far behind the present a schedule is ended, so that all processes hear of it before.
const STOP_AHEAD_US: u64 = 300_000;

/// Plays one task in all its processes.
///
/// # Errors
/// If a process or the server cannot go on.
pub(crate) async fn play(
    task: Task,
    world: &mut World,
    progress: &mut Progress,
    look: &mut Look<'_>,
) -> anyhow::Result<Played> {
    let script = Task { index: 0, processes: 1, ..task.clone() }.script()?;
    let mut parts = Parts::start(&task)?;
    let mut marks = phase_marks(&task.phases);
    let mut collected =
        Collected { parts: vec![0; task.processes as usize], ..Collected::default() };
    while collected.seated_parts < task.processes {
        collected.hear(parts.next().await?)?;
    }
    let Seated { viewers, seconds, kib_per_viewer } = collected.seated;
    progress.say(&format!(
        "{viewers} viewers came in within {seconds:.1} s, {kib_per_viewer:.1} KiB each on our \
         side; {} sends planned",
        script.sends.len()
    ));
    let begins = SystemTime::now() + BREATH;
    let start = Instant::now() + BREATH;
    let unix_us = begins.duration_since(UNIX_EPOCH)?.as_micros();
    parts.tell(Told::Start(u64::try_from(unix_us)?))?;
    let mut stopped = None;
    let collecting = async {
        let offered = offered_by_second(&script.sends);
        while collected.done < task.processes {
            collected.hear(parts.next().await?)?;
            while let Some(second) = collected.complete() {
                let counts = &collected.seconds[second];
                let planned = offered.get(second).copied().unwrap_or(0);
                progress.second(second, phase_at(&task.phases, second), planned, counts);
                let whole = &collected.seconds[..=second];
                if stopped.is_none() && look(&script, whole).is_break() {
                    let now = u64::try_from(start.elapsed().as_micros())?;
                    stopped = Some(now + STOP_AHEAD_US);
                    parts.tell(Told::Stop(now + STOP_AHEAD_US))?;
                }
            }
        }
        anyhow::Ok(())
    };
    let ((), happened) = tokio::try_join!(collecting, disturb(world, &task.faults, start))?;
    marks.extend(happened);
    marks.sort_by(|one, other| one.t.total_cmp(&other.t));
    let (answers, seats) = written(&task)?;
    let mut script = script;
    if let Some(stopped) = stopped {
        // A process that heard of it late has sent more.
        let last = answers.iter().map(|answer| script.place(answer.number) + 1).max();
        let planned = script.sends.partition_point(|send| send.at_us < stopped);
        script.sends.truncate(planned.max(last.unwrap_or(0)));
        marks.retain(|mark| mark.t * 1e6 < stopped as f64);
    }
    let Collected { seconds, seated, cpu_s, rss_mib, .. } = collected;
    Ok(Played {
        numbers: script.numbers(),
        script,
        phases: task.phases,
        answers,
        seats,
        seconds,
        seated,
        marks,
        took: start.elapsed(),
        cpu_s,
        rss_mib,
    })
}

/// What the processes have left in their files.
fn written(task: &Task) -> anyhow::Result<(Vec<Answer>, BTreeMap<u32, Seat>)> {
    let (mut answers, mut seats) = (Vec::new(), BTreeMap::new());
    for index in 0..task.processes {
        let part = Task { index, ..task.clone() };
        answers.extend(answers::read(&part.answers_file())?);
        let theirs: Vec<Seat> = serde_json::from_slice(&std::fs::read(part.seats_file())?)?;
        seats.extend(theirs.into_iter().map(|seat| (seat.socket, seat)));
    }
    Ok((answers, seats))
}

/// What has come from the processes so far.
#[derive(Default)]
struct Collected {
    /// How many seconds each process has told.
    parts: Vec<usize>,
    told: usize,
    seconds: Vec<Counts>,
    seated: Seated,
    seated_parts: u32,
    done: u32,
    cpu_s: f64,
    rss_mib: f64,
}

impl Collected {
    fn hear(&mut self, (index, said): (usize, Said)) -> anyhow::Result<()> {
        match said {
            Said::Seated(seated) => {
                let before = f64::from(self.seated.viewers);
                let all = before + f64::from(seated.viewers);
                let kib = self.seated.kib_per_viewer * before
                    + seated.kib_per_viewer * f64::from(seated.viewers);
                self.seated.kib_per_viewer = kib / all.max(1.0);
                self.seated.viewers += seated.viewers;
                self.seated.seconds = self.seated.seconds.max(seated.seconds);
                self.seated_parts += 1;
            }
            Said::Beat(counts) => {
                let second = self.parts[index];
                self.parts[index] += 1;
                match self.seconds.get_mut(second) {
                    Some(sum) => sum.add(&counts),
                    None => self.seconds.push(*counts),
                }
            }
            Said::Done { cpu_s, rss_mib } => {
                self.done += 1;
                self.cpu_s += cpu_s;
                self.rss_mib += rss_mib;
                // It has nothing to add to any second.
                self.parts[index] = usize::MAX;
            }
            Said::Failed(why) => anyhow::bail!("process {index} of the crowd: {why}"),
        }
        Ok(())
    }

    /// The next second that all processes have told.
    fn complete(&mut self) -> Option<usize> {
        let least = *self.parts.iter().min()?;
        let second = self.told;
        (second < least.min(self.seconds.len())).then(|| {
            self.told += 1;
            second
        })
    }
}

/// How much is planned for each second.
pub(crate) fn offered_by_second(sends: &[Planned]) -> Vec<u64> {
    let mut all = Vec::new();
    for send in sends {
        let second = (send.at_us / 1_000_000) as usize;
        all.resize(all.len().max(second + 1), 0);
        all[second] += 1;
    }
    all
}

/// Which phase a second belongs to.
fn phase_at(phases: &[Phase], second: usize) -> &str {
    let mut end = 0.0;
    let current = phases.iter().find(|phase| {
        end += phase.seconds;
        (second as f64) < end
    });
    current.map_or("the last answers", |phase| &phase.name)
}

/// From when until when each phase lasts, in microseconds.
pub(crate) fn spans(phases: &[Phase]) -> Vec<(u64, u64)> {
    let mut from = 0;
    let span = |phase: &Phase| {
        let begun = from;
        from += (phase.seconds * 1e6) as u64;
        (begun, from)
    };
    phases.iter().map(span).collect()
}

fn phase_marks(phases: &[Phase]) -> Vec<Mark> {
    let named = phases.iter().zip(spans(phases));
    named
        .map(|(phase, (from, _))| Mark { t: from as f64 / 1e6, what: phase.name.clone() })
        .collect()
}

impl Played {
    /// Everything that was counted.
    pub(crate) fn counts(&self) -> Counts {
        let mut all = Counts::default();
        self.seconds.iter().for_each(|second| all.add(second));
        all
    }

    /// Our own lateness between two moments, to the second.
    pub(crate) fn lag(&self, from_us: u64, to_us: u64) -> Spans {
        let mut lag = Spans::default();
        let (from, to) = ((from_us / 1_000_000) as usize, to_us.div_ceil(1_000_000) as usize);
        let seconds = self.seconds.iter().enumerate();
        seconds
            .filter(|(second, _)| (from..to).contains(second))
            .for_each(|(_, counts)| lag.add(&counts.lag));
        lag
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn phase(name: &str, seconds: f64) -> Phase {
        Phase { name: name.into(), seconds, ..Phase::default() }
    }

    #[test]
    fn every_second_has_its_phase_and_every_phase_its_mark() {
        let phases = [phase("calm", 3.0), phase("drop", 2.0)];
        let names: Vec<_> = (0..6).map(|second| phase_at(&phases, second)).collect();
        assert_eq!(names, ["calm", "calm", "calm", "drop", "drop", "the last answers"]);
        assert_eq!(spans(&phases), [(0, 3_000_000), (3_000_000, 5_000_000)]);
        let at: Vec<_> = phase_marks(&phases).into_iter().map(|mark| mark.t).collect();
        assert_eq!(at, [0.0, 3.0]);
    }

    #[test]
    fn a_second_is_told_when_all_processes_have_told_it() {
        let mut collected = Collected { parts: vec![0; 2], ..Collected::default() };
        let beat = || Said::Beat(Box::new(Counts { acked: 5, ..Counts::default() }));
        collected.hear((0, beat())).expect("counts");
        assert_eq!(collected.complete(), None);
        collected.hear((1, beat())).expect("counts");
        assert_eq!(collected.complete(), Some(0));
        assert_eq!(collected.seconds[0].acked, 10);
        collected.hear((0, beat())).expect("counts");
        collected.hear((1, Said::Done { cpu_s: 1.0, rss_mib: 2.0 })).expect("counts");
        assert_eq!(collected.complete(), Some(1), "who is done holds up nobody");
        assert_eq!(collected.complete(), None);
        assert!(collected.hear((0, Said::Failed("no way in".into()))).is_err());
    }
}
