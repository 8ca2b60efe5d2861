//! The handle: what lanes append to and everybody else reads from.

use crate::batch::Batch;
use crate::contact::SealedContact;
use crate::copy::Still;
use crate::durable::Durable;
use crate::error::{Broken, JournalError};
use crate::folder::Folder;
use crate::mark::Marked;
use crate::reader::SqliteRows;
use crate::replay::{Frames, RawFrame, Replay, unfold};
use crate::seal::{PersonalWords, Sealed};
use crate::shell::{Shared, Shell, Token};
use crate::snapshots::Snapshots;
use crate::sqlite::SqliteStorage;
use crate::storage::{Appended, Heads, Row, Rows, Storage};
use crate::vault::Vault;
use crate::writer::Input;
use domain::limits::{READ_BYTES_MAX, WRITER_BATCHES_MAX};
use domain::{BuyerRef, Epoch, Hash, Seq, ShopId, Stamp, Timestamp};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

/// The journal's file in a data folder.
pub const JOURNAL_FILE: &str = "journal.db";

/// The snapshots' folder in a data folder.
pub const SNAPSHOTS_DIR: &str = "snapshots";

/// A cheap handle on the journal of one data folder.
#[derive(Clone)]
pub struct Journal {
    inner: Arc<Inner>,
}

struct Inner {
    door: SyncSender<Input<Token>>,
    shared: Arc<Shared>,
    rows: Arc<dyn Rows>,
    snapshots: Snapshots,
    epoch: Epoch,
    file: Option<PathBuf>,
    thread: Mutex<Option<JoinHandle<Appended>>>,
}

/// What was found at the start.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Recovered {
    /// Which writer this process is: larger than every one before. All its batches carry it.
    pub epoch: Epoch,
    /// Every shop's last event. Its hash is checked against its row here, against its history by
    /// [`Journal::replay`].
    pub heads: Heads,
    /// When a writer was last known to be alive.
    pub heartbeat: Option<Timestamp>,
    /// Shops whose last row does not hold together: set aside, not among `heads`.
    pub broken: Vec<Broken>,
}

/// Sealed words, opened.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Spoken {
    /// To which event they belong.
    pub seq: Seq,
    /// Whose.
    pub buyer: BuyerRef,
    /// What was said.
    pub words: PersonalWords,
}

impl Journal {
    /// Takes the data folder, makes it if there is none, and starts the writer's thread. `now` is
    /// only written down.
    ///
    /// # Errors
    /// If another process has the folder, a newer version wrote it, or it cannot be read or
    /// written.
    pub fn open(dir: &Path, now: Timestamp) -> Result<(Self, Recovered), JournalError> {
        let folder = Folder::take(dir, now)?;
        let file = folder.file(JOURNAL_FILE);
        let (mut storage, epoch) = SqliteStorage::open(&file)?;
        crate::folder::sync_dir(dir).map_err(|source| JournalError::File {
            doing: "syncing",
            path: dir.to_path_buf(),
            source,
        })?;
        let rows: Arc<dyn Rows> = Arc::new(SqliteRows::new(&file));
        let snapshots = Snapshots::open(&folder.file(SNAPSHOTS_DIR))?;
        let recovered = recover(&rows, epoch, storage.marked())?;
        storage.mark(&recovered.heads)?;
        storage.count_from(now)?;
        let opened = Self::start(Box::new(storage), rows, snapshots, recovered, Some(folder))?;
        opened.0.vault().note_time(now);
        Ok(opened)
    }

    /// A journal over any storage and what reads it back, such as a
    /// [`MemoryDisk`](crate::memory::MemoryDisk), as the writer `epoch`. The caller sees to it that
    /// nobody else writes there.
    ///
    /// # Errors
    /// If it cannot be read.
    pub fn over(
        storage: Box<dyn Storage>,
        rows: Arc<dyn Rows>,
        snapshots: Snapshots,
        epoch: Epoch,
    ) -> Result<(Self, Recovered), JournalError> {
        let recovered = recover(&rows, epoch, &Marked::new())?;
        Self::start(storage, rows, snapshots, recovered, None)
    }

    fn start(
        storage: Box<dyn Storage>,
        rows: Arc<dyn Rows>,
        snapshots: Snapshots,
        recovered: Recovered,
        folder: Option<Folder>,
    ) -> Result<(Self, Recovered), JournalError> {
        let shared = Arc::new(Shared {
            durable: Durable::default(),
            vault: Vault::new(rows.clone())?,
            failure: Mutex::default(),
        });
        shared.durable.advance(recovered.heads.clone());
        let (door, inside) = sync_channel(WRITER_BATCHES_MAX);
        let file = folder.as_ref().map(|folder| folder.file(JOURNAL_FILE));
        let shell = Shell { storage, door: inside, shared: shared.clone(), folder };
        let (heads, epoch) = (recovered.heads.clone(), recovered.epoch);
        let thread = std::thread::Builder::new()
            .name("journal-writer".into())
            .spawn(move || shell.run(heads))
            .map_err(|source| JournalError::File {
                doing: "starting the writer's thread",
                path: JOURNAL_FILE.into(),
                source,
            })?;
        let thread = Mutex::new(Some(thread));
        let inner = Inner { door, shared, rows, snapshots, epoch, file, thread };
        Ok((Self { inner: Arc::new(inner) }, recovered))
    }

