//! What may happen in a history, drawn at random.

mod rules;

use super::pair::MINUTE;
use domain::command::Origin;
use domain::order::OrderState;
use domain::rules::Rules;
use domain::session::SessionState;
use proptest::prelude::*;

pub(super) use self::rules::rules;

/// Code, variant, quantity, and whether it comes on top.
pub(super) type Wanted = (usize, usize, u64, bool);

/// One step of a history; indices are taken modulo what there is.
#[derive(Clone, Debug)]
pub(super) enum Step {
    Claim(Claiming),
    /// A doubtful comment, with what was heard as a code.
    Review(Claiming, Option<usize>),
    /// Which card, whether all like it, its lines and what goes back for them, whether it lasts.
    Resolve(usize, bool, Option<(Vec<Wanted>, Vec<usize>)>, bool),
    Release(usize, u8, Origin, Option<usize>, Option<u64>),
    Undo(usize, Option<u8>),
    ExtendOwn(usize, u8, usize),
    Settle(usize, OrderState),
    Extend(usize, u64),
    Stock(usize, usize, usize, StockKind, u64),
    Change(usize, usize, i64, bool, Option<u64>),
    Rules(usize, Box<Rules>),
    Block(usize, u8, bool),
    ShowLink(usize, u8, u16),
    TypeLink(usize, u8, u16),
    Session(usize, SessionState),
    Pass(u64),
    Resume(u64),
    Again(usize),
}

