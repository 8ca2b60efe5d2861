//! Every limit, with its why and what happens at it: refuse, shed, coalesce or wait.
//!
//! Bytes are of UTF-8, spans are milliseconds unless the name says otherwise.

mod backup;
mod console;
mod doors;
mod ops;
mod overlay;
mod people;
mod photo;
mod pressure;
mod privacy;
mod viewer;

pub use backup::*;
pub use console::*;
pub use doors::*;
pub use ops::*;
pub use overlay::*;
pub use people::*;
pub use photo::*;
pub use pressure::*;
pub use privacy::*;
pub use viewer::*;

/// Longest code of an offer. Longer ones cannot be typed in a hurry. Refused when the offer is
/// made.
pub const CODE_BYTES_MAX: usize = 31;

/// Largest quantity, in units: a harvest of a thousand tonnes in kilos. Refused as `bad_quantity`.
pub const QUANTITY_UNITS_MAX: u64 = 1_000_000;

/// Largest price of one unit in minor units: a hundred billion đồng. Refused when the price is set.
pub const PRICE_MAX: i64 = 100_000_000_000;
const _: () = assert!(
    (PRICE_MAX as i128) * (QUANTITY_UNITS_MAX as i128) * (LINES_PER_ORDER_MAX as i128)
        < i64::MAX as i128,
    "the total of the largest order fits"
);

/// Longest comment that is read, in bytes. Platforms cut at 150 to 500 characters; 2,000 bytes
/// leaves room for Vietnamese in decomposed form. Longer: an error of that entry,
/// `comment_too_long`; never cut silently.
pub const COMMENT_BYTES_MAX: usize = 2_000;

/// Most comments in one post: a second of the largest live. More: 413 `too_many_comments`, nothing
/// is taken.
pub const COMMENTS_PER_POST_MAX: usize = 1_000;

/// Largest body of a post of comments. Larger: 413 `body_too_large`, nothing is taken.
pub const POST_BYTES_MAX: usize = 4 * 1024 * 1024;
const _: () = assert!(
    COMMENTS_PER_POST_MAX * (COMMENT_BYTES_MAX + COMMENT_OTHER_BYTES_MAX) < POST_BYTES_MAX,
    "a full post of longest comments fits"
);

/// Room for the other fields of one comment in a post: platform, ids, name, times, braces.
pub const COMMENT_OTHER_BYTES_MAX: usize = 1_500;

/// Largest body of any other call. Larger: 413 `body_too_large`.
pub const BODY_BYTES_MAX: usize = 256 * 1024;

/// Largest frame from a socket's client. Larger: error `frame_too_large`, close 4500.
pub const FRAME_BYTES_MAX: usize = 16 * 1024;

/// Longest idempotency key, in characters. Longer: `bad_key`.
pub const KEY_CHARS_MAX: usize = 64;

/// Longest name of a person, a shop, an offer or a session, in bytes. Longer: refused as
/// `name_too_long`.
pub const NAME_BYTES_MAX: usize = 300;

/// Longest id that a platform gives to a buyer or a comment, in bytes. Longer: that entry's error
/// `bad_id`.
pub const PLATFORM_ID_BYTES_MAX: usize = 128;

/// Most lines in one claim: nobody says more in a comment. More: refused as `too_many_lines`.
pub const LINES_PER_CLAIM_MAX: usize = 32;

/// Most lines in one order, over all its claims. More: refused as `too_many_lines`.
pub const LINES_PER_ORDER_MAX: usize = 64;
const _: () = assert!(LINES_PER_CLAIM_MAX <= LINES_PER_ORDER_MAX, "a full claim fits an order");

/// Most offers in one session: a host holds up one thing at a time. More: 422 `too_many_offers`.
pub const OFFERS_PER_SESSION_MAX: usize = 500;

/// Most sessions of a shop that are not yet archived. More: 422 `too_many_sessions`.
pub const SESSIONS_OPEN_MAX: usize = 64;

/// Most axes of variants, and most values on one. More: 422 `too_many_variants`.
pub const AXES_MAX: usize = 3;
/// Most values on one axis.
pub const AXIS_VALUES_MAX: usize = 60;
/// Most cells of one item (the product of its axes). More: 422 `too_many_variants`.
pub const CELLS_PER_ITEM_MAX: usize = 1_000;

/// Most aliases and most packs of one offer. More: 422 `too_many_names`.
pub const ALIASES_MAX: usize = 20;
/// Longest alias, unit, pack name or variant value, in bytes. Longer: 422 `name_too_long`.
pub const WORD_BYTES_MAX: usize = 60;

/// Longest hold that a rule or an extension may give: one day. Longer: 422 `hold_too_long`.
pub const HOLD_MS_MAX: u64 = 24 * 3_600_000;

