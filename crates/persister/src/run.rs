//! The shell around the machine: one task that reads the journal, writes SQL, and says how far it
//! is.

use crate::ahead::{Ahead, Wanted};
use crate::error::Fault;
use crate::machine::{Act, Input, Machine, Status};
use crate::model::ReadModel;
use crate::reader::Reader;
use crate::source::Source;
use crate::target::Target;
use domain::limits::PERSIST_WRITE_MS_MAX;
use domain::{Clock, Millis};
use std::future::pending;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Notify, watch};
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};
use tracing::{info, warn};

/// The running persister.
#[derive(Debug)]
pub struct Persister {
    status: watch::Receiver<Status>,
    stop: watch::Sender<Option<Duration>>,
    reader: Reader,
    task: JoinHandle<()>,
}

impl Persister {
    /// Starts it on the current tokio runtime. The database may be away; it is tried for ever.
    pub fn start(source: Arc<dyn Source>, target: Target, clock: Arc<dyn Clock>) -> Self {
        let (status_out, status) = watch::channel(Status::default());
        let (stop, stopping) = watch::channel(None);
        let news = Arc::new(Notify::new());
        let told = news.clone();
        source.tell(Box::new(move || told.notify_one()));
        let reader = Reader::new(target.clone());
        let shell = Shell {
            source,
            target,
            clock,
            news,
            status: status_out,
            stopping,
            model: None,
            ahead: Ahead::default(),
        };
        Self { status, stop, reader, task: tokio::spawn(shell.run()) }
    }

    /// How far behind it is.
    pub fn status(&self) -> Status {
        let status = self.status.borrow().clone();
        if self.status.has_changed().is_ok() {
            return status;
        }
        Status {
            connected: false,
            last_error: Some("the persister has ended".to_owned()),
            ..status
        }
    }

    /// The status as it changes; closed once the persister has stopped.
    pub fn watch(&self) -> watch::Receiver<Status> {
        self.status.clone()
    }

    /// A handle for reading what is written.
    pub fn reader(&self) -> Reader {
        self.reader.clone()
    }

    /// Writes what is durable by now, for at most `drain`, and ends. What is left is written after
    /// the next start.
    pub async fn stop(self, drain: Duration) {
        self.stop.send_replace(Some(drain));
        if let Err(error) = self.task.await {
            warn!(%error, "the persister ended by a fault of its own; the journal has everything");
        }
    }
}

struct Shell {
    source: Arc<dyn Source>,
    target: Target,
    clock: Arc<dyn Clock>,
    news: Arc<Notify>,
    status: watch::Sender<Status>,
    stopping: watch::Receiver<Option<Duration>>,
    model: Option<ReadModel>,
    ahead: Ahead,
}

impl Shell {
    async fn run(mut self) {
        let mut stopping = self.stopping.clone();
        let end = async move {
            let drain = match stopping.wait_for(Option::is_some).await {
                Ok(drain) => *drain,
                Err(_) => Some(Duration::ZERO),
            };
            sleep(drain.unwrap_or_default()).await;
        };
        // Ended in the middle of a write, the transaction is undone: the watermark stays with its
        // rows.
        tokio::select! {
            () = self.go_on() => {}
            () = end => {}
        }
    }

    /// Returns when it is told to stop and nothing is left to write.
    async fn go_on(&mut self) {
        let mut machine = Machine::of(self.source.writer());
        let mut input = Input::Woken;
        let mut looked_since_stop = false;
        loop {
            let stopping = self.stopping.borrow().is_some();
            looked_since_stop |= stopping && matches!(input, Input::Heads(_));
            let act = machine.step(self.clock.monotonic(), input);
            let status = machine.status(self.clock.wall());
            let done = looked_since_stop && status.lag_events == 0;
            self.show(status);
            if done {
                return;
            }
            input = self.perform(act).await;
        }
    }

