//! Limits of what is let go of before orders are: chatter, frames, newcomers.

use super::{BATCH_REQUESTS_MAX, LANE_REQUESTS_MAX, REQUEST_WAIT_MS_MAX, STOCK_EVERY_MS};

/// Requests that wait for one lane thread from which on it is busy: twice what one batch takes, so
/// that whoever comes now waits for two others. Then chatter is shed, answered `busy`.
pub const BUSY_REQUESTS: usize = 2 * BATCH_REQUESTS_MAX;
/// Under so many it is calm again: one batch takes them all. Without the distance a queue that
/// stands at the limit would shed every other word.
pub const CALM_REQUESTS: usize = BATCH_REQUESTS_MAX;

/// Requests from which on it is crowded: room for one full batch of claims is left. Then questions
/// are shed too, and who is new is asked to come later.
pub const CROWDED_REQUESTS: usize = LANE_REQUESTS_MAX - BATCH_REQUESTS_MAX;
/// Under so many it is only busy again.
pub const UNCROWDED_REQUESTS: usize = BUSY_REQUESTS;
const _: () = assert!(
    CALM_REQUESTS < BUSY_REQUESTS
        && BUSY_REQUESTS <= UNCROWDED_REQUESTS
        && UNCROWDED_REQUESTS < CROWDED_REQUESTS
        && CROWDED_REQUESTS < LANE_REQUESTS_MAX,
    "chatter goes first, then newcomers, and claims only at the end of the queue"
);

/// How long the oldest request may wait until its lane thread is busy: a slow disk keeps few
/// waiting, but long. Half a second is where a buyer begins to doubt.
pub const BUSY_WAIT_MS: u64 = 500;
/// Under so long it is calm again.
pub const CALM_WAIT_MS: u64 = 200;
/// How long it may wait until it is crowded: nobody who came now would be answered in time.
pub const CROWDED_WAIT_MS: u64 = 2_000;
/// Under so long it is only busy again.
pub const UNCROWDED_WAIT_MS: u64 = 1_000;
const _: () = assert!(
    CALM_WAIT_MS < BUSY_WAIT_MS
        && BUSY_WAIT_MS <= UNCROWDED_WAIT_MS
        && UNCROWDED_WAIT_MS < CROWDED_WAIT_MS
        && CROWDED_WAIT_MS < REQUEST_WAIT_MS_MAX,
    "chatter goes first, then newcomers, and what waited too long last"
);

/// After how long what was shed makes sense again. Each is told up to twice that, all differently,
/// so that they do not come back together.
pub const SHED_AGAIN_MS: u64 = 2_000;
/// The same for newcomers: opening a page costs more than a word.
pub const CROWDED_AGAIN_MS: u64 = 5_000;
const _: () = assert!(
    CROWDED_WAIT_MS <= SHED_AGAIN_MS && SHED_AGAIN_MS <= CROWDED_AGAIN_MS,
    "who comes back finds the queue of before worked off"
);

/// How much rarer stock is shown while a lane is busy, and while it is crowded: once a second and
/// every other second. The latest state always follows.
pub const STOCK_BUSY_TIMES: u32 = 2;
/// See above.
pub const STOCK_CROWDED_TIMES: u32 = 4;
const _: () = assert!(
    STOCK_BUSY_TIMES < STOCK_CROWDED_TIMES
        && STOCK_EVERY_MS * STOCK_CROWDED_TIMES as u64 <= CROWDED_WAIT_MS,
    "a figure is not older than an answer may be"
);
