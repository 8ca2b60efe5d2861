//! Frames in their two forms: JSON text and protobuf, read and written.

use crate::body;
use crate::problem::Problem;
use crate::wire::{incoming, outcome_json, outgoing};
use domain::ShopId;
use domain::outcome::{Answer, AnswerBody};
use prost::Message;
use proto::json::TypeOnly;
use proto::live::{self, ClientFrame, Error, ServerFrame, client_frame, server_frame};
use serde::Deserialize;
use std::borrow::Cow;

/// Which of the two.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Form {
    /// `v1.json.chot`: text frames.
    Json,
    /// `v1.proto.chot`: binary frames.
    Proto,
}

impl Form {
    /// The subprotocol's name.
    pub(crate) const fn subprotocol(self) -> &'static str {
        match self {
            Self::Json => "v1.json.chot",
            Self::Proto => "v1.proto.chot",
        }
    }

    /// The first byte of a whole frame: FIN and text, or FIN and binary.
    const fn first_byte(self) -> u8 {
        match self {
            Self::Json => 0x81,
            Self::Proto => 0x82,
        }
    }
}

/// What was wrong with a frame, for the error that is sent back.
#[derive(Debug)]
pub struct BadFrame {
    /// The stable code.
    pub code: &'static str,
    /// What would be right.
    pub detail: String,
    /// Under which key it was said, if that could be read.
    pub key: Option<String>,
}

impl BadFrame {
    pub(crate) fn new(code: &'static str, detail: impl Into<String>, key: Option<String>) -> Self {
        Self { code, detail: detail.into(), key }
    }

    /// A problem with the message of that key.
    pub(crate) fn of(problem: Problem, key: &str) -> Self {
        // A key that is itself the problem may be of any length: enough of it to be recognised.
        let key = key.chars().take(domain::limits::KEY_CHARS_MAX).collect();
        Self::new(problem.code(), problem.detail(), Some(key))
    }
}

#[derive(Deserialize)]
struct KeyOnly<'a> {
    #[serde(borrow)]
    key: Option<Cow<'a, str>>,
}

/// Reads a JSON frame.
///
/// # Errors
/// `bad_frame`, `unknown_type`, `bad_quantity`.
pub fn read_json(text: &str) -> Result<client_frame::Frame, BadFrame> {
    if let Some(frame) = read_order(text) {
        return Ok(frame);
    }
    let error = match serde_json::from_str::<ClientFrame>(text) {
        Ok(ClientFrame { frame: Some(frame) }) => return Ok(frame),
        Ok(ClientFrame { frame: None }) => return Err(unknown_type()),
        Err(error) => error,
    };
    let detail = format!("This frame cannot be read: {}.", body::unsaid(&error));
    let Ok(TypeOnly { kind }) = serde_json::from_str(text) else {
        let detail = "A frame is a JSON object with a `type`.";
        return Err(BadFrame::new("bad_frame", detail, None));
    };
    let key = serde_json::from_str(text).ok().and_then(|KeyOnly { key }| key);
    let key = key.filter(|key| incoming::key(key).is_ok()).map(Cow::into_owned);
    if !matches!(&*kind, "hello" | "comment" | "claim" | "release" | "extend" | "undo" | "ping") {
        return Err(BadFrame { key, ..unknown_type() });
    }
    let code = if body::is_quantity(&detail) { "bad_quantity" } else { "bad_frame" };
    Err(BadFrame::new(code, detail, key))
}

/// Reads what comes by the hundred thousand without the detour of a tagged form, which copies
/// every field before it knows what it is. None if it is anything else, or wrong in any way that
/// concerns us: what stands in fields that we do not know is not looked into.
fn read_order(text: &str) -> Option<client_frame::Frame> {
    // A list in the order of the fields would be one too.
    if !text.trim_start().starts_with('{') {
        return None;
    }
    let TypeOnly { kind } = serde_json::from_str(text).ok()?;
    match &*kind {
        "comment" => serde_json::from_str(text).ok().map(client_frame::Frame::Comment),
        "claim" => serde_json::from_str(text).ok().map(client_frame::Frame::Claim),
        _ => None,
    }
}

