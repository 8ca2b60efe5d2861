//! What was broken, where, in words that a seller and a buyer understand.

mod buyers;
mod cancels;
mod cards;
mod rules;

pub use buyers::BuyerBroken;
pub use cancels::CancelBroken;
pub use cards::CardBroken;
use domain::{Hash, Quantity, Seq, Timestamp};
pub use rules::RuleBroken;
use std::fmt;

/// The first line at which a ledger does not hold.
#[derive(Debug, thiserror::Error)]
pub struct Violation {
    /// Which line of the file, from 1; the last one read where something is missing at the end.
    pub line: u64,
    /// The event that it claims to be, where it can be read so far.
    pub seq: Option<Seq>,
    /// What does not hold.
    #[source]
    pub broken: Broken,
}

/// What does not hold. `Display` says it in English, [`Broken::vietnamese`] in Vietnamese.
#[derive(Debug, thiserror::Error)]
pub enum Broken {
    /// The file could not be read to its end; this says nothing about the ledger.
    #[error("the file cannot be read: {0}")]
    Unreadable(#[from] std::io::Error),
    /// There is no line at all.
    #[error("the file is empty: there is nothing to check")]
    Empty,
    /// More bytes without a newline than any event has.
    #[error("the line is longer than {limit} bytes: this is no ledger")]
    TooLong {
        /// The limit.
        limit: usize,
    },
    /// The last line ends in the middle.
    #[error("the file is cut off in the middle of its last line: download it again")]
    CutOff,
    /// Not JSON, or not the fields of a line.
    #[error("this is not a line of a ledger: {why}")]
    NotALine {
        /// What is wrong with it.
        why: String,
    },
    /// `frame` is not base64.
    #[error("`frame` is not base64: {why}")]
    NotBase64 {
        /// What is wrong with it.
        why: String,
    },
    /// The frame is no event that this version knows.
    #[error("the journaled bytes are no event: {why} (a newer version may know it)")]
    NotAnEvent {
        /// What the decoder says.
        why: String,
    },
    /// A checkpoint anywhere but in the first line.
    #[error("a checkpoint stands in the middle: events before it could have been left out")]
    CheckpointInside,
    /// The first line is neither a checkpoint nor the shop's first event.
    #[error("the ledger begins in the middle: its first line is neither a checkpoint nor event 1")]
    BeginsInside,
    /// The checkpoint contradicts itself.
    #[error("the checkpoint contradicts itself: {why}")]
    BadCheckpoint {
        /// How.
        why: String,
    },
    /// The line does not follow the line before it.
    #[error(
        "the chain is broken: this event follows {found}, but the line before it is {expected}"
    )]
    PrevDiffers {
        /// The hash of the line before.
        expected: Hash,
        /// What this line says.
        found: Hash,
    },
    /// An event is missing or doubled.
    #[error("event {} is missing: event {} stands in its place", expected.0, found.0)]
    SeqJumps {
        /// The next in order.
        expected: Seq,
        /// What stands there.
        found: Seq,
    },
    /// An older writer wrote after a newer one.
    #[error("the epoch falls: a writer that had been replaced has written again")]
    EpochFalls,
    /// The shop's clock ran backwards.
    #[error("the time falls: it was {before}, now it is {now}")]
    TimeFalls {
        /// Of the line before.
        before: Timestamp,
        /// Of this line.
        now: Timestamp,
    },
    /// The hash is not that of the line's own content.
    #[error("the line was changed: its content hashes to {computed}, it says {told}")]
    HashDiffers {
        /// Computed from the line.
        computed: Hash,
        /// As the line says.
        told: Hash,
    },
    /// `event` says something else than the hashed bytes.
    #[error("`event` is not what the journaled bytes say: the readable part was changed")]
    EventDiffers,
    /// The event speaks of something that cannot be.
    #[error("the event contradicts the history before it: {why}")]
    Contradiction {
        /// How.
        why: String,
    },
    /// Promise 1: more held and sold than there is.
    #[error(
        "promise 1, never oversold, is broken: item {item} has {stock}, but {held} are held \
         and {sold} sold{}",
        Cell(cell)
    )]
    Oversold {
        /// What.
        item: u32,
        /// Which of its stock figures.
        cell: u32,
        /// All there is.
        stock: Quantity,
        /// Promised.
        held: Quantity,
        /// Confirmed or paid.
        sold: Quantity,
    },
    /// Promise 1: something returns that was never taken.
    #[error("promise 1, never oversold, is broken: order {order} returns more {code} than it has")]
    ReturnsTooMuch {
        /// Whose order.
        order: u32,
        /// Under which code.
        code: String,
    },
    /// Promise 2: a promise ended before its deadline.
    #[error(
        "promise 2, a yes is for ever, is broken: order {order} expired at {at}, {}",
        Deadline(due)
    )]
    ExpiredEarly {
        /// Which.
        order: u32,
        /// Its deadline; none if it had none.
        due: Option<Timestamp>,
        /// When it was taken away.
        at: Timestamp,
    },
    /// Promise 2: a deadline was moved forward.
    #[error("promise 2, a yes is for ever, is broken: the deadline of order {order} was shortened")]
    Shortened {
        /// Which.
        order: u32,
    },
    /// Promise 3: a key was answered twice.
    #[error("promise 3, at most once, is broken: key {key} of session {session} comes twice")]
    KeyTwice {
        /// The digest, in hexadecimal.
        key: String,
        /// Where.
        session: u32,
    },
    /// Promise 3: keys were forgotten before their time.
    #[error("promise 3, at most once, is broken: session {session} was archived too early")]
    ArchivedEarly {
        /// Which.
        session: u32,
    },
    /// Promise 4: numbers have a gap or repeat.
    #[error(
        "promise 4, first come, first served, is broken: claim {expected} of session {session} \
         is missing, number {found} stands in its place"
    )]
    NumberJumps {
        /// Where.
        session: u32,
        /// The next in order.
        expected: u32,
        /// What stands there.
        found: u32,
    },
    /// Promise 4: a claim took stock that others were waiting for.
    #[error(
        "promise 4, first come, first served, is broken: order {order} got {code} while \
         {waiting} were waiting for it"
    )]
    Overtaken {
        /// Who overtook.
        order: u32,
        /// For what.
        code: String,
        /// How many places in line were passed over.
        waiting: usize,
    },
    /// Promise 4: stock went to somebody who was not the first in line.
    #[error(
        "promise 4, first come, first served, is broken: {code} went to order {order}, {}",
        FirstInLine(first)
    )]
    NotFirstInLine {
        /// Who got it.
        order: u32,
        /// For what.
        code: String,
        /// Whose turn it was; none if nobody waited.
        first: Option<u32>,
    },
    /// Promise 4: a buyer was told a wrong place in line.
    #[error(
        "promise 4, first come, first served, is broken: order {order} was told another place in \
         the line for {code} than its own, which is {place}"
    )]
    WrongPlace {
        /// Whose.
        order: u32,
        /// For what.
        code: String,
        /// The place that it had.
        place: usize,
    },
    /// Something was taken while the session was not live.
    #[error("a claim got stock while session {session} was not live")]
    NotLive {
        /// Which.
        session: u32,
    },
    /// A card was answered or served as it may not be.
    #[error(transparent)]
    Card(#[from] CardBroken),
    /// A cancel was begun, undone or closed as it may not be.
    #[error(transparent)]
    Cancel(#[from] CancelBroken),
    /// A buyer got what they may not have.
    #[error(transparent)]
    Buyer(#[from] BuyerBroken),
    /// The session's own rules were not kept.
    #[error(transparent)]
    Rule(#[from] RuleBroken),
    /// The receipt is of no event in the file.
    #[error(
        "the receipt {receipt} is not in this ledger: it is of another shop or session, or the \
         history was rewritten after the receipt was given"
    )]
    ForeignReceipt {
        /// The receipt.
        receipt: Hash,
    },
}

impl Broken {
    /// Which of the six promises is broken; none where the file is damaged or contradicts itself.
    pub fn promise(&self) -> Option<u8> {
        match self {
            Self::Oversold { .. } | Self::ReturnsTooMuch { .. } => Some(1),
            Self::ExpiredEarly { .. } | Self::Shortened { .. } => Some(2),
            Self::KeyTwice { .. } | Self::ArchivedEarly { .. } => Some(3),
            Self::NumberJumps { .. }
            | Self::Overtaken { .. }
            | Self::NotFirstInLine { .. }
            | Self::WrongPlace { .. } => Some(4),
            Self::Card(broken) => broken.promise(),
            Self::Cancel(broken) => broken.promise(),
            Self::Rule(broken) => broken.promise(),
            Self::Unreadable(_)
            | Self::Empty
            | Self::TooLong { .. }
            | Self::CutOff
            | Self::NotALine { .. }
            | Self::NotBase64 { .. }
            | Self::NotAnEvent { .. }
            | Self::CheckpointInside
            | Self::BeginsInside
            | Self::BadCheckpoint { .. }
            | Self::PrevDiffers { .. }
            | Self::SeqJumps { .. }
            | Self::EpochFalls
            | Self::TimeFalls { .. }
            | Self::HashDiffers { .. }
            | Self::EventDiffers
            | Self::Contradiction { .. }
            | Self::NotLive { .. }
            | Self::Buyer(_)
            | Self::ForeignReceipt { .. } => None,
        }
    }

    /// The same in Vietnamese, in one plain sentence without the figures.
    pub fn vietnamese(&self) -> &'static str {
        match self {
            Self::Unreadable(_) => "Không đọc được tệp sổ.",
            Self::Empty => "Tệp sổ trống, không có gì để kiểm.",
            Self::CutOff => "Tệp sổ bị cắt giữa chừng, hãy tải lại.",
            Self::TooLong { .. } | Self::NotALine { .. } | Self::NotBase64 { .. } => {
                "Dòng này không phải dòng của sổ."
            }
            Self::NotAnEvent { .. } => "Phiên bản này không hiểu sự kiện ở dòng này.",
            Self::CheckpointInside | Self::BeginsInside | Self::SeqJumps { .. } => {
                "Sổ thiếu dòng: có sự kiện đã bị bỏ đi."
            }
            Self::PrevDiffers { .. } | Self::HashDiffers { .. } | Self::EventDiffers => {
                "Dòng này đã bị sửa sau khi ghi."
            }
            Self::EpochFalls | Self::TimeFalls { .. } => "Thứ tự ghi sổ bị đảo ngược.",
            Self::BadCheckpoint { .. } | Self::Contradiction { .. } => {
                "Dòng này trái với những gì đã ghi trước đó."
            }
            Self::Oversold { .. } => "Bán quá số hàng đang có.",
            Self::ReturnsTooMuch { .. } => "Hàng trả về nhiều hơn số đã giữ.",
            Self::ExpiredEarly { .. } => "Đơn bị hủy trước hạn giữ hàng.",
            Self::Shortened { .. } => "Hạn giữ hàng bị rút ngắn.",
            Self::KeyTwice { .. } => "Một bình luận được tính hai lần.",
            Self::ArchivedEarly { .. } => "Phiên bị đóng sổ quá sớm.",
            Self::NumberJumps { .. } => "Số thứ tự chốt đơn bị thiếu hoặc bị trùng.",
            Self::Overtaken { .. } => "Có người được hàng trước những người đang chờ.",
            Self::NotFirstInLine { .. } => "Hàng không đến tay người chờ đầu tiên.",
            Self::WrongPlace { .. } => "Vị trí chờ báo cho khách không đúng.",
            Self::NotLive { .. } => "Có đơn được giữ hàng khi phiên không mở.",
            Self::Card(broken) => broken.vietnamese(),
            Self::Cancel(broken) => broken.vietnamese(),
            Self::Buyer(broken) => broken.vietnamese(),
            Self::Rule(broken) => broken.vietnamese(),
            Self::ForeignReceipt { .. } => {
                "Biên nhận không có trong sổ này: sổ của shop khác, hoặc lịch sử đã bị viết lại."
            }
        }
    }
}

/// Two lines: English with the figures, then Vietnamese.
impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}", self.line)?;
        if let Some(seq) = self.seq {
            write!(f, ", event {}", seq.0)?;
        }
        writeln!(f, ": {}", self.broken)?;
        write!(f, "dòng {}: {}", self.line, self.broken.vietnamese())
    }
}

struct Cell<'a>(&'a u32);

impl fmt::Display for Cell<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            0 => Ok(()),
            cell => write!(f, " (variant figure {cell})"),
        }
    }
}

struct Deadline<'a>(&'a Option<Timestamp>);

impl fmt::Display for Deadline<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(due) => write!(f, "before its deadline {due}"),
            None => f.write_str("though it had no deadline"),
        }
    }
}

struct FirstInLine<'a>(&'a Option<u32>);

impl fmt::Display for FirstInLine<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(first) => write!(f, "but order {first} was first in line"),
            None => f.write_str("but nobody was waiting for it in that order"),
        }
    }
}
