//! Chốt under test, on a folder of its own.

use super::closed_loop::{self, Answers, Round};
use super::session::Session;
use crate::chot::Chot;
use crate::host::Tokens;
use crate::http::Target;
use std::path::Path;
use std::time::Duration;
use tempfile::TempDir;

/// How long a loop runs before it counts.
pub(crate) const WARM: Duration = Duration::from_secs(1);

/// A running server; it ends with this value, and its folder goes.
pub(crate) struct Ours {
    chot: Chot,
    target: Target,
    tokens: Tokens,
    _folder: TempDir,
}

impl Ours {
    /// Starts it.
    ///
    /// # Errors
    /// If it does not start.
    pub(crate) async fn start(program: &Path) -> anyhow::Result<Self> {
        let folder = tempfile::tempdir()?;
        let (chot, target, tokens) = Chot::start(program, folder.path(), None).await?;
        Ok(Self { chot, target, tokens, _folder: folder })
    }

    /// Its process.
    pub(crate) fn process(&self) -> u32 {
        self.chot.process()
    }

    /// A live session.
    ///
    /// # Errors
    /// If the server refuses.
    pub(crate) async fn session(&self) -> anyhow::Result<Session> {
        Session::open(&self.target, &self.tokens).await
    }

    /// A round of claims in a session of its own.
    ///
    /// # Errors
    /// If an answer is missing or wrong, or the session's books do not add up.
    pub(crate) async fn claims(
        &self,
        sockets: u32,
        depth: usize,
        span: Duration,
    ) -> anyhow::Result<Round> {
        let mut session = self.session().await?;
        let tickets = session.tickets(sockets).await?;
        let (endpoint, answers) = (session.endpoint()?, Answers::Outcomes { tickets });
        let round = tokio::task::spawn_blocking(move || {
            closed_loop::run(&endpoint, &answers, sockets, depth, WARM, span)
        });
        let round = round.await??;
        session.books(round.answers_in_all).await?.check()?;
        session.end().await?;
        Ok(round)
    }
}
