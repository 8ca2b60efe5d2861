//! One claim per frame, beside a server that answers every frame with as many bytes.

use super::bare::Bare;
use super::closed_loop::{self, Answers, Round};
use super::ours::{Ours, WARM};
use super::rest::{cpu_seconds, rests};
use super::{Options, Row};
use crate::figure::Better;
use crate::peers::ratio::{Compared, Pair, PeerRound, Side, Terms, alternate};
use std::path::PathBuf;
use std::time::Duration;

const SOCKETS: u32 = 1_000;

/// Both rows and how deep each is.
pub(crate) const ROWS: [(&str, usize); 2] = [("ws-claims-depth1", 1), ("ws-claims-depth16", 16)];

/// Ours and the bare server, in turn. Ours is a new one each time: what the read model of the round
/// before still has to write, minutes of it, is not this round's business.
struct BesideBare {
    program: PathBuf,
    bare: Bare,
    depth: usize,
    span: Duration,
}

/// Measures one of the rows.
///
/// # Errors
/// If it could not be measured.
pub(crate) async fn measure(
    options: &Options,
    (name, depth): (&'static str, usize),
) -> anyhow::Result<Row> {
    let ours = Ours::start(&options.chot).await?;
    // The bare server answers with as many bytes as ours does.
    let first = ours.claims(SOCKETS, depth, WARM).await?;
    let bytes = first.answer_bytes.round() as usize;
    let bare = Bare::start(&options.bare()?, bytes)?;
    let terms = Terms {
        name,
        title: format!(
            "Durable claims on one hot offer, one per websocket frame: {SOCKETS} sockets, {depth} \
             under way on each, beside a server on the same stack that only answers, outcome and \
             answer {bytes} bytes ({:.0} with all frames of ours)",
            first.bytes_per_answer
        ),
        unit: "acks/s",
        ours: Side { label: format!("{SOCKETS} sockets, depth {depth}, held"), batch: 1 },
        peer: Side { label: format!("bare server, {SOCKETS} sockets, depth {depth}"), batch: 1 },
        better: Better::More,
        aim: Some(0.5),
        next: None,
        command: options.command(name),
    };
    let span = options.span();
    drop(ours);
    let mut pair = BesideBare { program: options.chot.clone(), bare, depth, span };
    let compared: Compared = alternate(&terms, options.rounds(), &mut pair).await?;
    Ok(Row::Ratio(compared))
}

impl Pair for BesideBare {
    async fn ours(&mut self) -> anyhow::Result<f64> {
        let ours = Ours::start(&self.program).await?;
        let before = cpu_seconds(ours.process());
        let round = ours.claims(SOCKETS, self.depth, self.span).await?;
        tell("ours", &round, cpu_seconds(ours.process()) - before);
        Ok(round.per_second)
    }

    async fn peer(&mut self) -> anyhow::Result<PeerRound> {
        let (endpoint, depth, span) = (self.bare.endpoint(), self.depth, self.span);
        let before = cpu_seconds(self.bare.process());
        let round = tokio::task::spawn_blocking(move || {
            closed_loop::run(&endpoint, &Answers::Any, SOCKETS, depth, WARM, span)
        });
        let round = round.await??;
        tell("bare", &round, cpu_seconds(self.bare.process()) - before);
        rests(self.bare.process()).await?;
        Ok(PeerRound { reached: round.per_second, own_tool: None })
    }
}

/// What else is worth knowing of a round.
fn tell(who: &str, round: &Round, cpu: f64) {
    let Round { per_second, p50_ms, p99_ms, answers, .. } = round;
    // The processor time has the warming and the coming in within it.
    println!(
        "    {who}: {per_second:.0}/s, p50 {p50_ms:.2} ms, p99 {p99_ms:.2} ms, {answers} answers, \
         {cpu:.1} s of processor with warming up"
    );
}
