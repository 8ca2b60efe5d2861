//! What we build on: under which licences, and what is never taken in.

use crate::complaint::Complaint;
use crate::manifests::Workspace;

/// Licences that ask for no more than to be named.
const LICENCES: &[&str] = &[
    "0BSD",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "CDLA-Permissive-2.0",
    "ISC",
    "MIT",
    "NCSA",
    "OpenSSL",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
];

/// Never, not even through others: one TLS, one calendar, and no SQLite with the WAL-reset bug.
const BANNED: &[(&str, &str, &str)] = &[
    ("openssl-sys", "", "rustls is our TLS"),
    ("native-tls", "", "rustls is our TLS"),
    ("chrono", "", "jiff is our calendar"),
    ("sqlx", "0.8", "0.9 is pinned together with SQLite 3.51.3"),
];

/// Not by ourselves: the standard library has it.
const BANNED_DIRECTLY: &[(&str, &str)] =
    &[("lazy_static", "std::sync::LazyLock"), ("once_cell", "std::sync::OnceLock")];

/// What must be there in one version only.
const SINGLE: &[&str] = &["libsqlite3-sys", "rusqlite", "sqlx", "tokio", "tungstenite"];

/// Packages under a licence that is not on the list.
pub(crate) fn licences(workspace: &Workspace) -> Vec<Complaint> {
    let packages = workspace.packages.iter().filter(|package| {
        let licence = package.licence.as_deref();
        !licence.is_some_and(is_allowed)
    });
    packages
        .map(|package| {
            let licence = package.licence.as_deref().unwrap_or("no licence");
            let (name, version) = (&package.name, &package.version);
            let says = format!("{name} {version}: {licence} is not on the list of licences");
            Complaint::about("Cargo.lock", says)
        })
        .collect()
}

/// Packages that must not be there.
pub(crate) fn banned(workspace: &Workspace) -> Vec<Complaint> {
    let mut complaints = Vec::new();
    for package in &workspace.packages {
        let (name, version) = (&package.name, &package.version);
        let rule =
            BANNED.iter().find(|(banned, series, _)| banned == name && version.starts_with(series));
        if let Some((_, _, why)) = rule {
            let says = format!("{name} {version} is banned: {why}");
            complaints.push(Complaint::about("Cargo.lock", says));
        }
    }
    for package in workspace.ours() {
        for (banned, instead) in BANNED_DIRECTLY {
            if package.needs.iter().any(|need| need == banned) {
                let path = package.manifest.as_deref().unwrap_or_default();
                let says = format!("{banned} is banned: use {instead}");
                complaints.push(Complaint::about(path, says));
            }
        }
    }
    for single in SINGLE {
        let packages = workspace.packages.iter();
        let versions: Vec<_> = packages
            .filter(|package| package.name == *single)
            .map(|package| package.version.as_str())
            .collect();
        if versions.len() > 1 {
            let says = format!("{single} is there as {}: one must do", versions.join(" and "));
            complaints.push(Complaint::about("Cargo.lock", says));
        }
    }
    complaints
}

/// True if an SPDX expression (or the old form with slashes) can be met with the list.
fn is_allowed(expression: &str) -> bool {
    let expression = expression.trim();
    if LICENCES.contains(&expression) {
        return true;
    }
    // OR binds loosest: one side is enough; then AND: both are needed.
    for (word, all) in [(" OR ", false), ("/", false), (" AND ", true)] {
        let parts = split_outside_brackets(expression, word);
        if parts.len() > 1 {
            let mut parts = parts.into_iter();
            return if all { parts.all(is_allowed) } else { parts.any(is_allowed) };
        }
    }
    let inner = expression.strip_prefix('(').and_then(|rest| rest.strip_suffix(')'));
    inner.is_some_and(is_allowed)
}

fn split_outside_brackets<'a>(expression: &'a str, word: &str) -> Vec<&'a str> {
    let mut parts = Vec::new();
    let mut start = 0;
    for (at, _) in expression.match_indices(word) {
        let before = &expression[..at];
        if before.matches('(').count() == before.matches(')').count() {
            parts.push(&expression[start..at]);
            start = at + word.len();
        }
    }
    parts.push(&expression[start..]);
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_choice_needs_one_licence_of_the_list_and_a_sum_all() {
        let check = |text, expected| assert_eq!(is_allowed(text), expected, "{text}");
        check("MIT", true);
        check("GPL-3.0-only", false);
        check("MIT OR GPL-3.0-only", true);
        check("MIT AND GPL-3.0-only", false);
        check("(MIT OR GPL-3.0-only) AND Unicode-3.0", true);
        check("(MIT AND GPL-3.0-only) OR ISC", true);
        check("GPL-2.0-only AND (MIT OR ISC)", false);
        check("Apache-2.0 / MIT", true);
        check("Unlicense/MIT", true);
        check("Apache-2.0 WITH LLVM-exception OR Apache-2.0 OR MIT", true);
        check("", false);
    }
}
