//! What is kept about buyers: one list, as a page that a grandmother can read and as a register
//! that an authority can.

use crate::assets::{Entry, entry};
use crate::page::{Page, Shell};
use crate::words::Lang;
use askama::Template;
use domain::Salutation;
use domain::limits::KEEP_DAYS;

/// The law that all this follows.
pub const LAW: &str = "91/2025/QH15";

/// For how long and where an installation keeps its buyers.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Keeping {
    /// Days after a buyer was last heard of.
    pub days: u32,
    /// True if orders, without names, lie in a Postgres database too.
    pub postgres: bool,
}

impl Default for Keeping {
    fn default() -> Self {
        Self { days: KEEP_DAYS, postgres: false }
    }
}

/// For whom the page is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Notice<'a> {
    /// In which language.
    pub lang: Lang,
    /// The shop whose buyers read it; empty for the installation's own page.
    pub shop: &'a str,
    /// How the shop addresses its buyers.
    pub salutation: Salutation,
    /// What is true of this installation.
    pub keeping: Keeping,
}

/// One kind of data that is kept.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Kept {
    /// A stable word for it.
    pub id: &'static str,
    what: Words,
    why: Words,
    place: Place,
    time: Time,
    who: Words,
    keeping: Keeping,
}

/// Vietnamese, English.
type Words = (&'static str, &'static str);

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Place {
    /// On the machine that runs the shop.
    Here,
    /// The same, and in Postgres where there is one.
    HereAndSql,
    /// With the buyer.
    Browser,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Time {
    /// Until so many days after the buyer was last heard of.
    Days,
    /// As long as the shop keeps books, of nobody once the buyer is forgotten.
    Books,
    /// So, in words.
    Said(Words),
}

const SHOP: Words = ("Người của shop", "The shop's people");

/// The list. Everything that is kept about a buyer stands here, once.
const LIST: [(&str, Words, Words, Place, Time, Words); 6] = [
    (
        "words",
        (
            "Lời ‹bạn› bình luận, tên và mã tài khoản của ‹bạn› trên TikTok, Facebook, Zalo hay \
             trang này",
            "What you write in comments, your name, and your account's id on TikTok, Facebook, \
             Zalo or this page",
        ),
        ("Để biết ai đặt gì và trả lời ‹bạn›", "To know who orders what, and to answer you"),
        Place::Here,
        Time::Days,
        SHOP,
    ),
    (
        "contact",
        (
            "Tên người nhận, số điện thoại, địa chỉ ‹bạn› tự điền ở trang đơn",
            "The name, phone number and address that you type on your order's page",
        ),
        (
            "Để giao hàng, và chỉ để giao hàng; chỉ khi ‹bạn› đã đánh dấu đồng ý",
            "To deliver, and for nothing else; only after you ticked that you agree",
        ),
        Place::Here,
        Time::Days,
        (
            "Người của shop và người giao hàng; mỗi lần xem đều được ghi lại",
            "The shop's people and the carrier; every look is written down",
        ),
    ),
    (
        "orders",
        (
            "Món hàng, số lượng, giá và giờ đặt",
            "What you ordered, how much, at what price and when",
        ),
        (
            "Để giữ hàng, giao hàng và làm sổ sách của shop",
            "To hold the goods, to deliver them, and for the shop's books",
        ),
        Place::HereAndSql,
        Time::Books,
        SHOP,
    ),
    (
        "ledger",
        (
            "Sổ ghi thứ tự các đơn: không có tên, không có lời nói, không có số điện thoại",
            "A book of the order in which orders came: no names, no words, no phone numbers",
        ),
        (
            "Để ai cũng kiểm tra được là không ai bị chen ngang",
            "So that anybody can check that nobody jumped the queue",
        ),
        Place::HereAndSql,
        Time::Books,
        ("Người của shop và ai được shop đưa sổ", "The shop's people and whom they give it to"),
    ),
    (
        "network",
        (
            "Một con số tính từ mạng ‹bạn› đang dùng, khi ‹bạn› đặt ở trang này; không tính ngược \
             ra địa chỉ được",
            "A number made from the network you use, when you order on this page; nobody can \
             compute the address back from it",
        ),
        ("Để một người không giữ hết hàng", "So that one person cannot hold everything"),
        Place::Here,
        Time::Books,
        ("Không ai", "Nobody"),
    ),
    (
        "browser",
        (
            "Một mã trong trình duyệt của ‹bạn›, để lần sau trang này nhận ra ‹bạn›",
            "A code in your own browser, so that this page knows you the next time",
        ),
        ("Để ‹bạn› thấy lại đơn của mình", "So that you find your orders again"),
        Place::Browser,
        Time::Said((
            "Một năm, hoặc tới khi ‹bạn› xoá trong trình duyệt",
            "A year, or until you delete it in your browser",
        )),
        ("Chỉ ‹bạn›", "Only you"),
    ),
];

/// Everything that an installation keeps about buyers.
pub fn kept(keeping: Keeping) -> Vec<Kept> {
    let of = |(id, what, why, place, time, who)| Kept { id, what, why, place, time, who, keeping };
    LIST.into_iter().map(of).collect()
}

impl Kept {
    /// What it is.
    pub fn what(&self, lang: Lang) -> String {
        pick(self.what, lang)
    }

    /// What it is for.
    pub fn why(&self, lang: Lang) -> String {
        pick(self.why, lang)
    }

    /// Where it lies.
    pub fn place(&self, lang: Lang) -> String {
        let words = match (self.place, self.keeping.postgres) {
            (Place::Here, _) | (Place::HereAndSql, false) => {
                ("Trên máy chạy shop này", "On the machine that runs this shop")
            }
            (Place::HereAndSql, true) => (
                "Trên máy chạy shop này và trong cơ sở dữ liệu Postgres của shop",
                "On the machine that runs this shop, and in its Postgres database",
            ),
            (Place::Browser, _) => ("Trong máy của ‹bạn›", "On your own device"),
        };
        pick(words, lang)
    }

    /// For how long.
    pub fn how_long(&self, lang: Lang) -> String {
        let days = self.keeping.days;
        match self.time {
            Time::Days => match lang {
                Lang::Vi => {
                    format!("{days} ngày kể từ lần cuối ‹bạn› liên lạc, hoặc tới khi ‹bạn› bảo xoá")
                }
                Lang::En => {
                    format!(
                        "{days} days after you were last in touch, or until you ask to erase it"
                    )
                }
            },
            Time::Books => pick(
                (
                    "Lâu như sổ sách của shop; khi ‹bạn› đã được xoá thì không còn biết là của ai",
                    "As long as the shop's books; once you are erased nobody knows whose it was",
                ),
                lang,
            ),
            Time::Said(words) => pick(words, lang),
        }
    }

    /// Who sees it.
    pub fn who(&self, lang: Lang) -> String {
        pick(self.who, lang)
    }
}

fn pick((vi, en): Words, lang: Lang) -> String {
    lang.pick(vi, en).to_owned()
}

#[derive(Template)]
#[template(path = "privacy.html")]
struct PrivacyTemplate<'a> {
    lang: Lang,
    title: &'static str,
    entry: &'static Entry,
    shop: &'a str,
    days: u32,
    law: &'static str,
    kept: Vec<Shown>,
}

