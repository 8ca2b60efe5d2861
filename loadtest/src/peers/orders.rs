//! Durable claims on one hot offer: posts of comments beside Redis and Postgres.

use crate::figure::Better;
use crate::peers::books::Books;
use crate::peers::post::{POST, Shop};
use crate::peers::postgres::Postgres;
use crate::peers::ratio::{Pair, PeerRound, Side, Terms, alternate, rounds, table};
use crate::peers::redis::{Fsync, Redis, calls};
use crate::peers::statements::Way;
use anyhow::Context as _;
use clap::Args;
use std::path::PathBuf;
use std::time::Duration;

/// How many posts under way at once are tried before the first round; the better one is kept.
const IN_FLIGHT_TRIED: [usize; 2] = [4, 8];
/// Connections to Redis, and commands pipelined on each.
const REDIS_CONNECTIONS: usize = 50;
const REDIS_DEPTH: usize = 32;
/// Connections to Postgres.
const POSTGRES_CONNECTIONS: usize = 64;

/// Posts of comments beside Redis and Postgres, all of them durable unless said.
#[derive(Args, Clone, Debug)]
pub(crate) struct Orders {
    /// Every variant, and five rounds instead of three.
    #[arg(long)]
    full: bool,
    /// Where each comparison goes as JSON.
    #[arg(long)]
    out: Option<PathBuf>,
    /// Our program.
    #[arg(long, default_value = "target/release/chot")]
    chot: PathBuf,
    /// Only these comparisons, by name, with commas.
    #[arg(long, value_delimiter = ',')]
    only: Vec<String>,
    /// How long each side works in a round.
    #[arg(long, default_value_t = 3.0, value_parser = seconds)]
    seconds: f64,
    /// Our posts under way at once; without it, 4 and 8 are tried.
    #[arg(long, value_parser = clap::value_parser!(u8).range(1..=64))]
    in_flight: Option<u8>,
}

fn seconds(said: &str) -> Result<f64, String> {
    let seconds: f64 = said.parse().map_err(|_| "write it as 2.5".to_owned())?;
    let range = 0.1..=60.0;
    if range.contains(&seconds) { Ok(seconds) } else { Err(format!("{range:?}")) }
}

/// What stands beside us.
#[derive(Clone, Copy, PartialEq, Debug)]
enum Peer {
    /// One claim per call of the script.
    Redis(Fsync),
    /// So many claims per call, as many calls under way as we have posts.
    RedisBatched(usize),
    Postgres(Way),
}

/// A comparison.
#[derive(Clone, Copy, Debug)]
struct Row {
    name: &'static str,
    peer: Peer,
    /// To reach, and next.
    aims: Option<(f64, f64)>,
    /// Left out of a short run.
    is_long: bool,
}

const fn row(name: &'static str, peer: Peer, aims: Option<(f64, f64)>, is_long: bool) -> Row {
    Row { name, peer, aims, is_long }
}

const ROWS: [Row; 9] = [
    row("post-redis-always", Peer::Redis(Fsync::Always), Some((6.0, 10.0)), false),
    row("post-redis-everysec", Peer::Redis(Fsync::EverySecond), None, false),
    row("post-redis-batched", Peer::RedisBatched(POST), None, false),
    row("post-postgres-cte", Peer::Postgres(Way::Cte), Some((100.0, 200.0)), false),
    row(BATCHED, Peer::Postgres(Way::Batched(POST)), Some((3.0, 5.0)), false),
    row("post-postgres-transaction", Peer::Postgres(Way::Transaction), None, true),
    row("post-postgres-advisory", Peer::Postgres(Way::Advisory), None, true),
    row("post-postgres-buckets", Peer::Postgres(Way::Buckets), None, true),
    row("post-postgres-skip-locked", Peer::Postgres(Way::SkipLocked), None, true),
];
const BATCHED: &str = "post-postgres-batched";
/// The other size that is tried for it in a full run.
const BATCH_SMALLER: usize = 100;

impl Orders {
    /// Runs all of it; true if nothing was oversold and every book adds up.
    ///
    /// # Errors
    /// If a side could not be started, or a claim was answered with anything but a yes.
    pub(crate) async fn compare(self) -> anyhow::Result<bool> {
        let rows = self.rows()?;
        let mut run = Run { options: self, in_flight: 0, books: Vec::new() };
        run.in_flight = run.best_in_flight().await?;
        let mut compared = Vec::new();
        for row in rows {
            let row = run.best_batch(row).await?;
            let (terms, rounds) = (run.terms(&row), rounds(run.options.full));
            let one =
                alternate(&terms, rounds, &mut Contest { run: &mut run, peer: row.peer }).await?;
            if let Some(folder) = &run.options.out {
                one.write(folder)?;
            }
            compared.push(one);
        }
        println!("{}", table(&compared));
        Ok(told(&run.books))
    }

