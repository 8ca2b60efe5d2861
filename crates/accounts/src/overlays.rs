//! Keys that open a session's overlay and nothing else: shown once, kept as digests, revoked one by
//! one.
//!
//! ```text
//! make ─▶ the file, one commit ─▶ memory ─▶ the key, this once
//! a page shows a key ─▶ digest ─▶ memory: of this shop, of this session, or nobody's
//! ```

use crate::accounts::{Accounts, By};
use crate::error::AccountsError;
use crate::random::random;
use crate::token::TokenDigest;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::limits::{
    OVERLAY_KEYS_PER_SESSION_MAX, OVERLAY_KEYS_PER_SHOP_MAX, OVERLAY_SEEN_EVERY_MS,
};
use domain::{SessionId, ShopId, Timestamp};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;

/// Which key, over all shops; never given twice.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct OverlayKeyId(pub u32);

impl OverlayKeyId {
    /// Reads what [`fmt::Display`] writes: `k12`.
    pub fn parse(text: &str) -> Option<Self> {
        let number = text.strip_prefix('k')?;
        if !number.bytes().all(|byte| byte.is_ascii_digit()) || number.starts_with('0') {
            return None;
        }
        number.parse().ok().map(Self)
    }
}

impl fmt::Display for OverlayKeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "k{}", self.0)
    }
}

/// What is told of a key; not the key.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OverlayKey {
    /// Which.
    pub id: OverlayKeyId,
    /// When it was made.
    pub made: Timestamp,
    /// The person who made it; none for the host's token.
    pub made_by: Option<Arc<str>>,
    /// When a page last came with it, to within [`OVERLAY_SEEN_EVERY_MS`]; none: never.
    pub seen: Option<Timestamp>,
}

/// A key that was just made, shown this once.
pub struct NewOverlayKey {
    /// Which.
    pub id: OverlayKeyId,
    /// `chot_overlay_…`.
    pub key: String,
}

/// Without the key.
impl fmt::Debug for NewOverlayKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "NewOverlayKey({}, …)", self.id)
    }
}

/// Why no key was made.
#[derive(Debug, thiserror::Error)]
pub enum OverlayKeyError {
    /// [`OVERLAY_KEYS_PER_SESSION_MAX`] or [`OVERLAY_KEYS_PER_SHOP_MAX`] is reached.
    #[error(
        "A session has {OVERLAY_KEYS_PER_SESSION_MAX} overlay keys and a shop \
         {OVERLAY_KEYS_PER_SHOP_MAX}, and that is the most: revoke one that is no longer needed."
    )]
    TooMany,
    /// The file.
    #[error("{0}")]
    Accounts(#[from] AccountsError),
}

/// A key as it is remembered.
#[derive(Debug)]
pub(crate) struct Known {
    pub(crate) shop: ShopId,
    pub(crate) session: SessionId,
    pub(crate) digest: TokenDigest,
    pub(crate) told: OverlayKey,
}

/// All keys that open something.
#[derive(Debug, Default)]
pub(crate) struct OverlayKeys {
    keys: BTreeMap<OverlayKeyId, Known>,
    places: BTreeMap<u64, Vec<OverlayKeyId>>,
}

impl OverlayKeys {
    /// Takes a key that stands in the file.
    pub(crate) fn put(&mut self, known: Known) {
        let id = known.told.id;
        self.places.entry(known.digest.place()).or_default().push(id);
        self.keys.insert(id, known);
    }

    fn remove(&mut self, id: OverlayKeyId) {
        let Some(known) = self.keys.remove(&id) else { return };
        let place = known.digest.place();
        if let Some(ids) = self.places.get_mut(&place) {
            ids.retain(|kept| *kept != id);
            if ids.is_empty() {
                self.places.remove(&place);
            }
        }
    }

    /// Which key that is, whatever it opens. An unknown one costs a comparison too.
    fn find(&self, key: &str) -> Option<&Known> {
        let digest = TokenDigest::of(key);
        let Some(ids) = self.places.get(&digest.place()) else {
            assert!(!TokenDigest::of_nobody().is(&digest), "no key is known to hash to zeros");
            return None;
        };
        let mut known = ids.iter().filter_map(|id| self.keys.get(id));
        known.find(|known| known.digest.is(&digest))
    }

    fn of(&self, shop: ShopId) -> impl Iterator<Item = &Known> {
        self.keys.values().filter(move |known| known.shop == shop)
    }
}

