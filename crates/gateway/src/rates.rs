//! How often somebody may call: by address, by token, by socket. (A leaky bucket each; a
//! library's.)

use crate::problem::Problem;
use domain::limits::{CALLERS_COUNTED_MAX, SHARED_BUCKETS};
use governor::clock::{Clock, DefaultClock};
use governor::state::keyed::HashMapStateStore;
use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};
use std::hash::{BuildHasher, Hash, RandomState};
use std::net::{IpAddr, Ipv6Addr};
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

/// So many per second, and so many at once.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Rate {
    /// On average; zero is taken as one.
    pub per_second: u32,
    /// At once; zero is taken as one.
    pub burst: u32,
}

impl Rate {
    fn quota(self) -> Quota {
        let at_least_one = |n| NonZeroU32::new(n).unwrap_or(NonZeroU32::MIN);
        Quota::per_second(at_least_one(self.per_second)).allow_burst(at_least_one(self.burst))
    }
}

/// After so many calls those who have not called for a while are forgotten.
const FORGET_EVERY: u32 = 4_096;

/// One bucket for each caller, and few enough of them.
pub(crate) struct Keyed<K: Hash + Eq + Clone> {
    limiters: Option<Limiters<K>>,
    calls: AtomicU32,
    most: usize,
    /// Spreads callers over shared buckets, differently in each process.
    spread: RandomState,
}

/// Those who are counted one by one, and what the others share.
struct Limiters<K: Hash + Eq + Clone> {
    own: RateLimiter<K, HashMapStateStore<K>, DefaultClock>,
    shared: RateLimiter<u64, HashMapStateStore<u64>, DefaultClock>,
}

impl<K: Hash + Eq + Clone> Keyed<K> {
    /// Without a rate everybody may.
    pub(crate) fn new(rate: Option<Rate>) -> Self {
        Self::of_at_most(CALLERS_COUNTED_MAX, rate)
    }

    fn of_at_most(most: usize, rate: Option<Rate>) -> Self {
        let limiters = rate.map(|rate| Limiters {
            own: RateLimiter::hashmap(rate.quota()),
            shared: RateLimiter::hashmap(rate.quota()),
        });
        Self { limiters, calls: AtomicU32::new(0), most, spread: RandomState::new() }
    }

    /// Counts one call.
    ///
    /// # Errors
    /// `rate_limited`, with when to come again.
    pub(crate) fn check(&self, key: &K) -> Result<(), Problem> {
        let Some(Limiters { own, shared }) = &self.limiters else {
            return Ok(());
        };
        if self.calls.fetch_add(1, Ordering::Relaxed) % FORGET_EVERY == FORGET_EVERY - 1 {
            own.retain_recent();
            shared.retain_recent();
        }
        let checked = if own.len() < self.most {
            own.check_key(key)
        } else {
            shared.check_key(&(self.spread.hash_one(key) % SHARED_BUCKETS))
        };
        checked.map_err(|early| {
            let wait = early.wait_time_from(DefaultClock::default().now());
            let detail = "Call less often; nothing was taken.";
            Problem::retry("rate_limited", detail, wait.as_millis() as u64 + 1)
        })
    }

    /// Buckets that stand in memory.
    #[cfg(test)]
    fn kept(&self) -> usize {
        self.limiters.as_ref().map_or(0, |limiters| limiters.own.len() + limiters.shared.len())
    }
}

/// What an address is counted as: none for the machine's own; a whole network where one subscriber
/// has one.
pub(crate) fn counted_as(address: IpAddr) -> Option<IpAddr> {
    match address.to_canonical() {
        own if own.is_loopback() => None,
        IpAddr::V4(address) => Some(IpAddr::V4(address)),
        IpAddr::V6(address) => {
            let network = address.to_bits() >> 64 << 64;
            Some(IpAddr::V6(Ipv6Addr::from_bits(network)))
        }
    }
}

/// The bucket of one socket.
pub(crate) struct Single(Option<DefaultDirectRateLimiter>);

impl Single {
    /// Without a rate it never waits.
    pub(crate) fn new(rate: Option<Rate>) -> Self {
        Self(rate.map(|rate| RateLimiter::direct(rate.quota())))
    }

    /// Counts one message; how long to wait before the next is read, if it came too early.
    pub(crate) fn wait(&self) -> Option<Duration> {
        let early = self.0.as_ref()?.check().err()?;
        Some(early.wait_time_from(DefaultClock::default().now()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::Ipv4Addr;

    #[test]
    fn an_address_that_calls_too_often_is_told_and_others_are_not() {
        let keyed = Keyed::new(Some(Rate { per_second: 1, burst: 2 }));
        let check = |key: &str| keyed.check(&key.to_owned()).map_err(|problem| problem.code());
        assert_eq!([check("a"), check("a"), check("a")], [Ok(()), Ok(()), Err("rate_limited")]);
        assert_eq!(check("b"), Ok(()));
    }

    #[test]
    fn a_flood_from_made_up_addresses_fills_no_memory_and_is_still_slowed_down() {
        let keyed = Keyed::of_at_most(1_000, Some(Rate { per_second: 1, burst: 1 }));
        let calls = |from: u32| keyed.check(&IpAddr::from(Ipv4Addr::from_bits(from))).is_ok();
        let let_in = (0..100_000).filter(|n| calls(0x0a00_0000 + n)).count();
        let shared = usize::try_from(SHARED_BUCKETS).expect("few");
        assert!(keyed.kept() <= 1_000 + shared, "{} buckets", keyed.kept());
        // Each bucket lets one in, and one more for each second that the flood has lasted.
        assert!(let_in < 10 * (1_000 + shared), "{let_in} of 100,000");
    }

    #[test]
    fn a_table_takes_no_more_than_it_is_said_to() {
        let keyed = Keyed::new(Some(Rate { per_second: 1, burst: 1 }));
        for n in 0..2 * CALLERS_COUNTED_MAX as u64 {
            keyed.check(&n).ok();
        }
        let most = CALLERS_COUNTED_MAX + SHARED_BUCKETS as usize;
        assert!(keyed.kept() <= most, "{} buckets", keyed.kept());
    }

    #[test]
    fn a_subscribers_network_counts_as_one_and_the_machine_itself_not_at_all() {
        let check = |address: &str, counted: Option<&str>| {
            let parse = |text: &str| text.parse::<IpAddr>().expect("an address");
            assert_eq!(counted_as(parse(address)), counted.map(parse), "{address}");
        };
        check("127.0.0.1", None);
        check("::1", None);
        check("::ffff:127.0.0.1", None);
        check("192.168.1.7", Some("192.168.1.7"));
        check("2001:db8:1:2:3:4:5:6", Some("2001:db8:1:2::"));
    }

    #[test]
    fn a_socket_that_sends_too_fast_waits() {
        let single = Single::new(Some(Rate { per_second: 1, burst: 1 }));
        assert!(single.wait().is_none());
        assert!(single.wait().is_some_and(|wait| wait <= Duration::from_secs(1)));
        assert!(Single::new(None).wait().is_none());
    }
}
