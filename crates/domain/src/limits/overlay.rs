//! What a stream's overlays may take.

use super::{CONSOLE_EVENTS_PER_LOOK, CONSOLE_EVERY_MS};

/// How often an overlay is shown something new, at most: it is drawn into a picture that others
/// encode, and nobody reads faster.
pub const OVERLAY_EVERY_MS: u64 = 500;
const _: () = assert!(OVERLAY_EVERY_MS >= CONSOLE_EVERY_MS, "it is drawn from a console's look");

/// Overlays of one session at once: a few scenes with a few layouts, on two machines. More: close
/// 1013 `busy`.
pub const OVERLAYS_PER_SESSION_MAX: usize = 16;

/// Keys of one session that open overlays. More: 422 `too_many_overlays`; revoked ones do not
/// count.
pub const OVERLAY_KEYS_PER_SESSION_MAX: usize = 8;

/// Such keys of one shop over all its sessions. At that many the keys of archived sessions go;
/// more: 422 `too_many_overlays`.
pub const OVERLAY_KEYS_PER_SHOP_MAX: usize = 200;

/// How exactly it is kept when a key was last used: a page that comes and goes costs no write each
/// time.
pub const OVERLAY_SEEN_EVERY_MS: u64 = 60_000;

/// Buyers on one page of an overlay's board, and the fewest that it has while there were as many:
/// twelve lines can be read on a phone.
pub const BOARD_PAGE: usize = 12;

/// For how long a buyer stays on the board at least.
pub const BOARD_MS: u64 = 60_000;

/// Buyers that a board carries: at five seconds a page, ten pages are shown before the first of
/// them is a minute old. More in one minute: they are counted.
pub const BOARD_MAX: usize = 120;
const _: () = assert!(BOARD_MAX / BOARD_PAGE * 5_000 <= BOARD_MS as usize, "each page is shown");
const _: () = assert!(BOARD_MAX <= CONSOLE_EVENTS_PER_LOOK, "one look may fill it");

/// Letters of a buyer's first name that an overlay shows: the longest syllable of Vietnamese has
/// seven.
pub const MASKED_LETTERS_MAX: usize = 7;

/// Letters shown of a name that is one word: enough to know oneself by.
pub const MASKED_ONLY_LETTERS_MAX: usize = 4;
