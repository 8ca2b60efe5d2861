//! Redis with the usual reserve script, as a private server in a temporary folder: nothing but the
//! append-only file is kept, and that is never rewritten during a run.

use crate::peers::books::Books;
use crate::peers::drive::{Claims, Client};
use crate::peers::ratio::OwnTool;
use crate::peers::redis_connection::Connection;
use crate::peers::resp::{self, Reply};
use crate::peers::stencil::Stencil;
use crate::process::{Process, Stop, free_port};
use anyhow::Context as _;
use std::net::{Ipv4Addr, SocketAddr};
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tempfile::TempDir;

/// One claim: enough left, not answered before, one less, one order more. 1: sold, 0: sold out,
/// 2: this key was answered before.
const CLAIM: &str = "
local wanted = tonumber(ARGV[2])
if tonumber(redis.call('GET', KEYS[1])) < wanted then return 0 end
if not redis.call('SET', KEYS[2], ARGV[1], 'NX') then return 2 end
redis.call('DECRBY', KEYS[1], wanted)
redis.call('XADD', KEYS[3], '*', 'buyer', ARGV[1], 'quantity', wanted)
return 1";

/// Many claims of one piece in one call, each with its own key and its own order; the stock is read
/// and written once. Answers how many were sold.
const CLAIMS: &str = "
local left = tonumber(redis.call('GET', KEYS[1]))
local sold = 0
for i = 1, #ARGV, 2 do
  if sold < left and redis.call('SET', ARGV[i], ARGV[i + 1], 'NX') then
    redis.call('XADD', KEYS[2], '*', 'buyer', ARGV[i + 1], 'quantity', 1)
    sold = sold + 1
  end
end
redis.call('DECRBY', KEYS[1], sold)
return sold";

/// Pieces in stock: more than any run sells.
const STOCK: u64 = 1_000_000_000;
/// How long its benchmark may take.
const BENCHMARK_PATIENCE: Duration = Duration::from_secs(120);
/// Out of how many keys its benchmark draws: its option takes no more than 31 bits.
const BENCHMARK_KEYS: &str = "2000000000";
const INSTALL: &str = "install it with `apt-get install redis-server redis-tools`";

/// How often its benchmark is to call, so that it takes as long as a round.
pub(crate) fn calls(per_second: f64, round: Duration) -> usize {
    (per_second * round.as_secs_f64()).max(1.0) as usize
}

/// When an answered order is on the disk.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Fsync {
    /// Before its answer.
    Always,
    /// Within a second: a power cut may lose what was answered.
    EverySecond,
}

impl Fsync {
    /// Redis' own word.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Always => "always",
            Self::EverySecond => "everysec",
        }
    }
}

/// A running server; it ends with this value.
#[derive(Debug)]
pub(crate) struct Redis {
    /// Ends before its folder does.
    _process: Process,
    folder: TempDir,
    address: SocketAddr,
    fsync: Fsync,
    /// The digests of the scripts for one claim and for many.
    one: String,
    many: String,
    claims: Claims,
}

impl Redis {
    /// Starts a server on a free port, with stock and scripts.
    ///
    /// # Errors
    /// If it is not installed or does not answer.
    pub(crate) async fn start(fsync: Fsync) -> anyhow::Result<Self> {
        let folder = TempDir::with_prefix("chot-redis-").context("a temporary folder")?;
        let port = free_port()?;
        let mut command = Command::new("redis-server");
        command.args(["--port", &port.to_string(), "--bind", "127.0.0.1", "--save", ""]);
        command.args(["--appendonly", "yes", "--appendfsync", fsync.word()]);
        command.args(["--auto-aof-rewrite-percentage", "0", "--dir"]).arg(folder.path());
        let log = folder.path().join("log");
        let mut process = Process::start(&mut command, &log, Stop::Kill, INSTALL)?;
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        let mut connection =
            Connection::patient(address, &mut process).await.context("redis-server")?;
        let stock = STOCK.to_string();
        for key in ["stock", "tool:stock"] {
            connection.ask(&["SET", key, &stock]).await?;
        }
        let (one, many) = (connection.load(CLAIM).await?, connection.load(CLAIMS).await?);
        let claims = Claims::default();
        Ok(Self { _process: process, folder, address, fsync, one, many, claims })
    }

    /// Single claims: `connections` of them, `depth` pipelined on each. Orders per second.
    ///
    /// # Errors
    /// If the server is lost or a claim is not sold.
    pub(crate) async fn run(
        &self,
        connections: usize,
        depth: usize,
        duration: Duration,
    ) -> anyhow::Result<f64> {
        let request = single_claims(&self.one, depth);
        self.driven(connections, request, depth, duration).await
    }

