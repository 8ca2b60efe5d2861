//! The viewers of one generator: they come in with their tickets, see what is shown, and order now
//! and then.

use super::endpoint::holds;
use super::generator::now_ns;
use super::pool::{Greets, Hears, Pool};
use super::words;
use anyhow::Context as _;
use hdrhistogram::Histogram;
use serde_json::{Value, json};
use std::time::{Duration, Instant};

/// How long the last acks are waited for.
const PATIENCE: Duration = Duration::from_secs(20);

/// The longest time that is told apart, in microseconds; longer counts as that.
const TOOK_US_MAX: u64 = 60_000_000;

/// All of them.
pub(crate) struct Crowd {
    /// None where the server asks for none; then nobody says hello either.
    pub(crate) tickets: Vec<String>,
    sockets: u32,
    watch: Option<Watch>,
    orders: Option<Orders>,
    /// Across all orders, so that no key comes twice.
    next_key: u64,
}

/// Who has seen some words.
struct Watch {
    words: Vec<u8>,
    seen: Vec<bool>,
    count: u32,
    first_ns: u64,
    last_ns: u64,
    /// The text in which they stood.
    text: String,
}

/// Orders at planned moments.
struct Orders {
    first_key: u64,
    began: Instant,
    every: Duration,
    planned: u32,
    sent: u32,
    /// By number: answered already.
    acked: Vec<bool>,
    acks: u32,
    took: Histogram<u64>,
    lag: Histogram<u64>,
}

impl Crowd {
    /// Of so many sockets.
    pub(crate) fn new(sockets: u32) -> Self {
        Self { tickets: Vec::new(), sockets, watch: None, orders: None, next_key: 0 }
    }

    /// From now on it counts who sees these words.
    pub(crate) fn watch(&mut self, words: &str) {
        let (words, seen) = (words.as_bytes().to_vec(), vec![false; self.sockets as usize]);
        let text = String::new();
        self.watch = Some(Watch { words, seen, count: 0, first_ns: 0, last_ns: 0, text });
    }

    /// From now on it orders, so many a second for `span`, whatever the answers do.
    ///
    /// # Errors
    /// If there is no room to count.
    pub(crate) fn order(&mut self, per_second: u32, span: Duration) -> anyhow::Result<()> {
        let every = Duration::from_secs(1) / per_second.max(1);
        let planned = (span.as_nanos() / every.as_nanos().max(1)) as u32;
        self.orders = Some(Orders {
            first_key: self.next_key,
            began: Instant::now(),
            every,
            planned,
            sent: 0,
            acked: vec![false; planned as usize],
            acks: 0,
            took: Histogram::new_with_max(TOOK_US_MAX, 3)?,
            lag: Histogram::new_with_max(TOOK_US_MAX, 3)?,
        });
        self.next_key += u64::from(planned);
        Ok(())
    }

    /// When there is something to do even if nobody says anything.
    pub(crate) fn due(&self) -> Option<Instant> {
        let orders = self.orders.as_ref()?;
        Some(if orders.sent < orders.planned { orders.due(orders.sent) } else { orders.end() })
    }

    /// Sends the orders whose moment has come.
    ///
    /// # Errors
    /// If a socket takes no more.
    pub(crate) fn send(&mut self, pool: &mut Pool) -> anyhow::Result<()> {
        let Some(orders) = &mut self.orders else {
            return Ok(());
        };
        let now = Instant::now();
        while orders.sent < orders.planned && orders.due(orders.sent) <= now {
            let key = orders.first_key + u64::from(orders.sent);
            let mut frame = Vec::new();
            words::claim(&mut frame, key);
            pool.say((orders.sent % self.sockets.max(1)) as usize, &frame)?;
            orders.lag.saturating_record(orders.due(orders.sent).elapsed().as_micros() as u64);
            orders.sent += 1;
        }
        Ok(())
    }

    /// What has been finished, each once.
    pub(crate) fn done(&mut self) -> Vec<Value> {
        let mut done = Vec::new();
        if let Some(watch) = self.watch.take_if(|watch| watch.count == self.sockets) {
            done.push(json!({
                "seen": watch.count, "first_ns": watch.first_ns, "last_ns": watch.last_ns,
                "text": watch.text,
            }));
        }
        if let Some(orders) = self.orders.take_if(|orders| orders.is_over()) {
            let ms = |of: &Histogram<u64>, quantile| of.value_at_quantile(quantile) as f64 / 1e3;
            done.push(json!({
                "sent": orders.sent, "acked": orders.acks,
                "p50_ms": ms(&orders.took, 0.5), "p99_ms": ms(&orders.took, 0.99),
                "max_ms": orders.took.max() as f64 / 1e3, "lag_p99_ms": ms(&orders.lag, 0.99),
            }));
        }
        done
    }
}

