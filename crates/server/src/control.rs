//! The control socket: commands that find the data folder taken ask the server, and both ways run
//! the same code.
//!
//! One line of JSON asks; the answer is one line (`{"ok":…}` or `{"error":…}`), followed for an
//! export by its bytes.

use crate::backup::{self, Manifest};
use crate::core::{Core, Opened};
use crate::office::{Order, carry_out};
use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

/// Longest order, in bytes.
const ORDER_BYTES_MAX: u64 = 64 * 1024;

/// How long one side waits for the other.
const PATIENCE: Duration = Duration::from_secs(30);

/// Where the socket of a data folder is.
fn socket_of(data: &Path) -> PathBuf {
    data.join("control.sock")
}

/// Carries out an order on the data folder: by its server if it has one, otherwise by ourselves.
/// What follows the answer's line is written to `out`.
pub(crate) fn order(data: &Path, order: &Order, out: &mut dyn Write) -> Result<Value> {
    let lost = Box::new(|why: &str| tracing::error!(why, "the journal is lost"));
    match Core::open(data, lost)? {
        Opened::Ours(core) => {
            let answer = carry_out(&core, order, out);
            core.hub.stop();
            answer
        }
        Opened::Taken(by) => ask_server(data, order, out)
            .with_context(|| format!("{by} It was asked over its control socket.")),
    }
}

/// Asks the server of a data folder.
pub(crate) fn ask_server(data: &Path, order: &Order, out: &mut dyn Write) -> Result<Value> {
    let mut stream = UnixStream::connect(socket_of(data)).context("it does not listen there")?;
    stream.set_read_timeout(Some(PATIENCE))?;
    writeln!(stream, "{}", serde_json::to_string(order)?)?;
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line)?;
    std::io::copy(&mut reader, out)?;
    let mut answer: Value = serde_json::from_str(&line).context("it did not answer")?;
    match answer.get_mut("ok") {
        Some(ok) => Ok(ok.take()),
        None => bail!("{}", answer["error"].as_str().unwrap_or("it gave no reason")),
    }
}

/// Makes a backup into a file: by the folder's server if it has one, otherwise by ourselves.
pub(crate) fn backup(data: &Path, file: &Path, told: &mut dyn FnMut(u64, u64)) -> Result<Manifest> {
    let lost = Box::new(|why: &str| tracing::error!(why, "the journal is lost"));
    match Core::open(data, lost)? {
        Opened::Ours(core) => {
            let made = backup::here(&core, file, told);
            core.hub.stop();
            made
        }
        Opened::Taken(by) => {
            let context = || format!("{by} It was asked over its control socket.");
            let stream = UnixStream::connect(socket_of(data)).context("it does not listen there");
            let stream = stream.with_context(context)?;
            stream.set_read_timeout(Some(PATIENCE))?;
            backup::ask_server(&stream, file, told).with_context(context)
        }
    }
}

/// Listens for orders until the process ends. The socket is for the folder's owner only.
pub(crate) fn listen(core: &Arc<Core>) -> Result<()> {
    let path = socket_of(&core.data);
    if path.exists() {
        std::fs::remove_file(&path).context("an old control socket cannot be removed")?;
    }
    let listener = UnixListener::bind(&path)
        .with_context(|| format!("the control socket {} cannot be made", path.display()))?;
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600))?;
    let core = core.clone();
    let serve = move || {
        for stream in listener.incoming().flatten() {
            if let Err(error) = answer(&core, stream) {
                tracing::warn!(%error, "a control order was not answered");
            }
        }
    };
    std::thread::Builder::new().name("control".into()).spawn(serve)?;
    Ok(())
}

/// A backup takes long: others are answered meanwhile.
fn send_backup(core: &Arc<Core>, stream: UnixStream, to: String) -> Result<()> {
    let core = core.clone();
    let send = move || {
        if let Err(error) = backup::serve(&core, &stream, &to) {
            tracing::warn!(%error, "a backup was not sent");
        }
    };
    std::thread::Builder::new().name("backup".into()).spawn(send)?;
    Ok(())
}

fn answer(core: &Arc<Core>, stream: UnixStream) -> Result<()> {
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    let mut line = String::new();
    BufReader::new(&stream).take(ORDER_BYTES_MAX).read_line(&mut line)?;
    let order = serde_json::from_str::<Order>(&line)
        .context("the order is not understood: are both programs of one version?");
    let order = match order {
        Ok(Order::Backup { to }) => return send_backup(core, stream, to),
        order => order,
    };
    let mut bytes = Vec::new();
    let done = order.and_then(|order| carry_out(core, &order, &mut bytes));
    let line = match done {
        Ok(answer) => json!({ "ok": answer }),
        Err(error) => json!({ "error": format!("{error:#}") }),
    };
    let mut stream = stream;
    writeln!(stream, "{line}")?;
    stream.write_all(&bytes)?;
    Ok(())
}
