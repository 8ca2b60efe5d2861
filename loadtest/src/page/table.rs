//! The comparisons as a table for the terminal.

use super::folder::Folder;
use super::form::Side;
use super::judge::{self, Word};
use super::number;
use super::summary::Verdict;
use crate::figure::Better;

/// A title longer than this goes on in the page.
const TITLE_CHARS_MAX: usize = 64;

const HEAD: [&str; 9] =
    ["name", "comparison", "ours", "batch", "peer", "batch", "ratio (min–max)", "aim", "word"];

/// Everything a terminal is told at the end of a run.
pub(crate) fn written(folder: &Folder, verdict: &Verdict) -> String {
    let mut text = String::new();
    let rows: Vec<[String; 9]> = folder.ratios.iter().map(|one| row(one, folder.full)).collect();
    if !rows.is_empty() {
        text.push_str(&aligned(2, &HEAD.map(str::to_owned), &rows));
        text.push('\n');
    }
    let rows: Vec<[String; 5]> = folder.figures.iter().map(figure).collect();
    if !rows.is_empty() {
        text.push_str(&aligned(
            2,
            &["name", "figure", "value", "aim", "word"].map(str::to_owned),
            &rows,
        ));
        text.push('\n');
    }
    let rows: Vec<[String; 5]> = folder.scenarios.iter().map(evening).collect();
    if !rows.is_empty() {
        let head = ["evening", "ack p99 ms", "send lag p99 ms", "promises", "latencies"];
        text.push_str(&aligned(1, &head.map(str::to_owned), &rows));
        text.push('\n');
    }
    text.push_str(&notes(folder));
    text.push_str(&format!("{}.\n{}.\n", verdict.promises(), verdict.speed()));
    text
}

fn row(ratio: &super::form::Ratio, full: bool) -> [String; 9] {
    let word = judge::ratio(ratio, full);
    let batch = |side: &Side| side.batch.map_or_else(|| "–".into(), |n| number::figure(n as f64));
    let spread = judge::spread(ratio).map_or_else(
        || "–".to_owned(),
        |spread| {
            let [median, min, max] = [spread.median, spread.min, spread.max].map(number::ratio);
            format!("{median}× ({min}–{max})")
        },
    );
    [
        ratio.name.clone(),
        shortened(&ratio.title),
        with_unit(judge::middle(&ratio.ours.rounds), &ratio.unit),
        batch(&ratio.ours),
        with_unit(judge::middle(&ratio.peer.rounds), &ratio.unit),
        batch(&ratio.peer),
        spread,
        aim(ratio.aim, ratio.better, "×"),
        word.written().to_owned(),
    ]
}

fn figure(figure: &super::form::Figure) -> [String; 5] {
    [
        figure.name.clone(),
        shortened(&figure.title),
        with_unit(figure.value, &figure.unit),
        aim(figure.aim, figure.better, ""),
        judge::figure(figure).written().to_owned(),
    ]
}

fn evening(scenario: &super::form::Scenario) -> [String; 5] {
    let held = scenario.checks.iter().filter(|check| check.held).count();
    let word = if judge::held(scenario) { "held" } else { "BROKEN" };
    [
        scenario.name.clone(),
        number::maybe(scenario.ack_ms.p99),
        number::maybe(scenario.send_lag_ms.p99),
        format!("{word} {held}/{}", scenario.checks.len()),
        if judge::scenario_void(scenario).is_some() { "void" } else { "count" }.to_owned(),
    ]
}

/// Why something is void, which promise broke, what was not run or cannot be read.
fn notes(folder: &Folder) -> String {
    let mut lines = Vec::new();
    let ratios = folder.ratios.iter().map(|one| (&one.name, judge::ratio(one, folder.full)));
    let figures = folder.figures.iter().map(|one| (&one.name, judge::figure(one)));
    for (name, word) in ratios.chain(figures) {
        if let Word::Void(why) = word {
            lines.push(format!("void: {name}: {why}"));
        }
    }
    for one in &folder.scenarios {
        lines.extend(judge::scenario_void(one).map(|why| format!("void: {}: {why}", one.name)));
        let broken = one.checks.iter().filter(|check| !check.held);
        lines.extend(broken.map(|c| format!("BROKEN: {}: {} ({})", one.name, c.promise, c.detail)));
    }
    lines.extend(
        folder
            .failed()
            .map(|one| format!("FAILED: {}: {}: {}", one.name, one.ended(), one.command)),
    );
    let unread = folder.unread.iter();
    lines.extend(unread.map(|(name, why)| format!("UNREADABLE: {name}: {why}")));
    if lines.is_empty() { String::new() } else { lines.join("\n") + "\n\n" }
}

