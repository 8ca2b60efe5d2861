//! The operator's doors: the page, metrics, health, readiness. They stand on a listener of their
//! own.
//!
//! ```text
//! the server's sampler ─▶ board (past, now) ─▶ live: one frame a second ─▶ /ops
//!                    └─▶ verdict: one table of thresholds
//! ```

mod board;
mod live;
mod past;
mod verdict;

pub use board::Board;
pub use verdict::{Figures, Level, RULES, Rule, Standing, TILES};

use crate::doors::Notes;
use crate::gate::{Access, Row};
use crate::live::Timing;
use crate::pages;
use crate::router::{method_not_allowed, not_found};
use crate::stop::Stop;
use axum::Router;
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{MethodRouter, get};
use domain::Clock;
use hub::{Hub, Status};
use screens::Shell;
use serde_json::json;
use std::sync::Arc;

/// What the operator's doors stand on.
#[derive(Clone)]
pub struct OpsDoors {
    /// Whose readiness it is.
    pub hub: Hub,
    /// All metrics in Prometheus' text form.
    pub metrics: Arc<dyn Fn() -> String + Send + Sync>,
    /// What readiness says besides, as the read model's lag: names and figures.
    pub notes: Notes,
    /// What the page shows.
    pub board: Arc<Board>,
    /// The wall clock, for pages whose own is wrong.
    pub clock: Arc<dyn Clock>,
    /// When the server stops, sockets are closed with 1012.
    pub stop: Stop,
    /// How long a socket waits for this and that.
    pub timing: Timing,
}

/// `/ops` with what it needs, `/metrics`, `/healthz` and `/readyz`.
pub fn ops_router(doors: OpsDoors) -> Router {
    let ways = ways().into_iter();
    ways.fold(Router::new(), |router, (path, way)| router.route(path, way))
        .fallback(not_found)
        .method_not_allowed_fallback(method_not_allowed)
        .with_state(doors)
}

/// Every address of the operators' listener.
pub fn ops_routes() -> Vec<Row> {
    let access = Access::OpsListener;
    let row = |(path, _)| Row { method: "GET", path, access, noted: None };
    ways().into_iter().map(row).collect()
}

/// What there is to look at; nothing can be done here.
fn ways() -> [(&'static str, MethodRouter<OpsDoors>); 7] {
    [
        ("/", get(async || Redirect::to("/ops"))),
        ("/ops", get(page)),
        ("/ops/live", get(live::open)),
        ("/assets/{file}", get(pages::file)),
        ("/metrics", get(metrics)),
        ("/healthz", get(healthy)),
        ("/readyz", get(ready)),
    ]
}

/// `GET /ops`: filled by its script.
async fn page(headers: HeaderMap) -> Response {
    let lang = pages::lang(&headers);
    let title = lang.pick("Vận hành Chốt", "Chốt operations");
    pages::page(screens::app(Shell::Ops, lang, title), lang)
}

async fn metrics(State(doors): State<OpsDoors>) -> Response {
    let text = "text/plain; version=0.0.4; charset=utf-8";
    ([(CONTENT_TYPE, text)], (doors.metrics)()).into_response()
}

async fn ready(State(doors): State<OpsDoors>) -> Response {
    readiness(doors.hub.status(), (doors.notes)())
}

/// The process runs: that is all it says.
pub(crate) async fn healthy() -> Response {
    crate::call::message(StatusCode::OK, &json!({"status": "ok"}))
}

/// 200 if new orders are taken, otherwise 503 with the reasons. A read model that is down is no
/// reason.
pub(crate) fn readiness(status: Status, notes: Vec<(&'static str, serde_json::Value)>) -> Response {
    let reasons = status.reasons.join(", ");
    let mut said = json!({
        "ready": status.ready,
        "reasons": status.reasons,
        "queue_requests": status.queue_requests,
        "quarantined_shops": status.quarantined.len(),
    });
    for (name, value) in notes {
        said[name] = value;
    }
    if status.ready {
        return crate::call::message(StatusCode::OK, &said);
    }
    said["type"] = "about:blank".into();
    said["title"] = "New orders are not taken".into();
    said["status"] = 503.into();
    said["code"] = "not_ready".into();
    said["detail"] = reasons.into();
    let mut response = crate::call::message(StatusCode::SERVICE_UNAVAILABLE, &said);
    let problem = HeaderValue::from_static("application/problem+json");
    response.headers_mut().insert(CONTENT_TYPE, problem);
    response
}
