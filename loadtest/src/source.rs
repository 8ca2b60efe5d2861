//! From which address of this machine a socket comes.

use std::net::Ipv4Addr;

/// How many sockets share an address: one has some 28,000 free ports, and the kernel searches long
/// for the last of them.
const SOCKETS_OF_AN_ADDRESS: u32 = 1_000;

/// The address of a socket, by its number: 127.1.0.1 is the first.
pub(crate) fn source_of(socket: u32) -> Ipv4Addr {
    let place = socket / SOCKETS_OF_AN_ADDRESS;
    let [.., higher, lower] = (place / 250).to_be_bytes();
    Ipv4Addr::new(127, 1 + higher, lower, 1 + (place % 250) as u8)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn a_crowd_comes_from_many_addresses_of_this_machine() {
        let check = |sockets, expected| {
            let sources: BTreeSet<_> = (0..sockets).map(source_of).collect();
            assert_eq!(sources.len(), expected, "{sockets}");
            assert!(sources.iter().all(|source| source.is_loopback() && source.octets()[3] > 0));
        };
        check(1_000, 1);
        check(17_000, 17);
        check(400_000, 400);
        assert_eq!(source_of(0), Ipv4Addr::new(127, 1, 0, 1));
        assert!(source_of(u32::MAX).is_loopback());
    }
}
