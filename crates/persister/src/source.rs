//! Where facts come from: the seam between the journal and the persister.

use domain::{Epoch, Fact, Seq, ShopId, Stamp};
use journal::codec::decode_event;
use journal::{Journal, RawFrame};

/// What the journal has durable. Only durable facts are ever told.
pub trait Source: Send + Sync + 'static {
    /// Every shop with its last durable event. Asked several times a second: answers from memory.
    fn heads(&self) -> Vec<(ShopId, Stamp)>;

    /// The last durable event of one shop. Asked before each write of a backlog.
    fn head(&self, shop: ShopId) -> Option<Stamp> {
        self.heads().into_iter().find_map(|(of, head)| (of == shop).then_some(head))
    }

    /// The facts of a shop after `after`, in order, at most `limit` of them. May block: called off
    /// the async threads.
    ///
    /// # Errors
    /// A sentence without secrets or a viewer's words; only this shop waits.
    fn read(&self, shop: ShopId, after: Seq, limit: usize) -> Result<Vec<Fact>, String>;

    /// Who writes now: tells whether this history was restored from a backup.
    fn writer(&self) -> Epoch;

    /// Takes a cheap callback to be called whenever something became durable. A source that never
    /// calls it is asked every [`domain::limits::PERSIST_LOOK_MS`] all the same.
    fn tell(&self, told: Box<dyn Fn() + Send + Sync>) {
        drop(told);
    }
}

impl Source for Journal {
    fn heads(&self) -> Vec<(ShopId, Stamp)> {
        self.durable().heads().into_iter().collect()
    }

    fn head(&self, shop: ShopId) -> Option<Stamp> {
        self.durable().head(shop)
    }

    fn read(&self, shop: ShopId, after: Seq, limit: usize) -> Result<Vec<Fact>, String> {
        let frames = Journal::read(self, shop, after, limit).map_err(|error| error.to_string())?;
        let fact = |frame: RawFrame| {
            let event = decode_event(&frame.bytes).map_err(|error| error.to_string())?;
            Ok(Fact { stamp: frame.stamp, event })
        };
        frames.into_iter().map(fact).collect()
    }

    fn writer(&self) -> Epoch {
        self.epoch()
    }

    fn tell(&self, told: Box<dyn Fn() + Send + Sync>) {
        self.durable().on_change(told);
    }
}
