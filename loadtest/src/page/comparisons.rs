//! The comparisons and the single figures as rows of bars.

use super::axis::Axis;
use super::bars::{self, Bar};
use super::folder::Folder;
use super::form::{Figure, Ratio, Side};
use super::judge::{self, Word};
use super::{markup, number, series, table};
use serde_json::Value;

/// Entries of one figure's detail that the page shows.
const DETAIL_MAX: usize = 24;

/// The colour of a word.
pub(crate) fn class(word: &Word) -> &'static str {
    match word {
        Word::Reached => "reached",
        Word::Missed => "missed",
        Word::Void(_) => "void",
        Word::NoAim => "noaim",
    }
}

/// All comparisons on one axis.
pub(crate) fn ratios(folder: &Folder) -> String {
    if folder.ratios.is_empty() {
        return "<p>No comparison was made in this run.</p>\n".to_owned();
    }
    let aims = folder.ratios.iter().flat_map(|one| [one.aim, one.next]).flatten();
    let spreads = folder.ratios.iter().filter_map(judge::spread);
    let ends = spreads.flat_map(|spread| [spread.min, spread.max]);
    let axis = Axis::logarithmic(ends.chain(aims).chain([1.0]));
    let rows = folder.ratios.iter().map(|one| ratio(one, &axis, folder.full));
    let ticks = bars::ticks(&axis, "×");
    format!(
        "<div class=\"legend\">{LEGEND}</div>\n\
         <div class=\"row axis\"><div></div><div>{ticks}</div></div>\n{}\
         <div class=\"row axis\"><div></div><div>{ticks}</div></div>\n",
        rows.collect::<String>()
    )
}

const LEGEND: &str = "<span><i class=\"sample dot\"></i>median of the rounds</span> \
    <span><i class=\"sample whisker\"></i>lowest to highest round</span> \
    <span><i class=\"sample from\"></i>1×: as fast as the peer</span> \
    <span><i class=\"sample aim\"></i>the aim</span> \
    <span><i class=\"sample next\"></i>the next aim</span>";

fn ratio(ratio: &Ratio, axis: &Axis, full: bool) -> String {
    let word = judge::ratio(ratio, full);
    let spread = judge::spread(ratio);
    let label = spread.map_or_else(String::new, |spread| number::times(spread.median));
    let aim = table::aim(ratio.aim, ratio.better, "×");
    let range = spread.map_or_else(
        || "no round was finished by both".to_owned(),
        |spread| {
            format!(
                "{} ({}–{}, {} rounds)",
                number::times(spread.median),
                number::ratio(spread.min),
                number::ratio(spread.max),
                spread.rounds
            )
        },
    );
    let bar = Bar {
        axis: *axis,
        from: 1.0,
        value: spread.map(|spread| spread.median),
        whisker: spread.map(|spread| (spread.min, spread.max)),
        aim: ratio.aim.map(|at| (at, format!("aim {aim}"))),
        next: ratio.next,
        class: class(&word),
        label,
        told: format!("{}: {range}, aim {aim}, {}", ratio.title, word.written()),
    };
    let next = ratio.next.map_or_else(String::new, |next| {
        format!(", next {}", table::aim(Some(next), ratio.better, "×"))
    });
    let aims = if ratio.aim.is_some() { format!("; aim {aim}{next}") } else { String::new() };
    let words = format!(
        "<dl class=\"sides\">{}{}<dt>ratio</dt><dd>{range}{aims}</dd></dl>\n",
        side("ours", &ratio.ours, &ratio.unit),
        side("peer", &ratio.peer, &ratio.unit),
    );
    row(&ratio.title, &word, &words, &bar.drawn(false), &ratio.command)
}

/// One side with what it reached, how, and how many go in one message.
fn side(name: &str, side: &Side, unit: &str) -> String {
    let batch = side.batch.map_or_else(
        || "batch not said".to_owned(),
        |batch| format!("batch of {}", number::figure(batch as f64)),
    );
    let tool = side.own_tool.as_ref().map_or_else(String::new, |tool| {
        let share = tool.share.map_or_else(
            || "not compared".to_owned(),
            |share| format!("{:.0} % of it reached", share * 100.0),
        );
        format!(
            "; its own tool: {} {}, {share} ({})",
            number::maybe(tool.value),
            markup::text(unit),
            markup::text(&tool.label)
        )
    });
    format!(
        "<dt>{name}</dt><dd><b>{} {}</b>, {batch}: {}{tool}</dd>",
        number::maybe(judge::middle(&side.rounds)),
        markup::text(unit),
        markup::text(&side.label),
    )
}

/// A title with its word, the words under it, a drawing and the command that made it.
fn row(title: &str, word: &Word, words: &str, drawing: &str, command: &str) -> String {
    let is_void = matches!(word, Word::Void(_));
    let mut title = markup::text(title.trim_end_matches('.'));
    if is_void {
        title = format!("<s>{title}</s>");
    }
    let struck = if is_void { " class=\"struck\"" } else { "" };
    let why = match word {
        Word::Void(why) => format!("<p class=\"why\">Void: {}</p>\n", markup::text(why)),
        Word::Reached | Word::Missed | Word::NoAim => String::new(),
    };
    format!(
        "<section class=\"row\"><div><h3>{title} {}</h3>\n{why}</div>\n\
         <div class=\"drawing\">{drawing}</div>\n<div class=\"told\"><div{struck}>{words}</div>{}\
         </div></section>\n",
        markup::chip(class(word), word.written()),
        markup::command(command)
    )
}

