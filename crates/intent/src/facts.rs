//! Facts: what stands in a comment, counted once, for the judge to look at.

use crate::codebook::Codebook;
use crate::pieces::{Piece, Role};
use crate::spans::Oddity;
use alloc::vec::Vec;
use domain::rules::Doubt;

/// What stands in a comment.
#[derive(Clone, Copy, Default, Debug)]
pub(crate) struct Facts {
    /// Codes and names that count like one.
    pub(crate) codes: u32,
    pub(crate) buys: u32,
    pub(crate) claims: bool,
    pub(crate) adds: bool,
    pub(crate) amounts: u32,
    /// Amounts that say by themselves that they are one.
    pub(crate) said_amounts: u32,
    pub(crate) values: bool,
    pub(crate) asks: bool,
    /// A question about other people's orders.
    pub(crate) asks_who: bool,
    pub(crate) denies: bool,
    /// `không` before something that nobody knows.
    pub(crate) doubts: bool,
    pub(crate) cancels: bool,
    pub(crate) passes: bool,
    pub(crate) minus: bool,
    pub(crate) stops: bool,
    pub(crate) swaps: bool,
    pub(crate) hedges: bool,
    pub(crate) done: bool,
    pub(crate) all: bool,
    pub(crate) next: bool,
    pub(crate) hands: bool,
    pub(crate) money: bool,
    pub(crate) persons: bool,
    pub(crate) phones: u32,
    /// Words that nobody knows.
    pub(crate) unknown: u32,
    /// Words for goods; those of the pinned offer's name apart.
    pub(crate) goods: u32,
    pub(crate) pinned_goods: bool,
    /// Things that may be meant for a code.
    pub(crate) suspects: u32,
}

impl Facts {
    /// Counts.
    pub(crate) fn new(pieces: &[Piece]) -> Self {
        let mut facts = Self::default();
        for (at, piece) in pieces.iter().enumerate() {
            facts.count(piece.role, &pieces[at + 1..]);
        }
        facts
    }

    fn count(&mut self, role: Role, rest: &[Piece]) {
        match role {
            Role::Code(_) | Role::Alias(_) => self.codes += 1,
            Role::Buy => self.buys += 1,
            Role::Claim => self.claims = true,
            Role::Add => self.adds = true,
            Role::Amount(amount) => {
                self.amounts += 1;
                self.said_amounts += u32::from(!amount.is_bare());
            }
            Role::Value(_) | Role::ValueNumber | Role::Foreign | Role::Every => self.values = true,
            Role::Ask => self.asks = true,
            Role::Whoever => {
                self.asks = true;
                let verb = rest.iter().find(|p| !p.role.is_quiet());
                self.asks_who |= verb.is_some_and(|piece| piece.role == Role::Buy);
            }
            Role::Deny => self.denies = true,
            Role::Not => self.doubts = true,
            Role::Cancel => self.cancels = true,
            Role::Pass => self.passes = true,
            Role::Minus => self.minus = true,
            Role::Stop => self.stops = true,
            Role::Swap => self.swaps = true,
            Role::Hedge => self.hedges = true,
            Role::Done => self.done = true,
            Role::All => self.all = true,
            Role::Next => self.next = true,
            Role::Hand => self.hands = true,
            Role::Money => self.money = true,
            Role::Person => self.persons = true,
            Role::Phone => self.phones += 1,
            Role::Unknown => self.unknown += 1,
            Role::Goods(true) => self.pinned_goods = true,
            Role::Goods(false) => self.goods += 1,
            Role::Suspect(..) => self.suspects += 1,
            Role::Word(_) | Role::Each | Role::Comma | Role::Break | Role::Join | Role::Known => {}
        }
    }

    /// True if somebody wants to buy.
    pub(crate) fn wants(&self) -> bool {
        self.buys > 0 || self.claims || self.adds
    }

    /// True if goods are named or counted.
    pub(crate) fn has_goods(&self) -> bool {
        self.codes > 0 || self.amounts > 0 || self.suspects > 0
    }
}

/// Names of goods that nothing goes with are words like others (rule 4); so is one beside another's
/// code.
pub(crate) fn weigh_aliases(pieces: &mut [Piece]) {
    if !pieces.iter().any(|piece| matches!(piece.role, Role::Alias(_))) {
        return;
    }
    let facts = Facts::new(pieces);
    let alone = facts.unknown == 0 && facts.goods == 0 && facts.suspects == 0;
    let counts = facts.wants() || facts.amounts > 0 || facts.cancels || alone;
    let codes: Vec<_> = pieces
        .iter()
        .filter_map(|piece| match piece.role {
            Role::Code(offer) => Some(offer),
            _ => None,
        })
        .collect();
    for at in 0..pieces.len() {
        let Role::Alias(offer) = pieces[at].role else {
            continue;
        };
        if !counts {
            pieces[at].role = Role::Unknown;
        } else if !codes.is_empty() && !codes.contains(&offer) && !has_amount_beside(pieces, at) {
            pieces[at].role = Role::Suspect(Oddity::Ambiguous, Some(offer));
        }
    }
}

fn has_amount_beside(pieces: &[Piece], at: usize) -> bool {
    let quiet = |piece: &&Piece| !piece.role.is_quiet();
    let is_amount =
        |piece: Option<&Piece>| piece.is_some_and(|p| matches!(p.role, Role::Amount(_)));
    is_amount(pieces[at + 1..].iter().find(quiet))
        || is_amount(pieces[..at].iter().rev().find(quiet))
}

/// Where codes are numbers, a number with neither `mã` nor a unit may be either (rule 5).
pub(crate) fn weigh_bare_numbers(text: &str, book: &Codebook, pieces: &mut [Piece]) {
    if !book.is_numeric {
        return;
    }
    for at in 0..pieces.len() {
        let Role::Amount(amount) = pieces[at].role else {
            continue;
        };
        let quiet = |piece: &&Piece| !piece.role.is_quiet();
        let before = pieces[..at].iter().rev().find(quiet).map(|piece| piece.role);
        let after = pieces[at + 1..].iter().find(quiet).map(|piece| piece.role);
        let placed = matches!(
            before,
            Some(Role::Code(_) | Role::Value(_) | Role::Each | Role::Every | Role::Add)
        ) || matches!(after, Some(Role::Code(_)));
        if !amount.is_bare() || placed {
            continue;
        }
        let code = book.codes.get(&text[pieces[at].start..pieces[at].end]);
        pieces[at].role = match (book.settings().bare_number, code) {
            (Doubt::Accept, Some(known)) => Role::Code(known.offer),
            (Doubt::Ignore, _) => Role::Known,
            (Doubt::Accept | Doubt::Review, code) => {
                Role::Suspect(Oddity::BareNumber, code.map(|known| known.offer))
            }
        };
    }
}
