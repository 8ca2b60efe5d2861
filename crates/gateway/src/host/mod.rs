//! What a host asks for: sessions, offers, photos, orders, cards, buyers, overlays, a practice
//! live.

pub(crate) mod buyer_page;
pub(crate) mod buyers;
pub(crate) mod contacts;
pub(crate) mod copy;
pub(crate) mod export;
pub(crate) mod lists;
pub(crate) mod offers;
pub(crate) mod orders;
pub(crate) mod overlays;
pub(crate) mod photos;
pub(crate) mod practice;
pub(crate) mod reviews;
pub(crate) mod sessions;

use crate::auth;
use crate::doors::Shared;
use crate::gate::Caller;
use crate::problem::Problem;
use domain::{OrderView, ShopId};

/// The order of a session that its host asks about.
async fn host_order(
    shared: &Shared,
    caller: &Caller,
    order: &str,
) -> Result<(ShopId, OrderView), Problem> {
    let (shop, session) = (caller.shop(), caller.session());
    shared.known_session(shop, session)?;
    let order = auth::own_order(shop, order)?;
    let found = shared.hub().order(shop, session, order).await;
    let found = found.map_err(|error| Problem::of_hub(shop, error))?;
    Ok((shop, found.ok_or_else(auth::unknown_order)?))
}
