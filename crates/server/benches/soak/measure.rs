//! What is measured every 1 %: the process's own memory, its files by kind, the orders so far.

use rusqlite::{Connection, OpenFlags};
use std::collections::BTreeMap;
use std::path::Path;

/// One look.
#[derive(Clone, Debug)]
pub(crate) struct Sample {
    /// How much of the evenings had passed, in milliseconds.
    pub(crate) live_ms: u64,
    /// Anonymous memory of this process, in bytes.
    pub(crate) memory: u64,
    /// Claims that took stock or a place in line.
    pub(crate) orders: u64,
    /// Bytes by kind of file.
    pub(crate) files: BTreeMap<&'static str, u64>,
}

/// All looks, in their order.
#[derive(Default)]
pub(crate) struct Series {
    pub(crate) samples: Vec<Sample>,
}

/// Write-ahead logs: they are cut again and again, and are no growth.
pub(crate) const WAL: &str = "wal";

impl Sample {
    /// Looks now.
    pub(crate) fn take(folder: &Path, live_ms: u64, orders: u64) -> Self {
        let mut files = BTreeMap::new();
        add_files(folder, &mut files);
        Self { live_ms, memory: anonymous(), orders, files }
    }

    /// Everything that grows.
    pub(crate) fn files_without_wal(&self) -> u64 {
        self.files.iter().filter(|(kind, _)| **kind != WAL).map(|(_, bytes)| bytes).sum()
    }
}

impl Series {
    pub(crate) fn push(&mut self, sample: Sample) {
        self.samples.push(sample);
    }

    /// Bytes of memory.
    pub(crate) fn memory(&self) -> Vec<f64> {
        self.samples.iter().map(|sample| sample.memory as f64).collect()
    }

    /// Of all samples, those of that tenth, from 0.
    pub(crate) fn tenth(&self, number: usize) -> &[Sample] {
        let each = self.samples.len() / 10;
        &self.samples[number * each..(number + 1) * each]
    }

    /// Points of bytes over orders, of one kind or of all that grows.
    pub(crate) fn bytes_by_orders(&self, kind: Option<&str>) -> Vec<(f64, f64)> {
        let bytes = |sample: &Sample| match kind {
            Some(kind) => sample.files.get(kind).copied().unwrap_or(0),
            None => sample.files_without_wal(),
        };
        self.samples.iter().map(|sample| (sample.orders as f64, bytes(sample) as f64)).collect()
    }
}

/// Memory that no file is behind, without what the system may drop.
fn anonymous() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").expect("Linux");
    let line = status.lines().find_map(|line| line.strip_prefix("RssAnon:"));
    let kib = line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<u64>().ok());
    kib.expect("a kernel that tells") * 1_024
}

fn add_files(folder: &Path, files: &mut BTreeMap<&'static str, u64>) {
    for entry in std::fs::read_dir(folder).expect("the folder").flatten() {
        let Ok(about) = entry.metadata() else { continue };
        if about.is_dir() {
            add_files(&entry.path(), files);
        } else {
            *files.entry(kind(&entry.path())).or_default() += about.len();
        }
    }
}

fn kind(file: &Path) -> &'static str {
    let name = file.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let folder = file.parent().and_then(Path::file_name).and_then(|name| name.to_str());
    match (name, folder) {
        _ if name.ends_with("-wal") || name.ends_with("-shm") => WAL,
        ("journal.db", _) => "journal",
        ("readmodel.db", _) => "read model",
        (_, Some("snapshots")) => "snapshots",
        _ => "accounts and rest",
    }
}

/// What each table and index takes at the end, the largest first.
pub(crate) fn tables(folder: &Path) -> Vec<(String, u64)> {
    let mut all = Vec::new();
    for file in ["journal.db", "readmodel.db"] {
        let database =
            Connection::open_with_flags(folder.join(file), OpenFlags::SQLITE_OPEN_READ_ONLY)
                .expect("the file");
        let sizes = "SELECT name, sum(pgsize) FROM dbstat GROUP BY name";
        let mut sizes = database.prepare(sizes).expect("SQLite counts its pages");
        let rows = sizes.query_map([], |row| {
            let (name, bytes): (String, i64) = (row.get(0)?, row.get(1)?);
            Ok((format!("{file}: {name}"), bytes.unsigned_abs()))
        });
        all.extend(rows.expect("rows").flatten());
    }
    all.sort_by_key(|(_, bytes)| std::cmp::Reverse(*bytes));
    all
}
