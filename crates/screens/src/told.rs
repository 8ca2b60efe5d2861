//! What a buyer is told of a try that made no order.

use crate::words::Lang;

/// What a viewer is told of a try that made no order.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Told {
    /// Nothing is left, and nobody may wait.
    SoldOut,
    /// More than one buyer may have.
    OverLimit,
    /// Not a whole number of steps, or none.
    BadQuantity,
    /// No orders are taken now.
    NotLive,
    /// The offer is closed, or the code is none.
    NoSuchOffer,
    /// A person will look at it.
    Review,
    /// It was heard, and it is no order.
    Noted,
    /// The name cannot be one.
    BadName,
    /// The server is too busy.
    Busy,
    /// What was typed could not be kept just now.
    NotKept,
    /// Anything else that was refused.
    Refused,
}

impl Told {
    /// In words.
    pub(crate) fn words(self, lang: Lang) -> &'static str {
        match self {
            Self::SoldOut => lang.pick("Hết hàng.", "Sold out."),
            Self::OverLimit => lang.pick(
                "Nhiều hơn mức mỗi người được mua. Chọn số lượng nhỏ hơn.",
                "More than one buyer may have. Choose a smaller quantity.",
            ),
            Self::BadQuantity => lang.pick(
                "Số lượng này không đặt được. Xem đơn vị và bước bán.",
                "This quantity cannot be ordered. Look at the unit and the step.",
            ),
            Self::NotLive => lang.pick(
                "Bây giờ chưa nhận đơn. Quay lại khi phiên đang bán.",
                "No orders are taken now. Come back while the sale is on.",
            ),
            Self::NoSuchOffer => {
                lang.pick("Mã này không còn bán.", "This code is not on sale any more.")
            }
            Self::Review => lang.pick(
                "Shop sẽ xem lại và trả lời ‹bạn›. Chưa giữ hàng.",
                "The shop will look at it. Nothing is held yet.",
            ),
            Self::Noted => lang.pick(
                "Đã nhận lời nhắn. Đây chưa phải là đơn.",
                "Your message was received. It is no order.",
            ),
            Self::BadName => lang.pick(
                "Viết tên của ‹bạn›, ngắn gọn, trên một dòng.",
                "Write your name, short and on one line.",
            ),
            Self::Busy => lang.pick(
                "Đông khách quá. Bấm lại sau vài giây: vẫn chỉ tính một đơn.",
                "Very busy. Press again in a few seconds: it still counts once.",
            ),
            Self::NotKept => lang.pick(
                "Chưa lưu được. Bấm Lưu lại sau vài giây.",
                "Not saved yet. Press Save again in a few seconds.",
            ),
            Self::Refused => lang.pick("Không làm được việc này.", "That could not be done."),
        }
    }
}
