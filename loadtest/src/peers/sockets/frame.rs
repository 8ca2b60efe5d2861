//! Websocket frames with as little work as possible: the generator shares the machine with what it
//! measures.

/// A frame from a server.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Frame<'a> {
    Text(&'a [u8]),
    Ping(&'a [u8]),
    Pong,
    /// With its code; none where it has none.
    Close(Option<u16>),
}

/// What no server of the contract sends to us.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Unreadable(pub(crate) &'static str);

const FIN: u8 = 0x80;
const TEXT: u8 = 0x1;
const CLOSE: u8 = 0x8;
const PING: u8 = 0x9;
const PONG: u8 = 0xA;
const MASKED: u8 = 0x80;

/// Appends a masked text frame. The key is zero, which leaves the words as they are and costs the
/// server the same.
pub(crate) fn text(into: &mut Vec<u8>, payload: &[u8]) {
    masked(into, TEXT, payload);
}

/// Appends the answer to a ping.
pub(crate) fn pong(into: &mut Vec<u8>, payload: &[u8]) {
    masked(into, PONG, payload);
}

fn masked(into: &mut Vec<u8>, opcode: u8, payload: &[u8]) {
    into.push(FIN | opcode);
    match payload.len() {
        short @ 0..126 => into.push(MASKED | short as u8),
        middle @ 126..0x1_0000 => {
            into.push(MASKED | 126);
            into.extend_from_slice(&(middle as u16).to_be_bytes());
        }
        long => {
            into.push(MASKED | 127);
            into.extend_from_slice(&(long as u64).to_be_bytes());
        }
    }
    into.extend_from_slice(&[0; 4]);
    into.extend_from_slice(payload);
}

/// The first frame of some bytes and how many of them it takes; none if it is not whole yet.
///
/// # Errors
/// If a server may not send this, or never sends it here: masked, fragmented or binary frames.
pub(crate) fn first(bytes: &[u8]) -> Result<Option<(Frame<'_>, usize)>, Unreadable> {
    let &[head, length, ref rest @ ..] = bytes else {
        return Ok(None);
    };
    if length & MASKED != 0 {
        return Err(Unreadable("a masked frame"));
    }
    let (header, length) = match length {
        126 => match *rest {
            [a, b, ..] => (4, usize::from(u16::from_be_bytes([a, b]))),
            _ => return Ok(None),
        },
        127 => match rest.first_chunk::<8>() {
            Some(&eight) => match usize::try_from(u64::from_be_bytes(eight)) {
                Ok(length) if length <= FRAME_BYTES_MAX => (10, length),
                _ => return Err(Unreadable("a frame of many megabytes")),
            },
            None => return Ok(None),
        },
        short => (2, usize::from(short)),
    };
    let Some(payload) = bytes.get(header..header + length) else {
        return Ok(None);
    };
    let frame = match head {
        head if head == FIN | TEXT => Frame::Text(payload),
        head if head == FIN | PING => Frame::Ping(payload),
        head if head == FIN | PONG => Frame::Pong,
        head if head == FIN | CLOSE => {
            Frame::Close(payload.first_chunk::<2>().map(|&code| u16::from_be_bytes(code)))
        }
        _ => return Err(Unreadable("a binary or fragmented frame")),
    };
    Ok(Some((frame, header + length)))
}

/// More than any frame of the contract.
const FRAME_BYTES_MAX: usize = 16 * 1_024 * 1_024;

#[cfg(test)]
mod tests {
    use super::*;

    fn from_server(payload: &[u8]) -> Vec<u8> {
        let mut frame = Vec::new();
        text(&mut frame, payload);
        // A server's frame is ours without the mask.
        let header = frame.len() - payload.len() - 4;
        frame[1] &= !MASKED;
        frame.drain(header..header + 4);
        frame
    }

    #[test]
    fn frames_of_every_length_are_read_when_they_are_whole_and_not_before() {
        for length in [0, 1, 125, 126, 127, 65_535, 65_536, 100_000] {
            let payload = vec![b'x'; length];
            let mut bytes = from_server(&payload);
            let whole = bytes.len();
            bytes.push(0x81);
            assert_eq!(first(&bytes), Ok(Some((Frame::Text(&payload), whole))), "{length}");
            for cut in (0..whole).rev().take(300).chain(0..whole.min(12)) {
                assert_eq!(first(&bytes[..cut]), Ok(None), "{length} cut at {cut}");
            }
        }
    }

    #[test]
    fn what_we_write_is_masked_and_unmasks_to_the_words() {
        let mut frame = Vec::new();
        text(&mut frame, b"chao");
        pong(&mut frame, b"");
        assert_eq!(frame, b"\x81\x84\0\0\0\0chao\x8a\x80\0\0\0\0");
    }

    #[test]
    fn signs_and_closes_are_told_apart() {
        let check = |bytes: &[u8], frame| assert_eq!(first(bytes), Ok(Some(frame)));
        check(b"\x89\x01a", (Frame::Ping(b"a"), 3));
        check(b"\x8a\x00", (Frame::Pong, 2));
        check(b"\x88\x02\x03\xf5", (Frame::Close(Some(1013)), 4));
        check(b"\x88\x00", (Frame::Close(None), 2));
    }

    #[test]
    fn what_a_server_may_not_send_is_refused() {
        let check = |bytes: &[u8]| assert!(first(bytes).is_err(), "{bytes:?}");
        check(b"\x81\x81\0\0\0\0a");
        check(b"\x82\x01a");
        check(b"\x01\x01a");
        check(b"\x81\x7f\xff\0\0\0\0\0\0\0");
    }
}
