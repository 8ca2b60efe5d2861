//! Languages: Vietnamese is the source, English the second.

/// In which language a page speaks.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub enum Lang {
    /// Vietnamese.
    #[default]
    Vi,
    /// English.
    En,
}

impl Lang {
    /// What a browser asks for; Vietnamese unless English is asked for first.
    pub fn preferred(accept_language: &str) -> Self {
        let first = accept_language.split([',', ';']).next().unwrap_or_default().trim();
        if first.to_ascii_lowercase().starts_with("en") { Self::En } else { Self::Vi }
    }

    /// The language of `?lang=`; none for any other word.
    pub fn parse(word: &str) -> Option<Self> {
        match word {
            "vi" => Some(Self::Vi),
            "en" => Some(Self::En),
            _ => None,
        }
    }

    /// As in `<html lang>`.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::Vi => "vi",
            Self::En => "en",
        }
    }

    /// True for Vietnamese, which has a word of its own for whoever is spoken to.
    pub const fn is_vi(self) -> bool {
        matches!(self, Self::Vi)
    }

    /// One of two texts.
    pub const fn pick(self, vi: &'static str, en: &'static str) -> &'static str {
        match self {
            Self::Vi => vi,
            Self::En => en,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vietnamese_is_spoken_unless_english_is_asked_for_first() {
        let check = |asked, expected| assert_eq!(Lang::preferred(asked), expected, "{asked}");
        check("", Lang::Vi);
        check("vi-VN,vi;q=0.9,en;q=0.8", Lang::Vi);
        check("en-GB,en;q=0.9", Lang::En);
        check("EN", Lang::En);
        check("fr-FR,en;q=0.5", Lang::Vi);
    }
}
