//! In by a link: an owner sets a shop up, somebody joins one, somebody serves the installation.

use super::{Asked, CONSOLE, Instead, Knock, Typed};
use crate::auth;
use crate::body::Sent;
use crate::people::failed;
use accounts::{NewShop, Opens, PersonError, SetUpError, SignedIn};
use axum::extract::Query;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use screens::{Entrance, Refused};
use std::sync::Arc;

/// What a form asks for that comes from somebody who is signed in here already.
const KNOWN: &str = "known";

/// `GET /setup?link=`
pub(crate) async fn show(knock: Knock, Query(asked): Query<Asked>) -> Result<Response, Instead> {
    let link = asked.link.unwrap_or_default();
    let opens = knock.shared.doors.accounts.look_at_link(&link, knock.now());
    Ok(match opens.filter(|opens| opens.makes_people()) {
        Some(opens) => knock.entrance(StatusCode::OK, opens, &link, ("", ""), None),
        None => knock.page(StatusCode::GONE, knock.visit.used_link()),
    })
}

/// `POST /setup`
pub(crate) async fn enter(knock: Knock, Sent(typed): Sent<Typed>) -> Result<Response, Instead> {
    let now = knock.now();
    let accounts = knock.shared.doors.accounts.clone();
    let Some(opens) = accounts.look_at_link(&typed.link, now).filter(|o| o.makes_people()) else {
        return Ok(knock.page(StatusCode::GONE, knock.visit.used_link()));
    };
    let known = auth::signed_in(&knock.shared, &knock.headers).filter(|_| typed.come == KNOWN);
    let from = (knock.from.clone(), now);
    let come_in = move || {
        let done = match known {
            Some(who) => accounts.join(&typed.link, &typed.shop, &who, now).map(|new| (new, None)),
            None => {
                let who = (typed.name.as_str(), typed.password.as_str());
                let done = accounts.set_up(&typed.link, &typed.shop, who, from);
                done.map(|(new, sign_in)| (new, Some(sign_in)))
            }
        };
        (typed, done)
    };
    let (typed, done) = knock.shared.passwords.take_turn(come_in).await?;
    let refused = match done {
        Ok((new, sign_in)) => {
            knock.announce(new);
            return match sign_in {
                Some(sign_in) => knock.signed_in(sign_in, CONSOLE).await,
                None => Ok(Redirect::to(CONSOLE).into_response()),
            };
        }
        Err(error) => refusal(&error)?,
    };
    let Some(refused) = refused else {
        return Ok(knock.page(StatusCode::GONE, knock.visit.used_link()));
    };
    let written = (typed.shop.as_str(), typed.name.as_str());
    let status = StatusCode::UNPROCESSABLE_ENTITY;
    Ok(knock.entrance(status, opens, &typed.link, written, Some(refused)))
}

/// What is said on the page; none where the link opens nothing any more.
fn refusal(error: &SetUpError) -> Result<Option<Refused>, Instead> {
    Ok(Some(match error {
        SetUpError::Link => return Ok(None),
        SetUpError::Person(PersonError::NameTaken) => Refused::NameTaken,
        SetUpError::Person(PersonError::Password) => Refused::Password,
        SetUpError::Person(PersonError::AlreadyHere) => Refused::AlreadyHere,
        SetUpError::Person(PersonError::TooMany | PersonError::TooManyShops) => Refused::Full,
        SetUpError::Person(PersonError::Name(_)) | SetUpError::Shop(_) => Refused::Name,
        SetUpError::Accounts(error) => return Err(failed(error).into()),
    }))
}

impl Knock {
    fn entrance(
        &self,
        status: StatusCode,
        opens: Opens,
        link: &str,
        typed: (&str, &str),
        refused: Option<Refused>,
    ) -> Response {
        let accounts = &self.shared.doors.accounts;
        let name = |shop| accounts.shop_name(shop).unwrap_or_default();
        let shop: Arc<str> = match opens {
            Opens::SetUp(Some(shop)) | Opens::Join(shop, _) => name(shop),
            Opens::SetUp(None)
            | Opens::SetUpHelped(_)
            | Opens::Serve(_)
            | Opens::HandOver(_)
            | Opens::Show(_) => "".into(),
        };
        let entrance = match opens {
            Opens::Join(_, role) => Entrance::Join { shop: &shop, role: role.as_str() },
            Opens::Serve(duty) => Entrance::Serve(duty.as_str()),
            Opens::SetUp(Some(_)) => Entrance::Own(&shop),
            Opens::SetUp(None) | Opens::SetUpHelped(_) | Opens::HandOver(_) | Opens::Show(_) => {
                Entrance::Open
            }
        };
        let known: Option<SignedIn> = auth::signed_in(&self.shared, &self.headers);
        let known = known.as_ref().map(|known| &*known.person.name);
        self.page(status, self.visit.set_up(entrance, link, typed, (known, refused)))
    }

    /// A shop that was just set up is served from now on.
    fn announce(&self, new: Option<NewShop>) {
        if let Some(new) = new {
            self.shared.hub().add_shop(new.shop);
            tracing::info!(shop = %new.shop, "a shop was set up");
        }
    }
}
