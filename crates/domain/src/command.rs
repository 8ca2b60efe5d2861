//! A command: a request to one shop's state machine, in the imperative.

use crate::code::Code;
use crate::id::{BuyerRef, KeyDigest, Network, OrderId, ReviewId, SessionId, StaffRef};
use crate::link::LinkCode;
use crate::money::Currency;
use crate::offer::{OfferChange, OfferTerms, Variant};
use crate::quantity::Quantity;
use crate::reason::Reason;
use crate::rules::Rules;
use crate::session::SessionState;
use crate::time::{Millis, Timestamp};
use alloc::boxed::Box;
use alloc::sync::Arc;
use alloc::vec::Vec;

/// A command and the key under which its answer is remembered.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Request {
    /// Absent only for calls that need none; then a repetition is a new request.
    pub key: Option<Key>,
    /// What is asked.
    pub command: Command,
}

/// An idempotency key with what it was first used for.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Key {
    /// Scope and key.
    pub digest: KeyDigest,
    /// A digest of the call and its body, where another body under the same key is an error (host
    /// calls); none where the first answer stands whatever the new text (comments, sockets).
    pub body: Option<KeyDigest>,
}

/// By which door a claim came.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Origin {
    /// Words that were read.
    Comment,
    /// A button.
    Tap,
    /// A person of the shop, on behalf of a buyer.
    Host,
}

impl Origin {
    /// The stable word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Comment => "comment",
            Self::Tap => "tap",
            Self::Host => "host",
        }
    }
}

/// The rule of reading that decided, by its number in the phrasebook's header; 0 where no words
/// were read.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct RuleNo(pub u16);

/// One wanted line.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Want {
    /// The offer's code, as the offer writes it.
    pub code: Code,
    /// The variant as said.
    pub variant: Variant,
    /// How much, in the item's unit.
    pub quantity: Quantity,
    /// True if the words say that it comes on top of what is open (`thêm`, `nữa`, `+1`).
    pub adds: bool,
}

/// A comment that is no order.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Note {
    /// Its key.
    pub key: KeyDigest,
    /// Why it is no order.
    pub reason: Reason,
    /// Which rule said so.
    pub rule: RuleNo,
}

/// Who wants what: a claim on its way to stock.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Claim {
    /// Where.
    pub session: SessionId,
    /// For whom.
    pub buyer: BuyerRef,
    /// By which door.
    pub origin: Origin,
    /// What; all of it is decided as one.
    pub wants: Vec<Want>,
    /// Which rule read it.
    pub rule: RuleNo,
    /// Codes whose lines the buyer gives back in the same moment, all or nothing: a swap.
    pub instead_of: Vec<Code>,
    /// When it was said, where that is known: prices, limits and rules are those of that moment.
    pub said_at: Option<Timestamp>,
    /// From which network, for an anonymous buyer.
    pub network: Option<Network>,
}

impl Claim {
    /// A claim of this moment that gives nothing back.
    pub fn new(session: SessionId, buyer: BuyerRef, origin: Origin, wants: Vec<Want>) -> Self {
        Self {
            session,
            buyer,
            origin,
            wants,
            rule: RuleNo::default(),
            instead_of: Vec::new(),
            said_at: None,
            network: None,
        }
    }
}

/// What a person answers to a card.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum CardAnswer {
    /// It is no order.
    Ignore,
    /// It is an order of these lines.
    Lines {
        /// Of what.
        wants: Vec<Want>,
        /// Codes that go back in the same moment.
        instead_of: Vec<Code>,
    },
}

