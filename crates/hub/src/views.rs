//! Looks at a shop through the ack barrier: what is shown is durable.

use crate::error::HubError;
use crate::hub::Hub;
use domain::session::SessionSummary;
use domain::{BuyerRef, OrderId, OrderView, Position, SessionId, ShopId};
use std::collections::BTreeMap;

impl Hub {
    /// One order of a session; none if the session has no such order.
    ///
    /// # Errors
    /// See [`HubError`].
    pub async fn order(
        &self,
        shop: ShopId,
        session: SessionId,
        order: OrderId,
    ) -> Result<Option<OrderView>, HubError> {
        let look = move |state: &inventory::State| state.order_view(order);
        let view = self.read(shop, look).await?;
        Ok(view.filter(|view| view.session == session))
    }

    /// An order wherever it is; none if there is none or its session is archived.
    ///
    /// # Errors
    /// See [`HubError`].
    pub async fn order_by_id(
        &self,
        shop: ShopId,
        order: OrderId,
    ) -> Result<Option<OrderView>, HubError> {
        self.read(shop, move |state| state.order_view(order)).await
    }

    /// A buyer's orders in a session that are held or still wait for something.
    ///
    /// # Errors
    /// See [`HubError`].
    pub async fn orders_of(
        &self,
        shop: ShopId,
        session: SessionId,
        buyer: BuyerRef,
    ) -> Result<Vec<OrderView>, HubError> {
        self.read(shop, move |state| state.orders_of(session, buyer)).await
    }

    /// Comments that order something, made of the codes in force in a session.
    pub fn examples(&self, shop: ShopId, session: SessionId) -> Vec<String> {
        let cell = self.inner.directory.session(shop, session);
        let codebook = cell.and_then(|cell| cell.codebook());
        codebook.map_or_else(Vec::new, |codebook| intent::examples(&codebook))
    }

    /// A session's orders by number, at most `limit`, those after `after` only; and the position
    /// they are of.
    ///
    /// # Errors
    /// See [`HubError`].
    pub async fn orders(
        &self,
        shop: ShopId,
        session: SessionId,
        after: Option<OrderId>,
        limit: usize,
    ) -> Result<(Vec<OrderView>, Position), HubError> {
        let look = move |state: &inventory::State| {
            (state.orders(session, after, limit), state.stamp().position)
        };
        self.read(shop, look).await
    }

    /// How many orders each session has that is not archived.
    ///
    /// # Errors
    /// See [`HubError`].
    pub async fn order_counts(&self, shop: ShopId) -> Result<BTreeMap<SessionId, usize>, HubError> {
        let look = |state: &inventory::State| {
            state.sessions().map(|session| (session, state.order_count(session))).collect()
        };
        self.read(shop, look).await
    }

    /// What a session came to so far and the position that is of; none if it is archived or there
    /// is none.
    ///
    /// # Errors
    /// See [`HubError`].
    pub async fn summary(
        &self,
        shop: ShopId,
        session: SessionId,
    ) -> Result<Option<(SessionSummary, Position)>, HubError> {
        let look =
            move |state: &inventory::State| Some((state.summary(session)?, state.stamp().position));
        self.read(shop, look).await
    }
}
