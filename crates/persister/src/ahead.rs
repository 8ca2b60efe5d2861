//! Reading ahead: while the database works on one write, the shop's next facts are read and decoded
//! on another thread.
//!
//! Promises: what was read ahead is used only where the same read would be asked now, and only if
//! it is as long as it may be; so it is what that read would give, since a history only grows.

use crate::error::Fault;
use crate::source::Source;
use domain::limits::PERSIST_BATCH_EVENTS_MAX;
use domain::{Fact, Seq, ShopId, Stamp};
use std::sync::Arc;
use tokio::task::{JoinHandle, spawn_blocking};

/// What one read asks for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Wanted {
    /// Whose facts.
    pub(crate) shop: ShopId,
    /// Those after this one.
    pub(crate) after: Seq,
    /// At most so many.
    pub(crate) limit: usize,
}

/// At most one read that is under way before it is asked for.
#[derive(Debug, Default)]
pub(crate) struct Ahead {
    read: Option<(Wanted, Reading)>,
}

type Reading = JoinHandle<Result<Vec<Fact>, String>>;

impl Ahead {
    /// Begins what will be read after the write up to `last`, if that will be a full batch and
    /// nothing else is read ahead.
    pub(crate) fn begin(&mut self, source: &Arc<dyn Source>, shop: ShopId, last: Stamp) {
        let after = Seq(last.position.seq.0.saturating_sub(1));
        let wanted = Wanted { shop, after, limit: PERSIST_BATCH_EVENTS_MAX + 1 };
        let full = after.0.saturating_add(wanted.limit as u64);
        let is_there = || source.head(shop).is_some_and(|head| head.position.seq.0 >= full);
        if self.read.is_none() && is_there() {
            self.read = Some((wanted, begin(source.clone(), wanted)));
        }
    }

    /// The facts: read ahead, or now.
    pub(crate) async fn read(
        &mut self,
        source: &Arc<dyn Source>,
        wanted: Wanted,
    ) -> Result<Vec<Fact>, Fault> {
        let ahead = self.read.take_if(|(ahead, _)| ahead.shop == wanted.shop);
        if let Some((_, reading)) = ahead.filter(|(ahead, _)| *ahead == wanted)
            && let Ok(Ok(facts)) = reading.await
            && facts.len() == wanted.limit
        {
            return Ok(facts);
        }
        match begin(source.clone(), wanted).await {
            Ok(facts) => facts.map_err(Fault::History),
            Err(error) => Err(Fault::History(format!("reading failed: {error}"))),
        }
    }
}

fn begin(source: Arc<dyn Source>, wanted: Wanted) -> Reading {
    spawn_blocking(move || source.read(wanted.shop, wanted.after, wanted.limit))
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::event::Event;
    use domain::{Epoch, Millis, Position};
    use std::sync::atomic::{AtomicUsize, Ordering};

    /// One shop with so many events; counts how often it is read.
    struct Counted {
        events: u64,
        reads: AtomicUsize,
    }

    const SHOP: ShopId = ShopId::from_random(1);

    fn stamp(seq: u64) -> Stamp {
        let position = Position { epoch: Epoch(1), seq: Seq(seq) };
        Stamp { position, ..Stamp::default() }
    }

    impl Source for Counted {
        fn heads(&self) -> Vec<(ShopId, Stamp)> {
            vec![(SHOP, stamp(self.events))]
        }

        fn read(&self, _: ShopId, after: Seq, limit: usize) -> Result<Vec<Fact>, String> {
            self.reads.fetch_add(1, Ordering::Relaxed);
            let fact = |seq| Fact { stamp: stamp(seq), event: Event::Resumed { down: Millis(0) } };
            Ok((after.0 + 1..=self.events).take(limit).map(fact).collect())
        }

        fn writer(&self) -> Epoch {
            Epoch(1)
        }
    }

    fn source(events: u64) -> (Arc<Counted>, Arc<dyn Source>) {
        let counted = Arc::new(Counted { events, reads: AtomicUsize::new(0) });
        (counted.clone(), counted)
    }

    fn wanted(after: u64) -> Wanted {
        Wanted { shop: SHOP, after: Seq(after), limit: PERSIST_BATCH_EVENTS_MAX + 1 }
    }

    #[tokio::test]
    async fn what_was_read_ahead_is_not_read_again() {
        let (counted, source) = source(10_000);
        let mut ahead = Ahead::default();
        ahead.begin(&source, SHOP, stamp(2_000));
        let facts = ahead.read(&source, wanted(1_999)).await.expect("it reads");
        assert_eq!(facts.first().map(|fact| fact.stamp), Some(stamp(2_000)));
        assert_eq!((facts.len(), counted.reads.load(Ordering::Relaxed)), (2_001, 1));
    }

    #[tokio::test]
    async fn a_write_that_failed_has_its_own_facts_read_again() {
        let (_, source) = source(10_000);
        let mut ahead = Ahead::default();
        ahead.begin(&source, SHOP, stamp(4_000));
        let facts = ahead.read(&source, wanted(1_999)).await.expect("it reads");
        assert_eq!(facts.first().map(|fact| fact.stamp), Some(stamp(2_000)));
    }

    #[tokio::test]
    async fn less_than_a_full_batch_is_left_to_the_moment_when_it_is_asked_for() {
        let (counted, source) = source(3_999);
        let mut ahead = Ahead::default();
        ahead.begin(&source, SHOP, stamp(2_000));
        assert_eq!(counted.reads.load(Ordering::Relaxed), 0);
        assert!(ahead.read.is_none(), "nothing is under way");
    }
}
