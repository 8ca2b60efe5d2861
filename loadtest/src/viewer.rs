//! A viewer's evening: writes when the schedule says so, keeps every answer, comes back when the
//! socket ends, and sends again what was not answered.

use crate::interruptions::Interruptions;
use crate::link::Conditions;
use crate::run::Run;
use crate::schedule::Door;
use crate::seat::{Connection, Entrance, Seat};
use crowd::Random;
use proto::live::{self, client_frame, server_frame};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep, sleep_until};

/// Most comments without an answer; the contract's bound, beyond which a server stops reading.
pub(crate) const IN_FLIGHT_MAX: usize = 64;

/// How long an answer, or the way back, is waited for after everything was sent.
const PATIENCE: Duration = Duration::from_secs(30);

/// As the page does: half the least wait, and at random up to the least doubled with every try.
const BACKOFF_MS_MIN: u64 = 500;
const BACKOFF_MS_MAX: u64 = 15_000;

/// How a try to come back ends that is followed by another.
pub(crate) const NO_WAY_IN: &str = "no way in yet";

/// Somebody at a socket.
pub(crate) struct Viewer {
    pub(crate) seat: Seat,
    /// `None` while the socket is gone.
    pub(crate) connection: Option<Connection>,
    /// Cuts that are still to come, the next one last.
    cuts: Vec<u64>,
    conditions: Conditions,
    random: Random,
    /// Sent and not answered.
    open: BTreeSet<u32>,
    /// The last position seen.
    seen: Option<live::Position>,
    tries: u32,
    /// When the socket ended.
    gone: Instant,
    /// When the schedule had ended, how long we wait for what is open.
    last_call: Option<Instant>,
}

impl Viewer {
    /// Somebody who has just been welcomed.
    pub(crate) fn new(
        seat: Seat,
        connection: Connection,
        interruptions: Interruptions,
        conditions: Conditions,
        seed: u64,
    ) -> Self {
        let mut cuts = interruptions.cuts;
        cuts.reverse();
        let random = Random::split(seed, BACKOFF | u64::from(seat.socket));
        let seen = connection.position;
        Self {
            seat,
            connection: Some(connection),
            cuts,
            conditions,
            random,
            open: BTreeSet::new(),
            seen,
            tries: 0,
            gone: Instant::now(),
            last_call: None,
        }
    }

    /// Writes what comes out of `jobs` (numbers of sends) and keeps the answers, until all are
    /// answered.
    pub(crate) async fn stay(
        mut self,
        run: Arc<Run>,
        entrance: Arc<Entrance>,
        mut jobs: mpsc::Receiver<u32>,
    ) -> Seat {
        loop {
            match self.connection.take() {
                Some(connection) => match self.sit(connection, &run, &mut jobs).await {
                    Ok(()) => break,
                    Err(how) => {
                        run.tally.ended(&how.to_string());
                        self.gone = Instant::now();
                    }
                },
                None if self.is_late(&jobs) => {
                    run.tally.refused("never came back", 1);
                    break;
                }
                None => self.come_back(&run, &entrance).await,
            }
        }
        self.seat
    }

    /// True if the schedule has ended and we have waited long enough for the way back.
    fn is_late(&mut self, jobs: &mpsc::Receiver<u32>) -> bool {
        if jobs.is_closed() {
            self.last_call.get_or_insert_with(|| Instant::now() + PATIENCE);
        }
        self.last_call.is_some_and(|end| Instant::now() > end)
    }

    async fn come_back(&mut self, run: &Run, entrance: &Entrance) {
        sleep(backoff(self.tries, &mut self.random)).await;
        self.tries += 1;
        let entered = entrance.enter(&mut self.seat, self.seen, self.conditions.clone()).await;
        match entered {
            Ok(mut connection) => {
                self.tries = 0;
                self.see(connection.position);
                run.tally.back(self.gone.elapsed());
                for &number in &self.open {
                    run.tally.resent();
                    if say(&mut connection, run, number).await.is_err() {
                        break;
                    }
                }
                self.connection = Some(connection);
            }
            Err(error) => {
                if format!("{error:#}").contains("closed 4001") {
                    self.seen = None;
                }
                run.tally.ended(NO_WAY_IN);
            }
        }
    }

