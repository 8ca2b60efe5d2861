//! The files of the evenings, as they are.

use super::*;

/// A short run's load at most, in seconds.
const SHORT_SECONDS_MAX: f64 = 20.0;

/// How long an evening's people write; of a ramp, its longest.
fn seconds(scenario: &Scenario) -> f64 {
    let phases: f64 = scenario.phases.iter().map(|phase| phase.seconds).sum();
    let ramp = scenario.ramp.as_ref().map_or(0.0, |ramp| {
        let steps = crate::ramp::steps(ramp).len() as u64;
        (steps * ramp.step_seconds + 2 * ramp.plateau_seconds) as f64
    });
    phases + ramp
}

#[test]
fn every_evening_reads_in_both_forms_and_the_short_one_is_short() {
    for name in names() {
        for short in [false, true] {
            let scenario = Scenario::named(name, short).expect(name);
            let seconds = seconds(&scenario);
            assert!(seconds > 0.0, "{name}");
            assert!(!short || seconds <= SHORT_SECONDS_MAX, "{name}: {seconds} s");
            let end_ms = (seconds * 1e3) as u64;
            assert!(scenario.faults.iter().all(|fault| fault.at_ms() < end_ms), "{name}");
            for expected in &scenario.expectations {
                let known = |name: &String| scenario.phases.iter().any(|one| one.name == *name);
                assert!(known(&expected.phase) && known(&expected.against), "{name}");
            }
        }
    }
}

#[test]
fn an_unknown_evening_is_told_the_known_ones() {
    let error = Scenario::named("quiet", false).expect_err("there is none");
    assert!(error.to_string().contains("calm, flash"), "{error}");
}

#[test]
fn the_drop_has_its_own_stock_and_the_others_theirs() {
    let scenario = Scenario::named("flash", false).expect("the file reads");
    let offers = &scenario.session()["offers"];
    assert_eq!(offers[0]["stock"], 500);
    assert_eq!(offers[1]["step"], 0.5);
    assert_eq!(offers[1]["packs"]["thùng"], 10);
}

#[test]
fn with_fewer_sockets_the_others_shrink_in_proportion() {
    let mut scenario = Scenario::named("flash", false).expect("the file reads");
    scenario.set_sockets(800);
    assert_eq!((scenario.sockets, scenario.viewers), (800, 900));
}
