//! Thousands of questions, denials and small talk, and not one of them reserves anything.

use domain::rules::{Reading as Settings, Strictness};
use intent::{Circumstances, Codebook, Meaning, Phrasebook, parse_phrasebook, read};
use std::sync::Arc;
use unicode_normalization::UnicodeNormalization;

/// How codes and goods are named, with their catalogue and what may be pinned there.
const GOODS: &[(&str, &str, &[&str])] = &[
    ("farm", "A3", &["A1", "a2 2kg", "C2", "E1", "cam", "sầu riêng", "2 ký cà chua", "A1 với A2"]),
    ("fashion", "A12", &["A12", "a12 đen", "A1 xanh M", "sp-05", "N55L", "A12 x2", "áo 12"]),
    ("simple", "A1", &["B3", "a1 2 cái", "2 B5", "A1, A2"]),
    ("tiktok_numeric", "12", &["mã 3", "m12", "số 5", "mã 12 đen M", "mã A", "2 mã 5"]),
    ("gadgets", "P1", &["15prm", "con 13", "P2 128gb"]),
    ("single", "D1", &["D1", "mận", "2kg mận"]),
];

const QUESTIONS: &[&str] = &[
    "{} còn không",
    "{} còn hàng không",
    "{} còn ko",
    "{} còn k",
    "{} còn hông",
    "{} còn hông vậy",
    "còn {} không",
    "còn {} ko",
    "{} hết chưa",
    "{} hết hàng chưa",
    "{} có không",
    "có {} không",
    "{} giá bao nhiêu",
    "{} bao nhiêu",
    "{} bao nhiêu tiền",
    "{} nhiêu",
    "{} nhiu vậy",
    "{} bao tiền",
    "giá {}",
    "giá {} sao",
    "{} giá sao",
    "{} giá thế nào",
    "cho hỏi giá {}",
    "cho hỏi {} còn không",
    "{}?",
    "{} ???",
    "{} là gì",
    "{} là cái nào",
    "{} có tốt không",
    "{} có bền không",
    "{} có ngon không",
    "{} có ship không",
    "{} có freeship không",
    "{} ship bao nhiêu",
    "{} khi nào có",
    "{} khi nào về hàng",
    "bao giờ có {}",
    "{} ở đâu",
    "{} sao vậy",
    "{} chưa",
    "{} về chưa",
    "{} được không",
    "{} được không vậy",
    "lấy {} được không",
    "chốt {} được không",
    "mua {} ở đâu",
    "mua {} bao nhiêu",
    "đặt {} thế nào",
    "chốt {} sao",
    "lấy {} giá bao nhiêu",
    "cho em xem {}",
    "cho xem lại {}",
    "tư vấn {}",
    "check {} giúp em",
    "ai lấy {} chưa",
    "ai mua {} rồi cho hỏi",
    "có ai mua {} chưa",
    "{} bị lỗi",
    "{} giao sai rồi",
    "{} em chưa nhận được",
    "{} hả",
    "{} à?",
    "{} phải không",
    "{} đúng không",
    "{} loại nào",
    "{} nào ngon",
    "{} gì vậy",
    "{} mấy",
    "how much is {}",
    "is {} available",
    "do you have {}",
    "{} in stock?",
];

const DENIALS: &[&str] = &[
    "không lấy {}",
    "không mua {}",
    "không chốt {}",
    "ko lấy {}",
    "k mua {}",
    "hông lấy {}",
    "hok mua {}",
    "đừng chốt {}",
    "đừng lấy {}",
    "khỏi lấy {}",
    "chưa lấy {}",
    "chưa muốn mua {}",
    "không muốn lấy {}",
    "em không đặt {}",
    "em đâu có lấy {}",
    "{} không lấy",
    "{} không mua",
    "{} không lấy nữa",
    "{} ko lấy đâu",
    "{} thôi không mua",
    "{} không cần",
    "thôi không lấy {}",
    "thôi khỏi {}",
    "mai lấy {}",
    "mai mua {}",
    "tối nay lấy {}",
    "chiều em đặt {}",
    "tuần sau mua {}",
    "lần sau lấy {}",
    "để mai lấy {}",
    "nếu còn thì lấy {}",
    "nếu rẻ thì mua {}",
    "chắc lấy {}",
    "định mua {}",
    "tính lấy {}",
    "đang phân vân {}",
    "lấy {} rồi",
    "đã đặt {}",
    "đã mua {}",
    "vừa chốt {}",
    "em đặt {} rồi",
    "hôm qua mua {}",
    "lần trước lấy {}",
    "hủy {}",
    "hủy {} lấy cái khác",
    "đổi {} sang cái khác",
    "bỏ {} ra",
    "don't want {}",
    "not {}",
    "maybe {} later",
];

