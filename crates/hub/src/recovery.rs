//! From the journal back to lanes: snapshot, then every fact after it, every hash checked.

use crate::clock::Moment;
use crate::lane::{Decide, Lane};
use domain::{Epoch, ShopId, Stamp, Timestamp};
use inventory::State;
use journal::{Journal, JournalError};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// A shop's state as the journal has it, and how many events were replayed on top of its snapshot.
pub(crate) struct Replayed {
    pub(crate) state: State,
    pub(crate) from: Stamp,
    pub(crate) events: u64,
}

/// Why a shop is not served.
#[derive(Debug)]
pub(crate) struct Unreadable(pub(crate) String);

/// Replays a shop from its latest snapshot that can be read, or from the beginning.
pub(crate) fn replay(journal: &Journal, shop: ShopId) -> Result<Replayed, Unreadable> {
    let snapshot = journal.snapshots().latest(shop);
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
        match replay_from(journal, shop, state, from) {
            Ok(replayed) => return Ok(replayed),
            Err(Unreadable(why)) => tracing::warn!(%shop, why, "replaying from the beginning"),
        }
    }
    replay_from(journal, shop, State::new(shop), Stamp::default())
}

fn replay_from(
    journal: &Journal,
    shop: ShopId,
    mut state: State,
    from: Stamp,
) -> Result<Replayed, Unreadable> {
    let mut events = 0;
    for fact in journal.replay(shop, from) {
        let fact = fact.map_err(|error: JournalError| Unreadable(error.to_string()))?;
        let seq = fact.stamp.position.seq;
        catch_unwind(AssertUnwindSafe(|| state.apply(&fact)))
            .map_err(|_| Unreadable(format!("event {} contradicts what came before it", seq.0)))?;
        events += 1;
    }
    Ok(Replayed { state, from, events })
}

/// Makes a lane of a replayed shop. If holds are open, deadlines move by the time in which we were
/// down.
pub(crate) fn revive(
    journal: &Journal,
    replayed: Replayed,
    alive: Option<Timestamp>,
    (shop, epoch, moment, decide): (ShopId, Epoch, Moment, Decide),
) -> Lane {
    let mut lane = Lane::new(shop, replayed.state, epoch, moment, replayed.events, decide);
    lane.set_durable();
    if let Some(batch) = lane.resume(alive, moment) {
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
