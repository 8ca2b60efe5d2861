//! Keys that a socket has sent and that have no answer yet.

use domain::Millis;
use domain::limits::SOCKET_IN_FLIGHT_MAX;

/// At most [`SOCKET_IN_FLIGHT_MAX`] keys with when they came. Costs nothing while it is empty.
#[derive(Default)]
pub(super) struct InFlight(Vec<(Box<str>, Millis)>);

impl InFlight {
    /// True if nothing more is read until an answer comes.
    pub(super) fn is_full(&self) -> bool {
        self.has_no_room_for(1)
    }

    /// True if so many more would be too many.
    pub(super) fn has_no_room_for(&self, more: usize) -> bool {
        self.0.len() + more > SOCKET_IN_FLIGHT_MAX
    }

    /// A key was sent on.
    pub(super) fn put(&mut self, key: &str, came: Millis) {
        self.0.push((key.into(), came));
    }

    /// Its answer has come: since when it was on its way; none if another connection of the buyer
    /// sent it.
    pub(super) fn take(&mut self, key: &str) -> Option<Millis> {
        let at = self.0.iter().position(|(known, _)| &**known == key)?;
        let (_, came) = self.0.remove(at);
        if self.0.is_empty() {
            self.0 = Vec::new();
        }
        Some(came)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_sent_twice_is_answered_twice() {
        let mut in_flight = InFlight::default();
        in_flight.put("k", Millis(1));
        in_flight.put("k", Millis(2));
        assert_eq!(in_flight.take("other"), None);
        assert_eq!(in_flight.take("k"), Some(Millis(1)));
        assert_eq!(in_flight.take("k"), Some(Millis(2)));
        assert_eq!(in_flight.take("k"), None);
    }

    #[test]
    fn the_sixty_fifth_message_is_not_read() {
        let mut in_flight = InFlight::default();
        (0..63).for_each(|n| in_flight.put(&n.to_string(), Millis(0)));
        assert!(!in_flight.is_full());
        in_flight.put("63", Millis(0));
        assert!(in_flight.is_full());
    }
}
