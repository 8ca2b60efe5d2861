//! Problems: what a caller is told when a call failed, as RFC 9457 `application/problem+json`.
//!
//! The `code` is stable and says what happened, the `detail` what would be right. A problem holds
//! nothing secret and nobody's words but the caller's own.

use crate::metrics;
use crate::wire::outgoing;
use axum::http::header::{CONTENT_TYPE, HeaderValue, RETRY_AFTER};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use domain::{Rejection, ShopId};
use hub::HubError;
use proto::live;
use serde::Serialize;
use std::borrow::Cow;

/// What every code means: its HTTP status and its title.
const CODES: &[(&str, u16, &str)] = &[
    ("bad_buyer_token", 400, "The buyer token is not of this shop"),
    ("bad_cursor", 400, "The cursor is not one that was given out"),
    ("bad_form", 400, "The form cannot be read"),
    ("bad_id", 400, "An id is malformed"),
    ("bad_if_match", 400, "If-Match is not a version"),
    ("bad_json", 400, "The body is not the JSON that this call takes"),
    ("bad_key", 400, "The Idempotency-Key is not usable"),
    ("bad_limit", 400, "The limit is out of bounds"),
    ("bad_path", 400, "The address is malformed"),
    ("bad_query", 400, "The query is malformed"),
    ("bad_subprotocol", 400, "No common subprotocol"),
    ("bad_upgrade", 400, "Not a websocket handshake"),
    ("broken_body", 400, "The body did not arrive whole"),
    ("key_required", 400, "This call needs an Idempotency-Key"),
    ("missing_field", 400, "A field is missing"),
    ("unauthorized", 401, "A token is needed"),
    ("bad_origin", 403, "This page may not connect"),
    ("forbidden", 403, "Not in this role"),
    ("no_shop", 403, "You belong to no shop here"),
    ("proof_needed", 403, "Show who you are once more"),
    ("wrong_proof", 403, "The password or the code is wrong"),
    ("not_from_here", 403, "This page answers its own network only"),
    ("no_contact", 404, "The buyer has given no contact"),
    ("not_found", 404, "There is nothing at this address"),
    ("unknown_buyer", 404, "No such buyer"),
    ("unknown_code", 404, "No offer under this code"),
    ("unknown_item", 404, "No such item"),
    ("unknown_person", 404, "Nobody of this shop"),
    ("unknown_order", 404, "No such order"),
    ("unknown_overlay", 404, "No such overlay"),
    ("unknown_photo", 404, "No such photo"),
    ("unknown_review", 404, "No such open card"),
    ("unknown_session", 404, "No such session"),
    ("unknown_shop", 404, "No such shop"),
    ("unknown_variant", 404, "No such variant"),
    ("method_not_allowed", 405, "This address does not take this method"),
    ("body_timeout", 408, "The body took too long"),
    ("being_cancelled", 409, "The order is being cancelled"),
    ("buyer_erased", 409, "This buyer was erased"),
    ("code_taken", 409, "Another offer has this code"),
    ("backup_no_place", 409, "No folder for backups is set"),
    ("last_owner", 409, "The last owner stays"),
    ("no_deadline", 409, "The order has no deadline to move"),
    ("not_on_the_network", 409, "No other device can reach this server"),
    ("nothing_drawn", 409, "No second factor waits for its code"),
    ("nothing_to_undo", 409, "There is no cancel to undo"),
    ("open_orders", 409, "Something is still under way for this buyer"),
    ("order_state", 409, "The order cannot go there from where it is"),
    ("session_state", 409, "The session cannot go there from where it is"),
    ("stale", 409, "The offer has changed meanwhile"),
    ("stock_below_committed", 409, "Stock would fall below what is promised"),
    ("session_archived", 410, "The session is archived"),
    ("body_too_large", 413, "The body is too large"),
    ("photo_too_large", 413, "The photo is too large"),
    ("too_many_comments", 413, "Too many comments in one post"),
    ("uri_too_long", 414, "The address is too long"),
    ("unsupported_media_type", 415, "The body is of another kind"),
    ("unknown_host", 421, "This server does not go by that name"),
    ("key_reused", 422, "The key came before with another body"),
    ("photo_too_many_pixels", 422, "The photo has too many pixels"),
    ("photo_unreadable", 422, "The photo cannot be read"),
    ("too_many_overlays", 422, "There are too many overlays"),
    ("too_many_photos", 422, "The shop has too many photos"),
    ("busy", 429, "Too busy"),
    ("rate_limited", 429, "Too many calls"),
    ("internal", 500, "Something failed on our side"),
    ("backup_failed", 503, "The backup was not made"),
    ("crowded", 503, "Too many come at once"),
    ("read_model_down", 503, "The read model is down"),
    ("shop_quarantined", 503, "The shop's history is damaged"),
    ("stopping", 503, "The server is restarting"),
    ("too_many_connections", 503, "The server is full"),
    ("disk_low", 507, "The disk is nearly full"),
];

