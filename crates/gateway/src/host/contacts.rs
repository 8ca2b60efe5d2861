//! Where an order goes, for the shop that sends it.

use super::host_order;
use crate::call;
use crate::doors::Shared;
use crate::gate::Caller;
use crate::problem::Problem;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use domain::Contact;
use proto::live;

/// `GET /v1/sessions/{s}/orders/{order}/contact`
pub(crate) async fn show(
    State(shared): State<Shared>,
    caller: Caller,
    Path((_, order)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let (shop, found) = host_order(&shared, &caller, &order).await?;
    let contact = shared.hub().contact_of_person(shop, found.buyer).await;
    let contact = contact.map_err(|error| Problem::of_hub(shop, error))?;
    let detail = "The buyer gives it on the order's page, if they want to.";
    let contact = contact.ok_or_else(|| Problem::new("no_contact", detail))?;
    Ok(call::message(StatusCode::OK, &contact_of(&contact)))
}

pub(super) fn contact_of(contact: &Contact) -> live::Contact {
    live::Contact {
        name: contact.name.as_str().into(),
        phone: contact.phone.as_str().into(),
        address: contact.address.as_str().into(),
        consent: Some(live::Consent {
            purpose: contact.consent.purpose.as_str().into(),
            version: contact.consent.version,
            at_ms: contact.consent.at.0,
        }),
    }
}
