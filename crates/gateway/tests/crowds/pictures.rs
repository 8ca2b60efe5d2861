//! Pictures that are much larger than they look.

use crate::memory::{alone, has_grown_at_most, resident_kib};
use crate::world::World;
use serde_json::json;
use std::io::Write;

/// What reading one of them may cost for good: a decoder's tables, not its pixels.
const ALLOWED_KIB: usize = 48 * 1024;

fn crc32(bytes: &[u8]) -> u32 {
    let step = |crc: u32| if crc & 1 == 1 { (crc >> 1) ^ 0xedb8_8320 } else { crc >> 1 };
    let byte = |crc: u32, byte: &u8| (0..8).fold(crc ^ u32::from(*byte), |crc, _| step(crc));
    !bytes.iter().fold(u32::MAX, byte)
}

fn chunk(kind: &[u8; 4], data: &[u8]) -> Vec<u8> {
    let body = [kind.as_slice(), data].concat();
    [&(data.len() as u32).to_be_bytes(), body.as_slice(), &crc32(&body).to_be_bytes()].concat()
}

/// A PNG of that size whose data is so many zeros, packed as tightly as can be.
fn png(width: u32, height: u32, zeros: usize, between: &[u8]) -> Vec<u8> {
    let mut header = [width.to_be_bytes(), height.to_be_bytes()].concat();
    header.extend([8, 6, 0, 0, 0]);
    let mut packed = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
    let block = vec![0; 1 << 20];
    for _ in 0..zeros.div_ceil(1 << 20) {
        packed.write_all(&block).expect("memory");
    }
    let packed = packed.finish().expect("memory");
    let signature = b"\x89PNG\r\n\x1a\n".to_vec();
    let parts = [chunk(b"IHDR", &header), between.to_vec(), chunk(b"IDAT", &packed)];
    [signature, parts.concat(), chunk(b"IEND", b"")].concat()
}

/// The head of a JPEG of that size, and nothing behind.
fn jpeg(width: u16, height: u16) -> Vec<u8> {
    let mut bytes = b"\xff\xd8\xff\xc0\0\x11\x08".to_vec();
    bytes.extend(height.to_be_bytes());
    bytes.extend(width.to_be_bytes());
    bytes.extend(
        b"\x03\x01\x22\0\x02\x11\0\x03\x11\0\xff\xda\0\x0c\x03\x01\0\x02\x11\x03\x11\0\x3f\0",
    );
    bytes
}

/// A WebP whose header says 16,384 by 16,384, and whose pixels are missing; moving or not.
fn webp(flags: u8) -> Vec<u8> {
    let side = [0xff, 0x3f, 0];
    let mut extended = vec![flags, 0, 0, 0];
    extended.extend(side);
    extended.extend(side);
    let chunk = [b"VP8X".as_slice(), &10_u32.to_le_bytes(), &extended].concat();
    let size = (chunk.len() as u32 + 4).to_le_bytes();
    [b"RIFF".as_slice(), &size, b"WEBP", &chunk].concat()
}

#[tokio::test(flavor = "multi_thread")]
async fn pictures_that_are_bombs_are_refused_before_their_pixels_take_memory() {
    let _alone = alone().await;
    let world = World::start().await;
    let session = world.draft(json!({}), 3).await;
    let path = format!("/v1/sessions/{session}/offers/D1/photo");
    // Sent once without counting: what the first call of all sets up stays anyway.
    world.host("PUT", &path).body(b"nothing").await.is_problem(422, "photo_unreadable");
    let text = chunk(b"zTXt", &[b"x\0\0".as_slice(), &[0x78; 1_000]].concat());
    let moving = chunk(b"acTL", &[0, 0, 0xff, 0xff, 0, 0, 0, 0]);
    let before = resident_kib();
    for (name, sent) in [
        ("png of 60,000 by 60,000", png(60_000, 60_000, 1 << 20, b"")),
        ("png that holds a gigabyte", png(60_000, 60_000, 1 << 28, b"")),
        ("png of the largest figures", png(u32::MAX, u32::MAX, 0, b"")),
        ("png of no size", png(0, 0, 0, b"")),
        ("png that is one line", png(2_000_000_000, 1, 0, b"")),
        ("small png with far too much data", png(8, 8, 1 << 28, b"")),
        ("png cut off", png(4_000, 4_000, 1 << 20, b"")[..200].to_vec()),
        ("png with too little data", png(4_000, 4_000, 1 << 20, b"")),
        ("png with packed words", png(60_000, 60_000, 0, &text)),
        ("png that moves", png(60_000, 60_000, 0, &moving)),
        ("jpeg of 60,000 by 60,000", jpeg(60_000, 60_000)),
        ("jpeg of the largest figures", jpeg(u16::MAX, u16::MAX)),
        ("jpeg without pixels", jpeg(4_000, 4_000)),
        ("webp without pixels", webp(0)),
        ("webp that moves", webp(2)),
    ] {
        assert!(sent.len() < 1 << 20, "{name} is a small file: {}", sent.len());
        let answer = world.host("PUT", &path).header("content-type", "image/png").body(&sent).await;
        // A picture with more data than it has room for may be read up to its last line.
        let is_read = answer.status == 200 && name.starts_with("small png");
        assert!(is_read || answer.status == 422, "{name}: {answer:?}");
        has_grown_at_most(before, ALLOWED_KIB);
    }
    assert_eq!(world.left(&session).await, 3);
}
