//! A shop at rest: its whole state as plain data, at one position. Derived from the events; may be
//! deleted.

use crate::code::Code;
use crate::command::{CardAnswer, Key, RuleNo, Want};
use crate::id::{BuyerRef, ItemId, KeyDigest, Network, OrderId, ReviewId, SessionId};
use crate::link::LinkCode;
use crate::money::{Currency, Money};
use crate::offer::OfferTerms;
use crate::order::{OrderLine, OrderState};
use crate::outcome::Answer;
use crate::position::{Position, Seq, Stamp};
use crate::quantity::Quantity;
use crate::reason::Reason;
use crate::rules::Rules;
use crate::session::SessionState;
use crate::time::Timestamp;
use alloc::sync::Arc;
use alloc::vec::Vec;

/// Everything a shop's state machine knows.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Snapshot {
    /// The last event that is in it.
    pub stamp: Stamp,
    /// The largest order, review, session and item numbers given so far.
    pub last_order: u32,
    /// See above.
    pub last_review: u32,
    /// See above.
    pub last_session: u32,
    /// See above.
    pub last_item: u32,
    /// By number.
    pub items: Vec<ItemAtRest>,
    /// By number; archived ones are left out.
    pub sessions: Vec<SessionAtRest>,
    /// By number; those that nobody needs any more are left out.
    pub orders: Vec<OrderAtRest>,
    /// By digest.
    pub keys: Vec<KeyAtRest>,
    /// By reference; those of whom nothing is to be remembered are left out.
    pub buyers: Vec<BuyerAtRest>,
}

/// What a shop remembers of a buyer beside their orders.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct BuyerAtRest {
    /// Whom.
    pub buyer: BuyerRef,
    /// True if the shop does not sell to them.
    pub blocked: bool,
    /// The page's buyer who owns this account's orders.
    pub owner: Option<BuyerRef>,
    /// How many orders ran out in a row since one was confirmed or paid.
    pub expiries: u32,
    /// When the last of them did.
    pub expired_at: Timestamp,
}

/// An item with its stock.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ItemAtRest {
    /// Which.
    pub item: ItemId,
    /// The terms it was made with: their unit, step, axes and kind of stock hold for every offer of
    /// it.
    pub terms: Arc<OfferTerms>,
    /// How often the host corrected it.
    pub changes: u32,
    /// One for a pool, otherwise one per combination.
    pub cells: Vec<CellAtRest>,
}

/// One stock figure.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct CellAtRest {
    /// All there is.
    pub stock: Quantity,
    /// Promised.
    pub held: Quantity,
    /// Confirmed or paid.
    pub sold: Quantity,
    /// Who waits, first come first.
    pub queue: Vec<Waiting>,
}

/// A place in line.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Waiting {
    /// The event that put it there: what orders the line.
    pub since: Seq,
    /// Whose order.
    pub order: OrderId,
    /// Which of that order's lines.
    pub line: u16,
    /// How much is still waited for.
    pub quantity: Quantity,
}

/// A session.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SessionAtRest {
    /// Which.
    pub session: SessionId,
    /// Its name.
    pub title: Arc<str>,
    /// Where it stands.
    pub state: SessionState,
    /// Since when it is in that state.
    pub since: Timestamp,
    /// Its rules.
    pub rules: Arc<Rules>,
    /// Of all its prices.
    pub currency: Currency,
    /// The last claim's number.
    pub last_number: u32,
    /// In the order in which they were added.
    pub offers: Vec<OfferAtRest>,
    /// The pinned one, as an index into `offers`.
    pub pinned: Option<u16>,
    /// Open review cards, by number.
    pub reviews: Vec<ReviewAtRest>,
    /// Cards that a person made orders of and that are to be claimed next, by number.
    pub answered: Vec<AnsweredCard>,
    /// Answers that became rules, in the order in which they did.
    pub lessons: Vec<Lesson>,
    /// Link codes that may still count, the oldest first.
    pub links: Vec<LinkAtRest>,
    /// What was in force before, for late comments, the oldest first.
    pub past: Vec<PastTerms>,
    /// Its opening.
    pub opened: Position,
}

