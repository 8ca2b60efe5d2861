//! Quantity: integer thousandths of an item's unit (half a kilo is 500, a box is 1,000).

use crate::limits::QUANTITY_UNITS_MAX;
use core::fmt;

/// Thousandths in one unit.
pub const QUANTITY_SCALE: u64 = 1_000;

/// How much: thousandths of the item's unit, between 0 and [`QUANTITY_UNITS_MAX`] units.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Quantity(u64);

impl Quantity {
    /// Nothing.
    pub const ZERO: Quantity = Quantity(0);
    /// One unit.
    pub const ONE: Quantity = Quantity(QUANTITY_SCALE);
    /// The most that a quantity can be.
    pub const MAX: Quantity = Quantity(QUANTITY_UNITS_MAX * QUANTITY_SCALE);

    /// So many thousandths; `None` above the limit.
    pub const fn from_milli(milli: u64) -> Option<Self> {
        if milli <= Self::MAX.0 { Some(Self(milli)) } else { None }
    }

    /// So many whole units; `None` above the limit.
    pub const fn from_units(units: u64) -> Option<Self> {
        match units.checked_mul(QUANTITY_SCALE) {
            Some(milli) => Self::from_milli(milli),
            None => None,
        }
    }

    /// Reads a decimal with at most three places (`2`, `0.5`, `1.250`); `None` for a sign, an
    /// exponent or more.
    pub fn parse(text: &str) -> Option<Self> {
        let (whole, part) = text.split_once('.').unwrap_or((text, "0"));
        let digits = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
        if !digits(whole) || !digits(part) || part.trim_end_matches('0').len() > 3 {
            return None;
        }
        let part = part.trim_end_matches('0');
        let scale = 10u64.pow(3 - part.len() as u32);
        let thousandths = if part.is_empty() { 0 } else { part.parse::<u64>().ok()? * scale };
        let units = whole.parse::<u64>().ok()?.checked_mul(QUANTITY_SCALE)?;
        Self::from_milli(units.checked_add(thousandths)?)
    }

    /// Thousandths.
    pub const fn milli(self) -> u64 {
        self.0
    }

    /// True if there is nothing.
    pub const fn is_zero(self) -> bool {
        self.0 == 0
    }

    /// The sum; `None` above the limit.
    pub const fn plus(self, other: Self) -> Option<Self> {
        match self.0.checked_add(other.0) {
            Some(milli) => Self::from_milli(milli),
            None => None,
        }
    }

    /// The difference; `None` if it would be negative.
    pub const fn minus(self, other: Self) -> Option<Self> {
        match self.0.checked_sub(other.0) {
            Some(milli) => Some(Self(milli)),
            None => None,
        }
    }

    /// True if this is a whole number of steps; a step of zero divides nothing.
    pub const fn is_multiple_of(self, step: Self) -> bool {
        step.0 != 0 && self.0.is_multiple_of(step.0)
    }
}

impl fmt::Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (units, mut part) = (self.0 / QUANTITY_SCALE, self.0 % QUANTITY_SCALE);
        if part == 0 {
            return write!(f, "{units}");
        }
        let mut places = 3;
        while part.is_multiple_of(10) {
            part /= 10;
            places -= 1;
        }
        write!(f, "{units}.{part:0places$}")
    }
}

impl fmt::Debug for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Quantity({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString;

    #[test]
    fn a_decimal_reads_back_as_itself() {
        for text in ["0", "2", "0.5", "1.25", "12.345", "1000000"] {
            assert_eq!(Quantity::parse(text).expect(text).to_string(), text);
        }
        assert_eq!(Quantity::parse("1.2500"), Quantity::parse("1.25"));
    }

    #[test]
    fn a_sign_an_exponent_a_fourth_place_or_too_much_is_no_quantity() {
        for text in ["", ".", "-1", "+1", "1e9", "0.0001", "1.", ".5", "18446744073709551615"] {
            assert_eq!(Quantity::parse(text), None, "{text}");
        }
    }
}
