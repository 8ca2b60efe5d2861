//! How the contract writes values in JSON: decimals, RFC 3339, hexadecimal, money, variants, packs.
//!
//! Quantities are JSON numbers of at most three decimals; they are read from the decimal's text, so
//! nothing is ever computed in floating point.

use crate::live::{Axis, Money, Pack};
use serde::de::{Error, MapAccess, Visitor};
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;

/// A quantity in thousandths, written as a decimal number.
struct Milli(i64);

impl Serialize for Milli {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.0 % 1_000 == 0 {
            serializer.serialize_i64(self.0 / 1_000)
        } else {
            // The nearest double of a decimal with three places prints as that decimal.
            serializer.serialize_f64(self.0 as f64 / 1_000.0)
        }
    }
}

/// Decimals of at most fifteen digits come out of a double as they went in (IEEE 754); a longer one
/// would be read as its neighbour.
const EXACT_MILLI: u64 = 1_000_000_000_000_000;

impl<'de> Deserialize<'de> for Milli {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Decimal;
        impl Visitor<'_> for Decimal {
            type Value = Milli;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a number with at most three decimals")
            }
            fn visit_u64<E: Error>(self, units: u64) -> Result<Milli, E> {
                let units = i64::try_from(units).map_err(E::custom)?;
                self.visit_i64(units)
            }
            fn visit_i64<E: Error>(self, units: i64) -> Result<Milli, E> {
                units.checked_mul(1_000).map(Milli).ok_or_else(|| E::custom("too large"))
            }
            fn visit_f64<E: Error>(self, number: f64) -> Result<Milli, E> {
                let milli = milli_of(&number.to_string()).ok_or_else(|| {
                    E::custom(format_args!("{number} is not a number with at most three decimals"))
                })?;
                if milli.unsigned_abs() >= EXACT_MILLI {
                    return Err(E::custom("too large"));
                }
                Ok(Milli(milli))
            }
        }
        deserializer.deserialize_any(Decimal)
    }
}

/// Thousandths of a plain decimal text (`-1.25`), which is how a double of moderate size prints.
fn milli_of(text: &str) -> Option<i64> {
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => (-1, digits),
        None => (1, text),
    };
    let (units, part) = digits.split_once('.').unwrap_or((digits, ""));
    let plain = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
    if part.len() > 3 || !plain(units) || !plain(part) {
        return None;
    }
    let part: i64 = format!("{part:0<3}").parse().ok()?;
    units.parse::<i64>().ok()?.checked_mul(1_000)?.checked_add(part)?.checked_mul(sign)
}

macro_rules! milli_form {
    ($name:ident, $option:ident, $number:ty) => {
        #[doc = concat!("Thousandths as a decimal number (`", stringify!($number), "`).")]
        pub mod $name {
            use super::*;
            /// Writes the decimal.
            pub fn serialize<S: Serializer>(milli: &$number, s: S) -> Result<S::Ok, S::Error> {
                Milli(i64::try_from(*milli).map_err(serde::ser::Error::custom)?).serialize(s)
            }
            /// Reads the decimal; a negative one where none may be is an error.
            pub fn deserialize<'de, D: Deserializer<'de>>(d: D) -> Result<$number, D::Error> {
                <$number>::try_from(Milli::deserialize(d)?.0)
                    .map_err(|_| D::Error::custom("bad_quantity: must not be negative"))
            }
        }
        /// The same, where it may be absent.
        pub mod $option {
            use super::*;
            /// Writes the decimal.
            pub fn serialize<S: Serializer>(m: &Option<$number>, s: S) -> Result<S::Ok, S::Error> {
                match m {
                    Some(milli) => super::$name::serialize(milli, s),
                    None => s.serialize_none(),
                }
            }
            /// Reads the decimal; null is absent.
            pub fn deserialize<'de, D: Deserializer<'de>>(
                d: D,
            ) -> Result<Option<$number>, D::Error> {
                let Some(Milli(milli)) = Option::<Milli>::deserialize(d)? else {
                    return Ok(None);
                };
                <$number>::try_from(milli)
                    .map(Some)
                    .map_err(|_| D::Error::custom("bad_quantity: must not be negative"))
            }
        }
    };
}

milli_form!(milli, milli_option, u64);
milli_form!(signed_milli, signed_milli_option, i64);

/// A limit in thousandths that may be lifted: null, like 0, is no limit, and absent is not said.
pub mod lifted_milli_option {
    pub use super::milli_option::serialize;
    use super::*;
    /// Reads the decimal; null is 0.
    pub fn deserialize<'de, D: Deserializer<'de>>(d: D) -> Result<Option<u64>, D::Error> {
        milli_option::deserialize(d).map(|milli| Some(milli.unwrap_or(0)))
    }
}

