//! Folding: many ways to write a word become one, and what was folded away stays at hand as marks.
//!
//! ```text
//! "Ｃhốt\u{200b}  𝐀1️⃣"  ─▶  plain "chot a1"   marks of each byte: ô, sharp tone, capital…
//! ```
//!
//! Promises: linear; the plain text is at most [`GROWTH_MAX`] times as long as the original; white
//! space is single and only inside; a viewer's missing accents can be told from wrong ones
//! ([`fit`]).
//! Never: folds superscripts or digits of foreign scripts into digits: they stay as they are.

use crate::latin::parts;
use alloc::string::String;
use alloc::vec::Vec;
use unicode_normalization::char::decompose_compatible;

/// How many times longer than the original, in bytes, a folded text may be; the rest of a text that
/// grows beyond it is dropped (a single ligature can stand for eighteen letters).
const GROWTH_MAX: usize = 4;

/// The letter as it stood was a capital.
pub(crate) const CAPITAL: u8 = 1 << 6;
/// Accents that make another letter: â, ă, ơ, đ, others.
const QUALITY: u8 = 0b111;
/// The five tones.
const TONE: u8 = 0b111 << 3;

/// A text in its plain form, with the marks of each byte.
#[derive(Debug, Default)]
pub(crate) struct Folded {
    /// Lower case, without Vietnamese accents, white space as one blank or one line feed.
    pub(crate) plain: String,
    /// As many as `plain` has bytes.
    pub(crate) marks: Vec<u8>,
}

/// How a word of a text fits a word that is known.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Fit {
    /// Every accent is there.
    Exact,
    /// Accents are missing, none is wrong.
    Lacking,
}

impl Folded {
    /// Folds a text.
    pub(crate) fn new(text: &str) -> Self {
        let mut folded = Self {
            plain: String::with_capacity(text.len()),
            marks: Vec::with_capacity(text.len()),
        };
        let room = text.len() * GROWTH_MAX;
        for letter in text.chars() {
            if folded.plain.len() >= room {
                break;
            }
            folded.take(letter);
        }
        if folded.plain.ends_with([' ', '\n']) {
            folded.plain.pop();
            folded.marks.pop();
        }
        folded
    }

    /// True if some letter bears a Vietnamese accent: then its writer uses them.
    pub(crate) fn is_accented(&self) -> bool {
        self.marks.iter().any(|mark| mark & (QUALITY | TONE) != 0)
    }

    fn take(&mut self, letter: char) {
        match letter {
            'A'..='Z' => self.push_plain(letter as u8 | 0x20, CAPITAL),
            '!'..='~' => self.push_plain(letter as u8, 0),
            ' ' => self.push_blank(),
            '\n' | '\u{2028}' | '\u{2029}' => self.push_line(),
            _ => match parts(letter) {
                Some((plain, mark)) => self.push_plain(plain, mark),
                None => self.take_rare(letter),
            },
        }
    }

    /// A letter that is neither ASCII nor one of Vietnamese.
    fn take_rare(&mut self, letter: char) {
        match letter {
            _ if is_invisible(letter) => {}
            _ if letter.is_whitespace() || letter.is_control() => self.push_blank(),
            _ if is_small_digit(letter) => self.push(letter, 0),
            '½' | '¼' | '¾' => self.push_fraction(letter),
            _ => match alike(letter) {
                Some(plain) => self.take_plain(plain),
                None if letter.is_ascii() => self.push(letter, 0),
                None => decompose_compatible(letter, |part| self.take_part(part)),
            },
        }
    }

    /// A part of a decomposed letter.
    fn take_part(&mut self, part: char) {
        match part {
            '\u{300}'..='\u{36f}' => self.mark(part),
            ' ' => self.push_blank(),
            '\u{2044}' => self.push('/', 0),
            _ if is_invisible(part) => {}
            _ => self.take_plain(part),
        }
    }

    fn take_plain(&mut self, letter: char) {
        let capital = if letter.is_uppercase() { CAPITAL } else { 0 };
        for lower in letter.to_lowercase() {
            self.push(lower, capital);
        }
    }