/// Reads a protobuf frame.
///
/// # Errors
/// `bad_frame`, `unknown_type`.
pub fn read_proto(bytes: &[u8]) -> Result<client_frame::Frame, BadFrame> {
    let frame = ClientFrame::decode(bytes).map_err(|error| {
        BadFrame::new("bad_frame", format!("This frame is no ClientFrame: {error}."), None)
    })?;
    frame.frame.ok_or_else(unknown_type)
}

fn unknown_type() -> BadFrame {
    let detail = "`type` is one of hello, comment, claim, release, extend, undo, ping.";
    BadFrame::new("unknown_type", detail, None)
}

/// Appends a whole websocket frame whose payload `write` appends; returns its bytes in all.
pub(super) fn framed(into: &mut Vec<u8>, form: Form, write: impl FnOnce(&mut Vec<u8>)) -> usize {
    const HEADER_MAX: usize = 10;
    let start = into.len();
    into.extend_from_slice(&[0; HEADER_MAX]);
    write(into);
    let payload = into.len() - start - HEADER_MAX;
    let mut header = [0; HEADER_MAX];
    header[0] = form.first_byte();
    let length = match payload {
        0..126 => {
            header[1] = payload as u8;
            2
        }
        126..0x1_0000 => {
            header[1] = 126;
            header[2..4].copy_from_slice(&(payload as u16).to_be_bytes());
            4
        }
        _ => {
            header[1] = 127;
            header[2..10].copy_from_slice(&(payload as u64).to_be_bytes());
            HEADER_MAX
        }
    };
    into[start..start + length].copy_from_slice(&header[..length]);
    into.copy_within(start + HEADER_MAX.., start + length);
    into.truncate(start + length + payload);
    length + payload
}

/// Appends a frame to viewers in its websocket frame.
pub(crate) fn write(into: &mut Vec<u8>, form: Form, frame: server_frame::Frame) {
    let frame = ServerFrame { frame: Some(frame) };
    framed(into, form, |payload| match form {
        Form::Json => serde_json::to_writer(payload, &frame)
            .expect("messages have only texts, numbers and times of our calendar"),
        Form::Proto => frame.encode(payload).expect("memory takes all"),
    });
}

/// Appends an answer under its key: an outcome; other kinds of answers are never a viewer's.
pub(crate) fn write_outcome(
    into: &mut Vec<u8>,
    form: Form,
    shop: ShopId,
    key: &str,
    answer: &Answer,
) {
    let AnswerBody::Outcome(body) = &answer.body else {
        return write_error(into, form, "internal", "The answer is lost: send the key again.", key);
    };
    match form {
        Form::Json => {
            framed(into, form, |payload| {
                outcome_json::write_frame(payload, shop, key, answer, body);
            });
        }
        Form::Proto => {
            let outcome = outgoing::outcome_of(shop, key, answer, body);
            write(into, form, server_frame::Frame::Outcome(outcome));
        }
    }
}

/// Appends one of the buyer's orders.
pub(crate) fn write_order(into: &mut Vec<u8>, form: Form, order: live::Order) {
    write(into, form, server_frame::Frame::Order(order));
}

/// Appends an error; without a key where `key` is empty.
pub(crate) fn write_error(into: &mut Vec<u8>, form: Form, code: &str, detail: &str, key: &str) {
    let key = (!key.is_empty()).then(|| key.to_owned());
    let (code, detail) = (code.to_owned(), detail.to_owned());
    let error = Error { code, detail, key, ..Error::default() };
    write(into, form, server_frame::Frame::Error(error));
}

