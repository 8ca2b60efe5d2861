//! The viewer's pages, written out by the server: what is on sale, and one order.

use crate::assets::{Entry, entry};
use crate::contact::{Deliver, DeliverTemplate};
use crate::format::{decimal, moment, money, quantity};
use crate::page::{Page, Shell};
use crate::told::Told;
use crate::words::Lang;
use askama::Template;
use domain::order::OrderLineView;
use domain::rules::Settle;
use domain::{
    Code, OfferState, OrderState, OrderView, Salutation, SessionState, SessionView, Timestamp,
};
use std::collections::BTreeMap;
use std::sync::Arc;

/// A session as one viewer finds it.
pub struct Sale<'a> {
    /// In which language.
    pub lang: Lang,
    /// The shop's name.
    pub shop: &'a str,
    /// How it addresses its buyers.
    pub salutation: Salutation,
    /// True if nothing of it is real.
    pub practice: bool,
    /// The session.
    pub view: &'a SessionView,
    /// Where the small photos of its offers are, of those that show one.
    pub thumbs: &'a BTreeMap<Code, String>,
    /// Under which key the next order of this page counts: the same form sent twice is one order.
    pub key: &'a str,
    /// What makes the next order this buyer's.
    pub buyer_token: &'a str,
    /// What the buyer last called themselves.
    pub name: &'a str,
    /// A comment that orders something, by the codes in force.
    pub example: &'a str,
    /// The buyer's open orders, with their addresses.
    pub orders: &'a [(String, OrderView)],
    /// What became of what they just tried.
    pub told: Option<Told>,
}

/// One order as its buyer sees it.
pub struct OrderPage<'a> {
    /// In which language.
    pub lang: Lang,
    /// The shop's name.
    pub shop: &'a str,
    /// How it addresses its buyers.
    pub salutation: Salutation,
    /// True if nothing of it is real.
    pub practice: bool,
    /// Its session.
    pub view: &'a SessionView,
    /// The order.
    pub order: &'a OrderView,
    /// `order.capability`, as in the page's own address.
    pub address: &'a str,
    /// Under which key the next act counts.
    pub key: &'a str,
    /// Where it goes.
    pub deliver: Deliver<'a>,
    /// Why the last act was refused.
    pub told: Option<Told>,
    /// The server's clock.
    pub now: Timestamp,
}

#[derive(Template)]
#[template(path = "viewer.html")]
struct ViewerTemplate<'a> {
    lang: Lang,
    title: &'a str,
    entry: &'static Entry,
    session: String,
    shop_id: String,
    shop: &'a str,
    practice: bool,
    state: &'static str,
    state_words: &'static str,
    state_chip: &'static str,
    settle: &'static str,
    complaint: Option<&'static str>,
    offers: Vec<Offer<'a>>,
    takes_words: bool,
    example: &'a str,
    key: &'a str,
    buyer_token: &'a str,
    name: &'a str,
    orders: Vec<Own<'a>>,
}

struct Own<'a> {
    id: String,
    state: &'static str,
    address: &'a str,
    words: String,
}

struct Offer<'a> {
    code: &'a str,
    name: &'a str,
    thumb: Option<&'a str>,
    unit: &'a str,
    unit_code: &'a str,
    price: String,
    left: String,
    left_value: String,
    is_left: bool,
    open: bool,
    takes: bool,
    step: String,
    axes: &'a [Vec<Arc<str>>],
}

#[derive(Template)]
#[template(path = "order.html")]
struct OrderTemplate<'a> {
    lang: Lang,
    title: &'a str,
    entry: &'static Entry,
    session: String,
    shop: &'a str,
    practice: bool,
    order: String,
    number: String,
    state: &'static str,
    state_words: &'static str,
    state_chip: &'static str,
    complaint: Option<&'static str>,
    lines: Vec<Line<'a>>,
    fee: Option<String>,
    total: String,
    next_step: String,
    until: Option<u64>,
    acts: Vec<Act>,
    contact: DeliverTemplate<'a>,
    now: u64,
    address: &'a str,
    key: &'a str,
}

struct Line<'a> {
    code: &'a str,
    name: &'a str,
    quantity: String,
    sum: String,
    place: Option<String>,
}

struct Act {
    what: &'static str,
    words: &'static str,
}

