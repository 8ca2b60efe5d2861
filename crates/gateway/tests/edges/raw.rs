//! A client that may break every rule: bytes over TCP, and websocket frames made by hand.
#![allow(dead_code)]

use std::net::SocketAddr;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio::time::{interval, timeout};

/// How long anything may take before a test gives up on it.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

pub(crate) const TEXT: u8 = 1;
pub(crate) const BINARY: u8 = 2;
pub(crate) const CONTINUED: u8 = 0;
const CLOSE: u8 = 8;

/// Sends byte after byte, for as long as the server listens; true once it has closed.
pub(crate) async fn drip(mut stream: TcpStream, begin: String) -> bool {
    stream.write_all(begin.as_bytes()).await.expect("the first bytes are taken");
    let mut pace = interval(Duration::from_millis(50));
    let dripping = async {
        loop {
            pace.tick().await;
            if stream.write_all(b"a").await.is_err() {
                return;
            }
        }
    };
    timeout(PATIENCE, dripping).await.is_ok()
}

/// Sends these bytes and gives everything that comes back until the server closes.
pub(crate) async fn answer_to(to: SocketAddr, bytes: &[u8]) -> String {
    let mut stream = TcpStream::connect(to).await.expect("connects");
    // The server may close before it has read everything; what it said is there all the same.
    stream.write_all(bytes).await.ok();
    let (answer, _) = rest_of(&mut stream).await;
    answer
}

/// Everything that still comes; a server that never closes fails the test.
pub(crate) async fn rest_of(stream: &mut TcpStream) -> (String, std::io::Result<usize>) {
    let mut answer = Vec::new();
    let read = timeout(PATIENCE, stream.read_to_end(&mut answer)).await;
    let answer = String::from_utf8_lossy(&answer).into_owned();
    let read = read.unwrap_or_else(|_| panic!("it is never closed after: {answer}"));
    (answer, read)
}

/// The head of an answer, which comes first.
pub(crate) async fn head_of(stream: &mut TcpStream) -> String {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let byte = timeout(PATIENCE, stream.read_u8()).await.expect("in time");
        head.push(byte.expect("a head"));
    }
    String::from_utf8(head).expect("ASCII")
}

/// A handshake; what is said after the request line and the host is up to the test.
pub(crate) fn handshake(to: SocketAddr, path: &str, subprotocol: &str, more: &str) -> String {
    format!(
        "GET {path} HTTP/1.1\r\nhost: {to}\r\nconnection: upgrade\r\nupgrade: websocket\r\n\
         sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\
         sec-websocket-protocol: {subprotocol}\r\n{more}\r\n"
    )
}

/// An open socket without any manners.
pub(crate) struct Raw(pub(crate) TcpStream);

impl Raw {
    pub(crate) async fn open(to: SocketAddr, path: &str, subprotocol: &str) -> Self {
        let stream = TcpStream::connect(to).await.expect("connects");
        Self::open_on(stream, to, path, subprotocol).await
    }

    /// One for which little can be on its way while it does not read.
    pub(crate) async fn open_narrow(to: SocketAddr, path: &str, subprotocol: &str) -> Self {
        let socket = TcpSocket::new_v4().expect("a socket");
        socket.set_recv_buffer_size(4 * 1024).expect("a small buffer");
        let stream = socket.connect(to).await.expect("connects");
        Self::open_on(stream, to, path, subprotocol).await
    }

    async fn open_on(mut stream: TcpStream, to: SocketAddr, path: &str, subprotocol: &str) -> Self {
        let request = handshake(to, path, subprotocol, "");
        stream.write_all(request.as_bytes()).await.expect("writes");
        let head = head_of(&mut stream).await;
        assert!(head.starts_with("HTTP/1.1 101"), "{head}");
        Self(stream)
    }

    /// One frame, masked with zeros or not at all.
    pub(crate) fn frame(fin: bool, opcode: u8, is_masked: bool, payload: &[u8]) -> Vec<u8> {
        let mut frame = vec![opcode | if fin { 0x80 } else { 0 }];
        let mask = if is_masked { 0x80 } else { 0 };
        match payload.len() {
            0..126 => frame.push(mask | payload.len() as u8),
            126..0x1_0000 => {
                frame.push(mask | 126);
                frame.extend((payload.len() as u16).to_be_bytes());
            }
            _ => {
                frame.push(mask | 127);
                frame.extend((payload.len() as u64).to_be_bytes());
            }
        }
        if is_masked {
            frame.extend([0; 4]);
        }
        frame.extend(payload);
        frame
    }

    pub(crate) async fn send(&mut self, bytes: &[u8]) {
        // A server that has had enough may be gone already; what it says is read afterwards.
        self.0.write_all(bytes).await.ok();
    }

    pub(crate) async fn say(&mut self, text: &str) {
        self.send(&Self::frame(true, TEXT, true, text.as_bytes())).await;
    }

    /// The next frame: what it is, and what it holds. None at the end.
    pub(crate) async fn next(&mut self) -> Option<(u8, Vec<u8>)> {
        timeout(PATIENCE, self.read()).await.expect("a frame in time")
    }

    async fn read(&mut self) -> Option<(u8, Vec<u8>)> {
        let stream = &mut self.0;
        let opcode = stream.read_u8().await.ok()? & 0x0f;
        let length = match stream.read_u8().await.ok()? {
            126 => u64::from(stream.read_u16().await.ok()?),
            127 => stream.read_u64().await.ok()?,
            short => u64::from(short),
        };
        let mut payload = vec![0; usize::try_from(length).expect("it fits")];
        stream.read_exact(&mut payload).await.ok()?;
        Some((opcode, payload))
    }

    /// The next text that holds these words.
    pub(crate) async fn text_with(&mut self, words: &str) -> String {
        loop {
            let (opcode, payload) = self.next().await.expect("open");
            let text = String::from_utf8_lossy(&payload).into_owned();
            assert_ne!(opcode, CLOSE, "closed instead of {words}: {text}");
            if text.contains(words) {
                return text;
            }
        }
    }

    /// Reads on to the close, and answers nothing on the way: its code and word.
    pub(crate) async fn closed(&mut self) -> (u16, String) {
        loop {
            let (opcode, payload) = self.next().await.expect("a close before the end");
            if opcode == CLOSE {
                let (code, word) = payload.split_first_chunk().expect("a code");
                return (u16::from_be_bytes(*code), String::from_utf8_lossy(word).into_owned());
            }
        }
    }
}
