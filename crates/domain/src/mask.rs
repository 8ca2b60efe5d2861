//! A buyer's name as it may go on air: enough to know oneself by, too little for anybody else.

use crate::limits::{MARKS_PER_LETTER_MAX, MASKED_LETTERS_MAX, MASKED_ONLY_LETTERS_MAX};
use alloc::string::String;
use alloc::vec::Vec;

/// What stands for what is not shown.
const REST: &str = "••";

/// `Lan Anh` as `Lan A••`, `Minh` as `Mi••`: the first word and the first letter of the last, or
/// half of the only one. Nothing but letters is left, so a phone number, an address of a page and
/// signs that turn or hide writing are gone; `None` if nothing is left.
pub fn masked_name(name: &str) -> Option<String> {
    let words = words_of(name);
    let (first, others) = words.split_first()?;
    let letters = first.len();
    let shown = match others.last() {
        None => letters.div_ceil(2).min(MASKED_ONLY_LETTERS_MAX),
        Some(_) if letters <= MASKED_LETTERS_MAX => letters,
        Some(_) => MASKED_ONLY_LETTERS_MAX,
    };
    let mut masked: String = first[..shown].iter().map(String::as_str).collect();
    if let Some(last) = others.last() {
        // What is left away in the middle of the name is marked once.
        masked.push_str(if shown < letters { REST } else { " " });
        if shown == letters {
            masked.push_str(&last[0]);
        }
    }
    if !masked.ends_with(REST) {
        masked.push_str(REST);
    }
    Some(masked)
}

/// Each word as its letters, each letter with its marks.
fn words_of(name: &str) -> Vec<Vec<String>> {
    let mut words: Vec<Vec<String>> = Vec::new();
    let (mut word, mut marks): (Vec<String>, usize) = (Vec::new(), 0);
    for c in name.chars().filter(|c| !is_invisible(*c)) {
        if is_mark(c) {
            if let Some(letter) = word.last_mut().filter(|_| marks < MARKS_PER_LETTER_MAX) {
                letter.push(c);
                marks += 1;
            }
        } else if c.is_alphabetic() {
            // Signs that hang on letters are letters to Unicode in some scripts: no tower of them.
            let is_run = word.len() >= 2 && word[word.len() - 2..].iter().all(|l| l.starts_with(c));
            if !is_run {
                word.push(c.into());
                marks = 0;
            }
        } else if !word.is_empty() {
            words.push(core::mem::take(&mut word));
        }
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}

/// A mark that stands above or below the letter before it.
fn is_mark(c: char) -> bool {
    matches!(c,
        '\u{300}'..='\u{36f}' | '\u{483}'..='\u{489}' | '\u{1ab0}'..='\u{1aff}'
        | '\u{1dc0}'..='\u{1dff}' | '\u{20d0}'..='\u{20ff}' | '\u{fe20}'..='\u{fe2f}')
}

/// A sign of no width, or one that turns the direction of writing: it parts no word.
fn is_invisible(c: char) -> bool {
    (c.is_control() && !c.is_whitespace())
        || matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}'
            | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(name: &str, shown: &str) {
        assert_eq!(masked_name(name).as_deref(), Some(shown), "{name:?}");
    }

    #[test]
    fn a_name_shows_its_first_word_and_one_letter_more() {
        check("Lan Anh", "Lan A••");
        check("Nguyễn Thị Lan Anh", "Nguyễn A••");
        check("  Chị   Đào 🌸 ", "Chị Đ••");
        check("nghiêng ngả", "nghiêng n••");
        check("Minh", "Mi••");
        check("Lan", "La••");
        check("Y", "Y••");
        check("vuonrausachdalat nhà mình", "vuon••");
        check("lananh1992", "lan••");
        check("lananhlananh", "lana••");
    }

    #[test]
    fn a_decomposed_name_keeps_its_marks() {
        check("Hie\u{302}\u{301}u Le\u{302}", "Hie\u{302}\u{301}u L••");
        check("e\u{302}\u{301} e\u{302}\u{301}", "e\u{302}\u{301} e\u{302}\u{301}••");
    }

    #[test]
    fn no_phone_number_is_left_however_it_is_written() {
        for phone in
            ["0901234567", "+84 901 234 567", "０９０１２３４５６７", "٠٩٠١٢٣٤٥٦٧", "0️⃣9️⃣0️⃣"]
        {
            assert_eq!(masked_name(phone), None, "{phone}");
            let shown = masked_name(&alloc::format!("Lan {phone}")).expect("a word");
            assert_eq!(shown, "La••", "{phone}");
        }
        assert_eq!(masked_name("②⓪𝟗𝟘"), None);
        check("Lan0901234567Anh", "Lan A••");
    }

    #[test]
    fn nothing_that_fools_a_screen_is_left() {
        check("\u{202e}nal\u{202c} hna", "nal h••");
        check("L\u{200b}a\u{200d}n\u{2060} A\u{feff}nh", "Lan A••");
        check("Lan\u{0}\u{7} \u{2066}Anh\u{2069}", "Lan A••");
        check("Lan\nđã trả tiền", "Lan t••");
        let tower = alloc::format!("L{}an Anh", "\u{336}\u{489}\u{35f}".repeat(40));
        check(&tower, "L\u{336}\u{489}\u{35f}an A••");
        check("กิิิิิิิิิิิิิ น", "กิิ น••");
        for nobody in
            ["", " ", "\u{200b}", "•••", "...", "\u{3164}\u{115f}", "🌸🌸", "\u{300}\u{300}"]
        {
            assert_eq!(masked_name(nobody), None, "{nobody:?}");
        }
    }

    #[test]
    fn neither_a_script_nor_an_address_is_left() {
        check("<script>alert(1)</script>", "script s••");
        check("shop-doi-thu.com", "shop c••");
        check("lan@example.com", "lan c••");
        check("https://doithu.example/lan", "https l••");
    }

    #[test]
    fn whatever_the_name_is_what_is_shown_is_short_and_made_of_letters() {
        let long = "ơ\u{323}\u{323}\u{323}x".repeat(1_000);
        for name in [&*long, "a b c d e f", "ﷺ ﷺ", "Ω≈ç√∫", "x\u{301}\u{301}\u{301}\u{301} y"]
        {
            let Some(shown) = masked_name(name) else { continue };
            let is_ours = |c: char| c.is_alphabetic() || is_mark(c) || c == '•' || c == ' ';
            assert!(shown.chars().all(is_ours), "{name:?}: {shown:?}");
            assert!(shown.chars().count() <= 3 * (MASKED_LETTERS_MAX + 1) + 3, "{shown:?}");
        }
    }
}
