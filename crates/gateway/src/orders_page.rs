//! Pages of orders: from memory, or from the read model with `stored=true`.

use crate::call;
use crate::called;
use crate::doors::Shared;
use crate::gate::Caller;
use crate::problem::Problem;
use crate::wire::outgoing;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::limits::{ORDERS_PER_PAGE, ORDERS_PER_PAGE_MAX};
use domain::{OrderId, OrderView, Position, SessionId, ShopId};
use proto::live;
use serde::Deserialize;

/// What may be asked for.
#[derive(Deserialize)]
pub(crate) struct Asked {
    cursor: Option<String>,
    limit: Option<String>,
    stored: Option<String>,
}

/// `GET /v1/sessions/{s}/orders`
pub(crate) async fn orders(
    State(shared): State<Shared>,
    caller: Caller,
    query: Result<Query<Asked>, QueryRejection>,
) -> Result<Response, Problem> {
    let Query(asked) = query.map_err(|error| Problem::new("bad_query", error.body_text()))?;
    let limit = limit(asked.limit.as_deref())?;
    let after = asked.cursor.as_deref().map(read_cursor).transpose()?;
    let stored = match asked.stored.as_deref() {
        None | Some("false" | "0") => false,
        Some("true" | "1") => true,
        Some(_) => return Err(Problem::new("bad_query", "`stored` is true or false.")),
    };
    let (shop, session) = (caller.shop(), caller.session());
    let by = caller.principal.by;
    shared.known_session(shop, session)?;
    // One more than asked for tells whether there is another page.
    let (mut orders, as_of) = if stored {
        from_read_model(&shared, shop, session, after, limit + 1).await?
    } else {
        let read = shared.hub().orders(shop, session, after, limit + 1).await;
        read.map_err(|error| Problem::of_hub(shop, error))?
    };
    let more = orders.len() > limit;
    orders.truncate(limit);
    let last = orders.last().map(|order| order.order);
    let named = |order: &OrderView| {
        outgoing::order_of(shop, order, called::to(by, shared.hub(), shop, order.buyer))
    };
    let page = live::Orders {
        orders: orders.iter().map(named).collect(),
        next_cursor: last.filter(|_| more).map(write_cursor),
        as_of: Some(outgoing::position_of(as_of)),
    };
    Ok(call::message(StatusCode::OK, &page))
}

async fn from_read_model(
    shared: &Shared,
    shop: ShopId,
    session: SessionId,
    after: Option<OrderId>,
    limit: usize,
) -> Result<(Vec<OrderView>, Position), Problem> {
    let page = shared.doors.stored.orders(shop, session, after, limit).await;
    let detail = "Orders go on and nothing is lost; ask without stored=true for what is in memory.";
    let page = page.map_err(|_| Problem::retry("read_model_down", detail, 5_000))?;
    Ok((page.orders, page.as_of))
}

fn limit(asked: Option<&str>) -> Result<usize, Problem> {
    let Some(asked) = asked else {
        return Ok(ORDERS_PER_PAGE);
    };
    let limit = asked.parse().ok().filter(|limit| (1..=ORDERS_PER_PAGE_MAX).contains(limit));
    limit.ok_or_else(|| Problem::new("bad_limit", "`limit` is from 1 to 500."))
}

/// A cursor is the last order's number in a form that nobody is tempted to compute with.
fn write_cursor(after: OrderId) -> String {
    URL_SAFE_NO_PAD.encode(format!("after:{}", after.0))
}

fn read_cursor(text: &str) -> Result<OrderId, Problem> {
    let bytes = URL_SAFE_NO_PAD.decode(text).ok();
    let number = bytes
        .as_deref()
        .and_then(|bytes| str::from_utf8(bytes).ok())
        .and_then(|text| text.strip_prefix("after:")?.parse().ok());
    let detail = "Take `cursor` from `next_cursor` of the page before.";
    number.map(OrderId).ok_or_else(|| Problem::new("bad_cursor", detail))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_reads_back_as_itself_and_nothing_else_does() {
        let read = |text: &str| read_cursor(text).map_err(|problem| problem.code());
        assert_eq!(read(&write_cursor(OrderId(70_000))), Ok(OrderId(70_000)));
        for wrong in ["", "17", "%%", "YWZ0ZXI6eA"] {
            assert_eq!(read(wrong), Err("bad_cursor"), "{wrong}");
        }
    }

    #[test]
    fn a_page_has_one_to_five_hundred_orders() {
        let read = |text| limit(text).map_err(|problem| problem.code());
        assert_eq!(read(None), Ok(100));
        assert_eq!(read(Some("500")), Ok(500));
        for wrong in ["0", "501", "-1", "all"] {
            assert_eq!(read(Some(wrong)), Err("bad_limit"), "{wrong}");
        }
    }
}
