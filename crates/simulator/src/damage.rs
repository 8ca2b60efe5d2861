//! After the last check: a byte flips, a tail is torn off. Nobody may be served from that.

use crate::coverage::Seen;
use crate::promise::{Checked, ISOLATED, NOTICED, must, of};
use crate::world::World;
use domain::{Seq, ShopId, Stamp};
use journal::{Replay, Rows};
use std::sync::Arc;

impl World {
    /// Damages one shop's history and looks who notices.
    pub(crate) fn damage(&mut self) -> Checked {
        let shop = self.some_shop();
        let events = u32::try_from(self.witnesses[&shop].log.len()).expect("few events");
        if events == 0 {
            return Ok(());
        }
        if self.random.percent(70) {
            let seq = Seq(u64::from(1 + self.random.below(events)));
            let byte = self.random.below(100_000) as usize;
            let what = format!("byte {byte} of {shop} flips at {}", seq.0);
            self.trace.fault(Seen::ByteFlipped, what);
            self.disk.flip(shop, seq, byte);
            let served = self.replays(shop);
            must(served.is_err(), NOTICED, || of(shop, format!("byte {byte} at {}", seq.0)))?;
        } else {
            self.trace.fault(Seen::TailTorn, "the last round is torn off");
            self.disk.tear();
            self.tail_is_missed()?;
        }
        for (other, witness) in self.witnesses.iter().filter(|(other, _)| **other != shop) {
            if let Ok(head) = self.replays(*other) {
                let torn = head != witness.head();
                let known = Seq(head.position.seq.0);
                let same = witness.fact(known).is_none_or(|fact| fact.stamp == head);
                must(same || torn, ISOLATED, || of(*other, format!("{head:?}")))?;
            } else {
                must(false, ISOLATED, || of(*other, "cannot be read any more"))?;
            }
        }
        Ok(())
    }

    /// Whoever holds a later position (a snapshot, the read model, a viewer) sees that it is gone.
    fn tail_is_missed(&self) -> Checked {
        for (shop, witness) in &self.witnesses {
            let rows: Arc<dyn Rows> = Arc::new(self.disk.clone());
            let known = witness.head();
            let kept = self.replays(*shop).is_ok_and(|head| head == known);
            let missed = Replay::new(rows, *shop, known).next().is_some_and(|fact| fact.is_err());
            must(kept || missed, NOTICED, || of(*shop, format!("{known:?} is gone")))?;
        }
        Ok(())
    }

    /// How far a shop can be replayed, every hash checked.
    fn replays(&self, shop: ShopId) -> Result<Stamp, String> {
        let rows: Arc<dyn Rows> = Arc::new(self.disk.clone());
        let mut head = Stamp::default();
        for fact in Replay::new(rows, shop, Stamp::default()) {
            head = fact.map_err(|error| error.to_string())?.stamp;
        }
        Ok(head)
    }
}
