//! The helper's side: shops to begin, shops that were begun, counts of them and nothing else.

use super::{assisting, door, of_crew};
use crate::body;
use crate::call;
use crate::doors::Shared;
use crate::gate::Visitor;
use crate::problem::Problem;
use accounts::{Duty, Opens, Role};
use axum::extract::{Path, Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use domain::limits::INVITE_MS_MAX;
use domain::{SessionState, ShopId};
use proto::live;

/// `POST /v1/helped`: a link by which a neighbour opens a shop of their own.
pub(crate) async fn invite_shop(
    State(shared): State<Shared>,
    visitor: Visitor,
) -> Result<Response, Problem> {
    let opens = Opens::SetUpHelped(visitor.who.person.id);
    door(&shared, opens, "/setup", "", INVITE_MS_MAX)
}

/// `POST /v1/helpers`: a link by which somebody helps, or runs this installation too.
pub(crate) async fn serve(
    State(shared): State<Shared>,
    _: Visitor,
    request: Request,
) -> Result<Response, Problem> {
    let form: live::Invite = body::json(&body::whole(request, &shared).await?)?;
    let duty = match Duty::parse(&form.role) {
        Some(duty @ (Duty::Helper | Duty::Operator)) => duty,
        Some(Duty::None) | None => {
            return Err(Problem::new("bad_role", "`role` is helper or operator."));
        }
    };
    door(&shared, Opens::Serve(duty), "/setup", "", INVITE_MS_MAX)
}

/// `GET /v1/helped`
pub(crate) async fn list(
    State(shared): State<Shared>,
    visitor: Visitor,
) -> Result<Response, Problem> {
    let of_them = shared.doors.accounts.shops_of(visitor.who.person.id);
    let mut shops = Vec::new();
    for (shop, _) in of_them.into_iter().filter(|(_, role)| *role == Role::Helper) {
        shops.push(counted(&shared, &visitor, shop).await?);
    }
    Ok(call::message(StatusCode::OK, &live::HelpedShops { shops }))
}

/// `POST /v1/helped/{shop}/assist`: asks the owner.
pub(crate) async fn ask(
    State(shared): State<Shared>,
    visitor: Visitor,
    Path(shop): Path<String>,
) -> Result<Response, Problem> {
    let (shop, who) = (helped_shop(&shop)?, &visitor.who.person);
    let now = shared.doors.clock.wall();
    let asked = shared.doors.accounts.ask_to_assist(shop, who.id, now);
    let asked = asked.map_err(|error| of_crew(&error))?;
    let told = assisting(who.id, &who.name, asked);
    let told = told.ok_or_else(|| Problem::new("internal", "Try again."))?;
    Ok(call::message(StatusCode::OK, &told))
}

/// `DELETE /v1/helped/{shop}/assist`: leaves.
pub(crate) async fn withdraw(
    State(shared): State<Shared>,
    visitor: Visitor,
    Path(shop): Path<String>,
) -> Result<Response, Problem> {
    shared.doors.accounts.end_assist(helped_shop(&shop)?, visitor.who.person.id);
    Ok(StatusCode::NO_CONTENT.into_response())
}

async fn counted(
    shared: &Shared,
    visitor: &Visitor,
    shop: ShopId,
) -> Result<live::HelpedShop, Problem> {
    let (accounts, who) = (&shared.doors.accounts, &visitor.who.person);
    let sessions = shared.hub().sessions(shop);
    let orders = shared.hub().order_counts(shop).await;
    let orders = orders.map_err(|error| Problem::of_hub(shop, error))?;
    let live = sessions.iter().filter(|session| session.state == SessionState::Live);
    let assist = accounts.assist(shop, who.id, shared.doors.clock.wall());
    let count = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    Ok(live::HelpedShop {
        shop: shop.to_string(),
        name: accounts.shop_name(shop).unwrap_or_default().to_string(),
        sessions: count(sessions.len()),
        sessions_live: count(live.count()),
        offers: count(sessions.iter().map(|session| session.offers.len()).sum()),
        orders: count(orders.values().sum()),
        assist: assisting(who.id, &who.name, assist),
    })
}

fn helped_shop(text: &str) -> Result<ShopId, Problem> {
    let detail = "You help no shop with this id: GET /v1/helped lists yours.";
    ShopId::parse(text).ok_or_else(|| Problem::new("unknown_shop", detail))
}
