//! Quantities as people type them: 30, 30kg, 2 thùng.

use domain::Quantity;
use domain::limits::WORD_BYTES_MAX;

/// How much of what unit.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Amount {
    pub(super) quantity: Quantity,
    /// None where none was said.
    pub(super) unit: Option<String>,
}

/// How kilos are written.
const KILOS: [&str; 8] = ["kg", "kgs", "ký", "kí", "ki", "ky", "kilo", "cân"];

/// Reads a quantity with its unit; none if it is none.
pub(super) fn read(text: &str) -> Option<Amount> {
    let text = text.trim();
    let end = text.find(|c: char| !c.is_ascii_digit() && c != '.' && c != ',');
    let (number, unit) = text.split_at(end.unwrap_or(text.len()));
    let quantity = number_of(number).filter(|quantity| !quantity.is_zero())?;
    let word = unit.trim();
    if word.len() > WORD_BYTES_MAX || word.chars().any(|c| c.is_control() || c.is_ascii_digit()) {
        return None;
    }
    Some(Amount { quantity, unit: unit_of(word) })
}

/// The unit by its usual name; none for no word.
pub(super) fn unit_of(word: &str) -> Option<String> {
    let word = word.trim().to_lowercase();
    match word.as_str() {
        "" => None,
        kilo if KILOS.contains(&kilo) => Some("kg".to_owned()),
        "cái" | "chiếc" | "pcs" | "piece" => Some("piece".to_owned()),
        _ => Some(word),
    }
}

/// `30`, `1.5`, `0,5`; three digits behind one point are thousands: `1.000`.
fn number_of(text: &str) -> Option<Quantity> {
    let mut groups = text.split(['.', ',']);
    let first = groups.next()?;
    let rest: Vec<_> = groups.collect();
    let is_grouped = first != "0" && !rest.is_empty() && rest.iter().all(|g| g.len() == 3);
    match (is_grouped, &rest[..]) {
        (true, _) => Quantity::parse(&format!("{first}{}", rest.concat())),
        (false, []) => Quantity::parse(first),
        (false, [part]) => Quantity::parse(&format!("{first}.{part}")),
        (false, _) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quantity_is_read_with_its_unit() {
        let check = |text: &str, milli: u64, unit: Option<&str>| {
            let read = read(text).unwrap_or_else(|| panic!("{text}"));
            assert_eq!((read.quantity.milli(), read.unit.as_deref()), (milli, unit), "{text}");
        };
        check("30", 30_000, None);
        check("30kg", 30_000, Some("kg"));
        check("30 ký", 30_000, Some("kg"));
        check("0,5 kg", 500, Some("kg"));
        check("1.000", 1_000_000, None);
        check("2 thùng", 2_000, Some("thùng"));
        check("12 Cái", 12_000, Some("piece"));
    }

    #[test]
    fn what_is_no_quantity_is_none() {
        for text in ["", "kg", "0", "-3", "1.2.3", "ba", "3x4", "99999999999"] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
