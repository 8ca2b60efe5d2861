//! The writer's thread: the machine's hands. It owns the storage and the data folder.

use crate::durable::Durable;
use crate::folder::Folder;
use crate::storage::{Appended, Heads, Round, Storage};
use crate::vault::Vault;
use crate::writer::{Input, Output, Writer};
use domain::limits::WRITER_IDLE_MS;
use std::collections::VecDeque;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// Tells an appender what became of its batch: always, even if the writer's thread ends in a panic.
pub(crate) struct Token(Option<Box<dyn FnOnce(Appended) + Send>>);

impl Token {
    pub(crate) fn new(done: impl FnOnce(Appended) + Send + 'static) -> Self {
        Self(Some(Box::new(done)))
    }

    /// Nothing was taken, and the appender is told so elsewhere.
    pub(crate) fn forget(mut self) {
        self.0 = None;
    }

    pub(crate) fn tell(mut self, appended: Appended) {
        if let Some(done) = self.0.take() {
            done(appended);
        }
    }
}

impl Drop for Token {
    fn drop(&mut self) {
        if let Some(done) = self.0.take() {
            done(Appended::Unknown("the writer's thread has ended".into()));
        }
    }
}

/// What the thread shares with the handles.
pub(crate) struct Shared {
    pub(crate) durable: Durable,
    pub(crate) vault: Vault,
    pub(crate) failure: Mutex<Option<Appended>>,
}

type Outputs = VecDeque<Output<Token>>;

/// The thread's own.
pub(crate) struct Shell {
    pub(crate) storage: Box<dyn Storage>,
    pub(crate) door: Receiver<Input<Token>>,
    pub(crate) shared: Arc<Shared>,
    /// Given back when the storage is closed.
    pub(crate) folder: Option<Folder>,
}

impl Shell {
    /// Runs until it is closed or every handle is gone.
    pub(crate) fn run(mut self, heads: Heads) -> Appended {
        let mut writer = Writer::new(heads);
        let mut untended = true;
        loop {
            let mut outputs = match self.listen(untended) {
                Some(input) => self.take(&mut writer, input),
                None => self.tend(&mut writer, true),
            };
            untended = !outputs.is_empty();
            outputs.extend(writer.step(Input::Turn));
            while let Some(output) = outputs.pop_front() {
                untended = true;
                match output {
                    Output::Write(round) => outputs.extend(self.write(&mut writer, &round)),
                    Output::Done(tokens, appended) => {
                        tokens.into_iter().for_each(|token| token.tell(appended.clone()));
                    }
                    Output::Scrub(token) => outputs.extend(self.scrub(&mut writer, token)),
                    Output::End => return self.end(&writer),
                }
            }
        }
    }

    /// What is at the door; `None` if nothing came for so long that it is time to tidy up.
    fn listen(&self, untended: bool) -> Option<Input<Token>> {
        if !untended {
            return Some(self.door.recv().unwrap_or(Input::Close));
        }
        match self.door.recv_timeout(Duration::from_millis(WRITER_IDLE_MS)) {
            Ok(input) => Some(input),
            Err(RecvTimeoutError::Timeout) => None,
            Err(RecvTimeoutError::Disconnected) => Some(Input::Close),
        }
    }

    /// Takes what came and whatever else stands at the door.
    fn take(&self, writer: &mut Writer<Token>, input: Input<Token>) -> Outputs {
        let mut outputs = Outputs::from(writer.step(input));
        while !writer.is_full()
            && let Ok(input) = self.door.try_recv()
        {
            outputs.extend(writer.step(input));
        }
        outputs
    }

    /// Writes a round, then lets in what gathered meanwhile. What is durable is known before
    /// anybody is told.
    fn write(&mut self, writer: &mut Writer<Token>, round: &Round) -> Outputs {
        let broke = self.tend(writer, false);
        let appended = match writer.stopped() {
            None => self.storage.append(round),
            Some(why) => Appended::Failed(format!("the journal stopped: {why:?}").into()),
        };
        if appended == Appended::Synced {
            let heads = round.batches.iter().map(|batch| (batch.shop(), batch.head()));
            self.shared.durable.advance(heads);
            for batch in &round.batches {
                self.shared.vault.end_erasing(batch.shop(), batch.erased());
                self.shared.vault.confirm(batch.buyers());
            }
        }
        self.note(&appended);
        let mut outputs = broke;
        if let Ok(input) = self.door.try_recv() {
            outputs.extend(self.take(writer, input));
        }
        outputs.extend(writer.step(Input::Finished(appended)));
        outputs
    }

    fn tend(&mut self, writer: &mut Writer<Token>, idle: bool) -> Outputs {
        match self.storage.tend(idle) {
            Appended::Synced => Outputs::new(),
            why @ (Appended::Failed(_) | Appended::Unknown(_)) => {
                self.note(&why);
                writer.step(Input::Broke(why)).into()
            }
        }
    }

    /// Wipes what is left of erased buyers. Whoever asked is told [`Appended::Failed`] if somebody
    /// reads the log just now; that stops nothing.
    fn scrub(&mut self, writer: &mut Writer<Token>, token: Token) -> Outputs {
        let why = match self.storage.scrub() {
            Ok(true) => {
                token.tell(Appended::Synced);
                return Outputs::new();
            }
            Ok(false) => {
                token.tell(Appended::Failed("somebody reads the log".into()));
                return Outputs::new();
            }
            Err(why) => Appended::Failed(why),
        };
        token.tell(why.clone());
        self.note(&why);
        writer.step(Input::Broke(why)).into()
    }

    fn end(mut self, writer: &Writer<Token>) -> Appended {
        let closed = self.storage.close();
        drop(self.storage);
        drop(self.folder);
        writer.stopped().cloned().unwrap_or(closed)
    }

    /// Keeps the first failure, and says it once.
    fn note(&self, appended: &Appended) {
        let mut failure = self.shared.failure.lock().unwrap_or_else(PoisonError::into_inner);
        if *appended != Appended::Synced && failure.is_none() {
            tracing::error!(why = ?appended, "the journal stops: what was acknowledged is safe");
            *failure = Some(appended.clone());
        }
    }
}
