//! What a host's console and the lists pasted there may take.

/// How often a host's console is shown something new, at most: faster is no longer read.
pub const CONSOLE_EVERY_MS: u64 = 250;

/// Consoles of one session: a host, helpers, and each with two devices. More: close 1013 `busy`.
pub const CONSOLES_PER_SESSION_MAX: usize = 8;

/// Events that one look of the consoles takes in, so that a lane is asked for no more orders than
/// these touch. The rest come with the next look, at once.
pub const CONSOLE_EVENTS_PER_LOOK: usize = 1_000;

/// Events before a console's first look that its feed is filled from.
pub const CONSOLE_FEED_EVENTS: u64 = 400;

/// What a console's feed shows: as much as a phone can scroll. More: the older and the less
/// important ones go.
pub const CONSOLE_FEED_MAX: usize = 24;

/// Held orders that a console shows, those whose deadline is nearest.
pub const CONSOLE_HOLDS_MAX: usize = 40;

/// Places in line that a console shows.
pub const CONSOLE_PLACES_MAX: usize = 40;

/// Places of lines that one look goes through to find them: lines may be shared with other
/// sessions.
pub const CONSOLE_PLACES_LOOKED_MAX: usize = 400;

/// Events that are counted for a console that comes back; more are told as that many.
pub const CONSOLE_MISSED_EVENTS_MAX: usize = 20_000;

/// How often figures of time, as comments per minute, are shown anew while nothing happens.
pub const CONSOLE_IDLE_MS: u64 = 5_000;

/// Unpaid orders that a summary names; all of them are counted.
pub const SUMMARY_UNPAID_MAX: usize = 100;

/// Largest list that is read into offers, in bytes: [`super::OFFERS_PER_SESSION_MAX`] lines of
/// names and figures. Larger: 413 `body_too_large`.
pub const LIST_BYTES_MAX: usize = 64 * 1024;