/// How long the keys of an ended session are kept; then it is archived and answers
/// `session_archived`.
pub const ARCHIVE_AFTER_MS: u64 = 48 * 3_600_000;
const _: () = assert!(HOLD_MS_MAX < ARCHIVE_AFTER_MS, "no hold outlives its session's keys");

/// Longest time in which a cancel can be undone: stock lies idle meanwhile. Longer: 422
/// `undo_too_long`.
pub const CANCEL_UNDO_MS_MAX: u64 = 60_000;

/// Furthest day of a harvest that may be sold beforehand: one season. Further: 422
/// `ready_too_late`.
pub const READY_MS_MAX: u64 = 180 * 24 * 3_600_000;

/// How long a link code is shown and counts: a viewer changes from one app to the other and types
/// four digits. Later: noted as `unknown_link`.
pub const LINK_MS: u64 = 10 * 60_000;

/// Most link codes of one session that count at once, half of those there are, so that a wrong one
/// is rarely somebody's. More: 422 `too_many_links`.
pub const LINKS_OPEN_MAX: usize = 5_000;

/// Most cards that one answer resolves; the rest of the group stays open for the next.
pub const REVIEWS_PER_ANSWER_MAX: usize = 1_000;

/// Most groups of cards that one look shows, the oldest first; the rest come when these are
/// answered.
pub const REVIEW_GROUPS_MAX: usize = 50;
/// Open cards that one look goes through, the oldest first: the rest are counted, and looked at
/// when these are answered.
pub const REVIEW_CARDS_LOOKED_MAX: usize = 2_000;
/// Most cards of one group that a look names; all of them are counted.
pub const REVIEW_CARDS_SHOWN_MAX: usize = 20;
/// Cards of one group that are shown with their words: each is a read of the journal.
pub const REVIEW_TEXTS_MAX: usize = 3;
const _: () = assert!(REVIEW_TEXTS_MAX <= REVIEW_CARDS_SHOWN_MAX, "words belong to shown cards");

/// Most buyers that a shop blocks. More: 422 `too_many_blocks`.
pub const BUYERS_BLOCKED_MAX: usize = 10_000;

/// Most answers that became rules of one session. More: 422 `too_many_lessons`.
pub const LESSONS_MAX: usize = 200;

/// Most changes of price, openness, limit or rules that a session keeps for late comments, besides
/// that they are dropped after [`CODEBOOK_MS_MAX`]. More: the oldest goes, and its comments are
/// judged by what came after it.
pub const PAST_TERMS_MAX: usize = 256;

/// How often a buyer may extend the hold of one order. More: refused as `extended_already`.
pub const EXTENSIONS_BY_BUYER_MAX: u32 = 1;

/// Most requests waiting for one lane. More: `busy` with Retry-After, nothing is taken.
pub const LANE_REQUESTS_MAX: usize = 16_384;

/// Most requests decided into one journal batch of one shop; the rest wait for the next. Bounds
/// what one sync carries.
pub const BATCH_REQUESTS_MAX: usize = 4_096;
const _: () = assert!(COMMENTS_PER_POST_MAX <= BATCH_REQUESTS_MAX, "a full post is one batch");
const _: () = assert!(BATCH_REQUESTS_MAX <= LANE_REQUESTS_MAX, "a full batch may wait");

/// Most batches of one lane that are decided but not yet durable; then the lane waits for the disk.
pub const BATCHES_IN_FLIGHT_MAX: usize = 2;

/// While a batch of theirs is on its way to the disk, fewer requests than this are not decided yet:
/// they could not be durable sooner, and one batch of many costs less than many of one.
pub const GATHER_REQUESTS: usize = 256;
const _: () = assert!(GATHER_REQUESTS <= COMMENTS_PER_POST_MAX, "a full post waits for nobody");

/// A request that waited longer than this in a queue is dropped before it is decided, as `busy`:
/// its sender has given up and will send it again with the same key.
pub const REQUEST_WAIT_MS_MAX: u64 = 10_000;

/// Comments of one socket that wait for their outcome; then the server stops reading that socket.
pub const SOCKET_IN_FLIGHT_MAX: usize = 64;

/// A connection that has not said hello by then is closed with 4500 `hello_timeout`.
pub const HELLO_MS_MAX: u64 = 10_000;

/// Outcomes kept per buyer for `resume`. An evening's buyer sends a dozen; older ones: `complete`
/// is false.
pub const RING_OUTCOMES_MAX: usize = 64;

/// How often a heartbeat goes to the journal file while holds are open.
pub const HEARTBEAT_MS: u64 = 5_000;

/// How far the shop's clock may move in one step beyond what the monotonic clock says.
pub const CLOCK_STEP_MS_MAX: u64 = 5_000;

