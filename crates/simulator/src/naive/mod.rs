//! The naive twin of a shop: folds the durable facts with plain loops and checks each on the way.
//!
//! Shares nothing with the deciding code but the nouns. A fact that breaks a promise is a
//! [`crate::promise::Violated`], never a panic.

mod buyers;
mod cancel;
mod cards;
mod cell;
mod fold;
mod keys;
mod lines;

pub(crate) use keys::{act_keys, buyer_keys, host_key};

use buyers::Buyers;
use cancel::Cancel;
use cards::Cards;
use cell::Cells;
use domain::event::ClaimedLine;
use domain::offer::{Cell, Variant};
use domain::rules::{Hold, Rules};
use domain::{
    BuyerRef, Code, ItemId, KeyDigest, Money, OrderId, OrderState, SessionId, SessionState, ShopId,
    Stamp, Timestamp,
};
use std::collections::BTreeMap;

/// One shop, as its ledger tells.
pub(crate) struct Twin {
    shop: ShopId,
    cells: Cells,
    /// Archived ones too.
    pub(crate) sessions: BTreeMap<SessionId, Session>,
    pub(crate) orders: BTreeMap<OrderId, Order>,
    /// How far a shop's clock may get ahead of true time in one life of the process.
    step_ms: u64,
    /// Every key that ever stood in the ledger, with its event's number.
    pub(crate) keys: BTreeMap<KeyDigest, u64>,
    buyers: Buyers,
    /// A cancel that closed before its time: another one of that order must begin next.
    closed_early: Option<OrderId>,
}

/// A session, as far as claims depend on it.
pub(crate) struct Session {
    pub(crate) state: SessionState,
    pub(crate) rules: Rules,
    pub(crate) offers: BTreeMap<Code, ItemId>,
    /// The harvests of pre-orders.
    ready_at: BTreeMap<Code, Timestamp>,
    /// How long stock was ever promised here: a comment is judged by its own moment.
    holds: Vec<Hold>,
    pub(crate) cards: Cards,
    last_number: u32,
}

/// An order.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Order {
    pub(crate) session: SessionId,
    pub(crate) buyer: BuyerRef,
    pub(crate) state: OrderState,
    pub(crate) lines: Vec<Line>,
    pub(crate) hold_until: Option<Timestamp>,
    /// What was promised last: so long, when the shop had been up for so long.
    granted: Option<Grant>,
    /// What goes back when its undo time closes.
    cancel: Option<Cancel>,
}

/// A promise of time.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Grant {
    span_ms: u64,
    up_ms: u64,
    /// In which life of the process.
    epoch: u64,
}

impl Grant {
    fn new(until: Timestamp, stamp: Stamp, up_ms: u64) -> Self {
        let (span_ms, epoch) = (until.since(stamp.at).0, stamp.position.epoch.0);
        Self { span_ms, up_ms, epoch }
    }

    /// True if there was so much time in which the shop was up. Each life of the process may get
    /// ahead by `step_ms`.
    fn is_kept(&self, at: Stamp, up_ms: u64, step_ms: u64) -> bool {
        let lives = 1 + at.position.epoch.0 - self.epoch;
        up_ms.saturating_sub(self.up_ms) + lives * step_ms >= self.span_ms
    }
}

/// A line of an order, in thousandths.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Line {
    pub(crate) what: What,
    pub(crate) held: u64,
    pub(crate) waiting: u64,
}

/// What makes two lines one.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct What {
    pub(crate) code: Code,
    pub(crate) item: ItemId,
    pub(crate) cell: Cell,
    pub(crate) variant: Variant,
    pub(crate) price: Money,
}

impl Session {
    fn new(rules: &Rules) -> Self {
        Self {
            state: SessionState::Draft,
            rules: rules.clone(),
            offers: BTreeMap::new(),
            ready_at: BTreeMap::new(),
            holds: vec![rules.hold],
            cards: Cards::default(),
            last_number: 0,
        }
    }

    /// True until it is archived: its keys are remembered.
    pub(crate) fn is_kept(&self) -> bool {
        self.state != SessionState::Archived
    }
}

impl What {
    fn of(line: &ClaimedLine) -> Self {
        Self {
            code: line.code,
            item: line.item,
            cell: line.cell,
            variant: line.variant.clone(),
            price: line.price,
        }
    }
}

impl Order {
    fn line(&mut self, what: What) -> &mut Line {
        let at = self.place(what);
        &mut self.lines[at]
    }

    /// Which of its lines that is, a new one if it has none such.
    fn place(&mut self, what: What) -> usize {
        let at = self.lines.iter().position(|line| line.what == what);
        at.unwrap_or_else(|| {
            self.lines.push(Line { what, held: 0, waiting: 0 });
            self.lines.len() - 1
        })
    }

    pub(crate) fn holds(&self) -> bool {
        self.lines.iter().any(|line| line.held > 0)
    }

    fn waits(&self) -> bool {
        self.lines.iter().any(|line| line.waiting > 0)
    }

    fn grant(&mut self, until: Option<Timestamp>, stamp: Stamp, up_ms: u64) {
        self.hold_until = until;
        self.granted = until.map(|until| Grant::new(until, stamp, up_ms));
    }
}

impl Twin {
    /// True if two sessions have sold of one item.
    pub(crate) fn is_shared(&self, item: ItemId) -> bool {
        let sold_in = |session: &SessionId| {
            let own = |order: &&Order| order.session == *session;
            let lines = self.orders.values().filter(own).flat_map(|order| &order.lines);
            lines.into_iter().any(|line| line.what.item == item)
        };
        self.sessions.keys().filter(|session| sold_in(session)).count() > 1
    }

    /// True if a session has ended and is not archived.
    pub(crate) fn has_ended(&self) -> bool {
        self.sessions.values().any(|session| session.state == SessionState::Ended)
    }

    /// A shop before its first fact.
    pub(crate) fn new(shop: ShopId, step_ms: u64) -> Self {
        Self {
            shop,
            cells: Cells::default(),
            sessions: BTreeMap::new(),
            orders: BTreeMap::new(),
            step_ms,
            keys: BTreeMap::new(),
            buyers: Buyers::default(),
            closed_early: None,
        }
    }
}
