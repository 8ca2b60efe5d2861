//! The style page as a test: it fails with file, line and what would be right.
//!
//! ```text
//! tree ─▶ rust ─▶ shape, phrases, runbook ─┐
//!   └──▶ layout, links ────────────────────┼─▶ complaints ─▶ one panic
//! manifests ─▶ imports, licences ──────────┘
//! ```
//!
//! Promises: needs no network and no tool but cargo; a complaint says where and what would be
//! right.
//! Never: reads Rust with more than its own few lines; what needs a compiler is clippy's to say.

#[path = "tidy/complaint.rs"]
mod complaint;
#[path = "tidy/imports.rs"]
mod imports;
#[path = "tidy/layout.rs"]
mod layout;
#[path = "tidy/licences.rs"]
mod licences;
#[path = "tidy/links.rs"]
mod links;
#[path = "tidy/manifests.rs"]
mod manifests;
#[path = "tidy/phrases.rs"]
mod phrases;
#[path = "tidy/runbook.rs"]
mod runbook;
#[path = "tidy/rust.rs"]
mod rust;
#[path = "tidy/shape.rs"]
mod shape;
#[path = "tidy/tree.rs"]
mod tree;

use complaint::settle;
use manifests::Workspace;
use rust::Source;
use tree::{files, rust_files};

#[test]
fn files_functions_and_lines_fit_a_screen() {
    settle(rust_files().iter().flat_map(shape::sizes));
}

#[test]
fn every_module_says_first_what_it_is() {
    settle(rust_files().iter().filter_map(shape::opening));
}

#[test]
fn every_test_is_named_by_a_sentence() {
    settle(rust_files().iter().flat_map(shape::test_names));
}

#[test]
fn nothing_is_said_that_must_not_be_said() {
    settle(rust_files().iter().flat_map(phrases::complaints));
}

#[test]
fn nothing_is_named_by_a_word_that_means_nothing() {
    settle(files().iter().filter_map(layout::name));
}

#[test]
fn the_top_level_holds_what_the_map_shows_and_nothing_else() {
    settle(layout::top_level());
}

#[test]
fn every_link_between_our_pages_leads_somewhere() {
    settle(files().iter().flat_map(links::complaints));
}

#[test]
fn the_runbook_lists_every_metric_and_no_other() {
    settle(runbook::metrics(&rust_files()));
}

#[test]
fn alerts_ask_only_for_metrics_of_the_runbook() {
    settle(runbook::alerts());
}

#[test]
fn the_runbook_lists_every_setting_and_no_other() {
    settle(runbook::settings(&rust_files()));
}

#[test]
fn crates_import_what_the_map_allows() {
    let workspace = Workspace::read();
    settle(imports::between_crates(&workspace));
    settle(imports::from_outside(&workspace));
}

#[test]
fn every_crate_opens_as_its_manifest_describes_it() {
    settle(imports::openings(&Workspace::read()));
}

#[test]
fn everything_we_build_on_may_be_given_away_and_none_is_banned() {
    let workspace = Workspace::read();
    settle(licences::licences(&workspace));
    settle(licences::banned(&workspace));
}
