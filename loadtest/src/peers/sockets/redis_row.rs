//! One order per message, 500 at a time: our websockets beside Redis that syncs before it answers.

use super::ours::{Ours, WARM};
use super::{Options, Row};
use crate::figure::Better;
use crate::peers::ratio::{Pair, PeerRound, Side, Terms, alternate};
use crate::peers::redis::{Fsync, Redis, calls};
use std::path::PathBuf;
use std::time::Duration;

const CONNECTIONS: u32 = 500;

/// The row.
pub(crate) const NAME: &str = "ws-redis-always-500";

struct BesideRedis {
    /// Ours, new for each round.
    program: PathBuf,
    redis: Redis,
    span: Duration,
}

/// Measures the row.
///
/// # Errors
/// If it could not be measured.
pub(crate) async fn measure(options: &Options) -> anyhow::Result<Row> {
    let terms = Terms {
        name: NAME,
        title: format!(
            "One durable order per message, {CONNECTIONS} connections with one under way on each: \
             our websockets beside Redis with the reserve script, appendfsync always"
        ),
        unit: "orders/s",
        ours: Side { label: format!("{CONNECTIONS} websockets, depth 1"), batch: 1 },
        peer: Side { label: format!("Redis Lua, always, {CONNECTIONS} connections"), batch: 1 },
        better: Better::More,
        aim: Some(1.0),
        next: None,
        command: options.command(NAME),
    };
    let redis = Redis::start(Fsync::Always).await?;
    let mut pair = BesideRedis { program: options.chot.clone(), redis, span: options.span() };
    let compared = alternate(&terms, options.rounds(), &mut pair).await?;
    for books in pair.redis.books().await? {
        books.check()?;
    }
    Ok(Row::Ratio(compared))
}

impl Pair for BesideRedis {
    async fn ours(&mut self) -> anyhow::Result<f64> {
        let ours = Ours::start(&self.program).await?;
        Ok(ours.claims(CONNECTIONS, 1, self.span).await?.per_second)
    }

    async fn peer(&mut self) -> anyhow::Result<PeerRound> {
        let connections = CONNECTIONS as usize;
        // As ours, it is warm before it counts.
        self.redis.run(connections, 1, WARM).await?;
        let reached = self.redis.run(connections, 1, self.span).await?;
        let calls = calls(reached, self.span);
        let own_tool = Some(self.redis.benchmark(connections, 1, calls).await?);
        Ok(PeerRound { reached, own_tool })
    }
}
