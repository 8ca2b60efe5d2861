//! A feed as people copy it: who said what, line by line.

use domain::limits::{COMMENT_BYTES_MAX, NAME_BYTES_MAX};

/// One comment, or a line of which nobody can tell who said it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Said {
    /// Where it begins, from 1.
    pub(crate) line: u32,
    /// Who said it.
    pub(crate) name: Result<String, &'static str>,
    /// What.
    pub(crate) words: String,
}

/// Reads a copied feed: `tên: lời` or `tên`-tab-`lời`; where no line is so, a name and its words
/// take turns line by line.
pub(crate) fn read(text: &str) -> Vec<Said> {
    let lines = text.lines().map(str::trim).zip(1..).filter(|(line, _)| !line.is_empty());
    let lines: Vec<(&str, u32)> = lines.collect();
    let split: Vec<_> = lines.iter().map(|(line, _)| split(line)).collect();
    if lines.len() > 1 && lines.len().is_multiple_of(2) && split.iter().all(Option::is_none) {
        let turns = lines.chunks_exact(2);
        return turns.map(|two| said(two[0].1, two[0].0, two[1].0)).collect();
    }
    let each = lines.iter().zip(split);
    each.map(|((line, at), split)| match split {
        Some((name, words)) => said(*at, name, words),
        None => Said { line: *at, name: Err("no_name"), words: (*line).to_owned() },
    })
    .collect()
}

/// A name and its words.
fn split(line: &str) -> Option<(&str, &str)> {
    let (name, words) = line.split_once('\t').or_else(|| line.split_once(':'))?;
    let (name, words) = (name.trim(), words.trim());
    // `https://…` is no one's name.
    (!name.is_empty() && !words.is_empty() && !words.starts_with("//")).then_some((name, words))
}

fn said(line: u32, name: &str, words: &str) -> Said {
    let name = match () {
        () if name.len() > NAME_BYTES_MAX => Err("name_too_long"),
        () if name.chars().any(char::is_control) => Err("bad_name"),
        () if words.len() > COMMENT_BYTES_MAX => Err("comment_too_long"),
        () => Ok(name.to_owned()),
    };
    Said { line, name, words: words.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, read_as: &[(u32, Result<&str, &'static str>, &str)]) {
        let read = read(text);
        let told: Vec<_> = read
            .iter()
            .map(|said| (said.line, said.name.as_deref().map_err(|e| *e), &*said.words))
            .collect();
        assert_eq!(told, read_as, "{text}");
    }

    #[test]
    fn a_line_says_who_and_what() {
        check(
            "Lan: chốt D1 2kg\n\nMinh\tD1 x1",
            &[(1, Ok("Lan"), "chốt D1 2kg"), (3, Ok("Minh"), "D1 x1")],
        );
        check("Lan: ship: Hà Nội", &[(1, Ok("Lan"), "ship: Hà Nội")]);
    }

    #[test]
    fn names_and_words_may_take_turns() {
        check(
            "Lan Nguyễn\nchốt D1\nMinh\nD1 x2",
            &[(1, Ok("Lan Nguyễn"), "chốt D1"), (3, Ok("Minh"), "D1 x2")],
        );
    }

    #[test]
    fn a_line_of_nobody_is_kept_and_says_so() {
        check("Lan: D1\nD2 x1", &[(1, Ok("Lan"), "D1"), (2, Err("no_name"), "D2 x1")]);
        check("https://x.example", &[(1, Err("no_name"), "https://x.example")]);
    }
}
