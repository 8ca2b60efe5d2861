//! What a host asks for: sessions, offers, orders.

pub(crate) mod offers;
pub(crate) mod orders;
pub(crate) mod sessions;