impl Accounts {
    /// Makes a key for a session's overlays (whose existence the caller has checked). Durable when
    /// this returns.
    ///
    /// # Errors
    /// There are too many, or the file cannot be written; then none was made.
    pub fn make_overlay_key(
        &self,
        (shop, session): (ShopId, SessionId),
        by: By,
        now: Timestamp,
    ) -> Result<NewOverlayKey, OverlayKeyError> {
        let store = self.store();
        let (mut in_session, mut in_shop) = (0, 0);
        for known in self.overlay_key_list().of(shop) {
            in_shop += 1;
            in_session += usize::from(known.session == session);
        }
        if in_session >= OVERLAY_KEYS_PER_SESSION_MAX || in_shop >= OVERLAY_KEYS_PER_SHOP_MAX {
            return Err(OverlayKeyError::TooMany);
        }
        let key = format!("chot_overlay_{}", URL_SAFE_NO_PAD.encode(random::<32>()));
        let digest = TokenDigest::of(&key);
        let made_by = self.name_of(by);
        let id = store.add_overlay_key((shop, session), &digest, (now, made_by.as_deref()))?;
        let told = OverlayKey { id, made: now, made_by, seen: None };
        self.overlay_key_list_mut().put(Known { shop, session, digest, told });
        Ok(NewOverlayKey { id, key })
    }

    /// The keys of a session, in the order in which they were made.
    pub fn overlay_keys(&self, shop: ShopId, session: SessionId) -> Vec<OverlayKey> {
        let keys = self.overlay_key_list();
        let of_session = keys.of(shop).filter(|known| known.session == session);
        of_session.map(|known| known.told.clone()).collect()
    }

    /// Which key that is, if it opens this session's overlay; `None` for everything else, whatever
    /// else it may open.
    pub fn opens_overlay(
        &self,
        (shop, session): (ShopId, SessionId),
        key: &str,
    ) -> Option<OverlayKeyId> {
        let keys = self.overlay_key_list();
        let known = keys.find(key)?;
        (known.shop == shop && known.session == session).then_some(known.told.id)
    }

    /// Whether that key still opens anything.
    pub fn has_overlay_key(&self, id: OverlayKeyId) -> bool {
        self.overlay_key_list().keys.contains_key(&id)
    }

    /// Notes that a page came with a key. Written at most once per [`OVERLAY_SEEN_EVERY_MS`].
    ///
    /// # Errors
    /// If the file cannot be written; then nothing has changed.
    pub fn note_overlay_use(&self, id: OverlayKeyId, now: Timestamp) -> Result<(), AccountsError> {
        let store = self.store();
        let seen = match self.overlay_key_list().keys.get(&id) {
            Some(known) => known.told.seen,
            None => return Ok(()),
        };
        if seen.is_some_and(|seen| now.0 < seen.0.saturating_add(OVERLAY_SEEN_EVERY_MS)) {
            return Ok(());
        }
        store.see_overlay_key(id, now)?;
        if let Some(known) = self.overlay_key_list_mut().keys.get_mut(&id) {
            known.told.seen = Some(now);
        }
        Ok(())
    }

    /// Revokes a key of a session: it opens nothing any more, after a restart neither. False if
    /// there is no such key.
    ///
    /// # Errors
    /// If the file cannot be written; then the key still opens.
    pub fn revoke_overlay_key(
        &self,
        (shop, session): (ShopId, SessionId),
        id: OverlayKeyId,
    ) -> Result<bool, AccountsError> {
        let store = self.store();
        let is_theirs = |known: &Known| known.shop == shop && known.session == session;
        if !self.overlay_key_list().keys.get(&id).is_some_and(is_theirs) {
            return Ok(false);
        }
        store.remove_overlay_keys(&[id])?;
        self.overlay_key_list_mut().remove(id);
        Ok(true)
    }

    /// Revokes the keys of all sessions of the shop but these. True if there were any.
    ///
    /// # Errors
    /// If the file cannot be written; then nothing has changed.
    pub fn keep_overlay_keys_of(
        &self,
        shop: ShopId,
        sessions: &BTreeSet<SessionId>,
    ) -> Result<bool, AccountsError> {
        let store = self.store();
        let gone: Vec<OverlayKeyId> = {
            let keys = self.overlay_key_list();
            let others = keys.of(shop).filter(|known| !sessions.contains(&known.session));
            others.map(|known| known.told.id).collect()
        };
        store.remove_overlay_keys(&gone)?;
        let mut keys = self.overlay_key_list_mut();
        gone.iter().for_each(|id| keys.remove(*id));
        Ok(!gone.is_empty())
    }

    /// What a person is called; none for a token.
    fn name_of(&self, by: By) -> Option<Arc<str>> {
        match by {
            By::Token(_) => None,
            By::Person(id) => self.people().persons.get(&id).map(|known| known.person.name.clone()),
        }
    }
}
