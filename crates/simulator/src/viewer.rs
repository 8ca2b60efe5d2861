//! A viewer's connection, as the viewer sees it.

use domain::{BuyerRef, Position, SessionId, ShopId};

/// One connection.
#[derive(Clone, Debug)]
pub(crate) struct Viewer {
    pub(crate) shop: ShopId,
    pub(crate) session: SessionId,
    pub(crate) buyer: BuyerRef,
    /// The position that it asked to resume from.
    pub(crate) resume: Option<Position>,
    /// The latest position that it was told; none before the welcome.
    pub(crate) seen: Option<Position>,
}
