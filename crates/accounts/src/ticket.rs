//! Tickets: sealed, good for one socket, within a minute, of this process.
//!
//! ```text
//! ticket = base64url(nonce ‖ XChaCha20-Poly1305(shop ‖ session ‖ buyer ‖ expiry ‖ name))
//! ```
//!
//! Nothing is kept when one is made: a flood of requests for tickets costs no memory. What is kept
//! is the number of each *used* ticket (its nonce, which the seal covers) until it expires.

use crate::accounts::Viewer;
use crate::error::TicketError;
use crate::name::parse_name;
use crate::random::random;
use crate::secret::Secret;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chacha20poly1305::aead::{Aead, KeyInit};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use domain::limits::{NAME_BYTES_MAX, TICKET_MS_MAX, TICKETS_USED_MAX};
use domain::{BuyerRef, Millis, SessionId, ShopId, Timestamp};
use std::collections::BTreeSet;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

const NONCE_BYTES: usize = 24;
const SEAL_BYTES: usize = 16;

/// Shop, session, buyer, expiry.
const FIXED_BYTES: usize = 8 + 4 + 16 + 8;

/// The longest ticket in characters; anything longer is not looked at.
const TICKET_CHARS_MAX: usize =
    (NONCE_BYTES + FIXED_BYTES + NAME_BYTES_MAX + SEAL_BYTES).div_ceil(3) * 4;

/// A ticket's number: the first 128 random bits of its nonce.
type TicketNumber = [u8; 16];

/// Makes tickets and takes each of them once.
pub(crate) struct Tickets {
    cipher: XChaCha20Poly1305,
    /// The latest moment seen, in milliseconds: if a clock is set back, a used ticket must not come
    /// to life.
    latest: AtomicU64,
    used: Mutex<Used>,
}

impl Tickets {
    /// Tickets of this process: its key is drawn here, so what an earlier process sealed opens
    /// nothing.
    pub(crate) fn of_this_process(secret: &Secret) -> Self {
        let key = secret.derive("ticket", &Secret::draw());
        Self {
            cipher: XChaCha20Poly1305::new(key.expose().into()),
            latest: AtomicU64::new(0),
            used: Mutex::new(Used::with_room_for(TICKETS_USED_MAX)),
        }
    }

    /// Seals who the bearer is; good for [`TICKET_MS_MAX`] from `now`.
    pub(crate) fn mint(&self, viewer: &Viewer, now: Timestamp) -> String {
        let expiry = self.never_falling(now).plus(Millis(TICKET_MS_MAX));
        let nonce: [u8; NONCE_BYTES] = random();
        let sealed = self
            .cipher
            .encrypt(&XNonce::from(nonce), write(viewer, expiry).as_slice())
            .expect("a ticket is far shorter than what the cipher takes");
        let mut ticket = nonce.to_vec();
        ticket.extend_from_slice(&sealed);
        URL_SAFE_NO_PAD.encode(ticket)
    }

    /// Opens a ticket and remembers that it was used.
    pub(crate) fn redeem(&self, ticket: &str, now: Timestamp) -> Result<Viewer, TicketError> {
        let (viewer, expiry, number) = self.open(ticket).ok_or(TicketError::BadTicket)?;
        let now = self.never_falling(now);
        if expiry <= now {
            return Err(TicketError::TicketExpired);
        }
        let mut used = self.used.lock().expect("nothing panics with this lock held");
        used.take(number, expiry, now)?;
        Ok(viewer)
    }

    /// What is sealed in a ticket; `None` if this process did not make it.
    fn open(&self, ticket: &str) -> Option<(Viewer, Timestamp, TicketNumber)> {
        if ticket.len() > TICKET_CHARS_MAX {
            return None;
        }
        let bytes = URL_SAFE_NO_PAD.decode(ticket).ok()?;
        let (nonce, sealed) = bytes.split_first_chunk::<NONCE_BYTES>()?;
        let plain = self.cipher.decrypt(&XNonce::from(*nonce), sealed).ok()?;
        let (viewer, expiry) = read(&plain).expect("only `write` makes what this key seals");
        let (number, _) = nonce.split_first_chunk().expect("24 bytes hold 16");
        Some((viewer, expiry, *number))
    }

    /// `now`, or the latest moment seen if that is later.
    fn never_falling(&self, now: Timestamp) -> Timestamp {
        Timestamp(self.latest.fetch_max(now.0, Ordering::Relaxed).max(now.0))
    }
}

/// The bytes under the seal.
fn write(viewer: &Viewer, expiry: Timestamp) -> Vec<u8> {
    let mut plain = Vec::with_capacity(FIXED_BYTES + viewer.name.len());
    plain.extend_from_slice(&viewer.shop.get().to_be_bytes());
    plain.extend_from_slice(&viewer.session.0.to_be_bytes());
    plain.extend_from_slice(&viewer.buyer.0);
    plain.extend_from_slice(&expiry.0.to_be_bytes());
    plain.extend_from_slice(viewer.name.as_bytes());
    plain
}

/// Reads them back; `None` for what `write` never writes.
fn read(plain: &[u8]) -> Option<(Viewer, Timestamp)> {
    let (shop, rest) = plain.split_first_chunk()?;
    let (session, rest) = rest.split_first_chunk()?;
    let (buyer, rest) = rest.split_first_chunk()?;
    let (expiry, name) = rest.split_first_chunk()?;
    let viewer = Viewer {
        shop: ShopId::from_random(u64::from_be_bytes(*shop)),
        session: SessionId(u32::from_be_bytes(*session)),
        buyer: BuyerRef(*buyer),
        name: parse_name(str::from_utf8(name).ok()?).ok()?.to_owned(),
    };
    Some((viewer, Timestamp(u64::from_be_bytes(*expiry))))
}

