//! Which photo an offer shows, in memory; its bytes, in the file and for a while in memory too.
//!
//! ```text
//! picture ─▶ change: what is added, shown, dropped ─▶ the file, one commit ─▶ memory
//! ```

use crate::accounts::Accounts;
use crate::error::AccountsError;
use crate::picture::Picture;
use domain::limits::{PHOTO_BYTES_PER_SHOP_MAX, PHOTOS_SHOWN_PER_SHOP_MAX};
use domain::{Code, SessionId, ShopId};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;

/// The SHA-256 of a photo's bytes: its name and its address.
///
/// Nobody comes upon it without having been told, or having the photo: it is 256 bits of what a
/// camera saw and we encoded.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PhotoDigest([u8; 32]);

/// The two sizes of one picture.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Shown {
    /// As large as a phone's screen.
    pub photo: PhotoDigest,
    /// Beside a name.
    pub thumb: PhotoDigest,
}

/// An offer of one session.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct OfferAt {
    /// Whose.
    pub shop: ShopId,
    /// In which session.
    pub session: SessionId,
    /// Under which code, as the offer writes it.
    pub code: Code,
}

/// Where a photo's bytes are.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum PhotoBytes {
    /// Nobody shows such a photo.
    Unknown,
    /// Here they are.
    InMemory(Arc<[u8]>),
    /// In the file: ask [`Accounts::read_photo`] where one may wait.
    InFile,
}

/// Why an offer does not show a photo.
#[derive(Debug, thiserror::Error)]
pub enum PhotoError {
    /// [`PHOTO_BYTES_PER_SHOP_MAX`] or [`PHOTOS_SHOWN_PER_SHOP_MAX`] is reached.
    #[error(
        "The shop keeps {} MiB of photos and shows {PHOTOS_SHOWN_PER_SHOP_MAX} of them, and that \
         is the most: remove some that are no longer needed.",
        PHOTO_BYTES_PER_SHOP_MAX / (1024 * 1024)
    )]
    TooMany,
    /// The file.
    #[error("{0}")]
    Accounts(#[from] AccountsError),
}

/// Everything that is known without the file.
#[derive(Debug, Default)]
pub(crate) struct Photos {
    shown: BTreeMap<ShopId, BTreeMap<SessionId, Arc<BTreeMap<Code, Shown>>>>,
    /// How long the kept ones are.
    kept: BTreeMap<ShopId, BTreeMap<PhotoDigest, usize>>,
    /// How many shops keep it.
    keepers: BTreeMap<PhotoDigest, usize>,
}

/// What one commit does to a shop's photos.
#[derive(Debug)]
pub(crate) struct Change {
    pub(crate) shop: ShopId,
    pub(crate) adds: BTreeMap<PhotoDigest, Vec<u8>>,
    /// What an offer shows from now on; none: nothing.
    pub(crate) offers: BTreeMap<(SessionId, Code), Option<Shown>>,
    /// What nobody shows any more.
    pub(crate) drops: BTreeSet<PhotoDigest>,
}

impl PhotoDigest {
    /// Of these bytes.
    pub fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }

    /// From its 64 hexadecimal digits, in lower case.
    pub fn parse(text: &str) -> Option<Self> {
        let is_ours = |byte: &u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
        if text.len() != 64 || !text.as_bytes().iter().all(is_ours) {
            return None;
        }
        let mut digest = [0; 32];
        for (byte, digits) in digest.iter_mut().zip(text.as_bytes().chunks(2)) {
            let digits = str::from_utf8(digits).expect("digits are ASCII");
            *byte = u8::from_str_radix(digits, 16).expect("two hexadecimal digits");
        }
        Some(Self(digest))
    }

    pub(crate) fn from_kept(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Display for PhotoDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for PhotoDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PhotoDigest({self})")
    }
}

impl Accounts {
    /// Lets an offer show this picture, instead of what it showed before. Durable when this
    /// returns.
    ///
    /// # Errors
    /// The shop keeps too many, or the file cannot be written; then nothing has changed.
    pub fn show_photo(&self, offer: OfferAt, picture: Picture) -> Result<Shown, PhotoError> {
        let mut changed = Change::of(offer.shop);
        let shown = changed.show(offer.session, offer.code, picture);
        self.change_photos(changed)?;
        Ok(shown)
    }

