//! A closed loop over many sockets: each keeps so many claims under way and sends the next one for
//! every answer.

use super::endpoint::Endpoint;
use super::pool::{Greets, Hears, Pool};
use super::words;
use hdrhistogram::Histogram;
use std::time::{Duration, Instant};

/// What answers must look like.
#[derive(Clone, Debug)]
pub(crate) enum Answers {
    /// Chốt's: a ticket for every socket; each key in its turn, each one held.
    Outcomes { tickets: Vec<String> },
    /// The bare server's: one for each frame, whatever it says.
    Any,
}

/// What came of one round.
#[derive(Clone, Debug, Default)]
pub(crate) struct Round {
    /// Answers per second.
    pub(crate) per_second: f64,
    /// Bytes of an answer's frame without its header, on average.
    pub(crate) answer_bytes: f64,
    /// Bytes of everything that came, per answer.
    pub(crate) bytes_per_answer: f64,
    /// From send to answer.
    pub(crate) p50_ms: f64,
    pub(crate) p99_ms: f64,
    /// All that were counted.
    pub(crate) answers: u64,
    /// All that came, before and after the counted ones too: one for every claim.
    pub(crate) answers_in_all: u64,
}

struct Loop<'a> {
    answers: &'a Answers,
    lanes: Vec<Lane>,
    counting: bool,
    /// No further claim is sent.
    closing: bool,
    answered: u64,
    answer_bytes: u64,
    bytes: u64,
    now: Instant,
    took: Histogram<u64>,
}

/// Where one socket stands.
struct Lane {
    next_key: u64,
    answered_key: u64,
    /// When the claims under way left, by key.
    left: Vec<Instant>,
}

/// Opens `sockets` sockets and keeps `depth` claims under way on each, for `warm` and then,
/// counted, for `span`; then waits for what is still under way.
///
/// # Errors
/// If an answer is not the right one in its turn, or does not come.
pub(crate) fn run(
    endpoint: &Endpoint,
    answers: &Answers,
    sockets: u32,
    depth: usize,
    warm: Duration,
    span: Duration,
) -> anyhow::Result<Round> {
    let mut pool = Pool::new()?;
    let now = Instant::now();
    let lane = |_| Lane { next_key: 0, answered_key: 0, left: vec![now; depth] };
    let mut all = Loop {
        answers,
        lanes: (0..sockets).map(lane).collect(),
        counting: false,
        closing: false,
        answered: 0,
        answer_bytes: 0,
        bytes: 0,
        now,
        took: Histogram::new_with_max(TOOK_US_MAX, 3)?,
    };
    pool.connect(endpoint, 0, sockets, &mut all)?;
    all.now = Instant::now();
    for socket in 0..sockets as usize {
        let mut out = Vec::new();
        (0..depth).for_each(|_| all.claim(socket, &mut out));
        pool.say(socket, &out)?;
    }
    let end = Instant::now() + warm;
    all.play(&mut pool, |all| all.now >= end)?;
    (all.counting, all.answered) = (true, 0);
    let began = Instant::now();
    all.play(&mut pool, |all| all.now >= began + span)?;
    let round = all.round(began.elapsed());
    all.closing = true;
    all.play(&mut pool, Loop::is_answered)?;
    let answers_in_all = all.lanes.iter().map(|lane| lane.answered_key).sum();
    Ok(Round { answers_in_all, ..round })
}

