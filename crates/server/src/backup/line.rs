//! A backup over the control socket: the server makes it, the command writes it where it may write
//! and the server may not (a stick, another person's folder).
//!
//! ```text
//! command: {"order":"backup","to":…}   server: {"done":n,"of":m}… {"ok":manifest}, the bytes
//! command: {"kept":true}, when synced  server: {"ok":true}, remembered
//! ```

use super::make::{Copies, Told};
use super::manifest::Manifest;
use super::{Last, archive, ended_in, place};
use crate::core::Core;
use anyhow::{Context, Result, bail, ensure};
use serde::Deserialize;
use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Read, Write, copy};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::time::Duration;

/// How long the command's disk may stand still: a gigabyte that is synced to a slow stick.
const SYNC: Duration = Duration::from_secs(600);

/// What the server says before the bytes.
#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Said {
    /// It begins to send.
    Ok(Value),
    /// It does not.
    Error(String),
    /// It copies.
    #[serde(untagged)]
    Doing {
        /// Bytes so far.
        done: u64,
        /// Of so many.
        of: u64,
    },
}

/// Makes one for whoever asks over the socket, and remembers it once they have kept it.
pub(crate) fn serve(core: &Core, stream: &UnixStream, to: &str) -> Result<()> {
    let mut out = stream;
    let Some(_one) = core.backups.begin() else {
        let error = "another backup is being made: wait for it";
        return Ok(writeln!(out, "{}", json!({ "error": error }))?);
    };
    // A stick that flushes may stand still for long.
    stream.set_write_timeout(Some(SYNC))?;
    let began = core.clock.monotonic();
    let ended = ended_in(core);
    // A command that has gone is noticed when the bytes are sent.
    let mut told = |done: u64, of: u64| {
        if let Err(error) = writeln!(out, "{}", json!({ "done": done, "of": of })) {
            tracing::debug!(%error, "nobody hears how far a backup is");
        }
    };
    let copies = match Copies::make(core, &mut told) {
        Ok(copies) => copies,
        Err(error) => {
            let error = format!("{error:#}");
            return Ok(writeln!(out, "{}", json!({ "error": error }))?);
        }
    };
    writeln!(out, "{}", json!({ "ok": copies.manifest }))?;
    copies.write(&mut out)?;
    stream.set_read_timeout(Some(SYNC))?;
    let mut line = String::new();
    BufReader::new(stream).take(1_024).read_line(&mut line)?;
    let kept: Value = serde_json::from_str(&line).unwrap_or_default();
    ensure!(kept["kept"] == true, "a backup was sent and not kept");
    let mut last = Last::of(&copies.manifest, to.into(), ended);
    last.took_ms = core.clock.monotonic().0.saturating_sub(began.0);
    core.backups.remember(&core.data, last);
    Ok(writeln!(out, "{}", json!({ "ok": true }))?)
}

/// Asks the server for one and keeps it in a file.
pub(crate) fn ask_server(stream: &UnixStream, file: &Path, told: Told<'_>) -> Result<Manifest> {
    let mut out = stream;
    let order = json!({ "order": "backup", "to": file.display().to_string() });
    writeln!(out, "{order}")?;
    let mut reader = BufReader::with_capacity(1024 * 1024, stream);
    let manifest = loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        match serde_json::from_str(&line).context("it did not answer: does it still run?")? {
            Said::Doing { done, of } => told(done, of),
            Said::Ok(manifest) => break manifest.to_string(),
            Said::Error(error) => bail!("{error}"),
        }
    };
    let manifest = Manifest::read(manifest.as_bytes())?;
    let bytes = archive::bytes(&manifest);
    place::keep(file, |out| {
        let came = copy(&mut reader.by_ref().take(bytes), out)?;
        ensure!(came == bytes, "the server sent {came} of {bytes} bytes: does it still run?");
        Ok(())
    })?;
    writeln!(out, "{}", json!({ "kept": true }))?;
    let mut line = String::new();
    if reader.read_line(&mut line)? == 0 {
        tracing::warn!("the backup is good, but the server did not say that it remembers it");
    }
    Ok(manifest)
}