/// What is on sale.
pub fn sale(sale: &Sale<'_>) -> Page {
    let (lang, view) = (sale.lang, sale.view);
    let is_live = view.state == SessionState::Live;
    let (pinned, others): (Vec<_>, Vec<_>) = view.offers.iter().partition(|offer| offer.pinned);
    let offers = pinned.into_iter().chain(others);
    let (state_words, state_chip) = state_of(view.state, lang);
    let template = ViewerTemplate {
        lang,
        title: &view.title,
        entry: entry(Shell::Viewer.source(lang)),
        session: view.session.public(view.shop),
        shop_id: view.shop.to_string(),
        shop: sale.shop,
        practice: sale.practice,
        state: view.state.as_str(),
        state_words,
        state_chip,
        settle: settle_word(view.rules.settle),
        complaint: sale.told.map(|told| told.words(lang)),
        offers: offers.map(|offer| offer_of(offer, sale, is_live)).collect(),
        takes_words: is_live && !view.offers.is_empty(),
        example: sale.example,
        key: sale.key,
        buyer_token: sale.buyer_token,
        name: sale.name,
        orders: sale.orders.iter().map(|own| own_of(own, view, lang)).collect(),
    };
    Page::for_buyers(&template, sale.salutation)
}

/// One order.
pub fn order(page: &OrderPage<'_>) -> Page {
    let (lang, order, view) = (page.lang, page.order, page.view);
    let (state_words, state_chip) = standing(order, lang);
    let public = order.order.public(view.shop);
    let session = view.session.public(view.shop);
    let template = OrderTemplate {
        lang,
        title: lang.pick("Đơn của ‹bạn›", "Your order"),
        entry: entry(Shell::Order.source(lang)),
        session: session.clone(),
        shop: page.shop,
        practice: page.practice,
        number: format!("#{}", order.order.0),
        order: public,
        state: order.state.as_str(),
        state_words,
        state_chip,
        complaint: page.told.map(|told| told.words(lang)),
        lines: order.lines.iter().map(|line| line_of(line, view, lang)).collect(),
        fee: order.delivery_fee.map(|fee| money(fee, lang)),
        total: money(order.total, lang),
        next_step: next_step(order, view, lang),
        until: order.hold_until.filter(|_| order.state.is_open()).map(|until| until.0),
        now: page.now.0,
        acts: acts(order, lang),
        contact: DeliverTemplate::new(page.deliver, page.shop, (page.address, &session), lang),
        address: page.address,
        key: page.key,
    };
    Page::for_buyers(&template, page.salutation)
}

fn offer_of<'a>(offer: &'a OfferState, sale: &Sale<'a>, is_live: bool) -> Offer<'a> {
    let lang = sale.lang;
    Offer {
        code: offer.terms.code.as_str(),
        name: &offer.terms.name,
        thumb: sale.thumbs.get(&offer.terms.code).map(String::as_str),
        unit: unit_words(&offer.terms.unit, lang),
        unit_code: &offer.terms.unit,
        price: money(offer.terms.price, lang),
        left: decimal(offer.left, lang),
        left_value: offer.left.to_string(),
        is_left: !offer.left.is_zero(),
        open: offer.open,
        takes: is_live && offer.open,
        step: offer.terms.step.to_string(),
        axes: &offer.terms.axes,
    }
}

const fn settle_word(settle: Settle) -> &'static str {
    match settle {
        Settle::Cod => "cod",
        Settle::Prepay => "prepay",
    }
}

fn unit_words(unit: &str, lang: Lang) -> &str {
    if unit == "piece" { lang.pick("cái", "piece") } else { unit }
}

fn line_of<'a>(view: &'a OrderLineView, session: &'a SessionView, lang: Lang) -> Line<'a> {
    let line = &view.line;
    let offer = session.offers.iter().find(|offer| offer.terms.code == line.code);
    let (name, unit) = offer.map_or(("", ""), |offer| (&*offer.terms.name, &*offer.terms.unit));
    let place = view.position_in_line.map(|place| {
        let waits = quantity(line.waitlisted, unit, lang);
        match lang {
            Lang::Vi => format!("{waits} trong danh sách chờ, vị trí {place}"),
            Lang::En => format!("{waits} in the waitlist, no. {place}"),
        }
    });
    Line {
        code: line.code.as_str(),
        name,
        quantity: quantity(line.held, unit, lang),
        sum: line.price.times(line.held).map_or_else(String::new, |sum| money(sum, lang)),
        place,
    }
}

