//! Postgres sells one hot offer, in one way or another, to our driver and to `pgbench`.

use crate::peers::books::Books;
use crate::peers::drive::Claims;
use crate::peers::ratio::OwnTool;
use crate::peers::statements::{Buyer, Way};
use crate::postgres::{INSTALL, Server};
use crate::process::{Process, Stop};
use anyhow::Context as _;
use sqlx::postgres::PgConnection;
use sqlx::{Connection as _, Executor as _};
use std::time::Duration;

/// How much longer than it was asked to its benchmark may take.
const BENCHMARK_PATIENCE: Duration = Duration::from_secs(60);

/// A running server with one way of selling; it ends with this value.
#[derive(Debug)]
pub(crate) struct Postgres {
    server: Server,
    way: Way,
    claims: Claims,
}

impl Postgres {
    /// Starts a server of its own and puts its stock there.
    ///
    /// # Errors
    /// If it is not installed or does not answer.
    pub(crate) async fn start(way: Way) -> anyhow::Result<Self> {
        let mut postgres = Self { server: Server::start().await?, way, claims: Claims::default() };
        postgres.restock(way).await?;
        Ok(postgres)
    }

    /// Begins anew with full stock, sold in this way.
    async fn restock(&mut self, way: Way) -> anyhow::Result<()> {
        let mut connection = PgConnection::connect_with(&self.server.options()).await?;
        connection.execute("DROP TABLE IF EXISTS orders, stock, unit").await?;
        for statement in way.set_up() {
            connection.execute(statement).await.context("the stock")?;
        }
        connection.close().await?;
        (self.way, self.claims) = (way, Claims::default());
        Ok(())
    }

    /// Claims over `connections`, as many per statement as the way says. Orders per second.
    ///
    /// # Errors
    /// If the server is lost or a claim is not sold.
    pub(crate) async fn run(&self, connections: usize, duration: Duration) -> anyhow::Result<f64> {
        let (options, way) = (self.server.options(), self.way);
        let connect = move |numbered| {
            let options = options.clone();
            async move {
                let connection = PgConnection::connect_with(&options).await?;
                Ok(Buyer { connection, way, numbered })
            }
        };
        self.claims.drive(connections, duration, connect).await
    }

    /// The same statements through `pgbench`: orders per second.
    ///
    /// # Errors
    /// If the tool is not installed or fails.
    pub(crate) async fn benchmark(
        &self,
        connections: usize,
        duration: Duration,
    ) -> anyhow::Result<OwnTool> {
        // It takes whole seconds, and some of the first is spent on connecting.
        let seconds = duration.as_secs_f64().ceil().max(2.0).to_string();
        self.own_tool(connections, ["-T", &seconds], duration + BENCHMARK_PATIENCE).await
    }

    async fn own_tool(
        &self,
        connections: usize,
        until: [&str; 2],
        patience: Duration,
    ) -> anyhow::Result<OwnTool> {
        let script = self.server.folder().join("pgbench.sql");
        std::fs::write(&script, self.way.script())?;
        let clients = connections.to_string();
        let threads = connections.min(2).to_string();
        let mut command = self.server.client("pgbench");
        command.args(["-n", "-M", "prepared", "-c", &clients, "-j", &threads]).args(until);
        command.arg("-f").arg(&script);
        let log = self.server.folder().join("benchmark");
        let tool = Process::start(&mut command, &log, Stop::Kill, INSTALL)?;
        let said = tool.finished(patience).await.context("pgbench")?;
        let calls = transactions_per_second(&said);
        let calls = calls.with_context(|| format!("pgbench said:\n{said}"))?;
        let label = format!("pgbench -M prepared -c {clients} -j {threads}");
        Ok(OwnTool { label, value: calls * self.way.batch() as f64 })
    }

    /// What was sold to our driver and to the tool, from the same stock.
    ///
    /// # Errors
    /// If the server does not answer.
    pub(crate) async fn books(&self) -> anyhow::Result<Books> {
        let mut connection = PgConnection::connect_with(&self.server.options()).await?;
        let mut count = async |question: &'static str| -> anyhow::Result<i64> {
            Ok(sqlx::query_scalar(question).fetch_one(&mut connection).await?)
        };
        let left = count(self.way.left()).await?;
        let recorded = count("SELECT count(*) FROM orders").await?;
        let tool = "SELECT count(*) FROM orders WHERE key LIKE 'pgbench:%'";
        let tool = u64::try_from(count(tool).await?)?;
        Ok(Books {
            whose: format!("Postgres, {}, our driver and pgbench", self.way.label()),
            stock: self.way.stock(),
            left,
            recorded: Some(u64::try_from(recorded)?),
            acknowledged: Some(self.claims.sold() + tool),
        })
    }
}

/// It says nothing of a rate where nothing was done.
fn transactions_per_second(said: &str) -> Option<f64> {
    if said.lines().any(|line| line == "number of transactions actually processed: 0") {
        return Some(0.0);
    }
    let line = said.lines().find_map(|line| line.strip_prefix("tps = "))?;
    line.split_whitespace().next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tools_figure_is_found_among_what_it_says() {
        let check = |said: &str, expected| assert_eq!(transactions_per_second(said), expected);
        check("latency average = 1 ms\ntps = 928.25 (without initial connection time)\n", {
            Some(928.25)
        });
        check("number of transactions actually processed: 0\n", Some(0.0));
        check("pgbench: error: connection refused\n", None);
    }

    #[tokio::test]
    async fn every_way_of_selling_adds_up_on_a_real_server() {
        let mut postgres = Postgres::start(Way::Cte).await.expect("Postgres runs");
        let round = Duration::from_millis(200);
        let ways = [Way::Cte, Way::Transaction, Way::Advisory, Way::Buckets, Way::SkipLocked];
        for way in ways.into_iter().chain([Way::Batched(100)]) {
            postgres.restock(way).await.expect("new stock");
            assert!(postgres.run(3, round).await.expect("a round") > 1.0, "{way:?}");
            let books = postgres.books().await.expect("books");
            books.check().expect("they add up");
            let tool = postgres.own_tool(3, ["-t", "5"], BENCHMARK_PATIENCE).await;
            assert!(tool.expect("a figure").value > 1.0, "{way:?}");
            let both = postgres.books().await.expect("books");
            both.check().expect("they add up");
            let of_tool = both.recorded.zip(books.recorded).map(|(both, ours)| both - ours);
            assert_eq!(of_tool, Some(3 * 5 * way.batch() as u64), "{way:?}: the tool sold, too");
        }
        let mut connection =
            PgConnection::connect_with(&postgres.server.options()).await.expect("a line");
        let lose = "DELETE FROM orders WHERE key = (SELECT min(key) FROM orders)";
        connection.execute(lose).await.expect("an order less");
        let books = postgres.books().await.expect("books");
        assert!(books.check().is_err(), "a lost order does not add up");
    }
}
