//! What the persister does next: a machine without I/O, one act at a time.
//!
//! ```text
//! Connect ─▶ Look ─▶ Read(shop) ─▶ Write(shop) ─▶ … next shop in turn … ─▶ Wait
//!    ▲ waits, doubling            │ refused: half as much, down to one event; then that shop waits
//!    └────── database away ◀──────┘ stale, or its wait is over: Reload(shop)
//! ```
//!
//! Promises: every answer to an act brings exactly one next act; shops that are behind take turns;
//! a read begins at the watermark's own event, so that another history is noticed before it is
//! written.
//! Never: looks at a clock, reads, writes.

use crate::error::Fault;
use crate::fold;
use crate::shop::{Behind, Shop, Unfit};
use domain::limits::{
    PERSIST_BATCH_EVENTS_MAX, PERSIST_HELD_UP_MS, PERSIST_LOOK_MS, PERSIST_RETRY_MS_MAX,
    PERSIST_RETRY_MS_MIN,
};
use domain::{Epoch, Fact, Millis, Seq, ShopId, Stamp, Timestamp};
use std::collections::BTreeMap;
use std::ops::Bound;

/// What to do next. The shell does it and answers with the [`Input`] of the same name.
#[derive(PartialEq, Debug)]
pub enum Act {
    /// Connect to the read model, bring its tables up to date, load every watermark.
    Connect,
    /// Ask the journal for its heads.
    Look,
    /// Read facts of one shop after `after`.
    Read {
        /// Whose.
        shop: ShopId,
        /// Exclusive.
        after: Seq,
        /// At most so many.
        limit: usize,
    },
    /// Write these, if the shop's watermark is still `from`.
    Write {
        /// Whose.
        shop: ShopId,
        /// The watermark as last seen.
        from: Stamp,
        /// What follows on it, at least one.
        facts: Vec<Fact>,
    },
    /// Load one shop's watermark again.
    Reload(ShopId),
    /// Delete all rows of one shop, its watermark first: they are of a history from before this one
    /// was restored from a backup, and are written anew.
    Forget(ShopId),
    /// Do nothing until then (of the monotonic clock), or until told of news.
    Wait(Millis),
}

/// What came of the act before.
#[derive(Debug)]
pub enum Input {
    /// The first step, or the end of a wait.
    Woken,
    /// Of [`Act::Connect`]: the watermarks there are.
    Connected(Result<Vec<(ShopId, Stamp)>, Fault>),
    /// Of [`Act::Look`].
    Heads(Vec<(ShopId, Stamp)>),
    /// Of [`Act::Read`].
    Facts(ShopId, Result<Vec<Fact>, Fault>),
    /// Of [`Act::Write`].
    Written(ShopId, Result<(), Fault>),
    /// Of [`Act::Reload`].
    Reloaded(ShopId, Result<Stamp, Fault>),
    /// Of [`Act::Forget`].
    Forgotten(ShopId, Result<(), Fault>),
}

/// How far behind the read model is, and why.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Status {
    /// Durable events that are not written yet, over all shops.
    pub lag_events: u64,
    /// The age of the oldest of them, in milliseconds; 0 if there is none.
    pub lag_ms: u64,
    /// Events that are read and being written now.
    pub queue_events: u64,
    /// True while the database answers.
    pub connected: bool,
    /// Why something waits now, without secrets; none when all is well.
    pub last_error: Option<String>,
    /// Shops whose next event is refused.
    pub held_up: Vec<ShopId>,
    /// Failures in a row of the database.
    pub attempts: u32,
}

impl Status {
    /// True if everything durable that the persister knows of is written.
    pub fn is_caught_up(&self) -> bool {
        self.connected && self.lag_events == 0 && self.held_up.is_empty()
    }
}

#[derive(Debug)]
enum Database {
    Away { retry_at: Millis },
    There,
}

/// What the persister knows.
#[derive(Debug)]
pub struct Machine {
    writer: Epoch,
    database: Database,
    shops: BTreeMap<ShopId, Shop>,
    turn: Option<ShopId>,
    looked_at: Option<Millis>,
    failures: u32,
    error: Option<String>,
    writing: Option<Stamp>,
    queue: u64,
}

