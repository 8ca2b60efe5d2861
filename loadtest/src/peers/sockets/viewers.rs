//! Many viewers on one server process: what each costs, how fast they come in, how soon all see a
//! change, and whether an order waits for that.

use super::bare::Bare;
use super::endpoint::Endpoint;
use super::generators::Generators;
use super::ours::Ours;
use super::pool::CONNECTING_MAX;
use super::rest::rests;
use super::{Options, Row, meanwhile, stock};
use crate::figure::{Better, Figure};
use crate::peers::ratio::{Pair, PeerRound, Side, Terms, alternate};
use crate::usage::usage;
use serde_json::json;
use std::time::Duration;
use tokio::task::block_in_place;

/// Two of the rows.
pub(super) const MEMORY: &str = "viewers-memory";
pub(super) const CONNECT: &str = "viewers-connect";

/// How long everybody is idle before memory is looked at.
const IDLE: Duration = Duration::from_secs(2);

/// Answers of the bare server; nobody asks for one here.
pub(crate) const ANSWER_BYTES: usize = 300;

/// Measures the rows that are wanted.
///
/// # Errors
/// If one could not be measured.
pub(crate) async fn run(options: &Options) -> anyhow::Result<()> {
    if options.wants(MEMORY) {
        memory(options).await?.done(options)?;
    }
    if options.wants(CONNECT) {
        connects(options).await?.done(options)?;
    }
    stock::run(options).await?;
    if options.wants(meanwhile::NAME) {
        meanwhile::measure(options).await?.done(options)?;
    }
    Ok(())
}

async fn memory(options: &Options) -> anyhow::Result<Row> {
    let viewers = options.viewers;
    let (ours, bare) =
        (Ours::start(&options.chot).await?, Bare::start(&options.bare()?, ANSWER_BYTES)?);
    let session = ours.session().await?;
    let before = memory_kib(ours.process())?;
    let tickets = session.tickets(viewers).await?;
    let of_ours = grown(&session.endpoint()?, &tickets, viewers, ours.process(), before).await?;
    let before = memory_kib(bare.process())?;
    let of_bare = grown(&bare.endpoint(), &[], viewers, bare.process(), before).await?;
    Ok(Row::Figure(Figure {
        kind: "figure",
        name: MEMORY,
        title: format!(
            "Memory of the server process for each of {viewers} welcomed, idle sockets (its \
             resident memory now, less that before the first ticket)"
        ),
        unit: "KiB",
        value: Some(of_ours),
        aim: Some(8.0),
        better: Better::Less,
        void: None,
        detail: json!({ "sockets": viewers, "bare_kib": of_bare }),
        command: options.command(MEMORY),
    }))
}

/// KiB by which a process grows for each viewer.
async fn grown(
    endpoint: &Endpoint,
    tickets: &[String],
    viewers: u32,
    process: u32,
    before_kib: f64,
) -> anyhow::Result<f64> {
    let mut generators = Generators::start(endpoint, viewers, 0)?;
    block_in_place(|| generators.connect(tickets))?;
    tokio::time::sleep(IDLE).await;
    let after = memory_kib(process)?;
    // Whoever is gone costs nothing.
    block_in_place(|| generators.are_here())?;
    Ok((after - before_kib) / f64::from(viewers))
}

/// Resident memory of a process.
fn memory_kib(process: u32) -> anyhow::Result<f64> {
    let mib = usage(&process.to_string()).rss_now_mib;
    anyhow::ensure!(mib > 0.0, "the memory of process {process} is not told");
    Ok(mib * 1_024.0)
}

/// Everybody comes in, at ours and at the bare server's in turn.
struct Connecting {
    ours: Ours,
    bare: Bare,
    viewers: u32,
    /// The next socket's number: no source address is used twice.
    from: u32,
}

async fn connects(options: &Options) -> anyhow::Result<Row> {
    let viewers = options.viewers;
    let terms = Terms {
        name: CONNECT,
        title: format!(
            "{viewers} sockets come in, {CONNECTING_MAX} at a time: ours until each is welcomed \
             (handshake, hello with a ticket fetched before, welcome), the bare server's until the \
             handshake"
        ),
        unit: "connects/s",
        ours: Side { label: format!("{viewers} welcomed"), batch: 1 },
        peer: Side { label: format!("bare server, {viewers} handshakes"), batch: 1 },
        better: Better::More,
        aim: Some(0.7),
        next: None,
        command: options.command(CONNECT),
    };
    let mut pair = Connecting {
        ours: Ours::start(&options.chot).await?,
        bare: Bare::start(&options.bare()?, ANSWER_BYTES)?,
        viewers,
        from: 0,
    };
    Ok(Row::Ratio(alternate(&terms, options.rounds(), &mut pair).await?))
}

impl Connecting {
    /// Connects per second.
    async fn all(
        &mut self,
        endpoint: &Endpoint,
        tickets: &[String],
        process: u32,
    ) -> anyhow::Result<f64> {
        let mut generators = Generators::start(endpoint, self.viewers, self.from)?;
        self.from += self.viewers;
        let seconds = block_in_place(|| generators.connect(tickets))?;
        drop(generators);
        rests(process).await?;
        Ok(f64::from(self.viewers) / seconds)
    }
}

impl Pair for Connecting {
    async fn ours(&mut self) -> anyhow::Result<f64> {
        let session = self.ours.session().await?;
        let tickets = session.tickets(self.viewers).await?;
        let (endpoint, process) = (session.endpoint()?, self.ours.process());
        let reached = self.all(&endpoint, &tickets, process).await?;
        session.end().await?;
        Ok(reached)
    }

    async fn peer(&mut self) -> anyhow::Result<PeerRound> {
        let (endpoint, process) = (self.bare.endpoint(), self.bare.process());
        Ok(PeerRound { reached: self.all(&endpoint, &[], process).await?, own_tool: None })
    }
}
