//! The few forms of protobuf that hot frames need, written straight into a buffer: no message is
//! built, nothing is allocated.

/// Base-128, low groups first.
pub(crate) fn varint(bytes: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        bytes.push(value as u8 | 0x80);
        value >>= 7;
    }
    bytes.push(value as u8);
}

const VARINT: u32 = 0;
const LENGTH: u32 = 2;

fn tag(bytes: &mut Vec<u8>, field: u32, form: u32) {
    varint(bytes, u64::from(field << 3 | form));
}

/// A number; zero is left out, as proto3 does.
pub(crate) fn uint(bytes: &mut Vec<u8>, field: u32, value: u64) {
    if value != 0 {
        some_uint(bytes, field, value);
    }
}

/// A number whose presence counts: zero is written too.
pub(crate) fn some_uint(bytes: &mut Vec<u8>, field: u32, value: u64) {
    tag(bytes, field, VARINT);
    varint(bytes, value);
}

/// A truth; false is left out.
pub(crate) fn truth(bytes: &mut Vec<u8>, field: u32, value: bool) {
    uint(bytes, field, u64::from(value));
}

/// Bytes or text; nothing is left out.
pub(crate) fn bytes(into: &mut Vec<u8>, field: u32, value: &[u8]) {
    if !value.is_empty() {
        some_bytes(into, field, value);
    }
}

/// Bytes or text of a repeated field: empty ones are written too.
pub(crate) fn some_bytes(into: &mut Vec<u8>, field: u32, value: &[u8]) {
    tag(into, field, LENGTH);
    varint(into, value.len() as u64);
    into.extend_from_slice(value);
}

/// A message within a message. One byte is kept for its length, which is enough for nearly all; a
/// longer one moves.
pub(crate) fn message(bytes: &mut Vec<u8>, field: u32, write: impl FnOnce(&mut Vec<u8>)) {
    tag(bytes, field, LENGTH);
    let at = bytes.len();
    bytes.push(0);
    let start = bytes.len();
    write(bytes);
    let end = bytes.len();
    let length = (end - start) as u64;
    let more = varint_len(length) - 1;
    if more > 0 {
        bytes.resize(end + more, 0);
        bytes.copy_within(start..end, start + more);
    }
    let mut rest = length;
    for place in 0..=more {
        let goes_on = if place < more { 0x80 } else { 0 };
        bytes[at + place] = (rest & 0x7f) as u8 | goes_on;
        rest >>= 7;
    }
}

fn varint_len(value: u64) -> usize {
    (64 - (value | 1).leading_zeros() as usize).div_ceil(7)
}

#[cfg(test)]
mod tests {
    use super::*;
    use prost::Message;
    use proto::store;

    #[test]
    fn a_message_of_any_length_is_written_as_prost_writes_it() {
        for length in [0, 1, 120, 121, 127, 128, 200, 16_383, 16_384, 70_000] {
            let frame = store::Frame { at_ms: 5, event: vec![7; length] };
            let frames = store::Frames { frames: vec![frame.clone(), frame] };
            let mut ours = Vec::new();
            for _ in 0..2 {
                message(&mut ours, 1, |into| {
                    uint(into, 1, 5);
                    bytes(into, 2, &vec![7; length]);
                });
            }
            assert_eq!(ours, frames.encode_to_vec(), "{length}");
        }
    }
}
