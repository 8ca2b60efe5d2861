//! Where everything is: which thread writes a shop, and how each session durably looks.

use crate::ask::Published;
use crate::inbox::Inbox;
use domain::limits::CODEBOOK_MS_MAX;
use domain::{SessionId, SessionState, SessionView, ShopId, Timestamp};
use intent::Codebook;
use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use tokio::sync::watch;

/// Shops and sessions, shared by all callers. Guards are held for a look-up only, never across an
/// await.
#[derive(Default)]
pub(crate) struct Directory {
    shops: RwLock<HashMap<ShopId, Home>>,
    sessions: RwLock<BTreeMap<(ShopId, SessionId), Arc<SessionCell>>>,
}

/// Where a shop is written.
#[derive(Clone)]
pub(crate) enum Home {
    /// By this thread.
    Thread(Arc<Inbox>),
    /// By nobody: its history is damaged.
    Quarantined,
}

/// How one session durably looks, and how its words were read in the last minutes.
pub(crate) struct SessionCell {
    view: watch::Sender<Arc<SessionView>>,
    codebooks: RwLock<VecDeque<(Timestamp, Arc<Codebook>)>>,
    /// Viewers' connections that follow it.
    viewers: AtomicUsize,
    /// Commands under way that may change how its words are read.
    rewording: AtomicUsize,
}

/// How words were read at some moment.
pub(crate) enum Then {
    /// As they are now.
    Present,
    /// In this way, which is no longer in force.
    Past(Arc<Codebook>),
    /// This process does not know: it was before its start.
    Unknown,
}

impl Directory {
    pub(crate) fn home(&self, shop: ShopId) -> Option<Home> {
        self.shops.read().unwrap_or_else(PoisonError::into_inner).get(&shop).cloned()
    }

    /// Gives a shop its home; false if it has one.
    pub(crate) fn settle(&self, shop: ShopId, home: Home) -> bool {
        let mut shops = self.shops.write().unwrap_or_else(PoisonError::into_inner);
        if shops.contains_key(&shop) {
            return false;
        }
        shops.insert(shop, home);
        true
    }

    /// Nobody writes this shop any more.
    pub(crate) fn quarantine(&self, shop: ShopId) {
        let mut shops = self.shops.write().unwrap_or_else(PoisonError::into_inner);
        shops.insert(shop, Home::Quarantined);
    }

    /// All shops, by number.
    pub(crate) fn shops(&self) -> Vec<ShopId> {
        let shops = self.shops.read().unwrap_or_else(PoisonError::into_inner);
        let mut ids: Vec<_> = shops.keys().copied().collect();
        ids.sort_unstable();
        ids
    }

    pub(crate) fn quarantined(&self) -> Vec<ShopId> {
        let shops = self.shops.read().unwrap_or_else(PoisonError::into_inner);
        let mut ids: Vec<_> = shops
            .iter()
            .filter(|(_, home)| matches!(home, Home::Quarantined))
            .map(|(shop, _)| *shop)
            .collect();
        ids.sort_unstable();
        ids
    }

    pub(crate) fn session(&self, shop: ShopId, session: SessionId) -> Option<Arc<SessionCell>> {
        let sessions = self.sessions.read().unwrap_or_else(PoisonError::into_inner);
        sessions.get(&(shop, session)).cloned()
    }

    pub(crate) fn sessions(&self, shop: ShopId) -> Vec<Arc<SessionCell>> {
        let sessions = self.sessions.read().unwrap_or_else(PoisonError::into_inner);
        let of_shop = sessions.range((shop, SessionId(0))..).take_while(|((s, _), _)| *s == shop);
        of_shop.map(|(_, cell)| cell.clone()).collect()
    }

    /// Sessions that are live now.
    pub(crate) fn live(&self) -> usize {
        let sessions = self.sessions.read().unwrap_or_else(PoisonError::into_inner);
        let live = |cell: &&Arc<SessionCell>| cell.view.borrow().state == SessionState::Live;
        sessions.values().filter(live).count()
    }

