//! The public addresses, and what is said where there is none.

use crate::doors::{Doors, Inside, Shared};
use crate::host::{
    buyer_page, buyers, contacts, copy, export, lists, offers, orders, photos, practice, reviews,
    sessions,
};
use crate::problem::Problem;
use crate::{comments, ledger_file, live, metrics, ops, orders_page, pages, viewer};
use axum::Router;
use axum::extract::{DefaultBodyLimit, MatchedPath, Request, State};
use axum::http::HeaderValue;
use axum::http::header::{CACHE_CONTROL, X_CONTENT_TYPE_OPTIONS};
use axum::middleware::{Next, from_fn};
use axum::response::{Html, Response};
use axum::routing::{get, patch, post, put};
use domain::limits::{BODY_BYTES_MAX, PHOTO_SENT_BYTES_MAX, POST_BYTES_MAX};

/// The page at `/` until screens exist: what this is, in two languages.
const FRONT: &str = include_str!("front.html");

/// Every address of the public listener.
pub fn public_router(doors: Doors) -> Router {
    let shared = Inside::new(doors);
    let comments = post(comments::post).layer(DefaultBodyLimit::max(POST_BYTES_MAX));
    let photo =
        put(photos::show).layer(DefaultBodyLimit::max(PHOTO_SENT_BYTES_MAX)).delete(photos::remove);
    let paste = post(lists::paste).layer(DefaultBodyLimit::max(POST_BYTES_MAX));
    Router::new()
        .route("/", get(front))
        .route("/assets/{file}", get(pages::file))
        .route("/photos/{file}", get(pages::photo))
        .route("/host", get(pages::host))
        .route("/host/{session}", get(pages::host))
        .route("/healthz", get(ops::healthy))
        .route("/readyz", get(ready))
        .route("/v/{session}", get(pages::sale::show))
        .route("/v/{session}/orders", post(pages::sale::order))
        .route("/o/{address}", get(pages::order::show))
        .route("/o/{address}/contact", get(pages::contact::change).post(pages::contact::keep))
        .route("/o/{address}/receipts", get(pages::receipts::show))
        .route("/o/{address}/{what}", post(pages::order::act))
        .route("/privacy", get(pages::privacy::here))
        .route("/privacy/{session}", get(pages::privacy::of_shop))
        .route("/setup", get(pages::show_set_up).post(pages::set_up))
        .route("/sign-in", get(pages::show_sign_in).post(pages::sign_in))
        .route("/sign-out", post(pages::sign_out))
        .route("/v1/me", get(pages::me).patch(pages::change_me))
        .route("/v1/handover", post(pages::hand_over))
        .route("/v1/practice", post(practice::practise))
        .route("/v1/sessions", post(sessions::open).get(sessions::list))
        .route("/v1/prepare", post(lists::prepare))
        .route("/v1/sessions/{session}", get(sessions::show).patch(sessions::change))
        .route("/v1/sessions/{session}/state", post(sessions::set_state))
        .route("/v1/sessions/{session}/offers", post(offers::add))
        .route("/v1/sessions/{session}/offers/{code}", patch(offers::change))
        .route("/v1/sessions/{session}/offers/{code}/photo", photo)
        .route("/v1/sessions/{session}/comments", comments)
        .route("/v1/sessions/{session}/paste", paste)
        .route("/v1/sessions/{session}/export", get(export::get))
        .route("/v1/sessions/{session}/tickets", post(viewer::ticket))
        .route("/v1/sessions/{session}/links", post(viewer::link))
        .route("/v1/sessions/{session}/claims", post(orders::claim))
        .route("/v1/sessions/{session}/reviews", get(reviews::list))
        .route("/v1/sessions/{session}/reviews/{review}", post(reviews::answer))
        .route("/v1/sessions/{session}/blocks", post(buyers::block))
        .route("/v1/buyers/{buyer}", get(copy::get).delete(buyers::erase))
        .route("/v1/sessions/{session}/summary", get(sessions::summary))
        .route("/v1/sessions/{session}/orders", get(orders_page::orders))
        .route("/v1/sessions/{session}/orders/{order}/confirm", post(orders::confirm))
        .route("/v1/sessions/{session}/orders/{order}/paid", post(orders::paid))
        .route("/v1/sessions/{session}/orders/{order}/cancel", post(orders::cancel))
        .route("/v1/sessions/{session}/orders/{order}/extend", post(orders::extend))
        .route("/v1/sessions/{session}/orders/{order}/undo", post(orders::undo))
        .route("/v1/sessions/{session}/orders/{order}/contact", get(contacts::show))
        .route("/v1/sessions/{session}/orders/{order}/page", get(buyer_page::show))
        .route("/v1/sessions/{session}/ledger", get(ledger_file::get))
        .route("/v1/sessions/{session}/live", get(live::handshake::open))
        .route("/v1/sessions/{session}/console", get(live::handshake::open_console))
        .route_layer(from_fn(pages::pack))
        .route_layer(from_fn(count))
        .fallback(not_found)
        .method_not_allowed_fallback(method_not_allowed)
        .layer(DefaultBodyLimit::max(BODY_BYTES_MAX))
        .layer(axum::middleware::map_response(seal))
        .with_state(shared)
}

