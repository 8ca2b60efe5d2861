//! What can be wrong about who is who.

/// A claim or a link that its buyer may not have.
#[derive(Debug, thiserror::Error)]
pub enum BuyerBroken {
    /// A blocked buyer got something new.
    #[error("claim {number} of session {session} is of a buyer to whom the shop does not sell")]
    Blocked {
        /// Where.
        session: u32,
        /// The claim.
        number: u32,
    },
    /// Something is done in the name of an account that was linked.
    #[error("this is in the name of buyer {buyer}, whose orders are another buyer's since a link")]
    OldName {
        /// The reference, in hexadecimal.
        buyer: String,
    },
    /// An account was linked by a code that no page shows.
    #[error(
        "an account is linked by code {link:04} of session {session}, which no page shows, or \
         not any more"
    )]
    NoLink {
        /// Where.
        session: u32,
        /// The code.
        link: u32,
    },
    /// An account's orders went to another buyer than the page's.
    #[error("code {link:04} of session {session} is the page of another buyer than got the orders")]
    OtherPage {
        /// Where.
        session: u32,
        /// The code.
        link: u32,
    },
    /// Two pages show one code.
    #[error("code {link:04} of session {session} is shown by two pages at once")]
    LinkShown {
        /// Where.
        session: u32,
        /// The code.
        link: u32,
    },
    /// A code that counts for longer or shorter than codes do.
    #[error("code {link:04} of session {session} does not count for ten minutes")]
    LinkTime {
        /// Where.
        session: u32,
        /// The code.
        link: u32,
    },
    /// A buyer was forgotten while something was held for them.
    #[error("buyer {buyer} is forgotten while something is held for them or waits")]
    ErasedTooSoon {
        /// The reference, in hexadecimal.
        buyer: String,
    },
    /// A person was forgotten without an account of theirs, or with one that is not.
    #[error("buyer {buyer} is forgotten with other accounts than are theirs")]
    ErasedInPart {
        /// The reference, in hexadecimal.
        buyer: String,
    },
}

impl BuyerBroken {
    pub(super) fn vietnamese(&self) -> &'static str {
        match self {
            Self::Blocked { .. } => "Người bị shop chặn vẫn được hàng.",
            Self::OldName { .. } => "Tài khoản đã nối với người khác vẫn đứng tên riêng.",
            Self::NoLink { .. } => "Tài khoản được nối bằng mã không có hoặc đã hết hạn.",
            Self::OtherPage { .. } => "Đơn được chuyển cho người khác, không phải chủ của mã.",
            Self::LinkShown { .. } => "Hai trang cùng hiện một mã nối.",
            Self::LinkTime { .. } => "Mã nối không có hạn mười phút.",
            Self::ErasedTooSoon { .. } => "Người mua bị xoá khi vẫn còn hàng giữ cho họ.",
            Self::ErasedInPart { .. } => "Người mua bị xoá không đúng với các tài khoản của họ.",
        }
    }
}
