//! The public addresses with who may come in, and what is said where there is none.

use crate::doors::{Doors, Inside, Shared};
use crate::gate::{Access, Row, Table};
use crate::host::{
    buyer_page, buyers, contacts, copy, export, lists, offers, orders, overlays, photos, practice,
    reviews, sessions,
};
use crate::problem::Problem;
use crate::{comments, front, ledger_file, live, ops, orders_page, pages, people, viewer};
use accounts::Act;
use axum::Router;
use axum::extract::{DefaultBodyLimit, State};
use axum::middleware::from_fn;
use axum::response::Response;
use axum::routing::MethodFilter;
use domain::limits::{BODY_BYTES_MAX, PHOTO_SENT_BYTES_MAX, POST_BYTES_MAX};

const POST: MethodFilter = MethodFilter::POST;
const PUT: MethodFilter = MethodFilter::PUT;
const PATCH: MethodFilter = MethodFilter::PATCH;
const DELETE: MethodFilter = MethodFilter::DELETE;

/// What is done with an order.
macro_rules! order {
    ($act:literal) => {
        concat!("/v1/sessions/{session}/orders/{order}/", $act)
    };
}

/// Every address of the public listener.
pub fn public_router(doors: Doors) -> Router {
    let shared = Inside::new(doors);
    table()
        .router()
        .route_layer(from_fn(pages::pack))
        .fallback(not_found)
        .method_not_allowed_fallback(method_not_allowed)
        .layer(DefaultBodyLimit::max(BODY_BYTES_MAX))
        .with_state(shared)
}

/// Every address of the public listener with who may come in.
pub fn routes() -> Vec<Row> {
    table().rows()
}

fn table() -> Table {
    let table = of_people(of_pages(Table::new()));
    of_orders(of_sessions(table))
}

/// Pages, and what they load.
fn of_pages(table: Table) -> Table {
    table
        .get("/", Access::Anyone, front::show)
        .get("/assets/{file}", Access::Anyone, pages::file)
        .get("/photos/{file}", Access::Anyone, pages::photo)
        .get("/healthz", Access::Anyone, ops::healthy)
        .get("/readyz", Access::Anyone, ready)
        .get("/host", Access::Page, pages::host)
        .get("/host/{session}", Access::Page, pages::host)
        .get("/people", Access::Page, pages::people)
        .get("/v/{session}", Access::Anyone, pages::sale::show)
        .on(POST, "/v/{session}/orders", Access::Anyone, None, pages::sale::order)
        .get("/privacy", Access::Anyone, pages::privacy::here)
        .get("/privacy/{session}", Access::Anyone, pages::privacy::of_shop)
        .get("/overlay/{session}", Access::Anyone, pages::overlay::show)
        .get("/o/{address}", Access::Capability, pages::order::show)
        .get("/o/{address}/contact", Access::Capability, pages::contact::change)
        .on(POST, "/o/{address}/contact", Access::Capability, None, pages::contact::keep)
        .get("/o/{address}/receipts", Access::Capability, pages::receipts::show)
        .on(POST, "/o/{address}/{what}", Access::Capability, None, pages::order::act)
        .get("/setup", Access::Entrance, pages::show_set_up)
        .on(POST, "/setup", Access::Entrance, None, pages::enter)
        .get("/sign-in", Access::Anyone, pages::show_sign_in)
        .on(POST, "/sign-in", Access::Entrance, None, pages::sign_in)
        .on(POST, "/sign-out", Access::Anyone, None, pages::sign_out)
}

/// Who somebody is, and with whom they work.
fn of_people(table: Table) -> Table {
    const MINE: Access = Access::SignedIn;
    const MINE_PROVED: Access = Access::SignedInProved;
    const MANAGE: Act = Act::ManagePeople;
    const MANAGE_PROVED: Access = Access::Proved(Act::ManagePeople);
    table
        .get("/v1/me", MINE, people::me)
        .on(PATCH, "/v1/me", Access::May(Act::Sell), Some("shop_changed"), people::change_me)
        .on(POST, "/v1/me/shop", MINE, None, people::move_to)
        .on(POST, "/v1/me/proof", MINE, Some("proved"), people::prove)
        .on(PUT, "/v1/me/password", MINE_PROVED, Some("password_changed"), people::set_password)
        .on(POST, "/v1/me/second", MINE_PROVED, None, people::begin_second)
        .on(PUT, "/v1/me/second", MINE_PROVED, Some("second_set"), people::confirm_second)
        .on(DELETE, "/v1/me/second", MINE_PROVED, Some("second_dropped"), people::drop_second)
        .get("/v1/me/devices", MINE, people::devices)
        .on(DELETE, "/v1/me/devices/{device}", MINE, Some("signed_out"), people::sign_out_own)
        .on(POST, "/v1/handover", MINE, Some("handed_over"), people::hand_over)
        .get("/v1/people", Access::May(MANAGE), people::list)
        .on(POST, "/v1/people/invites", MANAGE_PROVED, Some("invited"), people::invite)
        .on(PATCH, "/v1/people/{person}", MANAGE_PROVED, Some("role_changed"), people::change)
        .on(DELETE, "/v1/people/{person}", Access::May(MANAGE), Some("let_go"), people::let_go)
        .on(
            DELETE,
            "/v1/people/{person}/devices/{device}",
            Access::May(MANAGE),
            Some("signed_out"),
            people::sign_out_device,
        )
        .get("/v1/deeds", Access::May(MANAGE), people::deeds)
        .on(
            POST,
            "/v1/assists/{person}",
            Access::May(MANAGE),
            Some("assist_answered"),
            people::answer,
        )
        .on(DELETE, "/v1/assists/{person}", Access::May(MANAGE), Some("assist_ended"), people::end)
        .get("/v1/helped", Access::SignedIn, people::helped)
        .on(POST, "/v1/helped", Access::Helper, Some("shop_invited"), people::invite_shop)
        .on(POST, "/v1/helped/{shop}/assist", Access::SignedIn, Some("assist_asked"), people::ask)
        .on(
            DELETE,
            "/v1/helped/{shop}/assist",
            Access::SignedIn,
            Some("assist_left"),
            people::withdraw,
        )
        .on(POST, "/v1/helpers", Access::OperatorProved, Some("helper_invited"), people::serve)
        .get("/v1/backup", Access::Operator, people::last_backup)
        .on(POST, "/v1/backup", Access::OperatorProved, Some("backed_up"), people::back_up)
}