/// Status and title of a code; a code that is not in the table is a limit or a bad term: 422.
fn meaning(code: &str) -> (StatusCode, &'static str) {
    let found = CODES.iter().find(|(known, _, _)| *known == code);
    let (status, title) =
        found.map_or((422, "The request cannot be taken as it is"), |c| (c.1, c.2));
    (StatusCode::from_u16(status).expect("the table holds real statuses"), title)
}

/// Why a call failed. Becomes the answer.
#[derive(Debug)]
pub(crate) struct Problem {
    code: &'static str,
    detail: Cow<'static, str>,
    more: More,
}

/// What some problems carry besides.
#[derive(Debug)]
enum More {
    Nothing,
    RetryAfter { ms: u64 },
    Current(Box<live::Offer>),
    Challenge,
}

#[derive(Serialize)]
struct Form<'a> {
    r#type: &'static str,
    title: &'static str,
    status: u16,
    detail: &'a str,
    code: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    retry_after_ms: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    current: Option<&'a live::Offer>,
}

impl Problem {
    /// A problem by its code; `detail` says what would be right.
    pub(crate) fn new(code: &'static str, detail: impl Into<Cow<'static, str>>) -> Self {
        let detail = detail.into();
        Self { code, detail, more: More::Nothing }
    }

    /// The same, and when to come again.
    pub(crate) fn retry(
        code: &'static str,
        detail: impl Into<Cow<'static, str>>,
        retry_after_ms: u64,
    ) -> Self {
        Self { more: More::RetryAfter { ms: retry_after_ms }, ..Self::new(code, detail) }
    }

    /// A session that does not exist, or that is another shop's: nobody can tell which.
    pub(crate) fn unknown_session() -> Self {
        Self::new("unknown_session", "There is no session with this id in this shop.")
    }

    /// A card that does not exist, is another shop's or was answered.
    pub(crate) fn unknown_review() -> Self {
        Self::new("unknown_review", "No card with this id is open in this session: list them anew.")
    }

    /// No token, or one that nobody has.
    pub(crate) fn unauthorized() -> Self {
        let detail = "Send the shop's token as Authorization: Bearer chot_host_… or chot_source_….";
        Self { more: More::Challenge, ..Self::new("unauthorized", detail) }
    }

