//! The bare server beside us: started and ended here.

use super::endpoint::Endpoint;
use super::session::ipv4;
use anyhow::Context as _;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{SocketAddrV4, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// A running one; it ends with this value.
pub(crate) struct Bare {
    child: Child,
    address: SocketAddrV4,
    control: TcpStream,
}

impl Bare {
    /// Starts it on free ports, with answers of so many bytes.
    ///
    /// # Errors
    /// If the program is not there or does not say where it listens.
    pub(crate) fn start(program: &Path, answer_bytes: usize) -> anyhow::Result<Self> {
        let mut child = Command::new(program)
            .args(["--answer", &answer_bytes.to_string()])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .with_context(|| {
                format!("{} (cargo build --release -p bare, or say --bare)", program.display())
            })?;
        let out = child.stdout.take().context("its output")?;
        let mut line = String::new();
        let said = BufReader::new(out).read_line(&mut line).map_err(anyhow::Error::from);
        let started = said.and_then(|_| {
            let (listen, control) = line.trim().split_once(' ').context("two addresses")?;
            let control = TcpStream::connect(control)?;
            control.set_nodelay(true)?;
            Ok((ipv4(listen.parse()?)?, control))
        });
        match started {
            Ok((address, control)) => Ok(Self { child, address, control }),
            Err(error) => {
                child.kill().and_then(|()| child.wait())?;
                Err(error.context(format!("{} said {line:?}", program.display())))
            }
        }
    }

    /// Where sockets come in.
    pub(crate) fn endpoint(&self) -> Endpoint {
        Endpoint::new(self.address, "/", None)
    }

    /// Its process.
    pub(crate) fn process(&self) -> u32 {
        self.child.id()
    }

    /// Shows a line to every socket.
    ///
    /// # Errors
    /// If it has gone.
    pub(crate) fn show(&mut self, line: &str) -> anyhow::Result<()> {
        self.control.write_all(format!("{line}\n").as_bytes())?;
        let mut answer = [0; 6];
        Ok(std::io::Read::read_exact(&mut self.control, &mut answer)?)
    }
}

impl Drop for Bare {
    fn drop(&mut self) {
        if let Err(error) = self.child.kill().and_then(|()| self.child.wait()) {
            eprintln!("the bare server could not be stopped: {error}");
        }
    }
}
