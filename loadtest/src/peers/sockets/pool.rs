//! Many sockets in one thread, without a task or a buffer for each: whoever is quiet costs a few
//! words of memory.

use super::endpoint::{Endpoint, switched};
use super::frame::{self, Frame};
use anyhow::Context as _;
use rustix::buffer::spare_capacity;
use rustix::event::{Timespec, epoll};
use rustix::fd::{AsFd, OwnedFd};
use std::io::{ErrorKind, Read as _, Write as _};
use std::net::TcpStream;
use std::time::{Duration, Instant};

/// Sockets that are coming in at the same time.
pub(crate) const CONNECTING_MAX: usize = 64;
const EVENTS: usize = 256;
const READ_BYTES: usize = 64 * 1_024;
/// The number under which another file is waited for.
const OTHER: u64 = u64::MAX;
/// How long nothing may happen while sockets come in.
const PATIENCE: Duration = Duration::from_secs(10);

/// Who is told what comes.
pub(crate) trait Hears {
    /// A text came on a socket; what is appended to `out` is written to it.
    ///
    /// # Errors
    /// If this must not come.
    fn text(&mut self, socket: usize, text: &[u8], out: &mut Vec<u8>) -> anyhow::Result<()>;
}

/// What a socket says first, once it has switched; and how long it is waited for then.
pub(crate) trait Greets: Hears {
    /// Appended to `out`: the first frame; true if an answer comes before the socket counts as in.
    fn greet(&mut self, socket: usize, out: &mut Vec<u8>) -> bool;
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Stage {
    Shaking,
    Greeted,
    Open,
}

struct Socket {
    stream: TcpStream,
    /// The beginning of a frame whose end has not come yet.
    held: Vec<u8>,
    stage: Stage,
}

/// All of them.
pub(crate) struct Pool {
    epoll: OwnedFd,
    sockets: Vec<Socket>,
    events: Vec<epoll::Event>,
    buffer: Vec<u8>,
    out: Vec<u8>,
    open: usize,
}

impl Pool {
    /// Nobody yet.
    ///
    /// # Errors
    /// What the system says.
    pub(crate) fn new() -> anyhow::Result<Self> {
        Ok(Self {
            epoll: epoll::create(epoll::CreateFlags::CLOEXEC)?,
            sockets: Vec::new(),
            events: Vec::with_capacity(EVENTS),
            buffer: vec![0; READ_BYTES],
            out: Vec::new(),
            open: 0,
        })
    }

    /// Waits for another file too; [`Pool::turn`] says when it can be read.
    ///
    /// # Errors
    /// What the system says.
    pub(crate) fn watch(&self, file: impl AsFd) -> anyhow::Result<()> {
        let data = epoll::EventData::new_u64(OTHER);
        Ok(epoll::add(&self.epoll, file, data, epoll::EventFlags::IN)?)
    }

    /// Lets `count` sockets in, some at a time; how long it took until all were in.
    ///
    /// # Errors
    /// If one is refused, or nothing happens for long.
    pub(crate) fn connect(
        &mut self,
        endpoint: &Endpoint,
        from: u32,
        count: u32,
        who: &mut impl Greets,
    ) -> anyhow::Result<Duration> {
        let began = Instant::now();
        let (mut next, mut moved) = (0, Instant::now());
        while self.open < count as usize {
            while next < count && self.sockets.len() - self.open < CONNECTING_MAX {
                self.add(endpoint, from + next)?;
                next += 1;
            }
            let before = self.open;
            self.turn_greeting(who)?;
            if self.open > before {
                moved = Instant::now();
            }
            let (open, waited) = (self.open, moved.elapsed());
            anyhow::ensure!(waited < PATIENCE, "{open} of {count} sockets are in, then nothing");
        }
        Ok(began.elapsed())
    }

    fn add(&mut self, endpoint: &Endpoint, number: u32) -> anyhow::Result<()> {
        let mut stream = endpoint.connect(number)?;
        stream.write_all(endpoint.request()).context("the handshake")?;
        let data = epoll::EventData::new_u64(self.sockets.len() as u64);
        epoll::add(&self.epoll, &stream, data, epoll::EventFlags::IN)?;
        self.sockets.push(Socket { stream, held: Vec::new(), stage: Stage::Shaking });
        Ok(())
    }

    fn turn_greeting(&mut self, who: &mut impl Greets) -> anyhow::Result<()> {
        self.wait(Some(Duration::from_millis(100)))?;
        for event in std::mem::take(&mut self.events) {
            let number = event.data.u64() as usize;
            if event.data.u64() != OTHER {
                self.greet_or_hear(number, who)?;
            }
        }
        Ok(())
    }

