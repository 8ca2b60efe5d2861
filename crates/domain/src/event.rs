//! An event: a fact of one shop, in the past tense. What is journaled, chained and replayed.
//!
//! An event carries everything that its consequences need, so that applying it never decides and a
//! reader of the ledger never guesses. It carries no words, no names and no raw keys: buyers are
//! random references, keys are digests.

mod name;

pub use crate::claimed::{Claimed, ClaimedLine, ReturnedLine};
use crate::code::Code;
use crate::command::{CardAnswer, Key, Note, Origin, RuleNo, Want};
use crate::id::{BuyerRef, ItemId, KeyDigest, Network, OrderId, ReviewId, SessionId, StaffRef};
use crate::link::LinkCode;
use crate::money::{Currency, Money};
use crate::offer::{Cell, OfferTerms};
use crate::position::Stamp;
use crate::quantity::Quantity;
use crate::reason::Reason;
use crate::rules::Rules;
use crate::session::SessionState;
use crate::time::{Millis, Timestamp};
use alloc::boxed::Box;
use alloc::sync::Arc;
use alloc::vec::Vec;

/// An event in its place.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Fact {
    /// Where and when.
    pub stamp: Stamp,
    /// What.
    pub event: Event,
}

/// A fact of one shop.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Event {
    /// A live is being prepared.
    SessionOpened {
        /// Its number.
        session: SessionId,
        /// The host's key.
        key: Option<Key>,
        /// Its name.
        title: Arc<str>,
        /// Its rules.
        rules: Box<Rules>,
        /// Of all its prices.
        currency: Currency,
    },
    /// It went live, paused, ended. At the end, holds that ran until then get their deadline.
    SessionStateChanged {
        /// Which.
        session: SessionId,
        /// The host's key.
        key: Option<Key>,
        /// Where to.
        state: SessionState,
    },
    /// Something went on sale.
    OfferAdded {
        /// Where.
        session: SessionId,
        /// The host's key (none for the offers a session opens with).
        key: Option<Key>,
        /// The item behind it.
        item: ItemId,
        /// True if the item is new and begins with the terms' stock.
        new_item: bool,
        /// The terms.
        terms: Arc<OfferTerms>,
    },
    /// Price, limit, openness or pin changed; all four as they are from now on.
    OfferChanged {
        /// Where.
        session: SessionId,
        /// The host's key; none if another event of the same call carries it.
        key: Option<Key>,
        /// Which.
        code: Code,
        /// Of one unit.
        price: Money,
        /// Whether claims are taken.
        open: bool,
        /// Whether it is the pinned one; at most one is.
        pinned: bool,
        /// The most that one buyer may have.
        limit_per_buyer: Option<Quantity>,
    },
    /// A stock figure was corrected by the host.
    StockChanged {
        /// Through which session.
        session: SessionId,
        /// The host's key.
        key: Option<Key>,
        /// Through which offer.
        code: Code,
        /// What.
        item: ItemId,
        /// Which figure.
        cell: Cell,
        /// Everything there is, held and sold included.
        stock: Quantity,
    },
    /// A claim got stock, all or in part.
    ClaimHeld(Claimed),
    /// A claim got only places in line.
    ClaimWaitlisted(Claimed),
    /// A claim got nothing.
    ClaimRefused {
        /// Where.
        session: SessionId,
        /// Under which key.
        key: KeyDigest,
        /// A digest of the call's body, as in [`Claimed`].
        body: Option<KeyDigest>,
        /// For whom.
        buyer: BuyerRef,
        /// By which door.
        origin: Origin,
        /// Which rule read it.
        rule: RuleNo,
        /// The claim's place in the session.
        number: u32,
        /// Why.
        reason: Reason,
        /// What was wanted.
        wants: Vec<Want>,
        /// The card that a person made an order of; its key keeps its first answer.
        review: Option<ReviewId>,
    },
    /// A comment went to a person.
    ClaimReviewed {
        /// Where.
        session: SessionId,
        /// Under which key.
        key: KeyDigest,
        /// Whose.
        buyer: BuyerRef,
        /// The card.
        review: ReviewId,
        /// What is doubtful.
        reason: Reason,
        /// Which rule said so.
        rule: RuleNo,
        /// What it may mean.
        suggestion: Vec<Want>,
        /// What was heard as a code and is none.
        about: Option<Code>,
        /// From which network, for an anonymous buyer.
        network: Option<Network>,
    },
    /// A person answered cards; those that are orders are claimed next, one after the other.
    ReviewResolved {
        /// Where.
        session: SessionId,
        /// The host's key.
        key: Option<Key>,
        /// Who decided.
        author: StaffRef,
        /// Which cards, by number: in the order of their comments.
        reviews: Vec<ReviewId>,
        /// What.
        answer: CardAnswer,
        /// Whether comments with that reading are answered so from now on.
        lasts: bool,
    },
    /// Comments that are no orders, in one fact.
    CommentsNoted {
        /// Where.
        session: SessionId,
        /// Which.
        notes: Vec<Note>,
    },
    /// A buyer gave lines back. If nothing is left in the order, it is cancelled.
    ClaimReleased {
        /// Where.
        session: SessionId,
        /// Under which key.
        key: KeyDigest,
        /// Whose.
        buyer: BuyerRef,
        /// By which door.
        origin: Origin,
        /// Which rule read it.
        rule: RuleNo,
        /// From which order.
        order: OrderId,
        /// What went back.
        lines: Vec<ReturnedLine>,
    },
    /// A cancel whose stock is offered to nobody until its undo time closes.
    CancelBegun {
        /// Where.
        session: SessionId,
        /// The buyer's key, or the host's.
        key: Option<Key>,
        /// By which door.
        origin: Origin,
        /// Which rule read it.
        rule: RuleNo,
        /// Of which order.
        order: OrderId,
        /// What is to go back.
        lines: Vec<ReturnedLine>,
        /// When.
        closes_at: Timestamp,
    },
    /// A cancel was taken back in time: nothing changed hands.
    CancelUndone {
        /// Where.
        session: SessionId,
        /// The buyer's key, or the host's.
        key: Option<Key>,
        /// By which door.
        origin: Origin,
        /// Of which order.
        order: OrderId,
    },
    /// The undo time of a cancel closed. If nothing is left in the order, it is cancelled.
    CancelClosed {
        /// Where.
        session: SessionId,
        /// Of which order.
        order: OrderId,
        /// What went back.
        lines: Vec<ReturnedLine>,
    },
    /// A release or an extension that could not be: nothing changed.
    RequestRefused {
        /// Where.
        session: SessionId,
        /// Under which key.
        key: KeyDigest,
        /// Whose.
        buyer: BuyerRef,
        /// Why.
        reason: Reason,
    },
    /// A deadline passed: the order is expired.
    HoldExpired {
        /// Where.
        session: SessionId,
        /// Which.
        order: OrderId,
        /// What went back.
        lines: Vec<ReturnedLine>,
    },
    /// A deadline moved.
    HoldExtended {
        /// Where.
        session: SessionId,
        /// The buyer's key, or the host's.
        key: Option<Key>,
        /// Which.
        order: OrderId,
        /// True if the buyer asked.
        by_buyer: bool,
        /// From now on.
        hold_until: Timestamp,
    },
    /// Stock came back and went to the next in line.
    WaitlistPromoted {
        /// Where.
        session: SessionId,
        /// The order that waited.
        order: OrderId,
        /// The order that receives: the same while that is held, otherwise the buyer's open one or
        /// a new one.
        into: OrderId,
        /// Whose.
        buyer: BuyerRef,
        /// What: `held` is what moved from the line into stock; `waitlisted` is zero.
        line: ClaimedLine,
        /// The receiving order's deadline from now on.
        hold_until: Option<Timestamp>,
    },
    /// The host confirmed an order.
    OrderConfirmed {
        /// Where.
        session: SessionId,
        /// The host's key.
        key: Option<Key>,
        /// Which.
        order: OrderId,
    },
    /// An order was paid.
    OrderPaid {
        /// Where.
        session: SessionId,
        /// The host's key.
        key: Option<Key>,
        /// Which.
        order: OrderId,
    },
    /// The host cancelled an order.
    OrderCancelled {
        /// Where.
        session: SessionId,
        /// The host's key.
        key: Option<Key>,
        /// Which.
        order: OrderId,
        /// What went back.
        lines: Vec<ReturnedLine>,
    },
    /// The session's rules are these from now on.
    RulesChanged {
        /// Which.
        session: SessionId,
        /// The host's key.
        key: Option<Key>,
        /// All of them.
        rules: Box<Rules>,
    },
    /// The shop sells to a buyer no more, or again.
    BuyerBlocked {
        /// Through which session.
        session: SessionId,
        /// The host's key.
        key: Option<Key>,
        /// Whom.
        buyer: BuyerRef,
        /// False: again.
        blocked: bool,
    },
    /// A page shows a code to link an account by.
    LinkOffered {
        /// Where.
        session: SessionId,
        /// The page's key.
        key: Key,
        /// Whose page.
        buyer: BuyerRef,
        /// The code.
        link: LinkCode,
        /// Until when it counts.
        until: Timestamp,
    },
    /// An account typed a page's code: from now on it is that page's buyer, who owns its orders.
    BuyersLinked {
        /// Where.
        session: SessionId,
        /// Under which key.
        key: KeyDigest,
        /// Which rule read it.
        rule: RuleNo,
        /// The account's buyer until now.
        account: BuyerRef,
        /// The page's.
        to: BuyerRef,
        /// The code, used up.
        link: LinkCode,
    },
    /// A buyer asked to be forgotten, or was not heard of for long: from here on nothing tells who
    /// these references were.
    BuyerErased {
        /// The person.
        buyer: BuyerRef,
        /// The accounts that the person had linked.
        accounts: Vec<BuyerRef>,
    },
    /// The writer was down and is back: open deadlines moved by that span.
    Resumed {
        /// How long nobody could order.
        down: Millis,
    },
    /// The session's keys are forgotten.
    SessionArchived {
        /// Which.
        session: SessionId,
    },
}
