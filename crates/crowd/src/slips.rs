//! How thumbs change words: accents left out, capitals, letters held too long, blanks, small
//! pictures.

use crate::random::Random;

/// A text as a hurried thumb leaves it; about four in ten stay as they are.
pub(crate) fn slipped(random: &mut Random, text: String) -> String {
    let mut text = match random.below(100) {
        0..36 => without_accents(&text),
        36..42 => text.to_uppercase(),
        42..48 => capitalised(&text),
        48..52 => text.replacen(' ', "  ", 1),
        _ => text,
    };
    if random.percent(8) {
        text.push_str(random.pick::<&str>(&ENDINGS));
    }
    text
}

const ENDINGS: [&str; 10] =
    [" ❤️", " 🥰", "!!", " 😍", " nhaaa", " ạ", " nhé", ".", " 🙏", " shop ơi"];

/// Vietnamese without its marks, letter by letter; everything else stays.
pub(crate) fn without_accents(text: &str) -> String {
    text.chars().map(plain).collect()
}

fn plain(letter: char) -> char {
    let lower = letter.to_lowercase().next().unwrap_or(letter);
    let Some((_, base)) = MARKED.iter().find(|(marked, _)| marked.contains(lower)) else {
        return letter;
    };
    if lower == letter { *base } else { base.to_ascii_uppercase() }
}

const MARKED: [(&str, char); 7] = [
    ("àáảãạăằắẳẵặâầấẩẫậ", 'a'),
    ("èéẻẽẹêềếểễệ", 'e'),
    ("ìíỉĩị", 'i'),
    ("òóỏõọôồốổỗộơờớởỡợ", 'o'),
    ("ùúủũụưừứửữự", 'u'),
    ("ỳýỷỹỵ", 'y'),
    ("đ", 'd'),
];

fn capitalised(text: &str) -> String {
    let mut chars = text.chars();
    let first = chars.next().map(|first| first.to_uppercase().collect::<String>());
    first.unwrap_or_default() + chars.as_str()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_without_accents_keeps_its_letters_and_capitals() {
        let check = |text: &str, plain: &str| assert_eq!(without_accents(text), plain);
        check("Chốt 2 kí dâu tây ạ", "Chot 2 ki dau tay a");
        check("ĐÃ ĐẶT RỒI", "DA DAT ROI");
        check("Ưng quá 🥰", "Ung qua 🥰");
    }

    #[test]
    fn some_texts_stay_as_they_are_and_most_do_not() {
        let mut random = Random::new(3);
        let kept = (0..1_000)
            .filter(|_| slipped(&mut random, "chốt dâu tây".into()) == "chốt dâu tây")
            .count();
        assert!((350..550).contains(&kept), "{kept} of 1,000");
    }
}
