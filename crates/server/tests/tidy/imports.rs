//! The map's table: which crate may import which, and who alone may use what from outside.

use crate::complaint::Complaint;
use crate::manifests::{Package, Workspace};
use crate::tree::root;
use std::fs;

/// Every crate of the map and what of the workspace it may import.
const TABLE: &[(&str, &[&str])] = &[
    ("proto", &[]),
    ("domain", &[]),
    ("intent", &["domain"]),
    ("inventory", &["domain"]),
    ("journal", &["domain", "proto"]),
    ("ledger", &["domain", "proto"]),
    ("hub", &["domain", "intent", "inventory", "journal"]),
    ("accounts", &["domain"]),
    ("persister", &["domain", "journal"]),
    ("checkout", &["domain"]),
    ("sources", &["domain"]),
    ("relay", &["domain", "hub", "proto"]),
    ("screens", &["domain"]),
    (
        "gateway",
        &[
            "domain", "proto", "hub", "ledger", "accounts", "relay", "screens", "checkout",
            "sources",
        ],
    ),
    ("server", LIBRARIES),
    ("crowd", &["domain"]),
    ("simulator", LIBRARIES),
    ("fuzz", &["domain", "proto", "intent", "journal", "ledger", "gateway"]),
    ("xtask", &[]),
    ("loadtest", &["proto", "crowd"]),
    ("bare", &[]),
];

/// All but the binaries and the simulator.
const LIBRARIES: &[&str] = &[
    "proto",
    "domain",
    "intent",
    "inventory",
    "journal",
    "ledger",
    "hub",
    "accounts",
    "persister",
    "checkout",
    "sources",
    "relay",
    "screens",
    "gateway",
    "crowd",
];

/// What comes from outside and is used by these crates alone. Tests are free.
const RESERVED: &[(&str, &[&str])] = &[
    ("prost", &["proto", "journal", "ledger", "gateway", "loadtest", "fuzz"]),
    ("unicode-normalization", &["intent"]),
    ("rusqlite", &["journal", "accounts", "loadtest"]),
    ("sqlx", &["persister", "accounts", "loadtest"]),
    ("redis", &["relay", "journal"]),
    ("askama", &["screens"]),
    ("rust-embed", &["screens"]),
    ("axum", &["gateway", "server"]),
    ("tokio-tungstenite", &["gateway", "server", "loadtest", "bare"]),
    ("clap", &["server", "loadtest"]),
    ("metrics-exporter-prometheus", &["server"]),
    ("hdrhistogram", &["server", "loadtest"]),
    ("libfuzzer-sys", &["fuzz"]),
    ("anyhow", &["server", "loadtest", "xtask"]),
];

/// Crates that must stay small: all that they may have from outside.
const FRUGAL: &[(&str, &[&str])] =
    &[("domain", &[]), ("inventory", &["hashbrown"]), ("intent", &["unicode-normalization"])];

/// Imports between our crates that the table does not show.
pub(crate) fn between_crates(workspace: &Workspace) -> Vec<Complaint> {
    let ours: Vec<&str> = workspace.ours().map(|package| package.name.as_str()).collect();
    let mut complaints = Vec::new();
    for package in workspace.ours() {
        let Some((_, allowed)) = TABLE.iter().find(|(name, _)| *name == package.name) else {
            complaints.push(in_manifest(package, &package.name, "is not on the map"));
            continue;
        };
        for need in package.needs.iter().filter(|need| ours.contains(&need.as_str())) {
            if !allowed.contains(&need.as_str()) {
                let allowed = allowed.join(", ");
                let says = format!("must not be imported here; allowed are: {allowed}");
                complaints.push(in_manifest(package, need, &says));
            }
        }
    }
    complaints
}

/// What is used by a crate that must not, or by a frugal one.
pub(crate) fn from_outside(workspace: &Workspace) -> Vec<Complaint> {
    let ours: Vec<&str> = workspace.ours().map(|package| package.name.as_str()).collect();
    let mut complaints = Vec::new();
    for package in workspace.ours() {
        let name = package.name.as_str();
        let outside = package.needs.iter().filter(|need| !ours.contains(&need.as_str()));
        for need in outside {
            let users = RESERVED.iter().find(|(reserved, _)| reserved == need);
            if let Some((_, users)) = users.filter(|(_, users)| !users.contains(&name)) {
                let says = format!("is for {} alone", users.join(", "));
                complaints.push(in_manifest(package, need, &says));
            }
            let frugal = FRUGAL.iter().find(|(frugal, _)| *frugal == name);
            if frugal.is_some_and(|(_, allowed)| !allowed.contains(&need.as_str())) {
                complaints.push(in_manifest(package, need, "is not for a crate of the core"));
            }
        }
    }
    complaints
}

/// Crates whose first sentence differs from their description, that promise nothing, or that leave
/// the workspace's lints.
pub(crate) fn openings(workspace: &Workspace) -> Vec<Complaint> {
    let mut complaints = Vec::new();
    for package in workspace.ours() {
        for path in &package.roots {
            let text = fs::read_to_string(root().join(path)).unwrap_or_default();
            if first_paragraph(&text) != package.description {
                let says = format!("open with the description: {}", package.description);
                complaints.push(Complaint::about(path, says));
            }
            for word in ["//! ```text", "//! Promises:", "//! Never:"] {
                if !text.lines().any(|line| line.starts_with(word)) {
                    let says = format!("the opening lacks a line that begins with {word:?}");
                    complaints.push(Complaint::about(path, says));
                }
            }
        }
        if !manifest_text(package).contains("[lints]\nworkspace = true") {
            complaints.push(in_manifest(package, "lints", "must be the workspace's"));
        }
    }
    complaints
}

/// The first paragraph of a file's `//!` comment, on one line.
fn first_paragraph(text: &str) -> String {
    let lines = text.lines().map_while(|line| line.strip_prefix("//! "));
    lines.collect::<Vec<_>>().join(" ")
}

/// About the line of a manifest that names `what`.
fn in_manifest(package: &Package, what: &str, says: &str) -> Complaint {
    let path = package.manifest.as_deref().unwrap_or_default();
    let text = manifest_text(package);
    let mut lines = text.lines();
    let line = lines.position(|line| line.starts_with(what)).unwrap_or(0);
    Complaint::at(path, line + 1, format!("`{what}` {says}"))
}

fn manifest_text(package: &Package) -> String {
    let path = package.manifest.as_deref().unwrap_or_default();
    fs::read_to_string(root().join(path)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_description_may_take_two_lines() {
        let check = |text, expected| assert_eq!(first_paragraph(text), expected);
        check("//! One.\n//!\n//! Two.", "One.");
        check("//! One,\n//! two.\n//!\n", "One, two.");
        check("fn one() {}", "");
    }
}
