//! The codebook: everything that words may mean in one session, as of one change of its offers.

use alloc::vec::Vec;
use domain::rules::Reading as Settings;
use domain::{Code, OfferState, SessionView};

/// What words may mean in one session. Built once per change of its offers or rules, then shared.
#[derive(Debug)]
pub struct Codebook {
    version: u64,
    settings: Settings,
    pub(crate) offers: Vec<OfferState>,
    pub(crate) pinned: Option<Code>,
}

impl Codebook {
    /// Learns the offers and settings of `view`; `version` is the caller's, told back by
    /// [`Codebook::version`].
    pub fn new(version: u64, view: &SessionView) -> Self {
        Self {
            version,
            settings: view.rules.reading.clone(),
            offers: view.offers.clone(),
            pinned: view.pinned,
        }
    }

    /// The version given when it was made.
    pub fn version(&self) -> u64 {
        self.version
    }

    /// The settings of reading in force.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }
}