/// What can be asked of a shop.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Command {
    /// Prepares a live.
    OpenSession {
        /// Its name.
        title: Arc<str>,
        /// Its rules.
        rules: Box<Rules>,
        /// Of all its prices.
        currency: Currency,
        /// What is on sale from the start.
        offers: Vec<OfferTerms>,
    },
    /// Goes live, pauses, goes on, ends.
    SetSessionState {
        /// Which.
        session: SessionId,
        /// Where to.
        state: SessionState,
    },
    /// Puts one more offer on sale.
    AddOffer {
        /// Where.
        session: SessionId,
        /// What.
        terms: Box<OfferTerms>,
    },
    /// Changes price, stock, limit, opens, closes, pins.
    ChangeOffer {
        /// Where.
        session: SessionId,
        /// Which.
        code: Code,
        /// To what.
        change: Box<OfferChange>,
        /// The version the host saw, where it matters.
        expected_version: Option<u32>,
    },
    /// Takes stock for a buyer, or a place in line.
    Claim(Claim),
    /// Shows a comment to a person; nothing is held.
    Review {
        /// Where.
        session: SessionId,
        /// Whose.
        buyer: BuyerRef,
        /// What is doubtful.
        reason: Reason,
        /// Which rule said so.
        rule: RuleNo,
        /// What it may mean.
        suggestion: Vec<Want>,
        /// What was heard as a code and is none: cards of one doubt are one group.
        about: Option<Code>,
        /// From which network, for an anonymous buyer.
        network: Option<Network>,
    },
    /// A person answers a card.
    ResolveReview {
        /// Where.
        session: SessionId,
        /// Which.
        review: ReviewId,
        /// Whether all open cards with the same reading are meant, in the order of their comments.
        whole_group: bool,
        /// What.
        answer: CardAnswer,
        /// Whether comments with that reading are answered so from now on.
        lasts: bool,
        /// Who decided.
        author: StaffRef,
    },
    /// Remembers comments that are no orders; the request itself has no key, each note has its own.
    NoteComments {
        /// Where.
        session: SessionId,
        /// Which.
        notes: Vec<Note>,
    },
    /// Gives an own open line back (or all of them).
    Release {
        /// Where.
        session: SessionId,
        /// Whose.
        buyer: BuyerRef,
        /// By which door: a comment's wish follows the rule `buyer_cancel`.
        origin: Origin,
        /// Which lines; empty means all.
        codes: Vec<Code>,
        /// So much of each code, what waits first; none: all of it.
        quantity: Option<Quantity>,
        /// Which rule read it.
        rule: RuleNo,
    },
    /// A buyer, or the host, takes a cancel back while that can be done.
    UndoCancel {
        /// Where.
        session: SessionId,
        /// Which order's.
        order: OrderId,
        /// The buyer who asks; none: the host.
        buyer: Option<BuyerRef>,
    },
    /// A buyer asks for more time.
    ExtendOwn {
        /// Where.
        session: SessionId,
        /// Whose.
        buyer: BuyerRef,
        /// Which.
        order: OrderId,
    },
    /// A host acts on an order.
    ActOnOrder {
        /// Where.
        session: SessionId,
        /// Which.
        order: OrderId,
        /// What.
        act: OrderAct,
    },
    /// Sets a session's rules from now on.
    ChangeRules {
        /// Where.
        session: SessionId,
        /// All of them.
        rules: Box<Rules>,
    },
    /// Stops selling to a buyer, in the whole shop, or begins again.
    BlockBuyer {
        /// Through which session.
        session: SessionId,
        /// Whom.
        buyer: BuyerRef,
        /// False: not any more.
        blocked: bool,
    },
    /// A page asks for a code to link an account by.
    OfferLink {
        /// Where.
        session: SessionId,
        /// Whose page.
        buyer: BuyerRef,
        /// At random: the first that is free from here on is given.
        from: LinkCode,
    },
    /// An account typed a link code.
    UseLink {
        /// Where.
        session: SessionId,
        /// Which account's buyer.
        account: BuyerRef,
        /// What it typed.
        link: LinkCode,
        /// Which rule read it.
        rule: RuleNo,
    },
    /// Forgets who a buyer is, with all their accounts.
    EraseBuyer {
        /// Whom.
        buyer: BuyerRef,
    },
    /// The writer starts again after it was down: deadlines move by that span.
    Resume {
        /// How long nobody could order.
        down: Millis,
    },
}

/// What a host does with an order.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum OrderAct {
    /// The buyer stands by it: no deadline any more.
    Confirm,
    /// The money is there.
    MarkPaid,
    /// Stock returns, also of a confirmed order.
    Cancel,
    /// The deadline moves by this span from where it is.
    Extend(Millis),
}
