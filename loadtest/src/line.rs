//! A line of the exported ledger, as the contract writes it.

use anyhow::Context as _;
use proto::store;
use serde::Deserialize;

/// One line.
pub(crate) struct Line {
    pub(crate) epoch: u64,
    pub(crate) seq: u64,
    /// Lower-case hexadecimal.
    pub(crate) hash: String,
    pub(crate) body: Body,
}

/// What it says.
pub(crate) enum Body {
    /// The shop as it stood before the next line.
    Checkpoint(Box<store::Checkpoint>),
    /// A fact.
    Event(Box<store::event::Event>),
}

impl Line {
    /// Reads one line.
    ///
    /// # Errors
    /// If it is not the contract's.
    pub(crate) fn parse(text: &[u8]) -> anyhow::Result<Self> {
        #[derive(Deserialize)]
        struct Form<'a> {
            epoch: u64,
            seq: u64,
            hash: String,
            #[serde(borrow)]
            event: &'a serde_json::value::RawValue,
        }
        let form: Form<'_> = serde_json::from_slice(text)?;
        let kind: proto::json::TypeOnly<'_> = serde_json::from_str(form.event.get())?;
        let body = if kind.kind == "checkpoint" {
            Body::Checkpoint(serde_json::from_str(form.event.get())?)
        } else {
            let event: store::Event = serde_json::from_str(form.event.get())?;
            Body::Event(Box::new(event.event.context("an event without a kind")?))
        };
        Ok(Self { epoch: form.epoch, seq: form.seq, hash: form.hash, body })
    }
}

/// Reads a whole ledger.
///
/// # Errors
/// Names the first line that is not the contract's.
pub(crate) fn lines(ledger: &[u8]) -> anyhow::Result<Vec<Line>> {
    ledger
        .split(|&byte| byte == b'\n')
        .enumerate()
        .filter(|(_, text)| !text.is_empty())
        .map(|(at, text)| Line::parse(text).with_context(|| format!("ledger line {}", at + 1)))
        .collect()
}