    /// Lets the offers of one session, of this shop or another, show what those under the same
    /// codes show in another one; `to` names the new codes by the old ones.
    ///
    /// # Errors
    /// As for [`Accounts::show_photo`].
    pub fn copy_photos(
        &self,
        from: (ShopId, SessionId),
        (shop, session): (ShopId, SessionId),
        to: &BTreeMap<Code, Code>,
    ) -> Result<(), PhotoError> {
        let mut changed = Change::of(shop);
        for (old, shown) in self.photos_of(from.0, from.1).iter() {
            let (Some(new), Some(picture)) = (to.get(old), self.picture(shown)?) else { continue };
            changed.show(session, *new, picture);
        }
        self.change_photos(changed)
    }

    /// Lets an offer show nothing. True if it showed something.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn remove_photo(&self, offer: OfferAt) -> Result<bool, PhotoError> {
        let shows = self.photos_of(offer.shop, offer.session).contains_key(&offer.code);
        if shows {
            let mut changed = Change::of(offer.shop);
            changed.offers.insert((offer.session, offer.code), None);
            self.change_photos(changed)?;
        }
        Ok(shows)
    }

    /// Lets go of the photos of all sessions of the shop but these. True if there were any.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn keep_photos_of(
        &self,
        shop: ShopId,
        sessions: &BTreeSet<SessionId>,
    ) -> Result<bool, PhotoError> {
        let mut changed = Change::of(shop);
        for (session, code, _) in self.photos().rows(shop) {
            if !sessions.contains(&session) {
                changed.offers.insert((session, code), None);
            }
        }
        let some = !changed.offers.is_empty();
        self.change_photos(changed)?;
        Ok(some)
    }

    /// What the offers of a session show, by code.
    pub fn photos_of(&self, shop: ShopId, session: SessionId) -> Arc<BTreeMap<Code, Shown>> {
        self.photos().of(shop, session)
    }

    /// A photo, as far as it can be had without waiting.
    pub fn look_at_photo(&self, digest: &PhotoDigest) -> PhotoBytes {
        if !self.photos().is_kept(digest) {
            return PhotoBytes::Unknown;
        }
        self.cache().get(digest).map_or(PhotoBytes::InFile, PhotoBytes::InMemory)
    }

    /// A photo, from the file if need be; `None` if nobody shows such a one.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn read_photo(&self, digest: &PhotoDigest) -> Result<Option<Arc<[u8]>>, AccountsError> {
        // Whoever waited here for another reader of the same photo finds it in memory.
        let store = self.store();
        match self.look_at_photo(digest) {
            PhotoBytes::Unknown => Ok(None),
            PhotoBytes::InMemory(bytes) => Ok(Some(bytes)),
            PhotoBytes::InFile => {
                let bytes = store.photo(digest)?;
                bytes.iter().for_each(|bytes| self.cache().put(*digest, Arc::clone(bytes)));
                Ok(bytes)
            }
        }
    }

    fn picture(&self, shown: &Shown) -> Result<Option<Picture>, AccountsError> {
        let read = |digest| self.read_photo(digest).map(|read| read.map(|bytes| bytes.to_vec()));
        let both = read(&shown.photo)?.zip(read(&shown.thumb)?);
        Ok(both.map(|(photo, thumb)| Picture { photo, thumb }))
    }

    fn change_photos(&self, mut change: Change) -> Result<(), PhotoError> {
        if change.offers.is_empty() {
            return Ok(());
        }
        let store = self.store();
        self.photos().complete(&mut change)?;
        store.change_photos(&change)?;
        change.drops.iter().for_each(|digest| self.cache().forget(digest));
        self.photos_mut().apply(change);
        Ok(())
    }
}

impl Change {
    fn of(shop: ShopId) -> Self {
        let (adds, offers, drops) = Default::default();
        Self { shop, adds, offers, drops }
    }

