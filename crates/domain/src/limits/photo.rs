//! Limits of offers' photos.

/// Largest picture that is taken in, in bytes: a phone's photo as it is, though pages send a
/// smaller one. Larger: 413 `photo_too_large`.
pub const PHOTO_SENT_BYTES_MAX: usize = 12 * 1024 * 1024;

/// Most pixels of a picture that is taken in, known before any of them is read: twice what phones
/// take unless told otherwise. More: 422 `photo_too_many_pixels`.
pub const PHOTO_SENT_PIXELS_MAX: u64 = 32_000_000;

/// What one picture may take in memory while it is read. More, as with 16 bits a channel: 422
/// `photo_too_many_pixels`.
pub const PHOTO_MEMORY_BYTES_MAX: u64 = 128 * 1024 * 1024;
const _: () = assert!(
    PHOTO_SENT_PIXELS_MAX * 4 <= PHOTO_MEMORY_BYTES_MAX,
    "the largest picture of usual depth can be read"
);

/// How long a picture may take to arrive: a large one over a weak network. Later: 408
/// `body_timeout`.
pub const PHOTO_MS_MAX: u64 = 120_000;

/// Pictures that are arriving or waiting to be read: each takes its bytes. More: 429 `busy`.
pub const PHOTOS_ARRIVING_MAX: usize = 16;

/// Pictures that are read at once: each takes a processor and [`PHOTO_MEMORY_BYTES_MAX`]. More:
/// they wait.
pub const PHOTOS_AT_ONCE_MAX: usize = 2;

/// The longer side of a photo that is kept, in pixels: a phone's width. Larger: scaled down.
pub const PHOTO_PIXELS: u32 = 720;
/// Most bytes of it: a second over a weak network. More: encoded less finely, at last smaller.
pub const PHOTO_BYTES_MAX: usize = 90_000;

/// The longer side of its thumbnail, in pixels: twice as fine as a page shows it.
pub const THUMB_PIXELS: u32 = 192;
/// Most bytes of it.
pub const THUMB_BYTES_MAX: usize = 20_000;
const _: () = assert!(
    THUMB_PIXELS < PHOTO_PIXELS && THUMB_BYTES_MAX < PHOTO_BYTES_MAX,
    "a thumbnail is the smaller one"
);

/// Bytes of all photos that a shop keeps, each counted once: some eight hundred products. More:
/// those of archived sessions go; if that is not enough, 422 `too_many_photos`.
pub const PHOTO_BYTES_PER_SHOP_MAX: usize = 64 * 1024 * 1024;

/// Offers of a shop, over all its sessions, that show a photo: all of them stand in memory. More:
/// as with the bytes.
pub const PHOTOS_SHOWN_PER_SHOP_MAX: usize = 4_000;
const _: () = assert!(
    super::OFFERS_PER_SESSION_MAX <= PHOTOS_SHOWN_PER_SHOP_MAX,
    "a session may show all it has"
);

/// Bytes of photos that are kept in memory, over all shops. More: the longest known go, and are
/// read from the file again when they are asked for.
pub const PHOTO_CACHE_BYTES_MAX: usize = 32 * 1024 * 1024;
const _: () =
    assert!(PHOTO_BYTES_MAX + THUMB_BYTES_MAX < PHOTO_CACHE_BYTES_MAX, "a photo fits in memory");
