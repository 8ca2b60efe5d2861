//! A deed: what one client wants under one key, all its attempts, and the first answer.

use domain::command::{Key, Origin, Want};
use domain::{Answer, BuyerRef, Command, KeyDigest, Millis, SessionId, ShopId};
use std::sync::Arc;

/// A deed's place in the list of all.
pub(crate) type DeedNo = usize;

/// Something that a client wants, until it has an answer.
#[derive(Clone, Debug)]
pub(crate) struct Deed {
    pub(crate) shop: ShopId,
    /// None for the opening of a session.
    pub(crate) session: Option<SessionId>,
    /// None for a host's call.
    pub(crate) buyer: Option<BuyerRef>,
    pub(crate) digest: KeyDigest,
    /// What it was sent with: the first wish, and others that came under the same key later.
    pub(crate) wishes: Vec<Wish>,
    /// What its words were read as when they were sent.
    pub(crate) readings: Vec<Vec<Want>>,
    pub(crate) stand: Stand,
    pub(crate) answer: Option<Answer>,
}

/// What is wanted.
#[derive(Clone, Debug)]
pub(crate) enum Wish {
    /// A comment.
    Say(String),
    /// A tap, or a host's call.
    Ask(Command),
}

/// Where a client stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Stand {
    /// Has not asked, or was told to ask again.
    Ready,
    /// Asked then, and heard nothing.
    Waiting(Millis),
    /// Knows.
    Done,
}

impl Deed {
    /// The key that goes with one of its wishes: only a host's call is bound to its body.
    pub(crate) fn key(&self, wish: &Wish) -> Key {
        let body = match wish {
            Wish::Ask(command) if self.is_host(wish) => {
                Some(digest(format!("{command:?}").as_bytes()))
            }
            Wish::Ask(_) | Wish::Say(_) => None,
        };
        Key { digest: self.digest, body }
    }

    /// True for a call of the shop's own people.
    pub(crate) fn is_host(&self, wish: &Wish) -> bool {
        let origin = Origin::Host;
        let staff = matches!(wish, Wish::Ask(Command::Claim(claim)) if claim.origin == origin);
        self.buyer.is_none() || staff
    }

    /// The raw key, which goes back with an outcome.
    pub(crate) fn raw(&self) -> Arc<str> {
        self.digest.to_string().into()
    }

    /// True for the opening of a session.
    pub(crate) fn opens(&self) -> bool {
        self.session.is_none()
    }
}

/// A digest good enough to tell deeds apart.
pub(crate) fn digest(bytes: &[u8]) -> KeyDigest {
    let fnv = |start: u64| {
        let mix = |hash: u64, byte: &u8| {
            (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3).rotate_left(23)
        };
        bytes.iter().fold(start, mix)
    };
    let (high, low) = (fnv(0xcbf2_9ce4_8422_2325), fnv(0x9e37_79b9_7f4a_7c15));
    KeyDigest((u128::from(high) << 64 | u128::from(low)).to_be_bytes())
}