/// A snapshot is made when this many events have come since the last one: replay stays under about
/// a second.
pub const SNAPSHOT_EVERY_EVENTS: u64 = 250_000;

/// Free disk space under which new orders are refused as `disk_low`, before the append.
pub const DISK_FREE_BYTES_MIN: u64 = 64 * 1024 * 1024;

/// How long a viewer's ticket may wait for its socket: the page asks for it right before it
/// connects, and a weak network may need three tries. Later: `bad_ticket`, and the page asks for
/// another.
pub const TICKET_MS_MAX: u64 = 60_000;

/// Used tickets remembered at once, each until it expires (24 bytes and their place in a tree,
/// about 40 MB when full): more than twice the viewers of the largest live, all arriving in one
/// minute. At it: no ticket is redeemed, answered `busy`, until one expires; forgetting early would
/// let a ticket be used twice.
pub const TICKETS_USED_MAX: usize = 1_000_000;
const _: () = assert!(HELLO_MS_MAX < TICKET_MS_MAX, "a ticket outlives the slowest hello");

/// Most shops of one installation: all of them stand in memory. More: refused as `too_many_shops`.
pub const SHOPS_MAX: usize = 100_000;

/// Most events read from the journal for one write to the read model. The rest wait for the next
/// one.
pub const PERSIST_BATCH_EVENTS_MAX: usize = 2_000;

/// Most rows one write to the read model brings, counted before it is made (a fact of noted
/// comments brings one per comment). The batch is cut there, after one event at least.
pub const PERSIST_BATCH_ROWS_MAX: usize = 8_000;
const _: () = assert!(
    PERSIST_BATCH_EVENTS_MAX <= PERSIST_BATCH_ROWS_MAX,
    "a batch of plain events is cut by their number"
);

/// How often the persister asks the journal for news that nobody told it.
pub const PERSIST_LOOK_MS: u64 = 200;

/// The first wait after the read model failed; doubled with every further failure.
pub const PERSIST_RETRY_MS_MIN: u64 = 100;
/// The longest wait between two tries to reach the read model: it is back within seconds after its
/// database is.
pub const PERSIST_RETRY_MS_MAX: u64 = 5_000;
const _: () = assert!(PERSIST_RETRY_MS_MIN <= PERSIST_RETRY_MS_MAX, "the wait grows");

/// How long a shop waits whose event the read model refuses; nobody else waits with it.
pub const PERSIST_HELD_UP_MS: u64 = 60_000;

/// Longest single statement in the read model; the database ends it then, and the write is tried
/// again later.
pub const PERSIST_STATEMENT_MS_MAX: u64 = 30_000;
/// Longest write, connect or look-up of the read model as a whole; then its connection is given up.
pub const PERSIST_WRITE_MS_MAX: u64 = 60_000;
const _: () = assert!(
    PERSIST_STATEMENT_MS_MAX < PERSIST_WRITE_MS_MAX,
    "the database ends a slow statement before we give up on the database"
);

/// Longest wait for an answer from the read model when a person asks; then 503 `read_model_down`.
pub const STORED_READ_MS_MAX: u64 = 5_000;

/// Connections that answer `stored=true`; more callers wait, at most [`STORED_READ_MS_MAX`].
pub const STORED_READERS_MAX: u32 = 4;

/// Most rows in one page of stored orders or claims.
pub const STORED_PAGE_MAX: usize = 1_000;

/// Longest line of a ledger that `verify` reads: an event is at most a full batch of notes or a
/// full offer, a fraction of this. Longer: refused as no ledger, before the memory is taken.
pub const LEDGER_LINE_BYTES_MAX: usize = 4 * 1024 * 1024;

/// Longest first line of a ledger: it may hold a whole shop at rest. Longer: refused as no ledger.
pub const LEDGER_CHECKPOINT_BYTES_MAX: usize = 256 * 1024 * 1024;
const _: () = assert!(
    BATCH_REQUESTS_MAX * 200 < LEDGER_LINE_BYTES_MAX,
    "a full batch of notes fits one line"
);
const _: () =
    assert!(LEDGER_LINE_BYTES_MAX < LEDGER_CHECKPOINT_BYTES_MAX, "any line may be the first one");

/// Buyers that the vault keeps in memory (about 250 bytes each, 50 MB when full). More: the oldest
/// are read from the table again when they are needed.
pub const VAULT_BUYERS_MAX: usize = 200_000;

/// Batches that wait for the journal's writer, over all shops. More: the lane that appends waits.
pub const WRITER_BATCHES_MAX: usize = 1_024;

/// Bytes of frames that one sync carries; the rest wait for the next. A sync of that size takes
/// some 20 ms.
pub const ROUND_BYTES_MAX: usize = 4 * 1024 * 1024;

