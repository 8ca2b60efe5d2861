//! A viewer's connection: what it sends goes to the lane, what comes of it arrives in its outbox.

use crate::ask::{Ask, ConnectionId, Input, ReplyTo};
use crate::directory::{Home, SessionCell};
use crate::error::HubError;
use crate::hub::{Hub, vault_failed};
use crate::inbox::Message;
use crate::intake::{Viewer, ViewerWish, viewer_entry};
use crate::shed;
use domain::command::Want;
use domain::{Code, OrderId, Quantity};
use std::sync::Arc;

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

    /// Sends words.
    ///
    /// # Errors
    /// If the message was not taken: nothing will come of it.
    pub fn comment(&self, key: String, text: String) -> Result<(), HubError> {
        self.send(key, ViewerWish::Comment(text))
    }

    /// Sends a tap.
    ///
    /// # Errors
    /// If the message was not taken: nothing will come of it.
    pub fn claim(&self, key: String, wants: Vec<Want>) -> Result<(), HubError> {
        self.send(key, ViewerWish::Claim(wants))
    }

    /// Gives own open lines back: all of them without codes, so much of each with a quantity.
    ///
    /// # Errors
    /// If the message was not taken: nothing will come of it.
    pub fn release(
        &self,
        key: String,
        codes: Vec<Code>,
        quantity: Option<Quantity>,
    ) -> Result<(), HubError> {
        self.send(key, ViewerWish::Release(codes, quantity))
    }

    /// Takes an own cancel back.
    ///
    /// # Errors
    /// If the message was not taken: nothing will come of it.
    pub fn undo(&self, key: String, order: OrderId) -> Result<(), HubError> {
        self.send(key, ViewerWish::Undo(order))
    }

    /// Asks for more time.
    ///
    /// # Errors
    /// If the message was not taken: nothing will come of it.
    pub fn extend(&self, key: String, order: OrderId) -> Result<(), HubError> {
        self.send(key, ViewerWish::Extend(order))
    }

    fn send(&self, key: String, wish: ViewerWish) -> Result<(), HubError> {
        let inner = self.hub.inner();
        let cell = inner.directory.session(self.viewer.shop, self.viewer.session);
        let entry = viewer_entry(inner.journal.vault(), &self.viewer, cell.as_deref(), key, wish);
        let entry = entry.map_err(vault_failed)?;
        shed::check(self.hub.pressure(self.viewer.shop), &entry, cell.as_deref(), &inner.spread)?;
        let (reply, came) = (ReplyTo::Connection(self.id), inner.clock.monotonic());
        self.hub.offer(self.viewer.shop, Ask::Decide { entries: vec![entry], reply, came }, 1)
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