    fn greet_or_hear(&mut self, number: usize, who: &mut impl Greets) -> anyhow::Result<()> {
        let socket = &mut self.sockets[number];
        if socket.stage != Stage::Shaking {
            return self.hear(number, who);
        }
        let read = read(&mut socket.stream, &mut self.buffer)?;
        socket.held.extend_from_slice(&self.buffer[..read]);
        let Some(head) = switched(&socket.held)? else {
            return Ok(());
        };
        socket.held.drain(..head);
        let waits = who.greet(number, &mut self.out);
        socket.stage = if waits { Stage::Greeted } else { Stage::Open };
        self.open += usize::from(!waits);
        self.write_out(number)?;
        // Frames may have come in the answer's wake.
        if self.sockets[number].held.is_empty() {
            self.sockets[number].held = Vec::new();
            return Ok(());
        }
        self.scan(number, 0, who)
    }

    /// Hears what has come within `wait`; true if the other file can be read.
    ///
    /// # Errors
    /// If a socket closes or says what it must not.
    pub(crate) fn turn(
        &mut self,
        wait: Option<Duration>,
        who: &mut impl Hears,
    ) -> anyhow::Result<bool> {
        self.wait(wait)?;
        let (mut other, mut events) = (false, std::mem::take(&mut self.events));
        for event in events.drain(..) {
            match event.data.u64() {
                OTHER => other = true,
                number => self.hear(number as usize, who)?,
            }
        }
        self.events = events;
        Ok(other)
    }

    fn wait(&mut self, wait: Option<Duration>) -> anyhow::Result<()> {
        let wait = wait.map(|wait| Timespec {
            tv_sec: wait.as_secs() as i64,
            tv_nsec: i64::from(wait.subsec_nanos()),
        });
        self.events.clear();
        self.events.reserve(EVENTS);
        match epoll::wait(&self.epoll, spare_capacity(&mut self.events), wait.as_ref()) {
            Ok(_) | Err(rustix::io::Errno::INTR) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    fn hear(&mut self, number: usize, who: &mut impl Hears) -> anyhow::Result<()> {
        let socket = &mut self.sockets[number];
        let read = read(&mut socket.stream, &mut self.buffer)?;
        self.scan(number, read, who)
    }

    /// Reads the frames in what was held and the `read` bytes that came now.
    fn scan(&mut self, number: usize, read: usize, who: &mut impl Hears) -> anyhow::Result<()> {
        let socket = &mut self.sockets[number];
        let mut held = std::mem::take(&mut socket.held);
        let bytes = if held.is_empty() {
            &self.buffer[..read]
        } else {
            held.extend_from_slice(&self.buffer[..read]);
            &held
        };
        let mut at = 0;
        while let Some((frame, length)) =
            frame::first(&bytes[at..]).map_err(|error| anyhow::anyhow!("{} came", error.0))?
        {
            at += length;
            match frame {
                Frame::Text(text) => {
                    if socket.stage == Stage::Greeted {
                        socket.stage = Stage::Open;
                        self.open += 1;
                    }
                    who.text(number, text, &mut self.out)?;
                }
                Frame::Ping(payload) => frame::pong(&mut self.out, payload),
                Frame::Pong => {}
                Frame::Close(code) => anyhow::bail!("socket {number} was closed: {code:?}"),
            }
        }
        if at < bytes.len() {
            socket.held = bytes[at..].to_vec();
        }
        self.write_out(number)
    }

    /// Writes a frame to one socket.
    ///
    /// # Errors
    /// If it does not take it.
    pub(crate) fn say(&mut self, number: usize, frames: &[u8]) -> anyhow::Result<()> {
        self.out.extend_from_slice(frames);
        self.write_out(number)
    }

    fn write_out(&mut self, number: usize) -> anyhow::Result<()> {
        if !self.out.is_empty() {
            let written = self.sockets[number].stream.write_all(&self.out);
            self.out.clear();
            written.with_context(|| format!("socket {number} takes no more"))?;
        }
        Ok(())
    }
}

/// What has come; zero bytes if nothing has.
fn read(stream: &mut TcpStream, buffer: &mut [u8]) -> anyhow::Result<usize> {
    match stream.read(buffer) {
        Ok(0) => anyhow::bail!("a socket was cut"),
        Ok(read) => Ok(read),
        Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::Interrupted) => {
            Ok(0)
        }
        Err(error) => Err(error).context("a socket"),
    }
}
