//! A session's orders as a file for a spreadsheet.

use crate::audit;
use crate::auth;
use crate::doors::Shared;
use crate::problem::Problem;
use crate::sheet::{OrderSheet, SheetForm};
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderValue};
use axum::response::{IntoResponse, Response};
use domain::limits::ORDERS_PER_PAGE_MAX;
use domain::{OrderView, SessionId, ShopId};
use hub::HubError;
use serde::Deserialize;

/// What may be asked for.
#[derive(Deserialize)]
pub(crate) struct Asked {
    format: Option<String>,
}

/// `GET /v1/sessions/{s}/export?format=csv|xlsx`
pub(crate) async fn get(
    State(shared): State<Shared>,
    Path(id): Path<String>,
    headers: HeaderMap,
    query: Result<Query<Asked>, QueryRejection>,
) -> Result<Response, Problem> {
    let (principal, session) = auth::host_of(&shared, &headers, &id)?;
    let Query(asked) = query.map_err(|error| Problem::new("bad_query", error.body_text()))?;
    let (form, kind, ending) = match asked.format.as_deref() {
        Some("csv") => (SheetForm::Csv, "text/csv; charset=utf-8", "csv"),
        Some("xlsx") => {
            let kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
            (SheetForm::Xlsx, kind, "xlsx")
        }
        _ => return Err(Problem::new("bad_query", "`format` is csv or xlsx.")),
    };
    let shop = principal.shop;
    shared.known_session(shop, session)?;
    audit::note(&principal, "orders_export", &id);
    let Ok(permit) = shared.ledgers.clone().try_acquire_owned() else {
        let detail = "Other files are being written: try again shortly.";
        return Err(Problem::retry("busy", detail, 1_000));
    };
    let mut sheet = OrderSheet::new(form);
    let add = |order: &OrderView| {
        let name = shared.hub().buyer_name(shop, order.buyer).unwrap_or_default();
        sheet.add(shop, order, &name);
    };
    each_order(&shared, shop, session, add).await?;
    let written = tokio::task::spawn_blocking(move || {
        let mut bytes = Vec::new();
        let written = sheet.write(&mut bytes).map(|()| bytes);
        drop(permit);
        written
    });
    let bytes = written.await.ok().and_then(Result::ok);
    let bytes = bytes.ok_or_else(|| Problem::of_hub(shop, HubError::Internal))?;
    let name = format!("attachment; filename=\"chot-{id}.{ending}\"");
    let name = HeaderValue::from_str(&name).expect("an id and an ending are plain");
    let kind = HeaderValue::from_static(kind);
    Ok(([(CONTENT_TYPE, kind), (CONTENT_DISPOSITION, name)], bytes).into_response())
}

/// Goes through a session's orders, a page at a time.
pub(crate) async fn each_order(
    shared: &Shared,
    shop: ShopId,
    session: SessionId,
    mut with: impl FnMut(&OrderView),
) -> Result<(), Problem> {
    let mut after = None;
    loop {
        let page = shared.hub().orders(shop, session, after, ORDERS_PER_PAGE_MAX).await;
        let (orders, _) = page.map_err(|error| Problem::of_hub(shop, error))?;
        let Some(last) = orders.last() else {
            return Ok(());
        };
        after = Some(last.order);
        orders.iter().for_each(&mut with);
    }
}
