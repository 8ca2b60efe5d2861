//! `chot serve`: the server, until it is told to stop.

use crate::backup;
use crate::cli::Serve;
use crate::core::{Core, Opened};
use crate::lan;
use crate::node::Node;
use crate::say::{complain, say};
use crate::settings::Settings;
use anyhow::{Result, bail};
use domain::ShopId;
use gateway::Options;
use std::process::exit;
use tokio::signal::unix::{Signal, SignalKind, signal};

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
        let mut ending = Ending::listen()?;
        let node = Node::open(core, &settings, Options::default()).await?;
        greet(&node, &settings);
        ending.come().await;
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

/// SIGINT and SIGTERM. Listened for before anybody is told that we serve: whoever is told may ask
/// us to stop.
pub(crate) struct Ending {
    interrupt: Signal,
    terminate: Signal,
}

impl Ending {
    /// Listens from now on.
    pub(crate) fn listen() -> Result<Self> {
        let (interrupt, terminate) = (SignalKind::interrupt(), SignalKind::terminate());
        Ok(Self { interrupt: signal(interrupt)?, terminate: signal(terminate)? })
    }

    /// Waits for one of them.
    pub(crate) async fn come(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}

fn greet(node: &Node, settings: &Settings) {
    say(&format!("public http://{}", node.public));
    say(&format!("ops http://{}", node.ops));
    say(&format!("data {}", settings.data.display()));
    if !settings.ops_listen.ip().is_loopback() {
        say(&format!(
            "Ai trong mạng nội bộ tới được {0} đều xem được trang vận hành. / Whoever in the \
             private network reaches {0} sees operations.",
            node.ops
        ));
    }
    remind(node);
    let set_up = match node.core.accounts.has_people() {
        true => None,
        false => node.core.set_up_link(only_shop(node)),
    };
    if let Some(link) = &set_up {
        say(&format!("setup {link}"));
        say("Mở đường dẫn này trong 15 phút để lập tài khoản. / Open it within 15 minutes.");
    }
    if settings.lan
        && let Some(address) = lan::address(node.public)
    {
        let url = set_up.unwrap_or_else(|| format!("http://{address}/"));
        lan::tell(address, &url);
        tokio::spawn(lan::watch(node.public));
    }
}

/// Sessions that ended and are in no backup of a day.
fn remind(node: &Node) {
    let core = &node.core;
    let last = core.backups.known().last.clone();
    if !backup::is_missed(last.as_ref(), &backup::news(core), core.clock.wall().0) {
        return;
    }
    say(match last {
        None => "Chưa có bản sao lưu: chot backup --to DIR. / No backup yet: chot backup --to DIR.",
        Some(_) => "Bản sao lưu đã cũ: chot backup --to DIR. / The backup is old: the same again.",
    });
}

/// A shop that was added by a command has nobody yet: its first person becomes its owner.
fn only_shop(node: &Node) -> Option<ShopId> {
    match node.core.accounts.shops()[..] {
        [(shop, _)] => Some(shop),
        _ => None,
    }
}
