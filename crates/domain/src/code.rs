//! The code under which an offer is sold: what a host says and a viewer types.

use crate::limits::CODE_BYTES_MAX;
use core::{fmt, str};

/// A code as the host wrote it, at most [`CODE_BYTES_MAX`] bytes, kept inline so that copying it
/// never allocates.
///
/// Two codes are the same when their bytes are; which spellings of a viewer mean which code is
/// `intent`'s affair.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Code {
    bytes: [u8; CODE_BYTES_MAX],
    length: u8,
}

impl Code {
    /// Takes trimmed text without control characters or inner white space; `None` if it is empty,
    /// too long or otherwise.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let fits = !text.is_empty() && text.len() <= CODE_BYTES_MAX;
        if !fits || text.chars().any(|c| c.is_control() || c.is_whitespace()) {
            return None;
        }
        let mut bytes = [0; CODE_BYTES_MAX];
        bytes[..text.len()].copy_from_slice(text.as_bytes());
        Some(Self { bytes, length: text.len() as u8 })
    }

    /// The code as written.
    pub fn as_str(&self) -> &str {
        str::from_utf8(&self.bytes[..usize::from(self.length)]).expect("made from a str")
    }

    /// True if the two differ at most in the case of their letters.
    pub fn is_like(&self, other: &Code) -> bool {
        let ours = self.as_str().chars().flat_map(char::to_lowercase);
        ours.eq(other.as_str().chars().flat_map(char::to_lowercase))
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Code({})", self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_kept_as_written_and_compared_without_case() {
        let code = Code::parse(" SP-POLO-012 ").expect("a code");
        assert_eq!(code.as_str(), "SP-POLO-012");
        assert!(code.is_like(&Code::parse("sp-polo-012").expect("a code")));
        assert_eq!(Code::parse("洋裝").expect("a code").as_str(), "洋裝");
    }

    #[test]
    fn what_cannot_be_said_as_one_word_is_no_code() {
        for wrong in ["", "  ", "A 1", "A\n1", "an-overlong-code-of-forty-characters-xyz"] {
            assert_eq!(Code::parse(wrong), None, "{wrong:?}");
        }
    }
}