/// Several quantities.
pub mod milli_many {
    use super::*;
    /// Writes decimals.
    pub fn serialize<S: Serializer>(many: &[u64], s: S) -> Result<S::Ok, S::Error> {
        s.collect_seq(many.iter().map(|&milli| Milli(milli as i64)))
    }
    /// Reads decimals.
    pub fn deserialize<'de, D: Deserializer<'de>>(d: D) -> Result<Vec<u64>, D::Error> {
        let many = Vec::<Milli>::deserialize(d)?;
        let unsigned = |m: Milli| u64::try_from(m.0).map_err(D::Error::custom);
        many.into_iter().map(unsigned).collect()
    }
}

/// Milliseconds since 1970 as RFC 3339 in UTC with milliseconds.
pub mod time {
    use super::*;
    use jiff::Timestamp;
    /// Writes the time.
    pub fn serialize<S: Serializer>(ms: &u64, s: S) -> Result<S::Ok, S::Error> {
        let time = i64::try_from(*ms).ok().and_then(|ms| Timestamp::from_millisecond(ms).ok());
        let time = time.ok_or_else(|| serde::ser::Error::custom("beyond the calendar"))?;
        s.collect_str(&format_args!("{time:.3}"))
    }
    /// Reads any RFC 3339 time.
    pub fn deserialize<'de, D: Deserializer<'de>>(d: D) -> Result<u64, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(d)?;
        parse(&text).ok_or_else(|| D::Error::custom("not an RFC 3339 time"))
    }
    /// Milliseconds since 1970 of an RFC 3339 time; `None` if it is none or earlier.
    pub fn parse(text: &str) -> Option<u64> {
        u64::try_from(text.parse::<Timestamp>().ok()?.as_millisecond()).ok()
    }
}

/// The same, where it may be absent.
pub mod time_option {
    use super::*;
    /// Writes the time.
    pub fn serialize<S: Serializer>(ms: &Option<u64>, s: S) -> Result<S::Ok, S::Error> {
        match ms {
            Some(ms) => time::serialize(ms, s),
            None => s.serialize_none(),
        }
    }
    /// Reads the time; null is absent.
    pub fn deserialize<'de, D: Deserializer<'de>>(d: D) -> Result<Option<u64>, D::Error> {
        let text = Option::<std::borrow::Cow<'de, str>>::deserialize(d)?;
        let read = |text: std::borrow::Cow<'_, str>| {
            time::parse(&text).ok_or_else(|| D::Error::custom("not an RFC 3339 time"))
        };
        text.map(read).transpose()
    }
}

/// Bytes as lower-case hexadecimal.
pub mod hex {
    use super::*;
    /// Writes two characters per byte.
    pub fn serialize<S: Serializer>(bytes: &[u8], s: S) -> Result<S::Ok, S::Error> {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        let digit = |nibble: u8| char::from(DIGITS[usize::from(nibble)]);
        let text: String = bytes.iter().flat_map(|b| [digit(b >> 4), digit(b & 15)]).collect();
        s.serialize_str(&text)
    }
    /// Reads two characters per byte.
    pub fn deserialize<'de, D: Deserializer<'de>>(d: D) -> Result<Vec<u8>, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(d)?;
        let nibble = |byte: u8| char::from(byte).to_digit(16).map(|n| n as u8);
        let pair = |pair: &[u8]| Some(nibble(pair[0])? << 4 | nibble(*pair.get(1)?)?);
        let bytes: Option<Vec<u8>> = text.as_bytes().chunks(2).map(pair).collect();
        bytes.ok_or_else(|| D::Error::custom("not hexadecimal"))
    }
}

