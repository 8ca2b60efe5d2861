//! Prices as people type them: 45, 45k, 45.000, 1tr2.

use domain::limits::PRICE_MAX;

/// A price as it was understood.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Typed {
    /// In đồng.
    pub(super) amount: i64,
    /// True if it was a number below a thousand, which nobody means as đồng: taken for thousands,
    /// and to be asked about.
    pub(super) asked: bool,
}

/// The signs of thousands, the longest first.
const THOUSANDS: [&str; 5] = ["nghìn", "ngàn", "ngan", "ng", "k"];
/// The signs of millions, the longest first.
const MILLIONS: [&str; 5] = ["triệu", "trieu", "tr", "củ", "m"];

/// Reads a price; none if it is none. A unit behind a slash (`45k/kg`) is not part of it.
pub(super) fn read(text: &str) -> Option<Typed> {
    let lower = text.trim().to_lowercase();
    let mut text = lower.split('/').next().unwrap_or("").trim();
    for sign in ["vnđ", "vnd", "đồng", "dong", "đ", "₫"] {
        text = text.strip_suffix(sign).unwrap_or(text).trim_end();
    }
    let compact: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let amount = [(&MILLIONS, 1_000_000), (&THOUSANDS, 1_000)]
        .iter()
        .find_map(|(signs, unit)| with_sign(&compact, *signs, *unit));
    let (amount, asked) = match amount.or_else(|| grouped(&compact)) {
        Some(amount) => (amount, false),
        None => {
            let amount: i64 = digits(&compact)?;
            if amount < 1_000 { (amount * 1_000, true) } else { (amount, false) }
        }
    };
    (1..=PRICE_MAX).contains(&amount).then_some(Typed { amount, asked })
}

/// `45k`, `45k5`, `45,5k`, `1tr2`, `1tr250k`.
fn with_sign(text: &str, signs: &[&str], unit: i64) -> Option<i64> {
    let (whole, rest) = signs.iter().find_map(|sign| text.split_once(sign))?;
    let (units, part) = whole.split_once(['.', ',']).unwrap_or((whole, ""));
    let whole = digits(units)?.checked_mul(unit)?.checked_add(fraction(part, unit)?)?;
    if !part.is_empty() && !rest.is_empty() {
        return None;
    }
    let rest = match THOUSANDS.iter().find_map(|sign| rest.strip_suffix(sign)) {
        Some(thousands) if unit > 1_000 => digits(thousands).filter(|n| *n < 1_000)? * 1_000,
        Some(_) => return None,
        None => fraction(rest, unit)?,
    };
    whole.checked_add(rest)
}

/// The digits behind the point, as a part of the unit.
fn fraction(text: &str, unit: i64) -> Option<i64> {
    if text.is_empty() {
        return Some(0);
    }
    let scale = 10i64.checked_pow(u32::try_from(text.len()).ok()?)?;
    let part = digits(text)?.checked_mul(unit)?;
    (part % scale == 0).then_some(part / scale)
}

/// `45.000`, `1,200,000`.
fn grouped(text: &str) -> Option<i64> {
    let mut groups = text.split(['.', ',']);
    let first = groups.next().filter(|first| (1..=3).contains(&first.len()))?;
    let rest: Vec<_> = groups.collect();
    let is_grouped = !rest.is_empty() && rest.iter().all(|group| group.len() == 3);
    if is_grouped { digits(&format!("{first}{}", rest.concat())) } else { None }
}

fn digits(text: &str) -> Option<i64> {
    let all = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_price_is_read_as_people_type_it() {
        let check = |text: &str, amount: i64| {
            assert_eq!(read(text), Some(Typed { amount, asked: false }), "{text}");
        };
        for text in ["45k", "45 K", "45.000", "45,000", "45000", "45.000đ", "45k/kg", "45 nghìn"]
        {
            check(text, 45_000);
        }
        for text in ["1tr2", "1.2tr", "1,2 triệu", "1tr200k", "1.200.000 VNĐ"] {
            check(text, 1_200_000);
        }
        check("1tr", 1_000_000);
        check("1tr25", 1_250_000);
        check("45k5", 45_500);
        check("45,5k", 45_500);
        check("1500", 1_500);
    }

    #[test]
    fn a_number_below_a_thousand_means_thousands_and_is_asked_about() {
        let check = |text: &str, amount| {
            assert_eq!(read(text), Some(Typed { amount, asked: true }), "{text}");
        };
        check("45", 45_000);
        check("5đ", 5_000);
        check("999", 999_000);
    }

    #[test]
    fn what_is_no_price_is_none() {
        for text in ["", "0", "k", "45.5", "4.50", "-45k", "1e9", "45k5k", "bốn mươi", "99999tr9"]
        {
            assert_eq!(read(text).filter(|typed| typed.amount <= PRICE_MAX), read(text));
        }
        for text in ["", "0", "k", "45.5", "4.50", "-45k", "1e9", "bốn mươi", "200000tr"] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