    /// As [`Redis::run`], with `batch` claims decided by each call of the script.
    ///
    /// # Errors
    /// If the server is lost or a claim is not sold.
    pub(crate) async fn run_batched(
        &self,
        connections: usize,
        batch: usize,
        duration: Duration,
    ) -> anyhow::Result<f64> {
        self.driven(connections, batched_claims(&self.many, batch), 1, duration).await
    }

    async fn driven(
        &self,
        connections: usize,
        request: Stencil,
        answers: usize,
        duration: Duration,
    ) -> anyhow::Result<f64> {
        let address = self.address;
        let connect = move |numbered| {
            let request = request.clone();
            async move {
                let connection = Connection::open(address).await?;
                Ok(Buyer { connection, request, answers, numbered })
            }
        };
        self.claims.drive(connections, duration, connect).await
    }

    /// The same script through `redis-benchmark`, `calls` times: orders per second.
    ///
    /// # Errors
    /// If the tool is not installed or fails.
    pub(crate) async fn benchmark(
        &self,
        connections: usize,
        depth: usize,
        calls: usize,
    ) -> anyhow::Result<OwnTool> {
        let words = ["EVALSHA", &self.one, "3", "tool:stock", "tool:key:__rand_int__"];
        let words = [&words[..], &["tool:orders", "buyer-__rand_int__", "1"]].concat();
        let value = self.own_tool(connections, depth, calls, &words).await?;
        Ok(OwnTool { label: format!("redis-benchmark -c {connections} -P {depth} EVALSHA"), value })
    }

    /// As [`Redis::benchmark`], with `batch` claims decided by each call.
    ///
    /// # Errors
    /// If the tool is not installed or fails.
    pub(crate) async fn benchmark_batched(
        &self,
        connections: usize,
        batch: usize,
        calls: usize,
    ) -> anyhow::Result<OwnTool> {
        let mut words = vec!["EVALSHA", &self.many, "2", "tool:stock", "tool:orders"];
        for _ in 0..batch {
            words.extend(["tool:key:__rand_int__", "buyer-__rand_int__"]);
        }
        let value = self.own_tool(connections, 1, calls, &words).await? * batch as f64;
        let label = format!("redis-benchmark -c {connections} -P 1 EVALSHA of {batch} claims");
        Ok(OwnTool { label, value })
    }

    async fn own_tool(
        &self,
        connections: usize,
        depth: usize,
        calls: usize,
        words: &[&str],
    ) -> anyhow::Result<f64> {
        let port = self.address.port().to_string();
        let (clients, depth, calls) =
            (connections.to_string(), depth.to_string(), calls.to_string());
        let mut command = Command::new("redis-benchmark");
        command.args(["-h", "127.0.0.1", "-p", &port, "-c", &clients, "-P", &depth, "-n", &calls]);
        command.args(["-r", BENCHMARK_KEYS, "--csv"]).args(words);
        let log = self.folder.path().join("benchmark");
        let tool = Process::start(&mut command, &log, Stop::Kill, INSTALL)?;
        let said = tool.finished(BENCHMARK_PATIENCE).await.context("redis-benchmark")?;
        requests_per_second(&said).with_context(|| format!("redis-benchmark said:\n{said}"))
    }

    /// What was sold to our driver, and to the tool.
    ///
    /// # Errors
    /// If the server does not answer.
    pub(crate) async fn books(&self) -> anyhow::Result<[Books; 2]> {
        let mut connection = Connection::open(self.address).await?;
        let mut sold = Vec::new();
        for [stock, orders] in [["stock", "orders"], ["tool:stock", "tool:orders"]] {
            let left = match connection.ask(&["GET", stock]).await? {
                Reply::Bulk(Some(left)) => String::from_utf8(left)?.parse::<i64>()?,
                other => anyhow::bail!("the stock is {other:?}"),
            };
            let recorded = match connection.ask(&["XLEN", orders]).await? {
                Reply::Integer(orders) => u64::try_from(orders)?,
                other => anyhow::bail!("the orders are {other:?}"),
            };
            sold.push((left, recorded));
        }
        let books = |whose: &str, (left, recorded), acknowledged| Books {
            whose: format!("Redis, appendfsync {}, {whose}", self.fsync.word()),
            stock: STOCK,
            left,
            recorded: Some(recorded),
            acknowledged,
        };
        let ours = books("our driver", sold[0], Some(self.claims.sold()));
        // The tool draws its keys: a few were drawn before, and are not sold again.
        Ok([ours, books("redis-benchmark", sold[1], None)])
    }
}

/// `depth` calls of the script for one claim each.
fn single_claims(script: &str, depth: usize) -> Stencil {
    let mut request = Stencil::default();
    let begin = format!("*8\r\n$7\r\nEVALSHA\r\n{}$1\r\n3\r\n", resp::word(script));
    let (stock, orders) = (resp::word("stock"), resp::word("orders"));
    for _ in 0..depth {
        request.text(&begin).text(&stock).text("$16\r\nkey:").number().text("\r\n");
        request.text(&orders).text("$11\r\nbuyer-").buyer().text("\r\n$1\r\n1\r\n");
    }
    request
}

