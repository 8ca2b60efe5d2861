//! The witness of one shop: reads what the disk holds after every sync and checks it fact by fact.
//!
//! ```text
//! disk ─▶ Replay ─▶ fact ─┬─▶ naive twin      stock, lines, numbers, deadlines
//!                         ├─▶ real State      the shadow that lanes and replays must equal
//!                         └─▶ log             what answers and frames are compared with
//! ```

use crate::naive::{Twin, buyer_keys, host_key};
use crate::promise::{
    CONTIGUOUS, Checked, DURABLE_FIRST, EPOCH, KNOWN_BUYER, REPLAY, SOUND, broken, must, of,
};
use domain::{BuyerRef, Epoch, Event, Fact, KeyDigest, SessionId, SessionView, ShopId, Stamp};
use intent::Codebook;
use inventory::State;
use journal::memory::MemoryDisk;
use journal::{Batch, Replay, Rows};
use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Facts between two full checks of the state machine's own invariants.
const CHECK_EVERY: usize = 64;

/// A way in which words were read, learned when it is needed.
struct Book {
    view: SessionView,
    codebook: OnceCell<Codebook>,
}

/// What one shop's disk has shown so far.
pub(crate) struct Witness {
    pub(crate) shop: ShopId,
    pub(crate) log: Vec<Fact>,
    pub(crate) twin: Twin,
    /// The real state machine over the durable facts.
    pub(crate) shadow: State,
    books: BTreeMap<SessionId, Vec<Book>>,
    /// How long the shop had been up when an event was decided.
    up_ms: BTreeMap<u64, u64>,
    /// What every epoch from now on must be above.
    above: Epoch,
    /// Buyers that were seen in the vault.
    known: BTreeSet<BuyerRef>,
    checked: usize,
}

impl Witness {
    pub(crate) fn new(shop: ShopId, step_ms: u64) -> Self {
        Self {
            shop,
            log: Vec::new(),
            twin: Twin::new(shop, step_ms),
            shadow: State::new(shop),
            books: BTreeMap::new(),
            up_ms: BTreeMap::new(),
            above: Epoch(0),
            known: BTreeSet::new(),
            checked: 0,
        }
    }

    /// The last durable event.
    pub(crate) fn head(&self) -> Stamp {
        self.log.last().map_or(Stamp::default(), |fact| fact.stamp)
    }

    /// The fact at a place in the ledger, if it is durable.
    pub(crate) fn fact(&self, seq: domain::Seq) -> Option<&Fact> {
        let at = usize::try_from(seq.0.checked_sub(1)?).ok()?;
        self.log.get(at)
    }

    /// The last durable events, for a person.
    pub(crate) fn last(&self, count: usize) -> Vec<String> {
        let tell = |fact: &Fact| {
            let (at, name) = (fact.stamp.at, fact.event.name());
            let (seq, epoch) = (fact.stamp.position.seq.0, fact.stamp.position.epoch.0);
            let up_ms = self.up_ms.get(&seq).copied().unwrap_or_default();
            format!("  {} epoch {epoch} event {seq} at {at}, up {up_ms} ms: {name}", self.shop)
        };
        self.log[self.log.len().saturating_sub(count)..].iter().map(tell).collect()
    }

    /// A lane decided these.
    pub(crate) fn decided(&mut self, batch: &Batch, up_ms: u64) {
        for frame in batch.frames() {
            self.up_ms.insert(frame.stamp.position.seq.0, up_ms);
        }
    }

    /// A new writer starts: nothing that it writes may carry an epoch that was used.
    pub(crate) fn writer_starts(&mut self) {
        self.above = self.head().position.epoch;
    }

    /// Reads what became durable since the last look; answers the new facts' first index.
    pub(crate) fn look(&mut self, disk: &MemoryDisk) -> Checked<usize> {
        let first = self.log.len();
        for fact in Replay::new(Arc::new(disk.clone()), self.shop, self.head()) {
            match fact {
                Ok(fact) => self.take(fact, disk)?,
                Err(error) => return broken(CONTIGUOUS, of(self.shop, error)),
            }
        }
        if self.log.len() >= self.checked + CHECK_EVERY {
            self.check()?;
        }
        Ok(first)
    }

    /// Every invariant of the state machine's own.
    pub(crate) fn check(&mut self) -> Checked {
        self.checked = self.log.len();
        let sound = self.shadow.check();
        sound.or_else(|why| broken(SOUND, of(self.shop, format!("{why:?}"))))
    }

