//! One process of the crowd: its part of the viewers and of the schedule.

use crate::answers::Answers;
use crate::files;
use crate::http::Target;
use crate::interruptions::Interruptions;
use crate::link::Conditions;
use crate::pace::{Doors, pace};
use crate::pipe::{Said, Seated, Task, Told};
use crate::platform::Platform;
use crate::run::Run;
use crate::schedule::Door;
use crate::seat::{Connection, Entrance, Seat};
use crate::usage::usage;
use crate::viewer::{IN_FLIGHT_MAX, Viewer};
use anyhow::Context as _;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead as _, Write as _};
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};
use tokio::sync::mpsc;
use tokio::task::JoinSet;

/// How many viewers come in at the same time.
const CONNECTING_MAX: u32 = 32;

/// Comments that may wait for a platform's next post: several seconds of the largest evening.
const PLATFORM_QUEUE: usize = 65_536;

/// Lines that may wait to be read.
const TOLD_QUEUE: usize = 16;

/// Does what the lines on standard input say. It ends with its task, or when they end.
pub(crate) async fn part() {
    if let Err(error) = played().await {
        say(&Said::Failed(format!("{error:#}")));
    }
}

async fn played() -> anyhow::Result<()> {
    let mut lines = std::io::stdin().lock().lines();
    let first = lines.next().context("no task")??;
    let task: Task = serde_json::from_str(&first)?;
    drop(lines);
    let mut told = listen()?;
    let target = Target::parse(&task.url)?;
    let run = Arc::new(Run::new(task.script()?, Answers::create(&task.answers_file())?));
    let entrance = Arc::new(Entrance::new(&target, &task.session));
    let inside = tokio::select! {
        inside = seated(&task, &run, &entrance) => inside?,
        _ = told.recv() => anyhow::bail!("ended while viewers came in"),
    };
    let Some(Told::Start(unix_us)) = told.recv().await else { return Ok(()) };
    run.start_at(moment(unix_us));
    let (mut busy, pacer) = begin(&task, &run, &entrance, &target, inside)?;
    let mut seats = Vec::new();
    let mut beat = tokio::time::interval_at(run.moment(1_000_000).into(), Duration::from_secs(1));
    loop {
        tokio::select! {
            seat = busy.join_next() => match seat {
                Some(seat) => seats.extend(seat.context("a viewer failed")?),
                None => break,
            },
            _ = beat.tick() => say(&Said::Beat(Box::new(run.tally.take()))),
            line = told.recv() => match line {
                Some(Told::Stop(us)) => run.stop_at(us),
                Some(Told::Start(_)) => {}
                // Whoever started us is gone.
                None => return Ok(()),
            },
        }
    }
    pacer.join().map_err(|_| anyhow::anyhow!("the schedule's thread failed"))?;
    run.close()?;
    std::fs::write(task.seats_file(), serde_json::to_vec(&seats)?)?;
    say(&Said::Beat(Box::new(run.tally.take())));
    let usage = usage("self");
    say(&Said::Done { cpu_s: usage.cpu_s, rss_mib: usage.rss_mib });
    Ok(())
}

/// Lines of standard input; `None` when they end.
fn listen() -> anyhow::Result<mpsc::Receiver<Told>> {
    let (ears, told) = mpsc::channel(TOLD_QUEUE);
    std::thread::Builder::new().name("listen".into()).spawn(move || {
        for line in std::io::stdin().lock().lines() {
            let Some(line) = line.ok().and_then(|line| serde_json::from_str(&line).ok()) else {
                return;
            };
            if ears.blocking_send(line).is_err() {
                return;
            }
        }
    })?;
    Ok(told)
}

fn say(said: &Said) {
    let line = serde_json::to_string(said).unwrap_or_default();
    let mut out = std::io::stdout().lock();
    // If nobody listens any more, standard input has ended too, and that ends us.
    if writeln!(out, "{line}").and_then(|()| out.flush()).is_err() {
        eprintln!("nobody listens");
    }
}

/// A moment of the machine's clock as one of this process.
fn moment(unix_us: u64) -> Instant {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let left = Duration::from_micros(unix_us).saturating_sub(now);
    Instant::now() + left
}

