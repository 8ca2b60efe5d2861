//! From the bytes of a file to entries: one bounded line at a time, each part of it parsed once.

use crate::line::First;
use crate::violation::Broken;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use domain::limits::{LEDGER_CHECKPOINT_BYTES_MAX, LEDGER_LINE_BYTES_MAX};
use domain::{Epoch, Hash, Position, Seq, Stamp, Timestamp};
use proto::store;
use serde::Deserialize;
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::io::{BufRead, Read as _};

/// Lines of a ledger, in order.
pub(crate) struct Lines<R> {
    file: R,
    buffer: Vec<u8>,
    read: u64,
}

/// One line as it claims to be; nothing of it is proved yet.
pub(crate) struct Entry {
    /// Place, time and hash.
    pub(crate) stamp: Stamp,
    /// What follows.
    pub(crate) kind: EntryKind,
}

/// The two kinds of lines.
pub(crate) enum EntryKind {
    /// The shop as it stood before the next line.
    Checkpoint(Box<store::Checkpoint>),
    /// An event.
    Event {
        /// The hash before it.
        prev: Hash,
        /// The journaled bytes.
        frame: Vec<u8>,
        /// The JSON that stands beside them.
        told: Box<RawValue>,
    },
}

impl<R: BufRead> Lines<R> {
    /// Begins before the first line.
    pub(crate) fn new(file: R) -> Self {
        Self { file, buffer: Vec::new(), read: 0 }
    }

    /// How many lines were begun; the number of the one that is being looked at.
    pub(crate) fn number(&self) -> u64 {
        self.read
    }

    /// The next line; none at the end of the file. White space alone is no line.
    pub(crate) fn next(&mut self) -> Result<Option<Entry>, Broken> {
        loop {
            let limit = match self.read {
                0 => LEDGER_CHECKPOINT_BYTES_MAX,
                _ => LEDGER_LINE_BYTES_MAX,
            };
            self.buffer.clear();
            let mut bounded = self.file.by_ref().take(limit as u64 + 1);
            if bounded.read_until(b'\n', &mut self.buffer)? == 0 {
                return Ok(None);
            }
            self.read += 1;
            let whole = self.buffer.ends_with(b"\n");
            if self.buffer.len() > limit {
                return Err(Broken::TooLong { limit });
            }
            if self.buffer.iter().all(u8::is_ascii_whitespace) {
                continue;
            }
            return match serde_json::from_slice::<Line<'_>>(&self.buffer) {
                Ok(line) => line.parse().map(Some),
                Err(_) if !whole => Err(Broken::CutOff),
                Err(error) => Err(Broken::NotALine { why: error.to_string() }),
            };
        }
    }
}

/// A line's outer form; unknown fields are ignored, a field told twice is an error.
#[derive(Deserialize)]
struct Line<'a> {
    epoch: u64,
    seq: u64,
    #[serde(borrow)]
    at: Cow<'a, str>,
    #[serde(borrow)]
    prev: Option<Cow<'a, str>>,
    #[serde(borrow)]
    hash: Cow<'a, str>,
    #[serde(borrow)]
    frame: Option<Cow<'a, str>>,
    #[serde(borrow)]
    event: &'a RawValue,
}

impl Line<'_> {
    fn parse(self) -> Result<Entry, Broken> {
        let refused = |why: &str| Broken::NotALine { why: why.into() };
        let at = proto::json::time::parse(&self.at).map(Timestamp);
        // The hash covers milliseconds: a text that says more or less than they do is another time.
        let at = at.filter(|at| at.to_string() == self.at);
        let stamp = Stamp {
            position: Position { epoch: Epoch(self.epoch), seq: Seq(self.seq) },
            at: at.ok_or_else(|| refused("`at` is not a time in UTC with milliseconds"))?,
            hash: Hash::parse(&self.hash).ok_or_else(|| refused("`hash` is not a hash"))?,
        };
        let kind = match (self.prev, self.frame) {
            (None, None) => {
                let First::Checkpoint(shop) = serde_json::from_str(self.event.get())
                    .map_err(|e| refused(&format!("neither an event nor a checkpoint: {e}")))?;
                EntryKind::Checkpoint(Box::new(shop))
            }
            (Some(prev), Some(frame)) => EntryKind::Event {
                prev: Hash::parse(&prev).ok_or_else(|| refused("`prev` is not a hash"))?,
                frame: STANDARD
                    .decode(frame.as_bytes())
                    .map_err(|error| Broken::NotBase64 { why: error.to_string() })?,
                told: self.event.to_owned(),
            },
            (None, Some(_)) => return Err(refused("`prev` is missing")),
            (Some(_), None) => return Err(refused("`frame` is missing")),
        };
        Ok(Entry { stamp, kind })
    }
}
