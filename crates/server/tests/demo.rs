//! The demo: a practice live from the first comment to a summary that balances.

mod house;

use house::House;
use serde_json::Value;

#[test]
fn a_practice_live_runs_answers_and_balances() {
    let house = House::empty();
    let played = house.run(&[
        "demo",
        "--json",
        "--seconds",
        "6",
        "--listen",
        "127.0.0.1:0",
        "--ops-listen",
        "127.0.0.1:0",
    ]);
    let said = String::from_utf8_lossy(&played.stdout);
    let error = String::from_utf8_lossy(&played.stderr);
    assert!(played.status.success(), "{said}\n{error}");
    let first: Value = serde_json::from_str(said.lines().next().expect("a line")).expect("JSON");
    for name in ["viewer", "overlay", "ops", "session", "host_token"] {
        assert!(first[name].is_string(), "{first}");
    }
    assert!(said.contains("It balances."), "{said}");
    assert!(!said.contains("failed"), "{said}");
    let held = said.lines().find(|line| line.trim_start().starts_with("held"));
    assert!(held.is_some(), "somebody got something: {said}");
}
