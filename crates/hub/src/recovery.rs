//! From the journal back to lanes: snapshot, then every fact after it, every hash checked.

use crate::clock::Moment;
use crate::lane::{Decide, Lane};
use domain::{Epoch, ShopId, Snapshot, Stamp, Timestamp};
use inventory::State;
use journal::{Batch, Journal, JournalError, Replay};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// A shop's state as the journal has it.
#[derive(Debug)]
pub struct Replayed {
    /// After its last durable event.
    pub state: State,
    /// Where the snapshot stood, or the beginning.
    pub from: Stamp,
    /// How many events were replayed on top of it.
    pub events: u64,
}

/// Why a shop is not served.
#[derive(Debug)]
pub struct Unreadable(pub String);

/// Recovers a shop from its latest snapshot if that can be used, or from the beginning. `replay`
/// gives the durable facts after a stamp.
///
/// # Errors
/// [`Unreadable`] if the history does not hold together.
pub fn recover(
    shop: ShopId,
    snapshot: Option<Snapshot>,
    replay: impl Fn(Stamp) -> Replay,
) -> Result<Replayed, Unreadable> {
    let restored = snapshot.and_then(|snapshot| {
        let stamp = snapshot.stamp;
        match State::restore(shop, snapshot) {
            Ok(state) => Some((state, stamp)),
            Err(broken) => {
                tracing::warn!(%shop, why = ?broken, "a snapshot is not used");
                None
            }
        }
    });
    if let Some((state, from)) = restored {
        match replay_from(replay(from), state, from) {
            Ok(replayed) => return Ok(replayed),
            Err(Unreadable(why)) => tracing::warn!(%shop, why, "replaying from the beginning"),
        }
    }
    replay_from(replay(Stamp::default()), State::new(shop), Stamp::default())
}

fn replay_from(facts: Replay, mut state: State, from: Stamp) -> Result<Replayed, Unreadable> {
    let mut events = 0;
    for fact in facts {
        let fact = fact.map_err(|error: JournalError| Unreadable(error.to_string()))?;
        let seq = fact.stamp.position.seq;
        catch_unwind(AssertUnwindSafe(|| state.apply(&fact)))
            .map_err(|_| Unreadable(format!("event {} contradicts what came before it", seq.0)))?;
        events += 1;
    }
    Ok(Replayed { state, from, events })
}

/// Makes a lane of a recovered shop. If holds are open, deadlines move by the time in which we were
/// down: that fact is to be appended before anything else.
pub fn wake(
    replayed: Replayed,
    alive: Option<Timestamp>,
    (shop, epoch, moment, decide): (ShopId, Epoch, Moment, Decide),
) -> (Lane, Option<Batch>) {
    let mut lane = Lane::new(shop, replayed.state, epoch, moment, replayed.events, decide);
    lane.set_durable();
    let resumed = lane.resume(alive, moment);
    (lane, resumed)
}

/// [`recover`] from a journal.
pub(crate) fn replay(journal: &Journal, shop: ShopId) -> Result<Replayed, Unreadable> {
    recover(shop, journal.snapshots().latest(shop), |from| journal.replay(shop, from))
}

/// [`wake`], with what it writes durable.
pub(crate) fn revive(
    journal: &Journal,
    replayed: Replayed,
    alive: Option<Timestamp>,
    how: (ShopId, Epoch, Moment, Decide),
) -> Lane {
    let shop = how.0;
    let (mut lane, resumed) = wake(replayed, alive, how);
    if let Some(batch) = resumed {
        let (told, synced) = std::sync::mpsc::sync_channel(1);
        let seq = batch.head().position.seq;
        journal.append(batch, move |appended| drop(told.send(appended)));
        if let Ok(journal::Appended::Synced) = synced.recv() {
            lane.step(crate::ask::Input::Durable(seq), &mut Vec::new());
            tracing::info!(%shop, holds = lane.open_holds(), "deadlines moved: we were down");
        } else {
            lane.step(crate::ask::Input::Lost, &mut Vec::new());
        }
    }
    lane
}