    /// Hands a batch to the writer. `done` is called once, on the writer's thread unless that has
    /// ended, in the order of the appends; it must be cheap and must not append. Waits while the
    /// writer has too much before it. A batch that is empty or does not follow on its shop's last
    /// one is [`Appended::Failed`] and stops the writer.
    ///
    /// From here on nobody is given a buyer whom the batch erases.
    pub fn append(&self, batch: Batch, done: impl FnOnce(Appended) + Send + 'static) {
        self.vault().note_time(batch.head().at);
        self.vault().begin_erasing(batch.shop(), batch.erased());
        if let Err(back) = self.inner.door.send(Input::Append(batch, Token::new(done)))
            && let Input::Append(_, token) = back.0
        {
            token.tell(Appended::Failed("the journal is closed".into()));
        }
    }

    /// Hands a buyer's contact to the writer, if that has room: false if it has too much before it,
    /// then nothing was taken and `done` is not called. Otherwise `done` is told as by
    /// [`Journal::append`].
    pub fn keep(
        &self,
        contact: SealedContact,
        done: impl FnOnce(Appended) + Send + 'static,
    ) -> bool {
        match self.inner.door.try_send(Input::Keep(contact, Token::new(done))) {
            Ok(()) => true,
            Err(TrySendError::Full(back)) => {
                if let Input::Keep(_, token) = back {
                    token.forget();
                }
                false
            }
            Err(TrySendError::Disconnected(back)) => {
                if let Input::Keep(_, token) = back {
                    token.tell(Appended::Failed("the journal is closed".into()));
                }
                true
            }
        }
    }

    /// Wipes every byte of erased buyers from the folder's files, soon. `done` is told
    /// [`Appended::Synced`] once none is left; otherwise that is still to come: somebody reads the
    /// log, the writer has too much before it, or it is closed, and the next start does it.
    pub fn scrub(&self, done: impl FnOnce(Appended) + Send + 'static) {
        match self.inner.door.try_send(Input::Scrub(Token::new(done))) {
            Ok(()) => {}
            Err(TrySendError::Full(back) | TrySendError::Disconnected(back)) => {
                if let Input::Scrub(token) = back {
                    token.tell(Appended::Failed("the writer has too much before it".into()));
                }
            }
        }
    }

    /// Notes that the writer was alive at `at`, with the next sync.
    pub fn heartbeat(&self, at: Timestamp) {
        if self.inner.door.send(Input::Heartbeat(at)).is_err() {
            tracing::debug!("a heartbeat after the end is not noted");
        }
    }

    /// What is durable by now, and how to be told of more.
    pub fn durable(&self) -> &Durable {
        &self.inner.shared.durable
    }

    /// The facts of a shop after `from` (the default stamp: from the beginning), every hash
    /// checked, and that `from` itself is in the journal.
    pub fn replay(&self, shop: ShopId, from: Stamp) -> Replay {
        Replay::new(self.inner.rows.clone(), shop, from)
    }

    /// Which writer wrote a durable event; none if there is no such event.
    ///
    /// # Errors
    /// If it cannot be read.
    pub fn writer(&self, shop: ShopId, seq: Seq) -> Result<Option<Epoch>, JournalError> {
        self.inner.rows.writer(shop, seq)
    }

    /// Holds on to everything that is durable now, to copy it beside the writer, who goes on.
    ///
    /// # Errors
    /// If this journal is in no file, or that cannot be read.
    pub fn still(&self) -> Result<Still, JournalError> {
        let file = self.inner.file.as_ref().ok_or_else(|| JournalError::Foreign {
            file: JOURNAL_FILE.into(),
            why: "it is in no file".into(),
        })?;
        Still::take(file)
    }

    /// Which writer this process is.
    pub fn epoch(&self) -> Epoch {
        self.inner.epoch
    }

    /// At most `limit` durable frames of a shop after `after`, every hash checked.
    ///
    /// # Errors
    /// If they cannot be read or do not hold together, or the journal ends before `after`.
    pub fn read(
        &self,
        shop: ShopId,
        after: Seq,
        limit: usize,
    ) -> Result<Vec<RawFrame>, JournalError> {
        let mut frames = Frames::after_seq(self.inner.rows.clone(), shop, after);
        let mut read = Vec::new();
        while read.len() < limit
            && let Some(frame) = frames.next()?
        {
            read.push(frame);
        }
        Ok(read)
    }

