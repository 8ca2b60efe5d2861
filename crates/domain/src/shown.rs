//! Words of strangers on their way to a screen, a sheet or a printed slip.
//!
//! What was sent is kept as it was sent; what people look at goes through here. Nothing that is
//! left can turn the direction of a line, hide in a name or grow over the row above.

use crate::limits::MARKS_PER_LETTER_MAX;
use alloc::borrow::Cow;
use alloc::string::String;

/// What a screen shows of a text: without control characters, marks of direction and characters
/// that nobody sees, on one line, with at most [`MARKS_PER_LETTER_MAX`] marks on a letter. Joined
/// emoji stay joined.
pub fn shown_text(text: &str) -> Cow<'_, str> {
    if text.bytes().all(|byte| (b' '..=b'~').contains(&byte)) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len());
    let mut before = None;
    let mut marks = 0;
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        let c = if breaks_a_line(c) { ' ' } else { c };
        if is_unseen(c) && !(c == JOINER && joins(before, rest.peek().copied())) {
            continue;
        }
        marks = if is_mark(c) { marks + 1 } else { 0 };
        let hangs = marks > 0 && before.is_none();
        if hangs || marks > MARKS_PER_LETTER_MAX {
            continue;
        }
        shown.push(c);
        before = Some(c);
    }
    if shown == text { Cow::Borrowed(text) } else { Cow::Owned(shown) }
}

/// The same for a name, without white space around it; `None` if nothing is left to see.
pub fn shown_name(name: &str) -> Option<Cow<'_, str>> {
    let shown = match shown_text(name) {
        Cow::Borrowed(shown) => Cow::Borrowed(shown.trim()),
        Cow::Owned(shown) => Cow::Owned(String::from(shown.trim())),
    };
    (!shown.is_empty()).then_some(shown)
}

/// What joins two emoji into one.
const JOINER: char = '\u{200d}';

fn breaks_a_line(c: char) -> bool {
    matches!(c, '\t'..='\r' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// Control characters, marks of direction, fillers, tags, and what is no character at all.
fn is_unseen(c: char) -> bool {
    c.is_control()
        || (u32::from(c) & 0xfffe) == 0xfffe
        || matches!(
            c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
                | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}' | '\u{fdd0}'..='\u{fdef}'
                | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{1bca0}'..='\u{1bca3}'
                | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}'
        )
}

/// True between two pictures: there a joiner makes one of them.
fn joins(before: Option<char>, after: Option<char>) -> bool {
    let pictured = |c: Option<char>| {
        c.is_some_and(
            |c| matches!(c, '\u{fe0f}' | '\u{2190}'..='\u{2bff}' | '\u{1f000}'..='\u{1faff}'),
        )
    };
    pictured(before) && pictured(after)
}

/// Marks that stand above, below or in a letter and can be heaped on it.
fn is_mark(c: char) -> bool {
    matches!(
        c,
        '\u{300}'..='\u{36f}' | '\u{483}'..='\u{489}' | '\u{591}'..='\u{5bd}' | '\u{5bf}'
            | '\u{5c1}'..='\u{5c2}' | '\u{5c4}'..='\u{5c5}' | '\u{5c7}' | '\u{610}'..='\u{61a}'
            | '\u{64b}'..='\u{65f}' | '\u{670}' | '\u{6d6}'..='\u{6dc}' | '\u{6df}'..='\u{6e4}'
            | '\u{6e7}'..='\u{6e8}' | '\u{6ea}'..='\u{6ed}' | '\u{711}' | '\u{730}'..='\u{74a}'
            | '\u{900}'..='\u{902}' | '\u{93c}' | '\u{941}'..='\u{948}' | '\u{94d}'
            | '\u{951}'..='\u{957}' | '\u{e31}' | '\u{e34}'..='\u{e3a}' | '\u{e47}'..='\u{e4e}'
            | '\u{eb1}' | '\u{eb4}'..='\u{ebc}' | '\u{ec8}'..='\u{ece}' | '\u{f35}' | '\u{f37}'
            | '\u{f39}' | '\u{f71}'..='\u{f84}' | '\u{f86}'..='\u{f87}' | '\u{f8d}'..='\u{fbc}'
            | '\u{135d}'..='\u{135f}' | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}'
            | '\u{20d0}'..='\u{20ff}' | '\u{2de0}'..='\u{2dff}' | '\u{302a}'..='\u{302f}'
            | '\u{3099}'..='\u{309a}' | '\u{a66f}'..='\u{a672}' | '\u{a674}'..='\u{a67d}'
            | '\u{a8e0}'..='\u{a8f1}' | '\u{fe00}'..='\u{fe0f}' | '\u{fe20}'..='\u{fe2f}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        assert_eq!(shown_text(text), expected, "{text:?}");
        assert_eq!(shown_text(expected), expected, "once is enough");
    }

    #[test]
    fn what_people_are_called_stays_as_it_is() {
        for name in [
            "Chị Lan",
            "Nguye\u{302}\u{303}n Thi\u{323} A\u{301}nh",
            "ក្រមុំ",
            "สมหญิง ก็ได้",
            "محمد",
            "Lò  Văn  Ôn",
            "👩\u{200d}👩\u{200d}👧 Mai ❤\u{fe0f}\u{200d}🔥 1\u{fe0f}\u{20e3}",
            "=1+1",
            "<script>alert(1)</script>",
        ] {
            assert!(matches!(shown_text(name), Cow::Borrowed(same) if same == name), "{name}");
        }
    }

    #[test]
    fn nothing_turns_a_line_or_hides_in_it() {
        check("Lan \u{202e}000.54\u{202c}", "Lan 000.54");
        check("\u{2067}Lan\u{2069}\u{200f}\u{61c}", "Lan");
        check("L\u{200b}a\u{2060}n\u{feff}\u{ad}\u{3164}", "Lan");
        check("Lan\u{200d}", "Lan");
        check("L\u{200d}an", "Lan");
        check("Lan\u{e0041}\u{fffe}\u{1ffff}", "Lan");
    }

    #[test]
    fn a_text_is_one_line() {
        check("D1\r\nx2\u{2028}đã\ttrả\u{85}tiền\u{0}\u{1b}[31m", "D1  x2 đã trả tiền[31m");
    }

    #[test]
    fn marks_are_not_heaped_up() {
        let heap = "\u{30d}\u{316}".repeat(100);
        check(&alloc::format!("L{heap}an"), "L\u{30d}\u{316}\u{30d}an");
        check(&heap, "");
        check(&alloc::format!("a{}", "\u{e47}".repeat(40)), "a\u{e47}\u{e47}\u{e47}");
    }

    #[test]
    fn a_name_of_nothing_to_see_is_none() {
        let check =
            |name, expected: Option<&str>| assert_eq!(shown_name(name).as_deref(), expected);
        check("\u{200b} \u{202e}\u{3164}\t", None);
        check("", None);
        check(" \u{200b} Lan\u{202e} ", Some("Lan"));
        check(" Lan ", Some("Lan"));
    }
}