    fn show(&self, status: Status) {
        metrics::gauge!("chot_persist_lag_events").set(status.lag_events as f64);
        metrics::gauge!("chot_persist_lag_seconds").set(status.lag_ms as f64 / 1_000.0);
        metrics::gauge!("chot_persist_queue_events").set(status.queue_events as f64);
        self.status.send_replace(status);
    }

    async fn perform(&mut self, act: Act) -> Input {
        match act {
            Act::Wait(until) => {
                self.wait(until).await;
                Input::Woken
            }
            Act::Look => Input::Heads(self.source.heads()),
            Act::Connect => {
                self.model = None;
                Input::Connected(self.connect().await)
            }
            Act::Read { shop, after, limit } => {
                let wanted = Wanted { shop, after, limit };
                let facts = self.ahead.read(&self.source, wanted).await;
                self.report(facts.as_ref().err());
                Input::Facts(shop, facts)
            }
            Act::Write { shop, from, facts } => {
                metrics::histogram!("chot_persist_batch_events").record(facts.len() as f64);
                if let Some(last) = facts.last() {
                    self.ahead.begin(&self.source, shop, last.stamp);
                }
                let done = match &mut self.model {
                    Some(model) => in_time(model.apply(shop, from, &facts)).await,
                    None => Err(not_connected()),
                };
                self.report(done.as_ref().err());
                Input::Written(shop, done)
            }
            Act::Forget(shop) => {
                warn!(%shop, "written anew: its rows knew sales that the restored backup has not");
                let done = match &mut self.model {
                    Some(model) => in_time(model.forget(shop)).await,
                    None => Err(not_connected()),
                };
                self.report(done.as_ref().err());
                Input::Forgotten(shop, done)
            }
            Act::Reload(shop) => {
                let stamp = match &mut self.model {
                    Some(model) => in_time(model.watermark(shop)).await,
                    None => Err(not_connected()),
                };
                self.report(stamp.as_ref().err());
                Input::Reloaded(shop, stamp)
            }
        }
    }

    /// Until the time has come, there is news, or it is told to stop.
    async fn wait(&mut self, until: Millis) {
        let span = until.0.saturating_sub(self.clock.monotonic().0);
        let mut stopping = self.stopping.clone();
        let told_to_stop = async move {
            if stopping.borrow_and_update().is_some() || stopping.changed().await.is_err() {
                pending::<()>().await;
            }
        };
        tokio::select! {
            () = sleep(Duration::from_millis(span)) => {}
            () = self.news.notified() => {}
            () = told_to_stop => {}
        }
    }

    async fn connect(&mut self) -> Result<Vec<(domain::ShopId, domain::Stamp)>, Fault> {
        let opened = in_time(async {
            let mut model = ReadModel::connect(&self.target).await?;
            let watermarks = model.watermarks().await?;
            Ok((model, watermarks))
        });
        match opened.await {
            Ok((model, watermarks)) => {
                info!(target = %self.target, shops = watermarks.len(), "the read model answers");
                self.model = Some(model);
                Ok(watermarks)
            }
            Err(fault) => {
                self.report(Some(&fault));
                Err(fault)
            }
        }
    }

    fn report(&self, fault: Option<&Fault>) {
        let Some(fault) = fault else { return };
        metrics::counter!("chot_persist_errors_total", "kind" => fault.kind()).increment(1);
        let status = self.status.borrow();
        let (lag_events, attempt) = (status.lag_events, status.attempts);
        let kind = fault.kind();
        warn!(
            kind, lag_events, attempt, target = %self.target,
            "orders are safe in the journal; the read model waits: {fault}"
        );
    }
}

async fn in_time<T>(act: impl Future<Output = Result<T, Fault>>) -> Result<T, Fault> {
    let limit = Duration::from_millis(PERSIST_WRITE_MS_MAX);
    let late = || Fault::Down(format!("no answer in {PERSIST_WRITE_MS_MAX} ms"));
    timeout(limit, act).await.unwrap_or_else(|_| Err(late()))
}

fn not_connected() -> Fault {
    Fault::Down("not connected".to_owned())
}