    /// The stable code.
    pub(crate) fn code(&self) -> &'static str {
        self.code
    }

    /// What would be right.
    pub(crate) fn detail(&self) -> &str {
        &self.detail
    }

    fn rejected(shop: ShopId, rejection: Rejection) -> Self {
        let code = rejection.code();
        let detail: Cow<'static, str> = match &rejection {
            Rejection::UnknownSession => return Self::unknown_session(),
            Rejection::UnknownOrder => "There is no order with this id in this session.".into(),
            Rejection::UnknownReview => return Self::unknown_review(),
            Rejection::UnknownCode => "There is no offer under this code in this session.".into(),
            Rejection::UnknownItem => "There is no item with this id in this shop.".into(),
            Rejection::UnknownVariant => {
                "Name one variant of the offer, a value for each axis, as the offer writes it."
                    .into()
            }
            Rejection::CodeTaken => {
                "Another offer of this session has this code: choose another.".into()
            }
            Rejection::Stale(_) => {
                "Look at `current`, then send the change with its version.".into()
            }
            Rejection::KeyReused => "Use a new Idempotency-Key for a new request.".into(),
            Rejection::SessionState(state) => format!("The session is {}.", state.as_str()).into(),
            Rejection::OrderState(state) => format!("The order is {}.", state.as_str()).into(),
            Rejection::StockBelowCommitted { committed } => {
                format!("{committed} are held and sold: stock cannot fall below that.").into()
            }
            Rejection::BadTerms(what) => format!("The terms are not consistent: {what}.").into(),
            Rejection::NoDeadline => {
                "Only an order that is held until a time can be extended.".into()
            }
            Rejection::BeingCancelled => {
                "Undo the cancel first, or wait until its time is over.".into()
            }
            Rejection::OpenOrders => {
                "Cancel what is held for this buyer and answer their cards first; what is \
                 confirmed must be paid, or its session ended."
                    .into()
            }
            Rejection::NothingToUndo => {
                "Only a cancel whose time (`undo_until`) is not over can be undone.".into()
            }
            Rejection::SessionArchived => {
                "Its keys are forgotten; nothing changes any more.".into()
            }
            Rejection::Limit(limit) => match limit_detail(limit) {
                Some(detail) => detail.into(),
                None => format!("A limit is reached: {limit}.").into(),
            },
        };
        let problem = Self::new(code, detail);
        match rejection {
            Rejection::Stale(current) => Self {
                more: More::Current(Box::new(outgoing::offer_of(shop, &current))),
                ..problem
            },
            _ => problem,
        }
    }
}

/// What would be within a limit, where its word alone does not say it.
fn limit_detail(limit: &str) -> Option<&'static str> {
    const DETAILS: [(&str, &str); 7] = [
        ("hold_too_long", "Stock is held for at most 86,400 seconds."),
        ("undo_too_long", "A cancel can be undone for at most 60 seconds."),
        ("cooldown_too_long", "`cooldown_seconds` is at most 86,400."),
        ("ready_too_late", "`ready_at` is at most 180 days ahead."),
        ("too_many_links", "Many pages show a code just now: ask again in some minutes."),
        ("too_many_blocks", "At most 10,000 buyers are blocked: let some go first."),
        ("too_many_lessons", "At most 200 answers are remembered: answer without `remember`."),
    ];
    DETAILS.iter().find(|(known, _)| *known == limit).map(|(_, detail)| *detail)
}

