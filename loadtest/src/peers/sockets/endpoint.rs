//! How a socket comes in: from which address, with which request, and what must be answered.

use crate::source::source_of;
use anyhow::Context as _;
use rustix::net::{AddressFamily, SocketType, bind, connect, socket, sockopt};
use std::net::{SocketAddrV4, TcpStream};

/// The key of RFC 6455's example and what it must be answered with.
const KEY: &str = "dGhlIHNhbXBsZSBub25jZQ==";
const ACCEPT: &[u8] = b"s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

/// The end of an HTTP head.
const HEAD_ENDS: &[u8] = b"\r\n\r\n";

/// One address and path of one server.
#[derive(Clone, Debug)]
pub(crate) struct Endpoint {
    address: SocketAddrV4,
    path: String,
    subprotocol: Option<String>,
    request: Vec<u8>,
}

impl Endpoint {
    /// To `path`, with a subprotocol where one is needed.
    pub(crate) fn new(address: SocketAddrV4, path: &str, subprotocol: Option<&str>) -> Self {
        let protocol = subprotocol.map(|one| format!("Sec-WebSocket-Protocol: {one}\r\n"));
        let request = format!(
            "GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: Upgrade\r\n\
             Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {KEY}\r\n\
             {}\r\n",
            protocol.unwrap_or_default()
        );
        let subprotocol = subprotocol.map(str::to_owned);
        Self { address, path: path.to_owned(), subprotocol, request: request.into_bytes() }
    }

    /// As the arguments of a generator.
    pub(crate) fn arguments(&self) -> Vec<String> {
        let mut words =
            vec![format!("--address={}", self.address), format!("--path={}", self.path)];
        words.extend(self.subprotocol.as_ref().map(|one| format!("--subprotocol={one}")));
        words
    }

    /// What opens the handshake.
    pub(crate) fn request(&self) -> &[u8] {
        &self.request
    }

    /// A connection of the `number`th socket, from an address of its own thousand.
    ///
    /// # Errors
    /// What the system says.
    pub(crate) fn connect(&self, number: u32) -> anyhow::Result<TcpStream> {
        let fd = socket(AddressFamily::INET, SocketType::STREAM, None).context("a socket")?;
        bind(&fd, &SocketAddrV4::new(source_of(number), 0)).context("a source address")?;
        connect(&fd, &self.address).with_context(|| format!("socket {number}"))?;
        sockopt::set_tcp_nodelay(&fd, true)?;
        let stream = TcpStream::from(fd);
        stream.set_nonblocking(true)?;
        Ok(stream)
    }
}

/// How many of these bytes are the answer to a handshake; none while it is not whole.
///
/// # Errors
/// If it is no switch to a websocket, or not with our key.
pub(crate) fn switched(bytes: &[u8]) -> anyhow::Result<Option<usize>> {
    let Some(end) = bytes.windows(HEAD_ENDS.len()).position(|four| four == HEAD_ENDS) else {
        return Ok(None);
    };
    let head = &bytes[..end];
    let good = head.starts_with(b"HTTP/1.1 101") && holds(head, ACCEPT);
    let said = || String::from_utf8_lossy(&bytes[..bytes.len().min(400)]).into_owned();
    anyhow::ensure!(good, "the websocket was refused: {}", said());
    Ok(Some(end + HEAD_ENDS.len()))
}

/// True if `needle` stands somewhere in `hay`.
pub(crate) fn holds(hay: &[u8], needle: &[u8]) -> bool {
    hay.windows(needle.len()).any(|part| part == needle)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_counts_when_its_head_is_whole_and_has_our_key() {
        let good = b"HTTP/1.1 101 Switching Protocols\r\n\
                     sec-websocket-accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\nrest";
        assert_eq!(switched(good).expect("good"), Some(good.len() - 4));
        assert_eq!(switched(&good[..60]).expect("not whole"), None);
        assert!(switched(b"HTTP/1.1 101 Switching Protocols\r\n\r\n").is_err());
        assert!(switched(b"HTTP/1.1 503 Service Unavailable\r\n\r\n").is_err());
    }
}
