//! A complaint: where, and what would be right.

use std::fmt;

/// One breach of the style page.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) struct Complaint {
    path: String,
    line: usize,
    says: String,
}

impl Complaint {
    /// About line `line` (from 1) of `path` (from the top level).
    pub(crate) fn at(path: &str, line: usize, says: impl Into<String>) -> Self {
        Self { path: path.to_owned(), line, says: says.into() }
    }

    /// About all of `path`.
    pub(crate) fn about(path: &str, says: impl Into<String>) -> Self {
        Self::at(path, 1, says)
    }
}

impl fmt::Display for Complaint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.path, self.line, self.says)
    }
}

/// Panics with all complaints, by place; silent if there are none.
pub(crate) fn settle(complaints: impl IntoIterator<Item = Complaint>) {
    let mut complaints: Vec<_> = complaints.into_iter().collect();
    complaints.sort();
    let lines: Vec<_> = complaints.iter().map(Complaint::to_string).collect();
    assert!(lines.is_empty(), "{} to put right:\n{}", lines.len(), lines.join("\n"));
}
