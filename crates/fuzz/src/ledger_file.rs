//! A ledger's file: anything at all, or an honest evening with edits.
//!
//! The first byte says which. Edits are five bytes each: what, in which line, where in it (two
//! bytes), and with which byte.

use domain::Hash;
use ledger::verify;
use serde_json::Value;
use std::sync::LazyLock;

const EDIT_BYTES: usize = 5;

/// An honest evening, its lines' values, and the receipt of its last event.
struct Evening {
    lines: Vec<Vec<u8>>,
    values: Vec<Value>,
    receipt: Hash,
}

static EVENING: LazyLock<Evening> = LazyLock::new(|| {
    let text = include_str!("../evening.ndjson");
    let values: Vec<Value> =
        text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let receipt = values.last().and_then(|line| line["hash"].as_str()).expect("a hash");
    let receipt = Hash::parse(receipt).expect("a hash");
    let proof = verify(text.as_bytes(), Some(receipt), |_| ());
    assert!(proof.is_ok(), "the evening is honest: {:?}", proof.err());
    let lines = text.lines().map(|line| line.as_bytes().to_vec()).collect();
    Evening { lines, values, receipt }
});

/// Verifies the file.
///
/// # Panics
/// If a changed evening is accepted.
pub(crate) fn check(bytes: &[u8]) {
    let Some((kind, rest)) = bytes.split_first() else {
        return;
    };
    if kind & 1 == 0 {
        // It may be accepted: whoever writes the whole file can write an honest one.
        drop(verify(rest, None, |_| ()));
        return;
    }
    let mut lines = EVENING.lines.clone();
    rest.chunks_exact(EDIT_BYTES).for_each(|edit| apply(&mut lines, edit));
    let file = lines.join(&b'\n');
    if verify(file.as_slice(), Some(EVENING.receipt), |_| ()).is_ok() {
        assert_is_unchanged(&file);
    }
}

fn apply(lines: &mut Vec<Vec<u8>>, edit: &[u8]) {
    if lines.is_empty() {
        return;
    }
    let at = usize::from(edit[1]) % lines.len();
    let other = usize::from(edit[4]) % lines.len();
    let line = &mut lines[at];
    let place = usize::from(u16::from_be_bytes([edit[2], edit[3]])) % (line.len() + 1);
    match edit[0] % 8 {
        0 if place < line.len() => line[place] ^= 1 << (edit[4] % 8),
        1 if place < line.len() => line[place] = edit[4],
        2 if place < line.len() => drop(line.remove(place)),
        3 => line.insert(place, edit[4]),
        4 => drop(lines.remove(at)),
        5 => lines.insert(other, lines[at].clone()),
        6 => lines.swap(at, other),
        7 => line.truncate(place),
        // Past the line's end there is nothing to change.
        _ => {}
    }
}

/// Spaces and empty lines may differ. The checkpoint's stock is the file's own word, and before a
/// shop's first event it may be left out. Every event must say what it said.
fn assert_is_unchanged(file: &[u8]) {
    let text = std::str::from_utf8(file).expect("what was accepted is text");
    let values: Vec<Value> = text
        .lines()
        .filter(|line| !line.trim().is_empty())
        .map(|line| serde_json::from_str(line).expect("what was accepted is JSON"))
        .filter(|line: &Value| line["event"]["type"] != "checkpoint")
        .collect();
    assert_eq!(values, EVENING.values[1..], "a changed ledger was accepted");
}
