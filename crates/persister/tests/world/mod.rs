//! A seeded shop for tests: it makes facts, and keeps by itself what the orders must look like
//! after them.

use domain::code::Code;
use domain::command::{Key, Note, Origin, RuleNo};
use domain::event::{Claimed, ClaimedLine, Event, Fact, ReturnedLine};
use domain::offer::{Cell, OfferTerms, Stock, Variant};
use domain::order::{OrderLine, OrderLineView, OrderState, OrderView};
use domain::rules::{Delivery, Rules};
use domain::{
    BuyerRef, Currency, Epoch, Hash, ItemId, KeyDigest, Millis, Money, OrderId, Position, Quantity,
    Reason, ReviewId, Seq, SessionId, SessionState, ShopId, Stamp, Timestamp,
};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The one session of the world.
pub(crate) const SESSION: SessionId = SessionId(1);
/// When the evening begins: shortly before the tests run, so that lag is small.
const START: Timestamp = Timestamp(1_795_431_905_123);
const DELIVERY: Delivery = Delivery { fee: 25_000, free_from: Some(300_000) };
const HOLD_PLUS: Millis = Millis(43_200_000);

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
        for order in self.orders.values_mut() {
            let holds = order.lines.iter().any(|line| !line.line.held.is_zero());
            if order.state == OrderState::Held && holds {
                order.hold_until = Some(stamp.at.plus(HOLD_PLUS));
                order.position = stamp.position;
            }
        }
    }

    /// Nobody could order for that long.
    pub(crate) fn resume(&mut self, down: Millis) {
        let stamp = self.push(Event::Resumed { down });
        for order in self.orders.values_mut() {
            if let Some(deadline) = order.hold_until {
                order.hold_until = Some(deadline.plus(down));
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
        self.orders.values().map(settled).collect()
    }

    fn one_more(&mut self) {
        match self.pick(20) {
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
            _ => {
                let down = Millis(self.pick(60_000));
                if self.pick(20) == 0 { self.resume(down) } else { self.claim() }
            }
        }
    }

    fn claim(&mut self) {
        let buyer = self.buyer();
        let order = self.open_order(buyer);
        let item = 1 + self.pick(3) as u32;
        let held = self.pick(4);
        let waitlisted = if held == 0 { 1 + self.pick(2) } else { self.pick(2) };
        let line = self.line(item, units(held), units(waitlisted));
        let before = self.orders.get(&order).and_then(|order| order.hold_until);
        let plus = self.ended.then(|| self.next_at().plus(HOLD_PLUS));
        let hold_until = if held > 0 { before.max(plus) } else { before };
        self.numbers += 1;
        let claimed = Claimed {
            session: SESSION,
            key: self.key(if held == 0 { "waitlisted" } else { partial(waitlisted) }),
            body: None,
            buyer,
            origin: Origin::Comment,
            rule: RuleNo(3),
            number: self.numbers,
            order,
            lines: vec![line.clone()],
            hold_until,
        };
        let stamp = if held == 0 {
            self.push(Event::ClaimWaitlisted(claimed))
        } else {
            self.push(Event::ClaimHeld(claimed))
        };
        self.add(order, buyer, &line, hold_until, stamp);
    }

    fn refuse(&mut self) {
        self.numbers += 1;
        let event = Event::ClaimRefused {
            session: SESSION,
            key: self.key("refused"),
            body: None,
            buyer: self.buyer(),
            origin: Origin::Tap,
            rule: RuleNo(0),
            number: self.numbers,
            reason: Reason::SoldOut,
            wants: vec![],
        };
        self.push(event);
    }

    fn review(&mut self) {
        self.reviews += 1;
        let event = Event::ClaimReviewed {
            session: SESSION,
            key: self.key("review"),
            buyer: self.buyer(),
            review: ReviewId(self.reviews),
            reason: Reason::Doubtful,
            rule: RuleNo(9),
            suggestion: vec![],
        };
        self.push(event);
    }

    fn note(&mut self) {
        let note = |world: &mut Self| Note {
            key: world.key("noted"),
            reason: Reason::Chatter,
            rule: RuleNo(1),
        };
        let notes = (0..1 + self.pick(5)).map(|_| note(self)).collect();
        self.push(Event::CommentsNoted { session: SESSION, notes });
    }

    /// A buyer releases an order, or its time is over.
    fn give_back(&mut self, by_buyer: bool) {
        let Some(order) = self.some_held() else {
            return;
        };
        let (id, buyer) = (order.order, order.buyer);
        let lines: Vec<_> = order.lines.iter().filter(|line| !is_empty(line)).map(back).collect();
        if lines.is_empty() {
            return;
        }
        let lines = if by_buyer { lines[..1].to_vec() } else { lines };
        let event = if by_buyer {
            Event::ClaimReleased {
                session: SESSION,
                key: self.key("cancelled"),
                buyer,
                origin: Origin::Comment,
                rule: RuleNo(5),
                order: id,
                lines: lines.clone(),
            }
        } else {
            Event::HoldExpired { session: SESSION, order: id, lines: lines.clone() }
        };
        let stamp = self.push(event);
        let order = self.orders.get_mut(&id).expect("picked above");
        let mut own = order.lines.iter_mut();
        for line in &lines {
            let gone = own.find(|own| back(own) == *line).expect("it has the line");
            (gone.line.held, gone.line.waitlisted) = (Quantity::ZERO, Quantity::ZERO);
        }
        order.position = stamp.position;
        let holds = order.lines.iter().any(|line| !line.line.held.is_zero());
        if !holds {
            order.hold_until = None;
        }
        if order.lines.iter().all(is_empty) {
            let gone = if by_buyer { OrderState::Cancelled } else { OrderState::Expired };
            order.state = gone;
        }
    }

    fn promote(&mut self) {
        let at = self.pick(1 + self.orders.len() as u64) as usize;
        let waits = |line: &OrderLineView| !line.line.waitlisted.is_zero();
        let mut orders = self.orders.values().skip(at);
        let Some(from) = orders.find(|order| order.lines.iter().any(waits)).cloned() else {
            return;
        };
        let line = &from.lines.iter().find(|line| waits(line)).expect("found so").line;
        let into = match from.state {
            OrderState::Held => from.order,
            _ => self.open_order(from.buyer),
        };
        let promoted = ClaimedLine {
            code: line.code,
            item: line.item,
            cell: line.cell,
            variant: line.variant.clone(),
            held: line.waitlisted,
            waitlisted: Quantity::ZERO,
            position_in_line: None,
            price: line.price,
        };
        let hold_until = Some(self.next_at().plus(Millis(600_000)));
        let stamp = self.push(Event::WaitlistPromoted {
            session: SESSION,
            order: from.order,
            into,
            buyer: from.buyer,
            line: promoted.clone(),
            hold_until,
        });
        let waiting = self.orders.get_mut(&from.order).expect("found above");
        waiting.position = stamp.position;
        let own = waiting.lines.iter_mut().find(|own| is_same(&own.line, &promoted));
        own.expect("found above").line.waitlisted = Quantity::ZERO;
        self.add(into, from.buyer, &promoted, hold_until, stamp);
    }

    fn settle(&mut self) {
        let Some(id) = self.some_held().map(|order| order.order) else {
            return;
        };
        let (session, order, key) = (SESSION, id, None);
        let cancels = self.pick(4) == 0;
        let lines: Vec<_> = self.orders[&id].lines.iter().map(back).collect();
        let (event, state) = if cancels {
            let cancelled = Event::OrderCancelled { session, key, order, lines };
            (cancelled, OrderState::Cancelled)
        } else if self.pick(2) == 0 {
            (Event::OrderConfirmed { session, key, order }, OrderState::Confirmed)
        } else {
            (Event::OrderPaid { session, key, order }, OrderState::Paid)
        };
        let stamp = self.push(event);
        let order = self.orders.get_mut(&id).expect("picked above");
        (order.state, order.hold_until, order.position) = (state, None, stamp.position);
        if cancels {
            for line in &mut order.lines {
                (line.line.held, line.line.waitlisted) = (Quantity::ZERO, Quantity::ZERO);
            }
        }
    }

    fn extend(&mut self) {
        let Some(id) = self.some_held().map(|order| order.order) else {
            return;
        };
        let by_buyer = self.pick(2) == 0;
        let hold_until = self.next_at().plus(Millis(900_000));
        let key = by_buyer.then(|| Key { digest: self.key("held"), body: None });
        let stamp = self.push(Event::HoldExtended {
            session: SESSION,
            key,
            order: id,
            by_buyer,
            hold_until,
        });
        let order = self.orders.get_mut(&id).expect("picked above");
        (order.hold_until, order.position) = (Some(hold_until), stamp.position);
    }

    fn change_offer(&mut self) {
        let code = terms(1 + self.pick(3) as u32).code;
        let event = Event::OfferChanged {
            session: SESSION,
            key: None,
            code,
            price: Money::vnd(1_000 * (40 + self.pick(3)).cast_signed()),
            open: true,
            pinned: true,
            limit_per_buyer: Some(units(5)),
        };
        self.push(event);
    }

    fn add(
        &mut self,
        id: OrderId,
        buyer: BuyerRef,
        line: &ClaimedLine,
        hold_until: Option<Timestamp>,
        stamp: Stamp,
    ) {
        let order = self.orders.entry(id).or_insert_with(|| OrderView {
            order: id,
            session: SESSION,
            buyer,
            state: OrderState::Held,
            lines: vec![],
            delivery_fee: None,
            total: Money::vnd(0),
            hold_until,
            position: stamp.position,
        });
        (order.hold_until, order.position) = (hold_until, stamp.position);
        let found = order.lines.iter_mut().find(|own| is_same(&own.line, line));
        let Some(own) = found else {
            order.lines.push(OrderLineView {
                line: OrderLine {
                    code: line.code,
                    item: line.item,
                    cell: line.cell,
                    variant: line.variant.clone(),
                    held: line.held,
                    waitlisted: line.waitlisted,
                    price: line.price,
                },
                position_in_line: None,
            });
            return;
        };
        own.line.held = own.line.held.plus(line.held).expect("little");
        own.line.waitlisted = own.line.waitlisted.plus(line.waitlisted).expect("little");
    }

    fn line(&mut self, item: u32, held: Quantity, waitlisted: Quantity) -> ClaimedLine {
        let terms = terms(item);
        let cell = Cell(self.pick(1 + terms.axes.len() as u64) as u16);
        let said = terms.axes.first().map(|axis| Some(axis[usize::from(cell.0)].clone()));
        ClaimedLine {
            code: terms.code,
            item: ItemId(item),
            cell,
            variant: Variant(said.into_iter().collect()),
            held,
            waitlisted,
            position_in_line: (!waitlisted.is_zero()).then_some(1),
            price: Money::vnd(1_000 * (40 + self.pick(2)).cast_signed()),
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

/// Sums, and empty lines out of sight, as every reader has them; a NUL reads back as U+FFFD.
fn settled(order: &OrderView) -> OrderView {
    let mut order = order.clone();
    let goods: i64 = order
        .lines
        .iter()
        .map(|l| l.line.price.times(l.line.held))
        .fold(0, |s, m| s + m.expect("little").amount);
    let holds = order.lines.iter().any(|line| !line.line.held.is_zero());
    let free = !holds || goods >= DELIVERY.free_from.expect("it is set");
    let fee = if free { 0 } else { DELIVERY.fee };
    order.delivery_fee = Some(Money::vnd(fee));
    order.total = Money::vnd(goods + fee);
    if !matches!(order.state, OrderState::Cancelled | OrderState::Expired) {
        order.lines.retain(|line| !is_empty(line));
    }
    for said in order.lines.iter_mut().flat_map(|line| &mut line.line.variant.0).flatten() {
        *said = said.replace('\0', "\u{fffd}").into();
    }
    order
}
