//! Limits of people: passwords, sign-ins, links, what is done for others and what is noted.

/// Shortest and longest password, in characters: short enough to be typed on a phone, long enough
/// that guessing at the door is hopeless. Otherwise refused as `bad_password`.
pub const PASSWORD_CHARS_MIN: usize = 8;
/// See above; what is longer would only keep the processor busy.
pub const PASSWORD_CHARS_MAX: usize = 128;

/// How long a sign-in lasts that is not used; each day of use begins it anew.
pub const SIGN_IN_MS_MAX: u64 = 30 * 24 * 3_600_000;
/// How much later a use must be to be written down.
pub const SIGN_IN_SEEN_MS: u64 = 24 * 3_600_000;
const _: () = assert!(SIGN_IN_SEEN_MS < SIGN_IN_MS_MAX, "a sign-in in use does not end");

/// Devices on which one person is signed in. More: the one that was not used for longest is signed
/// out.
pub const SIGN_INS_PER_PERSON_MAX: usize = 32;

/// How long a one-time link opens its door.
pub const LINK_MS_MAX: u64 = 15 * 60_000;

/// One-time links that are open at once. More: the oldest is closed.
pub const LINKS_MAX: usize = 64;

/// How long an invitation stays open: it is sent to somebody who answers in the evening. It closes
/// with the process too.
pub const INVITE_MS_MAX: u64 = 24 * 3_600_000;
const _: () = assert!(LINK_MS_MAX < INVITE_MS_MAX, "what is handed over is taken at once");

/// People of one shop. More: 422 `too_many_people`.
pub const PEOPLE_PER_SHOP_MAX: usize = 64;

/// Shops that one person has to do with: a helper's whole commune. More: 422 `too_many_shops`.
pub const SHOPS_PER_PERSON_MAX: usize = 500;

/// How long a password or a code that was typed just now stands for what asks for one. Later: 403
/// `proof_needed`.
pub const PROOF_MS_MAX: u64 = 10 * 60_000;

/// How long a helper may work in a shop after its owner said yes: an hour at the kitchen table.
pub const ASSIST_MS_MAX: u64 = 60 * 60_000;
/// How long the question stands before the owner. Later: it is gone, and may be asked again.
pub const ASSIST_ASKED_MS_MAX: u64 = 10 * 60_000;

/// Rows of the audit log that are kept: years of a shop's evenings, some tens of megabytes. More:
/// the oldest go.
pub const AUDIT_ROWS_MAX: u64 = 200_000;
/// Rows of the audit log in one answer.
pub const AUDIT_PAGE_ROWS_MAX: usize = 200;

/// Longest word that names what an entry of the audit log is about, or the device of a sign-in, in
/// bytes. Longer: cut.
pub const NOTED_BYTES_MAX: usize = 120;

/// Second factors that wait for their first code, in one process. More: all of them begin anew.
pub const SECONDS_DRAWN_MAX: usize = 64;
