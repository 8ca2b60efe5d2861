//! What happened to this process, in words: told by what differs from the second before.

use domain::limits::OPS_EVENTS_MAX;
use domain::{SessionId, SessionState, ShopId};
use proto::live::OpsEvent;
use std::collections::{BTreeMap, VecDeque};

/// What is compared from second to second.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub(super) struct Look {
    /// Where every session stands.
    pub(super) sessions: BTreeMap<(ShopId, SessionId), SessionState>,
    pub(super) read_model_up: bool,
    pub(super) quarantined: Vec<ShopId>,
    pub(super) disk_low: bool,
    pub(super) backup_failed: bool,
    pub(super) stock_broken: bool,
    pub(super) faults: u64,
}

/// The latest happenings, newest first.
pub(super) struct Chronicle {
    events: VecDeque<OpsEvent>,
    last: Option<Look>,
}

impl Chronicle {
    /// Begins with the start.
    pub(super) fn begin(at_ms: u64) -> Self {
        let mut chronicle = Self { events: VecDeque::new(), last: None };
        chronicle.tell(at_ms, "started", Some(env!("CARGO_PKG_VERSION").into()));
        chronicle
    }

    /// Something happened.
    pub(super) fn tell(&mut self, at_ms: u64, kind: &str, subject: Option<String>) {
        self.events.push_front(OpsEvent { at_ms, kind: kind.into(), subject });
        self.events.truncate(OPS_EVENTS_MAX);
    }

    /// Tells what is other than at the last look. At the first one nothing is new but what is
    /// wrong.
    pub(super) fn compare(&mut self, at_ms: u64, look: Look) {
        let first = Look {
            sessions: look.sessions.clone(),
            read_model_up: look.read_model_up,
            ..Look::default()
        };
        let before = self.last.take().unwrap_or(first);
        for (id, state) in &look.sessions {
            if before.sessions.get(id) != Some(state)
                && let Some(kind) = state_event(*state)
            {
                self.tell(at_ms, kind, Some(id.1.public(id.0)));
            }
        }
        let shop = |shop: &&ShopId| !before.quarantined.contains(shop);
        for new in look.quarantined.iter().filter(shop) {
            self.tell(at_ms, "quarantine", Some(new.to_string()));
        }
        let turned = [
            (before.read_model_up && !look.read_model_up, "read_model_down"),
            (!before.read_model_up && look.read_model_up, "read_model_up"),
            (!before.disk_low && look.disk_low, "disk_low"),
            (before.disk_low && !look.disk_low, "disk_ok"),
            (!before.backup_failed && look.backup_failed, "backup_failed"),
            (!before.stock_broken && look.stock_broken, "stock_broken"),
            (before.faults < look.faults, "fault"),
        ];
        for (_, kind) in turned.into_iter().filter(|(turned, _)| *turned) {
            self.tell(at_ms, kind, None);
        }
        self.last = Some(look);
    }

    pub(super) fn events(&self) -> Vec<OpsEvent> {
        self.events.iter().cloned().collect()
    }
}

fn state_event(state: SessionState) -> Option<&'static str> {
    match state {
        SessionState::Live => Some("session_live"),
        SessionState::Paused => Some("session_paused"),
        SessionState::Ended => Some("session_ended"),
        SessionState::Draft | SessionState::Archived => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_new_is_told_and_the_oldest_is_forgotten() {
        let mut chronicle = Chronicle::begin(1);
        let id = (ShopId::from_random(1), SessionId(1));
        let look = |state, read_model_up| Look {
            sessions: BTreeMap::from([(id, state)]),
            read_model_up,
            ..Look::default()
        };
        chronicle.compare(2, look(SessionState::Draft, true));
        chronicle.compare(3, look(SessionState::Live, true));
        chronicle.compare(4, look(SessionState::Live, false));
        chronicle.compare(5, look(SessionState::Live, false));
        let told: Vec<_> = chronicle.events().into_iter().map(|e| (e.at_ms, e.kind)).collect();
        let expected = [(4, "read_model_down"), (3, "session_live"), (1, "started")];
        assert_eq!(told, expected.map(|(at, kind)| (at, kind.to_owned())));
        (0..200).for_each(|at| chronicle.tell(at, "gap", None));
        assert_eq!(chronicle.events().len(), OPS_EVENTS_MAX);
    }
}
