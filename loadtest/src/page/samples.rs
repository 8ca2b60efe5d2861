//! Results for the tests of the page, built as the parts write them.

use super::form::{Figure, Ratio, ResultFile, Scenario};
use serde_json::{Value, json};

/// A comparison that reached its aim in three rounds.
pub(crate) fn ratio_json(name: &str) -> Value {
    json!({
        "kind": "ratio", "name": name, "unit": "orders/s",
        "title": "Durable claims on one hot offer beside a Redis script",
        "ours": {"label": "POST of 1,000, 4 in flight", "batch": 1_000,
            "rounds": [310_000.0, 280_000.0, 330_500.0]},
        "peer": {"label": "Redis 7 Lua, appendfsync always, 50 × 32", "batch": 1,
            "rounds": [42_000.0, 40_500.0, 41_200.0],
            "own_tool": {"label": "redis-benchmark -P 32", "value": 45_000.0, "share": 0.93}},
        "ratios": {"median": 7.38, "min": 6.91, "max": 8.02},
        "aim": 6.0, "next": 10.0, "better": "more", "void": null,
        "command": "target/release/loadtest peers orders --only post-redis-always",
    })
}

/// A figure that keeps below its ceiling.
pub(crate) fn figure_json(name: &str) -> Value {
    json!({
        "kind": "figure", "name": name, "title": "Memory of one idle viewer in the server",
        "unit": "KiB", "value": 6.2, "aim": 8.0, "better": "less", "void": null,
        "detail": {"sockets": 19_000, "addresses": 17,
            "series": {"hours": [0.5, 1.0], "mib": [120.0, 121.0]}},
        "command": "target/release/loadtest peers sockets --only memory",
    })
}

/// An evening of a minute whose promises held.
pub(crate) fn scenario_json(name: &str) -> Value {
    let seconds: Vec<Value> = (0..60)
        .map(|t| {
            let burst = if t < 3 { 0.0 } else { 5_000.0 * 0.93_f64.powi(t - 3) };
            let answered = (burst > 1.0).then_some(burst);
            json!({"t": t, "offered": burst, "acked": burst * 0.98,
                "p50": answered.map(|burst| 1.0 + burst / 400.0),
                "p99": answered.map(|burst| 4.0 + burst / 12.0),
                "left": 500.0 - f64::from(t.saturating_sub(2)).min(5.0) * 100.0})
        })
        .collect();
    json!({
        "kind": "scenario", "name": name, "seed": 1, "void": null,
        "title": "Everybody presses when one offer opens",
        "command": format!("target/release/loadtest run {name} --seed 1"),
        "offered": 71_234, "achieved": 70_992, "dropped": 0,
        "send_lag_ms": {"p50": 0.1, "p99": 1.9, "p999": 4.2, "max": 9.0},
        "ack_ms": {"p50": 3.2, "p90": 40.0, "p99": 412.0, "p999": 730.0, "max": 911.0},
        "outcomes": {"held:ok": 500, "waitlisted:sold_out": 1_000, "refused:sold_out": 69_492},
        "errors": {"busy": 242},
        "seconds": seconds,
        "marks": [{"t": 3.0, "what": "offer opens"}, {"t": 4.2, "what": "sold out"},
            {"t": 31.5, "what": "server killed"}],
        "server": {"cpu_s": 31.2, "rss_mib": 148.0},
        "generator": {"cpu_s": 40.9, "rss_mib": 210.0, "processes": 2},
        "detail": {"sockets": 8_000, "slow_ms": null, "orders_ms": {"drop": {"p50": 3.1}}},
        "checks": [
            {"promise": "what was acknowledged is in the ledger, once and unchanged",
                "held": true, "detail": "70992 outcomes"},
            {"promise": "never oversold, every key once, numbers from 1 without gaps",
                "held": true, "detail": "500 sold of 500"}],
    })
}

/// What it was measured on.
pub(crate) fn machine_json() -> Value {
    json!({
        "kind": "machine", "name": "machine", "cpu": "A processor of the valley", "cores": 2,
        "memory_gib": 23.4, "kernel": "6.1.0", "commit": "0a1b2c3", "date": "2026-11-29",
        "disk_sync_us": {"p50": 192.0, "p99": 316.0},
    })
}

pub(crate) fn ratio(name: &str) -> Ratio {
    match read(ratio_json(name)) {
        ResultFile::Ratio(ratio) => ratio,
        other => panic!("{other:?}"),
    }
}

pub(crate) fn figure(name: &str) -> Figure {
    match read(figure_json(name)) {
        ResultFile::Figure(figure) => figure,
        other => panic!("{other:?}"),
    }
}

pub(crate) fn scenario(name: &str) -> Scenario {
    match read(scenario_json(name)) {
        ResultFile::Scenario(scenario) => *scenario,
        other => panic!("{other:?}"),
    }
}

fn read(value: Value) -> ResultFile {
    serde_json::from_value(value).expect("the shared form")
}
