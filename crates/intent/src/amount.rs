//! Amounts: a number with its unit as said, and what it comes to in the unit of an offer (rule 12).

use crate::codebook::{Codebook, Offer};
use crate::fold::Folded;
use crate::lexicon::Found;
use crate::pieces::{Grouping, Role};
use crate::sense::Sense;
use crate::spans::{Oddity, What};
use domain::command::RuleNo;
use domain::quantity::QUANTITY_SCALE;
use domain::{Quantity, Reason};

/// A number with its unit, as said.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Amount {
    /// Thousandths of the unit said; `None` if it is beyond every harvest.
    pub(crate) milli: Option<u64>,
    /// The unit's words; `None` if none was said.
    pub(crate) unit: Option<Found>,
    /// How it was said.
    pub(crate) form: Form,
}

/// How an amount was said.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Form {
    /// `2`, `2 kg`.
    Plain,
    /// `x2`.
    Times,
    /// `+2`.
    Plus,
    /// `sl 2`, `=2`.
    Labelled,
}

/// From here on a number without a unit that ends in three zeros is a price: ten thousand đồng.
const PRICE_UNITS_MIN: u64 = 10_000;
/// From here on a number without a unit is no quantity that anybody types: a person looks.
const PLAIN_UNITS_MAX: u64 = 1_000;

impl Amount {
    /// True if nothing but its place says that it is a quantity.
    pub(crate) fn is_bare(&self) -> bool {
        self.unit.is_none() && self.form == Form::Plain
    }

    /// How much it is in the unit of an offer.
    pub(crate) fn of(
        &self,
        offer: &Offer,
        text: &Folded,
        book: &Codebook,
    ) -> Result<Quantity, (Reason, RuleNo)> {
        let wrong = (Reason::BadQuantity, RuleNo(8));
        let milli = self.milli.filter(|milli| *milli > 0).ok_or(wrong)?;
        let (over, under) = match &self.unit {
            Some(unit) => ratio(unit, offer, text, book).ok_or((Reason::Doubtful, RuleNo(12)))?,
            None if milli / QUANTITY_SCALE >= PLAIN_UNITS_MAX => return Err(wrong),
            None => (1, 1),
        };
        let scaled = milli.checked_mul(over).ok_or(wrong)?;
        if !scaled.is_multiple_of(under) {
            return Err((Reason::OffStep, RuleNo(12)));
        }
        let quantity = Quantity::from_milli(scaled / under).ok_or(wrong)?;
        match quantity.is_multiple_of(offer.terms.step) {
            true => Ok(quantity),
            false => Err((Reason::OffStep, RuleNo(12))),
        }
    }
}

/// How many of the offer's units one of the said ones is, as a fraction; `None` if the offer does
/// not know it.
fn ratio(unit: &Found, offer: &Offer, text: &Folded, book: &Codebook) -> Option<(u64, u64)> {
    let measures = || book.lexicon.values(text, unit, Sense::Measure);
    let pack = |word: u32| offer.packs.iter().find(|(name, _)| *name == word);
    if let Some((_, quantity)) = measures().find_map(pack) {
        return Some((quantity.milli(), QUANTITY_SCALE));
    }
    if measures().any(|word| word == offer.unit_word) {
        return Some((1, 1));
    }
    let mass = book.lexicon.value(text, unit, Sense::Mass);
    if let (Some(said), Some(own)) = (mass, offer.unit_grams) {
        return Some((u64::from(said), u64::from(own)));
    }
    let pieces = offer.unit_grams.is_none();
    if pieces && unit.senses.has(Sense::Dozen) {
        return Some((u64::from(book.settings().chuc), 1));
    }
    (offer.is_piece && unit.senses.has(Sense::Count)).then_some((1, 1))
}

