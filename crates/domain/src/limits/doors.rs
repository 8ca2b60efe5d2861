//! Limits of who comes to the doors, before it is known what they want.

/// How long the head of a call may take, from its first byte, and the first one of a connection
/// from its beginning: a phone on a weak network needs two seconds. Later: the connection is cut.
pub const HEAD_MS_MAX: u64 = 10_000;

/// How long a connection may be silent between calls: proxies close theirs after a minute. Later:
/// closed.
pub const IDLE_MS_MAX: u64 = 75_000;
const _: () = assert!(HEAD_MS_MAX < IDLE_MS_MAX, "who has begun to speak must go on sooner");

/// Largest head of a call: browsers send one or two thousand bytes. Larger: 431, and the connection
/// is closed.
pub const HEAD_BYTES_MAX: usize = 16 * 1024;

/// Most headers of a call, proxies' included. More: 431, and the connection is closed.
pub const HEADERS_MAX: usize = 64;

/// Longest address of a call, query included. Longer: 414 `uri_too_long`.
pub const URI_BYTES_MAX: usize = 4 * 1024;
const _: () = assert!(URI_BYTES_MAX < HEAD_BYTES_MAX, "an address is a part of the head");

/// What is read of one connection at a time. A slow sender never fills it.
pub const READ_BUFFER_BYTES_MAX: usize = 64 * 1024;
const _: () = assert!(HEAD_BYTES_MAX <= READ_BUFFER_BYTES_MAX, "a head is read whole");

/// Callers that are counted one by one in each table (some 4 MB when full). More, as in a flood
/// from made-up addresses: those that have been quiet are forgotten, and while there are still as
/// many, callers share [`SHARED_BUCKETS`], so that no table grows.
pub const CALLERS_COUNTED_MAX: usize = 65_536;
/// See above.
pub const SHARED_BUCKETS: u64 = 4_096;

/// Passwords that are checked at once: each takes 19 MiB and tens of milliseconds. More: they wait.
pub const PASSWORDS_AT_ONCE_MAX: usize = 2;

/// Passwords that wait to be checked: some three seconds of work. More: 429 `busy`.
pub const PASSWORDS_WAITING_MAX: usize = 62;

/// Tries per second for one person's name, and at once. More: told to wait. At this pace somebody
/// who knows the name tries 86,400 passwords in a day; of eight random letters there are 200
/// thousand million. Devices that are signed in stay so meanwhile.
pub const PASSWORDS_PER_NAME_PER_S: u32 = 1;
/// See above.
pub const PASSWORDS_PER_NAME_BURST: u32 = 10;

/// Tries per second from one address, over all names, and at once: a whole co-operative behind one
/// address signs in within a minute, and who tries one password on many names is slowed down. More:
/// told to wait. The machine's own address is not counted, links are not tries.
pub const PASSWORDS_PER_ADDRESS_PER_S: u32 = 2;
/// See above.
pub const PASSWORDS_PER_ADDRESS_BURST: u32 = 60;
const _: () = assert!(
    PASSWORDS_PER_NAME_BURST < PASSWORDS_PER_ADDRESS_BURST,
    "one person who forgot their password does not shut out the others behind their address"
);

/// Files that a process opens beside its connections: databases and their logs, snapshots, pipes.
pub const FILES_OF_OUR_OWN: usize = 256;
