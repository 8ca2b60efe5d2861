//! Where an anonymous viewer comes from, so that it can be counted and not read: a keyed digest of
//! the address's prefix.

use crate::secret::Secret;
use domain::Network;
use hmac::Mac;
use std::net::IpAddr;

/// The digest of a network: 24 bits of an IPv4 address, 48 of an IPv6 one. None for the machine's
/// own addresses, behind which a proxy may hide anybody.
pub(crate) fn network_of(secret: &Secret, address: IpAddr) -> Option<Network> {
    let mut prefix = [0; 7];
    match address.to_canonical() {
        own if own.is_loopback() => return None,
        IpAddr::V4(address) => {
            prefix[0] = 4;
            prefix[1..4].copy_from_slice(&address.octets()[..3]);
        }
        IpAddr::V6(address) => {
            prefix[0] = 6;
            prefix[1..].copy_from_slice(&address.octets()[..6]);
        }
    }
    let tag = secret.mac("network").chain_update(prefix).finalize().into_bytes();
    Some(Network(tag[..8].try_into().expect("an HMAC-SHA256 has 32 bytes")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_are_one_network_and_the_machine_itself_is_none() {
        let of = |secret: u8, address: &str| {
            let secret = Secret::from_kept(&[secret; 32]).expect("32 bytes");
            network_of(&secret, address.parse().expect("an address"))
        };
        let check = |one: &str, other: &str, same: bool| {
            assert!(of(1, one).is_some(), "{one}");
            assert_eq!(of(1, one) == of(1, other), same, "{one} and {other}");
        };
        check("203.0.113.7", "203.0.113.250", true);
        check("203.0.113.7", "::ffff:203.0.113.8", true);
        check("203.0.113.7", "203.0.114.7", false);
        check("2001:db8:1:2::3", "2001:db8:1:ffff::9", true);
        check("2001:db8:1::1", "2001:db8:2::1", false);
        assert_eq!([of(1, "127.0.0.1"), of(1, "::1"), of(1, "::ffff:127.0.0.1")], [None; 3]);
        assert_ne!(of(1, "203.0.113.7"), of(2, "203.0.113.7"), "each installation has its own");
    }
}
