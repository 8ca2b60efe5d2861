//! What a figure's detail holds as series: one plot each, over the hours that passed.

use super::axis::Axis;
use super::lines::{Line, Plot};
use serde_json::Value;

/// The entry of the detail, and what in it everything else is drawn over.
pub(crate) const SERIES: &str = "series";
const HOURS: &str = "hours";

/// Plots that one figure may have.
const PLOTS_MAX: usize = 12;

/// All series of a detail; nothing if it has none.
pub(crate) fn drawn(detail: &Value) -> String {
    let Some(series) = detail.get(SERIES) else {
        return String::new();
    };
    let hours = figures(&series[HOURS]);
    let mut found = Vec::new();
    named("", series, &mut found);
    let wanted = found.iter().filter(|(name, figures)| {
        name != HOURS && figures.len() == hours.len() && !hours.is_empty()
    });
    wanted.take(PLOTS_MAX).map(|(name, figures)| plot(name, &hours, figures)).collect()
}

fn plot(name: &str, hours: &[Option<f64>], figures: &[Option<f64>]) -> String {
    let end = hours.iter().copied().flatten().fold(0.0, f64::max);
    let highest = figures.iter().copied().flatten().fold(0.0, f64::max);
    let points = hours.iter().zip(figures).filter_map(|(at, figure)| Some(((*at)?, *figure)));
    Plot {
        title: &name.replace('_', " "),
        time: Axis::until(end, 6),
        time_unit: " h",
        axis: Axis::linear(highest, 3),
        lines: vec![Line { name: "", class: "acked", points: points.collect() }],
        marks: &[],
        numbered: false,
    }
    .drawn()
}

/// Every list of figures in there, by the names on the way to it.
fn named(name: &str, value: &Value, found: &mut Vec<(String, Vec<Option<f64>>)>) {
    match value {
        Value::Array(_) => found.push((name.to_owned(), figures(value))),
        Value::Object(entries) => {
            for (entry, value) in entries {
                let name = format!("{name} {entry}");
                named(name.trim_start(), value, found);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn figures(value: &Value) -> Vec<Option<f64>> {
    value.as_array().map(|list| list.iter().map(Value::as_f64).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_series_is_drawn_over_the_hours() {
        let detail = serde_json::json!({"series": {
            "hours": [1, 2, 3],
            "memory_mib": [100.0, 101.5, 101.0],
            "bytes": {"journal": [1, 2, 3], "cut": [1]},
        }});
        let html = drawn(&detail);
        assert_eq!(html.matches("<figure").count(), 2, "{html}");
        assert!(html.contains("memory mib over time") && html.contains("bytes journal"), "{html}");
        assert!(html.contains("0 h</text>"), "{html}");
        assert_eq!(drawn(&serde_json::json!({"series": {"memory": [1, 2]}})), "");
        assert_eq!(drawn(&Value::Null), "");
    }
}
