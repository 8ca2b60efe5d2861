//! The files of the checkout, without what `.gitignore` names and without dot-folders.

use crate::Source;
use std::fs;
use std::path::{Path, PathBuf};

/// A file, with its path from the top level, folders apart by `/`.
pub(crate) struct File {
    pub(crate) path: String,
    /// Where it lies on this machine.
    pub(crate) full: PathBuf,
}

impl File {
    /// Its text; anything that is not UTF-8 reads as empty.
    pub(crate) fn text(&self) -> String {
        fs::read_to_string(&self.full).unwrap_or_default()
    }
}

/// The workspace's folder.
pub(crate) fn root() -> PathBuf {
    let crate_dir = Path::new(env!("CARGO_MANIFEST_DIR"));
    let root = crate_dir.ancestors().nth(2);
    root.expect("server lies two folders below").to_owned()
}

/// Every file, by path.
pub(crate) fn files() -> Vec<File> {
    let mut found = Vec::new();
    walk(&root(), "", &ignored(), &mut found);
    found.sort_by(|a, b| a.path.cmp(&b.path));
    assert!(found.len() > 50, "only {} files: is this the checkout?", found.len());
    found
}

/// Every Rust file, read.
pub(crate) fn rust_files() -> Vec<Source> {
    let files = files().into_iter();
    let rust = files.filter(|file| file.path.ends_with(".rs"));
    rust.map(|file| Source::read(&file.path, &file.text())).collect()
}

/// The top-level entries that are not kept: lines of `.gitignore` that begin with a slash.
pub(crate) fn ignored() -> Vec<String> {
    let text = fs::read_to_string(root().join(".gitignore")).unwrap_or_default();
    let lines = text.lines().filter_map(|line| line.strip_prefix('/'));
    lines.map(|line| line.trim_end_matches('/').to_owned()).collect()
}

fn walk(dir: &Path, prefix: &str, ignored: &[String], found: &mut Vec<File>) {
    for entry in fs::read_dir(dir).expect("the checkout can be listed") {
        let full = entry.expect("the checkout can be listed").path();
        let name = full.file_name().and_then(|name| name.to_str());
        let name = name.expect("our names are UTF-8").to_owned();
        let path = format!("{prefix}{name}");
        if name.starts_with('.') || name == "node_modules" || ignored.contains(&path) {
            continue;
        }
        if full.is_dir() {
            walk(&full, &format!("{path}/"), ignored, found);
        } else {
            found.push(File { path, full });
        }
    }
}
