//! What the process's own metrics say, read from the text that `/metrics` gives: the page shows the
//! same figures.

use std::collections::BTreeMap;

/// Counters as they stood at one moment.
#[derive(Clone, PartialEq, Default, Debug)]
pub(super) struct Counts {
    /// Outcomes that hold or wait in line.
    pub(super) accepted: f64,
    /// All outcomes.
    pub(super) outcomes: f64,
    /// Refusals and errors, by reason.
    pub(super) rejects: BTreeMap<String, f64>,
    /// Sockets open now, those of operators not counted.
    pub(super) connections: f64,
    pub(super) connects: f64,
    pub(super) disconnects: f64,
    pub(super) messages: f64,
    pub(super) slow_drops: f64,
    pub(super) calls: f64,
    pub(super) busy: f64,
    pub(super) comments: f64,
    pub(super) unknown_codes: f64,
    pub(super) faults: f64,
}

impl Counts {
    /// Reads Prometheus' text form.
    pub(super) fn read(text: &str) -> Self {
        let mut counts = Self::default();
        for line in text.lines().filter(|line| !line.starts_with('#')) {
            if let Some((series, value)) = line.rsplit_once(' ')
                && let Ok(value) = value.parse::<f64>()
            {
                let (name, labels) = series.split_once('{').unwrap_or((series, ""));
                counts.add(name, labels, value);
            }
        }
        counts
    }

    fn add(&mut self, name: &str, labels: &str, value: f64) {
        let by_operators = label(labels, "role") == Some("ops");
        match name {
            "chot_orders_total" => {
                self.outcomes += value;
                if matches!(label(labels, "outcome"), Some("held" | "partial" | "waitlisted")) {
                    self.accepted += value;
                }
            }
            "chot_order_rejects_total" => {
                let reason = label(labels, "reason").unwrap_or("other");
                *self.rejects.entry(reason.to_owned()).or_default() += value;
            }
            "chot_ws_connections" if !by_operators => self.connections += value,
            "chot_ws_connects_total" if !by_operators => self.connects += value,
            "chot_ws_disconnects_total" if !by_operators => self.disconnects += value,
            "chot_ws_messages_sent_total" if !by_operators => self.messages += value,
            "chot_ws_slow_consumer_drops_total" if !by_operators => self.slow_drops += value,
            "chot_http_requests_total" => self.calls += value,
            "chot_bad_input_total" if label(labels, "code") == Some("busy") => self.busy += value,
            "chot_comments_parsed_total" => {
                self.comments += value;
                if label(labels, "result") == Some("unknown_code") {
                    self.unknown_codes += value;
                }
            }
            "chot_decide_panics_total" | "chot_lane_panics_total" => self.faults += value,
            _ => {}
        }
    }

    /// All refusals and errors.
    pub(super) fn rejected(&self) -> f64 {
        self.rejects.values().sum()
    }
}

/// The value of a label; ours are words without quotes in them.
fn label<'a>(labels: &'a str, name: &str) -> Option<&'a str> {
    let of_name = |pair: &'a str| pair.trim_end_matches('}').strip_prefix(name)?.strip_prefix('=');
    labels.split(',').find_map(of_name).map(|value| value.trim_matches('"'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_those_of_the_metrics_and_operators_do_not_count_themselves() {
        let text = "# TYPE chot_orders_total counter\n\
            chot_orders_total{outcome=\"held\"} 7\n\
            chot_orders_total{outcome=\"refused\"} 2\n\
            chot_order_rejects_total{reason=\"sold_out\"} 2\n\
            chot_ws_connections{role=\"viewer\"} 5\n\
            chot_ws_connections{role=\"ops\"} 1\n\
            chot_ws_disconnects_total{role=\"viewer\",code=\"1000\"} 3\n\
            chot_bad_input_total{code=\"busy\"} 4\n\
            chot_lane_panics_total 1\n";
        let counts = Counts::read(text);
        assert_eq!((counts.accepted, counts.outcomes, counts.rejected()), (7.0, 9.0, 2.0));
        assert_eq!((counts.connections, counts.disconnects), (5.0, 3.0));
        assert_eq!((counts.busy, counts.faults), (4.0, 1.0));
        assert_eq!(counts.rejects["sold_out"], 2.0);
    }
}
