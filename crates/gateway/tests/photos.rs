//! Photos of offers: a phone's picture goes in, a small one without its metadata comes out.

mod world;

use serde_json::{Value, json};
use std::time::{Duration, Instant};
use world::World;
use world::http::Answer;

/// A JPEG as phones write it: left red and right blue, with an Exif segment that says how it was
/// turned, and where.
fn phone_photo() -> Vec<u8> {
    let plain = jpeg(400, 200, |x, _| if x < 200 { [255, 0, 0] } else { [0, 0, 255] });
    let mut exif = b"Exif\0\0MM\0\x2a\0\0\0\x08\0\x02".to_vec();
    exif.extend(b"\x01\x12\0\x03\0\0\0\x01\0\x06\0\0");
    exif.extend(b"\x88\x25\0\x04\0\0\0\x01\0\0\0\x26\0\0\0\0");
    exif.extend(b"\0\x01\0\x01\0\x02\0\0\0\x02N\0\0\0\0\0\0\0GPS 22.4155, 105.6219");
    let mut photo = plain[..2].to_vec();
    photo.extend([0xff, 0xe1, 0, u8::try_from(exif.len() + 2).expect("short")]);
    photo.extend(exif);
    photo.extend(&plain[2..]);
    photo
}

fn jpeg(width: u32, height: u32, pixel: impl Fn(u32, u32) -> [u8; 3]) -> Vec<u8> {
    let image = image::RgbImage::from_fn(width, height, |x, y| image::Rgb(pixel(x, y)));
    let mut bytes = std::io::Cursor::new(Vec::new());
    image.write_to(&mut bytes, image::ImageFormat::Jpeg).expect("written");
    bytes.into_inner()
}

fn shade(shade: u8) -> Vec<u8> {
    jpeg(64, 48, |x, _| [shade, x as u8, 90])
}

/// The head of a PNG that says it is 60,000 by 60,000.
fn bomb() -> Vec<u8> {
    let mut png = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\xea\x60\0\0\xea\x60\x08\x06\0\0\0".to_vec();
    png.extend(crc32(&png[12..]).to_be_bytes());
    png.extend(b"\0\0\0\x0aIDAT\x78\x9c\x63\0\0\0\x02\0\x01\x48\xaf\xa4\x71");
    png
}

fn crc32(bytes: &[u8]) -> u32 {
    let step = |crc: u32| if crc & 1 == 1 { (crc >> 1) ^ 0xedb8_8320 } else { crc >> 1 };
    let byte = |crc: u32, byte: &u8| (0..8).fold(crc ^ u32::from(*byte), |crc, _| step(crc));
    !bytes.iter().fold(u32::MAX, byte)
}

fn path(session: &str) -> String {
    format!("/v1/sessions/{session}/offers/D1/photo")
}

async fn put(world: &World, session: &str, kind: &str, sent: &[u8]) -> Answer {
    world.host("PUT", &path(session)).header("content-type", kind).body(sent).await
}

/// The addresses that an answer names.
fn both(answer: &Answer) -> (String, String) {
    assert_eq!(answer.status, 200, "{answer:?}");
    let of = |name: &str| answer.json[name].as_str().expect("an address").to_owned();
    (of("photo"), of("thumb"))
}

async fn shown(world: &World, session: &str) -> [Value; 2] {
    let answer = world.call("GET", &format!("/v1/sessions/{session}")).send().await;
    ["photo", "thumb"].map(|name| answer.json["offers"][0][name].clone())
}

#[tokio::test]
async fn a_phones_photo_comes_out_upright_small_and_without_its_place() {
    let world = World::start().await;
    let session = world.draft(json!({}), 3).await;
    assert_eq!(shown(&world, &session).await, [Value::Null, Value::Null]);
    let sent = phone_photo();
    assert!(sent.windows(4).any(|four| four == b"Exif") && sent.windows(3).any(|t| t == b"GPS"));
    let (photo, thumb) = both(&put(&world, &session, "image/jpeg", &sent).await);
    assert_eq!(shown(&world, &session).await, [json!(photo), json!(thumb)]);

    for (address, size) in [(&photo, (200, 400)), (&thumb, (96, 192))] {
        let answer = world.call("GET", address).send().await;
        assert_eq!(answer.status, 200, "{answer:?}");
        assert_eq!(answer.header("content-type"), Some("image/jpeg"));
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
        let kept = answer.header("cache-control");
        assert_eq!(kept, Some("public, max-age=31536000, immutable"));
        assert!(!answer.body.windows(4).any(|four| four == b"Exif"));
        assert!(!answer.body.windows(3).any(|three| three == b"GPS"));
        let image = image::load_from_memory(&answer.body).expect("a picture").to_rgb8();
        assert_eq!(image.dimensions(), size);
        let above = image.get_pixel(size.0 / 2, size.1 / 4).0;
        assert!(above[0] > 200 && above[2] < 60, "what was left is above: {above:?}");
        let again = world.call("GET", address).send().await;
        assert_eq!(again.body, answer.body, "from memory as from the file");
    }
    let page = world.call("GET", &format!("/v/{session}")).send().await;
    let html = String::from_utf8(page.body).expect("UTF-8");
    let image = format!("width=\"96\" height=\"96\" src=\"{thumb}\" alt=\"cà chua\"");
    assert!(html.contains(&image), "{html}");
}

