//! Roles: what each word means here, by what stands before and after it and by which offers are in
//! play.
//!
//! The rules of doubt: a word that may ask, deny or cancel is never read as harmless while a
//! meaning that matters is possible, and a name of goods is never guessed between two offers.

use crate::codebook::Codebook;
use crate::codes::OfferNo;
use crate::fold::Folded;
use crate::lexicon::Found;
use crate::pieces::{Piece, Role};
use crate::sense::{Sense, Senses};
use crate::spans::Oddity;
use alloc::vec::Vec;
use domain::limits::LINES_PER_CLAIM_MAX;

/// Settles the part of every word.
pub(crate) fn settle(text: &Folded, book: &Codebook, pieces: &mut [Piece]) {
    let asked = [Sense::Value, Sense::General];
    let valued = |role| matches!(role, Role::Word(found) if found.senses.any(&asked));
    let offers = match pieces.iter().any(|piece| valued(piece.role)) {
        true => offers_in_play(text, book, pieces),
        false => Vec::new(),
    };
    for at in 0..pieces.len() {
        if let Role::Word(found) = pieces[at].role {
            let around = Around { text, book, pieces, at, offers: &offers };
            pieces[at].role = around.role(&found);
        }
    }
    pass_over_addresses(text, pieces);
}

/// The offers that a value may belong to: those named, otherwise the pinned one.
fn offers_in_play(text: &Folded, book: &Codebook, pieces: &[Piece]) -> Vec<OfferNo> {
    let mut offers = Vec::new();
    for piece in pieces {
        match piece.role {
            Role::Code(offer) | Role::Suspect(_, Some(offer)) => offers.push(offer),
            Role::Word(found) if found.senses.has(Sense::Alias) => {
                let aliases = book.lexicon.values(text, &found, Sense::Alias);
                offers.extend(aliases.map(|offer| offer as OfferNo));
            }
            _ => {}
        }
        offers.truncate(LINES_PER_CLAIM_MAX);
    }
    if offers.is_empty() {
        offers.extend(book.pinned.or_else(|| book.only_open()));
    }
    offers
}

/// A word among its neighbours; those before it are settled.
struct Around<'a> {
    text: &'a Folded,
    book: &'a Codebook,
    pieces: &'a [Piece],
    at: usize,
    offers: &'a [OfferNo],
}

