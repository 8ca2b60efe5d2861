//! What people say when they order: by code, by name, with units, packs and phones, all over one
//! meaning.

use crate::random::Random;
use crate::talk::spoken_name;
use domain::command::Want;
use domain::offer::Variant;
use domain::{Code, OfferTerms, Quantity};

/// Words that order one good or two, and what they mean.
pub(crate) fn order(random: &mut Random, goods: &[OfferTerms]) -> (String, Vec<Want>) {
    let good = random.pick(goods);
    let amount = Amount::any(random, good);
    let mut wants = vec![want(good, &amount)];
    let other = random.pick(goods);
    let mut text = if random.percent(8) && other.code != good.code {
        let more = Amount::any(random, other);
        wants.push(want(other, &more));
        let first = format!("{} {}", code_typed(random, good), amount.said(random, good));
        let second = format!("{} {}", code_typed(random, other), more.said(random, other));
        let joint = *random.pick(&[", ", " và ", "\n", " + "]);
        format!("{first}{joint}{second}")
    } else {
        one_good(random, good, &amount)
    };
    if random.percent(12) {
        text = format!("{text} {}", phone(random));
    }
    (text, wants)
}

/// What most type when a drop opens: the code, and hardly more.
pub(crate) fn hot(random: &mut Random, good: &OfferTerms) -> (String, Vec<Want>) {
    let units = if random.percent(88) { 1 } else { 2 };
    let amount = Amount { quantity: whole(units, good.step), pack: None };
    let code = code_typed(random, good);
    let count = amount.quantity;
    let text = match random.below(10) {
        0..3 => format!("{code} x{count}"),
        3..5 => format!("chốt {code} x{count}"),
        5..9 if units == 1 => code,
        _ => format!("{code} {count}"),
    };
    (text, vec![want(good, &amount)])
}

/// Words that give an own line back.
pub(crate) fn cancel(random: &mut Random, code: Code) -> String {
    let form = *random.pick(&["hủy {c}", "huỷ {c} giúp em", "huy {c} nha shop", "bỏ {c} nha"]);
    form.replace("{c}", &code.as_str().to_lowercase())
}

/// A Vietnamese mobile number as people write it. Most digits are zeros: nobody's number is meant.
pub(crate) fn phone(random: &mut Random) -> String {
    let network = random.pick(&['3', '5', '7', '8', '9']);
    let last = random.below(10_000);
    match random.below(4) {
        0 => format!("0{network}0.000.{last:04}"),
        1 => format!("0{network}00 00 {last:04}"),
        _ => format!("0{network}0000{last:04}"),
    }
}

fn want(good: &OfferTerms, amount: &Amount) -> Want {
    Want { code: good.code, variant: Variant::default(), quantity: amount.quantity, adds: false }
}

/// `{c}` the code, `{a}` a name, `{q}` the quantity with its unit, `{n}` a bare number.
fn one_good(random: &mut Random, good: &OfferTerms, amount: &Amount) -> String {
    let bare = amount.bare();
    let form = match random.below(10) {
        0..2 if amount.quantity == Quantity::ONE => *random.pick(&ONE_OF_IT),
        2..5 if bare.is_some() => *random.pick(&CODE_AND_NUMBER),
        5..7 => *random.pick(&NAME_AND_AMOUNT),
        _ => *random.pick(&CODE_AND_AMOUNT),
    };
    form.replace("{c}", &code_typed(random, good))
        .replace("{a}", &spoken_name(random, good))
        .replace("{q}", &amount.said(random, good))
        .replace("{n}", &bare.unwrap_or_default())
}

const ONE_OF_IT: [&str; 6] =
    ["{c}", "chốt {c}", "chốt {c} nha shop", "lấy {c}", "e lấy {c} ạ", "cho mình {c} nha"];
