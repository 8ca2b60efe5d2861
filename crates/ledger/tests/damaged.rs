//! A file that was damaged or changed after it was written is refused at its first bad line.

mod forge;

use forge::{evening, lines, refused, verify};
use ledger::Broken;

/// The honest evening with something done to its lines.
fn check(line: u64, wanted: fn(&Broken) -> bool, damage: impl FnOnce(&mut Vec<String>)) {
    let mut lines = lines(&evening());
    damage(&mut lines);
    refused(&lines.concat(), line, wanted);
}

/// Replaces in one line (from 1) what must be there.
fn replace(line: usize, from: &'static str, to: &'static str) -> impl FnOnce(&mut Vec<String>) {
    move |lines| {
        assert!(lines[line - 1].contains(from), "{from} is in {}", lines[line - 1]);
        lines[line - 1] = lines[line - 1].replacen(from, to, 1);
    }
}

#[test]
fn an_empty_file_proves_nothing() {
    refused("", 0, |b| matches!(b, Broken::Empty));
    refused("\n \n", 2, |b| matches!(b, Broken::Empty));
}

#[test]
fn a_flipped_bit_of_a_frame_shows_in_its_hash() {
    let flip = |lines: &mut Vec<String>| {
        let frame = lines[3].find("\"frame\":\"").expect("a frame") + 15;
        let old = lines[3].remove(frame);
        lines[3].insert(frame, if old == 'A' { 'B' } else { 'A' });
    };
    check(4, |b| matches!(b, Broken::HashDiffers { .. }), flip);
}

#[test]
fn a_changed_hash_time_or_epoch_shows() {
    check(
        4,
        |b| matches!(b, Broken::HashDiffers { .. }),
        |lines| {
            let hash = lines[3].find("\"hash\":\"").expect("a hash") + 8;
            let old = lines[3].remove(hash);
            lines[3].insert(hash, if old == '0' { '1' } else { '0' });
        },
    );
    let time = replace(4, "13:05:10.000Z", "13:05:09.999Z");
    check(4, |b| matches!(b, Broken::HashDiffers { .. }), time);
    let epoch = replace(4, "\"epoch\":1", "\"epoch\":2");
    check(4, |b| matches!(b, Broken::HashDiffers { .. }), epoch);
}

#[test]
fn a_dropped_doubled_or_swapped_line_breaks_the_sequence() {
    let jumps = |b: &Broken| matches!(b, Broken::SeqJumps { .. });
    check(5, jumps, |lines| drop(lines.remove(4)));
    check(5, jumps, |lines| lines.swap(4, 5));
    check(6, jumps, |lines| lines.insert(4, lines[4].clone()));
}

#[test]
fn a_line_of_another_history_breaks_the_chain() {
    let mut other = evening();
    other[1].at_s = 1;
    let other = lines(&other);
    check(5, |b| matches!(b, Broken::PrevDiffers { .. }), |lines| lines[4] = other[4].clone());
}

#[test]
fn readable_parts_that_say_something_else_than_the_frame_are_refused() {
    let differs = |b: &Broken| matches!(b, Broken::EventDiffers);
    check(4, differs, replace(4, "\"held\":1.5", "\"held\":1"));
    check(4, differs, replace(4, "\"number\":1", "\"number\":1,\"gift\":true"));
    check(4, differs, replace(4, "\"number\":1", "\"number\":9,\"number\":1"));
    check(4, differs, replace(4, "claim_held", "claim_waitlisted"));
}

#[test]
fn the_same_json_in_another_writing_is_the_same() {
    let mut lines = lines(&evening());
    lines[3] = lines[3].replace("\"held\":1.5", "\"held\" : 1.500");
    lines[4] = lines[4].replace('\n', "\r\n");
    lines[5].push('\n');
    lines[6] = lines[6].replacen('{', "{\"unknown\":[1,2],", 1);
    verify(&lines.concat()).expect("white space and unknown fields change nothing");
}

#[test]
fn a_beginning_in_the_middle_proves_nothing() {
    check(1, |b| matches!(b, Broken::BeginsInside), |lines| drop(lines.remove(0)));
}

#[test]
fn a_cut_file_is_told_from_a_wrong_one() {
    let cut = |lines: &mut Vec<String>| {
        let last = lines.last_mut().expect("lines");
        last.truncate(last.len() / 2);
    };
    check(11, |b| matches!(b, Broken::CutOff), cut);
    let mut whole = lines(&evening()).concat();
    assert_eq!(whole.pop(), Some('\n'));
    verify(&whole).expect("a missing last newline is no cut");
}

