//! Why: the stable words that answers, events and metrics share.

use core::fmt;

macro_rules! reasons {
    ($($(#[$doc:meta])* $name:ident = $word:literal,)*) => {
        /// Why an outcome is what it is. The written word is stable and is the same in answers,
        /// ledger and metrics.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        pub enum Reason { $($(#[$doc])* $name,)* }

        impl Reason {
            /// Every reason there is.
            pub const ALL: &[Reason] = &[$(Reason::$name,)*];

            /// The stable word.
            pub const fn as_str(self) -> &'static str {
                match self { $(Reason::$name => $word,)* }
            }

            /// Reads the word back.
            pub fn parse(word: &str) -> Option<Self> {
                match word { $($word => Some(Reason::$name),)* _ => None }
            }
        }
    };
}

reasons! {
    /// Nothing is free and the session has no waitlist.
    SoldOut = "sold_out",
    /// No offer of this session has that code.
    UnknownCode = "unknown_code",
    /// The offer is closed.
    OfferClosed = "offer_closed",
    /// More than one buyer may have of this offer.
    OverLimit = "over_limit",
    /// Not a whole number of the item's steps.
    OffStep = "off_step",
    /// Zero, negative, or beyond every harvest.
    BadQuantity = "bad_quantity",
    /// A variant that the item lacks.
    UnknownVariant = "unknown_variant",
    /// More lines than a claim or an order may have.
    TooManyLines = "too_many_lines",
    /// The session is a draft or paused.
    SessionNotLive = "session_not_live",
    /// The session has ended.
    SessionEnded = "session_ended",
    /// The session's keys are no longer kept.
    SessionArchived = "session_archived",
    /// The shop does not sell to this buyer.
    Blocked = "blocked",
    /// The buyer, or the network of anonymous buyers, has too many open holds.
    TooManyHolds = "too_many_holds",
    /// The buyer let holds run out again and again: none for a while.
    CoolingDown = "cooling_down",
    /// The words ask something.
    Question = "question",
    /// The words are no order.
    Chatter = "chatter",
    /// The words may be an order; a person must look.
    Doubtful = "doubtful",
    /// The same order of the same buyer again.
    Repeated = "repeated",
    /// The same code again with another quantity: add or replace?
    RepeatedCode = "repeated_code",
    /// An edited comment.
    Edited = "edited",
    /// There is nothing of this buyer to release or extend.
    NothingOpen = "nothing_open",
    /// The order has no deadline that could be moved.
    NoDeadline = "no_deadline",
    /// The buyer has extended this order before.
    ExtendedAlready = "extended_already",
    /// A cancel that can still be undone: stock returns when its time is over.
    UndoOpen = "undo_open",
    /// There is no cancel that could be undone.
    NothingToUndo = "nothing_to_undo",
    /// The account is now the page's buyer.
    Linked = "linked",
    /// No page shows that link code, or not any more.
    UnknownLink = "unknown_link",
    /// The disk is nearly full: nothing new is promised.
    DiskLow = "disk_low",
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reason_reads_back_as_itself() {
        for &reason in Reason::ALL {
            assert_eq!(Reason::parse(reason.as_str()), Some(reason));
        }
    }
}
