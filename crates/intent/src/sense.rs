//! Senses: the parts that a word can play in a comment. One spelling may have several.

/// What a word may be. The lists stand in `words.rs`; the last ones are the shop's own.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
#[repr(u8)]
pub(crate) enum Sense {
    /// To buy: `chốt`, `lấy`.
    Verb,
    /// To give, keep, send, need: buys only with a number or a code after it.
    Give,
    /// Claims the pinned offer by itself: `sold`, `mine`.
    Claim,
    /// Not: before a verb it denies, at the end it asks.
    Not,
    /// Asks wherever it stands.
    Ask,
    /// `à`: asks at the end.
    Tag,
    /// `giá`: asks, unless a number follows.
    Price,
    /// `còn`: is there any left.
    Remain,
    /// `ai`: who.
    Whoever,
    /// To look, to ask: after `cho` a request.
    Look,
    /// Something is wrong.
    Complaint,
    /// To cancel: `hủy`, `bỏ`.
    Cancel,
    /// To pass up the pinned offer.
    Pass,
    /// `thôi`: only, after a quantity; otherwise a wish to stop.
    Stop,
    /// To change one for the other.
    Swap,
    /// On top of what is open: `thêm`, `nữa`.
    Add,
    /// To each: `mỗi loại`.
    Each,
    /// And.
    Join,
    /// `mã`: a code follows.
    Marker,
    /// `size`, `màu`: a value follows.
    ValueLabel,
    /// `sl`: a quantity follows.
    AmountLabel,
    /// `sđt`: a phone follows.
    PhoneLabel,
    /// `x`: times.
    Times,
    /// Later, or on a condition.
    Hedge,
    /// `rồi`: done before.
    Done,
    /// `đã`: before a verb, done before; at the end, first.
    Already,
    /// All of it.
    All,
    /// Next in line.
    Next,
    /// Politeness.
    Polite,
    /// A person.
    Person,
    /// Says nothing about an order.
    Filler,
    /// Where to: the words after it are an address.
    Address,
    /// A number after it is a part of an address.
    Place,
    /// A number after it or before it is a date, an age, a share.
    Aside,
    /// A number in words; the value is the number.
    Number,
    /// Half.
    Half,
    /// And a half of the unit.
    HalfMore,
    /// An uncertain number.
    Vague,
    /// Of mass; the value is grams.
    Mass,
    /// A count word.
    Count,
    /// A pack whose content only an offer's own table can say.
    Pack,
    /// Ten, or what the shop's settings say.
    Dozen,
    /// Thousands, millions, đồng.
    Money,
    /// A colour or a size, whether or not the shop has it.
    General,
    /// One of every value.
    Every,
    /// A code that is written without letters of the Latin script; the value is the offer.
    Code,
    /// A name that viewers use; the value is the offer.
    Alias,
    /// A value of a variant; the value is its number among the shop's.
    Value,
    /// An offer's own unit or pack; the value is its number among the shop's words for amounts.
    Measure,
    /// A word of an offer's name; the value is 1 if it is the pinned one's.
    Name,
}

/// A set of senses.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub(crate) struct Senses(u64);

impl Senses {
    /// With one more.
    pub(crate) const fn with(self, sense: Sense) -> Self {
        Self(self.0 | 1 << sense as u8)
    }

    /// Those of both sets.
    pub(crate) const fn and(self, more: Self) -> Self {
        Self(self.0 | more.0)
    }

    /// True if it may be that.
    pub(crate) const fn has(self, sense: Sense) -> bool {
        self.0 & (1 << sense as u8) != 0
    }

    /// True if it may be any of these.
    #[inline]
    pub(crate) fn any(self, senses: &[Sense]) -> bool {
        let wanted = senses.iter().fold(Self(0), |all, &sense| all.with(sense));
        self.0 & wanted.0 != 0
    }

    /// True if it may be nothing else than these.
    #[inline]
    pub(crate) fn only(self, senses: &[Sense]) -> bool {
        let allowed = senses.iter().fold(Self(0), |all, &sense| all.with(sense));
        self.0 & !allowed.0 == 0
    }
}
