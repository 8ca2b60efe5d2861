//! Everything around the crowd: the server, its Postgres where it has one, the shop and its
//! session, and what is done to them meanwhile.

use crate::Options;
use crate::act::Mark;
use crate::chot::Chot;
use crate::host::{Host, Tokens};
use crate::http::Target;
use crate::postgres;
use crate::scenario::{Fault, Scenario, Store};
use anyhow::Context as _;
use std::time::{Duration, Instant};
use tempfile::TempDir;
use tokio::time::{sleep, sleep_until};

/// What a run plays against. Dropped in this order: the server before its database.
pub(crate) struct World {
    /// `None` if somebody else started it.
    pub(crate) chot: Option<Chot>,
    pub(crate) postgres: Option<postgres::Server>,
    pub(crate) target: Target,
    pub(crate) tokens: Tokens,
    pub(crate) host: Host,
    /// Of the crowd: answers and seats.
    pub(crate) crowd: TempDir,
    _temporary: Option<TempDir>,
}

impl World {
    /// Starts what is to be started, opens the session and goes live.
    ///
    /// # Errors
    /// If something does not start, or the evening needs a server of its own and has none.
    pub(crate) async fn open(
        name: &str,
        scenario: &Scenario,
        options: &Options,
    ) -> anyhow::Result<Self> {
        let crowd = TempDir::with_prefix("chot-crowd-").context("a temporary folder")?;
        let temporary = match &options.data {
            Some(_) => None,
            None => Some(TempDir::with_prefix("chot-load-").context("a temporary folder")?),
        };
        let data = match (&options.data, &temporary) {
            (Some(data), _) => data.join(name),
            (None, Some(folder)) => folder.path().to_owned(),
            (None, None) => unreachable!("one of both is there"),
        };
        let (chot, postgres, target, tokens) = match &options.url {
            Some(url) => {
                anyhow::ensure!(
                    scenario.faults.iter().all(|fault| matches!(fault, Fault::Cut { .. }))
                        && scenario.store == Store::Sqlite,
                    "{name} stops servers: it starts its own, without --url"
                );
                let (host, source) = (options.host_token.clone(), options.source_token.clone());
                let tokens = Tokens {
                    host: host.context("--url needs --host-token")?,
                    source: source.context("--url needs --source-token")?,
                };
                (None, None, Target::parse(url)?, tokens)
            }
            None => {
                std::fs::create_dir_all(&data)?;
                let postgres = match scenario.store {
                    Store::Sqlite => None,
                    Store::Postgres => Some(postgres::Server::start().await?),
                };
                let database = postgres.as_ref().map(|postgres| postgres.url());
                let (chot, target, tokens) = Chot::start(&options.chot, &data, database).await?;
                (Some(chot), postgres, target, tokens)
            }
        };
        let pinned = scenario.pinned.as_deref();
        let host = Host::open(&target, &tokens.host, &scenario.session(), pinned).await?;
        Ok(Self { chot, postgres, target, tokens, host, crowd, _temporary: temporary })
    }
}

/// Lets happen what is to happen, each at its moment, and says what did.
///
/// # Errors
/// If what was stopped does not come back.
pub(crate) async fn disturb(
    world: &mut World,
    faults: &[Fault],
    start: Instant,
) -> anyhow::Result<Vec<Mark>> {
    let mut faults = faults.to_vec();
    faults.sort_by_key(|fault| fault.at_ms());
    let mut marks = Vec::new();
    let mut mark = |what: String| {
        marks.push(Mark { t: start.elapsed().as_secs_f64(), what });
    };
    for fault in faults {
        sleep_until((start + Duration::from_millis(fault.at_ms())).into()).await;
        match fault {
            Fault::Cut { .. } => mark("all sockets cut".into()),
            Fault::Kill { down_ms, .. } => {
                let chot = world.chot.as_mut().context("it is not our server")?;
                chot.kill()?;
                mark("server killed".into());
                sleep(Duration::from_millis(down_ms)).await;
                let from = Instant::now();
                chot.start_again().await?;
                mark(format!("server ready after {:.1} s", from.elapsed().as_secs_f64()));
            }
            Fault::Postgres { down_ms, .. } => {
                let postgres = world.postgres.as_mut().context("there is no Postgres")?;
                postgres.stop().await?;
                mark("Postgres stopped".into());
                sleep(Duration::from_millis(down_ms)).await;
                postgres.start_again().await?;
                mark("Postgres back".into());
            }
        }
    }
    Ok(marks)
}
