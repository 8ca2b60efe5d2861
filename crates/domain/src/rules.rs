//! The rules of one session: what a host may set, all with safe defaults.

use crate::code::Code;
use crate::quantity::Quantity;
use crate::time::Millis;

/// Everything a session's host may decide beforehand. A change never re-judges what was decided
/// before it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Rules {
    /// When an order counts as settled.
    pub settle: Settle,
    /// How long stock is promised.
    pub hold: Hold,
    /// Whether claims beyond the stock wait in line; otherwise they are refused as `sold_out`.
    pub waitlist: bool,
    /// Whether a line takes what there is and waits for the rest (7 now, 3 in line); otherwise it
    /// waits whole.
    pub partial_fill: bool,
    /// How long stock is promised to who moves up from the line; none: as long as to anybody.
    pub promotion_hold: Option<Millis>,
    /// The most that one buyer may have of everything together in the session, each in its own
    /// unit.
    pub limit_per_buyer: Option<Quantity>,
    /// How long a cancel can be undone; its stock is offered to nobody meanwhile. Zero: at once.
    pub cancel_undo: Millis,
    /// What keeps single people from taking everything without ever paying.
    pub hoarding: Hoarding,
    /// What delivery costs.
    pub delivery: Option<Delivery>,
    /// The same comment of the same buyer again.
    pub repeat_comment: Repeat,
    /// The same code of the same buyer again with another quantity.
    pub repeat_code: Repeat,
    /// A buyer's wish to cancel an own open line: carried out, or only shown.
    pub buyer_cancel: Doubt,
    /// How words are read.
    pub reading: Reading,
}

/// When an order counts as settled.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Settle {
    /// Cash on delivery: the host confirms.
    Cod,
    /// Paid before the deadline.
    Prepay,
}

/// How long stock is promised to a buyer.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Hold {
    /// Until the session ends and this long after.
    UntilEnd {
        /// The span after the end.
        plus: Millis,
    },
    /// This long from the buyer's latest line.
    For(Millis),
}

/// What delivery costs, in minor units of the session's currency.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Delivery {
    /// Added once to an order that holds something.
    pub fee: i64,
    /// Goods of at least this amount travel free.
    pub free_from: Option<i64>,
}

/// Limits against hoarding, over all sessions of the shop. Orders that staff make are not counted
/// against them.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Hoarding {
    /// Most open unpaid lines of one buyer; none: no limit.
    pub holds_per_buyer: Option<u32>,
    /// Most open unpaid orders of anonymous buyers from one network; none: no limit.
    pub orders_per_network: Option<u32>,
    /// After so many orders that ran out in a row, a buyer must wait; none: never.
    pub expiries: Option<u32>,
    /// So long after the last of them.
    pub cooldown: Millis,
}

/// What a repetition does.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Repeat {
    /// Nothing.
    Ignore,
    /// It adds.
    Add,
    /// A person is asked.
    Ask,
}

/// What a doubtful form does.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Doubt {
    /// It counts.
    Accept,
    /// A person must look.
    Review,
    /// It is ignored.
    Ignore,
}

/// How bold reading is; the single settings start from it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Strictness {
    /// More becomes an order.
    Loose,
    /// The defaults.
    Normal,
    /// More goes to a person.
    Strict,
}

/// The settings of reading, by the names of the phrasebook's header.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Reading {
    /// Where the settings started from.
    pub strictness: Strictness,
    /// What a bare code orders.
    pub bare_code_qty: Quantity,
    /// One letter, a space, digits (`a 1`).
    pub spaced_code: Doubt,
    /// A number without `mã` or unit in a catalogue of numbers.
    pub bare_number: Doubt,
    /// A buying verb and a question in one comment.
    pub verb_plus_question: Doubt,
    /// Whether `A1-` cancels.
    pub cancel_by_minus: bool,
    /// More than the per-buyer limit.
    pub over_limit: Doubt,
    /// The same code twice in one comment without quantities.
    pub repeat_in_comment: Doubt,
    /// Whether `A01` means A1.
    pub ignore_leading_zeros: bool,
    /// A product with variants ordered without one: `Accept` holds and asks.
    pub missing_variant: Doubt,
    /// Pieces in a chục: 10, in some southern trades 12.
    pub chuc: u32,
    /// A phone number alone while one product is on sale.
    pub phone_only_single: Doubt,
    /// An edited comment.
    pub edited: Doubt,
    /// An order of a closed product.
    pub late_order: Doubt,
    /// What an order must start with.
    pub code_prefix: Option<Code>,
}

impl Default for Reading {
    fn default() -> Self {
        Self {
            strictness: Strictness::Normal,
            bare_code_qty: Quantity::ONE,
            spaced_code: Doubt::Review,
            bare_number: Doubt::Review,
            verb_plus_question: Doubt::Review,
            cancel_by_minus: false,
            over_limit: Doubt::Review,
            repeat_in_comment: Doubt::Review,
            ignore_leading_zeros: false,
            missing_variant: Doubt::Accept,
            chuc: 10,
            phone_only_single: Doubt::Accept,
            edited: Doubt::Review,
            late_order: Doubt::Review,
            code_prefix: None,
        }
    }
}

impl Default for Hoarding {
    /// One full order's lines per buyer; a carrier's whole prefix in the largest live; five orders
    /// that ran out in a row, then ten minutes.
    fn default() -> Self {
        Self {
            holds_per_buyer: Some(64),
            orders_per_network: Some(2_000),
            expiries: Some(5),
            cooldown: Millis::from_secs(600),
        }
    }
}

impl Reading {
    /// Where the single settings of a preset start from: bolder, as the phrasebook's header says,
    /// or asking more often. No preset makes an order of a question or of a negation.
    pub fn preset(strictness: Strictness) -> Self {
        let normal = Self { strictness, ..Self::default() };
        match strictness {
            Strictness::Normal => normal,
            Strictness::Loose => Self {
                spaced_code: Doubt::Accept,
                bare_number: Doubt::Accept,
                repeat_in_comment: Doubt::Accept,
                ignore_leading_zeros: true,
                ..normal
            },
            Strictness::Strict => {
                Self { missing_variant: Doubt::Review, phone_only_single: Doubt::Review, ..normal }
            }
        }
    }
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            settle: Settle::Cod,
            hold: Hold::UntilEnd { plus: Millis::from_secs(43_200) },
            waitlist: true,
            partial_fill: true,
            promotion_hold: None,
            limit_per_buyer: None,
            cancel_undo: Millis(0),
            hoarding: Hoarding::default(),
            delivery: None,
            repeat_comment: Repeat::Ignore,
            repeat_code: Repeat::Ask,
            buyer_cancel: Doubt::Accept,
            reading: Reading::default(),
        }
    }
}
