//! What the doors count. Labels are from short fixed lists; nothing here grows with viewers or
//! sessions.

use domain::outcome::{Outcome, OutcomeKind};
use domain::{Millis, Reason};
use metrics::{Counter, Histogram, counter, gauge, histogram};
use std::collections::BTreeMap;

/// By which door an order came, as the label `source`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Source {
    /// A post of platform comments.
    Comment,
    /// A viewer's socket.
    Tap,
    /// A host's call.
    Api,
}

impl Source {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Comment => "comment",
            Self::Tap => "tap",
            Self::Api => "api",
        }
    }
}

/// The platforms that have a label of their own; all others are counted as `other`.
const PLATFORMS: [&str; 6] = ["tiktok", "facebook", "zalo", "youtube", "own", "pasted"];

/// The platform's label.
pub(crate) fn platform_label(platform: &str) -> &'static str {
    PLATFORMS.into_iter().find(|known| *known == platform).unwrap_or("other")
}

/// Names and meanings, for exporters that show them. Called once by whoever installs the exporter.
pub fn describe() {
    use metrics::{describe_counter, describe_gauge, describe_histogram};
    describe_counter!(
        "chot_orders_received_total",
        "Comments, taps and staff orders taken, by source"
    );
    describe_counter!("chot_orders_total", "Outcomes, by outcome");
    describe_counter!("chot_order_rejects_total", "Refusals and errors, by reason");
    describe_histogram!(
        "chot_order_ack_duration_seconds",
        metrics::Unit::Seconds,
        "From reading a request to writing its answer, durable, by source"
    );
    describe_counter!("chot_comments_received_total", "Comments posted, by platform");
    describe_counter!("chot_comments_parsed_total", "What comments turned out to be, by result");
    describe_gauge!("chot_ws_connections", "Open sockets, by role");
    describe_counter!("chot_ws_connects_total", "Sockets welcomed, by role and whether resumed");
    describe_counter!("chot_ws_disconnects_total", "Sockets closed, by role and close code");
    describe_counter!("chot_ws_messages_sent_total", "Messages to sockets, by role");
    describe_counter!("chot_ws_messages_received_total", "Messages from sockets, by role");
    describe_counter!("chot_ws_sent_bytes_total", "Bytes to sockets, by role");
    describe_counter!("chot_ws_slow_consumer_drops_total", "Sockets closed as too slow, by role");
    describe_counter!("chot_http_requests_total", "HTTP calls, by route and status");
    describe_counter!("chot_shed_total", "What was asked to come again under pressure, by kind");
    describe_gauge!(
        "chot_pressure",
        "How hard the lanes are pressed: calm, busy, crowded as 0 to 2"
    );
    describe_counter!("chot_bad_input_total", "Problems and error frames, by code");
}

/// Counts one problem or error frame. `code` is one of ours.
pub(crate) fn bad_input(code: &'static str) {
    counter!("chot_bad_input_total", "code" => code).increment(1);
}

/// Counts one HTTP call. `route` is the pattern of the address, never the address.
pub(crate) fn http_call(route: &'static str, status: u16) {
    counter!("chot_http_requests_total", "route" => route, "status" => status.to_string())
        .increment(1);
}

/// How long it took from reading a request to writing its durable answer.
pub(crate) fn acked(source: Source, took: Millis) {
    histogram!("chot_order_ack_duration_seconds", "source" => source.as_str())
        .record(took.0 as f64 / 1_000.0);
}

/// Outcomes of one batch, added up before they are counted.
#[derive(Default)]
pub(crate) struct Tally {
    outcomes: BTreeMap<&'static str, u64>,
    reasons: BTreeMap<&'static str, u64>,
    platforms: BTreeMap<&'static str, u64>,
    parsed: BTreeMap<&'static str, u64>,
}

impl Tally {
    /// One comment of that platform.
    pub(crate) fn comment(&mut self, platform: &str) {
        *self.platforms.entry(platform_label(platform)).or_default() += 1;
    }

    /// One outcome.
    pub(crate) fn outcome(&mut self, result: &'static str, reason: Option<Reason>) {
        let parsed = match (result, reason) {
            ("held" | "partial" | "waitlisted", _) => "order",
            (_, Some(Reason::Question)) => "question",
            (_, Some(Reason::UnknownCode)) => "unknown_code",
            _ => "other",
        };
        *self.parsed.entry(parsed).or_default() += 1;
        *self.outcomes.entry(result).or_default() += 1;
        if let ("refused", Some(reason)) = (result, reason) {
            *self.reasons.entry(reason.as_str()).or_default() += 1;
        }
    }

    /// One entry that could not be taken.
    pub(crate) fn error(&mut self, reason: &'static str) {
        *self.outcomes.entry("error").or_default() += 1;
        *self.reasons.entry(reason).or_default() += 1;
    }

    /// Counts all of it.
    pub(crate) fn count(self, source: Source) {
        let received = self.outcomes.values().sum();
        counter!("chot_orders_received_total", "source" => source.as_str()).increment(received);
        for (outcome, n) in self.outcomes {
            counter!("chot_orders_total", "outcome" => outcome).increment(n);
        }
        for (reason, n) in self.reasons {
            counter!("chot_order_rejects_total", "reason" => reason).increment(n);
        }
        for (platform, n) in self.platforms {
            counter!("chot_comments_received_total", "platform" => platform).increment(n);
        }
        if matches!(source, Source::Comment) {
            for (result, n) in self.parsed {
                counter!("chot_comments_parsed_total", "result" => result).increment(n);
            }
        }
    }
}

