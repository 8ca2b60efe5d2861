//! The floor: a websocket server on the gateway's stack that decides nothing.
//!
//! ```text
//! accept ─▶ handshake ─▶ socket   every text frame is answered with one frame of --answer bytes
//!                          ▲
//! control ── one line ─────┘      is shown to every socket as one frame; at its end all ends
//! ```
//!
//! Promises: the same libraries, buffers, flushes and socket options as the gateway, and nothing
//! else, so that what a server with orders loses against it is the price of the orders.
//! Never: knows of orders, imports anything of ours.
#![forbid(unsafe_code)]
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a program for the terminal speaks")]

mod control;
mod hall;
mod handshake;
mod socket;

use hall::Hall;
use std::io;
use std::net::SocketAddr;
use std::process::ExitCode;
use tokio::net::{TcpListener, TcpSocket};

/// Connections that the kernel keeps for us while we are busy.
const BACKLOG: u32 = 4_096;

/// What the kernel holds for one connection on the way out.
const SEND_BUFFER_BYTES: u32 = 64 * 1_024;

const USAGE: &str = "bare --listen ADDRESS --control ADDRESS --answer BYTES";

/// What was said on the command line.
struct Said {
    listen: SocketAddr,
    control: SocketAddr,
    answer_bytes: usize,
}

#[tokio::main]
async fn main() -> ExitCode {
    let Some(said) = said(std::env::args().skip(1)) else {
        eprintln!("{USAGE}");
        return ExitCode::from(2);
    };
    match run(said).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("bare: {error}");
            ExitCode::from(1)
        }
    }
}

fn said(mut words: impl Iterator<Item = String>) -> Option<Said> {
    let own = SocketAddr::from(([127, 0, 0, 1], 0));
    let mut said = Said { listen: own, control: own, answer_bytes: 256 };
    while let Some(word) = words.next() {
        let value = words.next()?;
        match word.as_str() {
            "--listen" => said.listen = value.parse().ok()?,
            "--control" => said.control = value.parse().ok()?,
            "--answer" => said.answer_bytes = value.parse().ok()?,
            _ => return None,
        }
    }
    Some(said)
}

/// Serves until the control connection ends.
async fn run(said: Said) -> io::Result<()> {
    let listener = listen(said.listen)?;
    let control = listen(said.control)?;
    println!("{} {}", listener.local_addr()?, control.local_addr()?);
    let hall = Hall::new(said.answer_bytes);
    tokio::select! {
        ended = control::serve(control, hall.clone()) => ended,
        failed = accept(listener, &hall) => failed,
    }
}

async fn accept(listener: TcpListener, hall: &Hall) -> io::Result<()> {
    loop {
        let (stream, _) = listener.accept().await?;
        tokio::spawn(handshake::connection(stream, hall.clone()));
    }
}

fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
    socket.set_reuseaddr(true)?;
    socket.set_send_buffer_size(SEND_BUFFER_BYTES)?;
    socket.bind(address)?;
    socket.listen(BACKLOG)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_it_does_not_know_it_refuses() {
        let check = |words: &str, answer: Option<usize>| {
            let words = words.split_whitespace().map(str::to_owned);
            assert_eq!(said(words).map(|said| said.answer_bytes), answer);
        };
        check("", Some(256));
        check("--answer 300 --listen 127.0.0.1:0", Some(300));
        check("--answer many", None);
        check("--answer", None);
        check("--orders 1", None);
    }
}
