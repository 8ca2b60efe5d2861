//! The folder of a run: every result in it, what was run to make them, and what cannot be read.

use super::form::{Figure, Machine, Ratio, ResultFile, Scenario};
use crate::scenario::names;
use anyhow::Context as _;
use std::path::Path;

/// What this program writes there itself.
pub(crate) const PAGE: &str = "index.html";
pub(crate) const SUMMARY: &str = "summary.json";

/// A line for each part that was run: name, seconds, exit code and command, between tabs.
pub(crate) const PARTS: &str = "parts.tsv";

/// The exit code of an evening that kept its promises while the generator was late: its latencies
/// are void, and nothing failed.
const LATE: i32 = 3;

/// How the name of a full run's folder ends.
const FULL: &str = "-full";

/// Everything that a run left.
#[derive(Debug, Default)]
pub(crate) struct Folder {
    /// Whether full rounds are asked for.
    pub(crate) full: bool,
    pub(crate) machine: Option<Machine>,
    pub(crate) ratios: Vec<Ratio>,
    pub(crate) figures: Vec<Figure>,
    pub(crate) scenarios: Vec<Scenario>,
    pub(crate) parts: Vec<Part>,
    /// Files that should be results, and why they are none.
    pub(crate) unread: Vec<(String, String)>,
}

/// A part as it was run.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Part {
    pub(crate) name: String,
    pub(crate) seconds: u64,
    /// The exit code; `None` if a signal ended it or it could not be started.
    pub(crate) exit: Option<i32>,
    pub(crate) command: String,
}

impl Folder {
    /// Reads every `*.json` of the folder, by name.
    ///
    /// # Errors
    /// If the folder cannot be listed; a file that is no result is kept in [`Folder::unread`].
    pub(crate) fn read(dir: &Path) -> anyhow::Result<Self> {
        let is_full = dir.file_name().is_some_and(|name| name.to_string_lossy().ends_with(FULL));
        let mut folder = Self { full: is_full, ..Self::default() };
        let entries = std::fs::read_dir(dir).with_context(|| dir.display().to_string())?;
        let paths = entries.map(|entry| entry.map(|entry| entry.path()));
        let mut paths: Vec<_> = paths.collect::<Result<_, _>>()?;
        paths.sort();
        for path in paths {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            if name == PARTS {
                folder.take_parts(&std::fs::read_to_string(&path)?);
            } else if name.ends_with(".json") && name != SUMMARY {
                folder.take(name, &std::fs::read(&path)?);
            }
        }
        folder.find_missing();
        // As they are listed; others come after them, by name.
        let place = |scenario: &Scenario| {
            names().position(|name| name == scenario.name).unwrap_or(usize::MAX)
        };
        folder.scenarios.sort_by_key(place);
        // By name and not by file: a pair of like size stands behind the one that it is beside.
        folder.ratios.sort_by(|a, b| a.name.cmp(&b.name));
        folder.figures.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(folder)
    }

    /// One result file.
    pub(crate) fn take(&mut self, name: String, bytes: &[u8]) {
        match serde_json::from_slice(bytes) {
            Ok(ResultFile::Ratio(ratio)) => self.ratios.push(ratio),
            Ok(ResultFile::Figure(figure)) => self.figures.push(figure),
            Ok(ResultFile::Scenario(scenario)) => self.scenarios.push(*scenario),
            Ok(ResultFile::Machine(machine)) => self.machine = Some(machine),
            Err(error) => self.unread.push((name, error.to_string())),
        }
    }

    /// An evening that ended well and left no result was not played to its end.
    fn find_missing(&mut self) {
        let has_result = |name: &str| {
            let unread = self.unread.iter().any(|(file, _)| *file == format!("{name}.json"));
            unread || self.scenarios.iter().any(|scenario| scenario.name == name)
        };
        let played = self.parts.iter().filter(|part| part.is_well());
        let evenings = played.filter(|part| names().any(|name| name == part.name));
        let missing = evenings.filter(|part| !has_result(&part.name));
        let why = "the evening ended well and left no result";
        let missing: Vec<_> =
            missing.map(|part| (format!("{}.json", part.name), why.to_owned())).collect();
        self.unread.extend(missing);
    }

