//! Money, quantities and times as people here write them; the front end's `format.ts` writes the
//! same.

use crate::words::Lang;
use domain::{Currency, Millis, Money, Quantity, Timestamp};

/// Asia/Ho_Chi_Minh, which has no summer time.
const ZONE: Millis = Millis::from_secs(7 * 3_600);

/// `1.250.000 ₫` with a no-break space before the sign.
pub(crate) fn money(money: Money, lang: Lang) -> String {
    let sign = if money.currency == Currency::VND { "₫" } else { money.currency.as_str() };
    let minus = if money.amount < 0 { "-" } else { "" };
    let digits = grouped(&money.amount.unsigned_abs().to_string(), lang.pick(".", ","));
    format!("{minus}{digits}\u{a0}{sign}")
}

/// `2,5 kg`, `×3`: pieces have no unit.
pub(crate) fn quantity(quantity: Quantity, unit: &str, lang: Lang) -> String {
    let figure = decimal(quantity, lang);
    match unit {
        "" | "piece" => format!("×{figure}"),
        unit => format!("{figure} {unit}"),
    }
}

/// A quantity with the language's comma or point.
pub(crate) fn decimal(quantity: Quantity, lang: Lang) -> String {
    let text = quantity.to_string();
    let (whole, rest) = text.split_once('.').unwrap_or((&text, ""));
    let whole = grouped(whole, lang.pick(".", ","));
    if rest.is_empty() { whole } else { format!("{whole}{}{rest}", lang.pick(",", ".")) }
}

/// `20:05 23/11`, in the shop's zone.
pub(crate) fn moment(at: Timestamp) -> String {
    let text = at.plus(ZONE).to_string();
    let (date, time) = text.split_once('T').unwrap_or((&text, ""));
    let mut parts = date.split('-').skip(1);
    let (month, day) = (parts.next().unwrap_or(""), parts.next().unwrap_or(""));
    format!("{} {day}/{month}", time.get(..5).unwrap_or(time))
}

fn grouped(digits: &str, separator: &str) -> String {
    let mut text = String::with_capacity(digits.len() * 2);
    for (at, digit) in digits.char_indices() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push_str(separator);
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_is_written_as_on_a_bill() {
        let check = |amount, vi: &str, en: &str| {
            let sum = Money { amount, currency: Currency::VND };
            assert_eq!(money(sum, Lang::Vi), vi);
            assert_eq!(money(sum, Lang::En), en);
        };
        check(0, "0\u{a0}₫", "0\u{a0}₫");
        check(999, "999\u{a0}₫", "999\u{a0}₫");
        check(1_250_000, "1.250.000\u{a0}₫", "1,250,000\u{a0}₫");
        check(-45_000, "-45.000\u{a0}₫", "-45,000\u{a0}₫");
    }

    #[test]
    fn quantities_have_their_unit() {
        let half = Quantity::from_milli(1_500).expect("small");
        assert_eq!(quantity(half, "kg", Lang::Vi), "1,5 kg");
        assert_eq!(quantity(half, "kg", Lang::En), "1.5 kg");
        assert_eq!(quantity(Quantity::from_units(3).expect("small"), "piece", Lang::Vi), "×3");
    }

    #[test]
    fn times_are_those_of_the_shop() {
        assert_eq!(moment(Timestamp(1_795_431_905_123)), "18:05 23/11");
    }
}
