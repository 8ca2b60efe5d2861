//! Frames are for ever: what is written comes back, is what prost would write, and is what was
//! written before.

mod samples;

use domain::Event;
use journal::codec::{CodecError, decode_event, encode_event};
use prost::Message;
use samples::events;
use std::collections::BTreeMap;
use std::path::Path;

fn encoded(event: &Event) -> Vec<u8> {
    let mut bytes = vec![0xee];
    encode_event(event, &mut bytes);
    assert_eq!(bytes.remove(0), 0xee, "a frame is appended, nothing before it is touched");
    bytes
}

#[test]
fn every_event_comes_back_as_it_was() {
    for event in events() {
        assert_eq!(decode_event(&encoded(&event)), Ok(event));
    }
}

#[test]
fn a_frame_is_what_prost_writes_however_it_is_written() {
    for event in events() {
        let by_prost = journal::codec::message(&event).encode_to_vec();
        assert_eq!(encoded(&event), by_prost, "{event:?}");
    }
}

/// What stands in the file stays: it lies on disks.
fn add_what_is_new(file: &Path, hex: &str) {
    let golden = if file.exists() { std::fs::read_to_string(file) } else { Ok(String::new()) };
    if hex.starts_with(&golden.expect("reads")) {
        std::fs::write(file, hex).expect("writes");
    }
}

#[test]
fn every_kind_of_event_is_written_as_the_first_journal_wrote_it() {
    let mut kinds = BTreeMap::<_, String>::new();
    for event in events() {
        let hex: String = encoded(&event).iter().map(|byte| format!("{byte:02x}")).collect();
        *kinds.entry(event.name()).or_default() += &format!("{hex}\n");
    }
    assert_eq!(kinds.len(), 29, "a new kind needs a sample");
    for (kind, hex) in kinds {
        let file = format!("{}/tests/golden/{kind}.hex", env!("CARGO_MANIFEST_DIR"));
        if std::env::var_os("CHOT_WRITE_GOLDEN").is_some() {
            add_what_is_new(Path::new(&file), &hex);
        }
        let golden = std::fs::read_to_string(&file).expect("reads");
        assert_eq!(hex, golden, "{kind} would be written otherwise than in journals that exist");
    }
}

#[test]
fn bytes_that_are_no_event_are_told_apart() {
    let check = |bytes: &[u8], is: fn(&CodecError) -> bool| {
        let why = decode_event(bytes).expect_err("no event");
        assert!(is(&why), "{why}");
    };
    check(&[], |why| *why == CodecError::UnknownKind);
    check(&[0xf2, 0x07, 0x00], |why| *why == CodecError::UnknownKind);
    check(&[0x32, 0x7f], |why| matches!(why, CodecError::Malformed(_)));
    check(&[0x32, 0x00], |why| matches!(why, CodecError::Field { field: "key", .. }));
}

#[test]
fn no_cut_of_a_frame_panics() {
    for event in events() {
        let bytes = encoded(&event);
        for cut in 0..bytes.len() {
            if let Ok(read) = decode_event(&bytes[..cut]) {
                assert_eq!(read.name(), event.name());
            }
        }
    }
}