    /// One durable event and the chain's hash before it; none if there is none at `seq`.
    ///
    /// # Errors
    /// If it cannot be read or its row does not hold together.
    pub fn frame(&self, shop: ShopId, seq: Seq) -> Result<Option<(Hash, RawFrame)>, JournalError> {
        let Some(row) = self.inner.rows.rows(shop, seq, 1)?.into_iter().next() else {
            return Ok(None);
        };
        let mut prev = row.prev;
        for frame in unfold(&row)? {
            if frame.stamp.position.seq == seq {
                return Ok(Some((prev, frame)));
            }
            prev = frame.stamp.hash;
        }
        Ok(None)
    }

    /// Checks the chain from a shop's beginning to `until`, for the background; answers how many
    /// events that are.
    ///
    /// # Errors
    /// The first thing that does not agree.
    pub fn verify(&self, shop: ShopId, until: Stamp) -> Result<u64, JournalError> {
        let mut frames = Frames::after(self.inner.rows.clone(), shop, Stamp::default());
        let (mut count, end) = (0, until.position.seq);
        while count < end.0 {
            let Some(frame) = frames.next()? else {
                return Err(Broken::new(shop, Seq(count + 1), "the journal ends here").into());
            };
            count += 1;
            if frame.stamp.position.seq == end && frame.stamp.hash != until.hash {
                return Err(Broken::new(shop, end, "it is another event than it was").into());
            }
        }
        Ok(count)
    }

    /// What was said at the events from `first` to `last`, as far as its buyers are not erased.
    ///
    /// # Errors
    /// If it cannot be read.
    pub fn spoken(&self, shop: ShopId, first: Seq, last: Seq) -> Result<Vec<Spoken>, JournalError> {
        let mut spoken = Vec::new();
        let mut from = first;
        while from <= last {
            let rows = self.inner.rows.rows(shop, from, READ_BYTES_MAX)?;
            let Some(end) = rows.last().map(|row| row.last) else {
                break;
            };
            for row in &rows {
                for (seq, sealed) in Sealed::unfold(&row.sealed) {
                    let wanted = (first..=last).contains(&seq);
                    let words = if wanted { self.vault().open(shop, &sealed)? } else { None };
                    spoken.extend(words.map(|words| Spoken { seq, buyer: sealed.buyer, words }));
                }
            }
            from = end.next();
        }
        Ok(spoken)
    }

    /// Who the buyers are.
    pub fn vault(&self) -> &Vault {
        &self.inner.shared.vault
    }

    /// Shops at rest.
    pub fn snapshots(&self) -> &Snapshots {
        &self.inner.snapshots
    }

    /// Why nothing more is taken; `None` while all is well.
    pub fn failure(&self) -> Option<Appended> {
        self.inner.shared.failure.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Writes what waits, leaves the file in good order, gives the folder back and waits for all
    /// that. Later appends fail. Dropping the last handle does the same without waiting.
    pub fn close(&self) -> Appended {
        if self.inner.door.send(Input::Close).is_err() {
            tracing::debug!("the journal is closed twice");
        }
        let thread = self.inner.thread.lock().unwrap_or_else(PoisonError::into_inner).take();
        match thread.map(JoinHandle::join) {
            Some(Ok(ended)) => ended,
            Some(Err(_)) => Appended::Unknown("the writer's thread has panicked".into()),
            None => self.failure().unwrap_or(Appended::Synced),
        }
    }
}

/// Where every shop stands, by its last row; and that it stands no earlier than it was `marked`.
fn recover(rows: &Arc<dyn Rows>, epoch: Epoch, marked: &Marked) -> Result<Recovered, JournalError> {
    let heartbeat = rows.heartbeat()?;
    let mut recovered = Recovered { epoch, heads: Heads::new(), heartbeat, broken: Vec::new() };
    for (shop, row) in rows.heads()? {
        match row.and_then(|row| last_of(&row, epoch)) {
            Ok(head) => drop(recovered.heads.insert(shop, head)),
            Err(broken) => recovered.broken.push(broken),
        }
    }
    for (&shop, &(position, hash)) in marked {
        let head = recovered.heads.get(&shop).map(|head| (head.position, head.hash));
        let is_known = recovered.broken.iter().any(|broken| broken.shop == shop);
        if is_known || head == Some((position, hash)) {
            continue;
        }
        let marked = Stamp { position, at: Timestamp(0), hash };
        if let Err(error) = Frames::after(rows.clone(), shop, marked).next() {
            recovered.heads.remove(&shop);
            recovered.broken.push(match error {
                JournalError::Broken(broken) => broken,
                other => Broken::new(shop, position.seq, other.to_string()),
            });
        }
    }
    for broken in &recovered.broken {
        tracing::error!(shop = %broken.shop, why = %broken, "a shop is set aside");
    }
    Ok(recovered)
}

fn last_of(row: &Row, epoch: Epoch) -> Result<Stamp, Broken> {
    let head = unfold(row)?.last().expect("a row holds an event").stamp;
    if head.position.epoch >= epoch {
        let why = format!("its epoch {} has not begun", head.position.epoch.0);
        return Err(Broken::new(row.shop, row.last, why));
    }
    Ok(head)
}
