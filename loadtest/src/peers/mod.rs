//! Peers beside us: what anybody would use instead, in the same run on the same machine.
//!
//! ```text
//! orders ─┬─▶ post ──────────────── stencil ─▶ chot serve ────┐
//!         ├─▶ redis ── resp, stencil ─▶ drive ─▶ redis-server ┼─▶ books ─▶ exit code
//!         ├─▶ postgres ─── statements ─▶ drive ─▶ postgres ───┘
//!         └─▶ ratio ─▶ alternating rounds ─▶ table, NAME.json
//! ```

mod books;
mod drive;
mod orders;
mod post;
mod postgres;
mod process;
pub(crate) mod ratio;
pub(crate) mod redis;
mod redis_line;
mod resp;
mod statements;
mod stencil;

use anyhow::Context as _;
use clap::Subcommand;
use tokio::signal::unix::{SignalKind, signal};

/// What is compared.
#[derive(Subcommand)]
pub(crate) enum Peers {
    /// Posts of comments beside Redis and Postgres.
    Orders(orders::Orders),
}

impl Peers {
    /// Runs it, unless somebody ends it: then every server that was started ends as well. True if
    /// everything sold adds up.
    ///
    /// # Errors
    /// If it could not be run, or was ended.
    pub(crate) async fn compare(self) -> anyhow::Result<bool> {
        let mut ended = signal(SignalKind::terminate()).context("SIGTERM")?;
        let compared = async {
            match self {
                Self::Orders(orders) => orders.compare().await,
            }
        };
        tokio::select! {
            compared = compared => compared,
            told = tokio::signal::ctrl_c() => {
                told.context("SIGINT")?;
                anyhow::bail!("interrupted")
            }
            _ = ended.recv() => anyhow::bail!("ended"),
        }
    }
}
