//! Money: integer minor units with a currency. Never a float, never a silent overflow.

use crate::quantity::{QUANTITY_SCALE, Quantity};
use core::fmt;

/// An ISO 4217 code in capital letters.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Currency([u8; 3]);

impl Currency {
    /// Vietnamese đồng, which has no minor unit: amounts are whole đồng.
    pub const VND: Currency = Currency(*b"VND");

    /// Takes three capital ASCII letters; `None` for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        let bytes: [u8; 3] = text.as_bytes().try_into().ok()?;
        bytes.iter().all(u8::is_ascii_uppercase).then_some(Self(bytes))
    }

    /// The three letters.
    pub fn as_str(&self) -> &str {
        core::str::from_utf8(&self.0).expect("three ASCII letters")
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// An amount in minor units of its currency (đồng have none: 45,000 ₫ is 45000).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Money {
    /// Minor units; a price or a total is never negative.
    pub amount: i64,
    /// Which money.
    pub currency: Currency,
}

impl Money {
    /// So many đồng.
    pub const fn vnd(amount: i64) -> Self {
        Self { amount, currency: Currency::VND }
    }

    /// Nothing, in the same currency.
    pub const fn zero(currency: Currency) -> Self {
        Self { amount: 0, currency }
    }

    /// Price times quantity, rounded half up to the whole minor unit, once per line. `None` on
    /// overflow.
    pub fn times(self, quantity: Quantity) -> Option<Self> {
        let scale = i128::from(QUANTITY_SCALE);
        let thousandths = i128::from(self.amount) * i128::from(quantity.milli());
        let amount = i64::try_from((thousandths + scale / 2).div_euclid(scale)).ok()?;
        Some(Self { amount, currency: self.currency })
    }

    /// The sum; `None` on overflow or if the currencies differ.
    pub fn plus(self, other: Self) -> Option<Self> {
        if self.currency != other.currency {
            return None;
        }
        let amount = self.amount.checked_add(other.amount)?;
        Some(Self { amount, currency: self.currency })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_rounded_half_up_once() {
        let price = Money::vnd(45_001);
        let half = Quantity::from_milli(500).expect("within the limit");
        assert_eq!(price.times(half), Some(Money::vnd(22_501)));
        assert_eq!(Money::vnd(45_000).times(half), Some(Money::vnd(22_500)));
    }

    #[test]
    fn overflow_and_mixed_currencies_have_no_sum() {
        let dollars = Money { amount: 1, currency: Currency::parse("USD").expect("a currency") };
        assert_eq!(Money::vnd(1).plus(dollars), None);
        assert_eq!(Money::vnd(i64::MAX).plus(Money::vnd(1)), None);
        assert_eq!(Currency::parse("vnd"), None);
    }
}
