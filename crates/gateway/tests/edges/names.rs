//! By which name a server is called, from which page, and who says who calls.

use crate::operators;
use crate::raw::{answer_to, handshake};
use crate::world::World;
use crate::world::http::Call;
use gateway::{Edge, Hosts, Networks, Options, Rate, Timing};

fn named(names: &[&str]) -> Hosts {
    let mut hosts = Hosts::none();
    names.iter().for_each(|name| hosts.add(name).expect("a name"));
    hosts
}

async fn get(to: std::net::SocketAddr, path: &str, hosts: &str) -> String {
    answer_to(to, format!("GET {path} HTTP/1.1\r\n{hosts}connection: close\r\n\r\n").as_bytes())
        .await
}

#[tokio::test]
async fn a_page_that_lets_its_name_point_here_reads_nothing() {
    let options = Options { hosts: named(&["shop.example"]), ..Options::default() };
    let world = World::with(options, 100).await;
    let edge = Edge { hosts: named(&["shop.example"]), ..Edge::default() };
    let ops = operators::open(&world, edge, Timing::default()).await;
    for (to, path) in
        [(world.address, "/healthz"), (ops, "/healthz"), (ops, "/ops"), (ops, "/metrics")]
    {
        for host in [
            "evil.example",
            "evil.example:8080",
            "shop.example.evil.example",
            "localhost.evil.example",
        ] {
            let answer = get(to, path, &format!("host: {host}\r\n")).await;
            assert!(answer.starts_with("HTTP/1.1 421"), "{host}{path}: {answer}");
            assert!(answer.contains("unknown_host") && answer.contains("CHOT_HOSTS"), "{answer}");
        }
        for host in
            ["shop.example", "SHOP.EXAMPLE:443", "localhost:8080", "[::1]:8080", "192.168.1.7"]
        {
            let answer = get(to, path, &format!("host: {host}\r\n")).await;
            assert!(answer.starts_with("HTTP/1.1 200"), "{host}{path}: {answer}");
        }
        let absolute = get(to, &format!("http://evil.example{path}"), "host: localhost\r\n").await;
        assert!(absolute.starts_with("HTTP/1.1 421"), "{absolute}");
    }
    let twice = get(world.address, "/healthz", "host: localhost\r\nhost: evil.example\r\n").await;
    assert!(twice.starts_with("HTTP/1.1 4"), "{twice}");
}

#[tokio::test]
async fn no_socket_opens_under_a_strange_name_or_for_a_strange_page() {
    let world = World::start().await;
    let session = world.live(1).await;
    let ops = operators::open(&world, Edge::default(), Timing::default()).await;
    for (to, path, subprotocol) in [
        (world.address, format!("/v1/sessions/{session}/live"), "v1.json.chot"),
        (world.address, format!("/v1/sessions/{session}/live"), "v1.proto.chot"),
        (world.address, format!("/v1/sessions/{session}/console"), "v1.console.chot"),
        (ops, "/ops/live".to_owned(), "v1.ops.chot"),
    ] {
        for origin in ["https://evil.example", "null", "http://127.0.0.1", "https://localhost"] {
            let request = handshake(
                to,
                &path,
                subprotocol,
                &format!("connection: close\r\norigin: {origin}\r\n"),
            );
            let answer = answer_to(to, request.as_bytes()).await;
            assert!(
                answer.starts_with("HTTP/1.1 403") && answer.contains("bad_origin"),
                "{path} {origin}: {answer}"
            );
        }
        // The page and the name agree, and neither is ours: what rebinding would look like.
        let request = handshake(
            to,
            &path,
            subprotocol,
            "origin: http://evil.example\r\nconnection: close\r\n",
        );
        let request = request.replace(&format!("host: {to}"), "host: evil.example");
        let answer = answer_to(to, request.as_bytes()).await;
        assert!(answer.starts_with("HTTP/1.1 421"), "{path}: {answer}");
    }
}

#[tokio::test]
async fn operators_answer_only_the_networks_that_they_were_told() {
    let world = World::start().await;
    let from = Some(Networks::parse("10.0.0.0/8").expect("a network"));
    let far = operators::open(&world, Edge { from, ..Edge::default() }, Timing::default()).await;
    for path in ["/ops", "/metrics", "/healthz", "/ops/live"] {
        Call::new(far, "GET", path).send().await.is_problem(403, "not_from_here");
    }
    let from = Some(Networks::near());
    let near = operators::open(&world, Edge { from, ..Edge::default() }, Timing::default()).await;
    assert_eq!(Call::new(near, "GET", "/ops").send().await.status, 200);
}

/// A world that lets each address ask for two tickets at once.
async fn counting(proxies: Networks) -> (World, String) {
    let mut options = Options { proxies, ..Options::default() };
    options.rates.per_address = Some(Rate { per_second: 1, burst: 2 });
    let world = World::with(options, 100).await;
    let session = world.live(1).await;
    let path = format!("/v/{session}");
    (world, path)
}

#[tokio::test]
async fn behind_a_trusted_proxy_each_caller_is_counted_alone() {
    let (world, path) = counting(Networks::parse("127.0.0.1").expect("one")).await;
    let ask =
        async |from: &str| world.call("GET", &path).header("x-forwarded-for", from).send().await;
    let mut statuses = Vec::new();
    for _ in 0..6 {
        statuses.push(ask("203.0.113.9").await.status);
    }
    assert_eq!(statuses[..2], [200, 200]);
    assert!(statuses.contains(&429), "{statuses:?}");
    assert_eq!(ask("203.0.113.10").await.status, 200, "a neighbour is not told to wait");
    // What the caller wrote before the proxy did changes nothing.
    let mut forged = Vec::new();
    for n in 0..6 {
        forged.push(ask(&format!("198.51.100.{n}, 203.0.113.11")).await.status);
    }
    assert!(forged.contains(&429), "{forged:?}");
}

#[tokio::test]
async fn without_a_setting_nobody_is_believed_about_where_they_are() {
    let (world, path) = counting(Networks::default()).await;
    for _ in 0..6 {
        let call = world.call("GET", &path).header("x-forwarded-for", "203.0.113.9");
        assert_eq!(call.send().await.status, 200, "the machine's own calls are not counted");
    }
}

#[tokio::test]
async fn a_password_is_not_taken_from_afar_over_plain_http_also_through_a_proxy() {
    let (world, _) = counting(Networks::parse("127.0.0.1").expect("one")).await;
    let page = world.call("GET", "/sign-in").header("x-forwarded-for", "203.0.113.9");
    assert_eq!(page.send().await.status, 403);
    let page = world.call("GET", "/sign-in").header("x-forwarded-for", "192.168.1.7");
    assert_eq!(page.send().await.status, 200);
}
