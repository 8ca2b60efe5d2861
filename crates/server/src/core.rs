//! The parts that own a data folder: journal, lanes, accounts. A server runs on them; so does a
//! command alone.

use crate::backup::restore::UNFINISHED;
use crate::backup::{self, Backups};
use crate::machine;
use accounts::{Accounts, Opens};
use anyhow::{Context, Result, bail};
use domain::{Clock, ShopId};
use hub::{Hub, OnLost, Options, SystemClock};
use journal::{Journal, JournalError};
use std::fs::DirBuilder;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

/// The owner of a data folder.
pub(crate) struct Core {
    /// The folder.
    pub(crate) data: PathBuf,
    /// The lanes.
    pub(crate) hub: Hub,
    /// Shops and tokens.
    pub(crate) accounts: Accounts,
    /// The journal behind the lanes.
    pub(crate) journal: Journal,
    /// The machine's clocks.
    pub(crate) clock: Arc<dyn Clock>,
    /// What is known of its backups.
    pub(crate) backups: Backups,
    /// Where people come in, once the doors are open.
    pub(crate) entrance: OnceLock<String>,
}

/// What became of asking for a data folder.
pub(crate) enum Opened {
    /// It is ours.
    Ours(Box<Core>),
    /// Another process has it; the sentence says who.
    Taken(String),
}

impl Core {
    /// The address of a one-time link by which an owner is made: of a new shop or of this one. None
    /// before the doors are open: a link dies with the process that made it.
    pub(crate) fn set_up_link(&self, shop: Option<ShopId>) -> Option<String> {
        let entrance = self.entrance.get()?;
        let link = self.accounts.offer(Opens::SetUp(shop), self.clock.wall());
        Some(format!("{entrance}/setup?link={link}"))
    }

    /// Takes the folder and replays everything in it.
    pub(crate) fn open(data: &Path, on_lost: OnLost) -> Result<Opened> {
        // Tokens and personal data lie in it: it is for its owner only.
        let made = DirBuilder::new().recursive(true).mode(0o700).create(data);
        made.with_context(|| format!("the data folder {} cannot be made", data.display()))?;
        if data.join(UNFINISHED).exists() {
            bail!(
                "a restore into {} was cut short: run it again, or empty the folder",
                data.display()
            );
        }
        let clock: Arc<dyn Clock> = Arc::new(SystemClock::start());
        let began = clock.monotonic();
        let (journal, recovered) = match Journal::open(data, clock.wall()) {
            Ok(opened) => opened,
            Err(locked @ JournalError::Locked { .. }) => {
                return Ok(Opened::Taken(locked.to_string()));
            }
            Err(error) => return Err(error).context("the journal cannot be opened"),
        };
        let accounts = Accounts::open(data).context("the accounts cannot be opened")?;
        // The folder is ours: nobody makes one now.
        backup::clear(data)?;
        let options = Options::new(data.join("aside.log"), on_lost);
        let options = Options { give_way: machine::give_way, ..options };
        let hub = Hub::start(journal.clone(), recovered, clock.clone(), options)?;
        accounts.shops().into_iter().for_each(|(shop, _)| hub.add_shop(shop));
        let took_ms = clock.monotonic().0 - began.0;
        metrics::gauge!("chot_recovery_duration_seconds").set(took_ms as f64 / 1_000.0);
        tracing::info!(took_ms, shops = accounts.shops().len(), "replayed and ready");
        let (data, backups, entrance) = (data.to_owned(), Backups::of(data), OnceLock::new());
        let core = Self { data, hub, accounts, journal, clock, backups, entrance };
        Ok(Opened::Ours(Box::new(core)))
    }
}
