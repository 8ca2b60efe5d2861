//! Links: they open one door, once and within minutes, and die with the process. A practice live's
//! link opens it as often as somebody looks.

use crate::person::{Duty, PersonId};
use crate::random::random;
use crate::role::Role;
use crate::token::TokenDigest;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::limits::{INVITE_MS_MAX, LINK_MS_MAX, LINKS_MAX};
use domain::{ShopId, Timestamp};
use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard};

/// What a link opens.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Opens {
    /// Makes an owner: of a new shop, or of one that has nobody yet.
    SetUp(Option<ShopId>),
    /// Makes an owner of a new shop, which this helper counts from then on.
    SetUpHelped(PersonId),
    /// Lets somebody into a shop, as this.
    Join(ShopId, Role),
    /// Lets somebody serve the installation.
    Serve(Duty),
    /// Signs in another device of the same person.
    HandOver(PersonId),
    /// Shows a practice live to whoever has the link, any number of times.
    Show(PersonId),
}

impl Opens {
    /// How long after it was made; none for as long as the process runs.
    const fn for_ms(self) -> Option<u64> {
        match self {
            Self::SetUp(_) | Self::HandOver(_) => Some(LINK_MS_MAX),
            Self::SetUpHelped(_) | Self::Join(..) | Self::Serve(_) => Some(INVITE_MS_MAX),
            Self::Show(_) => None,
        }
    }

    /// True if whoever goes through becomes somebody here, or brings who they are.
    pub const fn makes_people(self) -> bool {
        match self {
            Self::SetUp(_) | Self::SetUpHelped(_) | Self::Join(..) | Self::Serve(_) => true,
            Self::HandOver(_) | Self::Show(_) => false,
        }
    }

    /// True if it opens a shop that is not there yet.
    pub const fn opens_a_new_shop(self) -> bool {
        match self {
            Self::SetUp(None) | Self::SetUpHelped(_) => true,
            Self::SetUp(Some(_))
            | Self::Join(..)
            | Self::Serve(_)
            | Self::HandOver(_)
            | Self::Show(_) => false,
        }
    }
}

/// The links that are open, the oldest first.
#[derive(Debug, Default)]
pub(crate) struct Links(Mutex<VecDeque<Link>>);

#[derive(Debug)]
struct Link {
    digest: TokenDigest,
    opens: Opens,
    ends: Timestamp,
}

/// Thirty-two characters that nobody guesses.
pub(crate) fn draw() -> String {
    URL_SAFE_NO_PAD.encode(random::<24>())
}

impl Links {
    /// Makes a link; answers what stands in its address.
    pub(crate) fn make(&self, opens: Opens, now: Timestamp) -> String {
        let secret = draw();
        let ends = opens.for_ms().map_or(u64::MAX, |ms| now.0.saturating_add(ms));
        let ends = Timestamp(ends);
        let mut links = self.open(now);
        if links.len() >= LINKS_MAX {
            links.pop_front();
        }
        links.push_back(Link { digest: TokenDigest::of(&secret), opens, ends });
        secret
    }

    /// What that link would open; none if it is used, too old, or no link.
    pub(crate) fn look(&self, secret: &str, now: Timestamp) -> Option<Opens> {
        let digest = TokenDigest::of(secret);
        self.open(now).iter().find(|link| link.digest.is(&digest)).map(|link| link.opens)
    }

    /// Goes through; what opens once is used up.
    pub(crate) fn take(&self, secret: &str, now: Timestamp) -> Option<Opens> {
        let digest = TokenDigest::of(secret);
        let mut links = self.open(now);
        let at = links.iter().position(|link| link.digest.is(&digest))?;
        match links[at].opens.for_ms() {
            None => Some(links[at].opens),
            Some(_) => links.remove(at).map(|link| link.opens),
        }
    }

    /// Closes those that open one of these doors.
    pub(crate) fn close(&self, closes: impl Fn(Opens) -> bool) {
        self.0.lock().expect("nothing panics with it held").retain(|link| !closes(link.opens));
    }

    fn open(&self, now: Timestamp) -> MutexGuard<'_, VecDeque<Link>> {
        let mut links = self.0.lock().expect("nothing panics with it held");
        links.retain(|link| now < link.ends);
        links
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp(1_000_000);

    #[test]
    fn a_link_opens_its_door_once_and_not_for_long() {
        let links = Links::default();
        let link = links.make(Opens::SetUp(None), NOW);
        assert_eq!(links.look(&link, NOW), Some(Opens::SetUp(None)));
        assert_eq!(links.take(&link, NOW), Some(Opens::SetUp(None)));
        assert_eq!(links.take(&link, NOW), None);
        let late = links.make(Opens::HandOver(PersonId(1)), NOW);
        assert_eq!(links.take(&late, Timestamp(NOW.0 + LINK_MS_MAX)), None);
        assert_eq!(links.take("guess", NOW), None);
        let show = links.make(Opens::Show(PersonId(1)), NOW);
        for at in [NOW, Timestamp(NOW.0 + 2 * LINK_MS_MAX)] {
            assert_eq!(links.take(&show, at), Some(Opens::Show(PersonId(1))));
        }
    }

    #[test]
    fn the_oldest_link_makes_room() {
        let links = Links::default();
        let first = links.make(Opens::SetUp(None), NOW);
        let second = links.make(Opens::SetUp(None), NOW);
        for _ in 1..LINKS_MAX {
            links.make(Opens::SetUp(None), NOW);
        }
        assert_eq!(links.look(&first, NOW), None);
        assert_eq!(links.look(&second, NOW), Some(Opens::SetUp(None)));
    }
}
