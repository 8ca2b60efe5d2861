//! As much of Redis' protocol (RESP2) as the peers need: commands as arrays of words, and answers
//! that are not lists.

/// An answer.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Reply {
    /// `+OK`
    Simple(String),
    /// `-ERR …`
    Error(String),
    /// `:1`
    Integer(i64),
    /// `$5`, and so many bytes; none for `$-1`.
    Bulk(Option<Vec<u8>>),
}

/// Bytes that are none of these answers.
#[derive(PartialEq, Eq, Debug)]
pub(crate) struct Malformed(pub(crate) String);

/// A word as it stands in a command: its length, then itself.
pub(crate) fn word(text: &str) -> String {
    format!("${}\r\n{text}\r\n", text.len())
}

/// A whole command.
pub(crate) fn command(words: &[&str]) -> String {
    let words_said: String = words.iter().map(|said| word(said)).collect();
    format!("*{}\r\n{words_said}", words.len())
}

/// The first answer in `bytes` and how many bytes it took; none while it is not there in full.
///
/// # Errors
/// If it is no answer, or a list.
pub(crate) fn reply(bytes: &[u8]) -> Result<Option<(Reply, usize)>, Malformed> {
    let Some((&kind, rest)) = bytes.split_first() else { return Ok(None) };
    let Some(length) = rest.windows(2).position(|two| two == b"\r\n") else { return Ok(None) };
    let malformed = || Malformed(String::from_utf8_lossy(&bytes[..=length]).into_owned());
    let line = std::str::from_utf8(&rest[..length]).map_err(|_| malformed())?;
    let taken = 1 + length + 2;
    let whole = match kind {
        b':' => Reply::Integer(line.parse().map_err(|_| malformed())?),
        b'+' => Reply::Simple(line.to_owned()),
        b'-' => Reply::Error(line.to_owned()),
        b'$' if line == "-1" => Reply::Bulk(None),
        b'$' => {
            let size: usize = line.parse().map_err(|_| malformed())?;
            let Some(bulk) = bytes.get(taken..taken + size + 2) else { return Ok(None) };
            let Some(bulk) = bulk.strip_suffix(b"\r\n") else { return Err(malformed()) };
            return Ok(Some((Reply::Bulk(Some(bulk.to_vec())), taken + size + 2)));
        }
        _ => return Err(malformed()),
    };
    Ok(Some((whole, taken)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_read_once_it_is_there_in_full() {
        let check = |bytes: &str, expected: Reply| {
            for end in 0..bytes.len() {
                let read = reply(&bytes.as_bytes()[..end]);
                assert_eq!(read, Ok(None), "{bytes:?} cut at {end}");
            }
            let followed = format!("{bytes}:7\r\n");
            assert_eq!(reply(followed.as_bytes()), Ok(Some((expected, bytes.len()))), "{bytes:?}");
        };
        check(":1000\r\n", Reply::Integer(1_000));
        check(":-1\r\n", Reply::Integer(-1));
        check("+OK\r\n", Reply::Simple("OK".into()));
        check("-ERR no such script\r\n", Reply::Error("ERR no such script".into()));
        check("$5\r\nbí\rx\r\n", Reply::Bulk(Some("bí\rx".into())));
        check("$0\r\n\r\n", Reply::Bulk(Some(Vec::new())));
        check("$-1\r\n", Reply::Bulk(None));
    }

    #[test]
    fn what_is_no_answer_is_refused() {
        let check = |bytes: &str| assert!(reply(bytes.as_bytes()).is_err(), "{bytes:?}");
        check("*1\r\n:1\r\n");
        check(":one\r\n");
        check("$five\r\n");
        check("$1\r\nab\r\n");
        check("HTTP/1.1 200 OK\r\n");
    }

    #[test]
    fn a_command_counts_its_words_and_their_bytes() {
        assert_eq!(command(&["GET", "bí"]), "*2\r\n$3\r\nGET\r\n$3\r\nbí\r\n");
    }
}
