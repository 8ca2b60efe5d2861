//! A viewer's connection: what it sends goes to the lane, what comes of it arrives in its outbox.
//! Messages are made ready one by one and sent together, those that came together.

use crate::ask::{Ask, ConnectionId, Entry, Input, ReplyTo};
use crate::directory::{Home, SessionCell};
use crate::error::HubError;
use crate::hub::{Hub, vault_failed};
use crate::inbox::Message;
use crate::intake::{Viewer, ViewerWish, hear_viewer};
use crate::shed;
use domain::command::Want;
use domain::{Code, OrderId, Quantity};
use std::sync::Arc;

/// A message that is ready to be sent.
#[must_use = "nothing comes of a message that is not sent"]
pub struct Said(Entry);

/// A viewer's connection; dropping it ends it. Each message that is taken is answered by exactly
/// one [`crate::BuyerFrame`] with its key.
pub struct Connection {
    hub: Hub,
    id: ConnectionId,
    viewer: Box<Viewer>,
    /// The session it was counted in.
    joined: Option<Arc<SessionCell>>,
}

impl Connection {
    pub(crate) fn new(hub: Hub, id: ConnectionId, viewer: Viewer) -> Self {
        let joined = hub.inner().directory.session(viewer.shop, viewer.session);
        joined.iter().for_each(|cell| cell.joins());
        Self { hub, id, viewer: Box::new(viewer), joined }
    }

    /// Words.
    ///
    /// # Errors
    /// `busy` if they are shed; otherwise as [`Connection::claim`].
    pub fn comment(&self, key: String, text: String) -> Result<Said, HubError> {
        self.ready(key, ViewerWish::Comment(text))
    }

    /// A tap.
    ///
    /// # Errors
    /// `buyer_erased` if there is no such buyer any more; others if the vault cannot be asked.
    pub fn claim(&self, key: String, wants: Vec<Want>) -> Result<Said, HubError> {
        self.ready(key, ViewerWish::Claim(wants))
    }

    /// Own open lines given back: all of them without codes, so much of each with a quantity.
    ///
    /// # Errors
    /// As [`Connection::claim`].
    pub fn release(
        &self,
        key: String,
        codes: Vec<Code>,
        quantity: Option<Quantity>,
    ) -> Result<Said, HubError> {
        self.ready(key, ViewerWish::Release(codes, quantity))
    }

    /// An own cancel taken back.
    ///
    /// # Errors
    /// As [`Connection::claim`].
    pub fn undo(&self, key: String, order: OrderId) -> Result<Said, HubError> {
        self.ready(key, ViewerWish::Undo(order))
    }

    /// A wish for more time.
    ///
    /// # Errors
    /// As [`Connection::claim`].
    pub fn extend(&self, key: String, order: OrderId) -> Result<Said, HubError> {
        self.ready(key, ViewerWish::Extend(order))
    }

    fn ready(&self, key: String, wish: ViewerWish) -> Result<Said, HubError> {
        let inner = self.hub.inner();
        let cell = inner.directory.session(self.viewer.shop, self.viewer.session);
        let (shop, cell) = (self.viewer.shop, cell.as_deref());
        let heard = hear_viewer(&self.viewer, cell, key, wish);
        shed::check(self.hub.pressure(shop), &heard.asked, cell, &inner.turns)?;
        heard.entry(inner.journal.vault(), shop).map(Said).map_err(vault_failed)
    }

    /// Sends messages, to be decided one after the other.
    ///
    /// # Errors
    /// If they were not taken, none of them: nothing will come of them.
    pub fn send(&self, said: Vec<Said>) -> Result<(), HubError> {
        let (reply, came) = (ReplyTo::Connection(self.id), self.hub.inner().clock.monotonic());
        let entries: Vec<Entry> = said.into_iter().map(|Said(entry)| entry).collect();
        let count = entries.len();
        self.hub.offer(self.viewer.shop, Ask::Decide { entries, reply, came }, count)
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.joined.iter().for_each(|cell| cell.leaves());
        if let Some(Home::Thread(inbox)) = self.hub.inner().directory.home(self.viewer.shop) {
            let detach = Input::Ask(Ask::Detach(self.id));
            inbox.tell(Message::Lane(self.viewer.shop, detach));
        }
    }
}
