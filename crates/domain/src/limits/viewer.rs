//! Limits of a viewer's page.

use super::{LINES_PER_ORDER_MAX, PING_MS};

/// How often a viewer's page may ask whether it is still connected: seconds tell it that it is not.
pub const PAGE_PING_MS_MIN: u64 = 2_000;

/// Such asks per second of all viewers together; a larger crowd is told to ask less often. Nineteen
/// thousand viewers then ask every 9.5 s each.
pub const PAGE_PINGS_PER_S: u64 = 2_000;
const _: () = assert!(PAGE_PING_MS_MIN < PING_MS, "the server's own asks are the rarest");

/// Digits of a phone number: the shortest ones with a country's code, and the longest that there
/// are (ITU E.164). Otherwise the form comes back and says so.
pub const PHONE_DIGITS_MIN: usize = 8;
/// See above.
pub const PHONE_DIGITS_MAX: usize = 15;

/// Longest address of a delivery, in bytes and in lines: house, hamlet, commune, province and how
/// to find it. Longer: the form comes back and says so; never cut silently.
pub const ADDRESS_BYTES_MAX: usize = 600;
/// See above.
pub const ADDRESS_LINES_MAX: usize = 6;

/// Claims of one order whose places in the ledger are kept, the first ones: who came before whom is
/// asked of those. Later ones are in the ledger all the same.
pub const CLAIMS_PER_ORDER_KEPT: usize = 32;
const _: () = assert!(CLAIMS_PER_ORDER_KEPT <= LINES_PER_ORDER_MAX, "an order stays small at rest");

/// Buyers whose receipts are read at once: each is a few looks at the disk. More: they wait.
pub const RECEIPTS_AT_ONCE_MAX: usize = 4;

/// Longest page that the server writes, in bytes: 500 offers of 4 KiB of HTML each. A longer one is
/// our mistake: 500 `internal`.
pub const PAGE_BYTES_MAX: usize = 4 << 20;

/// Most marks on one letter that a screen shows. Vietnamese written apart has two, no living script
/// more than three; a heap of them grows over the rows around it. The others are not shown.
pub const MARKS_PER_LETTER_MAX: usize = 3;