/// Counts one outcome that came alone.
pub(crate) fn outcome(source: Source, result: &'static str, reason: Option<Reason>) {
    let mut tally = Tally::default();
    tally.outcome(result, reason);
    tally.count(source);
}

/// What viewers' sockets are answered, counted by handles that are looked up once: one answer must
/// not cost three searches by name.
pub(crate) struct Answered {
    received: Counter,
    outcomes: [(OutcomeKind, Counter); 7],
    took: Histogram,
}

impl Answered {
    /// Made when the doors are: whoever shows the figures is there by then.
    pub(crate) fn new() -> Self {
        use OutcomeKind::{Cancelled, Held, Noted, Partial, Refused, Review, Waitlisted};
        let source = Source::Tap.as_str();
        let kinds = [Held, Partial, Waitlisted, Cancelled, Refused, Review, Noted];
        Self {
            received: counter!("chot_orders_received_total", "source" => source),
            outcomes: kinds.map(|kind| {
                let word = kind.as_str();
                (kind, counter!("chot_orders_total", "outcome" => word))
            }),
            took: histogram!("chot_order_ack_duration_seconds", "source" => source),
        }
    }

    /// One outcome, so long after its message came.
    pub(crate) fn count(&self, outcome: &Outcome, took: Millis) {
        self.received.increment(1);
        let counter = self.outcomes.iter().find(|(kind, _)| *kind == outcome.kind);
        counter.iter().for_each(|(_, counter)| counter.increment(1));
        if let (OutcomeKind::Refused, Some(reason)) = (outcome.kind, outcome.reason) {
            counter!("chot_order_rejects_total", "reason" => reason.as_str()).increment(1);
        }
        self.took.record(took.0 as f64 / 1_000.0);
    }
}

/// Who is at a socket, as the label `role`; operators are counted by their own page.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum At {
    /// A viewer.
    Viewer,
    /// A shop's own people.
    Host,
    /// A stream's program.
    Overlay,
}

impl At {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::Host => "host",
            Self::Overlay => "overlay",
        }
    }
}

/// What is counted for a socket; counts its end when it goes.
pub(crate) struct SocketCount {
    role: &'static str,
    welcomed: bool,
    code: u16,
    sent: u64,
    sent_bytes: u64,
    received: u64,
}

/// After this many messages a socket's figures are handed in, so that counting costs no socket
/// anything.
const HAND_IN_EVERY: u64 = 64;

impl SocketCount {
    /// A socket was welcomed.
    pub(crate) fn welcomed(at: At, resumed: bool) -> Self {
        let resumed = if resumed { "true" } else { "false" };
        let role = at.as_str();
        gauge!("chot_ws_connections", "role" => role).increment(1);
        counter!("chot_ws_connects_total", "role" => role, "resumed" => resumed).increment(1);
        Self::new(role, true)
    }

    /// A socket that ends before it was welcomed.
    pub(crate) fn unwelcome(at: At) -> Self {
        Self::new(at.as_str(), false)
    }

    /// Made once: what is dropped counts as an end.
    fn new(role: &'static str, welcomed: bool) -> Self {
        Self { role, welcomed, code: 1006, sent: 0, sent_bytes: 0, received: 0 }
    }

    /// The code with which it closes.
    pub(crate) fn closes(&mut self, code: u16) {
        self.code = code;
    }

    /// Messages that left together.
    pub(crate) fn sent(&mut self, messages: u64, bytes: u64) {
        self.sent += messages;
        self.sent_bytes += bytes;
        self.hand_in(HAND_IN_EVERY);
    }

    /// One message came.
    pub(crate) fn received(&mut self) {
        self.received += 1;
        self.hand_in(HAND_IN_EVERY);
    }

    fn hand_in(&mut self, from: u64) {
        if self.sent + self.received < from {
            return;
        }
        counter!("chot_ws_messages_sent_total", "role" => self.role).increment(self.sent);
        counter!("chot_ws_sent_bytes_total", "role" => self.role).increment(self.sent_bytes);
        counter!("chot_ws_messages_received_total", "role" => self.role).increment(self.received);
        (self.sent, self.sent_bytes, self.received) = (0, 0, 0);
    }
}

impl Drop for SocketCount {
    fn drop(&mut self) {
        self.hand_in(1);
        if self.welcomed {
            gauge!("chot_ws_connections", "role" => self.role).decrement(1);
        }
        let code = close_label(self.code);
        counter!("chot_ws_disconnects_total", "role" => self.role, "code" => code).increment(1);
        if self.code == 1013 {
            counter!("chot_ws_slow_consumer_drops_total", "role" => self.role).increment(1);
        }
    }
}

/// Close codes that have a label of their own.
pub(crate) fn close_label(code: u16) -> &'static str {
    match code {
        1000 => "1000",
        1001 => "1001",
        1006 => "1006",
        1007 => "1007",
        1012 => "1012",
        1013 => "1013",
        4000 => "4000",
        4001 => "4001",
        4500 => "4500",
        _ => "other",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_platform_nobody_knows_makes_no_label_of_its_own() {
        assert_eq!(platform_label("zalo"), "zalo");
        assert_eq!(platform_label("zalo2"), "other");
    }
}