#[tokio::test]
async fn what_is_no_photo_is_refused_at_once_by_a_clear_sentence() {
    let world = World::start().await;
    let session = world.draft(json!({}), 3).await;
    let begun = Instant::now();
    let answer = put(&world, &session, "image/png", &bomb()).await;
    answer.is_problem(422, "photo_too_many_pixels");
    assert!(begun.elapsed() < Duration::from_secs(5), "nothing is decoded");
    let says = |answer: Answer, words: &str| {
        answer.is_problem(422, "photo_unreadable");
        assert!(answer.json["detail"].as_str().is_some_and(|d| d.contains(words)), "{answer:?}");
    };
    says(put(&world, &session, "image/jpeg", b"not a picture").await, "JPEG, PNG or WebP");
    says(put(&world, &session, "image/jpeg", b"").await, "JPEG, PNG or WebP");
    let heic = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic";
    says(put(&world, &session, "image/heic", heic).await, "Most Compatible");
    let page = b"<!doctype html><script>alert(1)</script>";
    says(put(&world, &session, "image/png", page).await, "JPEG, PNG or WebP");
    let large = vec![0; 12 * 1024 * 1024 + 1];
    put(&world, &session, "image/jpeg", &large).await.is_problem(413, "photo_too_large");
    assert_eq!(shown(&world, &session).await, [Value::Null, Value::Null]);
}

#[tokio::test]
async fn only_the_host_of_an_offer_changes_its_photo() {
    let world = World::start().await;
    let session = world.draft(json!({}), 3).await;
    let other = world.accounts.add_shop("Hàng xóm").expect("a shop");
    world.hub.add_shop(other.shop);
    let photo = shade(1);
    for method in ["PUT", "DELETE"] {
        let path = path(&session);
        let by = |token: &str| world.call(method, &path).token(token).body(&photo);
        by(&other.host_token).await.is_problem(404, "unknown_session");
        by(&world.shop.source_token).await.is_problem(403, "forbidden");
        world.call(method, &path).body(&photo).await.is_problem(401, "unauthorized");
        let path = path.replace("D1", "D9");
        world.host(method, &path).body(&photo).await.is_problem(404, "unknown_code");
    }
    let (kept, _) = both(&put(&world, &session, "image/jpeg", &photo).await);
    let digest = kept.trim_start_matches("/photos/").trim_end_matches(".jpg");
    for wrong in [
        "/photos/x.jpg".to_owned(),
        format!("/photos/{digest}"),
        format!("/photos/{digest}.png"),
        format!("/photos/{}.jpg", "0".repeat(64)),
        format!("/photos/{}.jpg", digest.to_uppercase()),
    ] {
        world.call("GET", &wrong).send().await.is_problem(404, "not_found");
    }
}

#[tokio::test]
async fn a_replaced_or_removed_photo_is_gone() {
    let world = World::start().await;
    let session = world.draft(json!({}), 3).await;
    let (first, _) = both(&put(&world, &session, "image/jpeg", &shade(1)).await);
    let same = both(&put(&world, &session, "image/jpeg", &shade(1)).await);
    assert_eq!(first, same.0, "the same picture has the same address");
    let (second, thumb) = both(&put(&world, &session, "image/jpeg", &shade(200)).await);
    world.call("GET", &first).send().await.is_problem(404, "not_found");
    assert_eq!(world.call("GET", &second).send().await.status, 200);
    for _ in 0..2 {
        let removed = world.host("DELETE", &path(&session)).send().await;
        assert_eq!((removed.status, removed.body.len()), (204, 0));
    }
    for gone in [&second, &thumb] {
        world.call("GET", gone).send().await.is_problem(404, "not_found");
    }
    assert_eq!(shown(&world, &session).await, [Value::Null, Value::Null]);
}

#[tokio::test]
async fn a_restart_keeps_what_offers_show() {
    let world = World::start().await;
    let session = world.draft(json!({}), 3).await;
    let (photo, thumb) = both(&put(&world, &session, "image/jpeg", &shade(1)).await);
    let before = world.call("GET", &photo).send().await.body;
    let world = world.restart().await;
    assert_eq!(shown(&world, &session).await, [json!(photo), json!(thumb)]);
    assert_eq!(world.call("GET", &photo).send().await.body, before);
}

#[tokio::test]
async fn a_later_session_and_a_rehearsal_show_the_same_photo() {
    let world = World::start().await;
    let [first, second] = [world.live(3).await, world.live(3).await];
    let (photo, thumb) = both(&put(&world, &first, "image/jpeg", &shade(1)).await);
    let copy =
        async |from: &str| world.host("PUT", &path(&second)).json(&json!({"from": from})).await;
    assert_eq!(both(&copy(&format!("{first}/D1")).await), (photo.clone(), thumb.clone()));
    assert_eq!(shown(&world, &second).await, [json!(photo), json!(thumb)]);
    for wrong in ["", "D1", &format!("{first}/D9"), &format!("{second}0/D1"), "x/D1"] {
        copy(wrong).await.is_problem(404, "unknown_photo");
    }
    let practice = world.host("POST", "/v1/practice").json(&json!({"session": first})).await;
    let practice = practice.json["session"].as_str().expect("an id").to_owned();
    assert_eq!(shown(&world, &practice).await, [json!(photo), json!(thumb)]);
    world.host("DELETE", &path(&first)).send().await;
    assert_eq!(world.call("GET", &photo).send().await.status, 200, "others show it");
}