    fn show(&mut self, session: SessionId, code: Code, picture: Picture) -> Shown {
        let [photo, thumb] = [picture.photo, picture.thumb].map(|bytes| {
            let digest = PhotoDigest::of(&bytes);
            self.adds.insert(digest, bytes);
            digest
        });
        let shown = Shown { photo, thumb };
        self.offers.insert((session, code), Some(shown));
        shown
    }
}

impl Photos {
    /// Takes a photo that stands in the file.
    pub(crate) fn put(&mut self, shop: ShopId, digest: PhotoDigest, length: usize) {
        let known = self.kept.entry(shop).or_default().insert(digest, length);
        if known.is_none() {
            *self.keepers.entry(digest).or_default() += 1;
        }
    }

    /// Takes what an offer shows, as it stands in the file.
    pub(crate) fn put_shown(&mut self, offer: OfferAt, shown: Shown) {
        let session = self.shown.entry(offer.shop).or_default().entry(offer.session).or_default();
        Arc::make_mut(session).insert(offer.code, shown);
    }

    fn of(&self, shop: ShopId, session: SessionId) -> Arc<BTreeMap<Code, Shown>> {
        let sessions = self.shown.get(&shop);
        sessions.and_then(|sessions| sessions.get(&session)).cloned().unwrap_or_default()
    }

    fn is_kept(&self, digest: &PhotoDigest) -> bool {
        self.keepers.contains_key(digest)
    }

    fn rows(&self, shop: ShopId) -> impl Iterator<Item = (SessionId, Code, Shown)> {
        let sessions = self.shown.get(&shop).into_iter().flatten();
        sessions.flat_map(|(session, offers)| {
            offers.iter().map(|(code, shown)| (*session, *code, *shown))
        })
    }

    /// Finds out what nobody shows after the change, and whether the shop may keep the rest.
    fn complete(&self, change: &mut Change) -> Result<(), PhotoError> {
        let (touched, others): (Vec<_>, Vec<_>) = self
            .rows(change.shop)
            .partition(|(session, code, _)| change.offers.contains_key(&(*session, *code)));
        let both = |shown: &Shown| [shown.photo, shown.thumb];
        let news = change.offers.values().flatten();
        let rows = others.len() + news.clone().count();
        let still = others.iter().map(|(_, _, shown)| shown).chain(news);
        let still: BTreeSet<PhotoDigest> = still.flat_map(both).collect();
        let before = touched.iter().flat_map(|(_, _, shown)| both(shown));
        change.drops = before.filter(|digest| !still.contains(digest)).collect();

        let kept = self.kept.get(&change.shop);
        let lengths = still.iter().map(|digest| {
            let known = kept.and_then(|kept| kept.get(digest)).copied();
            known.or_else(|| change.adds.get(digest).map(Vec::len)).unwrap_or(0)
        });
        let grows = change.offers.values().any(Option::is_some);
        let bytes: usize = lengths.sum();
        let fits = bytes <= PHOTO_BYTES_PER_SHOP_MAX && rows <= PHOTOS_SHOWN_PER_SHOP_MAX;
        if grows && !fits { Err(PhotoError::TooMany) } else { Ok(()) }
    }

    /// What the file has taken.
    fn apply(&mut self, change: Change) {
        for (digest, bytes) in &change.adds {
            self.put(change.shop, *digest, bytes.len());
        }
        for ((session, code), shown) in change.offers {
            match shown {
                Some(shown) => self.put_shown(OfferAt { shop: change.shop, session, code }, shown),
                None => self.hide(change.shop, session, code),
            }
        }
        for digest in change.drops {
            let kept = self.kept.get_mut(&change.shop);
            if kept.and_then(|kept| kept.remove(&digest)).is_none() {
                continue;
            }
            match self.keepers.get_mut(&digest) {
                Some(keepers) if *keepers > 1 => *keepers -= 1,
                Some(_) | None => drop(self.keepers.remove(&digest)),
            }
        }
    }

    fn hide(&mut self, shop: ShopId, session: SessionId, code: Code) {
        let sessions = self.shown.entry(shop).or_default();
        let Some(offers) = sessions.get_mut(&session) else { return };
        Arc::make_mut(offers).remove(&code);
        if offers.is_empty() {
            sessions.remove(&session);
        }
    }
}
