//! The sends of a run and the keys under which they go.

use crate::schedule::{Door, People, Planned};

/// Everything that is sent, numbered.
pub(crate) struct Script {
    pub(crate) people: People,
    /// The number of the first send; the others follow.
    pub(crate) base: u32,
    pub(crate) sends: Vec<Planned>,
}

impl Script {
    /// All numbers in order.
    pub(crate) fn numbers(&self) -> std::ops::Range<u32> {
        self.base..self.base + self.sends.len() as u32
    }

    /// The place of a send in `sends`.
    pub(crate) const fn place(&self, number: u32) -> usize {
        (number - self.base) as usize
    }

    pub(crate) fn send(&self, number: u32) -> &Planned {
        &self.sends[self.place(number)]
    }

    /// The name of the send's viewer.
    pub(crate) fn name(&self, number: u32) -> String {
        crowd::person(self.people.seed, self.send(number).buyer).0
    }

    /// The key of a send as the server writes it in the outcome.
    pub(crate) fn key(&self, number: u32) -> String {
        let send = self.send(number);
        match send.door {
            Door::Socket(_) => format!("k{number}"),
            Door::Platform => format!("{}:{}", send.platform, comment_id(number)),
        }
    }

    /// The send behind an outcome's key; `None` if it is none of ours.
    pub(crate) fn number(&self, key: &str) -> Option<u32> {
        let id = key.rsplit(':').next()?;
        let number: u32 = id.strip_prefix(['k', 'c'])?.parse().ok()?;
        (self.numbers().contains(&number) && self.key(number) == key).then_some(number)
    }
}

/// The platform's id of a comment.
pub(crate) fn comment_id(number: u32) -> String {
    format!("c{number}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::Phase;

    #[test]
    fn every_key_leads_back_to_its_send_and_foreign_ones_to_none() {
        let people = People { seed: 1, viewers: 300, sockets: 200 };
        let phase = Phase { seconds: 30.0, comments_per_second: 10.0, ..Phase::default() };
        let sends = crate::schedule::schedule(people, &[phase]).expect("on sale");
        let script = Script { people, base: 7, sends };
        for number in script.numbers() {
            assert_eq!(script.number(&script.key(number)), Some(number));
        }
        for foreign in ["", "k", "k-1", "k0", "x9", "youtube:c8", "k99999999"] {
            assert_eq!(script.number(foreign), None, "{foreign}");
        }
    }
}
