//! The settings of who comes in from where, and over what.

use super::Finding;
use crate::settings::Settings;
use std::net::IpAddr;

pub(super) fn look(settings: &Settings) -> Vec<Finding> {
    vec![
        operators(settings),
        public(settings),
        url(settings),
        proxies(settings),
        database(settings),
    ]
}

/// The operators' listener asks nobody who they are.
fn operators(settings: &Settings) -> Finding {
    let listen = settings.ops_listen;
    if listen.ip().is_loopback() {
        return Finding::Well("only this machine reaches the operators' page".into());
    }
    if settings.ops_networks.is_some() {
        return Finding::Note(
            format!(
                "whoever CHOT_OPS_NETWORKS names and reaches {listen} sees the operators' page"
            ),
            "see that nobody else can take such an address".into(),
        );
    }
    Finding::Wrong(
        format!(
            "whoever in the private network reaches {listen} sees the operators' page: it asks \
             nobody who they are"
        ),
        "set CHOT_OPS_LISTEN to 127.0.0.1:9090, or CHOT_OPS_NETWORKS to the addresses that may look"
            .into(),
    )
}

fn is_encrypted(settings: &Settings) -> bool {
    settings.public_url.as_deref().is_some_and(|url| url.starts_with("https://"))
}

/// What crosses a network unencrypted can be read on the way: tokens, sign-ins, names.
fn public(settings: &Settings) -> Finding {
    let listen = settings.listen;
    if listen.ip().is_loopback() {
        return Finding::Well(
            "only this machine, or its proxy, reaches the public listener".into(),
        );
    }
    if is_encrypted(settings) {
        return Finding::Note(
            format!("{listen} is reached without the proxy too, unencrypted"),
            "set CHOT_LISTEN to 127.0.0.1:8080 if the proxy runs on this machine".into(),
        );
    }
    if settings.lan {
        return Finding::Note(
            format!("the local network reaches {listen} unencrypted: whoever is in it can listen"),
            "use it in a network whose password only your people know".into(),
        );
    }
    Finding::Wrong(
        format!(
            "{listen} is open to every network, unencrypted: tokens, sign-ins and names can be \
             read on the way"
        ),
        "put a proxy with TLS before it and set CHOT_LISTEN=127.0.0.1:8080 and \
         CHOT_PUBLIC_URL=https://…, or use --lan for a local network"
            .into(),
    )
}

/// A name, or an address with its port taken off.
fn host_of(authority: &str) -> &str {
    match authority.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((address, _)) => address,
        None => authority.rsplit_once(':').map_or(authority, |(host, _)| host),
    }
}

/// True for names and addresses that mean something in a local network only.
fn is_private(host: &str) -> bool {
    match host.parse::<IpAddr>().map(|address| address.to_canonical()) {
        Ok(IpAddr::V4(address)) => {
            address.is_loopback() || address.is_private() || address.is_link_local()
        }
        Ok(IpAddr::V6(address)) => {
            address.is_loopback() || address.is_unique_local() || address.is_unicast_link_local()
        }
        Err(_) => {
            let ends = [".local", ".lan", ".internal", ".home.arpa", ".localhost"];
            !host.contains('.') || ends.iter().any(|end| host.ends_with(end))
        }
    }
}

fn url(settings: &Settings) -> Finding {
    let Some(url) = &settings.public_url else {
        return Finding::Well("no public address: people come from the local network".into());
    };
    match url.strip_prefix("http://").map(host_of) {
        Some(host) if !is_private(host) => Finding::Wrong(
            format!(
                "{url} is a public address without encryption: sign-ins can be read on the way"
            ),
            format!("get a certificate and set CHOT_PUBLIC_URL=https://{host}"),
        ),
        Some(_) | None => Finding::Well(format!("people come in at {url}")),
    }
}

/// A proxy that is not named makes all callers one: its address is the machine's own, or one.
fn proxies(settings: &Settings) -> Finding {
    match is_encrypted(settings) && settings.proxies.is_empty() {
        false => Finding::Well("callers are told apart by their addresses".into()),
        true => Finding::Wrong(
            "CHOT_PUBLIC_URL is https://, so a proxy is before us, but none is trusted: limits by \
             address count all callers as one or as none"
                .into(),
            "set CHOT_TRUSTED_PROXIES to the proxy's address, 127.0.0.1 if it runs here, and let \
             it set X-Forwarded-For"
                .into(),
        ),
    }
}