impl Machine {
    /// Knows nothing but who writes the journal; its first act is to look, then to connect.
    pub fn of(writer: Epoch) -> Self {
        Self {
            writer,
            database: Database::Away { retry_at: Millis(0) },
            shops: BTreeMap::new(),
            turn: None,
            looked_at: None,
            failures: 0,
            error: None,
            writing: None,
            queue: 0,
        }
    }

    /// Takes what came of the last act; says the next one. `now` is of the monotonic clock.
    pub fn step(&mut self, now: Millis, input: Input) -> Act {
        match input {
            Input::Woken => self.looked_at = None,
            Input::Connected(Ok(watermarks)) => self.connected(watermarks),
            Input::Connected(Err(fault)) => self.database_failed(now, &fault),
            Input::Heads(heads) => self.looked(now, heads),
            Input::Facts(shop, Ok(facts)) => {
                if let Some(write) = self.read(now, shop, facts) {
                    return write;
                }
            }
            Input::Written(shop, Ok(())) => self.written(shop),
            Input::Reloaded(shop, Ok(stamp)) => self.shop(shop).written = stamp,
            Input::Forgotten(shop, Ok(())) => self.shop(shop).forgotten(),
            Input::Written(shop, Err(Fault::Stale(_))) => {
                self.writing = None;
                self.queue = 0;
                return Act::Reload(shop);
            }
            Input::Facts(shop, Err(fault))
            | Input::Written(shop, Err(fault))
            | Input::Reloaded(shop, Err(fault))
            | Input::Forgotten(shop, Err(fault)) => self.failed(now, shop, &fault),
        }
        self.next(now)
    }

    /// How far behind it is; `wall` is the time of day, compared with the shops' own.
    pub fn status(&self, wall: Timestamp) -> Status {
        let behind = self.shops.values().filter_map(Shop::behind);
        let zero = (0u64, 0u64);
        let (lag_events, lag_ms) = behind.fold(zero, |(events, ms), shop: Behind| {
            (events.saturating_add(shop.events), ms.max(wall.since(shop.since).0))
        });
        let refused = || self.shops.iter().filter(|(_, shop)| shop.held_up.is_some());
        let why = refused().find_map(|(_, shop)| shop.held_up.as_ref().map(|up| up.why.clone()));
        Status {
            lag_events,
            lag_ms,
            queue_events: self.queue,
            connected: matches!(self.database, Database::There),
            last_error: self.error.clone().or(why),
            held_up: refused().map(|(&shop, _)| shop).collect(),
            attempts: self.failures,
        }
    }

    fn shop(&mut self, shop: ShopId) -> &mut Shop {
        self.shops.entry(shop).or_default()
    }

    fn connected(&mut self, watermarks: Vec<(ShopId, Stamp)>) {
        self.database = Database::There;
        // The failures are forgotten by the first write, not here: a database that takes
        // connections but refuses every write (a full disk) must not be hammered.
        for shop in self.shops.values_mut() {
            shop.written = Stamp::default();
            shop.must_forget = false;
        }
        for (shop, stamp) in watermarks {
            self.shop(shop).written = stamp;
        }
        self.looked_at = None;
    }

    fn database_failed(&mut self, now: Millis, fault: &Fault) {
        let doubled = PERSIST_RETRY_MS_MIN << self.failures.min(16);
        let wait = doubled.min(PERSIST_RETRY_MS_MAX);
        self.failures = self.failures.saturating_add(1);
        self.error = Some(fault.to_string());
        self.database = Database::Away { retry_at: Millis(now.0.saturating_add(wait)) };
    }

    fn looked(&mut self, now: Millis, heads: Vec<(ShopId, Stamp)>) {
        self.looked_at = Some(now);
        let there = matches!(self.database, Database::There);
        for (id, head) in heads {
            let shop = self.shop(id);
            shop.head_is(head);
            if there
                && !shop.is_held_up()
                && let Some(why) = shop.is_beside()
            {
                self.other_history(now, id, why);
            }
        }
    }

