//! The names by which a server is called. A page that lets its own name point at this machine (DNS
//! rebinding) would otherwise be our own page to the browser, and could read what only people near
//! the machine may.

use std::collections::BTreeSet;
use std::net::IpAddr;

/// Names beside those that are always known.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Hosts(BTreeSet<String>);

/// A name that cannot be listed.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{0:?} is no host's name: write shop.example, without scheme, port or *")]
pub struct UnusableHost(String);

impl Hosts {
    /// Nobody but those that are always known.
    pub const fn none() -> Self {
        Self(BTreeSet::new())
    }

    /// Knows a name from now on.
    ///
    /// # Errors
    /// [`UnusableHost`]; a pattern would let in the very names that are to be kept out.
    pub fn add(&mut self, name: &str) -> Result<(), UnusableHost> {
        let name = folded(name.trim());
        let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_');
        if name.is_empty() || !name.chars().all(is_plain) {
            return Err(UnusableHost(name));
        }
        self.0.insert(name);
        Ok(())
    }

    /// Whether a header `Host` names us: by an address, which no page can make its own; as
    /// `localhost`; or by a listed name.
    pub(crate) fn know(&self, header: &str) -> bool {
        let Some(name) = without_port(header) else {
            return false;
        };
        let bare = name.strip_prefix('[').and_then(|name| name.strip_suffix(']'));
        if bare.unwrap_or(name).parse::<IpAddr>().is_ok() {
            return true;
        }
        let name = folded(name);
        name == "localhost" || name.ends_with(".localhost") || self.0.contains(&name)
    }
}

/// Names are compared without capitals, and without the dot that ends a full one.
fn folded(name: &str) -> String {
    name.strip_suffix('.').unwrap_or(name).to_ascii_lowercase()
}

/// The name alone; none if what stands behind it is no port.
fn without_port(header: &str) -> Option<&str> {
    let end = header.rfind(']').map_or(0, |end| end + 1);
    match header[end..].find(':') {
        None => Some(header),
        Some(colon) => {
            let (name, port) = (&header[..end + colon], &header[end + colon + 1..]);
            (port.is_empty() || port.parse::<u16>().is_ok()).then_some(name)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_the_machine_itself_and_listed_names_are_known_and_no_other() {
        let mut hosts = Hosts::none();
        for name in ["Shop.Example", "laptop", "laptop.local."] {
            hosts.add(name).expect("a name");
        }
        let check = |header: &str, known: bool| assert_eq!(hosts.know(header), known, "{header}");
        for header in ["127.0.0.1:8080", "192.168.1.7", "[::1]:8080", "[fd12::1]", "203.0.113.9"] {
            check(header, true);
        }
        for header in ["localhost", "LOCALHOST:8080", "a.localhost", "localhost."] {
            check(header, true);
        }
        for header in ["shop.example", "SHOP.example.:443", "laptop:8080", "Laptop.LOCAL"] {
            check(header, true);
        }
        for header in ["evil.example", "shop.example.evil", "evil.local", "notlocalhost", ""] {
            check(header, false);
        }
        for header in
            ["shop.example:port", "127.0.0.1.evil.example", "[::1]x", "a b", "shop.example/"]
        {
            check(header, false);
        }
    }

    #[test]
    fn a_pattern_or_an_address_of_a_page_is_no_name() {
        for wrong in ["*", "*.example", "https://shop.example", "shop.example:443", "", " "] {
            assert!(Hosts::none().add(wrong).is_err(), "{wrong}");
        }
    }
}
