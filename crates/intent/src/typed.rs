//! Words typed for an input method that was off: Telex `choots`, VNI `cho61t` are `chốt`.

use crate::fold::Folded;

const CIRCUMFLEX: u8 = 1;
const BREVE: u8 = 2;
const HORN: u8 = 3;
const STROKE: u8 = 4;
/// More letters than any Vietnamese syllable with its keys.
const KEYS_MAX: usize = 12;

/// The word that an input method would have made; `None` if the keys are no such word.
pub(crate) fn untype(keys: &[u8]) -> Option<Folded> {
    if keys.len() < 2 || keys.len() > KEYS_MAX {
        return None;
    }
    let alters = |key: u8| matches!(key, b's' | b'f' | b'r' | b'x' | b'j' | b'w' | b'1'..=b'9');
    let doubles = |key: u8| {
        matches!(key, b'a' | b'e' | b'o' | b'd') && keys.iter().filter(|k| **k == key).count() > 1
    };
    if !keys.iter().any(|&key| alters(key) || doubles(key)) {
        return None;
    }
    let mut word = Folded::default();
    let mut tone = 0u8;
    for &key in keys {
        let is_vowel = |byte: u8| matches!(byte, b'a' | b'e' | b'i' | b'o' | b'u' | b'y');
        let has_vowel = word.plain.bytes().any(is_vowel);
        let said = match key {
            b's' | b'1' if has_vowel => Some(2),
            b'f' | b'2' if has_vowel => Some(1),
            b'r' | b'3' if has_vowel => Some(3),
            b'x' | b'4' if has_vowel => Some(4),
            b'j' | b'5' if has_vowel => Some(5),
            _ => None,
        };
        let altered = match key {
            _ if said.is_some() => true,
            b'a' | b'e' | b'o' => alter(&mut word, &[key], CIRCUMFLEX),
            b'd' => alter(&mut word, b"d", STROKE),
            b'w' => alter(&mut word, b"a", BREVE) | alter(&mut word, b"ou", HORN),
            b'6' => alter(&mut word, b"aeo", CIRCUMFLEX),
            b'7' => alter(&mut word, b"ou", HORN),
            b'8' => alter(&mut word, b"a", BREVE),
            b'9' => alter(&mut word, b"d", STROKE),
            _ => false,
        };
        tone = said.unwrap_or(tone);
        if altered {
            continue;
        }
        if key.is_ascii_digit() {
            return None;
        }
        word.plain.push(char::from(key));
        word.marks.push(0);
    }
    let last = word.marks.last_mut()?;
    *last |= tone << 3;
    (word.plain.len() >= 2 && word.is_accented()).then_some(word)
}

/// A word of letters whose repeated letters stand once, `nhaaa` as `nha`; `None` if none is
/// repeated. An accent on any of the same letters is kept.
pub(crate) fn squeeze(plain: &str, marks: &[u8]) -> Option<Folded> {
    if !plain.as_bytes().windows(2).any(|pair| pair[0] == pair[1]) {
        return None;
    }
    let mut word = Folded::default();
    for (letter, mark) in plain.bytes().zip(marks) {
        match (word.plain.as_bytes().last(), word.marks.last_mut()) {
            (Some(last), Some(before)) if *last == letter => *before |= mark,
            _ => {
                word.plain.push(char::from(letter));
                word.marks.push(*mark);
            }
        }
    }
    Some(word)
}

/// Gives the plain letters among `letters` that quality; false if there is none.
fn alter(word: &mut Folded, letters: &[u8], quality: u8) -> bool {
    let plain = word.plain.bytes().zip(&mut word.marks);
    let mut altered = false;
    for (byte, mark) in plain {
        if letters.contains(&byte) && *mark == 0 {
            *mark = quality;
            altered = true;
        }
    }
    altered
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fold::{Fit, fit};

    #[test]
    fn keys_become_the_word_that_was_meant() {
        let check = |keys: &str, meant: &str| {
            let (word, meant) = (untype(keys.as_bytes()).expect(keys), Folded::new(meant));
            assert_eq!(word.plain, meant.plain, "{keys}");
            let found = fit(word.plain.as_bytes(), &word.marks, &meant.marks);
            assert_eq!(found, Some(Fit::Exact), "{keys}");
        };
        check("choots", "chốt");
        check("chootf", "chồt");
        check("ddawjt", "đặt");
        check("d9a85t", "đặt");
        check("la6y1", "lấy");
        check("huyr", "hủy");
        check("khoong", "không");
    }

    #[test]
    fn what_needs_no_input_method_is_left_alone() {
        for keys in ["mua", "a", "chot", "a12", "xyz9", "aaaaaaaaaaaaaaaaaaa"] {
            assert!(untype(keys.as_bytes()).is_none(), "{keys}");
        }
    }
}