/// The same for each of a list.
pub mod hex_many {
    use super::*;
    #[derive(Serialize, Deserialize)]
    #[serde(transparent)]
    struct One(#[serde(with = "super::hex")] Vec<u8>);
    /// Writes two characters per byte.
    pub fn serialize<S: Serializer>(all: &[Vec<u8>], s: S) -> Result<S::Ok, S::Error> {
        s.collect_seq(all.iter().map(|bytes| One(bytes.clone())))
    }
    /// Reads two characters per byte.
    pub fn deserialize<'de, D: Deserializer<'de>>(d: D) -> Result<Vec<Vec<u8>>, D::Error> {
        let all = Vec::<One>::deserialize(d)?;
        Ok(all.into_iter().map(|One(bytes)| bytes).collect())
    }
}

/// A variant: an array in axis order, null where nothing was said (empty text in memory).
pub mod variant {
    use super::*;
    /// Writes null for empty values.
    pub fn serialize<S: Serializer>(values: &[String], s: S) -> Result<S::Ok, S::Error> {
        s.collect_seq(values.iter().map(|value| (!value.is_empty()).then_some(value)))
    }
    /// Reads null as empty.
    pub fn deserialize<'de, D: Deserializer<'de>>(d: D) -> Result<Vec<String>, D::Error> {
        let values = Option::<Vec<Option<String>>>::deserialize(d)?.unwrap_or_default();
        Ok(values.into_iter().map(Option::unwrap_or_default).collect())
    }
}

/// The axes of variants: an array of arrays.
pub mod axes {
    use super::*;
    /// Writes the values of each axis.
    pub fn serialize<S: Serializer>(axes: &[Axis], s: S) -> Result<S::Ok, S::Error> {
        s.collect_seq(axes.iter().map(|axis| &axis.values))
    }
    /// Reads the values of each axis.
    pub fn deserialize<'de, D: Deserializer<'de>>(d: D) -> Result<Vec<Axis>, D::Error> {
        let axes = Option::<Vec<Vec<String>>>::deserialize(d)?.unwrap_or_default();
        Ok(axes.into_iter().map(|values| Axis { values }).collect())
    }
}

/// Packs: an object from name to quantity.
pub mod packs {
    use super::*;
    /// Writes the object in the order of the list.
    pub fn serialize<S: Serializer>(packs: &[Pack], s: S) -> Result<S::Ok, S::Error> {
        let mut map = s.serialize_map(Some(packs.len()))?;
        for pack in packs {
            map.serialize_entry(&pack.name, &Milli(pack.quantity_milli as i64))?;
        }
        map.end()
    }
    /// Reads the object, or null as none.
    pub fn deserialize<'de, D: Deserializer<'de>>(d: D) -> Result<Vec<Pack>, D::Error> {
        struct Object;
        impl<'de> Visitor<'de> for Object {
            type Value = Vec<Pack>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object from a pack's name to its quantity")
            }
            fn visit_unit<E: Error>(self) -> Result<Vec<Pack>, E> {
                Ok(Vec::new())
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Vec<Pack>, A::Error> {
                let mut packs = Vec::new();
                while let Some((name, Milli(milli))) = map.next_entry::<String, Milli>()? {
                    let quantity_milli = u64::try_from(milli).map_err(A::Error::custom)?;
                    packs.push(Pack { name, quantity_milli });
                }
                Ok(packs)
            }
        }
        d.deserialize_any(Object)
    }
}

/// A list; null is an empty one.
pub fn list_or_null<'de, D, T>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}

/// A rule that may be lifted: null is none of it, which is another thing than not saying it.
pub fn null_is_none<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de> + Default,
{
    Option::deserialize(deserializer).map(|said: Option<T>| Some(said.unwrap_or_default()))
}

/// A setting that is true or false, or `on` or `off`; null is not said.
pub fn switch<'de, D: Deserializer<'de>>(d: D) -> Result<Option<bool>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged, expecting = "true or false")]
    enum Form {
        Bare(bool),
        Word(Word),
    }
    #[derive(Deserialize)]
    #[serde(rename_all = "snake_case")]
    enum Word {
        On,
        Off,
    }
    let said = Option::<Form>::deserialize(d)?;
    Ok(said.map(|form| matches!(form, Form::Bare(true) | Form::Word(Word::On))))
}

/// Money on the way in: an object, or a bare number of đồng.
#[derive(Deserialize)]
#[serde(
    untagged,
    expecting = "money is a whole number of đồng, or {\"amount\":45000,\"currency\":\"VND\"}"
)]
pub enum MoneyForm {
    /// So many đồng.
    Dong(i64),
    /// An amount with its currency.
    Full {
        /// Minor units.
        amount: i64,
        /// ISO 4217.
        currency: String,
    },
}

impl From<MoneyForm> for Money {
    fn from(form: MoneyForm) -> Self {
        match form {
            MoneyForm::Dong(amount) => Self { amount, currency: "VND".into() },
            MoneyForm::Full { amount, currency } => Self { amount, currency },
        }
    }
}

/// The `type` of a tagged message, whatever else it holds: to tell an unknown type from a malformed
/// one.
#[derive(Deserialize)]
pub struct TypeOnly<'a> {
    /// As sent.
    #[serde(rename = "type", borrow)]
    pub kind: std::borrow::Cow<'a, str>,
}