impl Grouping<'_> {
    /// True if a unit follows the number at `at`.
    pub(crate) fn is_measured(&self, at: usize) -> bool {
        self.unit(at + 1).is_some()
    }

    /// The unit at `at`, unless that word is rather a name of goods.
    fn unit(&self, at: usize) -> Option<Found> {
        const UNITS: &[Sense] =
            &[Sense::Mass, Sense::Count, Sense::Pack, Sense::Dozen, Sense::Measure];
        let found = self.word(at).filter(|found| found.senses.any(UNITS))?;
        let named = found.senses.any(&[Sense::Alias, Sense::Value]);
        let after_code = matches!(
            self.pieces.last().map(|piece| piece.role),
            Some(Role::Code(_) | Role::Word(_))
        );
        (!named || after_code).then_some(found)
    }

    /// The amount whose number stands at `number` and whose form began at `at`.
    pub(crate) fn amount(&mut self, at: usize, number: usize, form: Form) -> usize {
        let milli = match self.spans[number].what {
            What::Number { milli, .. } => milli,
            What::Fraction(milli) => Some(milli),
            _ => None,
        };
        let (amount, next) = self.measured_amount(milli, number + 1, form);
        self.push(at, next, Role::Amount(amount))
    }

    /// The amount of so many thousandths, whose unit may stand at `next`; and where it ends.
    fn measured_amount(&self, milli: Option<u64>, mut next: usize, form: Form) -> (Amount, usize) {
        let unit = self.unit(next);
        next += usize::from(unit.is_some());
        let mut milli = milli;
        if self.senses(next).has(Sense::HalfMore) {
            milli = milli.and_then(|milli| milli.checked_add(QUANTITY_SCALE / 2));
            next += 1;
        } else if let Some(more) = unit.and_then(|unit| self.lesser_mass(&unit, next)) {
            milli = milli.and_then(|milli| milli.checked_add(more));
            next += 2;
        } else if let Some(more) = unit.and_then(|unit| self.tenths(&unit, next)) {
            milli = milli.and_then(|milli| milli.checked_add(more));
            next += 1;
        }
        (Amount { milli, unit, form }, next)
    }

    /// `2 lạng` after `1 kg`: thousandths of the greater unit.
    fn lesser_mass(&self, unit: &Found, at: usize) -> Option<u64> {
        let What::Number { milli: Some(milli), .. } = self.what(at)? else {
            return None;
        };
        let grams = |found: &Found| self.book.lexicon.value(self.text, found, Sense::Mass);
        let (greater, lesser) = (u64::from(grams(unit)?), u64::from(grams(&self.word(at + 1)?)?));
        let scaled = milli.checked_mul(lesser)?;
        (lesser < greater && scaled.is_multiple_of(greater)).then(|| scaled / greater)
    }

    /// `5` after `2 ký`, at the end of what is said: tenths, as in `2kg5`.
    fn tenths(&self, unit: &Found, at: usize) -> Option<u64> {
        let What::Number { milli: Some(milli), decimal: false } = self.what(at)? else {
            return None;
        };
        let grams = self.book.lexicon.value(self.text, unit, Sense::Mass)?;
        let ends = match self.what(at + 1) {
            None | Some(What::Line | What::Phone) => true,
            Some(What::Word(found)) => found.senses.only(&[Sense::Polite, Sense::Person]),
            _ => false,
        };
        let tenths = grams == 1_000 && ends && self.spans[at].gap && !self.book.is_numeric;
        (tenths && milli < 10 * QUANTITY_SCALE).then_some(milli / 10)
    }

    /// A number: an amount, or a part of a price, a date, an age.
    pub(crate) fn number(&mut self, at: usize) -> usize {
        let next = at + 1;
        let measured = self.is_measured(at);
        let after = self.senses(next);
        if !measured && after.has(Sense::Money) {
            return self.push(at, next + 1, Role::Money);
        }
        if !measured && after.has(Sense::Aside) {
            return self.push(at, next + 1, Role::Known);
        }
        if let What::Fraction(_) = self.spans[at].what
            && !measured
        {
            return self.push(at, next, Role::Known);
        }
        if let What::Number { milli: Some(milli), .. } = self.spans[at].what
            && !measured
            && milli >= PRICE_UNITS_MIN * QUANTITY_SCALE
            && milli.is_multiple_of(1_000 * QUANTITY_SCALE)
        {
            return self.push(at, next, Role::Money);
        }
        let times = matches!(self.what(next), Some(What::Mark(b'*')));
        let number_after = matches!(self.what(next + 1), Some(What::Number { .. }));
        if times && !number_after {
            let (milli, unit, form) = (self.milli(at), None, Form::Times);
            let amount = Amount { milli, unit, form };
            return self.push(at, next + 1, Role::Amount(amount));
        }
        self.amount(at, at, Form::Plain)
    }

    fn milli(&self, at: usize) -> Option<u64> {
        match self.spans[at].what {
            What::Number { milli, .. } => milli,
            _ => None,
        }
    }

    /// `ba ký`, `nửa cân`, `kí rưỡi`, `mười hai cái`, `hai A1`: words count as a number only before
    /// a unit or a code.
    pub(crate) fn number_in_words(&mut self, at: usize) -> Option<usize> {
        let senses = self.senses(at);
        let (milli, next) = if senses.any(&[Sense::Mass, Sense::Dozen])
            && self.senses(at + 1).has(Sense::HalfMore)
        {
            (QUANTITY_SCALE, at)
        } else if senses.has(Sense::Half) || self.is_half_misspelt(at) {
            if self.may_ask_for_more(at) {
                let role = Role::Suspect(Oddity::Ambiguous, None);
                return Some(self.push(at, at + 2, role));
            }
            (QUANTITY_SCALE / 2, at + 1)
        } else {
            let (units, next) = self.units_in_words(at)?;
            (units * QUANTITY_SCALE, next)
        };
        let before_code = matches!(self.what(next), Some(What::Code(_)))
            || self.senses(next).any(&[Sense::Marker, Sense::Code]);
        let counts = self.unit(next).is_some() || (before_code && !senses.has(Sense::Half));
        if !counts {
            return None;
        }
        let (amount, end) = self.measured_amount(Some(milli), next, Form::Plain);
        Some(self.push(at, end, Role::Amount(amount)))
    }

    /// `nữa ký` where no amount stands before it: nobody buys one more without saying of what.
    fn is_half_misspelt(&self, at: usize) -> bool {
        let counted = matches!(self.pieces.last().map(|p| p.role), Some(Role::Amount(_)));
        let after = self.senses(at + 1);
        let mass = after.has(Sense::Mass) && !after.has(Sense::Not);
        self.plain(at) == "nua" && self.senses(at).has(Sense::Add) && mass && !counted
    }

    /// `nua kg` without accents is half a kilo beside goods, otherwise perhaps `nữa không`.
    fn may_ask_for_more(&self, at: usize) -> bool {
        let both = self.senses(at).has(Sense::Add) && self.senses(at + 1).has(Sense::Not);
        both && !self.follows_code()
    }

    /// One to ninety-nine.
    fn units_in_words(&self, at: usize) -> Option<(u64, usize)> {
        let word = |at: usize| {
            let found = self.word(at)?;
            let value = self.book.lexicon.value(self.text, &found, Sense::Number)?;
            Some(u64::from(value))
        };
        let first = word(at)?;
        let (tens, next) = match word(at + 1) {
            Some(10) if first < 10 => (first * 10, at + 2),
            _ if first == 10 => (10, at + 1),
            _ => return Some((first, at + 1)),
        };
        match word(next).filter(|ones| *ones < 10) {
            Some(ones) => Some((tens + ones, next + 1)),
            None => Some((tens, next)),
        }
    }
}
