//! The address of an order's own page, for the shop to send to its buyer: who ordered by a comment
//! has never seen it.

use super::host_order;
use crate::call;
use crate::doors::Shared;
use crate::gate::Caller;
use crate::pages;
use crate::problem::Problem;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use proto::live;

/// `GET /v1/sessions/{s}/orders/{order}/page`
pub(crate) async fn show(
    State(shared): State<Shared>,
    caller: Caller,
    Path((_, order)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let (shop, found) = host_order(&shared, &caller, &order).await?;
    let path = pages::order::path(&shared, shop, found.order);
    let url = shared.outside().map(|at| format!("{at}{path}"));
    Ok(call::message(StatusCode::OK, &live::BuyerPage { path, url }))
}
