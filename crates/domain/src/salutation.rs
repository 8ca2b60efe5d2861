//! How a shop addresses its buyers in Vietnamese, where "you" is a word for who somebody is.

/// The word for a buyer. The written word is stable: calls, the accounts' file and pages share it.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub enum Salutation {
    /// `bạn`: as one speaks to somebody of one's own age.
    #[default]
    Ban,
    /// `anh chị`: to older brothers and sisters, as most who sell do.
    AnhChi,
    /// `cô bác`: to aunts and uncles.
    CoBac,
}

impl Salutation {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Ban, Self::AnhChi, Self::CoBac];

    /// The word inside a sentence.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ban => "bạn",
            Self::AnhChi => "anh chị",
            Self::CoBac => "cô bác",
        }
    }

    /// The word where a sentence begins with it.
    pub const fn capital(self) -> &'static str {
        match self {
            Self::Ban => "Bạn",
            Self::AnhChi => "Anh chị",
            Self::CoBac => "Cô bác",
        }
    }

    /// Reads the word back.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.as_str() == word)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_reads_back_only_as_it_is_written() {
        for salutation in Salutation::ALL {
            assert_eq!(Salutation::parse(salutation.as_str()), Some(salutation));
        }
        for wrong in ["", "Bạn", "anh", "anh chị ", "bạn\u{323}"] {
            assert_eq!(Salutation::parse(wrong), None, "{wrong}");
        }
    }
}
