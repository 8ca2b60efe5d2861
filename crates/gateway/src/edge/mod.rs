//! Before the router: is this call for us, from whom is it, and what every answer carries.
//!
//! ```text
//! call ─▶ whose address? ─▶ from a network that may? ─▶ a name of ours? ─▶ sound? ─▶ router
//!         (proxies)          (operators')                (hosts)
//! ```

mod hosts;
mod networks;
mod sealed;

pub use hosts::{Hosts, UnusableHost};
pub use networks::{Network, Networks, NotANetwork};

use crate::problem::Problem;
use axum::http::header::{CONTENT_ENCODING, CONTENT_LENGTH, HOST};
use axum::http::{HeaderMap, HeaderValue, Uri};
use axum::response::Response;
use domain::limits::{PHOTO_SENT_BYTES_MAX, URI_BYTES_MAX};
use std::net::IpAddr;

/// The longest body that is waited for. No call takes as much; a photo that is a little too large
/// is told so as a photo.
const ANNOUNCED_BYTES_MAX: u64 = 8 * PHOTO_SENT_BYTES_MAX as u64;

/// What a proxy adds: who called it, after whoever called those before it.
const FORWARDED_FOR: &str = "x-forwarded-for";

/// What a listener asks of every call.
#[derive(Clone, Debug, Default)]
pub struct Edge {
    /// The names under which we are called.
    pub hosts: Hosts,
    /// Proxies whose word on the caller's address is believed; none unless named.
    pub proxies: Networks,
    /// Where callers may be; none for everywhere.
    pub from: Option<Networks>,
    /// True if browsers reach us over HTTPS only.
    pub is_encrypted: bool,
}

impl Edge {
    /// Who calls: the other end, or whom a trusted proxy names. What others say of themselves is
    /// not believed.
    pub(crate) fn caller(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        if !self.proxies.hold(peer) {
            return peer;
        }
        let values = headers.get_all(FORWARDED_FOR).into_iter();
        let listed =
            values.filter_map(|value| value.to_str().ok()).flat_map(|value| value.split(','));
        let mut caller = peer;
        // From the end: what stands before an address that is no proxy of ours anybody may have
        // written.
        for said in listed.collect::<Vec<_>>().into_iter().rev() {
            let Some(address) = address_of(said.trim()) else {
                return caller;
            };
            caller = address;
            if !self.proxies.hold(address) {
                return caller;
            }
        }
        caller
    }

    /// Whether the call goes on to the router.
    ///
    /// # Errors
    /// `not_from_here`, `unknown_host`, `uri_too_long`, `body_too_large`, `unsupported_media_type`.
    pub(crate) fn admit(
        &self,
        caller: IpAddr,
        uri: &Uri,
        headers: &HeaderMap,
    ) -> Result<(), Problem> {
        if self.from.as_ref().is_some_and(|from| !from.hold(caller)) {
            let detail =
                "Operators' pages answer their own network only: CHOT_OPS_NETWORKS names it.";
            return Err(Problem::new("not_from_here", detail));
        }
        let named = headers.get_all(HOST).into_iter().map(HeaderValue::to_str);
        let named = named.chain(uri.authority().map(|authority| Ok(authority.as_str())));
        if !named.into_iter().all(|name| name.is_ok_and(|name| self.hosts.know(name))) {
            let detail = "This server does not go by that name: call it by its address, or let \
                          CHOT_HOSTS or CHOT_PUBLIC_URL name it.";
            return Err(Problem::new("unknown_host", detail));
        }
        let asked = uri.path_and_query().map_or(0, |asked| asked.as_str().len());
        if asked > URI_BYTES_MAX {
            return Err(Problem::new("uri_too_long", "No address here is that long."));
        }
        let length = headers.get(CONTENT_LENGTH).and_then(|length| length.to_str().ok());
        let length = length.and_then(|length| length.parse::<u64>().ok()).unwrap_or(0);
        if length > ANNOUNCED_BYTES_MAX {
            let detail = "Send less at once; nothing was taken.";
            return Err(Problem::new("body_too_large", detail));
        }
        let packed = headers.get(CONTENT_ENCODING);
        if packed.is_some_and(|said| !said.as_bytes().eq_ignore_ascii_case(b"identity")) {
            let detail = "Send the body as it is, without Content-Encoding.";
            return Err(Problem::new("unsupported_media_type", detail));
        }
        Ok(())
    }

    /// What every answer carries.
    pub(crate) fn seal(&self, response: &mut Response) {
        sealed::seal(response, self.is_encrypted);
    }
}

/// An address as proxies write it: with a port or without, an IPv6 one in brackets or not.
fn address_of(said: &str) -> Option<IpAddr> {
    let with_port = || said.parse::<std::net::SocketAddr>().ok().map(|address| address.ip());
    let bare = said.strip_prefix('[').and_then(|said| said.strip_suffix(']')).unwrap_or(said);
    bare.parse().ok().or_else(with_port)
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderName;

    fn edge() -> Edge {
        let proxies = Networks::parse("127.0.0.1, 10.1.0.0/16").expect("networks");
        Edge { proxies, ..Edge::default() }
    }

    fn said(values: &[&'static str]) -> HeaderMap {
        let name = HeaderName::from_static(FORWARDED_FOR);
        values.iter().map(|value| (name.clone(), HeaderValue::from_static(value))).collect()
    }

    #[test]
    fn who_calls_is_what_the_last_trusted_proxy_saw() {
        let check = |peer: &str, values: &[&'static str], expected: &str| {
            let parse = |text: &str| text.parse::<IpAddr>().expect("an address");
            assert_eq!(edge().caller(parse(peer), &said(values)), parse(expected), "{values:?}");
        };
        check("127.0.0.1", &["203.0.113.9"], "203.0.113.9");
        check("127.0.0.1", &["1.1.1.1, 203.0.113.9"], "203.0.113.9");
        check("127.0.0.1", &["1.1.1.1", "203.0.113.9, 10.1.2.3"], "203.0.113.9");
        check("127.0.0.1", &["[2001:db8::1]:4711"], "2001:db8::1");
        check("::ffff:127.0.0.1", &["203.0.113.9:80"], "203.0.113.9");
        check("127.0.0.1", &[], "127.0.0.1");
        check("127.0.0.1", &["1.1.1.1, unknown"], "127.0.0.1");
        check("127.0.0.1", &["1.1.1.1, unknown, 10.1.0.9"], "10.1.0.9");
        check("203.0.113.9", &["127.0.0.1"], "203.0.113.9");
        check("10.2.0.1", &["1.1.1.1"], "10.2.0.1");
    }

    #[test]
    fn nobodys_word_is_believed_unless_a_setting_says_so() {
        let peer = IpAddr::from([127, 0, 0, 1]);
        assert_eq!(Edge::default().caller(peer, &said(&["203.0.113.9"])), peer);
    }

    #[test]
    fn operators_are_near_unless_said_otherwise() {
        let near = Edge { from: Some(Networks::near()), ..Edge::default() };
        let check = |caller: &str, good: bool| {
            let caller = caller.parse().expect("an address");
            let admitted = near.admit(caller, &Uri::from_static("/ops"), &HeaderMap::new());
            assert_eq!(admitted.map_err(|problem| problem.code()).is_ok(), good, "{caller}");
        };
        check("127.0.0.1", true);
        check("172.17.0.1", true);
        check("fe80::1", true);
        check("203.0.113.9", false);
        check("2001:db8::1", false);
    }
}