/// Who claims what, where and how.
#[derive(Clone, Debug)]
pub(super) struct Claiming {
    pub(super) session: usize,
    pub(super) buyer: u8,
    pub(super) by: Origin,
    pub(super) wants: Vec<Wanted>,
    pub(super) back: Vec<usize>,
    /// So long ago.
    pub(super) ago: Option<u64>,
    pub(super) network: Option<u8>,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum StockKind {
    Add,
    Remove,
    Set,
}

pub(super) fn origin() -> impl Strategy<Value = Origin> {
    prop_oneof![Just(Origin::Comment), Just(Origin::Tap), Just(Origin::Host)]
}

/// Mostly whole units of what there is.
fn wanted() -> impl Strategy<Value = Wanted> {
    let code = prop_oneof![1 => Just(3), 39 => 0..3usize];
    let said = prop_oneof![1 => Just(5), 19 => 0..5usize];
    let amount = prop_oneof![
        1 => (0..3u64).prop_map(|n| n * 250),
        2 => Just(500),
        6 => (1..4u64).prop_map(|n| n * 1_000),
    ];
    (code, said, amount, prop::bool::weighted(0.2)).prop_map(|(code, said, amount, adds)| {
        // B2 is sold by the whole unit.
        let amount = if code == 1 && amount == 500 { 1_000 } else { amount };
        (code, said, amount, adds)
    })
}

fn buyer() -> impl Strategy<Value = u8> {
    prop_oneof![3 => 0..2u8, 2 => 2..5u8]
}

/// Mostly nothing goes back.
fn back() -> impl Strategy<Value = Vec<usize>> {
    prop_oneof![7 => Just(vec![]), 1 => prop::collection::vec(0..3usize, 1..3)]
}

fn claiming() -> impl Strategy<Value = Claiming> {
    let whose = (0..2usize, buyer(), origin());
    let ago = prop::option::weighted(0.3, 1..9 * MINUTE);
    let network = prop::option::weighted(0.4, 0..2u8);
    let wants = prop_oneof![
        3 => prop::collection::vec(wanted(), 1..2),
        2 => prop::collection::vec(wanted(), 2..4)
    ];
    (whose, wants, back(), ago, network).prop_map(
        |((session, buyer, by), wants, back, ago, network)| Claiming {
            session,
            buyer,
            by,
            wants,
            back,
            ago,
            network,
        },
    )
}

/// A few doubts, so that some read alike.
fn doubting() -> impl Strategy<Value = (Claiming, Option<usize>)> {
    let wants =
        prop_oneof![Just(vec![(0, 0, 500, false)]), Just(vec![(2, 0, 1_000, false)]), Just(vec![])];
    (claiming(), wants, prop::option::of(0..2usize))
        .prop_map(|(claiming, wants, about)| (Claiming { wants, ..claiming }, about))
}

fn resolving() -> impl Strategy<Value = Step> {
    let lines = (prop::collection::vec(wanted(), 1..3), back());
    (0..9usize, any::<bool>(), prop::option::weighted(0.7, lines), prop::bool::weighted(0.3))
        .prop_map(|(card, group, lines, lasts)| Step::Resolve(card, group, lines, lasts))
}

fn passing() -> impl Strategy<Value = Step> {
    let span = prop_oneof![
        4 => 0..MINUTE,
        4 => 0..4 * MINUTE,
        1 => 10 * MINUTE..30 * MINUTE,
        1 => Just(13 * 60 * MINUTE),
        1 => Just(48 * 60 * MINUTE),
    ];
    span.prop_map(Step::Pass)
}

/// What buyers and their comments do.
fn buyers() -> impl Strategy<Value = Step> {
    let amount = prop_oneof![5 => 1..3u64, 1 => Just(0)].prop_map(|n| n * 1_000);
    let amount = prop::option::weighted(0.4, amount);
    prop_oneof![
        16 => claiming().prop_map(Step::Claim),
        3 => doubting().prop_map(|(claiming, about)| Step::Review(claiming, about)),
        4 => (0..2usize, buyer(), origin(), prop::option::weighted(0.7, 0..3usize), amount)
            .prop_map(|(s, b, by, code, amount)| Step::Release(s, b, by, code, amount)),
        3 => (0..20usize, prop::option::of(buyer())).prop_map(|(o, b)| Step::Undo(o, b)),
        2 => (0..2usize, buyer(), 0..20usize).prop_map(|(s, b, o)| Step::ExtendOwn(s, b, o)),
        2 => (0..2usize, buyer(), 0..2u16).prop_map(|(s, b, from)| Step::ShowLink(s, b, from)),
        2 => (0..2usize, buyer(), 0..3u16).prop_map(|(s, b, code)| Step::TypeLink(s, b, code)),
    ]
}

/// What the host does.
fn host() -> impl Strategy<Value = Step> {
    let settled = prop_oneof![
        3 => Just(OrderState::Confirmed),
        3 => Just(OrderState::Paid),
        3 => Just(OrderState::Cancelled),
    ];
    let stock = prop_oneof![Just(StockKind::Add), Just(StockKind::Remove), Just(StockKind::Set)];
    let next = prop_oneof![
        6 => Just(SessionState::Live),
        1 => Just(SessionState::Paused),
        1 => Just(SessionState::Ended),
    ];
    let price = (0..2usize, 0..3usize, 1..3i64, prop::bool::weighted(0.8));
    let limit = prop::option::of(1..9u64);
    prop_oneof![
        4 => (0..20usize, settled).prop_map(|(o, to)| Step::Settle(o, to)),
        1 => (0..20usize, 0..30 * MINUTE).prop_map(|(o, span)| Step::Extend(o, span)),
        3 => (0..2usize, 0..3usize, 0..6usize, stock, 0..9u64)
            .prop_map(|(s, c, v, kind, q)| Step::Stock(s, c, v, kind, q * 500)),
        2 => (price, limit).prop_map(|((s, c, p, open), l)| Step::Change(s, c, p * 1_000, open, l)),
        3 => resolving(),
        1 => (0..2usize, rules()).prop_map(|(s, rules)| Step::Rules(s, Box::new(rules))),
        1 => (0..2usize, buyer(), prop::bool::weighted(0.2))
            .prop_map(|(s, b, blocked)| Step::Block(s, b, blocked)),
        1 => (0..2usize, next).prop_map(|(s, to)| Step::Session(s, to)),
    ]
}

pub(super) fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        30 => buyers(),
        16 => host(),
        6 => passing(),
        1 => (0..20 * MINUTE).prop_map(Step::Resume),
        2 => (0..60usize).prop_map(Step::Again),
    ]
}
