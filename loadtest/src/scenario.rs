//! What kind of evening is played: read from `scenarios/*.toml`, then bent by the command line.

use crowd::{Millis, OfferTerms, Plan, Shape, Stock, da_lat};
use serde::Deserialize;

/// One evening, before its seed.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Scenario {
    /// The session's title.
    pub(crate) title: String,
    /// How many watch.
    pub(crate) viewers: u32,
    /// How many of them over a socket of their own; the others comment on a platform.
    pub(crate) sockets: u32,
    /// The steady rate of all comments, orders and talk together.
    pub(crate) comments_per_minute: u32,
    /// How long people write.
    pub(crate) seconds: u64,
    /// The moment everybody came for, if there is one.
    pub(crate) drop: Option<FlashDrop>,
}

/// One offer that opens at one moment.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct FlashDrop {
    /// Which offer.
    pub(crate) code: String,
    /// How much of it there is.
    pub(crate) stock: u64,
    /// When it opens.
    pub(crate) at_ms: u64,
    /// Orders per second at that moment.
    pub(crate) per_second: u32,
    /// After this span half as many.
    pub(crate) half_life_ms: u64,
}

impl Scenario {
    /// `calm` or `flash`.
    pub(crate) fn named(flash: bool) -> anyhow::Result<Self> {
        let text = if flash {
            include_str!("../scenarios/flash.toml")
        } else {
            include_str!("../scenarios/calm.toml")
        };
        Ok(toml::from_str(text)?)
    }

    /// Orders per second: of the drop's first moment, or of the whole evening.
    pub(crate) fn set_rate(&mut self, per_second: u32) {
        match &mut self.drop {
            Some(drop) => drop.per_second = per_second,
            // Forty of a hundred comments are about orders.
            None => self.comments_per_minute = per_second.saturating_mul(60 * 100 / 40),
        }
    }

    /// As many sockets; at least as many viewers.
    pub(crate) fn set_sockets(&mut self, sockets: u32) {
        self.viewers = self.viewers.max(sockets.saturating_add(sockets / 8)).max(1);
        self.sockets = sockets;
    }

    /// The crowd's plan.
    ///
    /// # Errors
    /// If the drop's code is none of the co-operative's.
    pub(crate) fn plan(&self) -> anyhow::Result<Plan> {
        let goods = da_lat();
        let shape = match &self.drop {
            None => Shape::Calm,
            Some(drop) => {
                let good = goods.iter().find(|good| good.code.as_str() == drop.code);
                let good = good.ok_or_else(|| {
                    anyhow::anyhow!("drop.code = {:?} is not among the goods", drop.code)
                })?;
                Shape::FlashDrop {
                    code: good.code,
                    at: Millis(drop.at_ms),
                    per_second: drop.per_second,
                    half_life: Millis(drop.half_life_ms),
                }
            }
        };
        Ok(Plan {
            viewers: self.viewers,
            goods,
            comments_per_minute: self.comments_per_minute,
            shape,
        })
    }

    /// The offer in the contract's JSON, with the drop's stock where it is the drop.
    pub(crate) fn offer(&self, good: &OfferTerms) -> serde_json::Value {
        let dropped = self.drop.as_ref().filter(|drop| drop.code == good.code.as_str());
        let stock_milli = match (&good.stock, dropped) {
            (_, Some(drop)) => drop.stock * 1_000,
            (Stock::Pool(stock), None) => stock.milli(),
            (Stock::Cells(cells), None) => cells.iter().map(|cell| cell.milli()).sum(),
        };
        let packs: serde_json::Map<_, _> = good
            .packs
            .iter()
            .map(|pack| (pack.name.to_string(), decimal(pack.quantity.milli())))
            .collect();
        serde_json::json!({
            "code": good.code.as_str(),
            "name": &*good.name,
            "price": good.price.amount,
            "unit": &*good.unit,
            "step": decimal(good.step.milli()),
            "stock": decimal(stock_milli),
            "packs": packs,
            "aliases": good.aliases.iter().map(|alias| &**alias).collect::<Vec<_>>(),
        })
    }
}

/// Thousandths as the contract's decimal number.
pub(crate) fn decimal(milli: u64) -> serde_json::Value {
    if milli.is_multiple_of(1_000) {
        (milli / 1_000).into()
    } else {
        (milli as f64 / 1_000.0).into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_evenings_read_and_have_a_plan() {
        for flash in [false, true] {
            let scenario = Scenario::named(flash).expect("the file reads");
            let plan = scenario.plan().expect("its code is on sale");
            assert!(scenario.sockets <= plan.viewers);
            assert_eq!(plan.shape == Shape::Calm, !flash);
        }
    }

    #[test]
    fn the_drop_has_its_own_stock_and_the_others_theirs() {
        let scenario = Scenario::named(true).expect("the file reads");
        let offers: Vec<_> = da_lat().iter().map(|good| scenario.offer(good)).collect();
        assert_eq!(offers[0]["stock"], 500);
        assert_eq!(offers[1]["step"], 0.5);
        assert_eq!(offers[1]["packs"]["thùng"], 10);
    }
}
