//! A link by comment: four digits that a page shows and a platform's account types (`#4821`), so
//! that the page's buyer owns what that account orders.

use core::fmt;

/// Four digits, written with leading zeros.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct LinkCode(u16);

impl LinkCode {
    /// How many there are.
    pub const COUNT: u16 = 10_000;

    /// A number below ten thousand; `None` for anything else.
    pub const fn new(number: u16) -> Option<Self> {
        if number < Self::COUNT { Some(Self(number)) } else { None }
    }

    /// The number behind the digits.
    pub const fn get(self) -> u16 {
        self.0
    }

    /// The one after it; after the last comes the first.
    pub const fn next(self) -> Self {
        Self((self.0 + 1) % Self::COUNT)
    }
}

impl fmt::Display for LinkCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString;

    #[test]
    fn a_link_code_is_four_digits() {
        assert_eq!(LinkCode::new(48).map(|code| code.to_string()).as_deref(), Some("0048"));
        assert_eq!(LinkCode::new(10_000), None);
        assert_eq!(LinkCode::new(9_999).map(LinkCode::next), LinkCode::new(0));
    }
}
