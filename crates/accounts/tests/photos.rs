//! Photos of offers: what is kept of a picture, over restarts, and what is not kept any more.

use accounts::{
    Accounts, OfferAt, PhotoBytes, PhotoDigest, PhotoError, Picture, PictureError, Shown,
};
use domain::limits::{PHOTO_BYTES_MAX, PHOTOS_SHOWN_PER_SHOP_MAX, THUMB_BYTES_MAX};
use domain::{Code, SessionId, ShopId};
use image::codecs::jpeg::JpegEncoder;
use image::{DynamicImage, ImageFormat, Rgb, RgbImage, Rgba, RgbaImage};
use std::collections::{BTreeMap, BTreeSet};
use std::io::Cursor;
use std::path::Path;

const FIRST: SessionId = SessionId(1);
const SECOND: SessionId = SessionId(2);

fn open(dir: &Path) -> Accounts {
    Accounts::open(dir).expect("opens")
}

fn code(text: &str) -> Code {
    Code::parse(text).expect("a code")
}

fn at(shop: ShopId, session: SessionId, text: &str) -> OfferAt {
    OfferAt { shop, session, code: code(text) }
}

/// A picture that is like no other.
fn noise(width: u32, height: u32, mut seed: u32) -> RgbImage {
    RgbImage::from_fn(width, height, |_, _| {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let [r, g, b, _] = seed.to_be_bytes();
        Rgb([r, g, b])
    })
}

fn file(image: impl Into<DynamicImage>, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    image.into().write_to(&mut bytes, format).expect("written");
    bytes.into_inner()
}

fn picture(seed: u32) -> Picture {
    Picture::read(&file(noise(40, 30, seed), ImageFormat::Png)).expect("read")
}

/// Shown and read back.
fn through(sent: &[u8]) -> [RgbImage; 2] {
    let dir = tempfile::tempdir().expect("a folder");
    let accounts = open(dir.path());
    let shop = accounts.add_shop("Mận").expect("added").shop;
    let picture = Picture::read(sent).expect("read");
    let shown = accounts.show_photo(at(shop, FIRST, "A1"), picture).expect("shown");
    [(shown.photo, PHOTO_BYTES_MAX), (shown.thumb, THUMB_BYTES_MAX)].map(|(digest, most)| {
        let bytes = accounts.read_photo(&digest).expect("readable").expect("kept");
        assert!(bytes.len() <= most, "{} bytes", bytes.len());
        assert_eq!(PhotoDigest::of(&bytes), digest);
        assert!(!bytes.windows(4).any(|four| four == b"Exif"));
        let image = image::load_from_memory_with_format(&bytes, ImageFormat::Jpeg);
        image.expect("a JPEG").to_rgb8()
    })
}

#[test]
fn a_picture_becomes_two_small_ones_whatever_it_shows() {
    let check = |sent: &[u8], photo: (u32, u32), thumb: (u32, u32)| {
        let [large, small] = through(sent);
        assert_eq!((large.dimensions(), small.dimensions()), (photo, thumb));
    };
    let plain = RgbImage::from_pixel(3_000, 1_500, Rgb([200, 80, 20]));
    check(&file(plain, ImageFormat::Jpeg), (720, 360), (192, 96));
    check(&file(RgbImage::new(100, 50), ImageFormat::Png), (100, 50), (100, 50));
    check(&file(RgbImage::new(10, 2_000), ImageFormat::WebP), (3, 720), (1, 192));
    let [large, small] = through(&file(noise(1_000, 1_000, 1), ImageFormat::Png));
    assert!((200..=720).contains(&large.width()), "noise hardly fits: {}", large.width());
    assert!((60..=192).contains(&small.width()), "noise hardly fits: {}", small.width());
}

#[test]
fn what_can_be_seen_through_is_white() {
    let clear = RgbaImage::from_pixel(64, 64, Rgba([0, 0, 0, 0]));
    let [photo, _] = through(&file(clear, ImageFormat::Png));
    assert!(photo.pixels().all(|pixel| pixel.0.iter().all(|channel| *channel > 250)));
}

#[test]
fn a_phone_held_upright_gives_an_upright_picture() {
    let left_is_red =
        RgbImage::from_fn(
            400,
            200,
            |x, _| {
                if x < 200 { Rgb([255, 0, 0]) } else { Rgb([0, 0, 255]) }
            },
        );
    let mut jpeg = Vec::new();
    JpegEncoder::new(&mut jpeg).encode_image(&left_is_red).expect("written");
    // TIFF, big-endian, one entry: orientation 6, so its left is what was above.
    let exif = b"Exif\0\0MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0";
    let mut sent = jpeg[..2].to_vec();
    sent.extend([0xff, 0xe1, 0, u8::try_from(exif.len() + 2).expect("short")]);
    sent.extend(exif);
    sent.extend(&jpeg[2..]);
    let [photo, _] = through(&sent);
    assert_eq!(photo.dimensions(), (200, 400));
    let (above, below) = (photo.get_pixel(100, 50).0, photo.get_pixel(100, 350).0);
    assert!(above[0] > 200 && above[2] < 60 && below[2] > 200 && below[0] < 60);
}