impl Problem {
    /// Why the hub gave no answer to a call for that shop.
    pub(crate) fn of_hub(shop: ShopId, error: HubError) -> Self {
        let code = error.code();
        match error {
            HubError::Busy { retry_after_ms } => {
                let detail = "Nothing was taken: send the same again after the time given.";
                Self::retry(code, detail, retry_after_ms)
            }
            HubError::Stopping => Self::retry(code, "Send the same again in a moment.", 1_000),
            HubError::UnknownSession | HubError::UnknownShop => Self::unknown_session(),
            HubError::UnknownBuyer => {
                Self::new(code, "`buyer` is the id that an earlier order of this buyer carries.")
            }
            HubError::BuyerErased => {
                Self::new(code, "Whoever comes again is somebody new: ask for a new ticket.")
            }
            HubError::Rejected(rejection) => Self::rejected(shop, rejection),
            HubError::Quarantined => {
                Self::new(code, "The operator must look: chot doctor says what is wrong.")
            }
            HubError::DiskLow => {
                Self::new(code, "Nothing new is promised until the operator makes room.")
            }
            HubError::HistoryLost => Self::new(code, "The position is not of this history."),
            HubError::Internal => {
                Self::new(code, "Nothing was changed; the request was kept aside.")
            }
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let (status, title) = meaning(self.code);
        metrics::bad_input(self.code);
        let retry_after_ms = match self.more {
            More::RetryAfter { ms } => Some(ms),
            More::Nothing | More::Current(_) | More::Challenge => None,
        };
        let current = match &self.more {
            More::Current(offer) => Some(&**offer),
            More::Nothing | More::RetryAfter { .. } | More::Challenge => None,
        };
        let form = Form {
            r#type: "about:blank",
            title,
            status: status.as_u16(),
            detail: &self.detail,
            code: self.code,
            retry_after_ms,
            current,
        };
        let body = serde_json::to_vec(&form).expect("a problem has only texts and numbers");
        let mut response = (status, body).into_response();
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if let Some(ms) = retry_after_ms {
            headers.insert(RETRY_AFTER, HeaderValue::from(ms.div_ceil(1_000)));
        }
        if matches!(self.more, More::Challenge) {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::to_bytes;

    async fn check(problem: Problem, status: u16, code: &str) -> serde_json::Value {
        let response = problem.into_response();
        assert_eq!(response.status().as_u16(), status, "{code}");
        assert_eq!(response.headers()["content-type"], "application/problem+json");
        let body = to_bytes(response.into_body(), 10_000).await.expect("a body");
        let json: serde_json::Value = serde_json::from_slice(&body).expect("JSON");
        assert_eq!(json["code"], code);
        assert_eq!(json["status"], status);
        assert_eq!(json["type"], "about:blank");
        json
    }

    #[tokio::test]
    async fn every_refusal_of_the_hub_has_its_status() {
        let of = |error| Problem::of_hub(ShopId::from_random(1), error);
        let rejected = |rejection| of(HubError::Rejected(rejection));
        check(rejected(Rejection::UnknownOrder), 404, "unknown_order").await;
        check(rejected(Rejection::CodeTaken), 409, "code_taken").await;
        check(rejected(Rejection::KeyReused), 422, "key_reused").await;
        check(rejected(Rejection::BadTerms("step")), 422, "bad_terms").await;
        check(rejected(Rejection::Limit("too_many_offers")), 422, "too_many_offers").await;
        check(rejected(Rejection::SessionArchived), 410, "session_archived").await;
        check(rejected(Rejection::UnknownItem), 404, "unknown_item").await;
        check(rejected(Rejection::UnknownReview), 404, "unknown_review").await;
        check(rejected(Rejection::BeingCancelled), 409, "being_cancelled").await;
        check(rejected(Rejection::NothingToUndo), 409, "nothing_to_undo").await;
        let long = check(rejected(Rejection::Limit("undo_too_long")), 422, "undo_too_long").await;
        assert!(long["detail"].as_str().is_some_and(|detail| detail.contains("60 seconds")));
        check(of(HubError::DiskLow), 507, "disk_low").await;
        check(of(HubError::Quarantined), 503, "shop_quarantined").await;
        check(of(HubError::UnknownShop), 404, "unknown_session").await;
    }

    #[tokio::test]
    async fn who_is_told_to_come_again_is_told_when() {
        let error = HubError::Busy { retry_after_ms: 1_200 };
        let busy = || Problem::of_hub(ShopId::from_random(1), error.clone());
        assert_eq!(busy().into_response().headers()["retry-after"], "2");
        assert_eq!(check(busy(), 429, "busy").await["retry_after_ms"], 1_200);
    }

    #[test]
    fn each_code_stands_once() {
        for (at, (code, _, _)) in CODES.iter().enumerate() {
            assert!(CODES[..at].iter().all(|(other, _, _)| other != code), "{code} stands twice");
        }
    }
}
