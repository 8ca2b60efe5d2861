//! What a viewer's socket says: a text frame in JSON, or a binary one in protobuf.
//!
//! The first byte chooses the form, the rest is the frame's payload.

use gateway::{BadFrame, read_json, read_proto, understand};
use prost::Message;
use proto::live::{ClientFrame, client_frame::Frame};

/// Reads the frame, and what the gateway understands by it.
///
/// # Panics
/// If a frame comes back from either form as another one, or an error says nothing.
pub(crate) fn check(bytes: &[u8]) {
    let Some((form, payload)) = bytes.split_first() else {
        return;
    };
    let read = if form & 1 == 0 {
        read_json(&String::from_utf8_lossy(payload))
    } else {
        read_proto(payload)
    };
    match read {
        Ok(frame) => accepted(frame),
        Err(bad) => refused(&bad),
    }
}

fn accepted(frame: Frame) {
    let whole = ClientFrame { frame: Some(frame.clone()) };
    let again = read_proto(&whole.encode_to_vec()).expect("what was read can be read again");
    assert_eq!(again, frame, "through protobuf");
    let json = serde_json::to_string(&whole).expect("a frame has a JSON form");
    // Protobuf has room for numbers that JSON's three decimals have not.
    match read_json(&json) {
        Ok(again) => assert_eq!(again, frame, "through JSON: {json}"),
        Err(bad) => refused(&bad),
    }
    if let Err(bad) = understand(frame) {
        refused(&bad);
    }
}

fn refused(bad: &BadFrame) {
    assert!(!bad.code.is_empty() && !bad.detail.is_empty(), "{bad:?}");
    let key_chars = bad.key.as_deref().unwrap_or_default().chars().count();
    assert!(key_chars <= domain::limits::KEY_CHARS_MAX, "{bad:?}");
}
