//! Schedules: the same from the same seed, by their phases, divided among processes.

use super::*;
use crate::scenario::Junk;
use std::collections::BTreeMap;

fn people(seed: u64) -> People {
    People { seed, viewers: 300, sockets: 200 }
}

fn calm(seconds: f64, comments_per_second: f64) -> Phase {
    Phase { name: "calm".into(), seconds, comments_per_second, ..Phase::default() }
}

fn planned(seed: u64, phases: &[Phase]) -> Vec<Planned> {
    schedule(people(seed), phases).expect("on sale")
}

#[test]
fn the_same_seed_plans_the_same_sends() {
    let phases = [calm(60.0, 12.5)];
    assert_eq!(planned(1, &phases), planned(1, &phases));
    assert_ne!(planned(1, &phases), planned(2, &phases));
}

#[test]
fn every_socket_has_one_viewer_and_both_doors_are_used() {
    let sends = planned(3, &[calm(300.0, 12.5)]);
    let mut viewers = BTreeMap::new();
    for one in &sends {
        if let Door::Socket(socket) = one.door {
            assert!(socket < 200);
            assert_eq!(*viewers.entry(socket).or_insert(one.buyer), one.buyer);
        } else {
            assert!(one.tap.is_none(), "nobody taps on a platform");
        }
    }
    let posted = sends.iter().filter(|one| one.door == Door::Platform).count();
    assert!(viewers.len() > 100 && posted * 10 > sends.len());
    assert!(sends.iter().any(|one| one.tap.is_some()), "somebody taps");
}

#[test]
fn phases_follow_each_other_each_at_its_own_rate() {
    let burst = Orders { code: "D1".into(), per_second: 100, half_life_ms: None };
    let phases = [
        calm(100.0, 10.0),
        Phase { name: "hot".into(), seconds: 20.0, orders: Some(burst), ..Phase::default() },
    ];
    let sends = planned(4, &phases);
    assert!(sends.is_sorted_by_key(|send| send.at_us));
    let before = sends.iter().filter(|send| send.at_us < 100_000_000).count();
    assert!((900..1_100).contains(&before), "{before} of 1,000");
    let burst = &sends[before..];
    assert!((1_850..2_150).contains(&burst.len()), "{} of 2,000", burst.len());
    assert!(burst.iter().all(|send| send.orders && send.at_us < 120_000_000));
}

#[test]
fn a_raid_is_noise_between_the_orders_of_others() {
    let junk = Junk { per_second: 500, near_duplicates_percent: 30 };
    let phase = Phase { junk: Some(junk), ..calm(10.0, 40.0) };
    let sends = planned(5, &[phase]);
    let orders = sends.iter().filter(|send| send.orders).count();
    assert!(sends.len() > 5_000 && orders * 20 < sends.len(), "{orders} of {}", sends.len());
}

#[test]
fn every_send_is_of_one_process_and_a_viewers_are_all_of_the_same() {
    let sends = planned(6, &[calm(60.0, 50.0)]);
    let mut parts = BTreeMap::new();
    for send in &sends {
        let part = send.part(3);
        assert!(part < 3);
        assert_eq!(*parts.entry(send.buyer).or_insert(part), part);
    }
}

#[test]
fn what_is_not_on_sale_cannot_be_ordered() {
    let orders = Orders { code: "Q9".into(), per_second: 1, half_life_ms: None };
    let phase = Phase { orders: Some(orders), ..calm(1.0, 0.0) };
    assert!(schedule(people(1), &[phase]).is_err());
}
