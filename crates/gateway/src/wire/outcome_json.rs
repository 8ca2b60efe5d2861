//! OUTCOME as JSON, written straight into one growing buffer: the one message that goes out by the
//! hundred thousand. A test holds it equal to the form that the schema gives.

use domain::outcome::{Answer, Outcome, OutcomeLine};
use domain::{Position, Quantity, ShopId, Timestamp};
use std::io::Write;

/// Appends `{"key":…}` without a type.
pub(crate) fn write(into: &mut Vec<u8>, shop: ShopId, key: &str, answer: &Answer, body: &Outcome) {
    into.push(b'{');
    fields(into, shop, key, answer, body);
}

/// Appends `{"type":"outcome","key":…}`, the form of a socket's frame.
pub(crate) fn write_frame(
    into: &mut Vec<u8>,
    shop: ShopId,
    key: &str,
    answer: &Answer,
    body: &Outcome,
) {
    into.extend_from_slice(b"{\"type\":\"outcome\",");
    fields(into, shop, key, answer, body);
}

/// Appends `{"key"?,"result":"error","reason":…,"lines":[],"retry_after_ms"?}`: an entry that could
/// not be taken, or not now.
pub(crate) fn write_error(into: &mut Vec<u8>, key: Option<&str>, reason: &str, again: Option<u64>) {
    into.push(b'{');
    if let Some(key) = key {
        into.extend_from_slice(b"\"key\":");
        text(into, key);
        into.push(b',');
    }
    into.extend_from_slice(b"\"result\":\"error\",\"reason\":");
    text(into, reason);
    into.extend_from_slice(b",\"lines\":[]");
    if let Some(ms) = again {
        into.extend_from_slice(b",\"retry_after_ms\":");
        integer(into, ms);
    }
    into.push(b'}');
}

fn fields(into: &mut Vec<u8>, shop: ShopId, key: &str, answer: &Answer, body: &Outcome) {
    into.extend_from_slice(b"\"key\":");
    text(into, key);
    word(into, b",\"result\":\"", body.kind.as_str());
    if let Some(reason) = body.reason {
        word(into, b",\"reason\":\"", reason.as_str());
    }
    if let Some(number) = body.number {
        into.extend_from_slice(b",\"number\":");
        integer(into, u64::from(number));
    }
    into.extend_from_slice(b",\"lines\":[");
    for (at, of) in body.lines.iter().enumerate() {
        if at > 0 {
            into.push(b',');
        }
        line(into, of);
    }
    into.push(b']');
    if let Some(order) = body.order {
        id(into, b",\"order\":\"", shop, b'o', order.0);
    }
    if let Some(review) = body.review {
        id(into, b",\"review\":\"", shop, b'r', review.0);
    }
    if let Some(until) = body.hold_until {
        into.extend_from_slice(b",\"hold_until\":\"");
        time(into, until);
        into.push(b'"');
    }
    place(into, answer.position);
    into.extend_from_slice(b",\"receipt\":\"");
    hexadecimal(into, &answer.receipt.0);
    into.extend_from_slice(b"\"}");
}

fn line(into: &mut Vec<u8>, line: &OutcomeLine) {
    into.extend_from_slice(b"{\"code\":");
    text(into, line.code.as_str());
    if !line.variant.is_unsaid() {
        into.extend_from_slice(b",\"variant\":[");
        for (at, value) in line.variant.0.iter().enumerate() {
            if at > 0 {
                into.push(b',');
            }
            match value {
                Some(value) => text(into, value),
                None => into.extend_from_slice(b"null"),
            }
        }
        into.push(b']');
    }
    into.extend_from_slice(b",\"held\":");
    quantity(into, line.held);
    into.extend_from_slice(b",\"waitlisted\":");
    quantity(into, line.waitlisted);
    if let Some(place) = line.position_in_line {
        into.extend_from_slice(b",\"position_in_line\":");
        integer(into, u64::from(place));
    }
    into.push(b'}');
}

fn place(into: &mut Vec<u8>, position: Position) {
    into.extend_from_slice(b",\"position\":{\"epoch\":");
    integer(into, position.epoch.0);
    into.extend_from_slice(b",\"seq\":");
    integer(into, position.seq.0);
    into.push(b'}');
}

/// A word of ours, which needs no escaping, behind its name; the name opens the quotation.
fn word(into: &mut Vec<u8>, name: &[u8], word: &str) {
    into.extend_from_slice(name);
    into.extend_from_slice(word.as_bytes());
    into.push(b'"');
}

fn id(into: &mut Vec<u8>, name: &[u8], shop: ShopId, kind: u8, number: u32) {
    into.extend_from_slice(name);
    write!(into, "{shop}").expect("memory takes all");
    into.extend_from_slice(&[b'-', kind]);
    integer(into, u64::from(number));
    into.push(b'"');
}

/// Anybody's text, escaped and quoted.
fn text(into: &mut Vec<u8>, text: &str) {
    serde_json::to_writer(into, text).expect("memory takes all");
}

