//! Looks at a shop through the ack barrier: what is shown is durable.

use crate::error::HubError;
use crate::hub::Hub;
use domain::session::SessionSummary;
use domain::{OrderId, OrderView, Position, SessionId, ShopId};
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
