//! What lies where, and under which names.

use crate::complaint::Complaint;
use crate::tree::{File, ignored, root};

/// The top level beside dotfiles and what `.gitignore` names.
const TOP_LEVEL: &[&str] = &[
    "Cargo.lock",
    "Cargo.toml",
    "LICENSE-APACHE",
    "LICENSE-MIT",
    "README.md",
    "crates",
    "deploy",
    "loadtest",
    "proto",
    "rust-toolchain.toml",
];

/// Names of files and folders that say nothing.
const EMPTY_WORDS: &[&str] =
    &["util", "utils", "helper", "helpers", "common", "manager", "misc", "shared", "stuff"];

/// What the top level must not hold, and what it lacks.
pub(crate) fn top_level() -> Vec<Complaint> {
    let entries = std::fs::read_dir(root()).expect("the checkout can be listed");
    let names: Vec<String> = entries
        .map(|entry| entry.expect("the checkout can be listed").file_name())
        .map(|name| name.to_string_lossy().into_owned())
        .collect();
    let ignored = ignored();
    let extra = names
        .iter()
        .filter(|name| !name.starts_with('.') && !ignored.contains(name))
        .filter(|name| !TOP_LEVEL.contains(&name.as_str()))
        .map(|name| Complaint::about(name, "not at the top level: put it into the room it is for"));
    let missing = TOP_LEVEL
        .iter()
        .filter(|name| !names.iter().any(|found| found == *name))
        .map(|name| Complaint::about(name, "the map shows it, and it is not there"));
    extra.chain(missing).collect()
}

/// A path with a word in it that says nothing.
pub(crate) fn name(file: &File) -> Option<Complaint> {
    let empty = file.path.split('/').find(|part| says_nothing(part))?;
    let says = format!("`{empty}` says nothing: name it by what is in it");
    Some(Complaint::about(&file.path, says))
}

fn says_nothing(part: &str) -> bool {
    let stem = part.split('.').next().unwrap_or(part).to_lowercase();
    let mut words = stem.split(['_', '-']);
    let is_version =
        stem.rsplit_once('_').is_some_and(|(_, last)| matches!(last, "v2" | "new" | "old"));
    is_version || words.any(|word| EMPTY_WORDS.contains(&word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_judged_by_its_words() {
        let check = |part, expected| assert_eq!(says_nothing(part), expected, "{part}");
        check("utils.rs", true);
        check("test_helpers", true);
        check("lane_v2.rs", true);
        check("common", true);
        check("lane.rs", false);
        check("journal.proto", false);
        check("manage.rs", false);
    }
}
