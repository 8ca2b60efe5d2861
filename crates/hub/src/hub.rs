//! The hub: what gateway and server talk to. Finds the lane, carries the question there and the
//! answer back.

use crate::afterwork::{Beside, OnLost};
use crate::ask::{Answered, Arrival, Ask, ConnectionId, Entry, Input, Read, ReplyTo, Welcome};
use crate::connection::Connection;
use crate::directory::{Directory, Home};
use crate::error::HubError;
use crate::inbox::{Full, Inbox, Message};
use crate::intake::{Comment, StaffClaim, Viewer, hear_comment, link_entry, staff_entry};
use crate::lane::Decide;
use crate::ledger::LedgerRecords;
use crate::outbox::{Frames, outbox};
use crate::pressure::{Pressure, Turns};
use crate::shed::{Rewording, Shed};
use crate::shell::Afterwork;
use domain::command::Key;
use domain::limits::LANE_REQUESTS_MAX;
use domain::{
    BuyerRef, Clock, Epoch, LinkCode, Request, SessionId, SessionView, ShopId, Timestamp,
};
use inventory::State;
use journal::storage::Heads;
use journal::{Journal, JournalError};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use tokio::sync::{oneshot, watch};

/// How a hub is started.
pub struct Options {
    /// Lane threads; shops are spread over them.
    pub lanes: usize,
    /// Where requests are kept that made deciding panic.
    pub aside: PathBuf,
    /// Called once if the journal is lost; the binary ends the process there.
    pub on_lost: OnLost,
    /// How requests are decided; a test may bring its own.
    pub decide: Decide,
    /// What a thread does first whose work can wait: lowers its own priority.
    pub give_way: fn(),
}

impl Options {
    /// The usual ones for a data folder.
    pub fn new(aside: PathBuf, on_lost: OnLost) -> Self {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let (decide, give_way) = (inventory::decide, || ());
        Self { lanes: cores.div_ceil(2), aside, on_lost, decide, give_way }
    }
}

/// A cheap handle on all lanes of this process.
#[derive(Clone)]
pub struct Hub {
    pub(crate) inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub(crate) journal: Journal,
    pub(crate) directory: Arc<Directory>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) inboxes: Vec<Arc<Inbox>>,
    pub(crate) beside: Arc<Beside>,
    pub(crate) epoch: Epoch,
    /// The last heartbeat before this start: no shop's clock is behind it.
    pub(crate) alive: Option<Timestamp>,
    /// Where every shop stood before this start: what follows is of our epoch.
    pub(crate) before: Heads,
    pub(crate) decide: Decide,
    pub(crate) stopping: AtomicBool,
    pub(crate) disk_low: AtomicBool,
    pub(crate) keyless: AtomicU64,
    pub(crate) connections: AtomicU64,
    pub(crate) threads: Mutex<Vec<JoinHandle<()>>>,
    pub(crate) turns: Turns,
}

/// Whether orders can be taken, and why not.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Status {
    /// True if new orders are taken.
    pub ready: bool,
    /// Why not, as stable words.
    pub reasons: Vec<&'static str>,
    /// Requests that wait to be decided, over all lanes.
    pub queue_requests: usize,
    /// How hard the lane thread is pressed that is pressed hardest.
    pub pressure: Pressure,
    /// Shops that are not served.
    pub quarantined: Vec<ShopId>,
    /// Sessions that are live.
    pub sessions_live: usize,
}

impl Hub {
    /// A session as it durably is; none if the shop never had it, or it was archived before this
    /// start.
    pub fn session(&self, shop: ShopId, session: SessionId) -> Option<Arc<SessionView>> {
        Some(self.inner.directory.session(shop, session)?.view())
    }

    /// A session as it durably is, or why it cannot be shown.
    ///
    /// # Errors
    /// `unknown_session`, or that the shop is not served.
    pub fn known_session(
        &self,
        shop: ShopId,
        session: SessionId,
    ) -> Result<Arc<SessionView>, HubError> {
        match self.inner.directory.home(shop) {
            Some(Home::Quarantined) => Err(HubError::Quarantined),
            Some(Home::Thread(_)) | None => {
                self.session(shop, session).ok_or(HubError::UnknownSession)
            }
        }
    }

    /// The same, and every later look.
    pub fn watch(
        &self,
        shop: ShopId,
        session: SessionId,
    ) -> Option<watch::Receiver<Arc<SessionView>>> {
        Some(self.inner.directory.session(shop, session)?.watch())
    }

    /// A shop's sessions, by number.
    pub fn sessions(&self, shop: ShopId) -> Vec<Arc<SessionView>> {
        self.inner.directory.sessions(shop).iter().map(|cell| cell.view()).collect()
    }

