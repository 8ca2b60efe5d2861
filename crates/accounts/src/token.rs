//! Machine tokens: `chot_host_…` and `chot_source_…` with 256 random bits; kept as their SHA-256.

use crate::random::random;
use crate::role::Role;
use crate::secret::{Secret, same};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::StaffRef;
use hmac::Mac;
use sha2::{Digest, Sha256};

/// Which of a shop's two tokens.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum TokenKind {
    /// Everything of that shop.
    Host,
    /// Only bring comments.
    Source,
}

impl TokenKind {
    /// The word that stands in the token and in the table.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Host => "host",
            Self::Source => "source",
        }
    }

    /// Reads the word back; `None` for any other.
    pub(crate) fn parse(word: &str) -> Option<Self> {
        [Self::Host, Self::Source].into_iter().find(|kind| kind.as_str() == word)
    }

    /// What its bearer is.
    pub(crate) const fn role(self) -> Role {
        match self {
            Self::Host => Role::Owner,
            Self::Source => Role::Source,
        }
    }
}

/// Which token, counted from 1 over the installation: what a log may name.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct TokenId(pub u32);

/// A new token in the form that is shown once.
pub(crate) fn draw_token(kind: TokenKind) -> String {
    let random = URL_SAFE_NO_PAD.encode(random::<32>());
    format!("chot_{}_{random}", kind.as_str())
}

/// The SHA-256 of a whole token, role included. A token is random, so no salt and no slow hash is
/// needed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TokenDigest([u8; 32]);

impl TokenDigest {
    /// Of a token as presented, whatever it is.
    pub(crate) fn of(token: &str) -> Self {
        Self(Sha256::digest(token.as_bytes()).into())
    }

    /// The digest that stands for a token which is not known: no token hashes to it.
    pub(crate) const fn of_nobody() -> Self {
        Self([0; 32])
    }

    /// Takes what was kept; `None` if its length is wrong.
    pub(crate) fn from_kept(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }

    /// What is kept.
    pub(crate) fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Who decides with this token, as the ledger may know them: nobody without the secret can tell
    /// which token it was.
    pub(crate) fn staff(&self, secret: &Secret) -> StaffRef {
        let tag = secret.mac("staff").chain_update(self.0).finalize().into_bytes();
        StaffRef(tag[..16].try_into().expect("an HMAC-SHA256 has 32 bytes"))
    }

    /// The first eight bytes: enough to find a token's place, too little to say that it is the one.
    pub(crate) fn place(&self) -> u64 {
        let (head, _) = self.0.split_first_chunk().expect("32 bytes hold eight");
        u64::from_be_bytes(*head)
    }

    /// True if both are the same, in a time that does not depend on where they differ.
    pub(crate) fn is(&self, other: &Self) -> bool {
        same(&self.0, &other.0)
    }
}