impl Orders {
    fn due(&self, number: u32) -> Instant {
        self.began + self.every * number
    }

    fn end(&self) -> Instant {
        self.due(self.planned) + PATIENCE
    }

    fn is_over(&self) -> bool {
        let sent = self.sent == self.planned;
        sent && (self.acks == self.planned || Instant::now() >= self.end())
    }

    /// An ack of this round; one of an earlier round, or a second one, does not count.
    fn ack(&mut self, key: u64) {
        let Some(number) = key.checked_sub(self.first_key) else {
            return;
        };
        let (number, due) = (number as usize, self.due(number as u32));
        if self.acked.get(number) == Some(&false) {
            self.acked[number] = true;
            self.acks += 1;
            self.took.saturating_record(due.elapsed().as_micros() as u64);
        }
    }
}

impl Hears for Crowd {
    fn text(&mut self, socket: usize, text: &[u8], _: &mut Vec<u8>) -> anyhow::Result<()> {
        if let Some(watch) = &mut self.watch
            && !watch.seen[socket]
            && holds(text, &watch.words)
        {
            watch.last_ns = now_ns();
            if watch.count == 0 {
                watch.first_ns = watch.last_ns;
                watch.text = String::from_utf8_lossy(text).into_owned();
            }
            watch.seen[socket] = true;
            watch.count += 1;
            return Ok(());
        }
        let said = || words::beginning(text);
        // After an error the socket goes on, and we do not.
        anyhow::ensure!(!words::is_error(text), "socket {socket} was told: {}", said());
        if let (Some(orders), Some(outcome)) = (&mut self.orders, words::outcome(text)) {
            orders.ack(words::held_key(outcome).with_context(|| format!("not held: {}", said()))?);
        }
        Ok(())
    }
}

impl Greets for Crowd {
    fn greet(&mut self, socket: usize, out: &mut Vec<u8>) -> bool {
        let Some(ticket) = self.tickets.get(socket) else {
            return false;
        };
        words::hello(out, ticket);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_seen_when_every_socket_has_seen_them_once() {
        let mut crowd = Crowd::new(2);
        crowd.watch(r#""left":7,"#);
        let mut hears = |socket, text: &str| {
            crowd.text(socket, text.as_bytes(), &mut Vec::new()).expect("fine");
            crowd.done().len()
        };
        assert_eq!(hears(0, r#"{"type":"stock","left":6,"x":1}"#), 0);
        assert_eq!(hears(0, r#"{"type":"stock","left":7,"x":1}"#), 0);
        assert_eq!(hears(0, r#"{"type":"stock","left":7,"x":1}"#), 0);
        assert_eq!(hears(1, r#"{"type":"stock","left":7,"x":1}"#), 1);
        assert_eq!(hears(1, r#"{"type":"stock","left":7,"x":1}"#), 0);
    }

    #[test]
    fn an_ack_counts_once_and_only_in_its_round() {
        let mut crowd = Crowd::new(1);
        crowd.order(1_000, Duration::from_millis(2)).expect("room");
        crowd.order(1_000, Duration::from_millis(2)).expect("room");
        let orders = crowd.orders.as_mut().expect("under way");
        [1, 2, 2, 4].into_iter().for_each(|key| orders.ack(key));
        assert_eq!(orders.acks, 1);
        orders.began -= Duration::from_secs(2);
        orders.ack(3);
        let ms = orders.took.max() / 1_000;
        assert!((1_900..60_000).contains(&ms), "two seconds are two seconds, not {ms} ms");
    }

    #[test]
    fn an_error_or_a_refusal_ends_the_run() {
        let mut crowd = Crowd::new(1);
        crowd.order(1, Duration::from_secs(1)).expect("room");
        let mut hears = |text: &str| crowd.text(0, text.as_bytes(), &mut Vec::new());
        assert!(hears(r#"{"type":"error","code":"busy"}"#).is_err());
        assert!(hears(r#"{"type":"outcome","key":"0","result":"refused"}"#).is_err());
        assert!(hears(r#"{"type":"outcome","key":"0","result":"held"}"#).is_ok());
    }
}