    fn rows(&self) -> anyhow::Result<Vec<Row>> {
        let names: Vec<&str> = ROWS.iter().map(|row| row.name).collect();
        if let Some(unknown) = self.only.iter().find(|name| !names.contains(&name.as_str())) {
            anyhow::bail!("--only {unknown}: there are {}", names.join(", "));
        }
        let is_asked = |row: &Row| match self.only.is_empty() {
            true => self.full || !row.is_long,
            false => self.only.iter().any(|name| name == row.name),
        };
        Ok(ROWS.into_iter().filter(is_asked).collect())
    }
}

/// Prints what was sold; true if it adds up.
fn told(books: &[Books]) -> bool {
    println!("what was sold, and what is gone from the stock:");
    let mut holds = true;
    for one in books {
        match one.check() {
            Ok(()) => println!("  ok    {one}"),
            Err(error) => {
                println!("  FAIL  {error:#}");
                holds = false;
            }
        }
    }
    holds
}

/// A run on its way.
struct Run {
    options: Orders,
    /// Our posts under way at once.
    in_flight: usize,
    /// Of every round of either side.
    books: Vec<Books>,
}

impl Run {
    fn round(&self) -> Duration {
        Duration::from_secs_f64(self.options.seconds)
    }

    async fn best_in_flight(&mut self) -> anyhow::Result<usize> {
        if let Some(told) = self.options.in_flight {
            return Ok(usize::from(told));
        }
        let mut best = (0.0, 0);
        for in_flight in IN_FLIGHT_TRIED {
            self.in_flight = in_flight;
            let rate = self.ours().await?;
            println!("tried: {in_flight} posts in flight, {rate:.0} orders/s");
            best = if rate > best.0 { (rate, in_flight) } else { best };
        }
        Ok(best.1)
    }

    /// Of Postgres in batches, the better size in a full run.
    async fn best_batch(&mut self, row: Row) -> anyhow::Result<Row> {
        if row.name != BATCHED || !self.options.full {
            return Ok(row);
        }
        let mut best = (0.0, row);
        for batch in [BATCH_SMALLER, POST] {
            let tried = Row { peer: Peer::Postgres(Way::Batched(batch)), ..row };
            let rate = self.peer(tried.peer).await?.reached;
            println!("tried: Postgres with {batch} claims per statement, {rate:.0} orders/s");
            best = if rate > best.0 { (rate, tried) } else { best };
        }
        Ok(best.1)
    }

    fn terms(&self, row: &Row) -> Terms {
        let ours = format!("POST …/comments of {POST}, {} in flight", self.in_flight);
        let (peer, batch) = self.peer_side(row.peer);
        let full = if self.options.full { " --full" } else { "" };
        Terms {
            name: row.name,
            title: format!("Claims on one hot offer: posts of {POST} beside {peer}."),
            unit: "orders/s",
            ours: Side { label: ours, batch: POST },
            peer: Side { label: peer, batch },
            better: Better::More,
            aim: row.aims.map(|(aim, _)| aim),
            next: row.aims.map(|(_, next)| next),
            command: format!("loadtest peers orders --only {}{full}", row.name),
        }
    }

    fn peer_side(&self, peer: Peer) -> (String, usize) {
        match peer {
            Peer::Redis(fsync) => {
                let word = fsync.word();
                let driven = format!("{REDIS_CONNECTIONS} × {REDIS_DEPTH} pipelined");
                (format!("Redis Lua, appendfsync {word}, {driven}"), 1)
            }
            Peer::RedisBatched(batch) => {
                let driven = format!("{} calls in flight", self.in_flight);
                (format!("Redis Lua, appendfsync always, {batch} claims per call, {driven}"), batch)
            }
            Peer::Postgres(way) => {
                let driven = match connections_to(way) {
                    1 => "1 connection".to_owned(),
                    many => format!("{many} connections"),
                };
                (format!("Postgres, {}, synchronous commit, {driven}", way.label()), way.batch())
            }
        }
    }

    /// A server of ours for one round.
    async fn ours(&mut self) -> anyhow::Result<f64> {
        let mut shop = Shop::start(&self.options.chot).await?;
        let driven = shop.run(self.in_flight, self.round()).await.context("our round")?;
        self.books.push(shop.books().await?);
        Ok(driven.rate())
    }