impl Around<'_> {
    fn role(&self, found: &Found) -> Role {
        let senses = found.senses;
        if senses.any(&[Sense::Value, Sense::General])
            && let Some(role) = self.value(found)
        {
            return role;
        }
        if senses.has(Sense::Alias) {
            return self.alias(found);
        }
        if senses.has(Sense::Not)
            && let Some(role) = self.not(senses)
        {
            return role;
        }
        self.asking(senses)
            .or_else(|| self.giving_back(senses))
            .or_else(|| self.buying(senses))
            .unwrap_or_else(|| self.rest(found))
    }

    fn before(&self) -> Option<Role> {
        let piece = self.pieces.get(self.at.checked_sub(1)?)?;
        Some(piece.role)
    }

    fn plain(&self, at: usize) -> &str {
        &self.text.plain[self.pieces[at].start..self.pieces[at].end]
    }

    /// The next piece that is neither a person nor politeness.
    fn next(&self) -> Option<&Piece> {
        let quiet = [Sense::Person, Sense::Polite, Sense::Filler, Sense::Tag];
        self.pieces[self.at + 1..]
            .iter()
            .find(|piece| !matches!(piece.role, Role::Word(f) if f.senses.only(&quiet)))
    }

    fn next_senses(&self) -> Senses {
        match self.next().map(|piece| piece.role) {
            Some(Role::Word(found)) => found.senses,
            _ => Senses::default(),
        }
    }

    fn ends_clause(&self) -> bool {
        let next = self.next().map(|piece| piece.role);
        matches!(next, None | Some(Role::Comma | Role::Break | Role::Ask))
    }

    /// True if goods follow: an amount, a code, a name, a value.
    fn goods_follow(&self) -> bool {
        let named = [Sense::Alias, Sense::Name, Sense::Count, Sense::Value, Sense::Code];
        match self.next().map(|piece| piece.role) {
            Some(Role::Amount(_) | Role::Code(_) | Role::Suspect(..) | Role::ValueNumber) => true,
            Some(Role::Word(found)) => found.senses.any(&named),
            _ => false,
        }
    }

    /// A colour or a size: one that an offer in play has, or one that none has.
    fn value(&self, found: &Found) -> Option<Role> {
        let senses = found.senses;
        let mut values = self.book.lexicon.values(self.text, found, Sense::Value);
        let known = values.any(|value| {
            let has = |&offer: &OfferNo| self.book.offer(offer).value(value).is_some();
            self.offers.iter().any(has)
        });
        let before = self.before();
        let labelled = self.is_labelled();
        if !known {
            let colour = senses.only(&[Sense::General, Sense::Value, Sense::Name]);
            return (labelled || (colour && senses.has(Sense::General))).then_some(Role::Foreign);
        }
        if labelled || self.follows_goods() && !senses.has(Sense::Not) {
            return Some(Role::Value(*found));
        }
        if senses.has(Sense::Person) {
            let next = self.next().map(|piece| piece.role);
            let acts = self.next_senses().any(&[Sense::Verb, Sense::Give, Sense::Not]);
            let owns = matches!(next, Some(Role::Amount(_) | Role::Code(_)));
            return (!acts && !owns).then_some(Role::Value(*found));
        }
        if senses.has(Sense::Not) {
            let acts = [Sense::Verb, Sense::Give, Sense::Cancel, Sense::Claim];
            return match before {
                _ if self.next_senses().any(&acts) => None,
                Some(Role::Ask) => Some(Role::Ask),
                _ if self.ends_clause() => Some(Role::Suspect(Oddity::Ambiguous, None)),
                _ => Some(Role::Value(*found)),
            };
        }
        Some(Role::Value(*found))
    }

    fn follows_goods(&self) -> bool {
        matches!(
            self.before(),
            Some(Role::Code(_) | Role::Value(_) | Role::Alias(_) | Role::Suspect(..))
        )
    }

    fn is_labelled(&self) -> bool {
        let label = self.at.checked_sub(1).filter(|&at| self.pieces[at].role == Role::Known);
        label.is_some_and(|at| {
            let piece = self.pieces[at];
            let found = self.book.lexicon.longest(self.text, piece.start, false);
            found.is_some_and(|f| f.end == piece.end && f.senses.has(Sense::ValueLabel))
        })
    }

    fn alias(&self, found: &Found) -> Role {
        let mut offers = self.book.lexicon.values(self.text, found, Sense::Alias);
        let offer = offers.next().map(|offer| offer as OfferNo);
        if offers.any(|other| Some(other as OfferNo) != offer) {
            return Role::Suspect(Oddity::Ambiguous, None);
        }
        let matters = [Sense::Cancel, Sense::Not, Sense::Ask, Sense::Remain, Sense::Stop];
        let bought = matches!(self.before(), Some(Role::Amount(_) | Role::Buy));
        match offer {
            Some(offer) if bought || !found.senses.any(&matters) => Role::Alias(offer),
            offer => Role::Suspect(Oddity::Ambiguous, offer),
        }
    }

    /// `không` and its many forms: denies what follows, asks at the end, is an answer alone.
    fn not(&self, senses: Senses) -> Option<Role> {
        let denied =
            [Sense::Verb, Sense::Give, Sense::Alias, Sense::Cancel, Sense::Code, Sense::Claim];
        let code = matches!(self.next().map(|p| p.role), Some(Role::Code(_) | Role::Suspect(..)));
        let asked = (0..self.at).rev().find(|&at| {
            matches!(self.pieces[at].role, Role::Comma | Role::Break | Role::Ask)
                || self.plain(at) == "co"
        });
        let asked =
            asked.is_some_and(|at| !matches!(self.pieces[at].role, Role::Comma | Role::Break));
        if asked {
            return Some(Role::Ask);
        }
        if code || self.next_senses().any(&denied) {
            return Some(Role::Deny);
        }
        if senses.has(Sense::Filler) {
            return None;
        }
        let quiet = |piece: &Piece| piece.role.is_quiet();
        let first = self.pieces[..self.at].iter().all(quiet);
        match self.ends_clause() {
            true if first => Some(Role::Known),
            true => Some(Role::Ask),
            false => Some(Role::Not),
        }
    }

    fn asking(&self, senses: Senses) -> Option<Role> {
        let has_code = || self.pieces.iter().any(|piece| matches!(piece.role, Role::Code(_)));
        let deny = self.pieces[..self.at].iter().any(|piece| piece.role == Role::Deny);
        if senses.has(Sense::Ask) {
            if self.plain(self.at) == "xin" && self.was_given() && self.goods_follow() {
                return Some(Role::Buy);
            }
            let only = self.plain(self.at) == "dau" && deny;
            return Some(if only { Role::Known } else { Role::Ask });
        }
        let left = senses.has(Sense::Remain) && self.asks_what_is_left(senses);
        if left || senses.has(Sense::Complaint) {
            return Some(Role::Ask);
        }
        if senses.has(Sense::Whoever) {
            return Some(Role::Whoever);
        }
        if senses.has(Sense::Look) && (has_code() || self.was_given()) {
            return Some(Role::Ask);
        }
        if senses.has(Sense::Tag) && self.ends_clause() && self.at > 0 {
            return Some(Role::Ask);
        }
        None
    }

    /// `còn`, `có`: asks with goods; without accents it may be a person, unless it follows goods,
    /// or goods follow it and nobody buys.
    fn asks_what_is_left(&self, senses: Senses) -> bool {
        let goods = |role: &Role| match role {
            Role::Code(_) | Role::Alias(_) | Role::Suspect(..) => true,
            Role::Word(found) => found.senses.has(Sense::Alias),
            _ => false,
        };
        let buys = |role: &Role| match role {
            Role::Buy => true,
            Role::Word(found) => found.senses.any(&[Sense::Verb, Sense::Give]),
            _ => false,
        };
        let roles = || self.pieces.iter().map(|piece| piece.role);
        let plain_left = !senses.has(Sense::Person) && self.plain(self.at) != "co";
        let named = roles().any(|role| goods(&role));
        let person = senses.has(Sense::Person);
        let leads = self.goods_follow() && !roles().any(|role| buys(&role));
        plain_left || self.follows_goods() || (named && (!person || leads))
    }

    /// True if `cho` or its like stands before, with nothing but persons between.
    fn was_given(&self) -> bool {
        let mut before = (0..self.at).rev();
        let at = before.find(|&at| self.pieces[at].role != Role::Person);
        at.is_some_and(|at| matches!(self.plain(at), "cho" | "de" | "xin"))
    }

    fn giving_back(&self, senses: Senses) -> Option<Role> {
        if senses.has(Sense::Cancel) {
            let doubtful = senses.any(&[Sense::Count, Sense::Name]);
            return Some(match doubtful {
                true => Role::Suspect(Oddity::Ambiguous, None),
                false => Role::Cancel,
            });
        }
        if senses.has(Sense::Pass) {
            return Some(Role::Pass);
        }
        if senses.has(Sense::Stop) {
            let mut before = self.pieces[..self.at].iter().rev().filter(|p| !p.role.is_quiet());
            let only = match before.next().map(|piece| piece.role) {
                Some(Role::Amount(_)) => true,
                Some(Role::Code(_) | Role::Alias(_)) => {
                    matches!(before.next().map(|piece| piece.role), Some(Role::Amount(_)))
                }
                _ => false,
            };
            return Some(if only { Role::Known } else { Role::Stop });
        }
        senses.has(Sense::Swap).then_some(Role::Swap)
    }

    fn buying(&self, senses: Senses) -> Option<Role> {
        if senses.has(Sense::Verb) {
            return Some(Role::Buy);
        }
        if senses.has(Sense::Claim) {
            return Some(Role::Claim);
        }
        if senses.has(Sense::Give) && self.goods_follow() {
            return Some(Role::Buy);
        }
        let plain = [
            (Sense::Add, Role::Add),
            (Sense::Join, Role::Join),
            (Sense::Every, Role::Every),
            (Sense::Next, Role::Next),
            (Sense::Each, Role::Each),
        ];
        let plain = plain.iter().find(|(sense, _)| senses.has(*sense));
        plain.map(|(_, role)| *role)
    }

    fn rest(&self, found: &Found) -> Role {
        let senses = found.senses;
        if senses.has(Sense::Already) {
            let verb = self.next_senses().any(&[Sense::Verb, Sense::Claim]);
            let said = self.plain(self.at) == "da" && !senses.has(Sense::Polite);
            let wait = self.ends_clause() && (0..self.at).any(|at| self.plain(at) == "de");
            return match wait {
                true => Role::Hedge,
                false if verb || said => Role::Done,
                false => Role::Known,
            };
        }
        if senses.has(Sense::Done) {
            return Role::Done;
        }
        if senses.has(Sense::All) && !senses.has(Sense::Name) {
            return Role::All;
        }
        let quiet = [Sense::Person, Sense::Give, Sense::Polite, Sense::Filler];
        if senses.has(Sense::Hedge) && !senses.any(&quiet) {
            return Role::Hedge;
        }
        if senses.any(&[Sense::Vague, Sense::HalfMore]) {
            return Role::Suspect(Oddity::Ambiguous, None);
        }
        if senses.has(Sense::Person) {
            return Role::Person;
        }
        if senses.any(&[Sense::Name, Sense::Count]) {
            let pinned = self.book.lexicon.value(self.text, found, Sense::Name) == Some(1);
            return Role::Goods(pinned);
        }
        let strange = [Sense::Mass, Sense::Pack, Sense::Dozen, Sense::Measure, Sense::Number];
        match senses.any(&strange) || senses.only(&[Sense::Look]) {
            true => Role::Unknown,
            false => Role::Known,
        }
    }
}

/// Words and plain numbers after `ship`, `quận` and the like belong to an address, up to the next
/// line, code or verb.
fn pass_over_addresses(text: &Folded, pieces: &mut [Piece]) {
    let mut inside = false;
    for at in 0..pieces.len() {
        let next = pieces.get(at + 1).map(|piece| piece.role);
        let counts = matches!(next, Some(Role::Code(_) | Role::Alias(_)));
        let piece = &mut pieces[at];
        match piece.role {
            Role::Known => {
                let word = &text.plain[piece.start..piece.end];
                let word = word.trim_end_matches(|c: char| c.is_ascii_digit() || c == ' ');
                inside |= crate::words::ADDRESSES.contains(&word);
            }
            Role::Break | Role::Code(_) | Role::Alias(_) | Role::Buy => inside = false,
            Role::Unknown | Role::Goods(_) if inside => piece.role = Role::Known,
            Role::Amount(amount) if inside && amount.is_bare() && !counts => {
                piece.role = Role::Known;
            }
            _ => {}
        }
    }
}
