//! What can be wrong about cards: comments that a person answers.

/// An answer to cards, or the claim of one, that does not hold.
#[derive(Debug, thiserror::Error)]
pub enum CardBroken {
    /// Promise 3: a card is answered that is not open.
    #[error(
        "promise 3, at most once, is broken: card {review} of session {session} is answered, but \
         no comment waits under it any more"
    )]
    NotOpen {
        /// Where.
        session: u32,
        /// Which.
        review: u32,
    },
    /// Promise 3: a claim of a card that nobody made an order of, or that was served before.
    #[error(
        "promise 3, at most once, is broken: card {review} of session {session} is served, but \
         nobody made an order of it, or it was served before"
    )]
    NotAnswered {
        /// Where.
        session: u32,
        /// Which.
        review: u32,
    },
    /// Promise 4: cards are answered in another order than that of their comments.
    #[error(
        "promise 4, first come, first served, is broken: card {review} of session {session} is \
         answered after a later one"
    )]
    OutOfOrder {
        /// Where.
        session: u32,
        /// Which.
        review: u32,
    },
    /// Promise 4: a card is served before an earlier one.
    #[error(
        "promise 4, first come, first served, is broken: card {review} of session {session} is \
         served before card {first}, whose turn it is"
    )]
    NotItsTurn {
        /// Where.
        session: u32,
        /// Which.
        review: u32,
        /// Whose turn it is.
        first: u32,
    },
    /// Promise 4: something else comes before a card that was answered.
    #[error(
        "promise 4, first come, first served, is broken: this event comes before the claim of \
         card {review} of session {session}, which was answered"
    )]
    Waits {
        /// Where.
        session: u32,
        /// Whose turn it is.
        review: u32,
    },
    /// A card of another reading is answered as one of a group.
    #[error("card {review} of session {session} does not read like the others answered with it")]
    OtherReading {
        /// Where.
        session: u32,
        /// Which.
        review: u32,
    },
    /// The claim of a card is not what was answered.
    #[error(
        "the claim of card {review} of session {session} is another comment's or another buyer's, \
         or brings something else than was answered"
    )]
    OtherClaim {
        /// Where.
        session: u32,
        /// Which.
        review: u32,
    },
}

impl CardBroken {
    pub(super) fn promise(&self) -> Option<u8> {
        match self {
            Self::NotOpen { .. } | Self::NotAnswered { .. } => Some(3),
            Self::OutOfOrder { .. } | Self::NotItsTurn { .. } | Self::Waits { .. } => Some(4),
            Self::OtherReading { .. } | Self::OtherClaim { .. } => None,
        }
    }

    pub(super) fn vietnamese(&self) -> &'static str {
        match self {
            Self::NotOpen { .. } => "Một bình luận chờ duyệt được trả lời hai lần.",
            Self::NotAnswered { .. } => {
                "Một bình luận chưa ai duyệt, hoặc đã tính rồi, lại được tính."
            }
            Self::OutOfOrder { .. } | Self::NotItsTurn { .. } => {
                "Các bình luận chờ duyệt không được tính theo thứ tự."
            }
            Self::Waits { .. } => "Có việc khác chen trước bình luận đã được duyệt.",
            Self::OtherReading { .. } => "Các bình luận được duyệt chung không giống nhau.",
            Self::OtherClaim { .. } => "Đơn từ bình luận không đúng như người bán đã duyệt.",
        }
    }
}