/// The same, with when to come again.
pub(crate) fn write_later(
    into: &mut Vec<u8>,
    form: Form,
    code: &str,
    detail: &str,
    key: &str,
    retry_after_ms: u64,
) {
    let key = (!key.is_empty()).then(|| key.to_owned());
    let (code, detail) = (code.to_owned(), detail.to_owned());
    let error = Error { code, detail, key, retry_after_ms: Some(retry_after_ms) };
    write(into, form, server_frame::Frame::Error(error));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_read_says_why_and_keeps_its_key() {
        let check = |text: &str, code: &str, key: Option<&str>| {
            let bad = read_json(text).expect_err(text);
            assert_eq!((bad.code, bad.key.as_deref()), (code, key), "{text}");
        };
        check("", "bad_frame", None);
        check("{", "bad_frame", None);
        check("[]", "bad_frame", None);
        check("{\"key\":\"k\"}", "bad_frame", None);
        check(r#"{"type":"dance","key":"k"}"#, "unknown_type", Some("k"));
        check(r#"{"type":"comment","key":"k","text":7}"#, "bad_frame", Some("k"));
        check(r#"{"type":"comment","key":7}"#, "bad_frame", None);
        let claim = |q: &str| {
            format!(r#"{{"type":"claim","key":"k","lines":[{{"code":"D1","quantity":{q}}}]}}"#)
        };
        check(&claim("-1"), "bad_quantity", Some("k"));
        check(&claim("0.0001"), "bad_quantity", Some("k"));
        check(&claim("1e300"), "bad_quantity", Some("k"));
        assert!(read_json(&claim("0.5")).is_ok());
        assert_eq!(read_proto(&[0xff]).expect_err("no frame").code, "bad_frame");
        assert_eq!(read_proto(&[]).expect_err("no frame").code, "unknown_type");
    }

    #[test]
    fn an_order_reads_the_same_the_short_way_and_the_long_one() {
        for text in [
            r#"{"type":"comment","key":"k","text":"mã 1 x2"}"#,
            r#"{"text":"\u0063h\u1ed1t","later":[{"type":"claim"}],"key":"k","type":"comment"}"#,
            r#"{"type":"claim","key":"k","lines":[{"code":"D1","quantity":0.5},{"code":"D2"}]}"#,
            r#"{"type":"claim","lines":[{"code":"D1","variant":["đỏ",null],"quantity":"2"}]}"#,
            r#"{"type":"comment","type":"comment","key":"k"}"#,
            r#"{"type":"comment","key":"a","key":"b"}"#,
            r#"{"type":"claim","key":"k","lines":[{"code":"D1","quantity":-1}]}"#,
            r#"{"type":"comment","key":null,"text":"a"}"#,
            r#"["comment"]"#,
            r#" ["claim","k"]"#,
            r#" {"type":"comment","key":"k"}"#,
        ] {
            let long = serde_json::from_str::<ClientFrame>(text).ok().and_then(|all| all.frame);
            let short = read_order(text);
            assert!(short.is_none() || short == long, "{text}: {short:?}, {long:?}");
            assert_eq!(read_json(text).ok(), long, "{text}");
        }
        let order = r#"{"type":"claim","key":"k","lines":[{"code":"D1"}]}"#;
        assert!(read_order(order).is_some(), "the short way is taken");
    }

    #[test]
    fn what_stands_in_fields_that_an_order_does_not_have_is_no_matter() {
        for unknown in ["1e999", r#""\ud800""#] {
            let text = format!(r#"{{"type":"comment","key":"k","text":"a","x":{unknown}}}"#);
            assert!(serde_json::from_str::<ClientFrame>(&text).is_err(), "the long way looks");
            let plain = r#"{"type":"comment","key":"k","text":"a"}"#;
            assert_eq!(read_json(&text).ok(), read_json(plain).ok(), "{text}");
        }
    }

    #[test]
    fn a_frame_of_every_size_has_its_header() {
        let check = |payload: usize, header: &[u8]| {
            let mut out = b"before".to_vec();
            let all = framed(&mut out, Form::Proto, |into| into.resize(into.len() + payload, 7));
            assert_eq!(&out[..6 + header.len()], [b"before", header].concat());
            assert_eq!((all, out.len()), (header.len() + payload, 6 + header.len() + payload));
            assert!(out[6 + header.len()..].iter().all(|byte| *byte == 7));
        };
        check(0, &[0x82, 0]);
        check(125, &[0x82, 125]);
        check(126, &[0x82, 126, 0, 126]);
        check(65_535, &[0x82, 126, 255, 255]);
        check(65_536, &[0x82, 127, 0, 0, 0, 0, 0, 1, 0, 0]);
    }
}