    fn take(&mut self, fact: Fact, disk: &MemoryDisk) -> Checked {
        let (before, now) = (self.head(), fact.stamp);
        let follows = now.position.seq == before.position.seq.next() && now.at >= before.at;
        must(follows, CONTIGUOUS, || of(self.shop, format!("{now:?} after {before:?}")))?;
        let rises = now.position.epoch >= before.position.epoch && now.position.epoch > self.above;
        must(rises, EPOCH, || of(self.shop, format!("{now:?}, above {:?}", self.above)))?;
        let up_ms = self.up_ms.get(&now.position.seq.0).copied().unwrap_or_default();
        self.twin.take(&fact, up_ms)?;
        self.shadow.apply(&fact);
        self.note_words(&fact);
        if let Some(buyer) = buyer_of(&fact.event)
            && self.known.insert(buyer)
        {
            // Who came and was erased within one round has left a tombstone instead.
            let row = disk.buyer_by_ref(self.shop, buyer).ok().flatten().is_some();
            let tombstone = disk.erased(self.shop, buyer).ok().flatten().is_some();
            must(row || tombstone, KNOWN_BUYER, || of(self.shop, buyer))?;
        }
        crate::leaving::is_gone(disk, self.shop, &fact.event)?;
        self.log.push(fact);
        Ok(())
    }

    fn note_words(&mut self, fact: &Fact) {
        let (Event::SessionOpened { session, .. }
        | Event::SessionStateChanged { session, .. }
        | Event::RulesChanged { session, .. }
        | Event::OfferAdded { session, .. }
        | Event::OfferChanged { session, .. }) = &fact.event
        else {
            return;
        };
        let view = self.shadow.session_view(*session).expect("it is there");
        let book = Book { view, codebook: OnceCell::new() };
        self.books.entry(*session).or_default().push(book);
    }

    /// Every way in which a session's words were ever read, the latest first.
    pub(crate) fn books(&self, session: SessionId) -> impl Iterator<Item = &Codebook> {
        let books = self.books.get(&session).into_iter().flatten().rev();
        books.map(|book| book.codebook.get_or_init(|| Codebook::new(0, &book.view)))
    }

    /// Nothing later than what is durable may be seen by anybody.
    pub(crate) fn covers(&self, seq: domain::Seq, what: &str) -> Checked {
        let head = self.head().position.seq;
        must(seq <= head, DURABLE_FIRST, || {
            of(self.shop, format!("{what} at {}, synced up to {}", seq.0, head.0))
        })
    }

    /// A replayed state is the one that the durable facts make.
    pub(crate) fn same(&self, state: &State, what: &str) -> Checked {
        must(*state == self.shadow, REPLAY, || {
            let (at, head) = (state.stamp().position, self.head().position);
            of(self.shop, format!("{what} at {at:?} differs from the history at {head:?}"))
        })
    }

    /// Keys of that buyer's outcomes after `after` and up to `until`, as a returning viewer needs
    /// them. Staff orders are told to staff only.
    pub(crate) fn outcomes(
        &self,
        (session, buyer): (SessionId, BuyerRef),
        after: domain::Seq,
        until: domain::Seq,
    ) -> Vec<KeyDigest> {
        let first = usize::try_from(after.0).expect("few events").min(self.log.len());
        let last = usize::try_from(until.0).expect("few events").min(self.log.len());
        let facts = &self.log[first..last.max(first)];
        let own = facts.iter().filter(|fact| whose(&fact.event) == Some((session, buyer)));
        own.flat_map(|fact| buyer_keys(&fact.event)).collect()
    }
}

/// The keys of an event, whoever asked.
pub(crate) fn keys(event: &Event) -> Vec<KeyDigest> {
    buyer_keys(event).into_iter().chain(host_key(event)).collect()
}

fn buyer_of(event: &Event) -> Option<BuyerRef> {
    match event {
        Event::ClaimHeld(claimed) | Event::ClaimWaitlisted(claimed) => Some(claimed.buyer),
        Event::BuyersLinked { account: buyer, .. }
        | Event::LinkOffered { buyer, .. }
        | Event::ClaimRefused { buyer, .. }
        | Event::ClaimReviewed { buyer, .. }
        | Event::ClaimReleased { buyer, .. }
        | Event::RequestRefused { buyer, .. } => Some(*buyer),
        _ => None,
    }
}

/// In which session and for whom an outcome is, if it is told to the buyer.
fn whose(event: &Event) -> Option<(SessionId, BuyerRef)> {
    use domain::command::Origin;
    match event {
        Event::ClaimHeld(claimed) | Event::ClaimWaitlisted(claimed) => {
            (claimed.origin != Origin::Host).then_some((claimed.session, claimed.buyer))
        }
        Event::ClaimRefused { session, buyer, origin, .. } => {
            (*origin != Origin::Host).then_some((*session, *buyer))
        }
        Event::ClaimReviewed { session, buyer, .. }
        | Event::ClaimReleased { session, buyer, .. }
        | Event::RequestRefused { session, buyer, .. } => Some((*session, *buyer)),
        _ => None,
    }
}
