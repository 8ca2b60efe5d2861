//! A journaled event's bytes, or those of a shop at rest: the first byte says which.

use journal::codec::{decode_event, decode_snapshot, encode_event, encode_snapshot, message};
use prost::Message;

/// Decodes, and if that succeeds, encodes and decodes again.
///
/// # Panics
/// If an event or a shop comes back as another one, or the two encoders differ.
pub(crate) fn check(bytes: &[u8]) {
    let Some((kind, frame)) = bytes.split_first() else {
        return;
    };
    if kind & 1 == 0 {
        let Ok(event) = decode_event(frame) else {
            return;
        };
        let mut encoded = Vec::new();
        encode_event(&event, &mut encoded);
        assert_eq!(encoded, message(&event).encode_to_vec(), "by hand and by prost");
        assert_eq!(decode_event(&encoded).as_ref(), Ok(&event));
    } else if let Ok(snapshot) = decode_snapshot(frame) {
        let encoded = encode_snapshot(&snapshot);
        assert_eq!(decode_snapshot(&encoded).as_ref(), Ok(&snapshot));
    }
}