const CHATTER: &[&str] = &[
    "chào shop",
    "chào cả nhà",
    "hello mọi người",
    "shop bán lâu chưa",
    "shop dễ thương quá",
    "live hay quá",
    "âm thanh nhỏ quá",
    "nói to lên shop",
    "chúc shop đắt hàng",
    "chúc shop buôn may bán đắt",
    "hóng",
    "đang hóng",
    "mới vào",
    "em mới vào live",
    "mua đi mọi người",
    "chốt đi mọi người ơi",
    "chốt chốt chốt",
    "chốt",
    "lấy",
    "đặt hàng",
    "ok",
    "vâng",
    "dạ",
    "haha",
    "hihi",
    "đẹp quá",
    "ngon quá",
    "rẻ quá",
    "mắc quá",
    "xinh quá trời",
    "hàng đẹp ghê",
    "mua rồi xài thích lắm",
    "ủng hộ shop nhiệt tình",
    "share live rồi",
    "đã share",
    "like live nè",
    "5 sao",
    "100 điểm",
    "666",
    "nhà em có 3 đứa",
    "em 25 tuổi",
    "con em 3 tuổi",
    "em cao 1m6",
    "em nặng 50kg mặc gì",
    "xem 3 tiếng rồi",
    "mấy giờ live",
    "8h live nha",
    "20h30 nha shop",
    "ngày 20/11",
    "giá 50k",
    "50k",
    "1tr2",
    "200.000đ",
    "em ở Bình Dương",
    "em ở quận 7",
    "ship về Hà Nội bao nhiêu",
    "có ship cod không",
    "shop ở đâu vậy",
    "cho em xin địa chỉ",
    "cho em xin số điện thoại",
    "rep tin nhắn em",
    "ib em",
    "hàng về chưa",
    "đơn em tới đâu rồi",
    "sao chưa giao hàng",
    "đổi trả được không",
    "cảm ơn shop",
    "thank you shop",
    "so beautiful",
    "hello from Texas",
    "สวยมาก",
    "สวัสดีค่ะ",
    "好漂亮",
    "<script>alert(1)</script>",
    "'; DROP TABLE orders; --",
    "http://vidu.vn/a1",
    "www.vidu.vn",
    "😍😍😍",
    "❤️",
    ":))",
    "...",
    "kiếm tiền online uy tín",
    "nhà mình 2 tầng",
    "hôm nay trời mưa",
    "tuyệt vời ông mặt trời",
    "covid 19 qua rồi",
];

const BEFORE: &[&str] = &["", "dạ ", "shop ơi ", "chị ơi ", "em ", "ad ơi cho em hỏi ", "alo "];
const AFTER: &[&str] = &["", " ạ", " nha", " vậy shop", " shop ơi", " với ạ", " 😍", "!", " z"];

/// A small generator: the same numbers in every run.
struct Dice(u64);

impl Dice {
    fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        &from[(self.0 >> 33) as usize % from.len()]
    }
}

fn bare(text: &str) -> String {
    let letters = text.nfd().filter(|c| !matches!(c, '\u{300}'..='\u{36f}'));
    letters.map(|c| if c == 'đ' { 'd' } else { c }).collect()
}

/// How people spell: as it should be, without accents, in capitals, drawn out.
fn spell(text: &str, how: usize) -> String {
    match how {
        0 => text.to_string(),
        1 => bare(text),
        2 => text.to_uppercase(),
        3 => bare(text).to_uppercase(),
        _ => text.replace(' ', "  "),
    }
}

fn book() -> Phrasebook {
    parse_phrasebook(include_str!("phrasebook.tsv")).expect("our own file is well-formed")
}

fn codebook(book: &Phrasebook, name: &str, pinned: Option<&str>, preset: Strictness) -> Codebook {
    let found = book.catalogues.iter().find(|catalogue| catalogue.name == name);
    let mut view = found.expect("a catalogue").view.clone();
    view.pinned = pinned.and_then(domain::Code::parse);
    let mut rules = (*view.rules).clone();
    rules.reading = Settings::preset(preset);
    view.rules = Arc::new(rules);
    Codebook::new(1, &view)
}

/// Reads each form with each kind of goods in several dresses and spellings; returns how many lines
/// were read. With a pinned offer and without.
fn check(seed: u64, forms: &[&str], presets: &[Strictness], spellings: usize) -> usize {
    let (book, mut dice) = (book(), Dice(seed));
    let (mut lines, mut wrong) = (0, Vec::new());
    for (catalogue, pinned, goods) in GOODS {
        for (preset, pinned) in presets.iter().flat_map(|p| [(p, None), (p, Some(*pinned))]) {
            let codebook = codebook(&book, catalogue, pinned, *preset);
            for (form, goods) in forms.iter().flat_map(|f| goods.iter().map(move |g| (f, g))) {
                for how in 0..spellings {
                    let (before, after) = (dice.pick(BEFORE), dice.pick(AFTER));
                    let text = format!("{before}{}{after}", form.replace("{}", goods));
                    let text = spell(&text, how);
                    let reading = read(&text, &codebook, Circumstances::default());
                    lines += 1;
                    if matches!(reading.meaning, Meaning::Claim(_)) {
                        wrong.push(format!("{catalogue} {pinned:?} {preset:?} {text:?}"));
                    }
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {lines}: {:#?}", wrong.len(), &wrong[..wrong.len().min(60)]);
    lines
}

const PRESETS: &[Strictness] = &[Strictness::Loose, Strictness::Normal, Strictness::Strict];

#[test]
fn no_question_ever_reserves_anything_under_any_preset() {
    let lines = check(11, QUESTIONS, PRESETS, 5);
    println!("{lines} questions");
    assert!(lines >= 5_000, "{lines}");
}

#[test]
fn nothing_denied_put_off_or_done_before_ever_reserves_anything() {
    let lines = check(12, DENIALS, PRESETS, 5);
    println!("{lines} denials");
    assert!(lines >= 5_000, "{lines}");
}

#[test]
fn no_small_talk_ever_reserves_anything() {
    let lines = check(13, CHATTER, &[Strictness::Normal], 5);
    println!("{lines} lines of small talk");
    assert!(lines >= 5_000, "{lines}");
}
