//! `deploy/README.md` against the code: every metric, every setting, and nothing that is neither.

use crate::complaint::Complaint;
use crate::rust::Source;
use crate::tree::root;
use std::collections::BTreeMap;

const RUNBOOK: &str = "deploy/README.md";
const ALERTS: &str = "deploy/alerts.yml";

/// Where names stand that no operator meets: chores and the load test have pages of their own.
const NOT_OPERATED: [&str; 2] = ["crates/xtask/", "loadtest/"];

/// Settings that other programs read too, so they lack our prefix.
const SETTINGS_OF_ALL: [&str; 2] = ["DATABASE_URL", "REDIS_URL"];

/// Names with the lines where they first stand.
type Named = BTreeMap<String, (String, usize)>;

/// Metrics: strings `chot_…` in code, rows that begin with `` `chot_…` `` in the runbook.
pub(crate) fn metrics(sources: &[Source]) -> Vec<Complaint> {
    compare(&in_code(sources, is_metric), &in_rows(&runbook(), is_metric), "metric")
}

/// Settings: strings `CHOT_…` in code, and the same in rows of the runbook.
pub(crate) fn settings(sources: &[Source]) -> Vec<Complaint> {
    compare(&in_code(sources, is_setting), &in_rows(&runbook(), is_setting), "setting")
}

/// Metrics that an alert asks for and the runbook does not list.
pub(crate) fn alerts() -> Vec<Complaint> {
    let listed = in_rows(&runbook(), is_metric);
    let text = std::fs::read_to_string(root().join(ALERTS)).unwrap_or_default();
    let mut complaints = Vec::new();
    for (at, line) in text.lines().enumerate() {
        let words = line.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_'));
        let unlisted = words.filter(|word| is_metric(word) && !is_listed(&listed, word));
        complaints.extend(unlisted.map(|name| {
            let says = format!("{RUNBOOK} lists no metric `{name}`");
            Complaint::at(ALERTS, at + 1, says)
        }));
    }
    complaints
}

/// True for a metric of the list, and for the series that a histogram of the list is made of.
fn is_listed(listed: &Named, name: &str) -> bool {
    let series = ["", "_bucket", "_count", "_sum"].into_iter();
    let mut bases = series.filter_map(|suffix| name.strip_suffix(suffix));
    bases.any(|base| listed.contains_key(base))
}

fn compare(in_code: &Named, in_runbook: &Named, what: &str) -> Vec<Complaint> {
    let unlisted = in_code.iter().filter(|(name, _)| !in_runbook.contains_key(*name));
    let unlisted = unlisted.map(|(name, (path, line))| {
        let says = format!("the {what} `{name}` is not in {RUNBOOK}: give it a row there");
        Complaint::at(path, *line, says)
    });
    let unknown = in_runbook.iter().filter(|(name, _)| !in_code.contains_key(*name));
    let unknown = unknown.map(|(name, (path, line))| {
        let says = format!("no code knows the {what} `{name}`: take the row out");
        Complaint::at(path, *line, says)
    });
    unlisted.chain(unknown).collect()
}

fn in_code(sources: &[Source], is_name: fn(&str) -> bool) -> Named {
    let mut named = Named::new();
    let operated = |path: &str| !NOT_OPERATED.iter().any(|place| path.starts_with(place));
    for source in sources.iter().filter(|source| operated(&source.path)) {
        for (at, text) in &source.strings {
            if is_name(text) && !source.in_test[*at] {
                let place = (source.path.clone(), at + 1);
                named.entry(text.clone()).or_insert(place);
            }
        }
    }
    named
}

/// The names in the first two cells of table rows, between backquotes.
fn in_rows(runbook: &str, is_name: fn(&str) -> bool) -> Named {
    let mut named = Named::new();
    for (at, line) in runbook.lines().enumerate() {
        let cells = line.split('|').skip(1).take(2);
        let quoted = cells.flat_map(|cell| cell.split('`').skip(1).step_by(2));
        for name in quoted.filter(|name| is_name(name)) {
            let place = (RUNBOOK.to_owned(), at + 1);
            named.entry(name.to_owned()).or_insert(place);
        }
    }
    named
}

fn runbook() -> String {
    std::fs::read_to_string(root().join(RUNBOOK)).unwrap_or_default()
}

fn is_metric(text: &str) -> bool {
    let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    text.starts_with("chot_") && text.chars().all(is_plain) && !text.ends_with('_')
}

fn is_setting(text: &str) -> bool {
    let is_plain = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_';
    let ours = text.starts_with("CHOT_") && text.chars().all(is_plain) && !text.ends_with('_');
    ours || SETTINGS_OF_ALL.contains(&text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_only_one_side_knows_is_told() {
        let code = "counter!(\"chot_orders_total\");\nenv(\"CHOT_DATA\"); token(\"chot_host_\");";
        let sources = [Source::read("crates/hub/src/a.rs", code)];
        let check = |runbook: &str, is_name: fn(&str) -> bool, complaints| {
            let found = compare(&in_code(&sources, is_name), &in_rows(runbook, is_name), "name");
            assert_eq!(found.len(), complaints, "{runbook}");
        };
        check("| `chot_orders_total` | counter |", is_metric, 0);
        check("| `--data` | `CHOT_DATA` | where |", is_setting, 0);
        check("orders: `chot_orders_total`", is_metric, 1);
        check("| `chot_orders_total` |\n| `chot_gone` |", is_metric, 1);
        check("", is_setting, 1);
    }
}