/// An offer of a session.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OfferAtRest {
    /// The terms as they are now.
    pub terms: Arc<OfferTerms>,
    /// The item behind it.
    pub item: ItemId,
    /// Whether claims are taken.
    pub open: bool,
    /// How often the host changed it.
    pub changes: u32,
}

/// What a doubtful comment said: cards with the same reading are one group.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CardReading {
    /// What is doubtful.
    pub reason: Reason,
    /// Which rule said so.
    pub rule: RuleNo,
    /// What it may mean.
    pub suggestion: Vec<Want>,
    /// What was heard as a code and is none.
    pub about: Option<Code>,
}

/// A comment that waits for a person.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ReviewAtRest {
    /// The card.
    pub review: ReviewId,
    /// Whose.
    pub buyer: BuyerRef,
    /// Under which key.
    pub key: KeyDigest,
    /// When it came.
    pub at: Timestamp,
    /// What it said.
    pub reading: CardReading,
    /// From which network, for an anonymous buyer.
    pub network: Option<Network>,
}

/// A card that a person made an order of.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AnsweredCard {
    /// The card.
    pub card: ReviewAtRest,
    /// What is wanted.
    pub wants: Vec<Want>,
    /// What goes back in the same moment.
    pub instead_of: Vec<Code>,
}

/// An answer that became a rule.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Lesson {
    /// Comments that read so …
    pub reading: CardReading,
    /// … are answered so.
    pub answer: CardAnswer,
}

/// A link code that a page shows.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct LinkAtRest {
    /// The code.
    pub link: LinkCode,
    /// Whose page.
    pub buyer: BuyerRef,
    /// Until when it counts.
    pub until: Timestamp,
}

/// What was in force until a moment.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PastTerms {
    /// Comments before this moment were said under it.
    pub until: Timestamp,
    /// What.
    pub what: PastWhat,
}

/// What may change while comments are on their way.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum PastWhat {
    /// An offer's price, openness and limit.
    Offer {
        /// Which.
        code: Code,
        /// Of one unit.
        price: Money,
        /// Whether claims were taken.
        open: bool,
        /// The most that one buyer could have.
        limit_per_buyer: Option<Quantity>,
    },
    /// The session's rules.
    Rules(Arc<Rules>),
}

/// A cancel that can still be undone.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CancelAtRest {
    /// When its stock goes back.
    pub closes_at: Timestamp,
    /// True if the host cancels: then the buyer cannot undo it.
    pub by_host: bool,
    /// What of each line goes back, what waits first; by the line's number.
    pub lines: Vec<(u16, Quantity)>,
}

/// An order.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OrderAtRest {
    /// Which.
    pub order: OrderId,
    /// In which session.
    pub session: SessionId,
    /// Whose.
    pub buyer: BuyerRef,
    /// Where it stands.
    pub state: OrderState,
    /// What is in it.
    pub lines: Vec<OrderLine>,
    /// One per line: what the buyer's latest claim of that code and variant asked for; zero where
    /// nothing is open or a later line has it. What a repeated comment is compared with.
    pub latest: Vec<Quantity>,
    /// When the promise ends; none while it runs until the session's end, or for ever.
    pub hold_until: Option<Timestamp>,
    /// How often its buyer asked for more time.
    pub extensions: u32,
    /// The last event that changed it.
    pub position: Position,
    /// When it was first held or first waited.
    pub since: Timestamp,
    /// Delivery as charged, once settled.
    pub delivery_fee: Option<Money>,
    /// From which network, for an anonymous buyer.
    pub network: Option<Network>,
    /// A cancel of some of it that can still be undone.
    pub cancel: Option<CancelAtRest>,
    /// The claims that it is made of, the first
    /// [`CLAIMS_PER_ORDER_KEPT`](crate::limits::CLAIMS_PER_ORDER_KEPT) of them.
    pub claims: Vec<Seq>,
}

/// A remembered key.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct KeyAtRest {
    /// Which.
    pub key: Key,
    /// With whose end it is forgotten.
    pub session: SessionId,
    /// The first answer.
    pub answer: Arc<Answer>,
}
