//! Who looked at personal data, or took it along: said once for each call, never with the data.

use accounts::{By, Principal};

/// Notes an act of somebody of the shop on somebody's data. `subject` says whose: an order's, a
/// buyer's or a session's id.
pub(crate) fn note(principal: &Principal, act: &'static str, subject: &str) {
    let shop = principal.shop;
    match principal.by {
        By::Token(token) => tracing::info!(act, %shop, by = ?token, subject, "personal data"),
        By::Person(person) => tracing::info!(act, %shop, by = ?person, subject, "personal data"),
    }
}
