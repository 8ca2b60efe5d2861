//! Who sends what when, computed from the seed before anything is sent.
//!
//! An open model: a moment is kept whatever the server does, so a slow answer cannot hide the ones
//! behind it, and latency is counted from the planned moment.

use crate::junk::Noise;
use crate::scenario::{Orders, Phase};
use crowd::{Crowd, Kind, Millis, Plan, Random, Shape, Utterance, Want, da_lat, person};

/// One planned comment or tap.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Planned {
    /// Microseconds since the start.
    pub(crate) at_us: u64,
    /// By which door.
    pub(crate) door: Door,
    /// Which viewer.
    pub(crate) buyer: u32,
    /// Where they watch, in the contract's word; of no use at a socket.
    pub(crate) platform: &'static str,
    /// Whether it is about an order, rather than talk.
    pub(crate) orders: bool,
    /// What they typed.
    pub(crate) text: Box<str>,
    /// What they tapped instead, if this one is a tap: code and thousandths.
    pub(crate) tap: Option<Box<[(String, u64)]>>,
}

/// How a viewer reaches the server.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Door {
    /// Over the socket of that number.
    Socket(u32),
    /// Through a platform, whose comments are posted.
    Platform,
}

/// Who there is: all that the schedule needs beside the phases.
#[derive(Clone, Copy, Debug, serde::Serialize, serde::Deserialize)]
pub(crate) struct People {
    pub(crate) seed: u64,
    pub(crate) viewers: u32,
    pub(crate) sockets: u32,
}

/// Everything that will be sent in these phases, in the order of time; a send's number is its
/// place.
///
/// # Errors
/// If something is ordered that is not on sale.
pub(crate) fn schedule(people: People, phases: &[Phase]) -> anyhow::Result<Vec<Planned>> {
    let mut sends = Vec::new();
    let mut from_us = 0;
    for (place, phase) in (1..).zip(phases) {
        let end_us = (phase.seconds * 1e6) as u64;
        // Each phase has a stream of its own: a longer one leaves those behind it as they were.
        let seed = Random::split(people.seed, place).number();
        let plan = plan(people, phase)?;
        let said = Crowd::new(seed, &plan).take_while(|one| one.at_us < end_us);
        let first = sends.len();
        sends.extend(said.map(|one| Planned::said(one, people)));
        if let Some(junk) = &phase.junk {
            let noise = Noise::new(seed, junk, people.viewers);
            let noise = noise.take_while(|(at_us, ..)| *at_us < end_us);
            sends.extend(noise.map(|(at_us, buyer, text)| Planned {
                at_us,
                door: Door::Platform,
                buyer,
                platform: person(people.seed, buyer).1.as_str(),
                orders: false,
                text: text.into(),
                tap: None,
            }));
        }
        sends[first..].sort_by_key(|send| send.at_us);
        sends[first..].iter_mut().for_each(|send| send.at_us += from_us);
        from_us += end_us;
    }
    Ok(sends)
}

fn plan(people: People, phase: &Phase) -> anyhow::Result<Plan> {
    let goods = da_lat();
    let shape = match &phase.orders {
        None => Shape::Calm,
        Some(Orders { code, per_second, half_life_ms }) => {
            let good = goods.iter().find(|good| good.code.as_str() == code);
            let good = good.ok_or_else(|| anyhow::anyhow!("{code:?} is not among the goods"))?;
            Shape::FlashDrop {
                code: good.code,
                at: Millis(0),
                per_second: *per_second,
                half_life: Millis(half_life_ms.unwrap_or(STEADY_MS)),
            }
        }
    };
    let comments_per_minute = (phase.comments_per_second * 60.0) as u32;
    Ok(Plan { viewers: people.viewers, goods, comments_per_minute, shape })
}

/// A half-life beyond which a rate is as good as steady: a thousand hours.
const STEADY_MS: u64 = 3_600_000_000;

impl Planned {
    fn said(one: Utterance, people: People) -> Self {
        let door = door(one.buyer, people);
        let tap = match (&one.kind, door) {
            // Every third order at a socket is a press on a button.
            (Kind::Order(wants), Door::Socket(_)) if one.at_us.is_multiple_of(3) => {
                Some(wants.iter().map(pressed).collect())
            }
            _ => None,
        };
        let orders = match one.kind {
            Kind::Order(_) | Kind::Repeat | Kind::Cancel(_) => true,
            Kind::Phone | Kind::Question | Kind::Chatter => false,
        };
        Self {
            at_us: one.at_us,
            door,
            buyer: one.buyer,
            // One and the same person in every phase.
            platform: person(people.seed, one.buyer).1.as_str(),
            orders,
            text: one.text.into(),
            tap,
        }
    }

    /// Which of so many processes plays its viewer.
    pub(crate) const fn part(&self, processes: u32) -> u32 {
        match self.door {
            Door::Socket(socket) => socket % processes,
            Door::Platform => self.buyer % processes,
        }
    }
}

fn pressed(want: &Want) -> (String, u64) {
    (want.code.to_string(), want.quantity.milli())
}

/// Spreads sockets evenly over talkative and quiet viewers; each socket has one viewer.
fn door(buyer: u32, people: People) -> Door {
    let place = u64::from(buyer) * SPREAD % u64::from(people.viewers);
    match u32::try_from(place) {
        Ok(place) if place < people.sockets => Door::Socket(place),
        _ => Door::Platform,
    }
}

/// A prime beyond any number of viewers, so that no two viewers get one socket.
const SPREAD: u64 = 4_294_967_311;

#[cfg(test)]
#[path = "schedule_tests.rs"]
mod tests;
