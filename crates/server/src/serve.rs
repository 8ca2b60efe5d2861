//! `chot serve`: the server, until it is told to stop.

use crate::cli::Serve;
use crate::core::{Core, Opened};
use crate::lan;
use crate::node::Node;
use crate::say::{complain, say};
use crate::settings::Settings;
use anyhow::{Result, bail};
use gateway::Options;
use std::process::exit;
use tokio::signal::unix::{SignalKind, signal};

/// The exit code after a lost journal: the supervisor starts us again, and we replay.
const JOURNAL_LOST: i32 = 70;

/// Serves until SIGINT or SIGTERM.
pub(crate) fn run(flags: &Serve) -> Result<()> {
    let settings = Settings::gather(flags)?;
    let core = match Core::open(&settings.data, Box::new(end_process))? {
        Opened::Ours(core) => *core,
        Opened::Taken(by) => bail!("{by}"),
    };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let node = Node::open(core, &settings, Options::default()).await?;
        greet(&node, &settings);
        wait_for_the_end().await?;
        say("Đang dừng: ghi nốt đơn đã nhận… / Stopping: writing what was taken…");
        node.close().await?;
        say("Đã dừng. / Stopped.");
        Ok(())
    })
}

/// Nothing may be said any more that is not on disk: the process ends at once and replays at its
/// next start.
pub(crate) fn end_process(why: &str) {
    complain(&format!("chot: the journal is lost ({why}); ending so that the next start replays"));
    exit(JOURNAL_LOST);
}

/// Waits for SIGINT or SIGTERM.
pub(crate) async fn wait_for_the_end() -> Result<()> {
    let mut terminate = signal(SignalKind::terminate())?;
    tokio::select! {
        done = tokio::signal::ctrl_c() => done?,
        _ = terminate.recv() => {}
    }
    Ok(())
}

fn greet(node: &Node, settings: &Settings) {
    say(&format!("public http://{}", node.public));
    say(&format!("ops http://{}", node.ops));
    say(&format!("data {}", settings.data.display()));
    if node.core.accounts.shops().is_empty() {
        let data = settings.data.display();
        say(&format!(
            "Chưa có cửa hàng. / No shop yet: chot shop add --name \"Vườn nhà\" --data {data}"
        ));
    }
    if settings.lan
        && let Some(address) = lan::address(node.public)
    {
        let url = format!("http://{address}/");
        say(&format!("Mạng nội bộ / local network: {url}"));
        lan::qr(&url).iter().for_each(|qr| say(qr));
    }
}