    /// A server of the peer for one round, and its own tool on it.
    async fn peer(&mut self, peer: Peer) -> anyhow::Result<PeerRound> {
        match peer {
            Peer::Redis(fsync) => self.redis(fsync).await,
            Peer::RedisBatched(batch) => self.redis_batched(batch).await,
            Peer::Postgres(way) => self.postgres(way).await,
        }
        .with_context(|| format!("the peer's round: {peer:?}"))
    }

    async fn redis(&mut self, fsync: Fsync) -> anyhow::Result<PeerRound> {
        let (round, redis) = (self.round(), Redis::start(fsync).await?);
        let reached = redis.run(REDIS_CONNECTIONS, REDIS_DEPTH, round).await?;
        let calls = calls(reached, round);
        let tool = redis.benchmark(REDIS_CONNECTIONS, REDIS_DEPTH, calls).await?;
        self.books.extend(redis.books().await?);
        Ok(PeerRound { reached, own_tool: Some(tool) })
    }

    async fn redis_batched(&mut self, batch: usize) -> anyhow::Result<PeerRound> {
        let (round, redis) = (self.round(), Redis::start(Fsync::Always).await?);
        let reached = redis.run_batched(self.in_flight, batch, round).await?;
        let calls = calls(reached / batch as f64, round);
        let tool = redis.benchmark_batched(self.in_flight, batch, calls).await?;
        self.books.extend(redis.books().await?);
        Ok(PeerRound { reached, own_tool: Some(tool) })
    }

    async fn postgres(&mut self, way: Way) -> anyhow::Result<PeerRound> {
        let (round, connections) = (self.round(), connections_to(way));
        let postgres = Postgres::start(way).await?;
        let reached = postgres.run(connections, round).await?;
        let tool = postgres.benchmark(connections, round).await?;
        self.books.push(postgres.books().await?);
        Ok(PeerRound { reached, own_tool: Some(tool) })
    }
}

fn connections_to(way: Way) -> usize {
    match way {
        Way::Batched(_) => 1,
        Way::Cte | Way::Transaction | Way::Advisory | Way::Buckets | Way::SkipLocked => {
            POSTGRES_CONNECTIONS
        }
    }
}

/// One comparison of a run.
struct Contest<'a> {
    run: &'a mut Run,
    peer: Peer,
}

impl Pair for Contest<'_> {
    async fn ours(&mut self) -> anyhow::Result<f64> {
        self.run.ours().await
    }

    async fn peer(&mut self) -> anyhow::Result<PeerRound> {
        self.run.peer(self.peer).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;

    #[derive(Parser, Debug)]
    struct Line {
        #[command(flatten)]
        orders: Orders,
    }

    fn read(words: &[&str]) -> Result<Orders, clap::Error> {
        let line = Line::try_parse_from([&["orders"], words].concat());
        line.map(|line| line.orders)
    }

    #[test]
    fn a_short_run_leaves_the_long_rows_out_and_only_picks_any() {
        let check = |words: &[&str], expected: Option<usize>| {
            let rows = read(words).expect("good words").rows();
            assert_eq!(rows.ok().map(|rows| rows.len()), expected, "{words:?}");
        };
        check(&[], Some(5));
        check(&["--full"], Some(ROWS.len()));
        check(&["--only", "post-postgres-buckets,post-redis-always"], Some(2));
        check(&["--only", "post-oracle"], None);
    }

    #[test]
    fn a_length_or_a_number_out_of_range_is_refused() {
        let check = |words: &[&str], good| assert_eq!(read(words).is_ok(), good, "{words:?}");
        check(&["--seconds", "0.5", "--in-flight", "8"], true);
        check(&["--seconds", "0"], false);
        check(&["--seconds", "long"], false);
        check(&["--in-flight", "0"], false);
    }

    #[test]
    fn every_row_states_both_batch_sizes_and_how_it_is_run_alone() {
        let options = read(&["--in-flight", "4"]).expect("good words");
        let run = Run { options, in_flight: 4, books: Vec::new() };
        for row in &ROWS {
            let terms = run.terms(row);
            let batched = row.name.ends_with("batched");
            assert_eq!(terms.peer.batch, if batched { POST } else { 1 }, "{}", row.name);
            assert_eq!(terms.ours.batch, POST);
            assert!(terms.command.ends_with(row.name), "{}", terms.command);
        }
    }

    #[test]
    fn books_that_do_not_add_up_are_told_by_the_exit_code() {
        let books = |left| Books {
            whose: "peer".to_owned(),
            stock: 10,
            left,
            recorded: Some(4),
            acknowledged: Some(4),
        };
        assert!(told(&[books(6), books(6)]));
        assert!(!told(&[books(6), books(5)]));
    }
}
