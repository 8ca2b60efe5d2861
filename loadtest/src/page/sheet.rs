//! The page: one file that needs no network and no script.

use super::folder::Folder;
use super::form::{Machine, Quantiles};
use super::summary::Verdict;
use super::{comparisons, evenings, markup, number};

/// The whole look of it, in light, in dark and on paper.
const LOOK: &str = include_str!("sheet.css");

/// The page of a run.
pub(crate) fn drawn(folder: &Folder, verdict: &Verdict) -> String {
    let length = if folder.full { "full run" } else { "short run" };
    let figures = comparisons::figures(folder);
    let mut parts = vec![
        verdict_box(folder, verdict),
        machine(folder.machine.as_ref(), length),
        format!("<h2>Beside the peers</h2>\n<p class=\"note\">{RATIOS}</p>\n"),
        comparisons::ratios(folder),
    ];
    if !folder.scenarios.is_empty() {
        parts.push(format!("<h2>The evenings</h2>\n<p class=\"note\">{EVENINGS}</p>\n"));
        parts.push(evenings::overview(&folder.scenarios));
        parts.push(evenings::sections(&folder.scenarios));
    }
    if !figures.is_empty() {
        parts.push(format!("<h2>Single figures</h2>\n{figures}"));
    }
    parts.push(ran(folder));
    format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\" />\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\" />\n\
         <title>Chốt under load</title>\n<style>\n{LOOK}</style></head>\n<body><main>\n\
         <h1>Chốt under load</h1>\n<p class=\"vi\" lang=\"vi\">{VIETNAMESE}</p>\n{}</main></body>\
         </html>\n",
        parts.concat()
    )
}

const VIETNAMESE: &str =
    "Chốt dưới tải nặng: nhanh tới đâu, giữ lời tới đâu, đo cùng máy cùng lúc với phần mềm khác";

const RATIOS: &str = "Each bar is our figure over the peer’s, round by round, on the same machine \
    within the same run; the order of the two is swapped each round. The axis is logarithmic. Both \
    batch sizes stand beside each ratio, because they decide it: the pairs of like size have no \
    aim and are here for fairness.";

const EVENINGS: &str = "The schedule is fixed by the seed and kept whatever the server does; \
    latency counts from the planned moment. Every evening ends with an audit from outside, and a \
    promise that breaks fails the run, however fast it was.";

fn verdict_box(folder: &Folder, verdict: &Verdict) -> String {
    let class = if verdict.holds(folder) { "verdict" } else { "verdict broken" };
    let failed = folder.failed();
    let mut wrong: Vec<String> =
        failed.map(|one| format!("The part “{}”: {}", one.name, one.ended())).collect();
    let unread = folder.unread.iter();
    wrong.extend(unread.map(|(name, why)| format!("{name} could not be read: {why}")));
    let wrong: String =
        wrong.iter().map(|words| format!("<li>{}</li>", markup::text(words))).collect();
    let wrong = if wrong.is_empty() { wrong } else { format!("<ul>{wrong}</ul>") };
    let late = match verdict.evenings_void {
        0 => String::new(),
        late => format!("; the latencies of {late} of {} evenings are void", verdict.evenings),
    };
    format!(
        "<div class=\"{class}\"><p class=\"promises\">{}.</p>\n<p>{}{late}.</p>{wrong}</div>\n",
        verdict.promises(),
        verdict.speed()
    )
}

fn machine(machine: Option<&Machine>, length: &str) -> String {
    let Some(machine) = machine else {
        return format!("<p class=\"note\">{length}; the machine was not described.</p>\n");
    };
    let Quantiles { p50, p99, .. } = machine.disk_sync_us;
    let cores = number::maybe(machine.cores.map(|cores| cores as f64));
    let rows = [
        ("date", machine.date.clone()),
        ("commit", machine.commit.clone()),
        ("length", length.to_owned()),
        ("processor", format!("{}, {cores} cores", machine.cpu)),
        ("memory", format!("{} GiB", number::maybe(machine.memory_gib))),
        ("kernel", machine.kernel.clone()),
        ("disk sync p50 / p99", format!("{} / {} µs", number::maybe(p50), number::maybe(p99))),
    ];
    let rows = rows
        .iter()
        .filter(|(_, words)| !words.is_empty())
        .map(|(name, words)| format!("<div><dt>{name}</dt><dd>{}</dd></div>", markup::text(words)));
    format!("<dl class=\"machine\">{}</dl>\n", rows.collect::<String>())
}

/// Every part with its command, so that it can be run alone.
fn ran(folder: &Folder) -> String {
    if folder.parts.is_empty() {
        return String::new();
    }
    let rows = folder.parts.iter().map(|one| {
        let class = match one.exit {
            Some(0) => "reached",
            _ if folder.failed().any(|failed| failed == one) => "broken",
            _ => "void",
        };
        let exit = markup::chip(class, &one.ended());
        format!(
            "<li><b>{}</b> {} s {exit}<br /><code>{}</code></li>\n",
            markup::text(&one.name),
            number::figure(one.seconds as f64),
            markup::text(&one.command)
        )
    });
    format!("<h2>What was run</h2>\n<ol class=\"ran\">\n{}</ol>\n", rows.collect::<String>())
}

#[cfg(test)]
#[path = "sheet_tests.rs"]
mod tests;