/// Brings every viewer of this process in, some at a time.
async fn seated(
    task: &Task,
    run: &Run,
    entrance: &Arc<Entrance>,
) -> anyhow::Result<Vec<(Seat, Connection)>> {
    files::are_enough_for(task.sockets().count() as u32)?;
    let mut names: BTreeMap<u32, String> =
        task.sockets().map(|n| (n, format!("Khách {n}"))).collect();
    for number in run.script.numbers() {
        if let Door::Socket(socket) = run.script.send(number).door
            && let Some(name) = names.get_mut(&socket)
            && name.starts_with("Khách ")
        {
            *name = run.script.name(number);
        }
    }
    let (before, started) = (usage("self").rss_now_mib, Instant::now());
    let mut entrances = JoinSet::new();
    for first in 0..CONNECTING_MAX {
        let theirs = names.iter().skip(first as usize).step_by(CONNECTING_MAX as usize);
        let queue: Vec<_> = theirs
            .map(|(&socket, name)| {
                (Seat::new(socket, name.clone()), conditions(task, run, socket).0)
            })
            .collect();
        let entrance = Arc::clone(entrance);
        entrances.spawn(async move {
            let mut inside = Vec::with_capacity(queue.len());
            for (mut seat, conditions) in queue {
                let connection = entrance.enter(&mut seat, None, conditions).await?;
                inside.push((seat, connection));
            }
            anyhow::Ok(inside)
        });
    }
    let mut inside = Vec::with_capacity(names.len());
    while let Some(ended) = entrances.join_next().await {
        inside.extend(ended??);
    }
    let viewers = inside.len() as u32;
    say(&Said::Seated(Seated {
        viewers,
        seconds: started.elapsed().as_secs_f64(),
        kib_per_viewer: (usage("self").rss_now_mib - before) * 1_024.0 / f64::from(viewers.max(1)),
    }));
    Ok(inside)
}

/// The way to one viewer, and what befalls it.
fn conditions(task: &Task, run: &Run, socket: u32) -> (Conditions, Interruptions) {
    let network = &task.network;
    let interruptions =
        Interruptions::of(task.people.seed, socket, network, &task.faults, task.end_us());
    let slow = task.is_slow(socket).then_some(network.slow_bytes_per_second);
    let conditions = Conditions {
        round_trip: Duration::from_millis(network.round_trip_ms),
        loss_percent: network.loss_percent,
        bytes_per_second: slow,
        blackouts: interruptions.blackouts.clone(),
        start: Arc::clone(&run.start),
        seed: crowd::Random::split(task.people.seed, u64::from(socket)).number(),
    };
    (conditions, interruptions)
}

/// All doors open, and the schedule begins.
fn begin(
    task: &Task,
    run: &Arc<Run>,
    entrance: &Arc<Entrance>,
    target: &Target,
    inside: Vec<(Seat, Connection)>,
) -> anyhow::Result<(JoinSet<Option<Seat>>, std::thread::JoinHandle<()>)> {
    let mine = |&number: &u32| task.is_mine(run.script.send(number));
    let numbers: Vec<u32> = run.script.numbers().filter(mine).collect();
    let mut busy = JoinSet::new();
    let mut doors = Doors { sockets: BTreeMap::new(), platforms: BTreeMap::new() };
    for (seat, connection) in inside {
        let (door, jobs) = mpsc::channel(IN_FLIGHT_MAX);
        doors.sockets.insert(seat.socket, door);
        let (conditions, interruptions) = conditions(task, run, seat.socket);
        let viewer = Viewer::new(seat, connection, interruptions, conditions, task.people.seed);
        let (run, entrance) = (Arc::clone(run), Arc::clone(entrance));
        busy.spawn(async move { Some(viewer.stay(run, entrance, jobs).await) });
    }
    let posted = numbers.iter().map(|&number| run.script.send(number));
    let posted = posted.filter(|send| send.door == Door::Platform).map(|send| send.platform);
    for platform in posted.collect::<BTreeSet<_>>() {
        let (door, jobs) = mpsc::channel(PLATFORM_QUEUE);
        doors.platforms.insert(platform, door);
        let connector = Platform::new(target, &task.session, &task.tokens.source);
        let run = Arc::clone(run);
        busy.spawn(async move {
            connector.watch(run, jobs).await;
            None
        });
    }
    let run = Arc::clone(run);
    let pacer = std::thread::Builder::new()
        .name("pace".into())
        .spawn(move || pace(&run, &numbers, doors))
        .context("a thread for the schedule")?;
    Ok((busy, pacer))
}
