//! One run from the first ticket to the last answer.

use crate::host::{Host, Tokens};
use crate::http::{Http, Target};
use crate::pace::{Doors, pace};
use crate::platform::Platform;
use crate::report::{Span, second};
use crate::run::Run;
use crate::scenario::Scenario;
use crate::schedule::Door;
use crate::viewer::{IN_FLIGHT_MAX, Seat, Viewer};
use anyhow::Context as _;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::mpsc;
use tokio::task::{JoinHandle, JoinSet};

/// How many viewers come in at the same time.
const AT_THE_DOOR: usize = 32;

/// Comments that may wait for a platform's next post: several seconds of the largest evening.
const PLATFORM_QUEUE: usize = 65_536;

/// Seats all viewers, plays the schedule, waits for the answers.
///
/// # Errors
/// If a viewer cannot come in.
pub(crate) async fn play(
    run: &Arc<Run>,
    scenario: &Scenario,
    target: &Target,
    tokens: &Tokens,
    host: &Host,
) -> anyhow::Result<(Vec<Seat>, Span)> {
    let (seats, viewers) = seated(run, scenario, target, &host.session).await?;
    let start = Instant::now() + Duration::from_millis(500);
    run.start_at(start);
    let mut watching = JoinSet::new();
    let mut doors = Doors { sockets: Vec::new(), platforms: BTreeMap::new() };
    for viewer in viewers {
        let (door, jobs) = mpsc::channel(IN_FLIGHT_MAX);
        doors.sockets.push(door);
        watching.spawn(viewer.watch(Arc::clone(run), jobs));
    }
    let posted = run.sends.iter().filter(|send| send.door == Door::Platform);
    for platform in posted.map(|send| send.platform).collect::<std::collections::BTreeSet<_>>() {
        let (door, jobs) = mpsc::channel(PLATFORM_QUEUE);
        doors.platforms.insert(platform, door);
        let connector = Platform::new(target, &host.session, &tokens.source);
        watching.spawn(connector.watch(Arc::clone(run), jobs));
    }
    let pacing = Arc::clone(run);
    let pacer = std::thread::Builder::new()
        .name("pace".into())
        .spawn(move || pace(&pacing, doors))
        .context("a thread for the schedule")?;
    let told = told_each_second(Arc::clone(run));
    while let Some(ended) = watching.join_next().await {
        ended.context("a viewer failed")?;
    }
    told.abort();
    pacer.join().map_err(|_| anyhow::anyhow!("the schedule's thread failed"))?;
    let took = start.elapsed();
    Ok((seats, Span { sockets: scenario.sockets, seconds: scenario.seconds, took }))
}

/// Brings every viewer in, some at a time; in the order of their sockets.
async fn seated(
    run: &Run,
    scenario: &Scenario,
    target: &Target,
    session: &str,
) -> anyhow::Result<(Vec<Seat>, Vec<Viewer>)> {
    let mut names: Vec<String> = (0..scenario.sockets).map(|n| format!("Khách {n}")).collect();
    for send in &run.sends {
        if let Door::Socket(socket) = send.door {
            names[socket as usize].clone_from(&send.name);
        }
    }
    let mut entrances = JoinSet::new();
    let started = Instant::now();
    for entrance in 0..AT_THE_DOOR {
        let (target, session) = (target.clone(), session.to_owned());
        let queue: Vec<(u32, String)> = (0..)
            .zip(&names)
            .skip(entrance)
            .step_by(AT_THE_DOOR)
            .map(|(n, s)| (n, s.clone()))
            .collect();
        entrances.spawn(async move {
            let mut http = Http::new(&target);
            let mut inside = Vec::with_capacity(queue.len());
            for (socket, name) in queue {
                let mut seat = Seat::new(socket, name);
                let viewer = seat.sit(&mut http, &target, &session).await?;
                inside.push((seat, viewer));
            }
            anyhow::Ok(inside)
        });
    }
    let mut inside = Vec::with_capacity(names.len());
    while let Some(ended) = entrances.join_next().await {
        inside.extend(ended??);
    }
    inside.sort_by_key(|(seat, _)| seat.socket);
    eprintln!("{} viewers came in within {:.1?}", inside.len(), started.elapsed());
    Ok(inside.into_iter().unzip())
}

fn told_each_second(run: Arc<Run>) -> JoinHandle<()> {
    tokio::spawn(async move {
        let mut before = (0, 0);
        let mut beat = tokio::time::interval(Duration::from_secs(1));
        beat.tick().await;
        for at in 1.. {
            beat.tick().await;
            eprintln!("{}", second(&run, at, &mut before));
        }
    })
}
