//! Limits of what operators look at.

/// How often the operators' page is told how things stand: who looks at a peak reads one figure a
/// second.
pub const OPS_EVERY_MS: u64 = 1_000;

/// Seconds that are kept for the operators' page, and steps of [`OPS_STEP_SECONDS`]: 15 minutes and
/// an hour. Older: forgotten; Prometheus keeps more.
pub const OPS_SECONDS_KEPT: usize = 900;
/// See above.
pub const OPS_STEPS_KEPT: usize = 360;
/// Seconds of one step.
pub const OPS_STEP_SECONDS: usize = 10;
const _: () = assert!(OPS_STEPS_KEPT * OPS_STEP_SECONDS == 3_600, "the steps are an hour");

/// Sessions in the operators' table, live ones first. More: their number is told.
pub const OPS_SESSIONS_MAX: usize = 200;

/// Happenings that the operators' page lists. Older: forgotten; the log has them.
pub const OPS_EVENTS_MAX: usize = 100;

/// Largest message from the operators' page, which only pings. Larger: closed.
pub const OPS_MESSAGE_BYTES_MAX: usize = 4_096;

/// How often every shop's stock is checked against its orders. It is read on the shop's lane, a few
/// milliseconds for a hundred thousand orders.
pub const STOCK_CHECK_EVERY_MS: u64 = 60_000;