struct Shown {
    id: &'static str,
    what: String,
    facts: [(&'static str, String); 4],
}

/// The page.
pub fn privacy(notice: &Notice<'_>) -> Page {
    let lang = notice.lang;
    let shown = |kept: Kept| Shown {
        id: kept.id,
        what: kept.what(lang),
        facts: [
            (lang.pick("Để làm gì", "What for"), kept.why(lang)),
            (lang.pick("Ở đâu", "Where"), kept.place(lang)),
            (lang.pick("Bao lâu", "How long"), kept.how_long(lang)),
            (lang.pick("Ai xem được", "Who sees it"), kept.who(lang)),
        ],
    };
    let template = PrivacyTemplate {
        lang,
        title: lang.pick("Thông tin của ‹bạn›", "Your information"),
        entry: entry(Shell::Order.source(lang)),
        shop: notice.shop,
        days: notice.keeping.days,
        law: LAW,
        kept: kept(notice.keeping).into_iter().map(shown).collect(),
    };
    Page::for_buyers(&template, notice.salutation)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn notice(lang: Lang) -> Notice<'static> {
        let keeping = Keeping { days: 91, postgres: false };
        Notice { lang, shop: "Rau <Bản> Áng", salutation: Salutation::default(), keeping }
    }

    #[test]
    fn every_kind_says_what_why_where_how_long_and_who_in_both_languages() {
        for kept in kept(Keeping::default()) {
            for lang in [Lang::Vi, Lang::En] {
                let said = [
                    kept.what(lang),
                    kept.why(lang),
                    kept.place(lang),
                    kept.how_long(lang),
                    kept.who(lang),
                ];
                assert!(said.iter().all(|text| text.len() > 3), "{}: {said:?}", kept.id);
                let page = privacy(&Notice { lang, ..notice(lang) }).html;
                assert!(page.contains(&format!("id=\"{}\"", kept.id)), "{}", kept.id);
            }
        }
        let mut ids: Vec<_> = kept(Keeping::default()).iter().map(|kept| kept.id).collect();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), LIST.len(), "each stands there once");
    }

    #[test]
    fn the_page_says_the_days_the_law_and_how_to_ask() {
        let check = |lang, texts: &[&str]| {
            let page = privacy(&notice(lang)).html;
            for text in texts {
                assert!(page.contains(text), "{text} is missing in {page}");
            }
            assert!(!page.contains('‹'), "somebody is spoken to");
            assert!(!page.contains("<Bản>"), "the shop's name is escaped");
        };
        check(
            Lang::Vi,
            &["91 ngày", "Luật 91/2025/QH15", "bản sao", "xoá", "Rau &#60;Bản&#62; Áng"],
        );
        check(Lang::En, &["91 days", "Law 91/2025/QH15", "a copy", "erase"]);
    }

    #[test]
    fn a_database_beside_the_machine_is_named() {
        let places = |postgres| -> String {
            kept(Keeping { days: 180, postgres }).iter().map(|kept| kept.place(Lang::Vi)).collect()
        };
        assert!(places(true).contains("Postgres") && !places(false).contains("Postgres"));
    }
}
