//! What can be wrong by the session's own rules.

use domain::{Quantity, Timestamp};
use std::fmt;

/// A claim or a deadline that the session's rules do not allow.
#[derive(Debug, thiserror::Error)]
pub enum RuleBroken {
    /// Promise 2: a deadline is not as the rules say.
    #[error(
        "promise 2, a yes is for ever, is broken: order {order} is held {}, by the rules {}",
        Until(told),
        Until(due)
    )]
    OtherDeadline {
        /// Which.
        order: u32,
        /// As told.
        told: Option<Timestamp>,
        /// By the rules; none: until the session's end, or nothing is held.
        due: Option<Timestamp>,
    },
    /// Promise 2: a session was archived with a hold in it.
    #[error("promise 2, a yes is for ever, is broken: order {order} was forgotten while held")]
    HoldForgotten {
        /// Which.
        order: u32,
    },
    /// A buyer extended an order again.
    #[error("order {order} was extended by its buyer more often than a buyer may")]
    ExtendedAgain {
        /// Which.
        order: u32,
    },
    /// Promise 4: a swap gave goods for a place in line.
    #[error(
        "promise 4, first come, first served, is broken: order {order} gave something back for \
         something that it did not get at once"
    )]
    SwapInPart {
        /// Whose.
        order: u32,
    },
    /// A claim waits in a session without a waitlist.
    #[error("claim {number} of session {session} waits, but the session has no waitlist")]
    NoWaitlist {
        /// Where.
        session: u32,
        /// The claim.
        number: u32,
    },
    /// A claim was filled in part in a session where lines wait whole.
    #[error("claim {number} of session {session} was filled in part, but lines wait whole there")]
    FilledInPart {
        /// Where.
        session: u32,
        /// The claim.
        number: u32,
    },
    /// A claim of a closed offer.
    #[error("claim {number} of session {session} is of {code}, which was closed")]
    OfferClosed {
        /// Where.
        session: u32,
        /// The claim.
        number: u32,
        /// The offer.
        code: String,
    },
    /// A buyer has more than one may have.
    #[error(
        "the buyer of claim {number} of session {session} has more than {} of {}",
        Milli(limit),
        code.as_deref().unwrap_or("everything together")
    )]
    OverLimit {
        /// Where.
        session: u32,
        /// The claim.
        number: u32,
        /// In thousandths.
        limit: u64,
        /// The offer whose limit it is; none: the session's.
        code: Option<String>,
    },
    /// A buyer has too many open lines.
    #[error("the buyer of claim {number} of session {session} has too many open holds")]
    TooManyHolds {
        /// Where.
        session: u32,
        /// The claim.
        number: u32,
    },
    /// A network of anonymous buyers has too many open orders.
    #[error("claim {number} of session {session} is one order too many of its network")]
    TooManyOrders {
        /// Where.
        session: u32,
        /// The claim.
        number: u32,
    },
    /// A buyer whose orders ran out did not wait.
    #[error("the buyer of claim {number} of session {session} let orders run out and must wait")]
    CoolingDown {
        /// Where.
        session: u32,
        /// The claim.
        number: u32,
    },
}

impl RuleBroken {
    pub(super) fn promise(&self) -> Option<u8> {
        match self {
            Self::OtherDeadline { .. } | Self::HoldForgotten { .. } => Some(2),
            Self::SwapInPart { .. } => Some(4),
            Self::ExtendedAgain { .. }
            | Self::NoWaitlist { .. }
            | Self::FilledInPart { .. }
            | Self::OfferClosed { .. }
            | Self::OverLimit { .. }
            | Self::TooManyHolds { .. }
            | Self::TooManyOrders { .. }
            | Self::CoolingDown { .. } => None,
        }
    }

    pub(super) fn vietnamese(&self) -> &'static str {
        match self {
            Self::OtherDeadline { .. } => "Hạn giữ hàng không đúng luật của phiên.",
            Self::HoldForgotten { .. } => "Phiên bị đóng sổ khi còn đơn đang giữ hàng.",
            Self::ExtendedAgain { .. } => "Khách gia hạn nhiều lần hơn được phép.",
            Self::SwapInPart { .. } => "Khách đổi hàng nhưng chưa được đủ hàng mới.",
            Self::NoWaitlist { .. } => "Phiên không có hàng chờ mà vẫn có người chờ.",
            Self::FilledInPart { .. } => "Phiên không giao lẻ mà đơn được một phần.",
            Self::OfferClosed { .. } => "Mã đã đóng mà vẫn có người chốt được.",
            Self::OverLimit { .. } => "Có khách mua quá mức mỗi người được mua.",
            Self::TooManyHolds { .. } => "Có khách giữ quá nhiều hàng chưa trả tiền.",
            Self::TooManyOrders { .. } => "Một mạng giữ quá nhiều đơn chưa trả tiền.",
            Self::CoolingDown { .. } => "Khách để hết hạn nhiều đơn mà không phải chờ.",
        }
    }
}

struct Until<'a>(&'a Option<Timestamp>);

impl fmt::Display for Until<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(until) => write!(f, "until {until}"),
            None => f.write_str("without a deadline"),
        }
    }
}

struct Milli<'a>(&'a u64);

impl fmt::Display for Milli<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match Quantity::from_milli(*self.0) {
            Some(quantity) => write!(f, "{quantity}"),
            None => write!(f, "{} thousandths", self.0),
        }
    }
}