/// One call of the script for `batch` claims.
fn batched_claims(script: &str, batch: usize) -> Stencil {
    let mut request = Stencil::default();
    let words = 5 + 2 * batch;
    request.text(&format!("*{words}\r\n$7\r\nEVALSHA\r\n{}$1\r\n2\r\n", resp::word(script)));
    request.text(&resp::word("stock")).text(&resp::word("orders"));
    for _ in 0..batch {
        request.text("$16\r\nkey:").number().text("\r\n$11\r\nbuyer-").buyer().text("\r\n");
    }
    request
}

/// Out of the tool's table: its last line's second column, counted from the end, since the first is
/// the whole command.
fn requests_per_second(said: &str) -> Option<f64> {
    let mut columns = said.trim_end().lines().next_back()?.rsplit("\",\"");
    columns.nth(6)?.parse().ok()
}

/// One connection that claims.
struct Buyer {
    connection: Connection,
    request: Stencil,
    /// To each request.
    answers: usize,
    numbered: Arc<AtomicU64>,
}

impl Client for Buyer {
    async fn claim(&mut self) -> anyhow::Result<u64> {
        let claims = self.request.claims();
        let first = self.numbered.fetch_add(claims, Ordering::Relaxed);
        self.connection.send(self.request.filled(first)).await?;
        let mut sold = 0;
        for _ in 0..self.answers {
            match self.connection.answer().await? {
                Reply::Integer(more) if more > 0 => sold += more as u64,
                other => anyhow::bail!("a claim was answered with {other:?}"),
            }
        }
        anyhow::ensure!(sold == claims, "{sold} sold of {claims}");
        Ok(sold)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_are_whole_commands() {
        let read =
            |mut stencil: Stencil| String::from_utf8(stencil.filled(7).to_vec()).expect("text");
        let single = |key, buyer| {
            resp::command(&["EVALSHA", "5ca1ab1e", "3", "stock", key, "orders", buyer, "1"])
        };
        let first = single("key:000000000007", "buyer-15433");
        let second = single("key:000000000008", "buyer-03352");
        assert_eq!(read(single_claims("5ca1ab1e", 2)), first + &second);
        let words = ["EVALSHA", "5ca1ab1e", "2", "stock", "orders", "key:000000000007"];
        let further = ["buyer-15433", "key:000000000008", "buyer-03352"];
        let batched = resp::command(&[&words[..], &further].concat());
        assert_eq!(read(batched_claims("5ca1ab1e", 2)), batched);
    }

    #[test]
    fn the_tools_figure_stands_behind_a_command_of_any_length() {
        let check =
            |said: &str, expected| assert_eq!(requests_per_second(said), expected, "{said}");
        let head = "\"test\",\"rps\",\"avg_latency_ms\",\"min_latency_ms\",\"p50_latency_ms\",\
                    \"p95_latency_ms\",\"p99_latency_ms\",\"max_latency_ms\"\n";
        let row =
            "\"EVALSHA a,b \",\"c\",\"111.12\",\"0.1\",\"0.2\",\"0.3\",\"0.4\",\"0.5\",\"0.6\"\n";
        check(&format!("{head}{row}"), Some(111.12));
        check(head, None);
        check("Could not connect", None);
        check("", None);
    }

    #[tokio::test]
    async fn what_a_real_server_sold_is_what_is_gone_from_its_stock() {
        let redis = Redis::start(Fsync::Always).await.expect("redis-server runs");
        let round = Duration::from_millis(200);
        for rate in [redis.run(5, 8, round).await, redis.run_batched(2, 100, round).await] {
            assert!(rate.expect("a round") > 100.0);
        }
        assert!(redis.benchmark(5, 8, 1_000).await.expect("a figure").value > 100.0);
        let batched = redis.benchmark_batched(2, 100, 20).await.expect("a figure");
        assert!(batched.value > 100.0, "{batched:?}");
        let books = redis.books().await.expect("books");
        books.iter().for_each(|books| books.check().expect("they add up"));
        assert!(books[1].recorded > Some(2_900), "the tool sold through both scripts: {books:?}");

        // A stock that ran out says so instead of going below zero.
        let mut connection = Connection::open(redis.address).await.expect("a connection");
        connection.ask(&["SET", "stock", "3"]).await.expect("set");
        assert!(redis.run(1, 8, round).await.is_err(), "three are not enough for eight");
        let left = connection.ask(&["GET", "stock"]).await.expect("got");
        assert_eq!(left, Reply::Bulk(Some(b"0".to_vec())));
        let [ours, _] = redis.books().await.expect("books");
        assert!(ours.check().is_err(), "a stock that was tampered with does not add up");
    }
}
