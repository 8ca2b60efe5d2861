//! Requests that are written once and numbered anew each time they are sent, so that the load costs
//! the two cores next to nothing.

/// How many digits a number takes.
const NUMBER_DIGITS: usize = 12;
/// How many digits a buyer takes.
const BUYER_DIGITS: usize = 5;
/// People who claim; a prime step apart, so that neighbours in a request are not neighbours in the
/// shop.
pub(crate) const BUYERS: u64 = 20_000;
const BUYER_STEP: u64 = 7_919;

/// Bytes with places for numbers.
#[derive(Clone, Default, Debug)]
pub(crate) struct Stencil {
    bytes: Vec<u8>,
    /// Per claim: where its number stands, and its buyer's.
    places: Vec<(usize, usize)>,
    /// Where the number of the claim that is being written stands.
    number: Option<usize>,
}

/// Whoever sends this claim.
pub(crate) const fn buyer_of(number: u64) -> u64 {
    number * BUYER_STEP % BUYERS
}

impl Stencil {
    /// Adds what stays as it is.
    pub(crate) fn text(&mut self, text: &str) -> &mut Self {
        self.bytes.extend_from_slice(text.as_bytes());
        self
    }

    /// Adds a place for the next claim's number.
    pub(crate) fn number(&mut self) -> &mut Self {
        self.number = Some(self.bytes.len());
        self.text(&"0".repeat(NUMBER_DIGITS))
    }

    /// Adds a place for that claim's buyer; its number's place comes before.
    pub(crate) fn buyer(&mut self) -> &mut Self {
        let number = self.number.take().expect("a claim's number stands before its buyer");
        self.places.push((number, self.bytes.len()));
        self.text(&"0".repeat(BUYER_DIGITS))
    }

    /// How many claims it carries.
    pub(crate) fn claims(&self) -> u64 {
        self.places.len() as u64
    }

    /// The bytes, their claims numbered from `first` on.
    pub(crate) fn filled(&mut self, first: u64) -> &[u8] {
        for (number, &(number_at, buyer_at)) in (first..).zip(&self.places) {
            write(&mut self.bytes[number_at..number_at + NUMBER_DIGITS], number);
            write(&mut self.bytes[buyer_at..buyer_at + BUYER_DIGITS], buyer_of(number));
        }
        &self.bytes
    }
}

/// Right-aligned, with zeros before.
fn write(place: &mut [u8], mut number: u64) {
    for digit in place.iter_mut().rev() {
        *digit = b'0' + (number % 10) as u8;
        number /= 10;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_buyers_are_written_into_their_places() {
        let mut stencil = Stencil::default();
        stencil.text("a").number().text("b").buyer().text("|");
        stencil.number().text("-").buyer().text("!");
        assert_eq!(stencil.claims(), 2);
        let mut check = |first, expected: &str| {
            let said = std::str::from_utf8(stencil.filled(first)).expect("text");
            assert_eq!(said, expected);
        };
        check(0, "a000000000000b00000|000000000001-07919!");
        check(999_999, "a000000999999b12081|000001000000-00000!");
    }

    #[test]
    fn the_step_between_buyers_meets_every_buyer_before_one_comes_again() {
        let buyers: std::collections::BTreeSet<u64> = (0..BUYERS).map(buyer_of).collect();
        assert_eq!(buyers.len() as u64, BUYERS);
    }
}
