//! What a lane is asked, and what it gives out: plain data and closures, no channel, no thread.

use crate::clock::Moment;
use crate::error::HubError;
use domain::{Answer, BuyerRef, OrderId, OrderView, Position, Request, SessionId, SessionView};
use domain::{Millis, Network, Seq, ShopId, Timestamp};
use intent::Reading;
use inventory::State;
use journal::{Batch, NewBuyer, Sealed};
use std::sync::Arc;

/// A connection of a viewer, numbered by the process.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct ConnectionId(pub u64);

/// One comment, tap or call on its way to the lane.
pub struct Entry {
    /// What is asked.
    pub asked: Asked,
    /// What must not stand in the chain, sealed on the caller's thread.
    pub words: Option<Sealed>,
    /// The vault's row of a buyer who may not be durable yet.
    pub new_buyer: Option<Arc<NewBuyer>>,
    /// Whose outcome it is and under which raw key they know it; none for a host's call.
    pub sender: Option<Sender>,
}

/// Whose outcome an entry's is.
pub struct Sender {
    /// In which session.
    pub session: SessionId,
    /// Who.
    pub buyer: BuyerRef,
    /// The raw key, which goes back with the outcome and into no journal.
    pub key: Arc<str>,
}

/// The two ways of asking.
pub enum Asked {
    /// A command as it is.
    Command(Request),
    /// Words, read on the caller's thread; the lane reads again if the codebook has changed since.
    Comment {
        /// The key's digest.
        key: domain::command::Key,
        /// What they said with the codebook of `codebook`.
        reading: Reading,
        /// The codebook's version; none if it was chosen by the comment's own moment.
        codebook: Option<u64>,
        /// The words and their circumstances, for reading again.
        text: Box<str>,
        /// Who wrote and whether it was edited.
        circumstances: intent::Circumstances,
        /// When it was said, where that is another moment than now: prices and rules are those of
        /// then.
        said_at: Option<Timestamp>,
        /// From which network, for a viewer of the shop's own page.
        network: Option<Network>,
    },
}

/// An answer, and whether it had been given before.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Answered {
    /// The first answer to the key, as the state remembers it.
    pub answer: Arc<Answer>,
    /// True if the key was known.
    pub replayed: bool,
}

/// Runs when the position it belongs to is durable.
pub type Release = Box<dyn FnOnce() + Send>;

/// Takes the answers of one ask, one per entry and in the same order, or why there are none.
pub type Reply = Box<dyn FnOnce(Result<Vec<Result<Answered, HubError>>, HubError>) + Send>;

/// Looks at the state at one position; what it returns runs when that position is durable.
pub type Read = Box<dyn FnOnce(Result<&State, HubError>) -> Release + Send>;

/// Where one connection's frames go, those that became durable together at once; false once it
/// takes no more.
pub type Outbox = Box<dyn FnMut(&[Arc<BuyerFrame>]) -> bool + Send>;

/// What a buyer is told outside an answer.
#[derive(Debug)]
pub enum BuyerFrame {
    /// What came of one of their keys.
    Outcome {
        /// The raw key.
        key: Arc<str>,
        /// The answer.
        answer: Arc<Answer>,
    },
    /// One of their orders, as it is now.
    Order(OrderView),
    /// A message that got no answer.
    Failed {
        /// The raw key.
        key: Arc<str>,
        /// Why.
        error: HubError,
    },
}

/// What a lane may be asked.
pub enum Ask {
    /// To decide entries, in order, as one.
    Decide {
        /// What.
        entries: Vec<Entry>,
        /// Who wants to know.
        reply: ReplyTo,
        /// When it came, to drop it if it waits too long.
        came: Millis,
    },
    /// To be looked at.
    Read(Read),
    /// To forget who a buyer is.
    Erase(Erase),
    /// To send a buyer's frames to a connection from now on.
    Attach(Box<Arrival>),
    /// To forget a connection.
    Detach(ConnectionId),
}

impl Ask {
    /// What it counts for in the queue, from the inbox until the lane has dealt with it.
    pub(crate) fn weight(&self) -> usize {
        match self {
            Self::Decide { entries, .. } => entries.len(),
            Self::Read(_) | Self::Erase(_) | Self::Attach(_) => 1,
            Self::Detach(_) => 0,
        }
    }

    /// When it came, if it is to be decided.
    pub(crate) fn came(&self) -> Option<Millis> {
        match self {
            Self::Decide { came, .. } => Some(*came),
            Self::Read(_) | Self::Erase(_) | Self::Attach(_) | Self::Detach(_) => None,
        }
    }
}

/// Who wants to know.
pub enum ReplyTo {
    /// A caller that waits.
    Caller(Reply),
    /// A connection, through its buyer's frames.
    Connection(ConnectionId),
}

/// Somebody who is to be forgotten.
pub struct Erase {
    /// Whom.
    pub buyer: BuyerRef,
    /// Takes what came of it, once it is durable.
    pub reply: Box<dyn FnOnce(Result<Erased, HubError>) + Send>,
}

/// Somebody who is forgotten.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Erased {
    /// How many accounts: the person's own, and those they had linked.
    pub accounts: u32,
    /// By which event.
    pub position: Position,
}

/// A connection that wants to listen.
pub struct Arrival {
    /// Which connection.
    pub connection: ConnectionId,
    /// In which session.
    pub session: SessionId,
    /// Whose.
    pub buyer: BuyerRef,
    /// From where on it has missed something.
    pub resume: Option<Position>,
    /// Where the frames go: those after the welcome's position, and no other.
    pub outbox: Outbox,
    /// Takes the welcome.
    pub welcome: Box<dyn FnOnce(Result<Welcome, HubError>) + Send>,
}

/// What a viewer finds on arrival.
#[derive(Clone, Debug)]
pub struct Welcome {
    /// The session.
    pub view: Arc<SessionView>,
    /// The buyer's open orders.
    pub orders: Vec<OrderView>,
    /// Everything up to here is in it.
    pub position: Position,
    /// False if outcomes after `resume` may be missing: ask again with the keys.
    pub complete: bool,
    /// The outcomes after `resume`, oldest first.
    pub missed: Vec<Arc<BuyerFrame>>,
}

/// What drives a lane.
pub enum Input {
    /// Somebody asks.
    Ask(Ask),
    /// Everything up to here is durable.
    Durable(Seq),
    /// An append failed, or nobody knows.
    Lost,
    /// Time to decide what waits.
    Pump(Moment),
    /// The disk is nearly full, or no longer.
    DiskLow(bool),
    /// Nothing new is taken any more.
    Stop,
}

/// What a lane wants done.
pub enum Output {
    /// To make this durable.
    Append(Batch),
    /// To give this out now.
    Release(Release),
    /// To show a session as it durably is now.
    Publish(Published),
    /// To show a session as archived.
    Archive(SessionId),
    /// To keep a request aside that made deciding panic.
    Aside(ShopId, String),
    /// To make a snapshot: enough has happened since the last.
    SnapshotDue(ShopId),
}

/// A session as everybody may see it from now on.
#[derive(Clone)]
pub struct Published {
    /// The session.
    pub view: Arc<SessionView>,
    /// How its words are read; none once it is archived.
    pub codebook: Option<Arc<intent::Codebook>>,
}

/// One of a buyer's orders changed.
pub(crate) type Touched = (SessionId, OrderId);
