//! Addresses of files that lead out of where files are.

use crate::raw::answer_to;
use crate::world::World;

#[tokio::test]
async fn no_path_leads_out_of_the_files_that_we_serve() {
    let world = World::start().await;
    let names = [
        "../Cargo.toml",
        "..%2fCargo.toml",
        "..%2FCargo.toml",
        "%2e%2e%2fCargo.toml",
        "%2e%2e/Cargo.toml",
        "..%5cCargo.toml",
        "..\\Cargo.toml",
        "....//Cargo.toml",
        "..%252fCargo.toml",
        "..%c0%afCargo.toml",
        "%00",
        "%00.jpg",
        "x.jpg%00.png",
        "/etc/passwd",
        "%2fetc%2fpasswd",
        "file:%2f%2f%2fetc%2fpasswd",
        "%ff.jpg",
        ".",
        "..",
        "",
        "CON",
        "aux.jpg",
    ];
    for folder in ["/assets/", "/photos/"] {
        for name in names {
            let request = format!(
                "GET {folder}{name} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n"
            );
            let answer = answer_to(world.address, request.as_bytes()).await;
            let status = &answer[9..12];
            assert!(["400", "404"].contains(&status), "{folder}{name}: {answer}");
            for secret in ["[package]", "root:", "SQLite format"] {
                assert!(!answer.contains(secret), "{folder}{name}: {answer}");
            }
        }
    }
}

#[tokio::test]
async fn a_file_is_what_it_is_said_to_be_and_nothing_else() {
    let world = World::start().await;
    let page = world.call("GET", "/sign-in").send().await;
    let html = String::from_utf8(page.body).expect("UTF-8");
    let mut seen = 0;
    for link in html.split('"').filter(|link| link.starts_with("/assets/")) {
        let file = world.call("GET", link).send().await;
        assert_eq!(file.status, 200, "{link}");
        assert_eq!(file.header("x-content-type-options"), Some("nosniff"), "{link}");
        let kind = file.header("content-type").expect("a type").to_owned();
        let expected = match link.rsplit_once('.').expect("an ending").1 {
            "js" => "text/javascript",
            "css" => "text/css",
            "woff2" => "font/woff2",
            "svg" => "image/svg+xml",
            other => panic!("{link}: what is {other}?"),
        };
        assert!(kind.starts_with(expected), "{link}: {kind}");
        seen += 1;
    }
    assert!(seen > 0, "the page loads something: {html}");
}