    /// Asks a host's command; the answer comes when it is durable.
    ///
    /// # Errors
    /// See [`HubError`]; nothing of the request is remembered then.
    pub async fn ask(&self, shop: ShopId, mut request: Request) -> Result<Answered, HubError> {
        request.key = Some(request.key.unwrap_or_else(|| self.keyless()));
        let rewording = Rewording::begin(&self.inner.directory, shop, &request.command);
        let asked = crate::ask::Asked::Command(request);
        let entry = Entry { asked, words: None, new_buyer: None, sender: None };
        only(self.decide(shop, vec![entry], rewording).await?)
    }

    /// Takes one post of a platform's comments: answers in the same order, those of what was taken
    /// durable. What is shed is `busy` in its place and was never taken.
    ///
    /// # Errors
    /// See [`HubError`]; nothing of the post is taken then.
    pub async fn comments(
        &self,
        shop: ShopId,
        session: SessionId,
        comments: Vec<Comment>,
    ) -> Result<Vec<Result<Answered, HubError>>, HubError> {
        let cell = self.inner.directory.session(shop, session);
        let (vault, now) = (self.inner.journal.vault(), self.inner.clock.wall());
        let cell = cell.as_deref();
        let heard = comments.into_iter().map(|comment| hear_comment(session, cell, comment, now));
        let mut heard: Vec<_> = heard.collect();
        let shed = Shed::from(&mut heard, self.pressure(shop), cell, &self.inner.turns);
        let entries = heard.into_iter().map(|heard| heard.entry(vault, shop));
        let entries: Result<Vec<_>, _> = entries.collect();
        let entries = entries.map_err(vault_failed)?;
        let answers = match entries.is_empty() {
            true => Vec::new(),
            false => self.decide(shop, entries, None).await?,
        };
        Ok(shed.among(answers))
    }

    /// A staff order on behalf of a named buyer.
    ///
    /// # Errors
    /// See [`HubError`].
    pub async fn staff_claim(
        &self,
        shop: ShopId,
        session: SessionId,
        claim: StaffClaim,
    ) -> Result<Answered, HubError> {
        let entry = staff_entry(self.inner.journal.vault(), shop, session, claim);
        only(self.decide(shop, vec![entry.map_err(vault_failed)??], None).await?)
    }

    /// A code by which an account may be linked to the buyer of a page: the first that is free
    /// from `from` on.
    ///
    /// # Errors
    /// See [`HubError`].
    pub async fn offer_link(
        &self,
        shop: ShopId,
        session: SessionId,
        buyer: BuyerRef,
        from: LinkCode,
    ) -> Result<Answered, HubError> {
        let (vault, key) = (self.inner.journal.vault(), self.keyless());
        let entry = link_entry(vault, shop, session, (buyer, from), key);
        only(self.decide(shop, vec![entry.map_err(vault_failed)?], None).await?)
    }

    /// Every answer is looked up under a key; one under this nobody can repeat.
    fn keyless(&self) -> Key {
        let number = self.inner.keyless.fetch_add(1, Ordering::Relaxed);
        let epoch = self.inner.epoch.0.to_be_bytes();
        crate::key::keyless(&epoch, &number.to_be_bytes())
    }

    /// Has entries decided, answers in the same order. A rewording lasts until they are given out,
    /// even if nobody waits for them any more.
    async fn decide(
        &self,
        shop: ShopId,
        entries: Vec<Entry>,
        rewording: Option<Rewording>,
    ) -> Result<Vec<Result<Answered, HubError>>, HubError> {
        let (tell, told) = oneshot::channel();
        let count = entries.len();
        let came = self.inner.clock.monotonic();
        // A caller that has gone away does not want to know.
        let reply = ReplyTo::Caller(Box::new(move |answers| {
            drop(rewording);
            drop(tell.send(answers));
        }));
        self.offer(shop, Ask::Decide { entries, reply, came }, count)?;
        told.await.map_err(|_| self.gone())?
    }

