//! A seeded shop for tests: it makes facts, and keeps by itself what the orders must look like
//! after them.

mod acts;
mod further;

use domain::code::Code;
use domain::command::{Key, Note, Origin, RuleNo};
use domain::event::{Claimed, ClaimedLine, Event, Fact, ReturnedLine};
use domain::offer::{Cell, OfferTerms, Stock, Variant};
use domain::order::{OrderLine, OrderLineView, OrderState, OrderView};
use domain::rules::{Delivery, Hold, Rules};
use domain::{
    BuyerRef, Currency, Epoch, Hash, ItemId, KeyDigest, Millis, Money, Network, OrderId, Position,
    Quantity, Reason, ReviewId, Seq, SessionId, SessionState, ShopId, Stamp, Timestamp,
};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The one session of the world.
pub(crate) const SESSION: SessionId = SessionId(1);
/// When the evening begins: shortly before the tests run, so that lag is small.
const START: Timestamp = Timestamp(1_795_431_905_123);
const DELIVERY: Delivery = Delivery { fee: 25_000, free_from: Some(300_000) };
const HOLD_PLUS: Millis = Millis(43_200_000);
/// Ten days after the evening.
const HARVEST: Timestamp = Timestamp(START.0 + 864_000_000);
const PRE_ORDERED: ItemId = ItemId(3);

/// A shop, its facts so far, and its orders as they must be.
pub(crate) struct World {
    pub(crate) shop: ShopId,
    pub(crate) facts: Vec<Fact>,
    pub(crate) orders: BTreeMap<OrderId, OrderView>,
    /// Every key that a buyer used, with the word for what came of it.
    pub(crate) answers: Vec<(KeyDigest, &'static str)>,
    random: u64,
    numbers: u32,
    reviews: u32,
    ended: bool,
    /// Cards that nobody has answered, with their keys.
    cards: Vec<(ReviewId, KeyDigest)>,
    /// What is being cancelled of which order: lines by number, and how much.
    cancels: BTreeMap<OrderId, Vec<(usize, Quantity)>>,
    /// What delivery was charged with settled orders.
    charged: BTreeMap<OrderId, Option<Money>>,
    delivery: Option<Delivery>,
    hold: Hold,
}

impl World {
    /// A shop whose session is live with three offers.
    pub(crate) fn open(seed: u64) -> Self {
        let mut world = Self {
            shop: ShopId::from_random(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 8),
            facts: Vec::new(),
            orders: BTreeMap::new(),
            answers: Vec::new(),
            random: seed.wrapping_add(0x2545_f491_4f6c_dd1d),
            numbers: 0,
            reviews: 0,
            ended: false,
            cards: Vec::new(),
            cancels: BTreeMap::new(),
            charged: BTreeMap::new(),
            delivery: Some(DELIVERY),
            hold: Hold::UntilEnd { plus: HOLD_PLUS },
        };
        let rules = Rules { delivery: Some(DELIVERY), ..Rules::default() };
        world.push(Event::SessionOpened {
            session: SESSION,
            key: None,
            title: "tối nay ở Mường\0Lò".into(),
            rules: Box::new(rules),
            currency: Currency::VND,
        });
        for item in 1..=3 {
            world.push(Event::OfferAdded {
                session: SESSION,
                key: None,
                item: ItemId(item),
                new_item: true,
                terms: Arc::new(terms(item)),
            });
        }
        world.state(SessionState::Live);
        world
    }

    /// So many more random facts of every kind.
    pub(crate) fn go_on(&mut self, facts: usize) {
        let until = self.facts.len() + facts;
        while self.facts.len() < until {
            self.one_more();
        }
    }

    /// The session ends: held orders get their deadline.
    pub(crate) fn end(&mut self) {
        self.ended = true;
        let stamp = self.state(SessionState::Ended);
        let (Hold::UntilEnd { plus: span } | Hold::For(span)) = self.hold;
        for order in self.orders.values_mut() {
            let holds = order.lines.iter().any(|line| !line.line.held.is_zero());
            if order.state == OrderState::Held && holds && order.hold_until.is_none() {
                let waits_for_harvest =
                    |l: &OrderLineView| !l.line.held.is_zero() && l.line.item == PRE_ORDERED;
                let ready_at = order.lines.iter().any(waits_for_harvest).then_some(HARVEST);
                let until = stamp.at.plus(span).max(ready_at.unwrap_or_default());
                order.hold_until = Some(until);
                order.position = stamp.position;
            }
        }
    }

    /// Nobody could order for that long.
    pub(crate) fn resume(&mut self, down: Millis) {
        let stamp = self.push(Event::Resumed { down });
        for order in self.orders.values_mut() {
            let moved = |at: Option<Timestamp>| at.map(|at| at.plus(down));
            if order.hold_until.is_some() || order.undo_until.is_some() {
                order.hold_until = moved(order.hold_until);
                order.undo_until = moved(order.undo_until);
                order.position = stamp.position;
            }
        }
    }

    /// The last fact's place.
    pub(crate) fn head(&self) -> Stamp {
        self.facts.last().expect("it was opened").stamp
    }

    /// The orders as a reader must see them.
    pub(crate) fn views(&self) -> Vec<OrderView> {
        let view = |order: &OrderView| {
            let charged = self.charged.get(&order.order).copied().flatten();
            settled(order, charged.or_else(|| fee(order, self.delivery)))
        };
        self.orders.values().map(view).collect()
    }

