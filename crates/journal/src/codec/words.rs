//! Enums as the contract's words, and back.

use super::CodecError;
use domain::command::Origin;
use domain::rules::{Doubt, Repeat, Settle, Strictness};
use domain::{OrderState, OutcomeKind, Reason, SessionState};

/// An enum that is written as a word.
pub(super) trait Word: Copy + Sized + 'static {
    const FIELD: &'static str;
    const ALL: &'static [Self];
    fn word(self) -> &'static str;

    fn read(word: &str) -> Result<Self, CodecError> {
        let found = Self::ALL.iter().find(|one| one.word() == word);
        found.copied().ok_or_else(|| CodecError::field(Self::FIELD, word))
    }

    /// As [`Word::read`], but nothing stands for `default`.
    fn read_or(word: &str, default: Self) -> Result<Self, CodecError> {
        match word {
            "" => Ok(default),
            word => Self::read(word),
        }
    }
}

impl Word for Origin {
    const FIELD: &'static str = "origin";
    const ALL: &'static [Self] = &[Self::Comment, Self::Tap, Self::Host];
    fn word(self) -> &'static str {
        self.as_str()
    }
}

impl Word for Reason {
    const FIELD: &'static str = "reason";
    const ALL: &'static [Self] = Reason::ALL;
    fn word(self) -> &'static str {
        self.as_str()
    }
}

impl Word for SessionState {
    const FIELD: &'static str = "session state";
    const ALL: &'static [Self] =
        &[Self::Draft, Self::Live, Self::Paused, Self::Ended, Self::Archived];
    fn word(self) -> &'static str {
        self.as_str()
    }
}

impl Word for OrderState {
    const FIELD: &'static str = "order state";
    const ALL: &'static [Self] =
        &[Self::Held, Self::Confirmed, Self::Paid, Self::Cancelled, Self::Expired];
    fn word(self) -> &'static str {
        self.as_str()
    }
}

impl Word for OutcomeKind {
    const FIELD: &'static str = "outcome";
    const ALL: &'static [Self] = &[
        Self::Held,
        Self::Partial,
        Self::Waitlisted,
        Self::Cancelled,
        Self::Refused,
        Self::Review,
        Self::Noted,
    ];
    fn word(self) -> &'static str {
        self.as_str()
    }
}

impl Word for Settle {
    const FIELD: &'static str = "settle";
    const ALL: &'static [Self] = &[Self::Cod, Self::Prepay];
    fn word(self) -> &'static str {
        match self {
            Self::Cod => "cod",
            Self::Prepay => "prepay",
        }
    }
}

impl Word for Repeat {
    const FIELD: &'static str = "repeat";
    const ALL: &'static [Self] = &[Self::Ignore, Self::Add, Self::Ask];
    fn word(self) -> &'static str {
        match self {
            Self::Ignore => "ignore",
            Self::Add => "add",
            Self::Ask => "ask",
        }
    }
}

impl Word for Doubt {
    const FIELD: &'static str = "reading";
    const ALL: &'static [Self] = &[Self::Accept, Self::Review, Self::Ignore];
    fn word(self) -> &'static str {
        match self {
            Self::Accept => "accept",
            Self::Review => "review",
            Self::Ignore => "ignore",
        }
    }
}

impl Word for Strictness {
    const FIELD: &'static str = "strictness";
    const ALL: &'static [Self] = &[Self::Loose, Self::Normal, Self::Strict];
    fn word(self) -> &'static str {
        match self {
            Self::Loose => "loose",
            Self::Normal => "normal",
            Self::Strict => "strict",
        }
    }
}
