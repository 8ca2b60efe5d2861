//! Two small evenings and two short rounds beside a peer, against the real server: the program as
//! anybody runs it, its exit and its result.

use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The server of this build, beside us; built first where only this crate was.
fn chot() -> PathBuf {
    let ours = Path::new(env!("CARGO_BIN_EXE_loadtest"));
    let chot = ours.with_file_name(format!("chot{}", std::env::consts::EXE_SUFFIX));
    if !chot.exists() {
        let built = Command::new(env!("CARGO")).args(["build", "-p", "server"]).status();
        assert!(built.expect("cargo is there").success(), "the server builds");
    }
    chot
}

/// Plays an evening and returns its result.
fn played(arguments: &[&str]) -> Value {
    let out = tempfile::tempdir().expect("a temporary folder");
    let ran = Command::new(env!("CARGO_BIN_EXE_loadtest"))
        .arg("run")
        .args(arguments)
        .args(["--sample", "20", "--chot"])
        .arg(chot())
        .arg("--out")
        .arg(out.path())
        .output()
        .expect("it runs");
    let told = String::from_utf8_lossy(&ran.stdout).into_owned();
    let said = String::from_utf8_lossy(&ran.stderr).into_owned();
    // Void is no broken promise: whatever else this machine does makes us late.
    assert!(matches!(ran.status.code(), Some(0 | 3)), "{}\n{told}\n{said}", ran.status);
    let file = out.path().join(format!("{}.json", arguments[0]));
    let result = std::fs::read(file).expect("the result is written");
    let machine = std::fs::read(out.path().join("machine.json")).expect("so is the machine");
    let machine: Value = serde_json::from_slice(&machine).expect("reads");
    assert!(machine["disk_sync_us"]["p99"].as_f64().is_some_and(|us| us > 0.0), "{machine}");
    reported(out.path());
    serde_json::from_slice(&result).expect("reads")
}

/// What was written is what the report reads.
fn reported(folder: &Path) {
    let mut report = Command::new(env!("CARGO_BIN_EXE_loadtest"));
    let ran = report.arg("report").arg(folder).output().expect("it runs");
    let told = String::from_utf8_lossy(&ran.stdout).into_owned();
    assert!(ran.status.success() && told.contains("Every promise held"), "{told}");
}

fn check(result: &Value) {
    let checks = result["checks"].as_array().expect("checks");
    assert!(checks.len() >= 8, "{checks:?}");
    assert!(checks.iter().all(|check| check["held"] == true), "{checks:?}");
    assert_eq!(result["kind"], "scenario");
    assert_eq!(result["achieved"], result["offered"], "{}", result["errors"]);
    assert!(result["ack_ms"]["p99"].as_f64().is_some_and(|ms| ms > 0.0));
}

#[test]
fn a_small_evening_keeps_every_promise_with_two_processes() {
    let result = played(&["smoke", "--processes", "2"]);
    check(&result);
    assert_eq!(result["generator"]["processes"], 2);
    assert_eq!(result["detail"]["back_ms"]["max"].as_f64().map(|ms| ms > 0.0), Some(true));
}

#[test]
fn a_server_killed_in_a_burst_keeps_every_promise() {
    let result = played(&["kill", "--short", "--sockets", "40"]);
    check(&result);
    let marks = result["marks"].as_array().expect("marks");
    let killed = marks.iter().filter(|mark| mark["what"] == "server killed").count();
    assert_eq!(killed, 2, "{marks:?}");
}

/// One short round of a row beside Redis: the program fails if the books of a side do not add up.
fn compared(arguments: &[&str], row: &str) {
    let out = tempfile::tempdir().expect("a temporary folder");
    let mut peers = Command::new(env!("CARGO_BIN_EXE_loadtest"));
    peers.arg("peers").args(arguments).args(["--only", row, "--chot"]).arg(chot());
    let ran = peers.arg("--out").arg(out.path()).output().expect("it runs");
    let said = String::from_utf8_lossy(&ran.stderr).into_owned();
    assert!(ran.status.success(), "{}\n{said}", ran.status);
    let result = std::fs::read(out.path().join(format!("{row}.json"))).expect("a result");
    let result: Value = serde_json::from_slice(&result).expect("reads");
    assert!(result["ratios"]["median"].as_f64().is_some_and(|ratio| ratio > 0.0), "{result}");
}

#[test]
fn what_is_sold_by_posts_and_by_frames_beside_redis_adds_up() {
    compared(&["orders", "--seconds", "0.2", "--in-flight", "2"], "post-redis-batched");
    compared(&["sockets", "--seconds", "1", "--rounds", "1"], "ws-redis-always-500");
}