    /// At the socket, until all is answered.
    ///
    /// # Errors
    /// In one word how the socket ended.
    async fn sit(
        &mut self,
        mut connection: Connection,
        run: &Run,
        jobs: &mut mpsc::Receiver<u32>,
    ) -> anyhow::Result<()> {
        let mut ready = Instant::now();
        // Cuts while the socket was gone are over.
        self.cuts.retain(|&cut| Instant::from_std(run.moment(cut)) > ready);
        let cut = self.cuts.last().map(|&cut| Instant::from_std(run.moment(cut)));
        loop {
            if self.last_call.is_some() && self.open.is_empty() && cut.is_none() {
                return Ok(());
            }
            let room = self.last_call.is_none() && self.open.len() < IN_FLIGHT_MAX;
            let next = match (self.last_call, cut) {
                (Some(end), Some(cut)) => end.min(cut),
                (Some(one), None) | (None, Some(one)) => one,
                (None, None) => ready,
            };
            tokio::select! {
                job = jobs.recv(), if room => match job {
                    Some(number) => {
                        self.open.insert(number);
                        // A server that takes no more makes the write wait: that is its lateness.
                        let able = run.due(number).max(ready.into_std());
                        run.tally.sent(able.elapsed());
                        say(&mut connection, run, number).await?;
                    }
                    None => self.last_call = Some(Instant::now() + PATIENCE),
                },
                frame = connection.hear() => {
                    let full = self.open.len() >= IN_FLIGHT_MAX;
                    self.heard(run, frame?);
                    if full && self.open.len() < IN_FLIGHT_MAX {
                        ready = Instant::now();
                    }
                }
                () = sleep_until(next), if self.last_call.is_some() || cut.is_some() => {
                    if cut.is_some_and(|cut| cut <= next) {
                        self.cuts.pop();
                        anyhow::bail!("cut by us");
                    }
                    return Ok(());
                }
            }
        }
    }

    fn heard(&mut self, run: &Run, frame: server_frame::Frame) {
        match frame {
            server_frame::Frame::Outcome(outcome) => {
                self.see(outcome.position);
                let number = outcome.key.as_deref().and_then(|key| run.script.number(key));
                let ours = Door::Socket(self.seat.socket);
                match number.filter(|&number| run.script.send(number).door == ours) {
                    Some(number) if self.open.remove(&number) => run.answered(number, &outcome),
                    Some(number) => run.repeated(number, &outcome),
                    None => run.tally.refused("outcome of a key that was not asked", 1),
                }
            }
            server_frame::Frame::Error(error) => {
                if let Some(number) = error.key.as_deref().and_then(|key| run.script.number(key)) {
                    self.open.remove(&number);
                }
                run.tally.refused(&error.code, 1);
            }
            server_frame::Frame::Order(order) => self.see(order.position),
            server_frame::Frame::Welcome(_)
            | server_frame::Frame::Stock(_)
            | server_frame::Frame::Pong(_) => {}
        }
    }

    fn see(&mut self, position: Option<live::Position>) {
        let place = |position: &live::Position| (position.epoch, position.seq);
        if position.as_ref().map(place) > self.seen.as_ref().map(place) {
            self.seen = position;
        }
    }
}

/// Keeps this stream apart from others of the same seed.
const BACKOFF: u64 = 1 << 43;

/// Writes one send, for the first time or again.
async fn say(connection: &mut Connection, run: &Run, number: u32) -> anyhow::Result<()> {
    let (key, send) = (run.script.key(number), run.script.send(number));
    let frame = match &send.tap {
        None => client_frame::Frame::Comment(live::Comment { key, text: send.text.to_string() }),
        Some(lines) => {
            let line = |(code, milli): &(String, u64)| live::WantedLine {
                code: code.clone(),
                variant: vec![],
                quantity_milli: *milli,
            };
            let lines = lines.iter().map(line).collect();
            client_frame::Frame::Claim(live::Claim { key, lines })
        }
    };
    connection.say(frame).await.map_err(|_| anyhow::anyhow!("broken off"))
}

/// How long to wait before the next try.
fn backoff(tries: u32, random: &mut Random) -> Duration {
    let most = BACKOFF_MS_MAX.min(BACKOFF_MS_MIN.saturating_mul(1 << tries.min(10)));
    let most = u32::try_from(most).unwrap_or(u32::MAX);
    Duration::from_millis(BACKOFF_MS_MIN / 2 + u64::from(random.below(most)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_back_is_tried_at_random_moments_and_ever_more_rarely() {
        let mut random = Random::new(1);
        let mut spread = |tries| {
            let waits: Vec<_> = (0..1_000).map(|_| backoff(tries, &mut random)).collect();
            let (least, most) = (waits.iter().min(), waits.iter().max());
            (*least.expect("waits"), *most.expect("waits"))
        };
        let ms = Duration::from_millis;
        let (least, most) = spread(0);
        assert!(least >= ms(250) && least < ms(260) && most > ms(740) && most < ms(750));
        let (_, most) = spread(3);
        assert!(most > ms(4_000) && most < ms(4_250), "{most:?}");
        assert!(spread(30).1 < ms(15_250));
    }
}
