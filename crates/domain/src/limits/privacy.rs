//! Limits of what is kept about buyers, and of forgetting them.

/// Days for which a buyer is kept after they were last heard of, unless the installation says
/// otherwise: a season, with its complaints and returns.
pub const KEEP_DAYS: u32 = 180;
/// The fewest: parcels are under way, come back and are argued about for weeks.
pub const KEEP_DAYS_MIN: u32 = 30;
/// The most: ten years, as long as anybody must keep accounts. For ever is no answer to the
/// question what for.
pub const KEEP_DAYS_MAX: u32 = 3_650;
const _: () = assert!(KEEP_DAYS_MIN <= KEEP_DAYS && KEEP_DAYS <= KEEP_DAYS_MAX);

/// How often buyers are looked for of whom nothing was heard for so long.
pub const FORGET_EVERY_MS: u64 = 3_600_000;
/// Buyers who are looked at before the next breath.
pub const FORGET_AT_ONCE_MAX: usize = 50;
/// That breath: so forgetting a whole season's buyers takes no lane more than a twentieth of its
/// time.
pub const FORGET_PAUSE_MS: u64 = 200;

/// How often wiping is tried again while somebody reads the journal. Then: it is left to the next
/// occasion, at the latest the next start.
pub const SCRUB_TRIES_MAX: usize = 40;
/// Between two tries.
pub const SCRUB_RETRY_MS: u64 = 50;

/// Events that are read at once for a buyer's copy of what is held about them.
pub const DOSSIER_EVENTS_PER_READ: usize = 1_000;
