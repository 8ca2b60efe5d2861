//! Phone numbers in what people write, masked: `090•••4567`. For every screen that others may see,
//! and every file that goes further than its shop.
//!
//! Wider than what is read as a buyer's phone: a number that is wrongly masked costs a look at the
//! buyer's own page, one that is wrongly shown is on somebody's screenshot.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;

/// Digits that a run may have at most to be looked at: three numbers in a row and some more.
const RUN_DIGITS_MAX: usize = 64;

/// A digit, and where it stands in the text.
struct Digit {
    value: u8,
    from: usize,
    to: usize,
    /// True if nothing stands between it and the digit before.
    joined: bool,
}

/// The text with every phone number in it masked; the text itself if there is none.
pub fn mask_phones(text: &str) -> Cow<'_, str> {
    let mut masked: Option<String> = None;
    let mut shown = 0;
    let mut at = 0;
    while let Some((start, plus, digits, end)) = next_run(text, at) {
        at = end;
        for (from, to, mask) in numbers(start, plus, &digits) {
            let masked = masked.get_or_insert_with(String::new);
            masked.push_str(&text[shown..from]);
            masked.push_str(&mask);
            shown = to;
        }
    }
    match masked {
        None => Cow::Borrowed(text),
        Some(mut masked) => {
            masked.push_str(&text[shown..]);
            Cow::Owned(masked)
        }
    }
}

/// The next digits that belong together, from that byte on: where they begin (a plus before them
/// included), whether there is one, the digits, and where they end.
fn next_run(text: &str, from: usize) -> Option<(usize, bool, Vec<Digit>, usize)> {
    let mut digits: Vec<Digit> = Vec::new();
    let (mut start, mut plus, mut between, mut end) = (from, false, 0, from);
    let mut before: Option<(usize, char)> = None;
    for (offset, c) in text[from..].char_indices() {
        let at = from + offset;
        if let Some(value) = digit(c) {
            if digits.is_empty() {
                plus = matches!(before, Some((_, '+' | '＋')));
                start = before.filter(|_| plus).map_or(at, |(at, _)| at);
            }
            end = at + c.len_utf8();
            let joined = between == 0 && !digits.is_empty();
            digits.push(Digit { value, from: at, to: end, joined });
            between = 0;
            if digits.len() == RUN_DIGITS_MAX {
                break;
            }
        } else if !digits.is_empty() {
            between += 1;
            if !is_separator(c) || between > 3 {
                break;
            }
        }
        before = Some((at, c));
    }
    (!digits.is_empty()).then_some((start, plus, digits, end))
}

/// The phone numbers among digits that stand together: from where, to where, and how each is shown.
fn numbers(start: usize, plus: bool, digits: &[Digit]) -> Vec<(usize, usize, String)> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < digits.len() {
        let length =
            if at > 0 && digits[at].joined { None } else { number(plus && at == 0, &digits[at..]) };
        let Some(length) = length else {
            at += 1;
            continue;
        };
        let from = if at == 0 { start } else { digits[at].from };
        found.push((from, digits[at + length - 1].to, shown(&digits[at..at + length])));
        at += length;
    }
    found
}

/// How many digits from here on are a phone number; none if they are something else.
fn number(plus: bool, digits: &[Digit]) -> Option<usize> {
    let ends = |length: usize| {
        digits.len() >= length && digits.get(length).is_none_or(|next| !next.joined)
    };
    let starts = |prefix: &[u8]| {
        digits.len() >= prefix.len()
            && digits.iter().zip(prefix).all(|(digit, wanted)| digit.value == *wanted)
    };
    let group = 1 + digits.iter().skip(1).take_while(|digit| digit.joined).count();
    let country = if starts(&[0, 0, 8, 4]) { Some(4) } else { starts(&[8, 4]).then_some(2) };
    if let Some(code) = country {
        // Nine digits of a mobile, ten of a landline; either may keep its zero.
        let lengths = [code + 11, code + 10, code + 9];
        if let Some(length) = lengths.into_iter().find(|length| ends(*length)) {
            return Some(length);
        }
    }
    if starts(&[0]) {
        let mobile = digits.get(1).is_some_and(|second| matches!(second.value, 3 | 5 | 7..=9));
        let long = digits.get(1).is_some_and(|second| matches!(second.value, 1 | 2));
        if mobile && ends(10) {
            return Some(10);
        }
        if long && ends(11) {
            return Some(11);
        }
    }
    // One digit too many or too few is a phone number still, and so is anything behind a plus.
    let written = starts(&[0]) || country.is_some();
    let abroad = (plus && digits.len() >= 8).then(|| digits.len().min(15)).filter(|n| ends(*n));
    (written && group >= 9).then_some(group).or(abroad)
}