async fn front(State(shared): State<Shared>) -> Html<String> {
    Html(shared.doors.options.front.clone().unwrap_or_else(|| FRONT.to_owned()))
}

async fn ready(State(shared): State<Shared>) -> Response {
    let doors = &shared.doors;
    ops::readiness(doors.hub.status(), (doors.notes)())
}

pub(crate) async fn not_found() -> Problem {
    Problem::new("not_found", "The addresses of this server begin with /v1/sessions.")
}

pub(crate) async fn method_not_allowed() -> Problem {
    Problem::new("method_not_allowed", "The header Allow names the methods of this address.")
}

/// Counts a call by its route and status.
async fn count(request: Request, next: Next) -> Response {
    let route = request.extensions().get::<MatchedPath>().map(|path| known_route(path.as_str()));
    let response = next.run(request).await;
    metrics::http_call(route.unwrap_or("other"), response.status().as_u16());
    response
}

/// The route as a label; the list is short and fixed.
fn known_route(path: &str) -> &'static str {
    const ROUTES: [&str; 47] = [
        "/",
        "/assets/{file}",
        "/photos/{file}",
        "/host",
        "/host/{session}",
        "/healthz",
        "/readyz",
        "/v/{session}",
        "/v/{session}/orders",
        "/o/{address}",
        "/o/{address}/contact",
        "/o/{address}/receipts",
        "/o/{address}/{what}",
        "/setup",
        "/sign-in",
        "/sign-out",
        "/v1/me",
        "/v1/handover",
        "/v1/practice",
        "/v1/sessions",
        "/v1/sessions/{session}",
        "/v1/sessions/{session}/state",
        "/v1/sessions/{session}/offers",
        "/v1/sessions/{session}/offers/{code}",
        "/v1/sessions/{session}/offers/{code}/photo",
        "/v1/sessions/{session}/comments",
        "/v1/sessions/{session}/tickets",
        "/v1/sessions/{session}/links",
        "/v1/sessions/{session}/claims",
        "/v1/sessions/{session}/reviews",
        "/v1/sessions/{session}/reviews/{review}",
        "/v1/sessions/{session}/blocks",
        "/v1/sessions/{session}/summary",
        "/v1/sessions/{session}/orders",
        "/v1/sessions/{session}/orders/{order}/confirm",
        "/v1/sessions/{session}/orders/{order}/paid",
        "/v1/sessions/{session}/orders/{order}/cancel",
        "/v1/sessions/{session}/orders/{order}/extend",
        "/v1/sessions/{session}/orders/{order}/undo",
        "/v1/sessions/{session}/orders/{order}/contact",
        "/v1/sessions/{session}/orders/{order}/page",
        "/v1/sessions/{session}/ledger",
        "/v1/sessions/{session}/live",
        "/v1/sessions/{session}/console",
        "/v1/sessions/{session}/paste",
        "/v1/sessions/{session}/export",
        "/v1/prepare",
    ];
    ROUTES.into_iter().find(|route| *route == path).unwrap_or("other")
}

/// What every answer carries: nobody keeps a copy, nobody guesses its type.
pub(crate) async fn seal(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}