/// Every single figure on an axis of its own.
pub(crate) fn figures(folder: &Folder) -> String {
    folder.figures.iter().map(figure).collect()
}

fn figure(figure: &Figure) -> String {
    let word = judge::figure(figure);
    let unit = &figure.unit;
    let aim = table::aim(figure.aim, figure.better, &format!(" {unit}"));
    let high = figure.value.unwrap_or(0.0).max(figure.aim.unwrap_or(0.0));
    let value = format!("{} {unit}", number::maybe(figure.value));
    let bar = Bar {
        axis: Axis::linear(high, 4),
        from: 0.0,
        value: figure.value.filter(|value| *value >= 0.0),
        whisker: None,
        aim: figure.aim.map(|at| (at, format!("aim {aim}"))),
        next: None,
        class: class(&word),
        label: value.clone(),
        told: format!("{}: {value}, aim {aim}, {}", figure.title, word.written()),
    };
    let aims = if figure.aim.is_some() { format!("; aim {aim}") } else { String::new() };
    let words = format!(
        "<dl class=\"sides\"><dt>value</dt><dd><b>{}</b>{}</dd>{}</dl>\n{}",
        markup::text(&value),
        markup::text(&aims),
        detail(&figure.detail),
        series::drawn(&figure.detail)
    );
    row(&figure.title, &word, &words, &bar.drawn(true), &figure.command)
}

/// What else was measured, as names and figures.
pub(crate) fn detail(detail: &Value) -> String {
    let entries: Vec<(String, &Value)> = match detail {
        Value::Object(entries) => {
            let is_told = |name: &str, value: &Value| name != series::SERIES && !value.is_null();
            let known = entries.iter().filter(|(name, value)| is_told(name, value));
            known.map(|(name, value)| (name.replace('_', " "), value)).collect()
        }
        Value::Null => Vec::new(),
        other => vec![("detail".to_owned(), other)],
    };
    let told = entries.iter().map(|(name, value)| (name, told(value)));
    let rows = told.filter(|(_, words)| !words.is_empty()).take(DETAIL_MAX).map(|(name, words)| {
        format!("<dt>{}</dt><dd>{}</dd>", markup::text(name), markup::text(&words))
    });
    rows.collect()
}

/// A value of the detail in words; a long list by its ends.
fn told(value: &Value) -> String {
    match value {
        Value::Null => "–".to_owned(),
        Value::Bool(true) => "yes".to_owned(),
        Value::Bool(false) => "no".to_owned(),
        Value::Number(figure) => number::maybe(figure.as_f64()),
        Value::String(words) => words.clone(),
        Value::Array(list) if list.len() > 8 => {
            let (first, last) = (&list[0], &list[list.len() - 1]);
            format!("{} … {} ({} values)", told(first), told(last), list.len())
        }
        Value::Array(list) => list.iter().map(told).collect::<Vec<_>>().join(", "),
        Value::Object(entries) => {
            let words = entries.iter().map(|(name, value)| format!("{name} {}", told(value)));
            words.collect::<Vec<_>>().join(", ")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::samples;

    #[test]
    fn both_batch_sizes_stand_beside_every_ratio() {
        let mut folder = Folder { ratios: vec![samples::ratio("a")], ..Folder::default() };
        let html = ratios(&folder);
        assert!(html.contains("batch of 1,000: POST of 1,000"), "{html}");
        assert!(html.contains("batch of 1: Redis 7 Lua"), "{html}");
        assert!(html.contains("93 % of it reached"), "{html}");
        folder.ratios[0].peer.batch = None;
        assert!(ratios(&folder).contains("batch not said"));
    }

    #[test]
    fn a_void_row_is_struck_and_says_why() {
        let mut folder = Folder { ratios: vec![samples::ratio("a")], ..Folder::default() };
        folder.ratios[0].void = Some("the machine slept".to_owned());
        let html = ratios(&folder);
        assert!(html.contains("<h3><s>Durable claims"), "{html}");
        assert!(html.contains("<div class=\"struck\"><dl"), "{html}");
        assert!(html.contains("Void: the machine slept"), "{html}");
        assert!(!html.contains("chip reached"), "{html}");
    }

    #[test]
    fn what_a_figure_holds_besides_is_told() {
        let mut result = samples::figure("memory");
        let values: Vec<u32> = (0..20).collect();
        result.detail = serde_json::json!({"open_files": 19_000, "flat": true, "mib": values});
        let html = figure(&result);
        for part in ["open files</dt><dd>19,000", "flat</dt><dd>yes", "0 … 19 (20 values)"] {
            assert!(html.contains(part), "{part}\n{html}");
        }
    }
}