impl Loop<'_> {
    fn play(&mut self, pool: &mut Pool, is_over: impl Fn(&Self) -> bool) -> anyhow::Result<()> {
        let mut heard = Instant::now();
        while !is_over(self) {
            let before = self.answered;
            pool.turn(Some(Duration::from_millis(20)), self)?;
            self.now = Instant::now();
            if self.answered > before {
                heard = self.now;
            }
            anyhow::ensure!(heard.elapsed() < SILENCE, "no answer for {SILENCE:?}");
        }
        Ok(())
    }

    /// Whether nothing is under way any more.
    fn is_answered(&self) -> bool {
        self.lanes.iter().all(|lane| lane.answered_key == lane.next_key)
    }

    fn round(&self, span: Duration) -> Round {
        let answered = self.answered as f64;
        let ms = |quantile| self.took.value_at_quantile(quantile) as f64 / 1_000.0;
        Round {
            per_second: answered / span.as_secs_f64(),
            answer_bytes: self.answer_bytes as f64 / answered.max(1.0),
            bytes_per_answer: self.bytes as f64 / answered.max(1.0),
            p50_ms: ms(0.5),
            p99_ms: ms(0.99),
            answers: self.answered,
            answers_in_all: 0,
        }
    }

    fn claim(&mut self, socket: usize, out: &mut Vec<u8>) {
        let lane = &mut self.lanes[socket];
        let (key, depth) = (lane.next_key, lane.left.len() as u64);
        lane.left[(key % depth) as usize] = self.now;
        lane.next_key += 1;
        words::claim(out, key);
    }

    fn answered(&mut self, socket: usize, bytes: usize) {
        let lane = &mut self.lanes[socket];
        let depth = lane.left.len() as u64;
        let left = lane.left[(lane.answered_key % depth) as usize];
        lane.answered_key += 1;
        self.answered += 1;
        if self.counting {
            self.answer_bytes += bytes as u64;
            let took = self.now.saturating_duration_since(left).as_micros() as u64;
            self.took.saturating_record(took);
        }
    }
}

/// The longest time that is told apart, in microseconds; longer counts as that.
const TOOK_US_MAX: u64 = 60_000_000;

/// How long no answer at all may come.
const SILENCE: Duration = Duration::from_secs(10);

impl Hears for Loop<'_> {
    fn text(&mut self, socket: usize, text: &[u8], out: &mut Vec<u8>) -> anyhow::Result<()> {
        if self.counting {
            self.bytes += text.len() as u64;
        }
        let said = || words::beginning(text);
        let Some(outcome) = words::outcome(text) else {
            anyhow::ensure!(!words::is_error(text), "instead of an outcome: {}", said());
            return Ok(());
        };
        if matches!(self.answers, Answers::Outcomes { .. }) {
            let due = self.lanes[socket].answered_key;
            let good = words::held_key(outcome) == Some(due);
            anyhow::ensure!(good, "key {due} should be held, and there came: {}", said());
        }
        self.answered(socket, text.len());
        if !self.closing {
            self.claim(socket, out);
        }
        Ok(())
    }
}

impl Greets for Loop<'_> {
    fn greet(&mut self, socket: usize, out: &mut Vec<u8>) -> bool {
        match self.answers {
            Answers::Outcomes { tickets } => {
                words::hello(out, &tickets[socket]);
                true
            }
            Answers::Any => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_claim_has_its_answer_in_its_turn_and_no_other() {
        let answers = Answers::Outcomes { tickets: Vec::new() };
        let now = Instant::now();
        let lane = |_| Lane { next_key: 0, answered_key: 0, left: vec![now; 2] };
        let mut all = Loop {
            answers: &answers,
            lanes: (0..2).map(lane).collect(),
            counting: true,
            closing: false,
            answered: 0,
            answer_bytes: 0,
            bytes: 0,
            now,
            took: Histogram::new_with_max(TOOK_US_MAX, 3).expect("bounds"),
        };
        let mut out = Vec::new();
        (0..2).for_each(|_| all.claim(0, &mut out));
        let held = |key: u64| format!(r#"{{"type":"outcome","key":"{key}","result":"held"}}"#);
        let mut hear = |all: &mut Loop<'_>, text: &str| {
            out.clear();
            all.text(0, text.as_bytes(), &mut out).map(|()| out.len())
        };
        assert!(hear(&mut all, &held(1)).is_err(), "0 comes first");
        assert!(hear(&mut all, r#"{"type":"error","code":"busy"}"#).is_err());
        assert!(hear(&mut all, &held(0)).is_ok_and(|sent| sent > 0), "the next claim leaves");
        all.closing = true;
        assert!(!all.is_answered());
        assert!(hear(&mut all, &held(1)).is_ok_and(|sent| sent == 0));
        assert!(!all.is_answered(), "the third is still under way");
        assert!(hear(&mut all, &held(2)).is_ok());
        assert!(all.is_answered());
    }
}
