//! What was proved, as figures and in plain words.

use domain::{Hash, Position, Stamp, Timestamp};
use std::fmt;

use Language::{English, Vietnamese};

/// What a ledger proves from its own bytes. That it exists means that every promise held after
/// every event.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Proof {
    /// From where on.
    pub start: Start,
    /// How many events were checked.
    pub events: u64,
    /// The last of them; the start itself if there is none.
    pub head: Stamp,
    /// Promise 1: per item and stock figure, as they stand at the end.
    pub items: Vec<ItemProof>,
    /// By session, then by code.
    pub offers: Vec<OfferProof>,
    /// Promise 4: by number.
    pub sessions: Vec<SessionProof>,
    /// Promise 3: keys that were answered, none of them twice in its session.
    pub keys: u64,
    /// Promise 4: claims that were numbered without a gap.
    pub claims: u64,
    /// Promise 4: times that stock went to the first in line.
    pub promotions: u64,
    /// Promise 2: deadlines that ended a hold, none of them early.
    pub expiries: u64,
    /// Cards that a person answered, each once and in the order of their comments.
    pub cards: u64,
    /// Cancels that closed, none before its undo time.
    pub cancels: u64,
    /// Accounts that were linked with a page's buyer.
    pub links: u64,
    /// What the receipt is of, where one was given.
    pub receipt: Option<ReceiptProof>,
}

/// Where the proof begins.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Start {
    /// At the shop's first event: nothing is taken on trust.
    Genesis,
    /// After this event: the stock of that moment is taken on trust from the checkpoint, its hash
    /// is not.
    Checkpoint(Stamp),
}

/// One stock figure at the end, in thousandths of the item's unit. Always `held + sold ≤ stock`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ItemProof {
    /// What.
    pub item: u32,
    /// Which combination; 0 for a pool.
    pub cell: u32,
    /// All there is.
    pub stock_milli: u64,
    /// Promised.
    pub held_milli: u64,
    /// Confirmed or paid.
    pub sold_milli: u64,
    /// Places in line.
    pub waiting: usize,
}

/// What went through one offer within the file, in thousandths of the item's unit.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OfferProof {
    /// In which session.
    pub session: u32,
    /// Under which code.
    pub code: String,
    /// The item behind it.
    pub item: u32,
    /// Lines of claims that got stock or a place in line.
    pub claims: u64,
    /// Got at once.
    pub held_milli: u128,
    /// Got after waiting.
    pub promoted_milli: u128,
    /// Given back, expired or cancelled.
    pub returned_milli: u128,
}

/// One session's claims.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SessionProof {
    /// Which.
    pub session: u32,
    /// Where it stands: draft, live, paused, ended, archived.
    pub state: &'static str,
    /// The first number that the file proves (one more than `last` if it has no claim).
    pub first: u32,
    /// The last number.
    pub last: u32,
}

/// The event whose hash somebody kept.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ReceiptProof {
    /// The hash itself.
    pub receipt: Hash,
    /// Where it stands.
    pub position: Position,
    /// When it happened.
    pub at: Timestamp,
    /// Of what kind it is, as in `event.type`.
    pub kind: &'static str,
    /// In which session, where it belongs to one.
    pub session: Option<u32>,
    /// The claim's place in the session, where it is a claim.
    pub number: Option<u32>,
    /// What it brought, or asked for.
    pub lines: Vec<ProvenLine>,
    /// The card, of a comment that a person looked at and of the claim that came of it.
    pub card: Option<u32>,
    /// The claim that came of the card, where the receipt is the card's.
    pub claim: Option<CardClaim>,
}

/// The claim that a person made of a card.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CardClaim {
    /// Its place in the session.
    pub number: u32,
    /// Where it stands.
    pub position: Position,
    /// When it happened.
    pub at: Timestamp,
    /// Its own hash.
    pub hash: Hash,
    /// What it brought, or asked for.
    pub lines: Vec<ProvenLine>,
}

/// One line of a proven claim, in thousandths of the item's unit.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ProvenLine {
    /// Under which code.
    pub code: String,
    /// Got, or given back.
    pub held_milli: u64,
    /// Waits, or waits no longer.
    pub waitlisted_milli: u64,
    /// 1 for the next in line.
    pub position_in_line: Option<u32>,
}

/// The whole report: what holds in English, then in Vietnamese, then the receipt in both.
impl fmt::Display for Proof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.english(f)?;
        self.vietnamese(f)?;
        for offer in &self.offers {
            let OfferProof { session, code, claims, .. } = offer;
            let (held, promoted) = (Milli(offer.held_milli), Milli(offer.promoted_milli));
            let returned = Milli(offer.returned_milli);
            writeln!(
                f,
                "  session {session}, {code}: {claims} claims, {held} held at once, {promoted} \
                 after waiting, {returned} returned"
            )?;
        }
        match &self.receipt {
            Some(receipt) => receipt.fmt(f),
            None => Ok(()),
        }
    }
}

impl Proof {
    fn english(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (events, figures) = (self.events, self.items.len());
        let (keys, claims) = (self.keys, self.claims);
        writeln!(f, "This ledger holds: {events} events, {}, unchanged and in order.", self.start)?;
        writeln!(
            f,
            "  1 never oversold: held + sold ≤ stock after every event, {figures} figures"
        )?;
        writeln!(f, "  3 at most once: {keys} keys, none answered twice")?;
        writeln!(
            f,
            "  4 first come, first served: {claims} claims numbered without a gap, {} promotions \
             in the line's order, nobody overtaken",
            self.promotions
        )?;
        let Self { expiries, cards, cancels, links, .. } = self;
        writeln!(f, "  also: {expiries} holds expired, none before its deadline")?;
        writeln!(
            f,
            "  also: {cards} doubtful comments answered by a person, each once and in turn"
        )?;
        writeln!(f, "  also: {cancels} cancels closed, none while it could be undone")?;
        writeln!(
            f,
            "  also: {links} accounts linked, each by a code that its buyer's page showed"
        )?;
        writeln!(f, "  head: event {}, {}", self.head.position.seq.0, self.head.hash)
    }

