//! How a buyer is reached: what they typed, as a parcel can carry it, and that they agreed.

use crate::limits::{
    ADDRESS_BYTES_MAX, ADDRESS_LINES_MAX, NAME_BYTES_MAX, PHONE_DIGITS_MAX, PHONE_DIGITS_MIN,
};
use crate::shown::shown_name;
use crate::time::Timestamp;
use crate::written::fools_a_screen;
use alloc::borrow::ToOwned;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

/// Where a buyer's orders go. It never stands in a ledger or a log.
#[derive(Clone, PartialEq, Eq)]
pub struct Contact {
    /// Who takes the parcel.
    pub name: ContactName,
    /// Whom the carrier calls.
    pub phone: PhoneNumber,
    /// Where to.
    pub address: Address,
    /// That it may be kept.
    pub consent: Consent,
}

/// What somebody agreed to, and when.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Consent {
    /// What their data is for.
    pub purpose: Purpose,
    /// Which wording they agreed to.
    pub version: u32,
    /// The wall clock's time at that moment.
    pub at: Timestamp,
}

/// What data is kept for, and for nothing else.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Purpose {
    /// To deliver what the buyer ordered.
    Delivery,
}

/// A name on one line.
#[derive(Clone, PartialEq, Eq)]
pub struct ContactName(String);

/// A number that can be called: in its national form where it is Vietnamese (`0912345678`),
/// otherwise with `+` and the country's code.
#[derive(Clone, PartialEq, Eq)]
pub struct PhoneNumber(String);

/// A few lines, none of them empty.
#[derive(Clone, PartialEq, Eq)]
pub struct Address(String);

/// Why a field cannot be taken as it was typed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Unfit {
    /// Nothing but white space.
    Empty,
    /// More bytes than it may have.
    TooLong,
    /// More lines than it may have.
    TooManyLines,
    /// A character that could fool a screen.
    Control,
    /// Nobody can be called under this.
    NoPhone,
}

impl Purpose {
    /// The word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Delivery => "delivery",
        }
    }

    /// The purpose of this word.
    pub fn parse(word: &str) -> Option<Self> {
        (word == Self::Delivery.as_str()).then_some(Self::Delivery)
    }
}

impl ContactName {
    /// Takes a name as a label shows it, without the white space around it.
    ///
    /// # Errors
    /// Why it cannot be one.
    pub fn parse(text: &str) -> Result<Self, Unfit> {
        let name = text.trim();
        fit(name, NAME_BYTES_MAX)?;
        let name = shown_name(name).ok_or(Unfit::Empty)?;
        Ok(Self(name.into_owned()))
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl PhoneNumber {
    /// Takes a number as people type it: with blanks, dots, dashes and brackets, Vietnamese ones
    /// with a zero, `84`, `+84` or `0084` in front, others with `+` or `00`. This is wider than
    /// what is read out of a comment, where digits may be anything: landlines and numbers of other
    /// countries count, and groups of any length.
    ///
    /// # Errors
    /// [`Unfit::Empty`] or [`Unfit::NoPhone`].
    pub fn parse(text: &str) -> Result<Self, Unfit> {
        let text = text.trim();
        if text.is_empty() {
            return Err(Unfit::Empty);
        }
        let (plus, digits) = digits_of(text).ok_or(Unfit::NoPhone)?;
        let (abroad, digits) = match digits.strip_prefix("00") {
            Some(rest) => (true, rest),
            None => (plus, digits.as_str()),
        };
        let home = match digits.strip_prefix("84") {
            Some(rest) => national(&format!("0{}", rest.strip_prefix('0').unwrap_or(rest))),
            None if abroad => None,
            None => national(digits),
        };
        let is_foreign = abroad
            && !digits.starts_with(['0'])
            && !digits.starts_with("84")
            && (PHONE_DIGITS_MIN..=PHONE_DIGITS_MAX).contains(&digits.len());
        match home {
            Some(home) => Ok(home),
            None if is_foreign => Ok(Self(format!("+{digits}"))),
            None => Err(Unfit::NoPhone),
        }
    }

    /// As it is called.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Its last four digits, for whoever knows the rest.
    pub fn ending(&self) -> &str {
        &self.0[self.0.len() - 4..]
    }
}

impl Address {
    /// Takes an address: its lines in order and as a label shows them, without empty ones and white
    /// space around them.
    ///
    /// # Errors
    /// Why it cannot be one.
    pub fn parse(text: &str) -> Result<Self, Unfit> {
        let lines = text.split(['\r', '\n']).map(|line| line.replace('\t', " "));
        let lines: Vec<String> = lines.map(|line| line.trim().to_owned()).collect();
        let lines: Vec<String> = lines.into_iter().filter(|line| !line.is_empty()).collect();
        if lines.len() > ADDRESS_LINES_MAX {
            return Err(Unfit::TooManyLines);
        }
        fit(&lines.join(" "), ADDRESS_BYTES_MAX)?;
        let shown: Vec<_> = lines.iter().filter_map(|line| shown_name(line)).collect();
        if shown.is_empty() {
            return Err(Unfit::Empty);
        }
        Ok(Self(shown.join("\n")))
    }

    /// Its lines, with line feeds between them.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Says nothing of the person.
impl fmt::Debug for Contact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Contact({:?})", self.consent)
    }
}

/// Says nothing of the person.
impl fmt::Debug for ContactName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ContactName(…)")
    }
}

/// Says nothing of the person.
impl fmt::Debug for PhoneNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PhoneNumber(…)")
    }
}

/// Says nothing of the person.
impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Address(…)")
    }
}

