//! Reading back: rows to frames to facts, every hash checked on the way.

use crate::error::JournalError;
use crate::storage::Rows;
use domain::{Fact, ShopId, Stamp};
use std::sync::Arc;

/// One durable event as its bytes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RawFrame {
    /// Where and when, and the chain's hash there.
    pub stamp: Stamp,
    /// An encoded `store::Event`, exactly as it was hashed.
    pub bytes: Vec<u8>,
}

/// The facts of one shop in order. Ends after the first error.
pub struct Replay {
    rows: Arc<dyn Rows>,
}

impl Replay {
    /// The facts after `from`.
    pub fn new(rows: Arc<dyn Rows>, shop: ShopId, from: Stamp) -> Self {
        let _unused = (shop, from);
        Self { rows }
    }
}

impl Iterator for Replay {
    type Item = Result<Fact, JournalError>;

    fn next(&mut self) -> Option<Self::Item> {
        unimplemented!("{}", Arc::strong_count(&self.rows))
    }
}
