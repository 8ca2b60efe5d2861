//! What operators look at: the stock against the orders, and how busy each session is.

use crate::error::HubError;
use crate::hub::Hub;
use domain::{SessionId, ShopId};
use inventory::State;

/// A shop's stock, checked through the ack barrier.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StockCheck {
    /// Stock figures that were looked at.
    pub figures: usize,
    /// Orders they were compared with.
    pub orders: usize,
    /// The first that was not as it should be, as a sentence.
    pub broken: Option<String>,
}

/// How busy a session is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Pulse {
    /// Which.
    pub session: SessionId,
    /// Claims so far that reached stock or were refused.
    pub claims: u32,
    /// Open review cards.
    pub reviews: usize,
}

impl Hub {
    /// Checks a shop's stock figures against themselves and against its orders.
    ///
    /// # Errors
    /// See [`HubError`].
    pub async fn check_stock(&self, shop: ShopId) -> Result<StockCheck, HubError> {
        let look = |state: &State| match state.check_stock() {
            Ok(checked) => {
                StockCheck { figures: checked.figures, orders: checked.orders, broken: None }
            }
            Err(broken) => StockCheck { figures: 0, orders: 0, broken: Some(broken.to_string()) },
        };
        self.read(shop, look).await
    }

    /// How busy a shop's sessions are, those that are not archived.
    ///
    /// # Errors
    /// See [`HubError`].
    pub async fn pulses(&self, shop: ShopId) -> Result<Vec<Pulse>, HubError> {
        let look = |state: &State| {
            let pulse = |session| Pulse {
                session,
                claims: state.claims(session),
                reviews: state.cards(session).len(),
            };
            state.sessions().map(pulse).collect()
        };
        self.read(shop, look).await
    }

    /// Viewers' connections that follow a session now.
    pub fn viewers(&self, shop: ShopId, session: SessionId) -> usize {
        self.inner().directory.session(shop, session).map_or(0, |cell| cell.viewers())
    }

    /// Shops that this hub knows, by number.
    pub fn shops(&self) -> Vec<ShopId> {
        self.inner().directory.shops()
    }
}
