//! The report of a run's folder: one page to read, one file for programs, one table for the
//! terminal.
//!
//! ```text
//! DIR/*.json ─▶ form ─▶ folder ─▶ judge ─┬─▶ summary ─▶ summary.json
//!                                        ├─▶ table ───▶ the terminal
//!                                        └─▶ sheet ◀── bars, lines, series ◀── axis
//!                                              └─────▶ index.html
//! ```

mod axis;
mod bars;
mod comparisons;
mod evenings;
mod folder;
mod form;
mod judge;
mod lines;
mod markup;
mod number;
#[cfg(test)]
mod samples;
mod series;
mod sheet;
mod summary;
mod table;

use anyhow::Context as _;
use folder::Folder;
use std::path::Path;
use summary::Verdict;

/// Reads the folder, writes the page and the summary into it and returns the table, and whether
/// every part ended well and every promise held.
///
/// # Errors
/// If the folder cannot be read or written.
pub(crate) fn write(dir: &Path) -> anyhow::Result<(String, bool)> {
    let folder = Folder::read(dir)?;
    let verdict = Verdict::of(&folder);
    let page = dir.join(folder::PAGE);
    std::fs::write(&page, sheet::drawn(&folder, &verdict))
        .with_context(|| page.display().to_string())?;
    let file = dir.join(folder::SUMMARY);
    std::fs::write(&file, summary::json(&folder, &verdict)?)
        .with_context(|| file.display().to_string())?;
    let table = table::written(&folder, &verdict);
    Ok((format!("{table}\nthe report: {}\n", page.display()), verdict.holds(&folder)))
}