fn fit(line: &str, bytes_max: usize) -> Result<(), Unfit> {
    if line.is_empty() {
        return Err(Unfit::Empty);
    }
    if line.len() > bytes_max {
        return Err(Unfit::TooLong);
    }
    if line.chars().any(fools_a_screen) { Err(Unfit::Control) } else { Ok(()) }
}

/// The digits, and whether a plus stands before them; `None` if anything else is among them or
/// there are more than any number has.
fn digits_of(text: &str) -> Option<(bool, String)> {
    let (mut plus, mut digits) = (false, String::new());
    for c in text.chars() {
        match c {
            '0'..='9' => digits.push(c),
            '+' if digits.is_empty() && !plus => plus = true,
            ' ' | '\u{a0}' | '.' | '-' | '(' | ')' => {}
            // Copied out of an address book, a number brings marks of direction along.
            '\u{202a}'..='\u{202e}' | '\u{200e}' | '\u{200f}' => {}
            _ => return None,
        }
    }
    // Two zeros and a country's code may stand before the longest number.
    (digits.len() <= PHONE_DIGITS_MAX + 2).then_some((plus, digits))
}

/// A Vietnamese number: mobile ones have ten digits, landlines begin with 02 and have eleven.
fn national(digits: &str) -> Option<PhoneNumber> {
    let mobile = digits.len() == 10
        && digits.starts_with('0')
        && digits[1..].starts_with(['3', '5', '7', '8', '9']);
    let landline = digits.len() == 11 && digits.starts_with("02");
    (mobile || landline).then(|| PhoneNumber(digits.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_phone_is_read_as_people_type_it() {
        let check = |text: &str, expected: &str| {
            let phone = PhoneNumber::parse(text);
            assert_eq!(phone.as_ref().map(PhoneNumber::as_str), Ok(expected), "{text}");
        };
        for text in [
            "0912345678",
            " 0912 345 678 ",
            "091.234.5678",
            "0912-345-678",
            "09 1234 56 7 8",
            "84912345678",
            "+84912345678",
            "+84 (0) 912 345 678",
            "(+84) 912\u{a0}345\u{a0}678",
            "0084 912 345 678",
            "\u{202a}0912 345 678\u{202c}",
        ] {
            check(text, "0912345678");
        }
        check("024 3825 1234", "02438251234");
        check("+84 24 3825 1234", "02438251234");
        check("+49 1512 3456789", "+4915123456789");
        check("0082 10-1234-5678", "+821012345678");
        check("+1 (212) 555-0100", "+12125550100");
    }

    #[test]
    fn what_nobody_can_call_is_no_phone() {
        let check = |text: &str, why| assert_eq!(PhoneNumber::parse(text), Err(why), "{text}");
        check("", Unfit::Empty);
        check(" \t ", Unfit::Empty);
        for text in [
            "0912345",
            "09123456789",
            "912345678",
            "0112345678",
            "0212345678",
            "84812",
            "+84 12 345",
            "+0912345678",
            "+4912",
            "++4915123456789",
            "+1234567890123456",
            "0912345678 zalo",
            "hỏi shop",
            "-",
        ] {
            check(text, Unfit::NoPhone);
        }
    }

    #[test]
    fn a_name_is_trimmed_bounded_and_of_one_line() {
        let check = |text: &str, expected: Result<&str, Unfit>| {
            let name = ContactName::parse(text);
            assert_eq!(name.as_ref().map(ContactName::as_str).map_err(|why| *why), expected);
        };
        check("  Chị Lan 🌸 ", Ok("Chị Lan 🌸"));
        check(" ", Err(Unfit::Empty));
        check("Lan\nđã trả", Err(Unfit::Control));
        check("Lan\u{202e}", Err(Unfit::Control));
        check("L\u{200b}an\u{200f}", Ok("Lan"));
        check("\u{200b}", Err(Unfit::Empty));
        check(&"ơ".repeat(NAME_BYTES_MAX / 2), Ok(&"ơ".repeat(NAME_BYTES_MAX / 2)));
        check(&"ơ".repeat(NAME_BYTES_MAX / 2 + 1), Err(Unfit::TooLong));
    }

    #[test]
    fn an_address_has_a_few_lines() {
        let check = |text: &str, expected: Result<&str, Unfit>| {
            let address = Address::parse(text);
            assert_eq!(address.as_ref().map(Address::as_str).map_err(|why| *why), expected);
        };
        check("Bản Áng,\tMộc Châu", Ok("Bản Áng, Mộc Châu"));
        check("\r\n Bản Áng \r\n\r\nSơn La\n", Ok("Bản Áng\nSơn La"));
        check(" \r\n ", Err(Unfit::Empty));
        check("a\nb\nc\nd\ne\nf", Ok("a\nb\nc\nd\ne\nf"));
        check("a\nb\nc\nd\ne\nf\ng", Err(Unfit::TooManyLines));
        check("Bản\u{2067} Áng", Err(Unfit::Control));
        check("Bản\u{0}", Err(Unfit::Control));
        check(&"ơ".repeat(ADDRESS_BYTES_MAX / 2 + 1), Err(Unfit::TooLong));
    }

    #[test]
    fn what_is_printed_says_nothing_of_the_person() {
        let consent = Consent { purpose: Purpose::Delivery, version: 1, at: Timestamp(5) };
        let contact = Contact {
            name: ContactName::parse("Lan").expect("a name"),
            phone: PhoneNumber::parse("0912345678").expect("a phone"),
            address: Address::parse("Bản Áng").expect("an address"),
            consent,
        };
        assert_eq!(contact.phone.ending(), "5678");
        let printed = format!("{contact:?} {:?} {:?}", contact.name, contact.phone);
        let printed = format!("{printed} {:?}", contact.address);
        for word in ["Lan", "5678", "Áng"] {
            assert!(!printed.contains(word), "{printed}");
        }
    }
}
