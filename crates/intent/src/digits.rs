//! Numbers as they are written: amounts, fractions, phones, and what only looks like one of them.

use crate::reading::Phone;

/// What a run of digits is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Digits {
    /// A number in thousandths; `None` if it is beyond every harvest.
    Amount {
        /// Thousandths.
        milli: Option<u64>,
        /// True if it was written with a decimal mark.
        decimal: bool,
    },
    /// A fraction in thousandths: an amount only if a unit follows, otherwise a date or an address.
    Fraction(u64),
    /// A cut phone number, an account, or another number with too many digits to be an amount.
    Scrap,
    /// A date or a time.
    Moment,
}

/// Digits that are neither a phone nor an amount: this many, or three with a zero in front.
const SCRAP_DIGITS_MIN: usize = 8;

/// Reads the digits at `at`, with their separators; returns where they end.
pub(crate) fn digits(bytes: &[u8], at: usize) -> (Digits, usize) {
    let first = run(bytes, at);
    let whole = &bytes[at..first];
    if whole.len() >= SCRAP_DIGITS_MIN || (whole[0] == b'0' && whole.len() >= 3) {
        return (Digits::Scrap, scrap_end(bytes, first));
    }
    match bytes.get(first) {
        Some(b'/') => slashed(bytes, at, first),
        Some(b':') if whole.len() <= 2 && run(bytes, first + 1) == first + 3 => {
            (Digits::Moment, first + 3)
        }
        Some(b'.' | b',') => pointed(bytes, at, first),
        _ => (amount(value(whole).checked_mul(1_000), false), first),
    }
}

/// A Vietnamese mobile number at `at` (rule 13): ten digits, or 84 and nine; dots, dashes, blanks
/// between groups of at least two.
pub(crate) fn phone(bytes: &[u8], at: usize) -> Option<(Phone, usize)> {
    let plus = usize::from(bytes.get(at) == Some(&b'+'));
    let start = at + plus;
    let abroad = bytes[start..].starts_with(b"84");
    if plus == 1 && !abroad {
        return None;
    }
    let mut number = *b"0000000000";
    let (mut filled, mut place) = if abroad { (1, start + 2) } else { (0, start) };
    place += usize::from(abroad && bytes.get(place) == Some(&b' '));
    loop {
        let end = run(bytes, place);
        let group = &bytes[place..end];
        let room = number.get_mut(filled..filled + group.len())?;
        room.copy_from_slice(group);
        filled += group.len();
        place = end;
        if filled == number.len() {
            break;
        }
        let separated = matches!(bytes.get(place), Some(b' ' | b'.' | b'-'));
        if !separated || run(bytes, place + 1) < place + 3 {
            return None;
        }
        place += 1;
    }
    if bytes.get(place).is_some_and(u8::is_ascii_alphanumeric) {
        return None;
    }
    let digits = core::str::from_utf8(&number).expect("ASCII digits");
    Some((Phone::parse(digits)?, place))
}

/// The end of the digits that begin at `at`.
pub(crate) fn run(bytes: &[u8], at: usize) -> usize {
    let digits = bytes[at.min(bytes.len())..].iter();
    at + digits.take_while(|b| b.is_ascii_digit()).count()
}

/// At most seven digits, so that it cannot overflow.
fn value(digits: &[u8]) -> u64 {
    digits
        .iter()
        .fold(0, |value, digit| value.saturating_mul(10).saturating_add(u64::from(digit - b'0')))
}

fn amount(milli: Option<u64>, decimal: bool) -> Digits {
    Digits::Amount { milli, decimal }
}

/// Further groups of a cut number.
fn scrap_end(bytes: &[u8], mut end: usize) -> usize {
    while matches!(bytes.get(end), Some(b' ' | b'.' | b'-')) && run(bytes, end + 1) >= end + 4 {
        end = run(bytes, end + 1);
    }
    end
}

/// `1/2`, `9/10`, `09/10/2025`.
fn slashed(bytes: &[u8], at: usize, first: usize) -> (Digits, usize) {
    let second = run(bytes, first + 1);
    let (over, under) = (&bytes[at..first], &bytes[first + 1..second]);
    if under.is_empty() || over.len() > 4 || under.len() > 4 {
        return (amount(value(over).checked_mul(1_000), false), first);
    }
    if bytes.get(second) == Some(&b'/') && run(bytes, second + 1) > second + 1 {
        return (Digits::Moment, run(bytes, second + 1));
    }
    let (over, under) = (value(over) * 1_000, value(under));
    if under > 0 && over < under * 1_000 && over.is_multiple_of(under) {
        return (Digits::Fraction(over / under), second);
    }
    (Digits::Moment, second)
}

/// `1,5`, `350.000`, `1.200.000`.
fn pointed(bytes: &[u8], at: usize, first: usize) -> (Digits, usize) {
    let whole = value(&bytes[at..first]);
    let second = run(bytes, first + 1);
    let part = &bytes[first + 1..second];
    let alone = (amount(whole.checked_mul(1_000), false), first);
    let more =
        matches!(bytes.get(second), Some(b'.' | b',')) && run(bytes, second + 1) > second + 1;
    match part.len() {
        0 => alone,
        3 if whole > 0 && first - at <= 3 => {
            let (mut total, mut end) = (whole * 1_000 + value(part), second);
            while matches!(bytes.get(end), Some(b'.' | b',')) && run(bytes, end + 1) == end + 4 {
                total = total.saturating_mul(1_000);
                total = total.saturating_add(value(&bytes[end + 1..end + 4]));
                end += 4;
            }
            (amount(total.checked_mul(1_000), false), end)
        }
        1..=3 if !more => {
            let scale = 10u64.pow(3 - part.len() as u32);
            (amount(Some(whole * 1_000 + value(part) * scale), true), second)
        }
        _ => (Digits::Scrap, scrap_end(bytes, second)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_read_with_its_separators() {
        let check = |text: &str, expected: Digits, rest: &str| {
            let (found, end) = digits(text.as_bytes(), 0);
            assert_eq!((found, &text[end..]), (expected, rest), "{text}");
        };
        check("2 cái", amount(Some(2_000), false), " cái");
        check("1,5 kg", amount(Some(1_500), true), " kg");
        check("0.25", amount(Some(250), true), "");
        check("350.000d", amount(Some(350_000_000), false), "d");
        check("1.200.000", amount(Some(1_200_000_000), false), "");
        check("1/2 kg", Digits::Fraction(500), " kg");
        check("9/10", Digits::Fraction(900), "");
        check("20/11/2025", Digits::Moment, "");
        check("20:30", Digits::Moment, "");
        check("0912.345.", Digits::Scrap, ".");
        check("0912 345 a1", Digits::Scrap, " a1");
        check("99999999", Digits::Scrap, "");
        check("1. ", amount(Some(1_000), false), ". ");
    }

    #[test]
    fn a_phone_has_ten_digits_and_a_mobile_prefix() {
        let check = |text: &str, expected: Option<&str>| {
            let found = phone(text.as_bytes(), 0);
            assert_eq!(found.as_ref().map(|(phone, _)| phone.as_str()), expected, "{text}");
        };
        for text in [
            "0912345678",
            "091.234.5678",
            "0912 345 678 a1 2",
            "+84912345678",
            "84912345678",
            "+84 912-345-678",
            "0912345678 2",
        ] {
            check(text, Some("0912345678"));
        }
        for text in
            ["0912345", "09123456789", "0212345678", "912345678", "0912345678x", "+0912345678"]
        {
            check(text, None);
        }
    }
}
