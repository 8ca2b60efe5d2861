//! The address of an order's own page, for the shop to send to its buyer: who ordered by a comment
//! has never seen it.

use super::host_order;
use crate::audit;
use crate::call;
use crate::doors::Shared;
use crate::pages;
use crate::problem::Problem;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use proto::live;

/// `GET /v1/sessions/{s}/orders/{order}/page`
pub(crate) async fn show(
    State(shared): State<Shared>,
    Path((id, order)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let (principal, found) = host_order(&shared, &headers, &id, &order).await?;
    let shop = principal.shop;
    audit::note(&principal, "order_page_link", &order);
    let path = pages::order::path(&shared, shop, found.order);
    let url = shared.outside().map(|at| format!("{at}{path}"));
    Ok(call::message(StatusCode::OK, &live::BuyerPage { path, url }))
}