#[test]
fn what_is_no_line_of_a_ledger_is_refused() {
    let not_a_line = |b: &Broken| matches!(b, Broken::NotALine { .. });
    check(4, not_a_line, |lines| lines[3] = "hàng về rồi\n".into());
    check(4, not_a_line, |lines| lines[3] = "[1,2]\n".into());
    check(4, not_a_line, replace(4, "\"seq\":4", "\"seq\":-4"));
    check(4, not_a_line, replace(4, "\"seq\":4", "\"seq\":4,\"seq\":4"));
    check(4, not_a_line, replace(4, "\"prev\":\"", "\"prev\":\"x"));
    check(4, not_a_line, replace(4, "\"prev\"", "\"before\""));
    check(4, not_a_line, replace(4, "\"frame\"", "\"bytes\""));
    check(4, not_a_line, replace(4, "13:05:10.000Z", "13:05:10.0009Z"));
    check(4, not_a_line, replace(4, "13:05:10.000Z", "20:05:10.000+07:00"));
    check(
        4,
        |b| matches!(b, Broken::NotBase64 { .. }),
        replace(4, "\"frame\":\"", "\"frame\":\"*"),
    );
}

#[test]
fn a_line_without_an_end_is_refused_before_it_fills_the_memory() {
    use std::io::{BufReader, Read as _};
    let first = lines(&evening()).remove(0);
    let endless = std::io::repeat(b' ').take(1 << 40);
    let file = BufReader::new(first.as_bytes().chain(endless));
    let violation = ledger::verify(file, None, |_| {}).expect_err("refused");
    assert!(matches!(violation.broken, Broken::TooLong { .. }), "{violation}");
    assert_eq!(violation.line, 2);
}

#[test]
fn every_cut_and_every_changed_byte_is_refused_or_harmless_and_never_a_panic() {
    let whole = lines(&evening()).concat();
    let honest = verify(&whole).expect("holds");
    for at in (0..whole.len()).step_by(7) {
        let mut bytes = whole.clone().into_bytes();
        bytes[at] = bytes[at].wrapping_add(1);
        match ledger::verify(bytes.as_slice(), None, |_| {}) {
            Ok(proof) => assert_eq!(proof, honest, "a change at {at} that goes unseen"),
            Err(violation) => assert!(violation.line > 0),
        }
        match ledger::verify(&whole.as_bytes()[..at], None, |_| {}) {
            Ok(proof) => assert!(proof.events < honest.events, "a cut at {at}"),
            Err(violation) => assert!(violation.to_string().contains("dòng")),
        }
    }
}

/// The first line of a ledger around any bytes, hashed as it should be.
fn line_around(frame: &[u8]) -> String {
    use base64::Engine as _;
    use sha2::{Digest as _, Sha256};
    let prev = [0; 32];
    let mut sha = Sha256::new_with_prefix(prev);
    for number in [1, 1, forge::EVENING_MS] {
        sha.update(number.to_be_bytes());
    }
    sha.update(frame);
    let line = serde_json::json!({
        "epoch": 1,
        "seq": 1,
        "at": domain::Timestamp(forge::EVENING_MS).to_string(),
        "prev": domain::Hash(prev).to_string(),
        "hash": domain::Hash(sha.finalize().into()).to_string(),
        "frame": base64::engine::general_purpose::STANDARD.encode(frame),
        "event": null,
    });
    format!("{line}\n")
}

#[test]
fn bytes_that_are_no_event_or_one_of_a_newer_version_are_refused() {
    let not_an_event = |b: &Broken| matches!(b, Broken::NotAnEvent { .. });
    refused(&line_around(b"\xff\xff"), 1, not_an_event);
    refused(&line_around(b""), 1, not_an_event);
    // A field that no event has yet: number 900, an empty message.
    refused(&line_around(b"\xa2\x38\x00"), 1, not_an_event);
}

#[test]
fn a_file_that_cannot_be_read_is_told_from_a_broken_ledger() {
    use std::io::{BufReader, Error, Read};
    struct Torn;
    impl Read for Torn {
        fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
            Err(Error::other("the disk is gone"))
        }
    }
    let whole = lines(&evening()).concat();
    let file = BufReader::new(whole.as_bytes().chain(Torn));
    let violation = ledger::verify(file, None, |_| {}).expect_err("refused");
    assert!(matches!(violation.broken, Broken::Unreadable(_)), "{violation}");
    assert_eq!(violation.broken.promise(), None);
}
