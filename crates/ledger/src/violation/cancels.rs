//! What can be wrong about cancels that can be undone.

use domain::Timestamp;

/// A cancel that does not hold.
#[derive(Debug, thiserror::Error)]
pub enum CancelBroken {
    /// Promise 1: what is being cancelled is given back apart.
    #[error(
        "promise 1, never oversold, is broken: order {order} gives {code} back that is being \
         cancelled already"
    )]
    GivenTwice {
        /// Whose.
        order: u32,
        /// What.
        code: String,
    },
    /// Promise 1: the cancel gives something else back than it began with.
    #[error(
        "promise 1, never oversold, is broken: the cancel of order {order} gives back something \
         else than it began with"
    )]
    ClosedOther {
        /// Whose.
        order: u32,
    },
    /// Promise 2: the stock went back while the buyer could still undo it.
    #[error(
        "promise 2, a yes is for ever, is broken: the cancel of order {order} was closed at {at}, \
         though it could be undone until {closes_at}"
    )]
    ClosedEarly {
        /// Whose.
        order: u32,
        /// When its time was over.
        closes_at: Timestamp,
        /// When it was closed.
        at: Timestamp,
    },
    /// Promise 2: no time to undo was given.
    #[error(
        "promise 2, a yes is for ever, is broken: order {order} was cancelled at once, though its \
         session gives time to undo that"
    )]
    AtOnce {
        /// Whose.
        order: u32,
    },
    /// The undo time is not as the session's rules say.
    #[error("the cancel of order {order} can be undone until {told}; by the rules it is {due}")]
    OtherTime {
        /// Whose.
        order: u32,
        /// As told.
        told: Timestamp,
        /// By the rules.
        due: Timestamp,
    },
    /// A second cancel begins while one is open.
    #[error("a cancel of order {order} begins while another one can still be undone")]
    Twice {
        /// Whose.
        order: u32,
    },
    /// A cancel is undone or closed that is not open.
    #[error("order {order} has no cancel that could be undone or closed")]
    NotOpen {
        /// Whose.
        order: u32,
    },
    /// A cancel was undone when its time was over.
    #[error("the cancel of order {order} was undone at {at}, but its time was over at {closed}")]
    UndoneLate {
        /// Whose.
        order: u32,
        /// When its time was over.
        closed: Timestamp,
        /// When it was undone.
        at: Timestamp,
    },
    /// A buyer undid what the host cancels.
    #[error("the cancel of order {order} is the host's, but the buyer undid it")]
    UndoneByBuyer {
        /// Whose.
        order: u32,
    },
    /// The order was confirmed, paid or extended meanwhile.
    #[error("order {order} was confirmed, paid or extended while it is being cancelled")]
    Meanwhile {
        /// Which.
        order: u32,
    },
}

impl CancelBroken {
    pub(super) fn promise(&self) -> Option<u8> {
        match self {
            Self::GivenTwice { .. } | Self::ClosedOther { .. } => Some(1),
            Self::ClosedEarly { .. } | Self::AtOnce { .. } => Some(2),
            Self::OtherTime { .. }
            | Self::Twice { .. }
            | Self::NotOpen { .. }
            | Self::UndoneLate { .. }
            | Self::UndoneByBuyer { .. }
            | Self::Meanwhile { .. } => None,
        }
    }

    pub(super) fn vietnamese(&self) -> &'static str {
        match self {
            Self::GivenTwice { .. } => "Hàng đang hủy lại bị trả thêm lần nữa.",
            Self::ClosedOther { .. } => "Hàng trả về không đúng như lúc bắt đầu hủy.",
            Self::ClosedEarly { .. } => "Đơn bị hủy hẳn khi khách còn kịp đổi ý.",
            Self::AtOnce { .. } => "Đơn bị hủy ngay, khách không kịp đổi ý.",
            Self::OtherTime { .. } => "Thời gian được đổi ý không đúng luật của phiên.",
            Self::Twice { .. } => "Đơn đang hủy lại bị hủy lần nữa.",
            Self::NotOpen { .. } => "Đơn không có lần hủy nào đang chờ.",
            Self::UndoneLate { .. } => "Đơn được khôi phục khi đã hết giờ đổi ý.",
            Self::UndoneByBuyer { .. } => "Shop hủy đơn mà khách lại khôi phục được.",
            Self::Meanwhile { .. } => "Đơn đang hủy lại được xác nhận, thanh toán hoặc gia hạn.",
        }
    }
}
