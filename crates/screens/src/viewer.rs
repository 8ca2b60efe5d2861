//! The viewer's pages, written out by the server: what is on sale, and one order.

use crate::assets::{Entry, entry};
use crate::format::{decimal, moment, money, quantity};
use crate::page::{Page, Shell};
use crate::words::Lang;
use askama::Template;
use domain::order::OrderLineView;
use domain::rules::Settle;
use domain::{Code, OfferState, OrderState, OrderView, SessionState, SessionView};
use std::collections::BTreeMap;
use std::sync::Arc;

/// A session as one viewer finds it.
pub struct Sale<'a> {
    /// In which language.
    pub lang: Lang,
    /// The shop's name.
    pub shop: &'a str,
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

/// What a viewer is told of a try that made no order.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Told {
    /// Nothing is left, and nobody may wait.
    SoldOut,
    /// More than one buyer may have.
    OverLimit,
    /// Not a whole number of steps, or none.
    BadQuantity,
    /// No orders are taken now.
    NotLive,
    /// The offer is closed, or the code is none.
    NoSuchOffer,
    /// A person will look at it.
    Review,
    /// It was heard, and it is no order.
    Noted,
    /// The name cannot be one.
    BadName,
    /// The server is too busy.
    Busy,
    /// Anything else that was refused.
    Refused,
}

/// One order as its buyer sees it.
pub struct OrderPage<'a> {
    /// In which language.
    pub lang: Lang,
    /// The shop's name.
    pub shop: &'a str,
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
    /// Why the last act was refused.
    pub told: Option<Told>,
}

#[derive(Template)]
#[template(path = "viewer.html")]
struct ViewerTemplate<'a> {
    lang: Lang,
    title: &'a str,
    entry: &'static Entry,
    session: String,
    shop: &'a str,
    practice: bool,
    state_words: &'static str,
    state_chip: &'static str,
    complaint: Option<&'static str>,
    offers: Vec<Offer<'a>>,
    takes_words: bool,
    example: &'a str,
    key: &'a str,
    buyer_token: &'a str,
    name: &'a str,
    orders: Vec<(&'a str, String)>,
}

struct Offer<'a> {
    code: &'a str,
    name: &'a str,
    thumb: Option<&'a str>,
    unit: &'a str,
    price: String,
    left: String,
    left_value: String,
    is_left: bool,
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
    acts: Vec<Act>,
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
    Page::of(&ViewerTemplate {
        lang,
        title: &view.title,
        entry: entry(Shell::Viewer.source()),
        session: view.session.public(view.shop),
        shop: sale.shop,
        practice: sale.practice,
        state_words,
        state_chip,
        complaint: sale.told.map(|told| told.words(lang)),
        offers: offers.map(|offer| offer_of(offer, sale, is_live)).collect(),
        takes_words: is_live && !view.offers.is_empty(),
        example: sale.example,
        key: sale.key,
        buyer_token: sale.buyer_token,
        name: sale.name,
        orders: sale.orders.iter().map(|(address, order)| link_of(address, order, lang)).collect(),
    })
}

/// One order.
pub fn order(page: &OrderPage<'_>) -> Page {
    let (lang, order, view) = (page.lang, page.order, page.view);
    let (state_words, state_chip) = standing(order, lang);
    let public = order.order.public(view.shop);
    Page::of(&OrderTemplate {
        lang,
        title: lang.pick("Đơn của bạn", "Your order"),
        entry: entry(Shell::Viewer.source()),
        session: view.session.public(view.shop),
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
        acts: acts(order, lang),
        address: page.address,
        key: page.key,
    })
}

fn offer_of<'a>(offer: &'a OfferState, sale: &Sale<'a>, is_live: bool) -> Offer<'a> {
    let lang = sale.lang;
    Offer {
        code: offer.terms.code.as_str(),
        name: &offer.terms.name,
        thumb: sale.thumbs.get(&offer.terms.code).map(String::as_str),
        unit: unit_words(&offer.terms.unit, lang),
        price: money(offer.terms.price, lang),
        left: decimal(offer.left, lang),
        left_value: offer.left.to_string(),
        is_left: !offer.left.is_zero(),
        takes: is_live && offer.open && offer.terms.axes.len() <= 1,
        step: offer.terms.step.to_string(),
        axes: &offer.terms.axes,
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

fn link_of<'a>(address: &'a str, order: &OrderView, lang: Lang) -> (&'a str, String) {
    let (words, _) = standing(order, lang);
    (address, format!("#{} · {} · {words}", order.order.0, money(order.total, lang)))
}

fn state_of(state: SessionState, lang: Lang) -> (&'static str, &'static str) {
    match state {
        SessionState::Draft => (lang.pick("Chưa bắt đầu", "Not started"), "info"),
        SessionState::Live => (lang.pick("Đang nhận đơn", "Taking orders"), "ok"),
        SessionState::Paused => (lang.pick("Tạm dừng nhận đơn", "Paused"), "warn"),
        SessionState::Ended | SessionState::Archived => {
            (lang.pick("Phiên đã kết thúc. Xem đơn của bạn.", "Ended. See your orders."), "info")
        }
    }
}

/// Where an order stands; one that only waits has nothing held yet.
fn standing(order: &OrderView, lang: Lang) -> (&'static str, &'static str) {
    let waits = order.lines.iter().all(|view| view.line.held.is_zero());
    match order.state {
        OrderState::Held if waits => (lang.pick("Trong danh sách chờ", "In the waitlist"), "info"),
        OrderState::Held => (lang.pick("Đã giữ hàng cho bạn", "Held for you"), "ok"),
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
            let vi = "Có hàng là giữ cho bạn ngay, theo thứ tự.";
            lang.pick(vi, "You get it in turn, as soon as there is stock.").to_owned()
        }
        (OrderState::Held, _) if cod => lang
            .pick("Đã chốt. Bạn trả tiền khi nhận hàng.", "Ordered. Pay on delivery.")
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

impl Told {
    fn words(self, lang: Lang) -> &'static str {
        match self {
            Self::SoldOut => lang.pick("Hết hàng.", "Sold out."),
            Self::OverLimit => lang.pick(
                "Nhiều hơn mức mỗi người được mua. Chọn số lượng nhỏ hơn.",
                "More than one buyer may have. Choose a smaller quantity.",
            ),
            Self::BadQuantity => lang.pick(
                "Số lượng này không đặt được. Xem đơn vị và bước bán.",
                "This quantity cannot be ordered. Look at the unit and the step.",
            ),
            Self::NotLive => lang.pick(
                "Bây giờ chưa nhận đơn. Quay lại khi phiên đang bán.",
                "No orders are taken now. Come back while the sale is on.",
            ),
            Self::NoSuchOffer => {
                lang.pick("Mã này không còn bán.", "This code is not on sale any more.")
            }
            Self::Review => lang.pick(
                "Shop sẽ xem lại và trả lời bạn. Chưa giữ hàng.",
                "The shop will look at it. Nothing is held yet.",
            ),
            Self::Noted => lang.pick(
                "Đã nhận lời nhắn. Đây chưa phải là đơn.",
                "Your message was received. It is no order.",
            ),
            Self::BadName => lang.pick(
                "Viết tên của bạn, ngắn gọn, trên một dòng.",
                "Write your name, short and on one line.",
            ),
            Self::Busy => lang.pick(
                "Đông khách quá. Bấm lại sau vài giây: vẫn chỉ tính một đơn.",
                "Very busy. Press again in a few seconds: it still counts once.",
            ),
            Self::Refused => lang.pick("Không làm được việc này.", "That could not be done."),
        }
    }
}
