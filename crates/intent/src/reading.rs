//! A reading: what one comment's words say, before anybody looks at stock.

use alloc::vec::Vec;
use core::fmt;
use domain::command::{RuleNo, Want};
use domain::{Code, LinkCode, Reason};

/// Most letters and digits of what was [heard](Meaning::Review) like a code; more would be words.
pub const ABOUT_BYTES_MAX: usize = 8;

/// What one comment says, and which rule of the phrasebook's header decided it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Reading {
    /// What is meant.
    pub meaning: Meaning,
    /// Vietnamese mobile numbers in the text, in the order in which they stand there.
    pub phones: Vec<Phone>,
    /// The rule that decided: 1 to 16 of the phrasebook's header, 17 for a link.
    pub rule: RuleNo,
}

impl Reading {
    /// Why nothing is ordered; `None` for an order, a cancel and a link.
    pub fn reason(&self) -> Option<Reason> {
        match self.meaning {
            Meaning::Review { reason, .. } => Some(reason),
            Meaning::Question => Some(Reason::Question),
            Meaning::Chatter => Some(Reason::Chatter),
            Meaning::Claim(_) | Meaning::Cancel(_) | Meaning::Link(_) => None,
        }
    }
}

/// What is meant.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Meaning {
    /// An order: at least one line, each a whole number of its item's steps and more than nothing.
    Claim(Vec<Want>),
    /// A wish to give own open lines back: these, or all of them if no code was named.
    Cancel(Vec<Code>),
    /// A person must look; nothing is reserved.
    Review {
        /// What is doubtful.
        reason: Reason,
        /// What it may mean: lines for a card to offer, possibly none.
        suggestion: Vec<Want>,
        /// What was heard like a code and is none in force, as A to Z and 0 to 9, at most
        /// [`ABOUT_BYTES_MAX`] of them: never a phone or a price. Comments with the same reason,
        /// rule, suggestion and this are one doubt.
        about: Option<Code>,
    },
    /// Four digits after `#`, alone: an account is to be linked to the page that shows them. Never
    /// an order.
    Link(LinkCode),
    /// Something is asked: a question, a request, a complaint.
    Question,
    /// No order.
    Chatter,
}

/// Who wrote.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub enum Author {
    /// Somebody who watches.
    #[default]
    Viewer,
    /// The shop's own account: read as chatter.
    Shop,
    /// A moderator of the shop: read as chatter.
    Moderator,
    /// A person of the shop who types on behalf of a buyer: the first word, `@name` or `C045 |`
    /// names that buyer and is not read.
    Staff,
}

/// What is known about a comment beside its words.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Circumstances {
    /// Who wrote it.
    pub author: Author,
    /// True if the text is a later version of a comment that was read before.
    pub edited: bool,
}

/// A Vietnamese mobile number in its national form: ten ASCII digits, the first a zero.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Phone([u8; 10]);

impl Phone {
    /// Takes ten ASCII digits that begin with 03, 05, 07, 08 or 09; `None` for anything else.
    pub fn parse(digits: &str) -> Option<Self> {
        let digits: [u8; 10] = digits.as_bytes().try_into().ok()?;
        let mobile = digits[0] == b'0' && matches!(digits[1], b'3' | b'5' | b'7' | b'8' | b'9');
        (mobile && digits.iter().all(u8::is_ascii_digit)).then_some(Self(digits))
    }

    /// The ten digits.
    pub fn as_str(&self) -> &str {
        core::str::from_utf8(&self.0).expect("ten ASCII digits")
    }
}

impl fmt::Display for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Keeps the number out of logs: only its last two digits are shown.
impl fmt::Debug for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Phone(…{})", &self.as_str()[8..])
    }
}
