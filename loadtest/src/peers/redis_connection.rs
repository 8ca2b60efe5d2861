//! A connection to Redis: commands out, answers in.

use crate::peers::resp::{self, Reply};
use crate::process::{LOOK, Process};
use std::net::SocketAddr;
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// How long a server may take to answer for the first time.
const START_PATIENCE: Duration = Duration::from_secs(10);

/// A connection.
pub(crate) struct Connection {
    stream: TcpStream,
    read: Vec<u8>,
    /// How much of `read` is answered for.
    used: usize,
}

impl Connection {
    /// Connects.
    ///
    /// # Errors
    /// If nobody listens there.
    pub(crate) async fn open(address: SocketAddr) -> anyhow::Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, read: Vec::with_capacity(16 * 1024), used: 0 })
    }

    /// Waits for a server that is starting.
    ///
    /// # Errors
    /// If it ends, or does not answer within ten seconds.
    pub(crate) async fn patient(
        address: SocketAddr,
        process: &mut Process,
    ) -> anyhow::Result<Self> {
        let began = Instant::now();
        loop {
            process.must_run()?;
            let answered = async {
                let mut connection = Self::open(address).await?;
                connection.ask(&["PING"]).await?;
                anyhow::Ok(connection)
            };
            match answered.await {
                Ok(connection) => return Ok(connection),
                Err(error) => anyhow::ensure!(began.elapsed() < START_PATIENCE, "{error:#}"),
            }
            tokio::time::sleep(LOOK).await;
        }
    }

    /// Sends whole commands.
    ///
    /// # Errors
    /// If the server is gone.
    pub(crate) async fn send(&mut self, commands: &[u8]) -> anyhow::Result<()> {
        Ok(self.stream.write_all(commands).await?)
    }

    /// Sends a command and waits for its answer.
    ///
    /// # Errors
    /// If the server is gone, or refuses.
    pub(crate) async fn ask(&mut self, words: &[&str]) -> anyhow::Result<Reply> {
        self.send(resp::command(words).as_bytes()).await?;
        match self.answer().await? {
            Reply::Error(why) => anyhow::bail!("{}: {why}", words[0]),
            reply => Ok(reply),
        }
    }

    /// The digest under which a script is called.
    ///
    /// # Errors
    /// If it is no script.
    pub(crate) async fn load(&mut self, script: &str) -> anyhow::Result<String> {
        match self.ask(&["SCRIPT", "LOAD", script]).await? {
            Reply::Bulk(Some(digest)) => Ok(String::from_utf8(digest)?),
            other => anyhow::bail!("SCRIPT LOAD: {other:?}"),
        }
    }

    /// The next answer.
    ///
    /// # Errors
    /// If the server is gone, or says what is no answer.
    pub(crate) async fn answer(&mut self) -> anyhow::Result<Reply> {
        loop {
            let malformed = |resp::Malformed(line)| anyhow::anyhow!("not an answer: {line:?}");
            if let Some((reply, taken)) = resp::reply(&self.read[self.used..]).map_err(malformed)? {
                self.used += taken;
                return Ok(reply);
            }
            self.read.drain(..self.used);
            self.used = 0;
            let more = self.stream.read_buf(&mut self.read).await?;
            anyhow::ensure!(more > 0, "the server closed the connection");
        }
    }
}
