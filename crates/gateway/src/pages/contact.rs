//! `/o/{order}.{capability}/contact`: where an order goes, as its buyer types it.

use super::lang;
use super::order::{Shown, at_rest, opened, shown};
use crate::auth;
use crate::body::Sent;
use crate::called::on_a_screen;
use crate::doors::Shared;
use crate::problem::Problem;
use crate::serve::Peer;
use crate::viewer::counted;
use axum::Extension;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use domain::contact::{Address, ContactName, PhoneNumber, Purpose};
use domain::{Consent, Contact, OrderState, OrderView, ShopId, Timestamp};
use screens::{CONSENT_VERSION, ContactForm, ContactWrong, Deliver, Told};
use serde::Deserialize;

/// What the form brings.
#[derive(Deserialize)]
pub(crate) struct Typed {
    #[serde(default)]
    name: String,
    #[serde(default)]
    phone: String,
    #[serde(default)]
    address: String,
    /// The version of the sentence whose box is ticked.
    #[serde(default)]
    consent: String,
}

/// `GET /o/{order}.{capability}/contact`: the order's page with the form, also where a contact is
/// kept already.
pub(crate) async fn change(
    State(shared): State<Shared>,
    peer: Option<Extension<Peer>>,
    Path(address): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    counted(&shared, peer.as_deref())?;
    let (shop, order) = opened(&shared, &address).await?;
    let page = Shown { shop, order: &order, address: &address, lang: lang(&headers) };
    if !is_going(&shared, shop, &order) {
        return at_rest(&shared, &page, StatusCode::OK, None);
    }
    let called = on_a_screen(shared.hub(), shop, order.buyer).unwrap_or_default();
    shown(&shared, &page, StatusCode::OK, empty_form(&called), None)
}

/// `POST /o/{order}.{capability}/contact`
pub(crate) async fn keep(
    State(shared): State<Shared>,
    peer: Option<Extension<Peer>>,
    Path(address): Path<String>,
    headers: HeaderMap,
    Sent(typed): Sent<Typed>,
) -> Result<Response, Problem> {
    counted(&shared, peer.as_deref())?;
    auth::origin(&headers, &[])?;
    let (shop, order) = opened(&shared, &address).await?;
    let page = Shown { shop, order: &order, address: &address, lang: lang(&headers) };
    if !is_going(&shared, shop, &order) {
        return at_rest(&shared, &page, StatusCode::CONFLICT, Some(Told::Refused));
    }
    let contact = match typed.read(shared.doors.clock.wall()) {
        Ok(contact) => contact,
        Err(wrong) => {
            let form = Deliver::Form(typed.form(wrong));
            return shown(&shared, &page, StatusCode::UNPROCESSABLE_ENTITY, form, None);
        }
    };
    match shared.hub().keep_contact(shop, order.buyer, &contact).await {
        Ok(()) => Ok(Redirect::to(&format!("/o/{address}")).into_response()),
        Err(error) => {
            tracing::debug!(%shop, code = error.code(), "a contact was not kept");
            let form = Deliver::Form(typed.form(ContactWrong::default()));
            let told = Some(Told::NotKept);
            shown(&shared, &page, StatusCode::SERVICE_UNAVAILABLE, form, told)
        }
    }
}

/// What an order's page shows while nobody changes it.
pub(super) fn deliver<'a>(
    is_going: bool,
    contact: Option<&'a Contact>,
    called: &'a str,
) -> Deliver<'a> {
    match contact {
        Some(contact) => Deliver::Kept { contact, changes: is_going },
        None if is_going => empty_form(called),
        None => Deliver::Nowhere,
    }
}

/// What is kept is not written into it: whoever finds the page open reads nothing.
fn empty_form(called: &str) -> Deliver<'_> {
    Deliver::Form(ContactForm { name: called, ..ContactForm::default() })
}

/// A buyer's contact.
pub(super) fn kept(
    shared: &Shared,
    shop: ShopId,
    order: &OrderView,
) -> Result<Option<Contact>, Problem> {
    let kept = shared.hub().contact(shop, order.buyer);
    kept.map_err(|error| Problem::of_hub(shop, error))
}

/// True while there is something to deliver, to somebody who is still known.
pub(super) fn is_going(shared: &Shared, shop: ShopId, order: &OrderView) -> bool {
    match order.state {
        OrderState::Held | OrderState::Confirmed | OrderState::Paid => {
            !shared.hub().is_erased(shop, order.buyer).unwrap_or(false)
        }
        OrderState::Cancelled | OrderState::Expired => false,
    }
}

impl Typed {
    /// The contact, or what is wrong with each field.
    fn read(&self, at: Timestamp) -> Result<Contact, ContactWrong> {
        let name = ContactName::parse(&self.name);
        let phone = PhoneNumber::parse(&self.phone);
        let address = Address::parse(&self.address);
        let agreed = self.agreed();
        match (name, phone, address) {
            (Ok(name), Ok(phone), Ok(address)) if agreed => {
                let consent = Consent { purpose: Purpose::Delivery, version: CONSENT_VERSION, at };
                Ok(Contact { name, phone, address, consent })
            }
            (name, phone, address) => Err(ContactWrong {
                name: name.err(),
                phone: phone.err(),
                address: address.err(),
                consent: !agreed,
            }),
        }
    }

    /// Only to the sentence that is in force: another one must be read first.
    fn agreed(&self) -> bool {
        self.consent == CONSENT_VERSION.to_string()
    }

    fn form(&self, wrong: ContactWrong) -> ContactForm<'_> {
        let (name, phone, address) = (&self.name, &self.phone, &self.address);
        ContactForm { name, phone, address, agreed: self.agreed(), wrong }
    }
}
