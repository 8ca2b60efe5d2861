//! What all sockets see: one answer that is ready, and what is shown to everybody.

use hyper::body::Bytes;
use tokio::sync::watch;

/// FIN and text.
const TEXT: u8 = 0x81;

/// How every answer begins; so a client that counts outcomes can count these.
const BEGINS: &str = r#"{"type":"outcome","key":""#;
const ENDS: &str = r#""}"#;

/// Shared by every task.
#[derive(Clone)]
pub(crate) struct Hall {
    /// One whole frame.
    pub(crate) answer: Bytes,
    shown: watch::Sender<Bytes>,
}

impl Hall {
    /// Answers of so many bytes, the frame's header not counted.
    pub(crate) fn new(answer_bytes: usize) -> Self {
        let fill = answer_bytes.saturating_sub(BEGINS.len() + ENDS.len());
        let payload = format!("{BEGINS}{}{ENDS}", "0".repeat(fill));
        let (shown, _) = watch::channel(Bytes::new());
        Self { answer: frame(payload.as_bytes()), shown }
    }

    /// Shows a text to every socket.
    pub(crate) fn show(&self, text: &[u8]) {
        self.shown.send_replace(frame(text));
    }

    /// Follows what is shown from now on.
    pub(crate) fn follow(&self) -> watch::Receiver<Bytes> {
        self.shown.subscribe()
    }
}

/// A whole text frame from a server.
fn frame(payload: &[u8]) -> Bytes {
    let mut frame = vec![TEXT];
    match payload.len() {
        short @ 0..126 => frame.push(short as u8),
        middle @ 126..0x1_0000 => {
            frame.push(126);
            frame.extend_from_slice(&(middle as u16).to_be_bytes());
        }
        long => {
            frame.push(127);
            frame.extend_from_slice(&(long as u64).to_be_bytes());
        }
    }
    frame.extend_from_slice(payload);
    frame.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_has_the_bytes_that_were_asked_for_behind_its_header() {
        let check = |bytes: usize, header: usize| {
            assert_eq!(Hall::new(bytes).answer.len(), bytes + header, "{bytes} bytes");
        };
        check(27, 2);
        check(125, 2);
        check(126, 4);
        check(65_535, 4);
        check(65_536, 10);
    }
}