    /// The read model and the journal tell different histories. If this one was restored from a
    /// backup after the rows were written, they are of what the backup's original did later, and
    /// are written anew. Otherwise a person must look.
    fn other_history(&mut self, now: Millis, id: ShopId, why: &str) {
        let branch = self.writer.branch();
        let shop = self.shop(id);
        if shop.written.position.epoch.branch() < branch {
            shop.must_forget = true;
        } else {
            shop.hold_up(until(now), format!("shop {id}: {why}"));
        }
    }

    /// Facts arrived: the write they make, if they follow on what is written.
    fn read(&mut self, now: Millis, id: ShopId, mut facts: Vec<Fact>) -> Option<Act> {
        let shop = self.shop(id);
        match shop.follows(&mut facts) {
            Ok(()) => {}
            Err(Unfit::Other(why)) => {
                self.other_history(now, id, why);
                return None;
            }
            Err(Unfit::Gap(why)) => {
                shop.hold_up(until(now), format!("shop {id}: {why}"));
                return None;
            }
        }
        let shop = self.shop(id);
        facts.truncate(fold::batch_len(&facts));
        let last = facts.last()?.stamp;
        let from = shop.written;
        self.writing = Some(last);
        self.queue = facts.len() as u64;
        Some(Act::Write { shop: id, from, facts })
    }

    fn written(&mut self, id: ShopId) {
        let last = self.writing.take().expect("a write was asked for");
        self.queue = 0;
        self.failures = 0;
        self.error = None;
        self.shop(id).write_done(last);
    }

    fn failed(&mut self, now: Millis, id: ShopId, fault: &Fault) {
        let events = self.queue;
        let last = self.writing.take();
        self.queue = 0;
        // Looked at anew, when the database answers or the shop's wait is over.
        self.shop(id).must_forget = false;
        match (fault, last) {
            (Fault::Down(_) | Fault::Newer { .. }, _) => self.database_failed(now, fault),
            (Fault::Data(_), Some(last)) if events > 1 => {
                self.shop(id).write_less(events, last.position.seq);
            }
            (Fault::Data(_) | Fault::History(_) | Fault::Stale(_), _) => {
                let why = format!("shop {id}: {fault}");
                self.shop(id).hold_up(until(now), why);
            }
        }
    }

    fn next(&mut self, now: Millis) -> Act {
        let look_at = self.looked_at.map_or(now, |at| Millis(at.0.saturating_add(PERSIST_LOOK_MS)));
        if look_at <= now {
            return Act::Look;
        }
        if let Database::Away { retry_at } = self.database {
            return if retry_at <= now { Act::Connect } else { Act::Wait(retry_at.min(look_at)) };
        }
        let Some(id) = self.whose_turn(now) else {
            return Act::Wait(look_at);
        };
        self.turn = Some(id);
        let shop = self.shop(id);
        if shop.must_forget {
            return Act::Forget(id);
        }
        if shop.must_reload() {
            return Act::Reload(id);
        }
        // One more than is written at once: the watermark's own event comes first, to be compared.
        Act::Read {
            shop: id,
            after: Seq(shop.written.position.seq.0.saturating_sub(1)),
            limit: shop.limit.unwrap_or(PERSIST_BATCH_EVENTS_MAX) + 1,
        }
    }

    fn whose_turn(&self, now: Millis) -> Option<ShopId> {
        let after = self.turn.map_or(Bound::Unbounded, Bound::Excluded);
        let later = self.shops.range((after, Bound::Unbounded));
        let ready = |(_, shop): &(&ShopId, &Shop)| shop.is_ready(now);
        let found = later.chain(self.shops.iter()).find(ready);
        found.map(|(&id, _)| id)
    }
}

fn until(now: Millis) -> Millis {
    Millis(now.0.saturating_add(PERSIST_HELD_UP_MS))
}

#[cfg(test)]
mod tests;
