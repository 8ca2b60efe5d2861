//! Who sends what when, computed from the seed before anything is sent.
//!
//! An open model: a moment is kept whatever the server does, so a slow answer cannot hide the ones
//! behind it, and latency is counted from the planned moment.

use crate::scenario::Scenario;
use crowd::{Crowd, Kind, Utterance, Want};

/// Everything that will be sent, in the order of time.
pub(crate) struct Schedule {
    /// In the order of time; a send's number is its place here.
    pub(crate) sends: Vec<Planned>,
}

/// One planned comment or tap.
#[derive(Clone, Debug)]
pub(crate) struct Planned {
    /// Microseconds since the start.
    pub(crate) at_us: u64,
    /// By which door.
    pub(crate) door: Door,
    /// Which viewer.
    pub(crate) buyer: u32,
    /// Their name.
    pub(crate) name: String,
    /// Where they watch, in the contract's word; of no use at a socket.
    pub(crate) platform: &'static str,
    /// What they typed.
    pub(crate) text: String,
    /// What they tapped instead, if this one is a tap: code and thousandths.
    pub(crate) tap: Option<Vec<(String, u64)>>,
}

/// How a viewer reaches the server.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Door {
    /// Over the socket of that number.
    Socket(u32),
    /// Through a platform, whose comments are posted.
    Platform,
}

impl Schedule {
    /// The schedule of that scenario and seed.
    ///
    /// # Errors
    /// If the scenario's drop is not on sale.
    pub(crate) fn new(scenario: &Scenario, seed: u64) -> anyhow::Result<Self> {
        let end_us = scenario.seconds.saturating_mul(1_000_000);
        let crowd = Crowd::new(seed, &scenario.plan()?);
        let sends = crowd
            .take_while(|one| one.at_us < end_us)
            .enumerate()
            .map(|(number, one)| Planned::of(number, one, scenario))
            .collect();
        Ok(Self { sends })
    }
}

impl Planned {
    fn of(number: usize, one: Utterance, scenario: &Scenario) -> Self {
        let door = door(one.buyer, scenario);
        let tap = match (&one.kind, door) {
            // Every third order at a socket is a press on a button.
            (Kind::Order(wants), Door::Socket(_)) if number.is_multiple_of(3) => {
                Some(wants.iter().map(pressed).collect())
            }
            _ => None,
        };
        Self {
            at_us: one.at_us,
            door,
            buyer: one.buyer,
            name: one.buyer_name,
            platform: one.platform.as_str(),
            text: one.text,
            tap,
        }
    }
}

fn pressed(want: &Want) -> (String, u64) {
    (want.code.to_string(), want.quantity.milli())
}

/// Spreads sockets evenly over talkative and quiet viewers; each socket has one viewer.
fn door(buyer: u32, scenario: &Scenario) -> Door {
    let place = u64::from(buyer) * SPREAD % u64::from(scenario.viewers);
    match u32::try_from(place) {
        Ok(place) if place < scenario.sockets => Door::Socket(place),
        _ => Door::Platform,
    }
}

/// A prime beyond any number of viewers, so that no two viewers get one socket.
const SPREAD: u64 = 4_294_967_311;

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    fn schedule(seed: u64) -> (Schedule, Scenario) {
        let mut scenario = Scenario::named(false).expect("the file reads");
        scenario.seconds = 300;
        (Schedule::new(&scenario, seed).expect("on sale"), scenario)
    }

    #[test]
    fn the_same_seed_plans_the_same_sends() {
        let texts = |seed| -> Vec<_> {
            schedule(seed).0.sends.into_iter().map(|one| (one.at_us, one.text)).collect()
        };
        assert_eq!(texts(1), texts(1));
        assert_ne!(texts(1), texts(2));
    }

    #[test]
    fn every_socket_has_one_viewer_and_both_doors_are_used() {
        let (schedule, scenario) = schedule(3);
        let mut viewers = BTreeMap::new();
        for one in &schedule.sends {
            if let Door::Socket(socket) = one.door {
                assert!(socket < scenario.sockets);
                assert_eq!(*viewers.entry(socket).or_insert(one.buyer), one.buyer);
            } else {
                assert!(one.tap.is_none(), "nobody taps on a platform");
            }
        }
        let posted = schedule.sends.iter().filter(|one| one.door == Door::Platform).count();
        assert!(viewers.len() > 100 && posted * 10 > schedule.sends.len());
    }

    #[test]
    fn the_rate_is_about_the_one_asked_for() {
        let (schedule, scenario) = schedule(4);
        let offered = schedule.sends.len() as f64 / scenario.seconds as f64;
        assert!((11.0..14.0).contains(&offered), "{offered}/s of 12.5/s");
    }
}
