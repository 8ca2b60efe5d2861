//! Sizes, openings, and the names of tests.

use crate::complaint::Complaint;
use crate::rust::{Source, item_end};

const FILE_LINES_MAX: usize = 400;
const FUNCTION_LINES_MAX: usize = 70;
const LINE_CHARS_MAX: usize = 100;

/// Words in the name of a test, at least: fewer make no sentence.
const TEST_WORDS_MIN: usize = 3;

/// What is too long.
pub(crate) fn sizes(source: &Source) -> Vec<Complaint> {
    let mut complaints = Vec::new();
    let lines = source.lines.len();
    if lines > FILE_LINES_MAX {
        let says = format!("{lines} lines, at most {FILE_LINES_MAX}: split it by what it tells");
        complaints.push(Complaint::about(&source.path, says));
    }
    for (at, line) in source.lines.iter().enumerate() {
        let chars = line.chars().count();
        if chars > LINE_CHARS_MAX {
            let says = format!("{chars} characters, at most {LINE_CHARS_MAX}: break the line");
            complaints.push(Complaint::at(&source.path, at + 1, says));
        }
    }
    complaints.extend(functions(source));
    complaints
}

fn functions(source: &Source) -> impl Iterator<Item = Complaint> {
    let begun = source.code.iter().enumerate();
    begun.filter_map(|(at, line)| {
        let name = function_name(line)?;
        let lines = item_end(&source.code, at)? - at + 1;
        (lines > FUNCTION_LINES_MAX).then(|| {
            let says = format!("`{name}` has {lines} lines, at most {FUNCTION_LINES_MAX}: part it");
            Complaint::at(&source.path, at + 1, says)
        })
    })
}

/// The name of the function that begins on this line of code.
fn function_name(line: &str) -> Option<&str> {
    let (before, after) = line.split_once("fn ")?;
    let word_ends = before.chars().next_back().is_none_or(|c| c == ' ' || c == '(');
    let end = after.find(['(', '<'])?;
    (word_ends && end > 0).then(|| &after[..end])
}

/// A module that does not open with `//!`.
pub(crate) fn opening(source: &Source) -> Option<Complaint> {
    let first = source.lines.first().map(String::as_str).unwrap_or_default();
    let opens = first.strip_prefix("//! ").is_some_and(|rest| !rest.is_empty());
    let says = "open with `//! ` and one sentence that says what this module is";
    (!opens).then(|| Complaint::about(&source.path, says))
}

/// Tests whose names are no sentences.
pub(crate) fn test_names(source: &Source) -> Vec<Complaint> {
    let mut complaints = Vec::new();
    let mut is_test = false;
    for (at, line) in source.code.iter().enumerate() {
        let line = line.trim();
        if line.starts_with("#[test]") || line.starts_with("#[tokio::test") {
            is_test = true;
        }
        let Some(name) = function_name(line) else {
            continue;
        };
        if is_test && name.split('_').count() < TEST_WORDS_MIN {
            let says = format!("`{name}` is no sentence: say what holds, as in `a_retry_waits`");
            complaints.push(Complaint::at(&source.path, at + 1, says));
        }
        is_test = false;
    }
    complaints
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_function_ends_at_its_own_brace() {
        let check = |body_lines: usize, complaints| {
            let body = "    if a { b() }\n".repeat(body_lines);
            let text = format!("//! X.\nfn f(a: [u8; 2]) {{\n{body}}}\nfn g() {{}}\n");
            let source = Source::read("src/x.rs", &text);
            assert_eq!(sizes(&source).len(), complaints, "{body_lines}");
        };
        check(FUNCTION_LINES_MAX - 2, 0);
        check(FUNCTION_LINES_MAX - 1, 1);
    }

    #[test]
    fn length_is_counted_in_characters_not_in_bytes() {
        let check = |chars: usize, complaints| {
            let source = Source::read("src/x.rs", &format!("//! {}", "ố".repeat(chars - 4)));
            assert_eq!(sizes(&source).len(), complaints, "{chars}");
        };
        check(LINE_CHARS_MAX, 0);
        check(LINE_CHARS_MAX + 1, 1);
    }

    #[test]
    fn a_file_says_first_what_it_is() {
        let check = |text, opens| {
            let source = Source::read("src/x.rs", text);
            assert_eq!(opening(&source).is_none(), opens, "{text}");
        };
        check("//! What it is.\nfn a() {}", true);
        check("\n//! What it is.", false);
        check("//!\nfn a() {}", false);
        check("", false);
    }

    #[test]
    fn a_test_that_is_named_like_a_function_is_seen() {
        let check = |text, complaints| {
            let source = Source::read("src/x.rs", text);
            assert_eq!(test_names(&source).len(), complaints, "{text}");
        };
        check("#[test]\nfn a_retry_waits() {}", 0);
        check("#[test]\nfn retry() {}\nfn other() {}", 1);
        check("#[tokio::test(start_paused = true)]\nasync fn test_it() {}", 1);
        check("fn check() {}", 0);
    }
}
