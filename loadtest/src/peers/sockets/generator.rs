//! A generator: a process of its own that holds some thousands of viewers, with its own allowance
//! of open files. It is told what to do line by line and answers line by line; when nobody tells it
//! any more, it ends.
//!
//! ```text
//! ticket T        one more viewer's ticket          (no answer)
//! connect         everybody comes in                {"connected","seconds"}
//! here            whether nobody was cut            {"here"}
//! watch WORDS     until every socket has seen them  {"watching"}, then {"seen","first_ns",…}
//! orders N MS     N claims a second for so long     {"sent","acked",…}
//! ```

use super::crowd::Crowd;
use super::endpoint::Endpoint;
use super::pool::Pool;
use crate::files;
use clap::Args;
use rustix::time::{ClockId, clock_gettime};
use std::io::Write as _;
use std::net::SocketAddrV4;
use std::time::{Duration, Instant};

/// What a generator is started with.
#[derive(Args, Clone, Debug)]
pub(crate) struct Options {
    #[arg(long)]
    address: SocketAddrV4,
    #[arg(long)]
    path: String,
    #[arg(long)]
    subprotocol: Option<String>,
    #[arg(long)]
    sockets: u32,
    /// The number of its first socket, from which source addresses follow.
    #[arg(long)]
    from: u32,
}

/// Nanoseconds of a clock that all processes of the machine read alike.
pub(crate) fn now_ns() -> u64 {
    let now = clock_gettime(ClockId::Monotonic);
    now.tv_sec as u64 * 1_000_000_000 + now.tv_nsec as u64
}

/// Does what it is told until nobody tells it any more.
///
/// # Errors
/// If a socket is refused, closed, or hears what it must not.
pub(crate) fn run(options: &Options) -> anyhow::Result<()> {
    files::are_enough_for(options.sockets)?;
    let endpoint = Endpoint::new(options.address, &options.path, options.subprotocol.as_deref());
    let (mut pool, mut crowd) = (Pool::new()?, Crowd::new(options.sockets));
    pool.watch(std::io::stdin())?;
    let mut lines = Lines::default();
    loop {
        let wait = crowd.due().map(|due| due.saturating_duration_since(Instant::now()));
        let told = pool.turn(wait, &mut crowd)?;
        crowd.send(&mut pool)?;
        say(crowd.done())?;
        if !told {
            continue;
        }
        if !lines.read()? {
            return Ok(());
        }
        while let Some(line) = lines.next() {
            match line.split_once(' ').unwrap_or((&line, "")) {
                ("ticket", ticket) => crowd.tickets.push(ticket.to_owned()),
                ("connect", _) => {
                    let (from, sockets) = (options.from, options.sockets);
                    let took = pool.connect(&endpoint, from, sockets, &mut crowd)?;
                    let seconds = took.as_secs_f64();
                    say([serde_json::json!({ "connected": sockets, "seconds": seconds })])?;
                }
                // Whoever is cut ends the generator.
                ("here", _) => say([serde_json::json!({ "here": options.sockets })])?,
                ("watch", words) => {
                    crowd.watch(words);
                    say([serde_json::json!({ "watching": words })])?;
                }
                ("orders", how) => {
                    let (per_second, ms) = how.split_once(' ').unwrap_or((how, "1000"));
                    crowd.order(per_second.parse()?, Duration::from_millis(ms.parse()?))?;
                }
                (other, _) => anyhow::bail!("{other:?} is nothing a generator does"),
            }
        }
    }
}

fn say(lines: impl IntoIterator<Item = serde_json::Value>) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    for line in lines {
        writeln!(out, "{line}")?;
        out.flush()?;
    }
    Ok(())
}

/// Lines of the standard input, without waiting for more than has come.
#[derive(Default)]
struct Lines {
    held: Vec<u8>,
    at: usize,
}

impl Lines {
    /// Reads what has come; false at the end.
    fn read(&mut self) -> anyhow::Result<bool> {
        let mut buffer = [0; 64 * 1_024];
        let read = rustix::io::read(std::io::stdin(), &mut buffer)?;
        self.held.drain(..std::mem::take(&mut self.at));
        self.held.extend_from_slice(&buffer[..read]);
        Ok(read > 0)
    }

    fn next(&mut self) -> Option<String> {
        let rest = &self.held[self.at..];
        let end = rest.iter().position(|&byte| byte == b'\n')?;
        let line = String::from_utf8_lossy(&rest[..end]).into_owned();
        self.at += end + 1;
        Some(line)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_come_whole_and_in_their_order() {
        let mut lines = Lines { held: b"ticket a\nconnect\nwat".to_vec(), at: 0 };
        assert_eq!(lines.next().as_deref(), Some("ticket a"));
        assert_eq!(lines.next().as_deref(), Some("connect"));
        assert_eq!(lines.next(), None);
    }

    #[test]
    fn the_clock_does_not_go_back() {
        let before = now_ns();
        assert!(now_ns() >= before && before > 0);
    }
}