const CODE_AND_NUMBER: [&str; 8] = [
    "{c} x{n}",
    "{c} x {n}",
    "{c} {n}",
    "chốt {c} x{n}",
    "{c}x{n}",
    "{c} sl {n}",
    "{c}+{n}",
    "chốt đơn {c} x{n} nha",
];
const CODE_AND_AMOUNT: [&str; 8] = [
    "{c} {q}",
    "chốt {c} {q}",
    "chốt {q} {c}",
    "lấy {c} {q} nha",
    "cho em {q} {c}",
    "cho mình {c} {q} ạ",
    "đặt {c} {q}",
    "cho c {q} {c} nha",
];
const NAME_AND_AMOUNT: [&str; 8] = [
    "chốt {q} {a}",
    "lấy {q} {a} nha shop",
    "cho e {q} {a}",
    "cho mình {q} {a} ạ",
    "{a} {q}",
    "mua {q} {a}",
    "đặt {q} {a} nhé",
    "chốt cho chị {q} {a}",
];

/// `D1`, `d1`, `D 1` never: one letter, a blank and a digit is no code.
fn code_typed(random: &mut Random, good: &OfferTerms) -> String {
    match random.below(10) {
        0..6 => good.code.as_str().to_lowercase(),
        6..9 => good.code.as_str().to_owned(),
        _ => format!("mã {}", good.code),
    }
}

/// How much, and the pack it was said in.
struct Amount {
    quantity: Quantity,
    /// How many of the good's first pack.
    pack: Option<u64>,
}

impl Amount {
    fn any(random: &mut Random, good: &OfferTerms) -> Self {
        if let Some(pack) = good.packs.first()
            && random.percent(3)
        {
            return Self { quantity: pack.quantity, pack: Some(1) };
        }
        let halves = good.step.milli() == 500 && random.percent(30);
        let quantity = if halves {
            let milli = *random.pick(&[500, 500, 1_500, 2_500]);
            Quantity::from_milli(milli).expect("a few kilos are within the limit")
        } else {
            whole(*random.pick(&[1, 1, 1, 1, 2, 2, 2, 3, 3, 5]), good.step)
        };
        Self { quantity, pack: None }
    }

    /// A number without its unit, where it is whole.
    fn bare(&self) -> Option<String> {
        let whole = self.pack.is_none() && self.quantity.is_multiple_of(Quantity::ONE);
        whole.then(|| self.quantity.to_string())
    }

    /// With the unit, the way people say it.
    fn said(&self, random: &mut Random, good: &OfferTerms) -> String {
        if let (Some(count), Some(pack)) = (self.pack, good.packs.first()) {
            return format!("{count} {}", pack.name);
        }
        let unit = match &*good.unit {
            "kg" => *random.pick(&["kg", "ký", "kí", "ki", "cân"]),
            unit => unit,
        };
        let (units, part) = (self.quantity.milli() / 1_000, self.quantity.milli() % 1_000);
        let blank = *random.pick(&[" ", " ", ""]);
        match (units, part) {
            (0, 500) if unit != "cân" && random.percent(60) => format!("nửa {unit}"),
            (0, 500) => (*random.pick(&["0.5kg", "0,5 kg", "500g"])).into(),
            (_, 500) if random.percent(40) => format!("{units}kg5"),
            (_, 500) if random.percent(40) => format!("{units} {unit} rưỡi"),
            (1..=5, 0) if random.percent(15) => {
                format!("{} {unit}", NUMBERS[units as usize - 1])
            }
            (_, 0) => format!("{units}{blank}{unit}"),
            (_, _) => format!("{} {unit}", self.quantity),
        }
    }
}

const NUMBERS: [&str; 5] = ["một", "hai", "ba", "bốn", "năm"];

/// So many units, or the next whole number of steps above.
fn whole(units: u64, step: Quantity) -> Quantity {
    let step = step.milli().max(1);
    let milli = (units * 1_000).div_ceil(step) * step;
    Quantity::from_milli(milli).unwrap_or(Quantity::ONE)
}