/// Neither the password nor the orders may cross a foreign network unencrypted.
fn database(settings: &Settings) -> Finding {
    let Some(url) = &settings.database_url else {
        return Finding::Well("the read model is in the data folder".into());
    };
    let authority = url.split_once("://").map_or(url.as_str(), |(_, rest)| rest);
    let (authority, rest) = authority.split_once('/').unwrap_or((authority, ""));
    let host = host_of(authority.rsplit_once('@').map_or(authority, |(_, host)| host));
    let modes = ["sslmode=require", "sslmode=verify-ca", "sslmode=verify-full"];
    if host.is_empty() || modes.iter().any(|mode| rest.contains(mode)) {
        return Finding::Well("the way to the read model is private".into());
    }
    let is_here = host == "localhost" || host.parse().is_ok_and(|at: IpAddr| at.is_loopback());
    match (is_here, is_private(host)) {
        (true, _) => Finding::Well("the read model is on this machine".into()),
        (false, true) => Finding::Note(
            format!("the way to Postgres at {host} may be unencrypted: its network is trusted"),
            "end DATABASE_URL with ?sslmode=require where others share that network".into(),
        ),
        (false, false) => Finding::Wrong(
            format!("DATABASE_URL leads to {host} without TLS: password and orders can be read"),
            "end DATABASE_URL with ?sslmode=verify-full".into(),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use gateway::{Hosts, Networks};

    fn settings() -> Settings {
        let at = |port| std::net::SocketAddr::from(([127, 0, 0, 1], port));
        Settings {
            data: "data".into(),
            listen: at(8080),
            ops_listen: at(9090),
            lan: false,
            public_url: None,
            hosts: Hosts::none(),
            proxies: Networks::default(),
            ops_networks: None,
            backup_to: None,
            database_url: None,
            keep_days: domain::limits::KEEP_DAYS,
        }
    }

    fn word(finding: &Finding) -> &'static str {
        match finding {
            Finding::Well(_) => "well",
            Finding::Note(..) => "note",
            Finding::Wrong(..) => "wrong",
        }
    }

    #[test]
    fn an_operators_page_that_others_reach_is_told() {
        let check = |address: &str, networks: Option<Networks>, expected: &str| {
            let ops_listen = address.parse().expect("an address");
            let settings = Settings { ops_listen, ops_networks: networks, ..settings() };
            assert_eq!(word(&operators(&settings)), expected, "{address}");
        };
        check("127.0.0.1:9090", None, "well");
        check("[::1]:9090", None, "well");
        check("0.0.0.0:9090", None, "wrong");
        check("192.168.1.7:9090", None, "wrong");
        check("192.168.1.7:9090", Some(Networks::near()), "note");
    }

    #[test]
    fn a_public_listener_without_encryption_is_told() {
        let check = |listen: &str, lan, url: Option<&str>, expected: &str| {
            let (listen, public_url) = (listen.parse().expect("one"), url.map(str::to_owned));
            let settings = Settings { listen, lan, public_url, ..settings() };
            assert_eq!(word(&public(&settings)), expected, "{listen} {lan} {url:?}");
        };
        check("127.0.0.1:8080", false, None, "well");
        check("0.0.0.0:8080", true, None, "note");
        check("0.0.0.0:8080", false, Some("https://shop.example"), "note");
        check("0.0.0.0:8080", false, Some("http://shop.example"), "wrong");
        check("0.0.0.0:8080", false, None, "wrong");
    }

    #[test]
    fn a_public_address_without_encryption_is_told() {
        let check = |public: &str, expected: &str| {
            let settings = Settings { public_url: Some(public.to_owned()), ..settings() };
            assert_eq!(word(&url(&settings)), expected, "{public}");
        };
        check("https://shop.example", "well");
        check("http://192.168.1.7:8080", "well");
        check("http://laptop.local:8080", "well");
        check("http://laptop:8080", "well");
        check("http://[fd12::1]:8080", "well");
        check("http://shop.example:8080", "wrong");
        check("http://203.0.113.9", "wrong");
        check("http://[2001:db8::1]", "wrong");
    }

    #[test]
    fn a_proxy_that_is_not_named_is_told() {
        let public_url = Some("https://shop.example".to_owned());
        let unnamed = Settings { public_url, ..settings() };
        assert_eq!(word(&proxies(&unnamed)), "wrong");
        let named = Settings { proxies: Networks::parse("127.0.0.1").expect("one"), ..unnamed };
        assert_eq!(word(&proxies(&named)), "well");
        assert_eq!(word(&proxies(&settings())), "well");
    }

    #[test]
    fn a_database_across_an_open_network_is_told() {
        let check = |url: &str, expected: &str| {
            let settings = Settings { database_url: Some(url.to_owned()), ..settings() };
            let finding = database(&settings);
            assert_eq!(word(&finding), expected, "{url}");
            assert!(!format!("{finding:?}").contains("s3cret"), "{finding:?}");
        };
        check("postgres://chot:s3cret@127.0.0.1:5432/chot", "well");
        check("postgres://chot:s3cret@localhost/chot", "well");
        check("postgres://chot:s3cret@[::1]:5432/chot", "well");
        check("postgres://chot:s3cret@postgres:5432/chot", "note");
        check("postgres://chot:s3cret@10.0.0.3/chot", "note");
        check("postgres://chot:s3cret@db.example:5432/chot", "wrong");
        check("postgres://chot:s3cret@db.example/chot?sslmode=prefer", "wrong");
        check("postgres://chot:s3cret@db.example/chot?sslmode=verify-full", "well");
    }
}
