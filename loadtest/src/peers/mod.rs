//! Peers beside us: what anybody would use instead, in the same run on the same machine.
//!
//! ```text
//! orders ─┬─▶ post ──────────────── stencil ─▶ chot serve ────┐
//!         ├─▶ redis ── resp, stencil ─▶ drive ─▶ redis-server ┼─▶ books ─▶ exit code
//!         ├─▶ postgres ─── statements ─▶ drive ─▶ postgres ───┘
//!         └─▶ ratio ─▶ alternating rounds ─▶ table, NAME.json
//! sockets ──── ratio   websockets beside a bare server, Redis, and nginx with nchan
//! ```

mod books;
mod drive;
mod orders;
mod post;
mod postgres;
pub(crate) mod ratio;
pub(crate) mod redis;
mod redis_connection;
mod resp;
mod sockets;
mod statements;
mod stencil;

use crate::unless_ended;
use clap::Subcommand;

/// What is compared.
#[derive(Subcommand)]
pub(crate) enum Peers {
    /// Posts of comments beside Redis and Postgres.
    Orders(orders::Orders),
    /// Websockets beside a bare server, Redis, and nginx with nchan.
    Sockets(sockets::Options),
    /// Holds some thousands of sockets for the others.
    #[command(hide = true)]
    Generator(sockets::generator::Options),
}

impl Peers {
    /// Runs it. True if everything sold adds up.
    ///
    /// # Errors
    /// If it could not be run, or was ended.
    pub(crate) async fn compare(self) -> anyhow::Result<bool> {
        match self {
            Self::Orders(orders) => unless_ended(orders.compare()).await,
            Self::Sockets(options) => unless_ended(sockets::run(&options)).await.map(|()| true),
            Self::Generator(options) => sockets::generator::run(&options).map(|()| true),
        }
    }
}