    /// Lets an accent alter the letter before it; only the last of each kind counts.
    fn mark(&mut self, accent: char) {
        let (mask, mark) = match accent {
            '\u{302}' => (QUALITY, 1),
            '\u{306}' => (QUALITY, 2),
            '\u{31b}' => (QUALITY, 3),
            '\u{300}' => (TONE, 1 << 3),
            '\u{301}' => (TONE, 2 << 3),
            '\u{309}' => (TONE, 3 << 3),
            '\u{303}' => (TONE, 4 << 3),
            '\u{323}' => (TONE, 5 << 3),
            _ => (QUALITY, 5),
        };
        if let Some(last) = self.marks.last_mut() {
            *last = (*last & !mask) | mark;
        }
    }

    fn push(&mut self, letter: char, mark: u8) {
        self.plain.push(letter);
        self.marks.resize(self.plain.len(), mark);
    }

    /// One byte of ASCII.
    fn push_plain(&mut self, letter: u8, mark: u8) {
        self.plain.push(char::from(letter & 0x7f));
        self.marks.push(mark);
    }

    fn push_blank(&mut self) {
        if !matches!(self.plain.as_bytes().last(), None | Some(b' ' | b'\n')) {
            self.push_plain(b' ', 0);
        }
    }

    fn push_line(&mut self) {
        if self.plain.ends_with(' ') {
            self.plain.pop();
            self.marks.pop();
        }
        if !self.plain.is_empty() && !self.plain.ends_with('\n') {
            self.push('\n', 0);
        }
    }

    /// `½` is one half; after a digit it stays as it is, for `1½` is not eleven halves.
    fn push_fraction(&mut self, letter: char) {
        let (over, under) = match letter {
            '½' => ('1', '2'),
            '¼' => ('1', '4'),
            _ => ('3', '4'),
        };
        if self.plain.ends_with(|last: char| last.is_ascii_digit()) {
            return self.push(letter, 0);
        }
        self.push(over, 0);
        self.push('/', 0);
        self.push(under, 0);
    }
}

/// Whether a piece of text may be a known word, both given as plain bytes (equal) and their marks.
/// Tones are compared per syllable, so that `hủy` and `huỷ` are one word; `None` if an accent is
/// wrong.
pub(crate) fn fit(plain: &[u8], said: &[u8], known: &[u8]) -> Option<Fit> {
    let mut fit = Fit::Exact;
    let (mut tone_said, mut tone_known) = (0, 0);
    let mut settle = |said: u8, known: u8| {
        if said == known {
            Some(())
        } else if said == 0 {
            fit = Fit::Lacking;
            Some(())
        } else {
            None
        }
    };
    for (at, (&byte, (&said, &known))) in plain.iter().zip(said.iter().zip(known)).enumerate() {
        settle(said & QUALITY, known & QUALITY)?;
        tone_said = if said & TONE == 0 { tone_said } else { said & TONE };
        tone_known = if known & TONE == 0 { tone_known } else { known & TONE };
        if byte == b' ' || at + 1 == plain.len() {
            settle(tone_said, tone_known)?;
            (tone_said, tone_known) = (0, 0);
        }
    }
    Some(fit)
}

/// Zero-width and formatting characters, emoji variation and keycap signs.
fn is_invisible(letter: char) -> bool {
    matches!(letter,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{180e}' | '\u{20e3}' | '\u{feff}'
        | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{fe00}'..='\u{fe0f}' | '\u{e0000}'..='\u{e01ef}'
        | '\u{1f3fb}'..='\u{1f3ff}')
}

/// Superscripts and subscripts: a footnote or an exponent, never a code's digit.
fn is_small_digit(letter: char) -> bool {
    matches!(letter, '¹' | '²' | '³' | '⁰' | '⁴'..='⁹' | '₀'..='₉')
}