/// The used tickets that have not expired, first to expire first.
struct Used {
    tickets: BTreeSet<(Timestamp, TicketNumber)>,
    room: usize,
}

impl Used {
    fn with_room_for(room: usize) -> Self {
        Self { tickets: BTreeSet::new(), room }
    }

    /// Remembers one, after forgetting those that have expired: each is forgotten once, so this
    /// stays cheap.
    fn take(
        &mut self,
        number: TicketNumber,
        expiry: Timestamp,
        now: Timestamp,
    ) -> Result<(), TicketError> {
        while self.tickets.first().is_some_and(|&(end, _)| end <= now) {
            self.tickets.pop_first();
        }
        if self.tickets.contains(&(expiry, number)) {
            return Err(TicketError::TicketUsed);
        }
        if self.tickets.len() >= self.room {
            return Err(TicketError::Busy);
        }
        self.tickets.insert((expiry, number));
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp(1_795_431_905_123);

    fn tickets() -> Tickets {
        Tickets::of_this_process(&Secret::from_kept(&[1; 32]).expect("32 bytes"))
    }

    fn viewer() -> Viewer {
        Viewer {
            shop: ShopId::from_random(7),
            session: SessionId(3),
            buyer: BuyerRef([9; 16]),
            name: "Đào".to_owned(),
        }
    }

    /// A ticket made at `NOW` and shown at these moments after it, in milliseconds, gives these
    /// answers.
    fn check(shown: &[(u64, Result<(), TicketError>)]) {
        let tickets = tickets();
        let ticket = tickets.mint(&viewer(), NOW);
        for &(after, expected) in shown {
            let answer = tickets.redeem(&ticket, NOW.plus(Millis(after)));
            assert_eq!(answer, expected.map(|()| viewer()), "{after} ms after");
        }
    }

    #[test]
    fn a_ticket_opens_one_socket_within_its_minute() {
        use TicketError::{TicketExpired, TicketUsed};
        check(&[(0, Ok(())), (1, Err(TicketUsed)), (59_999, Err(TicketUsed))]);
        check(&[(59_999, Ok(())), (60_000, Err(TicketExpired))]);
        check(&[(60_000, Err(TicketExpired))]);
    }

    #[test]
    fn a_used_ticket_stays_used_when_the_clock_jumps_ahead_and_back() {
        use TicketError::TicketExpired;
        check(&[(0, Ok(())), (90_000, Err(TicketExpired)), (10, Err(TicketExpired))]);
    }

    #[test]
    fn a_ticket_made_after_the_clock_was_set_back_still_works() {
        let tickets = tickets();
        tickets.mint(&viewer(), NOW.plus(Millis(3_600_000)));
        let ticket = tickets.mint(&viewer(), NOW);
        assert_eq!(tickets.redeem(&ticket, NOW), Ok(viewer()));
        assert_eq!(tickets.redeem(&ticket, NOW), Err(TicketError::TicketUsed));
    }

    #[test]
    fn a_ticket_dies_with_the_process_that_made_it() {
        let ticket = tickets().mint(&viewer(), NOW);
        assert_eq!(tickets().redeem(&ticket, NOW), Err(TicketError::BadTicket));
    }

    #[test]
    fn a_ticket_with_any_character_changed_is_refused_and_the_true_one_still_works() {
        let tickets = tickets();
        let ticket = tickets.mint(&viewer(), NOW);
        let check = |wrong: &str| {
            let answer = tickets.redeem(wrong, NOW);
            assert_eq!(answer, Err(TicketError::BadTicket), "{wrong}");
        };
        for at in 0..ticket.len() {
            let other = if &ticket[at..=at] == "A" { "B" } else { "A" };
            check(&format!("{}{other}{}", &ticket[..at], &ticket[at + 1..]));
        }
        for wrong in ["", "A", "chot_host_AAAA", &"A".repeat(100_000), "chốt"] {
            check(wrong);
        }
        assert_eq!(tickets.redeem(&ticket, NOW), Ok(viewer()));
    }

    #[test]
    fn the_longest_name_fits_a_ticket() {
        let tickets = tickets();
        let named = Viewer { name: "ơ".repeat(NAME_BYTES_MAX / 2), ..viewer() };
        let ticket = tickets.mint(&named, NOW);
        assert!(ticket.len() <= TICKET_CHARS_MAX);
        assert_eq!(tickets.redeem(&ticket, NOW), Ok(named));
    }

    #[test]
    fn used_tickets_are_forgotten_when_they_expire_and_never_before() {
        let mut used = Used::with_room_for(2);
        let mut check = |number: u8, expiry, now, expected| {
            let answer = used.take([number; 16], Timestamp(expiry), Timestamp(now));
            assert_eq!(answer, expected, "ticket {number} at {now}");
        };
        check(1, 60, 0, Ok(()));
        check(2, 70, 10, Ok(()));
        check(3, 80, 20, Err(TicketError::Busy));
        check(1, 60, 59, Err(TicketError::TicketUsed));
        check(3, 80, 60, Ok(()));
        check(4, 80, 60, Err(TicketError::Busy));
    }
}
