//! A lane thread's inbox: bounded for askers, always open for the journal's word.
//!
//! Requests beyond the limit are refused at once; what the journal and the owner say is bounded by
//! nature (batches in flight, commands of the process) and is never refused, so that a full queue
//! cannot stop its own emptying.

use crate::ask::Input;
use crate::pressure::{Gauge, Pressure};
use domain::{Millis, ShopId};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Something for a lane of this thread, or for the thread.
pub(crate) enum Message {
    /// An input of one shop's lane.
    Lane(ShopId, Input),
    /// A new lane.
    Add(Box<crate::lane::Lane>),
    /// The disk is nearly full, or no longer: for every lane.
    DiskLow(bool),
    /// Nothing new any more: for every lane; the thread ends when all are idle.
    Stop,
}

/// Where messages for one lane thread gather.
#[derive(Default)]
pub(crate) struct Inbox {
    queue: Mutex<Queue>,
    arrived: Condvar,
    pressure: Gauge,
}

#[derive(Default)]
struct Queue {
    messages: Vec<Message>,
    requests: usize,
    /// So many of them came since the reader last looked.
    fresh: usize,
    /// So many fresh ones wake the reader; fewer wait for the next word that must not wait.
    wake_at: usize,
    /// There is such a word.
    urgent: bool,
    /// How long the oldest request had waited when that was last looked at.
    waited: Millis,
    closed: bool,
}

impl Inbox {
    /// Puts `count` requests in, unless that would exceed `limit` or nobody reads any more.
    pub(crate) fn offer(&self, message: Message, count: usize, limit: usize) -> Result<(), Full> {
        let mut queue = self.lock();
        if queue.closed {
            return Err(Full::Closed);
        }
        if queue.requests + count > limit {
            return Err(Full::Busy);
        }
        queue.requests += count;
        queue.fresh += count;
        self.pressure.judge(queue.requests, queue.waited);
        queue.messages.push(message);
        let wakes = queue.is_ready();
        drop(queue);
        if wakes {
            self.arrived.notify_one();
        }
        Ok(())
    }

    /// Puts in what must not be refused.
    pub(crate) fn tell(&self, message: Message) {
        let mut queue = self.lock();
        queue.messages.push(message);
        queue.urgent = true;
        drop(queue);
        self.arrived.notify_one();
    }

    /// Waits until so many more requests are there, or a word that must not wait, or the time is
    /// over; takes everything. What lanes hold already does not count: they wait for the journal.
    /// `waited` is how long the oldest request of this thread's lanes has waited.
    pub(crate) fn wait(
        &self,
        at_most: Duration,
        requests: usize,
        waited: Millis,
        into: &mut Vec<Message>,
    ) {
        let mut queue = self.lock();
        queue.wake_at = requests;
        queue.waited = waited;
        self.pressure.judge(queue.requests, waited);
        let ready = self.arrived.wait_timeout_while(queue, at_most, |queue| !queue.is_ready());
        let mut queue = ready.unwrap_or_else(PoisonError::into_inner).0;
        queue.urgent = false;
        queue.fresh = 0;
        std::mem::swap(&mut queue.messages, into);
    }

    /// Makes room again for requests that were decided.
    pub(crate) fn done(&self, count: usize) {
        if count > 0 {
            let mut queue = self.lock();
            queue.requests = queue.requests.saturating_sub(count);
            self.pressure.judge(queue.requests, queue.waited);
        }
    }

    /// Requests that wait to be decided.
    pub(crate) fn requests(&self) -> usize {
        self.lock().requests
    }

    /// How hard the thread is pressed. Waits for nobody.
    pub(crate) fn pressure(&self) -> Pressure {
        self.pressure.level()
    }

    /// Takes nothing more, and drops what is there.
    pub(crate) fn close(&self) {
        let mut queue = self.lock();
        queue.closed = true;
        queue.messages.clear();
    }

    fn lock(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Queue {
    fn is_ready(&self) -> bool {
        self.urgent || !self.messages.is_empty() && self.fresh >= self.wake_at
    }
}

/// Why a request was not taken.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Full {
    /// Too much waits.
    Busy,
    /// Nobody reads any more.
    Closed,
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::limits::{BUSY_REQUESTS, CROWDED_WAIT_MS, LANE_REQUESTS_MAX};

    #[test]
    fn requests_beyond_the_limit_are_refused_and_the_journals_word_is_not() {
        let inbox = Inbox::default();
        let message = || Message::DiskLow(false);
        assert_eq!(inbox.offer(message(), 3, 4), Ok(()));
        assert_eq!(inbox.offer(message(), 2, 4), Err(Full::Busy));
        inbox.tell(message());
        inbox.done(3);
        assert_eq!(inbox.offer(message(), 4, 4), Ok(()));
        inbox.close();
        assert_eq!(inbox.offer(message(), 1, 4), Err(Full::Closed));
    }

    #[test]
    fn few_requests_wait_for_more_or_for_the_journals_word() {
        let inbox = Inbox::default();
        let message = || Message::DiskLow(false);
        let taken = |requests: usize| {
            let mut messages = Vec::new();
            inbox.wait(Duration::ZERO, requests, Millis(0), &mut messages);
            messages.len()
        };
        let is_ready = |requests: usize| {
            let mut queue = inbox.lock();
            queue.wake_at = requests;
            queue.is_ready()
        };
        assert_eq!(inbox.offer(message(), 3, 9), Ok(()));
        assert!(!is_ready(4) && is_ready(3));
        inbox.tell(message());
        assert!(is_ready(4));
        assert_eq!(taken(4), 2);
        // What was taken and not decided waits for the journal's word, and wakes nobody.
        assert_eq!(inbox.offer(message(), 3, 9), Ok(()));
        assert!(!is_ready(4));
        assert_eq!(inbox.offer(message(), 1, 9), Ok(()));
        assert!(is_ready(4));
        assert_eq!(inbox.requests(), 7);
    }

    #[test]
    fn the_pressure_follows_what_waits_and_how_long() {
        let inbox = Inbox::default();
        let offer = |count| inbox.offer(Message::DiskLow(false), count, LANE_REQUESTS_MAX);
        assert_eq!(offer(BUSY_REQUESTS - 1), Ok(()));
        assert_eq!(inbox.pressure(), Pressure::Calm);
        assert_eq!(offer(1), Ok(()));
        assert_eq!(inbox.pressure(), Pressure::Busy);
        assert_eq!(offer(LANE_REQUESTS_MAX - BUSY_REQUESTS), Ok(()));
        assert_eq!((offer(1), inbox.pressure()), (Err(Full::Busy), Pressure::Crowded));
        inbox.done(LANE_REQUESTS_MAX - 1);
        assert_eq!(inbox.pressure(), Pressure::Calm);
        let wait = |ms| inbox.wait(Duration::ZERO, 0, Millis(ms), &mut Vec::new());
        wait(CROWDED_WAIT_MS);
        assert_eq!(inbox.pressure(), Pressure::Crowded);
        assert_eq!(offer(1), Ok(()));
        assert_eq!(inbox.pressure(), Pressure::Crowded, "what was seen counts until the next look");
        wait(0);
        assert_eq!(inbox.pressure(), Pressure::Calm);
    }
}