/// Sessions and what is on sale in them.
fn of_sessions(table: Table) -> Table {
    const LOOK: Access = Access::May(Act::Look);
    const SELL: Access = Access::May(Act::Sell);
    let photo = "/v1/sessions/{session}/offers/{code}/photo";
    let photo_put = (SELL, Some("photo_shown"));
    let comments = (Access::May(Act::BringComments), None);
    let paste = (Access::May(Act::BringComments), Some("comments_pasted"));
    table
        .on(POST, "/v1/practice", SELL, Some("practised"), practice::practise)
        .on(POST, "/v1/prepare", SELL, None, lists::prepare)
        .on(POST, "/v1/sessions", SELL, Some("session_opened"), sessions::open)
        .get("/v1/sessions", LOOK, sessions::list)
        .get("/v1/sessions/{session}", Access::Anyone, sessions::show)
        .on(PATCH, "/v1/sessions/{session}", SELL, Some("rules_changed"), sessions::change)
        .on(POST, "/v1/sessions/{session}/state", SELL, Some("session_moved"), sessions::set_state)
        .on(POST, "/v1/sessions/{session}/offers", SELL, Some("offer_added"), offers::add)
        .on(
            PATCH,
            "/v1/sessions/{session}/offers/{code}",
            SELL,
            Some("offer_changed"),
            offers::change,
        )
        .limited(PUT, photo, photo_put, PHOTO_SENT_BYTES_MAX, photos::show)
        .on(DELETE, photo, SELL, Some("photo_removed"), photos::remove)
        .limited(POST, "/v1/sessions/{session}/comments", comments, POST_BYTES_MAX, comments::post)
        .limited(POST, "/v1/sessions/{session}/paste", paste, POST_BYTES_MAX, lists::paste)
        .on(POST, "/v1/sessions/{session}/tickets", Access::Anyone, None, viewer::ticket)
        .on(POST, "/v1/sessions/{session}/links", Access::Anyone, None, viewer::link)
        .get("/v1/sessions/{session}/live", Access::Ticket, live::handshake::open)
        .get(
            "/v1/sessions/{session}/console",
            Access::Hello(Act::SeeOrders),
            live::handshake::open_console,
        )
        .get("/v1/sessions/{session}/overlay", Access::Key, live::handshake::open_overlay)
        .get("/v1/sessions/{session}/overlays", SELL, overlays::list)
        .on(POST, "/v1/sessions/{session}/overlays", SELL, Some("overlay_made"), overlays::make)
        .on(
            DELETE,
            "/v1/sessions/{session}/overlays/{overlay}",
            SELL,
            Some("overlay_revoked"),
            overlays::revoke,
        )
}

/// Orders, cards, buyers, and what is taken away in files.
fn of_orders(table: Table) -> Table {
    const SEE: Access = Access::May(Act::SeeOrders);
    const ORDER: Access = Access::May(Act::Order);
    const CONTACT: Access = Access::May(Act::SeeContacts);
    const EXPORT: Access = Access::Proved(Act::Export);
    table
        .get("/v1/sessions/{session}/summary", SEE, sessions::summary)
        .on(POST, "/v1/sessions/{session}/claims", ORDER, Some("ordered"), orders::claim)
        .get("/v1/sessions/{session}/reviews", SEE, reviews::list)
        .on(
            POST,
            "/v1/sessions/{session}/reviews/{review}",
            ORDER,
            Some("card_answered"),
            reviews::answer,
        )
        .on(POST, "/v1/sessions/{session}/blocks", ORDER, Some("buyer_blocked"), buyers::block)
        .get("/v1/sessions/{session}/orders", SEE, orders_page::orders)
        .on(POST, order!("confirm"), ORDER, Some("order_confirmed"), orders::confirm)
        .on(POST, order!("paid"), ORDER, Some("order_paid"), orders::paid)
        .on(POST, order!("cancel"), ORDER, Some("order_cancelled"), orders::cancel)
        .on(POST, order!("extend"), ORDER, Some("order_extended"), orders::extend)
        .on(POST, order!("undo"), ORDER, Some("cancel_undone"), orders::undo)
        .look(order!("contact"), CONTACT, "contact_read", contacts::show)
        .look(order!("page"), CONTACT, "order_page_read", buyer_page::show)
        .look("/v1/sessions/{session}/export", EXPORT, "orders_exported", export::get)
        .get("/v1/sessions/{session}/ledger", Access::May(Act::Export), ledger_file::get)
        .look("/v1/buyers/{buyer}", Access::Proved(Act::AnswerBuyers), "buyer_copied", copy::get)
        .always(
            DELETE,
            "/v1/buyers/{buyer}",
            Access::Proved(Act::AnswerBuyers),
            "buyer_erased",
            buyers::erase,
        )
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
