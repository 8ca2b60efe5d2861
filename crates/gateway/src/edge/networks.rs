//! Networks: an address and how much of it counts.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

/// A network, as `10.1.0.0/16`, or one address.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Network {
    address: IpAddr,
    bits: u8,
}

/// A text that is no network.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{0:?} is no network: write 10.1.0.7 or 10.1.0.0/16")]
pub struct NotANetwork(String);

impl Network {
    fn holds(self, address: IpAddr) -> bool {
        match (self.address, address.to_canonical()) {
            (IpAddr::V4(own), IpAddr::V4(other)) => {
                let kept = |address: Ipv4Addr| {
                    address.to_bits().checked_shr(32 - u32::from(self.bits)).unwrap_or(0)
                };
                kept(own) == kept(other)
            }
            (IpAddr::V6(own), IpAddr::V6(other)) => {
                let kept = |address: Ipv6Addr| {
                    address.to_bits().checked_shr(128 - u32::from(self.bits)).unwrap_or(0)
                };
                kept(own) == kept(other)
            }
            (IpAddr::V4(_), IpAddr::V6(_)) | (IpAddr::V6(_), IpAddr::V4(_)) => false,
        }
    }
}

impl FromStr for Network {
    type Err = NotANetwork;

    fn from_str(text: &str) -> Result<Self, NotANetwork> {
        let text = text.trim();
        let wrong = || NotANetwork(text.to_owned());
        let (address, bits) = match text.split_once('/') {
            Some((address, bits)) => (address, Some(bits)),
            None => (text, None),
        };
        let address: IpAddr = address.parse().map_err(|_| wrong())?;
        let most = if address.is_ipv4() { 32 } else { 128 };
        let bits = bits.map_or(Ok(most), |bits| bits.parse::<u8>().map_err(|_| wrong()))?;
        if bits > most { Err(wrong()) } else { Ok(Self { address, bits }) }
    }
}

/// Some networks.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Networks(Vec<Network>);

impl Networks {
    /// The machine itself and the private networks it may stand in.
    pub fn near() -> Self {
        const NEAR: &str = "127.0.0.0/8, 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, \
                            169.254.0.0/16, ::1, fc00::/7, fe80::/10";
        Self::parse(NEAR).expect("each of them is a network")
    }

    /// Reads a list with commas.
    ///
    /// # Errors
    /// The first that is none.
    pub fn parse(text: &str) -> Result<Self, NotANetwork> {
        text.split(',').map(Network::from_str).collect::<Result<_, _>>().map(Self)
    }

    /// True if one of them holds the address.
    pub(crate) fn hold(&self, address: IpAddr) -> bool {
        self.0.iter().any(|network| network.holds(address))
    }

    /// True if there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_network_holds_what_begins_like_it() {
        let check = |network: &str, address: &str, held: bool| {
            let networks = Networks::parse(network).expect("networks");
            assert_eq!(networks.hold(address.parse().expect("an address")), held, "{address}");
        };
        check("10.1.0.0/16", "10.1.255.9", true);
        check("10.1.0.0/16", "10.2.0.1", false);
        check("10.1.0.7", "10.1.0.8", false);
        check("10.1.0.7,::1", "::1", true);
        check("0.0.0.0/0", "203.0.113.9", true);
        check("0.0.0.0/0", "2001:db8::1", false);
        check("::/0", "2001:db8::1", true);
        check("127.0.0.0/8", "::ffff:127.0.0.1", true);
        check("2001:db8::/32", "2001:db9::1", false);
    }

    #[test]
    fn what_is_no_network_is_refused() {
        for wrong in ["", "10.1.0.0/33", "::/129", "10.1.0.0/x", "proxy.example", "10.1.0.7,"] {
            assert!(Networks::parse(wrong).is_err(), "{wrong}");
        }
    }
}