fn own_of<'a>(own: &'a (String, OrderView), view: &SessionView, lang: Lang) -> Own<'a> {
    let (address, order) = own;
    let (words, _) = standing(order, lang);
    Own {
        id: order.order.public(view.shop),
        state: order.state.as_str(),
        address,
        words: format!("#{} · {} · {words}", order.order.0, money(order.total, lang)),
    }
}

fn state_of(state: SessionState, lang: Lang) -> (&'static str, &'static str) {
    match state {
        SessionState::Draft => (lang.pick("Chưa bắt đầu", "Not started"), "info"),
        SessionState::Live => (lang.pick("Đang nhận đơn", "Taking orders"), "ok"),
        SessionState::Paused => (lang.pick("Tạm dừng nhận đơn", "Paused"), "warn"),
        SessionState::Ended | SessionState::Archived => {
            (lang.pick("Phiên đã kết thúc. Xem đơn của ‹bạn›.", "Ended. See your orders."), "info")
        }
    }
}

/// Where an order stands; one that only waits has nothing held yet.
fn standing(order: &OrderView, lang: Lang) -> (&'static str, &'static str) {
    let waits = order.lines.iter().all(|view| view.line.held.is_zero());
    match order.state {
        OrderState::Held if waits => (lang.pick("Trong danh sách chờ", "In the waitlist"), "info"),
        OrderState::Held => (lang.pick("Đã giữ hàng cho ‹bạn›", "Held for you"), "ok"),
        OrderState::Confirmed => (lang.pick("Đã xác nhận", "Confirmed"), "ok"),
        OrderState::Paid => (lang.pick("Đã thanh toán", "Paid"), "ok"),
        OrderState::Cancelled => (lang.pick("Đã huỷ", "Cancelled"), "warn"),
        OrderState::Expired => (lang.pick("Hết thời gian giữ", "The hold expired"), "warn"),
    }
}

fn next_step(order: &OrderView, view: &SessionView, lang: Lang) -> String {
    if let Some(until) = order.undo_until {
        return match lang {
            Lang::Vi => format!("Đang huỷ. Còn lấy lại được đến {}.", moment(until)),
            Lang::En => format!("Being cancelled. You can take it back until {}.", moment(until)),
        };
    }
    let cod = view.rules.settle == Settle::Cod;
    match (order.state, order.hold_until) {
        (OrderState::Held, _) if order.lines.iter().all(|view| view.line.held.is_zero()) => {
            let vi = "Có hàng là giữ cho ‹bạn› ngay, theo thứ tự.";
            lang.pick(vi, "You get it in turn, as soon as there is stock.").to_owned()
        }
        (OrderState::Held, _) if cod => lang
            .pick("Đã chốt. ‹Bạn› trả tiền khi nhận hàng.", "Ordered. Pay on delivery.")
            .to_owned(),
        (OrderState::Held, Some(until)) => match lang {
            Lang::Vi => format!("Thanh toán trước {}.", moment(until)),
            Lang::En => format!("Pay before {}.", moment(until)),
        },
        (OrderState::Expired, _) => lang
            .pick(
                "Hết thời gian giữ hàng. Còn hàng thì chốt lại được.",
                "Hold expired. You can order again if stock is left.",
            )
            .to_owned(),
        (OrderState::Held, None)
        | (OrderState::Confirmed | OrderState::Paid | OrderState::Cancelled, _) => String::new(),
    }
}

fn acts(order: &OrderView, lang: Lang) -> Vec<Act> {
    if order.undo_until.is_some() {
        let words = lang.pick("Lấy lại đơn", "Take it back");
        return vec![Act { what: "undo", words }];
    }
    if !order.state.is_open() {
        return Vec::new();
    }
    let mut acts = Vec::new();
    if order.hold_until.is_some() {
        let words = lang.pick("Xin thêm thời gian", "Ask for more time");
        acts.push(Act { what: "extend", words });
    }
    acts.push(Act { what: "cancel", words: lang.pick("Huỷ đơn", "Cancel order") });
    acts
}