/// `≥ 6×`, `≤ 1.1×`, or a dash.
pub(crate) fn aim(aim: Option<f64>, better: Better, unit: &str) -> String {
    let sign = better.sign();
    aim.map_or_else(|| "–".to_owned(), |aim| format!("{sign} {}{unit}", number::figure(aim)))
}

fn with_unit(value: Option<f64>, unit: &str) -> String {
    value.map_or_else(|| "–".to_owned(), |value| format!("{} {unit}", number::figure(value)))
}

fn shortened(title: &str) -> String {
    let title = title.trim_end_matches('.');
    if title.chars().count() <= TITLE_CHARS_MAX {
        return title.to_owned();
    }
    let kept: String = title.chars().take(TITLE_CHARS_MAX - 1).collect();
    format!("{}…", kept.trim_end())
}

/// Columns as wide as their widest cell: the first `words` and the last to the left, the figures
/// between them to the right.
fn aligned<const N: usize>(words: usize, head: &[String; N], rows: &[[String; N]]) -> String {
    let all = || std::iter::once(head).chain(rows);
    let widths: [usize; N] = std::array::from_fn(|column| {
        all().map(|row| row[column].chars().count()).max().unwrap_or(0)
    });
    let line = |row: &[String; N]| {
        let cells = row.iter().zip(widths).enumerate().map(|(column, (cell, width))| {
            let room = " ".repeat(width - cell.chars().count());
            let is_words = column < words || column == N - 1;
            if is_words { format!("{cell}{room}") } else { format!("{room}{cell}") }
        });
        cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    let rule = widths.map(|width| "─".repeat(width)).join("  ");
    let mut lines: Vec<String> = all().map(line).collect();
    lines.insert(1, rule);
    lines.join("\n") + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::samples::{figure, ratio, scenario};

    #[test]
    fn every_comparison_has_one_aligned_row() {
        let mut folder = Folder { ratios: vec![ratio("a"), ratio("b")], ..Folder::default() };
        folder.ratios[1].title = "ế".repeat(200);
        folder.ratios[1].peer.batch = None;
        let text = written(&folder, &Verdict::of(&folder));
        let lines: Vec<_> = text.lines().collect();
        assert!(lines[2].contains("310,000 orders/s  1,000  41,200 orders/s"), "{text}");
        assert!(lines[2].contains("7.38× (6.91–8.02)  ≥ 6×  reached"), "{text}");
        let width = |line: &str| line.chars().count();
        assert_eq!(width(lines[2]), width(lines[3]), "{text}");
        assert!(width(lines[2]) <= 180, "{text}");
    }

    #[test]
    fn what_does_not_count_or_hold_is_said_with_its_reason() {
        let mut folder = Folder {
            ratios: vec![ratio("a")],
            figures: vec![figure("b")],
            scenarios: vec![scenario("calm")],
            unread: vec![("x.json".to_owned(), "cut".to_owned())],
            ..Folder::default()
        };
        folder.ratios[0].void = Some("the disk was full".to_owned());
        folder.scenarios[0].checks[1].held = false;
        let verdict = Verdict::of(&folder);
        assert!(!verdict.holds(&folder));
        let text = written(&folder, &verdict);
        for part in [
            "void: a: the disk was full",
            "BROKEN: calm: never oversold",
            "UNREADABLE: x.json: cut",
            "A promise broke in 1 of 1 evenings: 1 of 2 checks held.",
            "1 of 2 aims reached, 0 missed, 1 void.",
        ] {
            assert!(text.contains(part), "{part}\n{text}");
        }
    }

    #[test]
    fn a_missed_speed_is_no_broken_promise_and_an_empty_folder_proves_nothing() {
        let mut folder = Folder { ratios: vec![ratio("a")], ..Folder::default() };
        folder.ratios[0].aim = Some(1_000.0);
        let verdict = Verdict::of(&folder);
        assert_eq!((verdict.reached, verdict.missed), (0, 1));
        assert!(verdict.holds(&folder));
        let empty = Folder::default();
        assert!(!Verdict::of(&empty).holds(&empty));
    }
}
