//! What is on sale: an offer's terms as a host gives them, and its state as everybody may see it.

use crate::code::Code;
use crate::id::ItemId;
use crate::money::Money;
use crate::quantity::Quantity;
use crate::time::Timestamp;
use alloc::sync::Arc;
use alloc::vec::Vec;

/// A variant as it was said: one value per axis in axis order, `None` where nothing was said. Empty
/// for an item without axes or where no axis was named.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Variant(pub Vec<Option<Arc<str>>>);

impl Variant {
    /// True if no axis is named.
    pub fn is_unsaid(&self) -> bool {
        self.0.iter().all(Option::is_none)
    }
}

/// One stock figure of an item: its number in the item's table of combinations, the last axis
/// running fastest; 0 for an item with one pool.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Cell(pub u16);

/// A named amount of units: a `thùng` of ten kilos.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Pack {
    /// What people say.
    pub name: Arc<str>,
    /// How much it is.
    pub quantity: Quantity,
}

/// A price for one combination (or for all that agree with what is said).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct VariantPrice {
    /// Which combinations.
    pub variant: Variant,
    /// Their price of one unit.
    pub price: Money,
}

/// How much there is of an item.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Stock {
    /// One figure, whatever the variant.
    Pool(Quantity),
    /// One figure per cell, in cell order.
    Cells(Vec<Quantity>),
}

/// An offer as a host makes it: an item on sale in one session, under a code and a price.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OfferTerms {
    /// What is said on air.
    pub code: Code,
    /// What it is.
    pub name: Arc<str>,
    /// Of one unit.
    pub price: Money,
    /// `piece`, `kg`, `bó`…
    pub unit: Arc<str>,
    /// What quantities must be a multiple of.
    pub step: Quantity,
    /// The values of each axis of variants, in axis order.
    pub axes: Vec<Vec<Arc<str>>>,
    /// Prices that differ by variant; the first that agrees counts.
    pub prices: Vec<VariantPrice>,
    /// Named amounts.
    pub packs: Vec<Pack>,
    /// Other names viewers use.
    pub aliases: Vec<Arc<str>>,
    /// The most that one buyer may have in the session.
    pub limit_per_buyer: Option<Quantity>,
    /// The day of the harvest, for a pre-order: the stock is what the harvest may bring, and holds
    /// last at least until then.
    pub ready_at: Option<Timestamp>,
    /// An item the shop has already, whose stock is shared; `None` makes a new one.
    pub item: Option<ItemId>,
    /// The stock of a new item; ignored for an existing one.
    pub stock: Stock,
}

impl OfferTerms {
    /// The cell of a fully named combination; `None` if an axis is unsaid or a value is not on its
    /// axis.
    pub fn cell_of(&self, variant: &Variant) -> Option<Cell> {
        if variant.0.len() != self.axes.len() {
            return None;
        }
        let cell = self.axes.iter().zip(&variant.0).try_fold(0usize, |cell, (axis, said)| {
            let said = said.as_ref()?;
            let at = axis.iter().position(|value| value == said)?;
            Some(cell * axis.len() + at)
        })?;
        u16::try_from(cell).ok().map(Cell)
    }

    /// The combination behind a cell number.
    pub fn variant_of(&self, cell: Cell) -> Variant {
        let mut rest = usize::from(cell.0);
        let mut values: Vec<_> = self
            .axes
            .iter()
            .rev()
            .map(|axis| {
                let at = rest % axis.len();
                rest /= axis.len();
                Some(axis[at].clone())
            })
            .collect();
        values.reverse();
        Variant(values)
    }

    /// The price of one unit of that variant, where it is not the offer's own.
    pub fn price_of(&self, variant: &Variant) -> Option<Money> {
        let agrees = |rule: &&VariantPrice| {
            rule.variant.0.iter().enumerate().all(|(axis, value)| {
                value.is_none() || variant.0.get(axis).is_some_and(|said| said == value)
            })
        };
        self.prices.iter().find(agrees).map(|rule| rule.price)
    }
}

/// What a host may change about an offer; `None` leaves it.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct OfferChange {
    /// New price of one unit, for claims from now on.
    pub price: Option<Money>,
    /// New stock, as a difference or as a figure.
    pub stock: Option<StockChange>,
    /// Which combination the stock change is about; needed where the item has several cells.
    pub variant: Option<Variant>,
    /// Opens or closes the offer.
    pub open: Option<bool>,
    /// Pins the offer (which unpins the one before) or takes it down.
    pub pinned: Option<bool>,
    /// New limit; `Some(None)` lifts it.
    pub limit_per_buyer: Option<Option<Quantity>>,
}

/// A stock correction.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum StockChange {
    /// So much more.
    Add(Quantity),
    /// So much less; never below what is held and sold.
    Remove(Quantity),
    /// Exactly so much in all; never below what is held and sold.
    Set(Quantity),
}

/// An offer as anyone may see it, at one position.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OfferState {
    /// The terms, with the price and limit now in force.
    pub terms: Arc<OfferTerms>,
    /// The item behind it.
    pub item: ItemId,
    /// Rises with every change by the host; what `If-Match` is compared with.
    pub version: u32,
    /// Free stock over all cells.
    pub left: Quantity,
    /// Free stock per cell; empty for an item with one pool.
    pub left_by_cell: Vec<Quantity>,
    /// Whether claims are taken.
    pub open: bool,
    /// Whether it is the pinned one.
    pub pinned: bool,
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec;

    fn shirt() -> OfferTerms {
        let word = |w: &str| Arc::<str>::from(w);
        OfferTerms {
            code: Code::parse("A12").expect("a code"),
            name: word("áo sơ mi"),
            price: Money::vnd(100_000),
            unit: word("cái"),
            step: Quantity::ONE,
            axes: vec![vec![word("đỏ"), word("xanh")], vec![word("S"), word("M"), word("L")]],
            prices: vec![VariantPrice {
                variant: Variant(vec![None, Some(word("L"))]),
                price: Money::vnd(120_000),
            }],
            packs: vec![],
            aliases: vec![],
            limit_per_buyer: None,
            ready_at: None,
            item: None,
            stock: Stock::Pool(Quantity::ZERO),
        }
    }

    #[test]
    fn each_combination_has_its_own_cell_and_reads_back() {
        let terms = shirt();
        for cell in (0..6).map(Cell) {
            assert_eq!(terms.cell_of(&terms.variant_of(cell)), Some(cell));
        }
        assert_eq!(terms.cell_of(&Variant(vec![None, Some("M".into())])), None);
    }

    #[test]
    fn the_first_price_that_agrees_counts() {
        let terms = shirt();
        let check = |size: &str, amount: Option<i64>| {
            let variant = Variant(vec![Some("đỏ".into()), Some(size.into())]);
            assert_eq!(terms.price_of(&variant), amount.map(Money::vnd));
        };
        check("M", None);
        check("L", Some(120_000));
    }
}
