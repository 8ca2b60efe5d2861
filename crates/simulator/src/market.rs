//! What a shop's clients know: what was shown to them, and what they were told.

use crate::world::EVENING;
use crowd::{Crowd, Plan, Random, Shape};
use domain::link::LinkCode;
use domain::offer::{OfferTerms, Stock, Variant};
use domain::{
    Answer, AnswerBody, BuyerRef, Code, ItemId, Millis, Money, OrderId, Outcome, Quantity,
    ReviewId, SessionId, ShopId,
};
use hub::Published;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A shop seen from outside.
pub(crate) struct Market {
    pub(crate) shop: ShopId,
    pub(crate) buyers: Vec<BuyerRef>,
    /// What was published last, by session.
    pub(crate) shown: BTreeMap<SessionId, Published>,
    /// Orders that clients were told of.
    pub(crate) orders: Vec<(SessionId, OrderId, BuyerRef)>,
    /// Cards that people of the shop may answer.
    pub(crate) cards: Vec<(SessionId, ReviewId)>,
    /// Link codes that pages show.
    pub(crate) links: Vec<(SessionId, LinkCode)>,
    /// Sessions whose opening was asked for.
    pub(crate) openings: u32,
    words: Crowd,
}

impl Market {
    pub(crate) fn new(seed: u64, number: u32, buyers: u32, stock: u32) -> Self {
        let mut random = Random::split(seed, 100 + u64::from(number));
        let shop = ShopId::from_random(random.number());
        let mut buyer = || {
            let (high, low) = (random.number(), random.number());
            BuyerRef((u128::from(high) << 64 | u128::from(low)).to_be_bytes())
        };
        let buyers = (0..buyers).map(|_| buyer()).collect();
        let plan = Plan {
            viewers: 40,
            goods: goods(stock, false),
            comments_per_minute: 60,
            shape: Shape::Calm,
        };
        let (shown, words) = (BTreeMap::new(), Crowd::new(random.number(), &plan));
        let (orders, cards, links) = (Vec::new(), Vec::new(), Vec::new());
        Self { shop, buyers, shown, orders, cards, links, openings: 0, words }
    }

    /// What somebody types: a realistic comment, or a plain order.
    pub(crate) fn text(&mut self, random: &mut Random) -> String {
        if random.percent(50) {
            let words = self.words.next().expect("a crowd does not end");
            return words.text;
        }
        let code = *random.pick(&["D1", "d2", "V1", "r1", "D1", "Z9"]);
        match random.below(5) {
            0 | 1 => code.to_owned(),
            2 => format!("{code} x{}", 1 + random.below(4)),
            3 => format!("chốt {code} thêm 1"),
            _ => format!("hủy {code}"),
        }
    }

    /// What an answer lets people act on later.
    pub(crate) fn learn(&mut self, session: Option<SessionId>, answer: &Answer) {
        let Some(session) = session else { return };
        match &answer.body {
            AnswerBody::Outcome(Outcome { review: Some(review), .. }) => {
                self.cards.push((session, *review));
            }
            AnswerBody::Link(link, _) => self.links.push((session, *link)),
            _ => {}
        }
    }

    /// One of the sessions that were shown.
    pub(crate) fn session(&self, random: &mut Random) -> Option<&Published> {
        let count = u32::try_from(self.shown.len()).expect("few sessions");
        self.shown.values().nth(random.below(count) as usize)
    }

    /// Terms for the next session: the first brings new items, later ones share the first item.
    pub(crate) fn terms(&self, stock: u32) -> Vec<OfferTerms> {
        goods(stock, self.openings > 0)
    }
}

/// How long after the evening's begin a pre-order is harvested.
const HARVEST: Millis = Millis::from_secs(7_200);

/// Five things on sale, scarce: pieces, half kilos, a limit per buyer, one with variants, and a
/// harvest that is still to come.
fn goods(stock: u32, shared: bool) -> Vec<OfferTerms> {
    let units = |n: u32| Quantity::from_units(n.into()).expect("within the limit");
    let half = Quantity::from_milli(500).expect("within the limit");
    let mut squash = plain("D1", "bí đỏ", Quantity::ONE, units(stock));
    if shared {
        squash.item = Some(ItemId(1));
    }
    let tomato = plain("D2", "cà chua", half, units(stock / 2 + 1));
    let mut banana = plain("V1", "chuối", Quantity::ONE, units(stock * 2));
    banana.limit_per_buyer = Some(units(3));
    let mut shirt = plain("R1", "áo len", Quantity::ONE, Quantity::ZERO);
    shirt.axes = vec![vec!["đỏ".into(), "xanh".into()], vec!["S".into(), "M".into()]];
    shirt.stock = Stock::Cells((0..4).map(|cell| units((stock + cell) / 4)).collect());
    let mut melon = plain("P1", "dưa hẹn trước", Quantity::ONE, units(stock));
    melon.ready_at = Some(EVENING.plus(HARVEST));
    vec![squash, tomato, banana, shirt, melon]
}

fn plain(code: &str, name: &str, step: Quantity, stock: Quantity) -> OfferTerms {
    OfferTerms {
        code: Code::parse(code).expect("a code"),
        name: name.into(),
        price: Money::vnd(45_000),
        unit: "trái".into(),
        step,
        axes: vec![],
        prices: vec![],
        packs: vec![],
        aliases: vec![],
        limit_per_buyer: None,
        ready_at: None,
        item: None,
        stock: Stock::Pool(stock),
    }
}

/// A variant of an offer, said wholly, in part, or not at all.
pub(crate) fn some_variant(terms: &OfferTerms, random: &mut Random) -> Variant {
    if terms.axes.is_empty() {
        return Variant::default();
    }
    let said = |axis: &Vec<Arc<str>>| random.percent(70).then(|| random.pick(axis).clone());
    Variant(terms.axes.iter().map(said).collect())
}

/// A new thing to sell in the middle of a live.
pub(crate) fn novelty(number: u32, stock: u32) -> OfferTerms {
    let stock = Quantity::from_units(stock.into()).expect("within the limit");
    plain(&format!("K{number}"), "khoai lang", Quantity::ONE, stock)
}