/// `090•••4567`: a country's code becomes the zero it stands for.
fn shown(digits: &[Digit]) -> String {
    let mut values: Vec<u8> = digits.iter().map(|digit| digit.value).collect();
    let rest = values.strip_prefix(&[0, 0, 8, 4]).or_else(|| values.strip_prefix(&[8, 4]));
    if let Some(rest) = rest.filter(|rest| rest.len() >= 9) {
        let rest = rest.strip_prefix(&[0]).unwrap_or(rest);
        values = core::iter::once(0).chain(rest.iter().copied()).collect();
    }
    let letter = |value: &u8| char::from(b'0' + value);
    let mut shown: String = values[..3].iter().map(letter).collect();
    shown.push_str("•••");
    shown.extend(values[values.len() - 4..].iter().map(letter));
    shown
}

/// Digits as they are typed, on whatever keyboard.
fn digit(c: char) -> Option<u8> {
    match c {
        '0'..='9' => u8::try_from(u32::from(c) - u32::from('0')).ok(),
        '０'..='９' => u8::try_from(u32::from(c) - u32::from('０')).ok(),
        _ => None,
    }
}

fn is_separator(c: char) -> bool {
    matches!(c, ' ' | '\u{a0}' | '\u{202f}' | '.' | '-' | '–' | '_' | '/' | ',' | '(' | ')' | '·')
        || matches!(c, '\u{202a}'..='\u{202e}' | '\u{200b}'..='\u{200f}' | '\u{2060}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, masked: &str) {
        assert_eq!(mask_phones(text), masked, "{text}");
    }

    #[test]
    fn a_phone_is_masked_however_it_is_typed() {
        for text in [
            "0901234567",
            "0901 234 567",
            "0901.234.567",
            "090-123-4567",
            "090 123 45 67",
            "0 9 0 1 2 3 4 5 6 7",
            "84901234567",
            "84 901 234 567",
            "+84901234567",
            "+84 901 234 567",
            "+84 (0) 901 234 567",
            "0084 901 234 567",
            "0901/234/567",
            "0901,234,567",
            "０９０１２３４５６７",
            "0901\u{a0}234\u{200b}567",
        ] {
            check(text, "090•••4567");
        }
        check("(+84) 901 234 567", "(090•••4567");
        check("0243 825 1234", "024•••1234");
        check("+84 24 3825 1234", "024•••1234");
        check("01681234567", "016•••4567");
        check("+66 81 234 5678", "668•••5678");
    }

    #[test]
    fn the_words_around_it_stay() {
        check("chốt a1 x2 0901234567 nhé", "chốt a1 x2 090•••4567 nhé");
        check("A1 2 0901 234 567 giao Sơn La", "A1 2 090•••4567 giao Sơn La");
        check("sđt0901234567", "sđt090•••4567");
        check("0901234567 hoặc 0387654321", "090•••4567 hoặc 038•••4321");
        check("0901234567, 0387654321", "090•••4567, 038•••4321");
        check("0901234567 2", "090•••4567 2");
        check("Lan 0901234567", "Lan 090•••4567");
    }

    #[test]
    fn a_digit_too_many_or_too_few_hides_nothing_less() {
        check("09012345678", "090•••5678");
        check("090123456", "090•••3456");
        check("849012345678", "090•••5678");
    }

    #[test]
    fn what_is_no_phone_is_the_same_text() {
        for text in [
            "",
            "a1 x2",
            "A01 2 kg",
            "chốt 2 kí cam, 1 thùng 10",
            "giá 1.250.000đ",
            "chuyển 350000000",
            "12/11/2026 20:05",
            "size 38 39 40 41 42",
            "D1 D2 D3 4 5 6",
        ] {
            assert!(matches!(mask_phones(text), Cow::Borrowed(same) if same == text), "{text}");
        }
    }
}