    /// Shows a session as it durably is from `now` on.
    pub(crate) fn publish(&self, published: Published, now: Timestamp) {
        let id = (published.view.shop, published.view.session);
        if let Some(cell) = self.session(id.0, id.1) {
            return cell.publish(published, now);
        }
        let Published { view, codebook } = published;
        let cell = SessionCell {
            view: watch::Sender::new(view),
            codebooks: RwLock::new(codebook.into_iter().map(|book| (now, book)).collect()),
            viewers: AtomicUsize::new(0),
            rewording: AtomicUsize::new(0),
        };
        let mut sessions = self.sessions.write().unwrap_or_else(PoisonError::into_inner);
        sessions.insert(id, Arc::new(cell));
    }

    /// Shows a session as archived.
    pub(crate) fn archive(&self, shop: ShopId, session: SessionId, now: Timestamp) {
        let Some(cell) = self.session(shop, session) else {
            return;
        };
        let mut view = SessionView::clone(&cell.view());
        view.state = SessionState::Archived;
        cell.publish(Published { view: Arc::new(view), codebook: None }, now);
    }
}

impl SessionCell {
    pub(crate) fn view(&self) -> Arc<SessionView> {
        self.view.borrow().clone()
    }

    pub(crate) fn watch(&self) -> watch::Receiver<Arc<SessionView>> {
        self.view.subscribe()
    }

    /// A viewer's connection follows it from now on.
    pub(crate) fn joins(&self) {
        self.viewers.fetch_add(1, Ordering::Relaxed);
    }

    /// One that had joined follows it no more.
    pub(crate) fn leaves(&self) {
        self.viewers.fetch_sub(1, Ordering::Relaxed);
    }

    pub(crate) fn viewers(&self) -> usize {
        self.viewers.load(Ordering::Relaxed)
    }

    /// A command is on its way that may change how its words are read.
    pub(crate) fn begins_rewording(&self) {
        self.rewording.fetch_add(1, Ordering::AcqRel);
    }

    /// What it changed is shown, or it changed nothing.
    pub(crate) fn ends_rewording(&self) {
        self.rewording.fetch_sub(1, Ordering::AcqRel);
    }

    /// True while the codebook in force may not be the lane's for what comes now.
    pub(crate) fn is_rewording(&self) -> bool {
        self.rewording.load(Ordering::Acquire) > 0
    }

    /// The codebook in force now; none once the session is archived.
    pub(crate) fn codebook(&self) -> Option<Arc<Codebook>> {
        let books = self.codebooks.read().unwrap_or_else(PoisonError::into_inner);
        books.back().map(|(_, book)| book.clone())
    }

    /// How words were read at `at`, as far as that is within the last minutes.
    pub(crate) fn codebook_at(&self, at: Timestamp, now: Timestamp) -> Then {
        if at > now || now.since(at).0 > CODEBOOK_MS_MAX {
            return Then::Present;
        }
        let books = self.codebooks.read().unwrap_or_else(PoisonError::into_inner);
        let Some((_, then)) = books.iter().rev().find(|(since, _)| *since <= at) else {
            return Then::Unknown;
        };
        let present = books.back().is_some_and(|(_, book)| Arc::ptr_eq(book, then));
        if present { Then::Present } else { Then::Past(then.clone()) }
    }

    fn publish(&self, published: Published, now: Timestamp) {
        let mut books = self.codebooks.write().unwrap_or_else(PoisonError::into_inner);
        match published.codebook {
            Some(book) if books.back().is_none_or(|(_, last)| !Arc::ptr_eq(last, &book)) => {
                books.push_back((now, book));
                // The one in force at the oldest moment that may be asked for stays.
                while books.get(1).is_some_and(|(at, _)| now.since(*at).0 > CODEBOOK_MS_MAX) {
                    books.pop_front();
                }
            }
            Some(_) => {}
            None => books.clear(),
        }
        drop(books);
        self.view.send_replace(published.view);
    }
}
