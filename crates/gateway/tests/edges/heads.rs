//! Heads and bodies beyond every limit, or that lie about themselves.

use crate::raw::answer_to;
use crate::world::World;

async fn says(world: &World, request: &str, status: &str) -> String {
    let answer = answer_to(world.address, request.as_bytes()).await;
    let line = answer.lines().next().unwrap_or("nothing");
    assert!(line.contains(status), "{}…: {line}", &request[..request.len().min(60)]);
    answer
}

#[tokio::test]
async fn heads_that_are_too_large_are_refused() {
    let world = World::start().await;
    let get = |more: &str| format!("GET /healthz HTTP/1.1\r\nhost: localhost\r\n{more}\r\n");
    says(&world, &get(&"x: y\r\n".repeat(64)), "431").await;
    says(&world, &get(&format!("x: {}\r\n", "y".repeat(17 * 1024))), "431").await;
    let close = "connection: close\r\n";
    says(&world, &get(&format!("{}{close}", "x: y\r\n".repeat(60))), "200").await;
    let path =
        |length| format!("GET /{} HTTP/1.1\r\nhost: localhost\r\n{close}\r\n", "y".repeat(length));
    let answer = says(&world, &path(5_000), "414").await;
    assert!(answer.contains("application/problem+json") && answer.contains("uri_too_long"));
    says(&world, &path(70_000), "4").await;
    let query = format!(
        "GET /sign-in?next=/{} HTTP/1.1\r\nhost: localhost\r\n{close}\r\n",
        "y".repeat(5_000)
    );
    says(&world, &query, "414").await;
    assert_eq!(world.call("GET", "/healthz").send().await.status, 200);
}

#[tokio::test]
async fn bodies_that_lie_take_nothing() {
    let world = World::start().await;
    let session = world.live(10).await;
    let token = &world.shop.host_token;
    let claim = r#"{"buyer_name":"x","lines":[{"code":"D1","quantity":1}]}"#;
    let post = |more: &str, body: &str| {
        format!(
            "POST /v1/sessions/{session}/claims HTTP/1.1\r\nhost: localhost\r\nidempotency-key: k\
             \r\nauthorization: Bearer {token}\r\ncontent-type: application/json\r\nconnection: \
             close\r\n{more}\r\n\r\n{body}"
        )
    };
    let chunked = "transfer-encoding: chunked";
    let length = claim.len();
    says(&world, &post(chunked, &format!("zz\r\n{claim}\r\n0\r\n\r\n")), "400").await;
    says(&world, &post(chunked, &format!("fffffffffffffffff\r\n{claim}")), "400").await;
    says(&world, &post(chunked, &format!("{:x}\r\n{claim}xx\r\n0\r\n\r\n", length)), "400").await;
    says(&world, &post(chunked, &format!("{:x}\r\n{}\r\n", 300_000, "x".repeat(300_000))), "413")
        .await;
    says(&world, &post("content-length: 999999999999", claim), "413").await;
    says(&world, &post("content-length: -1", claim), "400").await;
    says(&world, &post("content-length: 5\r\ncontent-length: 6", claim), "400").await;
    says(&world, &post("content-length: 18446744073709551616", claim), "400").await;
    says(&world, &post("transfer-encoding: gzip, chunked", claim), "4").await;
    assert_eq!(world.left(&session).await, 10);
}

#[tokio::test]
async fn nothing_is_unpacked_for_anybody() {
    let world = World::start().await;
    let session = world.live(10).await;
    let comments = format!("/v1/sessions/{session}/comments");
    for packing in ["gzip", "br", "deflate", "zstd", "gzip, gzip", "GZIP"] {
        let post = world.source("POST", &comments).header("content-type", "application/json");
        let answer = post.header("content-encoding", packing).body(b"\x1f\x8b\x08\0").await;
        answer.is_problem(415, "unsupported_media_type");
    }
    let plain = world.source("POST", &comments).header("content-encoding", "identity");
    assert_eq!(plain.json(&serde_json::json!({"comments": []})).await.status, 200);
}

#[tokio::test]
async fn only_our_own_pages_and_files_go_out_packed() {
    let world = World::start().await;
    let session = world.live(10).await;
    let packing = async |path: &str| {
        let call = world.host("GET", path).header("accept-encoding", "gzip");
        let answer = call.send().await;
        assert_eq!(answer.status, 200, "{path}");
        answer.header("content-encoding").map(str::to_owned)
    };
    assert_eq!(packing("/sign-in").await.as_deref(), Some("gzip"));
    // An answer that holds somebody's secret beside somebody else's words gives nothing away by
    // its length.
    for path in [format!("/v1/sessions/{session}"), format!("/v1/sessions/{session}/orders")] {
        assert_eq!(packing(&path).await, None, "{path}");
    }
}

#[tokio::test]
async fn http_2_is_off() {
    let world = World::start().await;
    let preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0";
    let answer = answer_to(world.address, preface.as_bytes()).await;
    assert!(
        answer.is_empty() || answer.starts_with("HTTP/1.1 4"),
        "no frame of HTTP/2: {answer:?}"
    );
    let upgrade = world.call("GET", "/healthz").header("upgrade", "h2c");
    let upgrade = upgrade.header("http2-settings", "AAMAAABkAAQAAP__").send().await;
    assert_eq!(upgrade.status, 200, "the upgrade is passed over");
}
