//! Rooms: the sessions that anybody's console looks at, each with one task that looks for all.

use super::control::{Controller, DeviceId, Devices};
use super::shown::Shown;
use crate::live::close::Close;
use crate::stop::Stop;
use domain::limits::CONSOLE_IDLE_MS;
use domain::{SessionId, ShopId};
use hub::{Desk, Hub, HubError, Look};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::spawn_blocking;

/// What a room shows.
#[derive(Clone)]
pub(in crate::live) enum Showing {
    /// The first look is being taken.
    NotYet,
    /// This.
    Look(Arc<Shown>),
    /// Nothing any more.
    Over(Close),
}

/// The sessions that anybody's console looks at.
pub(crate) struct Consoles {
    every: Duration,
    rooms: Rooms,
}

type ByRoom = BTreeMap<(ShopId, SessionId), Arc<Room>>;
type Rooms = Arc<Mutex<ByRoom>>;

struct Room {
    shows: watch::Sender<Showing>,
    controls: watch::Sender<Option<Controller>>,
    /// Changed only while the map of rooms is locked.
    devices: Mutex<Devices>,
}

/// A console's place in a room.
pub(super) struct Seat {
    pub(super) device: DeviceId,
    pub(super) shows: watch::Receiver<Showing>,
    pub(super) controls: watch::Receiver<Option<Controller>>,
    place: Place,
}

/// Somebody who sees what the consoles of a session are shown, and is none of them.
pub(in crate::live) struct Onlooker {
    pub(in crate::live) shows: watch::Receiver<Showing>,
    _place: Place,
}

/// That somebody is in a room; the room goes with the last.
struct Place {
    /// None for an onlooker.
    device: Option<DeviceId>,
    room: Arc<Room>,
    rooms: Rooms,
    at: (ShopId, SessionId),
}

impl Consoles {
    /// At most one look each `every`.
    pub(crate) fn new(every: Duration) -> Self {
        Self { every, rooms: Arc::default() }
    }

    /// How often a console is shown something new, at most.
    pub(super) fn every(&self) -> Duration {
        self.every
    }

    /// Lets a device in, which begins the looks where it is the first; none if the room is full.
    pub(super) fn enter(
        &self,
        hub: &Hub,
        stop: &Stop,
        at: (ShopId, SessionId),
        name: Option<String>,
    ) -> Option<Seat> {
        let mut rooms = lock(&self.rooms);
        let room = rooms.get(&at).cloned().unwrap_or_default();
        let device = lock(&room.devices).enter(name)?;
        room.tell_control();
        let controls = room.controls.subscribe();
        let (shows, place) = self.place((hub, stop), at, &mut rooms, room, Some(device));
        Some(Seat { device, shows, controls, place })
    }

    /// Lets somebody look on, however many consoles there are.
    pub(in crate::live) fn look_on(
        &self,
        hub: &Hub,
        stop: &Stop,
        at: (ShopId, SessionId),
    ) -> Onlooker {
        let mut rooms = lock(&self.rooms);
        let room = rooms.get(&at).cloned().unwrap_or_default();
        lock(&room.devices).come();
        let (shows, place) = self.place((hub, stop), at, &mut rooms, room, None);
        Onlooker { shows, _place: place }
    }

    /// A place in a room, whose looks begin if it is new.
    fn place(
        &self,
        (hub, stop): (&Hub, &Stop),
        at: (ShopId, SessionId),
        rooms: &mut ByRoom,
        room: Arc<Room>,
        device: Option<DeviceId>,
    ) -> (watch::Receiver<Showing>, Place) {
        let shows = room.shows.subscribe();
        if rooms.insert(at, room.clone()).is_none() {
            let (hub, stop, every) = (hub.clone(), stop.clone(), self.every);
            let room = room.clone();
            tokio::spawn(async move { room.look_for_all(&hub, stop, at, every).await });
        }
        (shows, Place { device, room, rooms: self.rooms.clone(), at })
    }
}

impl Default for Room {
    fn default() -> Self {
        Self {
            shows: watch::Sender::new(Showing::NotYet),
            controls: watch::Sender::new(None),
            devices: Mutex::default(),
        }
    }
}

impl Room {
    /// Looks until nobody does, the server stops or nothing can be shown any more.
    async fn look_for_all(
        &self,
        hub: &Hub,
        mut stop: Stop,
        at: (ShopId, SessionId),
        every: Duration,
    ) {
        tokio::select! {
            () = stop.stopped() => {}
            () = self.shows.closed() => {}
            over = self.look_on(hub, at, every) => {
                self.shows.send_replace(Showing::Over(over));
            }
        }
    }

    async fn look_on(&self, hub: &Hub, at: (ShopId, SessionId), every: Duration) -> Close {
        let begun = hub.desk(at.0, at.1).map_err(|error| Close::of_hub(&error));
        let (mut desk, mut views) = match (begun, hub.watch(at.0, at.1)) {
            (Ok(desk), Some(views)) => (desk, views),
            (Err(close), _) => return close,
            (Ok(_), None) => return Close::of_hub(&HubError::UnknownSession),
        };
        loop {
            views.mark_unchanged();
            let more = match step(desk).await {
                Ok(Some((went_on, look, more))) => {
                    self.show(hub, &look);
                    desk = went_on;
                    more
                }
                Ok(None) => return Close::refused("session_archived"),
                Err(error) => return Close::of_hub(&error),
            };
            if more {
                continue;
            }
            tokio::time::sleep(every).await;
            let idle = Duration::from_millis(CONSOLE_IDLE_MS);
            if let Ok(Err(_)) = tokio::time::timeout(idle, views.changed()).await {
                return Close::RESTARTING;
            }
        }
    }

    fn show(&self, hub: &Hub, look: &Look) {
        self.shows.send_replace(Showing::Look(Arc::new(Shown::of(hub, look))));
    }

    fn tell_control(&self) {
        let controller = lock(&self.devices).controller();
        self.controls.send_if_modified(|told| {
            let changed = *told != controller;
            *told = controller;
            changed
        });
    }
}

/// One look: what has become durable, how things stand, what was said. True if there is more.
async fn step(mut desk: Desk) -> Result<Option<(Desk, Look, bool)>, HubError> {
    let internal = |_| HubError::Internal;
    // The journal is read on a thread that may wait.
    let (mut desk, more) =
        spawn_blocking(move || desk.read().map(|more| (desk, more))).await.map_err(internal)??;
    let Some(mut look) = desk.look().await? else {
        return Ok(None);
    };
    let words = move || desk.add_words(&mut look).map(|()| (desk, look));
    let (desk, look) = spawn_blocking(words).await.map_err(internal)??;
    Ok(Some((desk, look, more)))
}

impl Seat {
    /// Takes control to this device, or lets go of it.
    pub(super) fn control(&self, take: bool) {
        lock(&self.place.room.devices).control(self.device, take);
        self.place.room.tell_control();
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut rooms = lock(&self.rooms);
        let mut devices = lock(&self.room.devices);
        match self.device {
            Some(device) => devices.leave(device),
            None => devices.go(),
        }
        let is_empty = devices.is_empty();
        drop(devices);
        self.room.tell_control();
        if is_empty && rooms.get(&self.at).is_some_and(|room| Arc::ptr_eq(room, &self.room)) {
            rooms.remove(&self.at);
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().expect("nothing panics with it held")
}