    /// Looks at a shop through the ack barrier: what is seen is durable when it is given out.
    pub(crate) async fn read<T: Send + 'static>(
        &self,
        shop: ShopId,
        look: impl FnOnce(&State) -> T + Send + 'static,
    ) -> Result<T, HubError> {
        let (tell, told) = oneshot::channel();
        let read: Read = Box::new(move |state| {
            let seen = state.map(look);
            Box::new(move || drop(tell.send(seen)))
        });
        self.offer(shop, Ask::Read(read), 1)?;
        told.await.map_err(|_| self.gone())?
    }

    /// What a buyer last called themselves.
    pub fn buyer_name(&self, shop: ShopId, buyer: BuyerRef) -> Option<String> {
        let name = self.inner.journal.vault().name(shop, buyer);
        name.map_err(vault_failed).ok().flatten().map(|name| name.to_string())
    }

    /// Lets a viewer's connection listen and speak. Its frames end if it takes them too slowly.
    ///
    /// # Errors
    /// `history_lost` if `resume` is not of this history; others see [`HubError`].
    pub async fn attach(
        &self,
        viewer: Viewer,
        resume: Option<domain::Position>,
    ) -> Result<(Connection, Welcome, Frames), HubError> {
        let id = ConnectionId(self.inner.connections.fetch_add(1, Ordering::Relaxed));
        let (tell, told) = oneshot::channel();
        let (shop, session, buyer) = (viewer.shop, viewer.session, viewer.buyer);
        resume.map_or(Ok(()), |at| self.check_position(shop, at))?;
        self.not_erased(shop, buyer)?;
        let (outbox, frames) = outbox();
        let ask = Ask::Attach(Box::new(Arrival {
            connection: id,
            session,
            buyer,
            resume,
            outbox: Box::new(move |frames| outbox.put(frames)),
            welcome: Box::new(move |welcome| drop(tell.send(welcome))),
        }));
        let connection = Connection::new(self.clone(), id, viewer);
        self.offer(shop, ask, 1)?;
        let welcome = told.await.map_err(|_| self.gone())??;
        Ok((connection, welcome, frames))
    }

    /// A session's ledger. Blocking.
    ///
    /// # Errors
    /// `unknown_session`, or the history cannot be read.
    pub fn ledger(&self, shop: ShopId, session: SessionId) -> Result<LedgerRecords, HubError> {
        LedgerRecords::open(self.inner.journal.clone(), shop, session)
    }

    /// Whether orders can be taken.
    pub fn status(&self) -> Status {
        let is = |flag: &AtomicBool, word| flag.load(Ordering::Acquire).then_some(word);
        let lost = self.inner.beside.is_lost().then_some("journal_lost");
        let stopping = is(&self.inner.stopping, "stopping");
        let disk_low = is(&self.inner.disk_low, "disk_low");
        let reasons: Vec<_> = [lost, stopping, disk_low].into_iter().flatten().collect();
        Status {
            ready: reasons.is_empty(),
            reasons,
            queue_requests: self.inner.inboxes.iter().map(|inbox| inbox.requests()).sum(),
            pressure: self
                .inner
                .inboxes
                .iter()
                .map(|inbox| inbox.pressure())
                .max()
                .unwrap_or_default(),
            quarantined: self.inner.directory.quarantined(),
            sessions_live: self.inner.directory.live(),
        }
    }

    /// How hard the lane thread of a shop is pressed. One load.
    pub fn pressure(&self, shop: ShopId) -> Pressure {
        self.inbox_of(shop).pressure()
    }

    /// After how many milliseconds somebody who is refused at that level should come again;
    /// everybody is told another moment.
    pub fn come_again_ms(&self, level: Pressure) -> u64 {
        self.inner.turns.again_ms(level)
    }

    /// Says whether the disk is nearly full: new orders are refused then, before anything is
    /// appended.
    pub fn set_disk_low(&self, low: bool) {
        if self.inner.disk_low.swap(low, Ordering::AcqRel) != low {
            self.inner.inboxes.iter().for_each(|inbox| inbox.tell(Message::DiskLow(low)));
        }
    }

    /// Takes nothing new, makes everything durable, answers, saves snapshots, closes the journal.
    /// Blocking.
    pub fn stop(&self) {
        if self.inner.stopping.swap(true, Ordering::AcqRel) {
            return;
        }
        self.inner.inboxes.iter().for_each(|inbox| inbox.tell(Message::Stop));
        let threads =
            std::mem::take(&mut *self.inner.threads.lock().unwrap_or_else(PoisonError::into_inner));
        for thread in threads {
            if thread.join().is_err() {
                tracing::error!("a lane thread panicked");
            }
        }
        let closed = self.inner.journal.close();
        if closed != journal::Appended::Synced {
            self.inner.beside.journal_lost(&format!("{closed:?}"));
        }
    }

    pub(crate) fn inner(&self) -> &Inner {
        &self.inner
    }

    pub(crate) fn offer(&self, shop: ShopId, ask: Ask, count: usize) -> Result<(), HubError> {
        let home = self.inner.directory.home(shop).ok_or(HubError::UnknownShop)?;
        let Home::Thread(inbox) = home else {
            return Err(HubError::Quarantined);
        };
        let message = Message::Lane(shop, Input::Ask(ask));
        inbox.offer(message, count, LANE_REQUESTS_MAX).map_err(|full| match full {
            Full::Busy => HubError::Busy { retry_after_ms: self.come_again_ms(inbox.pressure()) },
            Full::Closed => HubError::Stopping,
        })
    }

    /// Why an answer will never come.
    pub(crate) fn gone(&self) -> HubError {
        let stopping = self.inner.stopping.load(Ordering::Acquire);
        if stopping { HubError::Stopping } else { HubError::Internal }
    }
}

/// The answer to one entry.
fn only(mut answers: Vec<Result<Answered, HubError>>) -> Result<Answered, HubError> {
    answers.pop().unwrap_or(Err(HubError::Internal))
}

pub(crate) fn vault_failed(error: JournalError) -> HubError {
    if let JournalError::Erased(_) = error {
        return HubError::BuyerErased;
    }
    tracing::error!(%error, "the vault cannot be read");
    HubError::Internal
}
