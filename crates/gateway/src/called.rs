//! What buyers are called: to machines as their platform sent it, to whoever looks at a screen
//! without what could fool them, and without phone numbers.

use accounts::By;
use domain::shown::{shown_name, shown_text};
use domain::{BuyerRef, ShopId, mask_phones};
use hub::Hub;

/// A buyer's name for a screen or a sheet; none if nothing of it can be seen.
pub(crate) fn on_a_screen(hub: &Hub, shop: ShopId, buyer: BuyerRef) -> Option<String> {
    hub.buyer_name(shop, buyer).and_then(|name| seen(&name))
}

/// A buyer's name for whoever asks: a person looks at it, a machine has it as it was sent.
pub(crate) fn to(by: By, hub: &Hub, shop: ShopId, buyer: BuyerRef) -> Option<String> {
    match by {
        By::Person(_) => on_a_screen(hub, shop, buyer),
        By::Token(_) => hub.buyer_name(shop, buyer),
    }
}

/// A name as a screen shows it.
pub(crate) fn seen(name: &str) -> Option<String> {
    shown_name(name).map(|name| mask_phones(&name).into_owned())
}

/// What somebody said, as a screen shows it.
pub(crate) fn words(text: &str) -> String {
    mask_phones(&shown_text(text)).into_owned()
}

/// What somebody said, for whoever asks.
pub(crate) fn words_to(by: By, text: String) -> String {
    match by {
        By::Person(_) => words(&text),
        By::Token(_) => text,
    }
}
