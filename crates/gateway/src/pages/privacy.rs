//! `/privacy`: what is kept about buyers, why, where and for how long; the same as a register for
//! programs.

use super::{lang, page};
use crate::auth;
use crate::call;
use crate::doors::{Inside, Shared};
use crate::problem::Problem;
use crate::viewer::open_view;
use axum::extract::{Path, State};
use axum::http::header::{ACCEPT, VARY};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use domain::Salutation;
use screens::{Kept, Lang, Notice};
use serde_json::{Value, json};

/// `GET /privacy`
pub(crate) async fn here(State(shared): State<Shared>, headers: HeaderMap) -> Response {
    answer(&shared, &headers, "", Salutation::default())
}

/// `GET /privacy/{s}`: for the buyers of that session's shop.
pub(crate) async fn of_shop(
    State(shared): State<Shared>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let (shop, session) = auth::session_id(&id)?;
    open_view(&shared, shop, session)?;
    let accounts = &shared.doors.accounts;
    let name = accounts.shop_name(shop).unwrap_or_default();
    Ok(answer(&shared, &headers, &name, accounts.salutation(shop)))
}

fn answer(inside: &Inside, headers: &HeaderMap, shop: &str, salutation: Salutation) -> Response {
    let keeping = inside.doors.options.keeping;
    let asked = headers.get(ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let mut response = if asked.contains("application/json") {
        call::message(StatusCode::OK, &register(shop, &screens::kept(keeping), keeping.days))
    } else {
        let lang = lang(headers);
        page(screens::privacy(&Notice { lang, shop, salutation, keeping }), lang).into_response()
    };
    response.headers_mut().insert(VARY, HeaderValue::from_static("accept, accept-language"));
    response
}

/// The register, in both languages.
fn register(shop: &str, kept: &[Kept], days: u32) -> Value {
    let both = |of: &dyn Fn(Lang) -> String| json!({ "vi": of(Lang::Vi), "en": of(Lang::En) });
    let entries = kept.iter().map(|kept| {
        json!({
            "id": kept.id,
            "what": both(&|lang| kept.what(lang)),
            "why": both(&|lang| kept.why(lang)),
            "where": both(&|lang| kept.place(lang)),
            "how_long": both(&|lang| kept.how_long(lang)),
            "who_sees_it": both(&|lang| kept.who(lang)),
        })
    });
    let law = screens::LAW;
    json!({ "shop": shop, "law": law, "keep_days": days, "kept": entries.collect::<Vec<_>>() })
}
