//! What must never be broken, each as a sentence, and what it looks like when one is.

use domain::ShopId;
use std::fmt;

/// A broken promise.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Violated {
    /// The sentence that is no longer true.
    pub promise: &'static str,
    /// Where and how.
    pub detail: String,
}

impl fmt::Display for Violated {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "no longer true: {}\n  {}", self.promise, self.detail)
    }
}

/// What a check says.
pub(crate) type Checked<T = ()> = Result<T, Violated>;

/// Fails with the promise if it does not hold; `detail` is only made then.
pub(crate) fn must(holds: bool, promise: &'static str, detail: impl FnOnce() -> String) -> Checked {
    match holds {
        true => Ok(()),
        false => broken(promise, detail()),
    }
}

/// The promise is broken.
pub(crate) fn broken<T>(promise: &'static str, detail: String) -> Checked<T> {
    Err(Violated { promise, detail })
}

/// A shop's name in front of a detail.
pub(crate) fn of(shop: ShopId, detail: impl fmt::Display) -> String {
    format!("shop {shop}: {detail}")
}

pub(crate) const NEVER_OVERSOLD: &str = "held and sold never exceed the stock of a cell";
pub(crate) const ONCE: &str = "a key stands in the ledger once";
pub(crate) const UNCHANGED: &str = "a key asked again gets the first answer, word for word";
pub(crate) const IN_THE_LEDGER: &str = "what was acknowledged is in the ledger, at its position";
pub(crate) const REMEMBERED: &str = "a recovered shop remembers every answer that was given";
pub(crate) const HOLD_TIME: &str = "a hold lasts as long as its session's rules say";
pub(crate) const UNDO: &str =
    "what a cancel gives back is offered to nobody before its undo time closes";
pub(crate) const CARDS: &str = "answered cards are served once, in the order of their comments";
pub(crate) const BLOCKED: &str = "nothing is sold to a blocked buyer";
pub(crate) const LINKS: &str = "a link code counts once, in its time, for the page that showed it";
pub(crate) const ERASED: &str =
    "who is erased is nobody any more, with every account, and nothing is held for them";
pub(crate) const HISTORY_LOST: &str = "who comes back from a later history is told so";
pub(crate) const SAME_TWICE: &str = "the same seed does the same again, step by step";
pub(crate) const RECEIPT: &str = "a receipt is the ledger's hash at its position";
pub(crate) const SAYS: &str = "an answer says what the ledger says";
pub(crate) const DURABLE_FIRST: &str = "nothing is given out before its position is synced";
pub(crate) const ASKED_FOR: &str = "nothing is in the ledger that nobody asked for";
pub(crate) const CONTIGUOUS: &str = "positions follow on each other and their hashes chain";
pub(crate) const EPOCH: &str = "every start of a writer has a higher epoch than the one before";
pub(crate) const KEPT: &str = "what was durable is never lost or changed";
pub(crate) const REPLAY: &str = "replay, snapshot and tail, and the living state are the same";
pub(crate) const SOUND: &str = "the state machine's own invariants hold";
pub(crate) const NO_OVERTAKING: &str = "a claim takes no stock for which others wait";
pub(crate) const FIRST_IN_LINE: &str = "stock that comes back goes to the first in line";
pub(crate) const NUMBERS: &str = "claims of a session are numbered from 1 without gaps";
pub(crate) const ONLY_LIVE: &str = "only a live session takes orders";
pub(crate) const RETURNS_ONCE: &str = "stock returns once, and only what was taken";
pub(crate) const NOT_EARLY: &str = "no hold ends before its deadline";
pub(crate) const NOT_OUR_FAULT: &str = "nobody loses a hold because we were down";
pub(crate) const SHOWN: &str = "what is shown is what the durable history says";
pub(crate) const IN_ORDER: &str = "a connection's positions never fall";
pub(crate) const COMPLETE: &str = "who resumes and is told that nothing is missing misses nothing";
pub(crate) const PROJECTED: &str = "the read model is the fold of the ledger";
pub(crate) const CATCHES_UP: &str = "the read model catches up once it is back";
pub(crate) const ANSWERED: &str = "once faults stop, everybody gets an answer";
pub(crate) const VERIFIED: &str = "an exported ledger proves itself";
pub(crate) const NOTICED: &str = "a damaged history is noticed and never served";
pub(crate) const ISOLATED: &str = "what befalls one shop changes no other";
pub(crate) const NO_PANIC: &str = "no machine panics";
pub(crate) const EXPECTED: &str = "an error is one that its cause explains";
pub(crate) const KNOWN_BUYER: &str = "a buyer is in the vault no later than in the ledger";