    fn vietnamese(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (events, keys, claims) = (self.events, self.keys, self.claims);
        writeln!(f, "Sổ đúng: {events} sự kiện, không thiếu, không bị sửa.")?;
        if let Start::Checkpoint(stamp) = self.start {
            let seq = stamp.position.seq.0;
            writeln!(f, "  tồn kho sau sự kiện {seq} lấy theo dòng đầu của sổ")?;
        }
        writeln!(f, "  1 không bán quá số hàng: đúng sau từng sự kiện")?;
        writeln!(f, "  3 mỗi bình luận chỉ tính một lần: {keys} khóa, không khóa nào trùng")?;
        writeln!(f, "  4 ai chốt trước được trước: {claims} lượt chốt, số liền nhau, không ai chen")
    }
}

impl fmt::Display for Start {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Genesis => f.write_str("from the shop's first event on"),
            Self::Checkpoint(stamp) => {
                let (seq, at) = (stamp.position.seq.0, stamp.at);
                write!(f, "after event {seq} of {at} (the stock of then is the first line's word)")
            }
        }
    }
}

/// English in UTC, Vietnamese in Vietnam's time, then the hash: `You were number 2 of D1 …`
impl fmt::Display for ReceiptProof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (seq, at, receipt) = (self.position.seq.0, self.at, self.receipt);
        let vietnam = Clock(at);
        match (self.number, self.card, &self.claim) {
            (Some(number), card, _) => {
                let codes = Codes(&self.lines);
                write!(f, "You were number {number} of {codes} at {at}")?;
                self.lines.iter().try_for_each(|line| write!(f, "{line}"))?;
                writeln!(f, "{}", FromCard(card, English))?;
                write!(f, "Bạn là số {number}, mã {codes}, lúc {vietnam} (giờ Việt Nam)")?;
                writeln!(f, "{}", FromCard(card, Vietnamese))?;
            }
            (None, Some(card), Some(claim)) => claim.fmt_of(card, f)?,
            (None, Some(card), None) => {
                writeln!(
                    f,
                    "Your comment became card {card} at {at}; no order was made of it yet"
                )?;
                write!(f, "Bình luận của bạn là bình luận chờ duyệt số {card}, lúc {vietnam} ")?;
                writeln!(f, "(giờ Việt Nam), chưa thành đơn")?;
            }
            (None, None, _) => {
                writeln!(f, "Your receipt is event {seq} ({}) at {at}", self.kind)?;
                writeln!(f, "Biên nhận của bạn là sự kiện {seq}, lúc {vietnam} (giờ Việt Nam)")?;
            }
        }
        writeln!(f, "  event {seq}, hash {receipt}")
    }
}

impl CardClaim {
    /// The claim first, then its own place in the chain; the receipt's follows.
    fn fmt_of(&self, card: u32, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (number, at, vietnam) = (self.number, self.at, Clock(self.at));
        let codes = Codes(&self.lines);
        write!(f, "You were number {number} of {codes} at {at}")?;
        self.lines.iter().try_for_each(|line| write!(f, "{line}"))?;
        writeln!(f, "{}", FromCard(Some(card), English))?;
        write!(f, "Bạn là số {number}, mã {codes}, lúc {vietnam} (giờ Việt Nam)")?;
        writeln!(f, "{}", FromCard(Some(card), Vietnamese))?;
        writeln!(f, "  claimed in event {}, hash {}", self.position.seq.0, self.hash)
    }
}

/// `D1, D2`
struct Codes<'a>(&'a [ProvenLine]);

impl fmt::Display for Codes<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let codes: Vec<_> = self.0.iter().map(|line| line.code.as_str()).collect();
        f.write_str(&codes.join(", "))
    }
}

/// `20:05:11`, as clocks in Vietnam show it.
struct Clock(Timestamp);

impl fmt::Display for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let vietnam = self.0.plus(domain::Millis::from_secs(7 * 3_600)).to_string();
        f.write_str(vietnam.get(11..19).unwrap_or(&vietnam))
    }
}

/// Which language a part of a sentence is in.
enum Language {
    English,
    Vietnamese,
}

/// `; from your comment's card 7`
struct FromCard(Option<u32>, Language);

impl fmt::Display for FromCard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.0, &self.1) {
            (Some(card), English) => write!(f, "; from your comment's card {card}"),
            (Some(card), Vietnamese) => write!(f, ", từ bình luận chờ duyệt số {card}"),
            (None, English | Vietnamese) => Ok(()),
        }
    }
}

/// `; D1: 0.5 held, 0.5 waiting as 1 in line`
impl fmt::Display for ProvenLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "; {}: {} held", self.code, Milli(self.held_milli.into()))?;
        if self.waitlisted_milli > 0 {
            write!(f, ", {} waiting", Milli(self.waitlisted_milli.into()))?;
        }
        match self.position_in_line {
            Some(place) => write!(f, " as {place} in line"),
            None => Ok(()),
        }
    }
}

/// Thousandths as a decimal.
struct Milli(u128);

impl fmt::Display for Milli {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (units, part) = (self.0 / 1_000, self.0 % 1_000);
        if part == 0 {
            return write!(f, "{units}");
        }
        let part = format!("{part:03}");
        write!(f, "{units}.{}", part.trim_end_matches('0'))
    }
}
