//! The few words of the contract that a generator speaks: hello and one claim on their way out,
//! outcomes and errors on their way in.

use super::frame;
use std::io::Write as _;

/// How an outcome begins; then comes its key.
const OUTCOME: &[u8] = br#"{"type":"outcome","key":""#;
/// What stands behind the key of a claim that was sold.
const HELD: &[u8] = br#"","result":"held""#;
const ERROR: &[u8] = br#"{"type":"error""#;

/// More than a claim takes, with a key of any length.
const CLAIM_BYTES_MAX: usize = 128;

/// Appends the frame with which a viewer comes in.
pub(crate) fn hello(into: &mut Vec<u8>, ticket: &str) {
    frame::text(into, format!(r#"{{"type":"hello","ticket":"{ticket}"}}"#).as_bytes());
}

/// Appends the frame that claims the least there is of the offer D1.
pub(crate) fn claim(into: &mut Vec<u8>, key: u64) {
    let mut claim = [0; CLAIM_BYTES_MAX];
    let mut room = &mut claim[..];
    let lines = r#""lines":[{"code":"D1","quantity":0.1}]"#;
    write!(room, r#"{{"type":"claim","key":"{key}",{lines}}}"#).expect("there is room");
    let length = CLAIM_BYTES_MAX - room.len();
    frame::text(into, &claim[..length]);
}

/// An outcome from its key on; none of any other text.
pub(crate) fn outcome(text: &[u8]) -> Option<&[u8]> {
    text.strip_prefix(OUTCOME)
}

/// The key of an outcome, if it is held.
pub(crate) fn held_key(outcome: &[u8]) -> Option<u64> {
    let digits = outcome.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let (key, rest) = outcome.split_at(digits);
    let key = std::str::from_utf8(key).ok()?.parse().ok()?;
    rest.starts_with(HELD).then_some(key)
}

/// Whether something was refused before it was decided.
pub(crate) fn is_error(text: &[u8]) -> bool {
    text.starts_with(ERROR)
}

/// The beginning of a text, to be told.
pub(crate) fn beginning(text: &[u8]) -> String {
    String::from_utf8_lossy(&text[..text.len().min(300)]).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_claim_is_the_contracts_with_a_key_of_any_length() {
        let check = |key: u64| {
            let mut bytes = Vec::new();
            claim(&mut bytes, key);
            // Two bytes of head and four of a mask that changes nothing.
            let read: serde_json::Value = serde_json::from_slice(&bytes[6..]).expect("JSON");
            assert_eq!(read["key"], key.to_string());
            assert_eq!(read["lines"][0]["quantity"], 0.1);
        };
        check(0);
        check(u64::MAX);
    }

    #[test]
    fn only_a_held_outcome_has_a_held_key() {
        let check = |text: &str, expected| {
            assert_eq!(outcome(text.as_bytes()).and_then(held_key), expected, "{text}");
        };
        check(r#"{"type":"outcome","key":"17","result":"held","number":1}"#, Some(17));
        check(r#"{"type":"outcome","key":"17","result":"refused"}"#, None);
        check(r#"{"type":"outcome","key":"","result":"held"}"#, None);
        check(r#"{"type":"order","key":"17","result":"held"}"#, None);
        assert!(is_error(br#"{"type":"error","code":"busy"}"#));
    }
}
