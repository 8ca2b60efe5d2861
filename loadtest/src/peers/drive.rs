//! A closed loop on one thread: so many connections, each sending its next claims when the last are
//! answered. As the peers' own tools do it, with one thread of ours.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};
use tokio::runtime::Builder;
use tokio::task::{JoinSet, LocalSet, spawn_blocking};

/// One connection to a peer.
pub(crate) trait Client: 'static {
    /// Sends the next claims and waits for all their answers; how many were sold.
    ///
    /// # Errors
    /// If one was not: in a round there is enough for everybody.
    async fn claim(&mut self) -> anyhow::Result<u64>;
}

/// The claims of all rounds on one server.
#[derive(Default, Debug)]
pub(crate) struct Claims {
    /// Numbers given out so far; no two claims have the same.
    numbered: Arc<AtomicU64>,
    /// Answered with a yes.
    sold: AtomicU64,
}

impl Claims {
    /// A round: opens `connections` by `connect`, which is given the numbers, and lets each of them
    /// claim for `duration`. Orders per second.
    ///
    /// # Errors
    /// If a connection cannot be opened, or a claim is not sold.
    pub(crate) async fn drive<C, F>(
        &self,
        connections: usize,
        duration: Duration,
        connect: impl Fn(Arc<AtomicU64>) -> F + Send + 'static,
    ) -> anyhow::Result<f64>
    where
        C: Client,
        F: Future<Output = anyhow::Result<C>> + 'static,
    {
        let numbered = Arc::clone(&self.numbered);
        let driven = drive(connections, duration, move || connect(Arc::clone(&numbered))).await?;
        self.sold.fetch_add(driven.sold, Ordering::Relaxed);
        Ok(driven.rate())
    }

    /// Claims that were answered with a yes.
    pub(crate) fn sold(&self) -> u64 {
        self.sold.load(Ordering::Relaxed)
    }
}

/// What a round came to.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) struct Driven {
    /// Claims that were answered with a yes.
    pub(crate) sold: u64,
    /// From the first byte to the last answer.
    pub(crate) seconds: f64,
}

impl Driven {
    /// Orders per second.
    pub(crate) fn rate(self) -> f64 {
        self.sold as f64 / self.seconds
    }
}

/// Opens all connections, then lets each of them claim for `duration`. The clock stops when the
/// last answer is there.
///
/// # Errors
/// If one connection cannot be opened, or a claim is not sold.
async fn drive<C, F>(
    connections: usize,
    duration: Duration,
    connect: impl Fn() -> F + Send + 'static,
) -> anyhow::Result<Driven>
where
    C: Client,
    F: Future<Output = anyhow::Result<C>> + 'static,
{
    let round = move || {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let local = LocalSet::new();
        local.block_on(&runtime, async move {
            let mut clients = Vec::with_capacity(connections);
            for _ in 0..connections {
                clients.push(connect().await?);
            }
            claims(clients, duration).await
        })
    };
    spawn_blocking(round).await?
}

async fn claims<C: Client>(clients: Vec<C>, duration: Duration) -> anyhow::Result<Driven> {
    let began = Instant::now();
    let mut under_way = JoinSet::new();
    for mut client in clients {
        under_way.spawn_local(async move {
            let mut sold = 0;
            while began.elapsed() < duration {
                sold += client.claim().await?;
            }
            anyhow::Ok((sold, client))
        });
    }
    // Clients are kept until the clock has stopped: closing hundreds takes time, too.
    let (mut sold, mut done) = (0, Vec::new());
    while let Some(ended) = under_way.join_next().await {
        let (more, client) = ended??;
        sold += more;
        done.push(client);
    }
    let seconds = began.elapsed().as_secs_f64();
    Ok(Driven { sold, seconds })
}
