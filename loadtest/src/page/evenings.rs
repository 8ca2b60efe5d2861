//! The evenings: a table of all of them, then each with its lines, counts and promises.

use super::axis::Axis;
use super::form::{Quantiles, Scenario, Second, Usage};
use super::lines::{self, Line, Plot};
use super::{comparisons, judge, markup, number};
use std::collections::BTreeMap;

/// Written figures along the time.
const TIME_PARTS: u32 = 6;

/// One line per evening.
pub(crate) fn overview(scenarios: &[Scenario]) -> String {
    let rows = scenarios.iter().enumerate().map(|(nth, one)| {
        let held = one.checks.iter().filter(|check| check.held).count();
        let errors: u64 = one.errors.values().sum();
        format!(
            "<tr><td><a href=\"#evening-{nth}\">{}</a></td><td>{}</td><td>{}</td>\
             <td class=\"wide\">{}</td><td class=\"wide\">{}</td><td>{held}/{} {}</td></tr>\n",
            markup::text(&one.name),
            number::maybe(one.ack_ms.p50),
            latency(one, one.ack_ms.p99),
            latency(one, one.ack_ms.p999),
            number::figure(errors as f64),
            one.checks.len(),
            promises_chip(one),
        )
    });
    format!(
        "<table class=\"overview\"><thead><tr><th>evening</th><th>ack p50 ms</th><th>p99</th>\
         <th class=\"wide\">p99.9</th><th class=\"wide\">errors</th><th>promises</th></tr></thead>\
         <tbody>\n{}</tbody></table>\n",
        rows.collect::<String>()
    )
}

/// A latency, struck where it does not count.
fn latency(scenario: &Scenario, figure: Option<f64>) -> String {
    let figure = number::maybe(figure);
    if judge::scenario_void(scenario).is_some() { format!("<s>{figure}</s>") } else { figure }
}

fn promises_chip(scenario: &Scenario) -> String {
    if judge::held(scenario) {
        markup::chip("reached", "held")
    } else {
        markup::chip("broken", "broken")
    }
}

/// Each evening in full.
pub(crate) fn sections(scenarios: &[Scenario]) -> String {
    scenarios.iter().enumerate().map(|(nth, one)| section(nth, one)).collect()
}

fn section(nth: usize, scenario: &Scenario) -> String {
    let void = judge::scenario_void(scenario);
    let why = void.map_or_else(String::new, |why| {
        let why = markup::text(&why);
        format!("<p class=\"why\">The latencies are void: {why}. The promises count.</p>\n")
    });
    let seed = scenario.seed.map_or_else(String::new, |seed| format!(", seed {seed}"));
    format!(
        "<section class=\"evening\" id=\"evening-{nth}\"><h3>{} {}</h3>\n\
         <p class=\"title\">{}{seed}</p>\n{why}{}{}{}{}{}</section>\n",
        markup::text(&scenario.name),
        promises_chip(scenario),
        markup::text(scenario.title.trim_end_matches('.')),
        facts(scenario),
        plots(scenario),
        counts(scenario),
        checks(scenario),
        markup::command(&scenario.command),
    )
}

/// What was offered and answered, how late, and what it took.
fn facts(scenario: &Scenario) -> String {
    let mut rows = vec![
        ("offered", number::maybe(scenario.offered)),
        ("answered", number::maybe(scenario.achieved)),
        ("dropped by the generator", number::maybe(scenario.dropped)),
    ];
    rows.extend(scenario.server.as_ref().map(|usage| ("server", used(usage))));
    rows.extend(scenario.generator.as_ref().map(|usage| ("generator", used(usage))));
    let rows = rows.iter().map(|(name, words)| format!("<dt>{name}</dt><dd>{words}</dd>"));
    let struck = if judge::scenario_void(scenario).is_some() { " class=\"struck\"" } else { "" };
    format!(
        "<div class=\"facts\"><dl>{}{}</dl>\n<table><thead><tr><th>ms</th><th>p50</th><th>p90</th>\
         <th>p99</th><th>p99.9</th><th>max</th></tr></thead><tbody><tr{struck}><th>ack</th>{}</tr>\
         <tr><th>send lag</th>{}</tr></tbody></table></div>\n",
        rows.collect::<String>(),
        comparisons::detail(&scenario.detail),
        cells(&scenario.ack_ms),
        cells(&scenario.send_lag_ms),
    )
}

fn cells(quantiles: &Quantiles) -> String {
    let Quantiles { p50, p90, p99, p999, max } = *quantiles;
    let cells = [p50, p90, p99, p999, max].map(|ms| format!("<td>{}</td>", number::maybe(ms)));
    cells.concat()
}

fn used(usage: &Usage) -> String {
    let mut words = vec![
        format!("{} s of CPU", number::maybe(usage.cpu_s)),
        format!("{} MiB", number::maybe(usage.rss_mib)),
    ];
    words.extend(
        usage
            .processes
            .map(|count| format!("{count} {}", if count == 1 { "process" } else { "processes" })),
    );
    words.join(", ")
}

