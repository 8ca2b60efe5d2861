//! What a vegetable co-operative in Đà Lạt sells on a good evening.

use domain::offer::{Pack, Stock};
use domain::{Code, Money, OfferTerms, Quantity};

/// Eight offers of a co-operative. Every code is a letter and a digit; the letter is none that
/// stands for a person, a size or a count in quick writing (a b c e m s l x), nor for a ward or a
/// district (p q h t).
///
/// Half are sold by the half kilo, half by the piece. Prices are in đồng, stock in the offer's
/// unit.
pub fn da_lat() -> Vec<OfferTerms> {
    ROWS.iter().map(terms).collect()
}

struct Row {
    code: &'static str,
    name: &'static str,
    aliases: &'static [&'static str],
    price: i64,
    unit: &'static str,
    step_milli: u64,
    stock: u64,
    packs: &'static [(&'static str, u64)],
}

const HALF: u64 = 500;
const WHOLE: u64 = 1_000;

#[rustfmt::skip]
const ROWS: [Row; 8] = [
    Row { code: "D1", name: "Dâu tây giống Nhật", aliases: &["dâu", "dâu tây", "🍓"],
          price: 95_000, unit: "hộp", step_milli: WHOLE, stock: 150, packs: &[("thùng", 12)] },
    Row { code: "D2", name: "Cà chua beef", aliases: &["cà chua", "🍅"],
          price: 35_000, unit: "kg", step_milli: HALF, stock: 300, 
          packs: &[("thùng", 10), ("sọt", 20)] },
    Row { code: "R1", name: "Xà lách lô lô xanh", aliases: &["xà lách", "lô lô"],
          price: 12_000, unit: "bó", step_milli: WHOLE, stock: 240, packs: &[] },
    Row { code: "R2", name: "Bông cải xanh", aliases: &["bông cải", "súp lơ", "🥦"],
          price: 42_000, unit: "kg", step_milli: HALF, stock: 120, packs: &[("thùng", 10)] },
    Row { code: "V1", name: "Chuối Laba", aliases: &["chuối", "chuối laba", "🍌"],
          price: 28_000, unit: "kg", step_milli: HALF, stock: 180, packs: &[("thùng", 10)] },
    Row { code: "V2", name: "Bí đỏ hồ lô", aliases: &["bí đỏ", "bí hồ lô"],
          price: 30_000, unit: "trái", step_milli: WHOLE, stock: 100, packs: &[] },
    Row { code: "K1", name: "Khoai lang mật", aliases: &["khoai lang", "khoai mật", "🍠"],
          price: 25_000, unit: "kg", step_milli: HALF, stock: 400, packs: &[("bao", 20)] },
    Row { code: "N1", name: "Bông atiso sấy", aliases: &["atiso", "trà atiso"],
          price: 70_000, unit: "gói", step_milli: WHOLE, stock: 90, packs: &[] },
];

fn terms(row: &Row) -> OfferTerms {
    let units = |n| Quantity::from_units(n).expect("the table is within the limits");
    OfferTerms {
        code: Code::parse(row.code).expect("the table has codes"),
        name: row.name.into(),
        price: Money::vnd(row.price),
        unit: row.unit.into(),
        step: Quantity::from_milli(row.step_milli).expect("the table is within the limits"),
        axes: vec![],
        prices: vec![],
        packs: row
            .packs
            .iter()
            .map(|&(name, n)| Pack { name: name.into(), quantity: units(n) })
            .collect(),
        aliases: row.aliases.iter().map(|&alias| alias.into()).collect(),
        limit_per_buyer: None,
        ready_at: None,
        item: None,
        stock: Stock::Pool(units(row.stock)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn no_code_can_be_taken_for_a_person_a_size_or_a_district() {
        let goods = da_lat();
        let codes: BTreeSet<_> = goods.iter().map(|good| good.code).collect();
        assert_eq!(codes.len(), goods.len(), "each has its own");
        for code in codes {
            let mut chars = code.as_str().chars();
            let letter = chars.next().unwrap();
            assert!(letter.is_ascii_uppercase() && !"ABCEMSLXPQHT".contains(letter), "{code}");
            assert!(chars.next().is_some_and(|c| c.is_ascii_digit()) && chars.next().is_none());
        }
    }

    #[test]
    fn stock_and_packs_are_whole_numbers_of_steps() {
        for good in da_lat() {
            let Stock::Pool(stock) = good.stock else { panic!("one pool") };
            assert!(stock.is_multiple_of(good.step), "{}", good.code);
            assert!(good.packs.iter().all(|pack| pack.quantity.is_multiple_of(good.step)));
        }
    }
}
