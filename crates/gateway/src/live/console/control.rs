//! Who has pin, pause and end: one device of a session, as a courtesy among its people.

use domain::limits::CONSOLES_PER_SESSION_MAX;

/// A device, numbered in its room.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct DeviceId(u64);

/// Who has control.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Controller {
    pub(super) device: DeviceId,
    pub(super) name: String,
}

/// The devices in a room, in the order in which they came.
#[derive(Default)]
pub(super) struct Devices {
    last: u64,
    here: Vec<(DeviceId, String)>,
    controller: Option<DeviceId>,
    /// Who is here to look on.
    onlookers: usize,
}

impl Devices {
    /// A device comes in; the first has control. None if the room is full.
    pub(super) fn enter(&mut self, name: Option<String>) -> Option<DeviceId> {
        if self.here.len() == CONSOLES_PER_SESSION_MAX {
            return None;
        }
        self.last += 1;
        let device = DeviceId(self.last);
        let name = name.unwrap_or_else(|| format!("máy {}", self.last));
        let first = self.here.is_empty();
        self.here.push((device, name));
        if first {
            self.controller = Some(device);
        }
        Some(device)
    }

    /// A device goes; what it controlled goes to whoever came next.
    pub(super) fn leave(&mut self, device: DeviceId) {
        self.here.retain(|(here, _)| *here != device);
        if self.controller == Some(device) {
            self.controller = self.here.first().map(|(here, _)| *here);
        }
    }

    /// Somebody comes who only looks on.
    pub(super) fn come(&mut self) {
        self.onlookers += 1;
    }

    /// One of those goes.
    pub(super) fn go(&mut self) {
        self.onlookers -= 1;
    }

    /// Takes control, or lets go of it.
    pub(super) fn control(&mut self, device: DeviceId, take: bool) {
        if take {
            self.controller = Some(device);
        } else if self.controller == Some(device) {
            self.controller = None;
        }
    }

    pub(super) fn controller(&self) -> Option<Controller> {
        let device = self.controller?;
        let (_, name) = self.here.iter().find(|(here, _)| *here == device)?;
        Some(Controller { device, name: name.clone() })
    }

    pub(super) fn is_empty(&self) -> bool {
        self.here.is_empty() && self.onlookers == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_is_with_the_first_until_another_takes_it_or_it_goes() {
        let mut devices = Devices::default();
        let name = |devices: &Devices| devices.controller().map(|has| has.name);
        let phone = devices.enter(Some("Lan".into())).expect("room");
        let laptop = devices.enter(None).expect("room");
        assert_eq!(name(&devices).as_deref(), Some("Lan"));
        devices.control(laptop, true);
        assert_eq!(name(&devices).as_deref(), Some("máy 2"));
        devices.control(phone, false);
        assert_eq!(name(&devices).as_deref(), Some("máy 2"), "it was not the phone's");
        devices.leave(laptop);
        assert_eq!(name(&devices).as_deref(), Some("Lan"));
        devices.control(phone, false);
        assert_eq!(name(&devices), None);
        devices.leave(phone);
        assert!(devices.is_empty());
    }

    #[test]
    fn who_only_looks_on_keeps_the_room_and_has_no_control() {
        let mut devices = Devices::default();
        devices.come();
        assert!(!devices.is_empty() && devices.controller().is_none());
        let phone = devices.enter(None).expect("room");
        devices.leave(phone);
        assert!(!devices.is_empty());
        devices.go();
        assert!(devices.is_empty());
    }

    #[test]
    fn a_full_room_takes_nobody_until_somebody_goes() {
        let mut devices = Devices::default();
        let here: Vec<_> = (0..CONSOLES_PER_SESSION_MAX).map(|_| devices.enter(None)).collect();
        assert!(devices.enter(None).is_none());
        devices.leave(here[3].expect("was let in"));
        assert!(devices.enter(None).is_some());
    }
}
