//! `chot demo`: a practice live of a Đà Lạt vegetable co-operative, on the real code path.
//!
//! ```text
//! crowd ─▶ connector (posts) ─┐
//!      └─▶ viewers (sockets) ─┴─▶ gateway ─▶ … ─▶ outcomes ─▶ tally ─▶ one live line
//! Ctrl-C ─▶ the session ends ─▶ a summary that balances, and a ledger that proves itself
//! ```

mod api;
mod play;
mod stage;
mod summary;
mod tally;
mod viewers;

use crate::cli::Demo;
use crate::core::{Core, Opened};
use crate::lan;
use crate::node::Node;
use crate::say::{say, say_again};
use crate::serve::{Ending, end_process};
use crate::settings::{Settings, demo_hosts};
use anyhow::{Context, Result, bail};
use gateway::{Networks, Options};
use serde_json::json;
use stage::Stage;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;
use tally::Tally;
use tempfile::TempDir;

/// The page that a browser finds: figures of the running practice live, in two languages.
const PAGE: &str = include_str!("page.html");

/// Plays until Ctrl-C, or for the seconds asked for. Fails if the summary does not balance.
pub(crate) fn run(flags: &Demo) -> Result<ExitCode> {
    let (folder, data) = folder(flags)?;
    if !flags.json {
        say(&format!(
            "chot {} – dữ liệu thử / practice data: {}",
            env!("CARGO_PKG_VERSION"),
            data.display()
        ));
        say("Đang mở… / opening…");
    }
    let settings = settings(flags, data)?;
    let core = match Core::open(&settings.data, Box::new(end_process))? {
        Opened::Ours(core) => *core,
        Opened::Taken(by) => bail!("{by}"),
    };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let balanced = runtime.block_on(perform(core, &settings, flags))?;
    drop(folder);
    Ok(if balanced { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The data folder: the one asked for, or one that vanishes at the end.
fn folder(flags: &Demo) -> Result<(Option<TempDir>, PathBuf)> {
    if let Some(data) = &flags.data {
        return Ok((None, data.clone()));
    }
    let folder = TempDir::with_prefix("chot-demo-").context("no temporary folder can be made")?;
    let path = folder.path().to_owned();
    Ok((Some(folder), path))
}

fn settings(flags: &Demo, data: PathBuf) -> Result<Settings> {
    let parse = |text: &str, name: &str| -> Result<SocketAddr> {
        text.parse().with_context(|| {
            format!("{name}={text:?} is not an address: write it as 127.0.0.1:8080")
        })
    };
    let mut listen = parse(&flags.listen, "--listen")?;
    if flags.lan {
        listen.set_ip(IpAddr::V4(Ipv4Addr::UNSPECIFIED));
    }
    let ops_listen = parse(&flags.ops_listen, "--ops-listen")?;
    Ok(Settings {
        data,
        listen,
        ops_listen,
        lan: flags.lan,
        public_url: None,
        hosts: demo_hosts()?,
        proxies: Networks::default(),
        ops_networks: None,
        backup_to: None,
        database_url: None,
        keep_days: domain::limits::KEEP_DAYS,
    })
}

async fn perform(core: Core, settings: &Settings, flags: &Demo) -> Result<bool> {
    let options = Options { front: Some(PAGE.to_owned()), ..Options::default() };
    let mut ending = Ending::listen()?;
    let node = Node::open(core, settings, options).await?;
    let core = node.core.clone();
    let public = node.public;
    let stage = tokio::task::spawn_blocking(move || Stage::set(&core, public)).await??;
    let stage = Arc::new(stage);
    greet(&node, &stage, flags);
    let tally = Arc::new(Tally::default());
    let play = tokio::spawn(play::play(stage.clone(), tally.clone(), flags.seed));
    let end = async {
        match flags.seconds {
            Some(seconds) => tokio::time::sleep(Duration::from_secs(seconds)).await,
            None => ending.come().await,
        }
    };
    tokio::pin!(end);
    let mut every = tokio::time::interval(Duration::from_secs(1));
    loop {
        tokio::select! {
            () = &mut end => break,
            _ = every.tick() => show(&node, &stage, &tally, flags.json),
        }
    }
    play.abort();
    say("");
    let balanced = summary::close(&node.core, &stage, &tally).await?;
    node.close().await?;
    Ok(balanced)
}

fn greet(node: &Node, stage: &Stage, flags: &Demo) {
    let host = lan::address(node.public).unwrap_or(node.public);
    let viewer = format!("http://{host}/v/{}", stage.session);
    let console = format!("http://{host}{}", stage.console);
    let ops = format!("http://{}/ops", node.ops);
    if flags.json {
        say(&json!({
            "host": console,
            "viewer": viewer,
            "overlay": stage.overlay,
            "ops": ops,
            "session": stage.session,
            "host_token": stage.host_token,
        })
        .to_string());
        return;
    }
    say(&format!("  Bảng điều khiển / host   {console}"));
    say(&format!("  Trang xem / page         {viewer}"));
    say(&format!("  Lớp phủ / overlay        {}", stage.overlay));
    say(&format!("  Vận hành / operations    {ops}"));
    say(&format!("  Phiên / session          {}", stage.session));
    say("  80 người xem ảo đang vào… Ctrl-C để kết thúc. / Ctrl-C ends it.");
    if flags.lan {
        lan::qr(&console).iter().for_each(|qr| say(qr));
    }
}

fn show(node: &Node, stage: &Stage, tally: &Tally, json: bool) {
    let Some(view) = node.core.hub.session(stage.shop, stage.id) else {
        return;
    };
    let line = tally.line(&view, node.lag().lag_events);
    if json { say(&line) } else { say_again(&line) }
}