    fn one_more(&mut self) {
        match self.pick(30) {
            0..=9 => self.claim(),
            10 => self.refuse(),
            11 => self.review(),
            12 => self.note(),
            13 => self.give_back(true),
            14 => self.give_back(false),
            15 => self.promote(),
            16 => self.settle(),
            17 => self.extend(),
            18 => self.change_offer(),
            19 | 20 => self.swap(),
            21 => self.reduce(),
            22 | 23 => self.begin_cancel(),
            24 => self.undo_cancel(),
            25 => self.close_cancel(),
            26 => self.answer_card(),
            27 => self.change_rules(),
            28 => self.link(),
            _ => {
                let down = Millis(self.pick(60_000));
                if self.pick(20) == 0 { self.resume(down) } else { self.claim() }
            }
        }
    }

    fn state(&mut self, state: SessionState) -> Stamp {
        self.push(Event::SessionStateChanged { session: SESSION, key: None, state })
    }

    fn push(&mut self, event: Event) -> Stamp {
        let seq = self.facts.len() as u64 + 1;
        let mut hash = [self.shop.get() as u8; 32];
        hash[..8].copy_from_slice(&seq.to_be_bytes());
        let position = Position { epoch: Epoch(1 + seq / 1_000), seq: Seq(seq) };
        let stamp = Stamp { position, at: Timestamp(START.0 + 20 * seq), hash: Hash(hash) };
        self.facts.push(Fact { stamp, event });
        stamp
    }

    fn next_at(&self) -> Timestamp {
        Timestamp(START.0 + 20 * (self.facts.len() as u64 + 1))
    }

    fn key(&mut self, word: &'static str) -> KeyDigest {
        let mut digest = [0; 16];
        digest[..8].copy_from_slice(&(self.answers.len() as u64).to_be_bytes());
        let key = KeyDigest(digest);
        self.answers.push((key, word));
        key
    }

    fn buyer(&mut self) -> BuyerRef {
        let most = 20 + self.orders.len() as u64 / 4;
        let mut buyer = [7; 16];
        buyer[..8].copy_from_slice(&self.pick(most).to_be_bytes());
        BuyerRef(buyer)
    }

    fn open_order(&self, buyer: BuyerRef) -> OrderId {
        let is_open = |order: &&OrderView| order.buyer == buyer && order.state.is_open();
        let open = self.orders.values().rev().find(is_open).map(|order| order.order);
        open.unwrap_or(OrderId(self.orders.len() as u32 + 1))
    }

    fn some_held(&mut self) -> Option<&OrderView> {
        let at = self.pick(1 + self.orders.len() as u64) as usize;
        self.orders.values().skip(at).find(|order| order.state.is_open())
    }

    fn pick(&mut self, below: u64) -> u64 {
        self.random ^= self.random << 13;
        self.random ^= self.random >> 7;
        self.random ^= self.random << 17;
        (self.random >> 11) % below
    }
}

/// Item 2 comes in two colours, with a stock figure each.
fn terms(item: u32) -> OfferTerms {
    let colours = || vec![Arc::from("đỏ"), Arc::from("xanh \0lá")];
    let axes = if item == 2 { vec![colours()] } else { vec![] };
    let stock = match item {
        2 => Stock::Cells(vec![units(500_000), units(500_000)]),
        _ => Stock::Pool(units(1_000_000)),
    };
    OfferTerms {
        code: Code::parse(&format!("D{item}")).expect("a code"),
        name: "bí đỏ".into(),
        price: Money::vnd(45_000),
        unit: "kg".into(),
        step: Quantity::ONE,
        axes,
        prices: vec![],
        packs: vec![],
        aliases: vec![],
        limit_per_buyer: None,
        ready_at: (ItemId(item) == PRE_ORDERED).then_some(HARVEST),
        item: None,
        stock,
    }
}

fn units(units: u64) -> Quantity {
    Quantity::from_units(units).expect("within the limit")
}

fn partial(waitlisted: u64) -> &'static str {
    if waitlisted == 0 { "held" } else { "partial" }
}

fn is_same(line: &OrderLine, new: &ClaimedLine) -> bool {
    (line.code, line.cell, line.price) == (new.code, new.cell, new.price)
        && line.variant == new.variant
}

fn is_empty(line: &OrderLineView) -> bool {
    line.line.held.is_zero() && line.line.waitlisted.is_zero()
}

fn back(line: &OrderLineView) -> ReturnedLine {
    ReturnedLine {
        code: line.line.code,
        item: line.line.item,
        cell: line.line.cell,
        variant: line.line.variant.clone(),
        held: line.line.held,
        waitlisted: line.line.waitlisted,
    }
}

fn goods(order: &OrderView) -> i64 {
    let costs = order.lines.iter().map(|l| l.line.price.times(l.line.held));
    costs.map(|cost| cost.expect("little").amount).sum()
}

/// What delivery adds by the rule.
fn fee(order: &OrderView, rule: Option<Delivery>) -> Option<Money> {
    let rule = rule?;
    let holds = order.lines.iter().any(|line| !line.line.held.is_zero());
    let free = !holds || rule.free_from.is_some_and(|from| goods(order) >= from);
    Some(Money::vnd(if free { 0 } else { rule.fee }))
}

/// Sums, and empty lines out of sight, as every reader has them; a NUL reads back as U+FFFD.
fn settled(order: &OrderView, fee: Option<Money>) -> OrderView {
    let mut order = order.clone();
    order.delivery_fee = fee;
    order.total = Money::vnd(goods(&order) + fee.map_or(0, |fee| fee.amount));
    if !matches!(order.state, OrderState::Cancelled | OrderState::Expired) {
        order.lines.retain(|line| !is_empty(line));
    }
    for said in order.lines.iter_mut().flat_map(|line| &mut line.line.variant.0).flatten() {
        *said = said.replace('\0', "\u{fffd}").into();
    }
    order
}