    fn take_parts(&mut self, text: &str) {
        for line in text.lines() {
            match part(line) {
                Some(part) => self.parts.push(part),
                None => self.unread.push((PARTS.to_owned(), format!("no part: {line:?}"))),
            }
        }
    }

    /// The parts that did not end well.
    pub(crate) fn failed(&self) -> impl Iterator<Item = &Part> {
        self.parts.iter().filter(|part| !part.is_well())
    }
}

impl Part {
    fn is_well(&self) -> bool {
        matches!(self.exit, Some(0 | LATE))
    }

    /// How it ended, in words.
    pub(crate) fn ended(&self) -> String {
        match self.exit {
            Some(0) => "ended well".to_owned(),
            Some(LATE) => "ended well, but late".to_owned(),
            Some(1) => "a promise broke".to_owned(),
            Some(2) => "could not be run".to_owned(),
            Some(code) => format!("exit code {code}"),
            None => "a signal, or it did not start".to_owned(),
        }
    }
}

fn part(line: &str) -> Option<Part> {
    let mut cells = line.splitn(4, '\t');
    let name = cells.next()?.to_owned();
    let seconds = cells.next()?.parse().ok()?;
    let exit = cells.next()?.parse().ok();
    Some(Part { name, seconds, exit, command: cells.next()?.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::samples::{figure_json, machine_json, ratio_json, scenario_json};

    #[test]
    fn a_figure_is_read_as_it_is_written() {
        let written = crate::figure::Figure {
            kind: "figure",
            name: "viewers-memory",
            title: "Memory".to_owned(),
            unit: "KiB",
            value: Some(6.2),
            aim: Some(8.0),
            better: crate::figure::Better::Less,
            void: None,
            detail: serde_json::json!({ "sockets": 7 }),
            command: "loadtest peers sockets --only viewers-memory".to_owned(),
        };
        let mut folder = Folder::default();
        let bytes = serde_json::to_vec(&written).expect("JSON");
        folder.take("viewers-memory.json".to_owned(), &bytes);
        assert!(folder.unread.is_empty(), "{:?}", folder.unread);
        let read = &folder.figures[0];
        assert_eq!((read.value, read.aim, read.better), (Some(6.2), Some(8.0), written.better));
    }

    #[test]
    fn a_folder_is_read_in_the_order_of_the_evening_and_nothing_is_dropped() {
        let dir = tempfile::tempdir().expect("a folder");
        let dir = dir.path().join("2026-11-29-0a1b2c3-full");
        std::fs::create_dir(&dir).expect("a folder");
        let write = |name: &str, text: &str| std::fs::write(dir.join(name), text).expect("written");
        for name in ["another", "kill", "calm"] {
            write(&format!("{name}.json"), &scenario_json(name).to_string());
        }
        write("post-fair.json", &ratio_json("post-fair").to_string());
        write("post.json", &ratio_json("post").to_string());
        write("memory.json", &figure_json("memory").to_string());
        write("machine.json", &machine_json().to_string());
        write("cut.json", r#"{"kind":"scenario","na"#);
        write("other.json", r#"{"kind":"poem"}"#);
        write(SUMMARY, "{}");
        let parts = "calm\t61\t3\trun calm\nkill\t9\t\trun kill\nhot\t9\t2\trun hot\nx\n";
        write(PARTS, &format!("{parts}raid\t9\t0\trun raid\n"));
        let folder = Folder::read(&dir).expect("it reads");
        assert!(folder.full && folder.machine.is_some());
        let names: Vec<_> = folder.scenarios.iter().map(|one| one.name.as_str()).collect();
        assert_eq!(names, ["calm", "kill", "another"]);
        let names: Vec<_> = folder.ratios.iter().map(|one| one.name.as_str()).collect();
        assert_eq!((names, folder.figures.len()), (vec!["post", "post-fair"], 1));
        let unread: Vec<_> = folder.unread.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(unread, ["cut.json", "other.json", PARTS, "raid.json"]);
        let failed: Vec<_> = folder.failed().map(|part| part.name.as_str()).collect();
        assert_eq!(failed, ["kill", "hot"], "a signal is no good end; to be late is no failure");
        assert_eq!(folder.parts[0].seconds, 61);
    }
}
