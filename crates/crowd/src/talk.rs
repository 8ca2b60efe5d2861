//! What people say that orders nothing: questions and chatter, some of it about the goods on
//! purpose.

use crate::person::PLACES;
use crate::random::Random;
use domain::OfferTerms;

/// A question about one good, about delivery, about the live.
pub(crate) fn question(random: &mut Random, good: &OfferTerms) -> String {
    filled(random, &QUESTIONS, good)
}

/// Greetings, praise, hearts, where somebody is from.
pub(crate) fn chatter(random: &mut Random, good: &OfferTerms) -> String {
    filled(random, &CHATTER, good)
}

/// `{c}` is the code, `{a}` a name of the good, `{u}` its unit, `{p}` a place.
fn filled(random: &mut Random, from: &[&str], good: &OfferTerms) -> String {
    let code = good.code.as_str().to_lowercase();
    let name = spoken_name(random, good);
    random
        .pick(from)
        .replace("{c}", &code)
        .replace("{a}", &name)
        .replace("{u}", if &*good.unit == "kg" { "ký" } else { &good.unit })
        .replace("{p}", random.pick::<&str>(&PLACES))
}

/// A name that can be typed: an alias of letters if there is one, otherwise the full name.
pub(crate) fn spoken_name(random: &mut Random, good: &OfferTerms) -> String {
    let typed: Vec<_> = good
        .aliases
        .iter()
        .filter(|alias| alias.chars().next().is_some_and(char::is_alphabetic))
        .collect();
    if typed.is_empty() {
        return good.name.to_lowercase();
    }
    random.pick(&typed).to_string()
}

const QUESTIONS: [&str; 32] = [
    "{c} còn không shop?",
    "{c} còn ko ạ",
    "{c} giá bao nhiêu vậy shop",
    "{a} bao nhiêu 1 {u} vậy",
    "{a} nhiu tiền 1 {u} z",
    "giá sao shop ơi?",
    "{a} hái hôm nay hả chị?",
    "{a} có tươi không shop",
    "ship về {p} bao nhiêu vậy ạ?",
    "ship {p} mấy ngày tới vậy shop?",
    "có ship cod không ạ?",
    "ship cod dc k shop",
    "1 {u} {a} được mấy trái vậy?",
    "mấy giờ chốt đơn vậy shop?",
    "mua nhiều có giảm giá không ạ?",
    "có {a} không shop",
    "còn hàng không shop ơi",
    "{c} là cái gì vậy mn?",
    "shop ở đâu vậy ạ?",
    "vườn mình ở đâu thế?",
    "cho em hỏi giá {a} với ạ?",
    "{a} để được bao lâu vậy shop?",
    "có được kiểm hàng không ạ?",
    "mai live nữa không shop?",
    "sao chưa thấy đơn của e vậy?",
    "e đặt hôm qua mấy bữa có hàng vậy shop?",
    "{a} trồng có phun thuốc ko z?",
    "khi nào giao vậy ạ?",
    "{c} với loại kia khác gì nhau vậy?",
    "sao giá {a} hôm nay cao vậy?",
    "có bán sỉ không ạ?",
    "shop có zalo không?",
];

const CHATTER: [&str; 36] = [
    "chào cả nhà",
    "hi shop",
    "chào chị, em ở {p} nè",
    "e mới vô",
    "{a} nhìn ngon quá",
    "{a} hôm bữa ngon lắm nha mn",
    "nhìn thèm ghê",
    "ủng hộ bà con",
    "shop dễ thương quá",
    "đã share live cho shop rồi nha",
    "tim tim",
    "❤️❤️❤️",
    "😍😍",
    "👍",
    "haha",
    "kkk",
    ".",
    ":))",
    "chúc shop bán đắt hàng",
    "hóng",
    "lên top đi mn",
    "trời lạnh ghê",
    "Đà Lạt mưa rồi",
    "nhận hàng rồi nha, {a} tươi lắm",
    "hàng đẹp",
    "mọi người thả tim đi",
    "e xem từ {p}",
    "mẹ em khen {a} ngon hoài",
    "ngon thiệt chứ",
    "nghe giọng chị dễ thương quá",
    "mạng lag quá",
    "tiếng nhỏ quá chị ơi",
    "quay gần lại xíu đi chị",
    "hôm nay đông vui ghê",
    "chúc cô chú mạnh khỏe",
    "cảm ơn shop nhiều",
];