/// Rates, latencies and stock over the same time, under the same marks.
fn plots(scenario: &Scenario) -> String {
    let seconds = &scenario.seconds;
    let mut marks = scenario.marks.clone();
    marks.sort_by(|a, b| a.t.total_cmp(&b.t));
    let end = seconds.iter().map(|second| second.t + 1.0);
    let end = end.chain(marks.iter().map(|mark| mark.t)).fold(0.0, f64::max);
    let time = Axis::until(end, TIME_PARTS);
    let line = |name, class, of: fn(&Second) -> Option<f64>| Line {
        name,
        class,
        points: seconds.iter().map(|second| (second.t, of(second))).collect(),
    };
    let plot = |title, axis, lines, numbered| {
        Plot { title, time, time_unit: " s", axis, lines, marks: &marks, numbered }.drawn()
    };
    let highest = |of: fn(&Second) -> [Option<f64>; 2]| {
        seconds.iter().flat_map(of).flatten().fold(0.0, f64::max)
    };
    let rates = plot(
        "each second",
        Axis::linear(highest(|second| [second.offered, second.acked]), 3),
        vec![
            line("offered", "offered", |second| second.offered),
            line("answered", "acked", |second| second.acked),
        ],
        true,
    );
    let latencies = seconds.iter().flat_map(|second| [second.p50, second.p99]).flatten();
    let latencies = plot(
        "ack, ms",
        Axis::logarithmic(latencies),
        vec![
            line("p50", "p50", |second| above_zero(second.p50)),
            line("p99", "p99", |second| above_zero(second.p99)),
        ],
        false,
    );
    let left = plot(
        "left in stock",
        Axis::linear(highest(|second| [second.left, None]), 3),
        vec![line("left", "left", |second| second.left)],
        false,
    );
    let drawn = [rates, latencies, left].concat();
    if drawn.is_empty() { drawn } else { drawn + &lines::legend(&marks) }
}

/// A logarithm has no place for zero.
fn above_zero(figure: Option<f64>) -> Option<f64> {
    figure.filter(|figure| *figure > 0.0)
}

/// Outcomes and errors with their counts.
fn counts(scenario: &Scenario) -> String {
    format!(
        "<div class=\"counts\">{}{}</div>\n",
        table("outcome", &scenario.outcomes, "no outcome"),
        table("error", &scenario.errors, "no error")
    )
}

fn table(name: &str, counts: &BTreeMap<String, u64>, none: &str) -> String {
    if counts.is_empty() {
        return format!("<p>{none}</p>");
    }
    let most = counts.values().copied().max().unwrap_or(1).max(1);
    let mut rows: Vec<_> = counts.iter().collect();
    rows.sort_by_key(|(_, count)| std::cmp::Reverse(**count));
    let rows = rows.iter().map(|(word, count)| {
        let (word, share) = (markup::text(word), **count as f64 / most as f64 * 100.0);
        let count = number::figure(**count as f64);
        format!(
            "<tr><td>{word}</td><td>{count}</td><td class=\"share\"><svg width=\"100%\" \
             height=\"10\" aria-hidden=\"true\"><rect width=\"{share:.1}%\" height=\"10\" /></svg>\
             </td></tr>"
        )
    });
    format!(
        "<table><thead><tr><th>{name}</th><th>count</th><th></th></tr></thead><tbody>{}</tbody>\
         </table>",
        rows.collect::<String>()
    )
}

/// The promises, each with a sign and a word.
fn checks(scenario: &Scenario) -> String {
    if scenario.checks.is_empty() {
        return "<p class=\"why\">It was not audited: no promise counts as kept.</p>\n".to_owned();
    }
    let items = scenario.checks.iter().map(|check| {
        let (class, sign) =
            if check.held { ("held", "✓ held") } else { ("broken", "✗ broken") };
        let detail = match &*check.detail {
            "" => String::new(),
            detail => format!(" <span>({})</span>", markup::text(detail)),
        };
        let promise = markup::text(&check.promise);
        format!("<li class=\"{class}\"><b>{sign}</b><div>{promise}{detail}</div></li>")
    });
    format!("<ul class=\"checks\">{}</ul>\n", items.collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::samples;

    #[test]
    fn an_evening_shows_its_lines_marks_counts_and_promises() {
        let html = section(0, &samples::scenario("flash"));
        for part in ["class=\"offered\"", "class=\"p99\"", "class=\"left\"", "✓ held"] {
            assert!(html.contains(part), "{part}");
        }
        assert!(html.contains("<li><span>31.5 s</span> server killed</li>"));
        assert!(html.contains("<td>waitlisted:sold_out</td><td>1,000</td>"));
        assert!(html.contains("<dt>orders ms</dt><dd>drop p50 3.1</dd>") && !html.contains("slow"));
        assert!(!html.contains("✗"));
    }

    #[test]
    fn a_late_evening_is_struck_but_its_promises_are_not() {
        let mut evening = samples::scenario("flash");
        evening.send_lag_ms.p99 = Some(500.0);
        evening.checks[0].held = false;
        let html = section(0, &evening) + &overview(&[evening]);
        assert!(html.contains("The latencies are void: the generator was late"), "{html}");
        assert!(html.contains("<tr class=\"struck\"><th>ack</th>"), "{html}");
        assert!(html.contains("<td><s>412</s></td>"), "{html}");
        assert!(html.contains("✗ broken"), "{html}");
    }

    #[test]
    fn an_evening_with_nothing_in_it_is_still_told() {
        let mut evening = samples::scenario("flash");
        evening.seconds.clear();
        evening.marks.clear();
        evening.outcomes.clear();
        evening.checks.clear();
        let html = section(0, &evening);
        assert!(html.contains("It was not audited") && html.contains("no outcome"), "{html}");
        assert!(!html.contains("<figure"), "{html}");
    }
}