/// Size of the write-ahead log at which it is copied into the journal's table even while orders
/// flow. Answers wait for some 5 ms meanwhile; larger would stop them longer, smaller more often.
pub const WAL_BYTES_MAX: u64 = 8 * 1024 * 1024;

/// A writer that had nothing to do for this long copies the write-ahead log into the table.
pub const WRITER_IDLE_MS: u64 = 200;

/// Bytes of frames that one look into the journal reads at a time.
pub const READ_BYTES_MAX: usize = 1024 * 1024;

/// Snapshots kept per shop: the latest, and one in case that is torn.
pub const SNAPSHOTS_KEPT: usize = 2;

/// How long the ways in which words were read are kept, for comments that a platform delivers late.
pub const CODEBOOK_MS_MAX: u64 = 10 * 60_000;

/// Most open connections of one process, sockets included: under the 20,000 file descriptors that a
/// service commonly gets. More: 503 `too_many_connections` with Retry-After. An option of the
/// server.
pub const CONNECTIONS_MAX: usize = 19_000;

/// How long a call's body may take to arrive: a full post over a weak network. Later: 408
/// `body_timeout`.
pub const BODY_MS_MAX: u64 = 30_000;

/// Orders in one page, and what a caller gets who does not say. More than the most: 400
/// `bad_limit`.
pub const ORDERS_PER_PAGE_MAX: usize = 500;
/// Orders in a page unless said otherwise.
pub const ORDERS_PER_PAGE: usize = 100;

/// Ledgers read out at once: each reads the disk. More: 429 `busy` with Retry-After.
pub const LEDGERS_AT_ONCE_MAX: usize = 4;

/// Bytes of ledger lines handed to a connection at once; then the reader waits for it.
pub const LEDGER_CHUNK_BYTES: usize = 64 * 1024;

/// Frames that wait for one socket. More: the hub lets go of it, close 1013 `too_slow`.
pub const OUTBOX_FRAMES_MAX: usize = 256;
const _: () = assert!(
    OUTBOX_FRAMES_MAX >= 2 * SOCKET_IN_FLIGHT_MAX,
    "what is in flight comes back as an outcome and an order"
);

/// How often a viewer is shown the stock, at most: nobody reads faster.
pub const STOCK_EVERY_MS: u64 = 500;

/// How often an idle socket is asked whether it is still there, and how many such asks in a row it
/// may leave without a sign of life; then it is closed (a minute: a phone in a lift comes back
/// sooner).
pub const PING_MS: u64 = 20_000;
/// See above.
pub const PINGS_SILENT_MAX: u32 = 3;

/// How long a socket may take no bytes while some wait for it. Longer: closed as too slow.
pub const WRITE_MS_MAX: u64 = 20_000;

/// What the kernel holds for one connection on the way out: a slow reader costs this and no more.
pub const SEND_BUFFER_BYTES: usize = 64 * 1024;

/// How long the other side may take to answer a close. Longer: cut.
pub const CLOSE_MS_MAX: u64 = 2_000;

/// Frames of one socket that could not be read. More: close 4500 `bad_frame`.
pub const BAD_FRAMES_MAX: u32 = 20;

/// How long open calls and sockets may take when the server stops. Longer: cut.
pub const STOP_MS_MAX: u64 = 10_000;

/// Anonymous calls per second from one address, and at once: a village behind one address all
/// joining a live. More: 429 `rate_limited`. The machine's own address is not counted.
pub const CALLS_PER_ADDRESS_PER_S: u32 = 200;
/// See above.
pub const CALLS_PER_ADDRESS_BURST: u32 = 2_000;

/// Posts per second by one source token, and at once: far beyond any platform, short of a runaway
/// loop that would starve the other shops. More: 429 `rate_limited`.
pub const POSTS_PER_SOURCE_PER_S: u32 = 20_000;
/// See above.
pub const POSTS_PER_SOURCE_BURST: u32 = 40_000;

/// Messages per second from one socket, and at once. Nobody types that; a script that does is read
/// more slowly.
pub const MESSAGES_PER_SOCKET_PER_S: u32 = 500;
/// See above.
pub const MESSAGES_PER_SOCKET_BURST: u32 = 2_000;

/// How much of a sold-out offer there is in a practice live, in the item's unit.
pub const PRACTICE_UNITS: u64 = 20;

/// How long a practice live's crowd stays, and how many of them watch: a rehearsal, not an evening.
pub const PRACTICE_MS_MAX: u64 = 15 * 60_000;
/// See above.
pub const PRACTICE_VIEWERS: u32 = 30;
/// Comments of a practice crowd per minute: as many as a host can still answer by hand.
pub const PRACTICE_COMMENTS_PER_MINUTE: u32 = 40;

/// Practice crowds at once in one process. More: the oldest goes home.
pub const PRACTICES_MAX: usize = 8;
