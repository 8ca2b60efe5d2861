//! SQLite's write-ahead log, as far as it must be read without SQLite: does it hold together up to
//! where it was synced?
//!
//! The form is SQLite's own, <https://sqlite.org/fileformat2.html#walformat>: a header of 32 bytes,
//! then frames of 24 bytes and a page; each frame's checksum covers everything before it.

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::os::unix::fs::FileExt;
use std::path::Path;

const HEADER_BYTES: usize = 32;
const FRAME_HEADER_BYTES: usize = 24;
const MAGIC: u32 = 0x377f_0682;

/// How far a log was synced.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct LogMark {
    /// Another pair each time the log begins anew.
    pub(crate) salts: u64,
    /// Frames, the last of which ends a transaction.
    pub(crate) frames: u64,
}

/// The salts of an open log; none if it has no header yet.
pub(crate) fn salts(log: &File) -> io::Result<Option<u64>> {
    let mut salts = [0; 8];
    match log.read_exact_at(&mut salts, 16) {
        Ok(()) => Ok(Some(u64::from_be_bytes(salts))),
        Err(why) if why.kind() == io::ErrorKind::UnexpectedEof => Ok(None),
        Err(why) => Err(why),
    }
}

/// What is wrong with a log that was synced up to `mark`. Nothing can be said of a log that is
/// gone, has no proper header or began anew since: then the shops' own marks tell.
pub(crate) fn damage(path: &Path, mark: LogMark) -> io::Result<Option<String>> {
    let file = match File::open(path) {
        Ok(file) => file,
        Err(why) if why.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(why) => return Err(why),
    };
    let mut reader = BufReader::with_capacity(256 * 1024, file);
    let Some(header) = Header::read(&mut reader)?.filter(|header| header.salts == mark.salts)
    else {
        return Ok(None);
    };
    let whole = whole_frames(&mut reader, &header)?;
    let lost = mark.frames.saturating_sub(whole);
    Ok((lost > 0)
        .then(|| format!("of {} synced frames, it holds together up to {whole}", mark.frames)))
}

struct Header {
    salts: u64,
    page_bytes: usize,
    sum: Sum,
}

impl Header {
    fn read(reader: &mut impl Read) -> io::Result<Option<Self>> {
        let mut bytes = [0; HEADER_BYTES];
        if !fill(reader, &mut bytes)? {
            return Ok(None);
        }
        let magic = word(&bytes, 0);
        let page_bytes = word(&bytes, 8) as usize;
        if magic & !1 != MAGIC || !page_bytes.is_power_of_two() || page_bytes < 512 {
            return Ok(None);
        }
        let mut sum = Sum { big: magic & 1 == 1, first: 0, second: 0 };
        sum.add(&bytes[..HEADER_BYTES - 8]);
        let salts = u64::from_be_bytes(bytes[16..24].try_into().expect("eight bytes"));
        Ok(sum.is(&bytes[24..]).then_some(Self { salts, page_bytes, sum }))
    }
}

/// How many frames hold together, up to the last that ends a transaction.
fn whole_frames(reader: &mut impl Read, header: &Header) -> io::Result<u64> {
    let mut frame = vec![0; FRAME_HEADER_BYTES + header.page_bytes];
    let mut sum = header.sum;
    let (mut frames, mut whole) = (0, 0);
    while fill(reader, &mut frame)? {
        let (head, page) = frame.split_at(FRAME_HEADER_BYTES);
        sum.add(&head[..8]);
        sum.add(page);
        if head[8..16] != header.salts.to_be_bytes() || !sum.is(&head[16..]) || word(head, 0) == 0 {
            break;
        }
        frames += 1;
        if word(head, 4) != 0 {
            whole = frames;
        }
    }
    Ok(whole)
}

/// SQLite's running checksum.
#[derive(Clone, Copy)]
struct Sum {
    big: bool,
    first: u32,
    second: u32,
}

impl Sum {
    /// Adds bytes, eight at a time.
    fn add(&mut self, bytes: &[u8]) {
        let of = if self.big { u32::from_be_bytes } else { u32::from_le_bytes };
        for pair in bytes.chunks_exact(8) {
            let (a, b) =
                ([pair[0], pair[1], pair[2], pair[3]], [pair[4], pair[5], pair[6], pair[7]]);
            self.first = self.first.wrapping_add(of(a)).wrapping_add(self.second);
            self.second = self.second.wrapping_add(of(b)).wrapping_add(self.first);
        }
    }

    fn is(&self, bytes: &[u8]) -> bool {
        word(bytes, 0) == self.first && word(bytes, 4) == self.second
    }
}

fn word(bytes: &[u8], at: usize) -> u32 {
    u32::from_be_bytes(bytes[at..at + 4].try_into().expect("four bytes"))
}

/// Fills the buffer; false if the file ends before it is full.
fn fill(reader: &mut impl Read, buffer: &mut [u8]) -> io::Result<bool> {
    match reader.read_exact(buffer) {
        Ok(()) => Ok(true),
        Err(why) if why.kind() == io::ErrorKind::UnexpectedEof => Ok(false),
        Err(why) => Err(why),
    }
}