/// Signs that mean a plain one and that compatibility folding does not know.
fn alike(letter: char) -> Option<char> {
    let shifted = |first: char, plain: u8| {
        Some(char::from(plain + (u32::from(letter) - u32::from(first)) as u8))
    };
    match letter {
        '×' | '✕' | '✖' => Some('*'),
        '\u{2795}' => Some('+'),
        '\u{2796}' | '\u{2010}'..='\u{2015}' | '\u{2212}' => Some('-'),
        '❓' | '❔' | '؟' => Some('?'),
        '❗' | '❕' => Some('!'),
        '、' | '،' => Some(','),
        '。' => Some('.'),
        '“' | '”' | '„' => Some('"'),
        '❶'..='❾' => shifted('❶', b'1'),
        '➀'..='➈' => shifted('➀', b'1'),
        '➊'..='➒' => shifted('➊', b'1'),
        '⓵'..='⓽' => shifted('⓵', b'1'),
        '\u{1f150}'..='\u{1f169}' => shifted('\u{1f150}', b'A'),
        '\u{1f170}'..='\u{1f189}' => shifted('\u{1f170}', b'A'),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_ways_to_write_a_word_are_one() {
        let check = |text: &str, plain: &str| {
            let folded = Folded::new(text);
            assert_eq!(folded.plain, plain, "{text:?}");
            assert_eq!(folded.plain.len(), folded.marks.len(), "{text:?}");
        };
        check("  Chốt \t Đơn ", "chot don");
        check("cho\u{302}\u{301}t", "chot");
        check("ＣＦ　Ａ０１", "cf a01");
        check("𝐀𝟏 🅰1️⃣ ①➋", "a1 a1 12");
        check("a\u{200b}1", "a1");
        check("a1 \n\n  b2\n", "a1\nb2");
        check("½ kg, 1½ kg, a¹", "1/2 kg, 1½ kg, a¹");
        check("a1 ×2 ➕1 – ❓", "a1 *2 +1 - ?");
        check("ดำ 洋裝", "ด\u{e4d}า 洋裝");
        check("\u{200b} \u{feff}", "");
    }

    #[test]
    fn the_table_of_letters_says_the_same_as_their_decomposition() {
        let (mut both, mut tabled) = (0, Folded::default());
        for letter in ('\u{c0}'..='\u{1eff}').filter(|letter| parts(*letter).is_some()) {
            let mut decomposed = Folded::default();
            match letter {
                'đ' => decomposed.push('d', 4),
                'Đ' => decomposed.push('d', 4 | CAPITAL),
                _ => decomposed.take_rare(letter),
            }
            tabled = Folded::new(&alloc::format!("{letter}"));
            assert_eq!(tabled.plain, decomposed.plain, "{letter}");
            assert_eq!(tabled.marks, decomposed.marks, "{letter}");
            both += 1;
        }
        assert_eq!(both, 2 * (12 * 6 - 6 + 1), "{tabled:?}");
    }

    #[test]
    fn a_missing_accent_fits_and_a_wrong_one_does_not() {
        let check = |said: &str, known: &str, expected: Option<Fit>| {
            let (said, known) = (Folded::new(said), Folded::new(known));
            assert_eq!(said.plain, known.plain);
            let found = fit(said.plain.as_bytes(), &said.marks, &known.marks);
            assert_eq!(found, expected, "{said:?} {known:?}");
        };
        check("huỷ", "hủy", Some(Fit::Exact));
        check("chôt", "chốt", Some(Fit::Lacking));
        check("CHOT", "chốt", Some(Fit::Lacking));
        check("bó", "bỏ", None);
        check("dâu", "đâu", Some(Fit::Lacking));
        check("đâu", "dâu", None);
        check("bao nhiêu", "bao nhiêu", Some(Fit::Exact));
        check("má hai", "mã hai", None);
    }

    #[test]
    fn a_hostile_text_does_not_grow_without_bound() {
        let text = "\u{fdfa}".repeat(600);
        assert!(Folded::new(&text).plain.len() <= text.len() * GROWTH_MAX + 72);
        let stacked = alloc::format!("a{}1", "\u{301}".repeat(900));
        assert_eq!(Folded::new(&stacked).plain, "a1");
    }
}