#[test]
fn what_is_no_picture_or_too_much_is_refused_by_name() {
    let check = |sent: &[u8], error: PictureError, code: &str| {
        assert_eq!(Picture::read(sent), Err(error));
        assert_eq!(error.code(), code);
    };
    check(b"", PictureError::Unknown, "photo_unreadable");
    check(b"<svg xmlns='http://www.w3.org/2000/svg'/>", PictureError::Unknown, "photo_unreadable");
    check(b"GIF89a\x01\0\x01\0\0\0\0;", PictureError::Unknown, "photo_unreadable");
    check(b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", PictureError::Heic, "photo_unreadable");
    let whole = file(noise(64, 64, 1), ImageFormat::Png);
    check(&whole[..whole.len() / 2], PictureError::Damaged, "photo_unreadable");
    check(&whole[..20], PictureError::Damaged, "photo_unreadable");
    check(&vec![0; 12 * 1024 * 1024 + 1], PictureError::TooLarge, "photo_too_large");
    check(&bomb(), PictureError::TooManyPixels, "photo_too_many_pixels");
}

/// A PNG that says it is 60,000 by 60,000 and brings nothing.
fn bomb() -> Vec<u8> {
    let mut png = file(RgbImage::new(1, 1), ImageFormat::Png);
    png[16..20].copy_from_slice(&60_000u32.to_be_bytes());
    png[20..24].copy_from_slice(&60_000u32.to_be_bytes());
    let check = crc32(&png[12..29]);
    png[29..33].copy_from_slice(&check.to_be_bytes());
    png
}

fn crc32(bytes: &[u8]) -> u32 {
    let step = |crc: u32| if crc & 1 == 1 { (crc >> 1) ^ 0xedb8_8320 } else { crc >> 1 };
    let byte = |crc: u32, byte: &u8| (0..8).fold(crc ^ u32::from(*byte), |crc, _| step(crc));
    !bytes.iter().fold(u32::MAX, byte)
}

#[test]
fn what_offers_show_is_known_at_once_and_after_a_restart() {
    let dir = tempfile::tempdir().expect("a folder");
    let accounts = open(dir.path());
    let [shop, other] = ["Mận", "Bí"].map(|name| accounts.add_shop(name).expect("added").shop);
    let first = accounts.show_photo(at(shop, FIRST, "A1"), picture(1)).expect("shown");
    let second = accounts.show_photo(at(shop, FIRST, "A2"), picture(2)).expect("shown");
    assert_ne!(first, second);
    let check = |accounts: &Accounts| {
        let expected = BTreeMap::from([(code("A1"), first), (code("A2"), second)]);
        assert_eq!(*accounts.photos_of(shop, FIRST), expected);
        assert!(accounts.photos_of(shop, SECOND).is_empty());
        assert!(accounts.photos_of(other, FIRST).is_empty());
    };
    check(&accounts);
    drop(accounts);
    let accounts = open(dir.path());
    check(&accounts);
    assert_eq!(accounts.look_at_photo(&first.photo), PhotoBytes::InFile);
    let bytes = accounts.read_photo(&first.photo).expect("readable").expect("kept");
    assert_eq!(accounts.look_at_photo(&first.photo), PhotoBytes::InMemory(bytes));
    assert_eq!(accounts.look_at_photo(&PhotoDigest::of(b"")), PhotoBytes::Unknown);
    assert_eq!(accounts.read_photo(&PhotoDigest::of(b"")).expect("readable"), None);
}

#[test]
fn a_photo_goes_with_the_last_offer_that_shows_it() {
    let dir = tempfile::tempdir().expect("a folder");
    let accounts = open(dir.path());
    let [shop, other] = ["Mận", "Bí"].map(|name| accounts.add_shop(name).expect("added").shop);
    let is_kept = |shown: &Shown| {
        [shown.photo, shown.thumb].map(|digest| {
            let read = accounts.read_photo(&digest).expect("readable");
            assert_eq!(read.is_some(), accounts.look_at_photo(&digest) != PhotoBytes::Unknown);
            read.is_some()
        })
    };
    let one = accounts.show_photo(at(shop, FIRST, "A1"), picture(1)).expect("shown");
    let codes = BTreeMap::from([(code("A1"), code("B7"))]);
    accounts.copy_photos((shop, FIRST), (shop, SECOND), &codes).expect("copied");
    accounts.copy_photos((shop, FIRST), (other, FIRST), &codes).expect("copied");
    assert_eq!(accounts.photos_of(shop, SECOND).get(&code("B7")), Some(&one));
    assert_eq!(accounts.photos_of(other, FIRST).get(&code("B7")), Some(&one));

    let two = accounts.show_photo(at(shop, FIRST, "A1"), picture(2)).expect("shown");
    assert_eq!((is_kept(&one), is_kept(&two)), ([true; 2], [true; 2]));
    assert!(accounts.keep_photos_of(shop, &BTreeSet::from([FIRST])).expect("written"));
    assert!(!accounts.keep_photos_of(shop, &BTreeSet::from([FIRST])).expect("written"));
    assert_eq!(is_kept(&one), [true; 2], "another shop shows it");
    assert!(accounts.remove_photo(at(other, FIRST, "B7")).expect("written"));
    assert_eq!((is_kept(&one), is_kept(&two)), ([false; 2], [true; 2]));
    assert!(!accounts.remove_photo(at(other, FIRST, "B7")).expect("written"));
    assert_eq!(accounts.photos_of(shop, FIRST).len(), 1);
}

#[test]
fn nothing_of_a_removed_photo_stays_in_the_file() {
    let dir = tempfile::tempdir().expect("a folder");
    let accounts = open(dir.path());
    let shop = accounts.add_shop("Mận").expect("added").shop;
    let [gone, kept] = [picture(1), picture(2)].map(|picture| {
        let shown = accounts.show_photo(at(shop, FIRST, "A1"), picture).expect("shown");
        accounts.read_photo(&shown.photo).expect("readable").expect("kept")
    });
    drop(accounts);
    let bytes = std::fs::read(dir.path().join("accounts.db")).expect("read");
    let holds = |what: &[u8]| bytes.windows(100).any(|window| window == &what[200..300]);
    // The heads of both are alike: what differs are the pixels.
    let pixels = |jpeg: &[u8]| jpeg[jpeg.len() - 400..].to_vec();
    assert!(holds(&pixels(&kept)) && !holds(&pixels(&gone)));
}

#[test]
fn a_shop_shows_so_many_and_no_more() {
    let dir = tempfile::tempdir().expect("a folder");
    let accounts = open(dir.path());
    let shop = accounts.add_shop("Mận").expect("added").shop;
    accounts.show_photo(at(shop, FIRST, "A"), picture(1)).expect("shown");
    let half = PHOTOS_SHOWN_PER_SHOP_MAX / 2;
    for session in [2, 3] {
        accounts
            .copy_photos((shop, FIRST), (shop, SessionId(session)), &BTreeMap::new())
            .expect("nothing to copy");
    }
    drop(accounts);
    let raw = rusqlite::Connection::open(dir.path().join("accounts.db")).expect("opens");
    let sql = format!(
        "WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < {half}) \
         INSERT INTO shown SELECT shop, s.column1, 'N' || n, photo, thumb \
         FROM shown, n, (VALUES (2), (3)) AS s"
    );
    raw.execute_batch(&sql).expect("written");
    raw.execute_batch("DELETE FROM shown WHERE session = 3 AND code = 'N1'").expect("written");
    raw.close().expect("closes");

    let accounts = open(dir.path());
    let more = accounts.show_photo(at(shop, FIRST, "B"), picture(2));
    assert!(matches!(more, Err(PhotoError::TooMany)), "{more:?}");
    accounts.show_photo(at(shop, FIRST, "A"), picture(3)).expect("instead of another");
    let kept = BTreeSet::from([FIRST, SECOND]);
    assert!(accounts.keep_photos_of(shop, &kept).expect("written"));
    accounts.show_photo(at(shop, FIRST, "B"), picture(2)).expect("there is room");
}

#[test]
fn a_file_of_the_second_format_is_brought_up_and_takes_photos() {
    let dir = tempfile::tempdir().expect("a folder");
    let accounts = open(dir.path());
    let shop = accounts.add_shop("Mận Bắc Hà").expect("added");
    drop(accounts);
    let raw = rusqlite::Connection::open(dir.path().join("accounts.db")).expect("opens");
    raw.execute_batch(
        "DROP TABLE shown; DROP TABLE photo; ALTER TABLE shop DROP COLUMN salutation; \
         DROP TABLE overlay_key; PRAGMA user_version = 2",
    )
    .expect("as the second format was");
    raw.close().expect("closes");
    let accounts = open(dir.path());
    assert!(accounts.authenticate(&shop.host_token).is_some());
    accounts.show_photo(at(shop.shop, FIRST, "A1"), picture(1)).expect("shown");
    drop(accounts);
    assert_eq!(open(dir.path()).photos_of(shop.shop, FIRST).len(), 1);
}

#[test]
fn an_address_reads_back_only_as_it_was_written() {
    let digest = PhotoDigest::of(b"photo");
    let text = digest.to_string();
    assert_eq!(PhotoDigest::parse(&text), Some(digest));
    for wrong in ["", &text[1..], &text.to_uppercase(), &format!("{text}0"), &"é".repeat(32)] {
        assert_eq!(PhotoDigest::parse(wrong), None, "{wrong}");
    }
}