fn integer(into: &mut Vec<u8>, mut number: u64) {
    let mut digits = [0; 20];
    let mut at = digits.len();
    loop {
        at -= 1;
        digits[at] = b'0' + (number % 10) as u8;
        number /= 10;
        if number == 0 {
            break;
        }
    }
    into.extend_from_slice(&digits[at..]);
}

/// A decimal of at most three places; whole numbers without a point.
fn quantity(into: &mut Vec<u8>, quantity: Quantity) {
    if quantity.milli().is_multiple_of(1_000) {
        return integer(into, quantity.milli() / 1_000);
    }
    write!(into, "{quantity}").expect("memory takes all");
}

fn time(into: &mut Vec<u8>, time: Timestamp) {
    write!(into, "{time}").expect("memory takes all");
}

fn hexadecimal(into: &mut Vec<u8>, bytes: &[u8]) {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let pair = |byte: &u8| [DIGITS[usize::from(byte >> 4)], DIGITS[usize::from(byte & 15)]];
    into.extend(bytes.iter().flat_map(pair));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::outgoing::outcome_of;
    use domain::offer::Variant;
    use domain::outcome::AnswerBody;
    use domain::{Code, Epoch, Hash, OrderId, OutcomeKind, Reason, ReviewId, Seq};
    use proto::live::{ServerFrame, server_frame};

    fn check(key: &str, body: Outcome) {
        let shop = ShopId::from_random(0x1234_5678_9abc_def0);
        let answer = Answer {
            position: Position { epoch: Epoch(3), seq: Seq(1_000_017) },
            receipt: Hash([0xa7; 32]),
            body: AnswerBody::Outcome(body.clone()),
        };
        let form = outcome_of(shop, key, &answer, &body);
        let mut ours = Vec::new();
        write(&mut ours, shop, key, &answer, &body);
        let theirs = serde_json::to_vec(&form).expect("writes");
        assert_eq!(String::from_utf8(ours), String::from_utf8(theirs));
        let mut ours = Vec::new();
        write_frame(&mut ours, shop, key, &answer, &body);
        let frame = ServerFrame { frame: Some(server_frame::Frame::Outcome(form)) };
        let theirs = serde_json::to_vec(&frame).expect("writes");
        assert_eq!(String::from_utf8(ours), String::from_utf8(theirs));
    }

    fn of(kind: OutcomeKind, lines: Vec<OutcomeLine>) -> Outcome {
        let (reason, number, order, review, hold_until) = (None, None, None, None, None);
        Outcome { kind, reason, number, lines, order, review, hold_until }
    }

    fn taken(code: &str, variant: &[Option<&str>], held: u64, waitlisted: u64) -> OutcomeLine {
        OutcomeLine {
            code: Code::parse(code).expect("a code"),
            variant: Variant(variant.iter().map(|value| value.map(Into::into)).collect()),
            held: Quantity::from_milli(held).expect("small"),
            waitlisted: Quantity::from_milli(waitlisted).expect("small"),
            position_in_line: (waitlisted > 0).then_some(12),
        }
    }

    #[test]
    fn the_hand_written_form_is_the_schemas() {
        check("k", of(OutcomeKind::Noted, vec![]));
        check("ti\"k\\tok:\u{1}ơ🌸", of(OutcomeKind::Cancelled, vec![taken("D1", &[], 500, 0)]));
        let refused = Outcome { reason: Some(Reason::SoldOut), ..of(OutcomeKind::Refused, vec![]) };
        check("k", Outcome { number: Some(7), ..refused });
        check("k", Outcome { review: Some(ReviewId(4)), ..of(OutcomeKind::Review, vec![]) });
        let lines = vec![
            taken("洋裝", &[Some("đỏ \"x\""), None], 2_000, 0),
            taken("A1", &[None, None], 1_250, 12_345),
            taken("A2", &[Some("S")], 0, 1_000_000_000),
        ];
        let partial = Outcome { number: Some(u32::MAX), ..of(OutcomeKind::Partial, lines) };
        let until = Some(Timestamp(1_795_431_905_123));
        check("k", Outcome { order: Some(OrderId(17)), hold_until: until, ..partial });
    }

    #[test]
    fn an_entry_that_could_not_be_taken_says_why() {
        let mut json = Vec::new();
        write_error(&mut json, Some("tiktok:1"), "bad_time", None);
        write_error(&mut json, None, "bad_id", None);
        assert_eq!(
            String::from_utf8(json).expect("UTF-8"),
            "{\"key\":\"tiktok:1\",\"result\":\"error\",\"reason\":\"bad_time\",\"lines\":[]}\
             {\"result\":\"error\",\"reason\":\"bad_id\",\"lines\":[]}"
        );
    }

    #[test]
    fn an_entry_that_is_shed_says_when_to_send_it_again() {
        let mut json = Vec::new();
        write_error(&mut json, Some("tiktok:1"), "busy", Some(2_345));
        let form = proto::live::Outcome {
            key: Some("tiktok:1".into()),
            result: "error".into(),
            reason: Some("busy".into()),
            retry_after_ms: Some(2_345),
            ..Default::default()
        };
        let read: proto::live::Outcome = serde_json::from_slice(&json).expect("an outcome");
        assert_eq!(read, form);
    }
}
