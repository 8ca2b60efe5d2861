//! By which names the real binary is called, from where operators come, and who may read its files.

use crate::house::House;
use crate::text;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::os::unix::fs::PermissionsExt;

/// The status of a call under that name.
fn called(base: &str, path: &str, host: &str) -> String {
    let address = base.strip_prefix("http://").expect("plain HTTP");
    let mut stream = TcpStream::connect(address).expect("it listens");
    let request = format!("GET {path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).expect("written");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer");
    answer[9..12].to_owned()
}

#[test]
fn a_server_answers_to_its_own_names_and_to_those_it_was_told() {
    let mut house = House::empty();
    house.environment.push(("CHOT_HOSTS".into(), "shop.lan, chot".into()));
    house.environment.push(("CHOT_PUBLIC_URL".into(), "https://shop.example:8443".into()));
    house.start();
    let machine = std::fs::read_to_string("/proc/sys/kernel/hostname").expect("a name");
    let machine = machine.trim();
    for (base, path) in [(house.public(), "/healthz"), (house.ops(), "/metrics")] {
        for host in ["shop.lan", "chot:9090", "shop.example", machine, "127.0.0.1:1", "localhost"] {
            assert_eq!(called(base, path, host), "200", "{host}");
        }
        assert_eq!(called(base, path, &format!("{machine}.local")), "200");
        for host in ["evil.example", "evil.local", "lan"] {
            assert_eq!(called(base, path, host), "421", "{host}");
        }
    }
}

#[test]
fn operators_come_from_where_they_were_told_to() {
    let mut house = House::empty();
    house.environment.push(("CHOT_OPS_NETWORKS".into(), "10.9.8.0/24".into()));
    house.start();
    assert_eq!(called(house.ops(), "/metrics", "localhost"), "403");
    assert_eq!(called(house.public(), "/healthz", "localhost"), "200");
}

#[test]
fn names_and_networks_that_are_none_are_refused_with_what_would_be_right() {
    let check = |name: &str, value: &str, words: &str| {
        let mut house = House::empty();
        house.environment.push((name.into(), value.into()));
        let output = house.run(&["serve"]);
        assert!(!output.status.success(), "{name}={value}");
        let said = text(&output);
        assert!(said.contains(name) && said.contains(words), "{said}");
    };
    check("CHOT_HOSTS", "*", "write shop.example");
    check("CHOT_HOSTS", "https://shop.example", "without scheme");
    check("CHOT_TRUSTED_PROXIES", "proxy.example", "write 10.1.0.7 or 10.1.0.0/16");
    check("CHOT_OPS_NETWORKS", "10.0.0.0/33", "write 10.1.0.7 or 10.1.0.0/16");
}

#[test]
fn whatever_a_server_writes_is_for_its_owner_only() {
    let house = House::open();
    let shop = house.add_shop("Vườn nhà");
    let session = house.live(&shop);
    house.comments(&shop, &session, &[("1", "lan", "D1 x2")]);
    let mut folders = vec![house.data()];
    let mut seen = 0;
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            let found = path.metadata().expect("it is there");
            assert_eq!(found.permissions().mode() & 0o077, 0, "{}", path.display());
            seen += 1;
            if found.is_dir() {
                folders.push(path);
            }
        }
    }
    assert!(seen >= 8, "databases, logs, a lock, a socket: {seen}");
}
