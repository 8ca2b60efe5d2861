//! What comes out of a lane to its clients, gathered for a look at the very moment of its release.

use domain::{Seq, ShopId};
use hub::{Answered, BuyerFrame, Erased, HubError, Welcome};
use std::sync::{Arc, Mutex, PoisonError};

/// Which ask of all.
pub(crate) type AskNo = usize;

/// One thing that somebody was told.
pub(crate) enum Told {
    /// The answers of one ask.
    Answers(AskNo, Result<Vec<Result<Answered, HubError>>, HubError>),
    /// A read, with the position that it saw.
    Read(ShopId, Seq),
    /// A viewer's arrival.
    Welcome(u64, Result<Welcome, HubError>),
    /// What came of somebody's wish to be forgotten.
    Erased(ShopId, Result<Erased, HubError>),
    /// A frame to a viewer.
    Frame(u64, Arc<BuyerFrame>),
}

/// Where it is gathered.
#[derive(Clone, Default)]
pub(crate) struct Mailbox(Arc<Mutex<Vec<Told>>>);

impl Mailbox {
    pub(crate) fn put(&self, told: Told) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(told);
    }

    pub(crate) fn take(&self) -> Vec<Told> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
