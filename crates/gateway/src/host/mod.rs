//! What a host asks for: sessions, offers, photos, orders, cards, buyers, a practice live.

pub(crate) mod buyer_page;
pub(crate) mod buyers;
pub(crate) mod contacts;
pub(crate) mod export;
pub(crate) mod lists;
pub(crate) mod offers;
pub(crate) mod orders;
pub(crate) mod photos;
pub(crate) mod practice;
pub(crate) mod reviews;
pub(crate) mod sessions;
