//! Our own phrasebook: every row is read as it is written, and every way of asking is no order.

use domain::SessionView;
use intent::{Circumstances, Codebook, Expect, Meaning, Phrasebook, parse_phrasebook, read};

fn book() -> Phrasebook {
    parse_phrasebook(include_str!("phrasebook.tsv")).expect("our own file is well-formed")
}

fn view(name: &str, pinned: Option<&str>) -> SessionView {
    let book = book();
    let found = book.catalogues.iter().find(|catalogue| catalogue.name == name);
    let mut view = found.expect("a catalogue").view.clone();
    view.pinned = pinned.map(|code| domain::Code::parse(code).expect("a code"));
    view
}

#[test]
fn every_row_is_read_as_it_is_written() {
    let book = book();
    let report = book.report();
    let summary = report.text.lines().last().unwrap_or_default();
    println!("{summary}");
    for row in book.rows.iter().filter(|row| report.disagreed.contains(&row.id)) {
        let wanted = (row.expect.as_str(), &row.lines, &row.phones);
        println!("{} {:?}: {wanted:?}, read {:?}", row.id, row.text, book.read(row));
    }
    assert!(report.disagreed.is_empty(), "{:?}", report.disagreed);
    assert!(book.rows.len() >= 1_200, "{summary}");
}

const CODES: &[&str] = &["H1", "h12", "h1 2kg", "c5 x2", "khoai", "trứng vịt", "2 ký bí", "h1, h2"];
const QUESTIONS: &[&str] = &[
    "{} không",
    "{} ko",
    "{} k",
    "{} kg",
    "{} hok",
    "{} hông",
    "{} còn không",
    "{} con ko",
    "{} còn k ạ",
    "{} còn hong shop",
    "{} bao nhiêu",
    "{} bn",
    "{} bnhiu z",
    "{} nhiu",
    "{} giá",
    "giá {}",
    "{} giá sao",
    "{}?",
    "{} ?",
    "{} sao",
    "{} sao vậy shop",
    "còn {} không",
    "có {} ko",
    "{} gì",
    "{} loại nào",
    "{} chưa",
    "{} hết chưa",
    "{} hả shop",
    "{} hở",
    "cho hỏi {}",
    "cho e hỏi {} ạ",
    "cho em xem {}",
    "tư vấn {}",
    "{} ở đâu",
    "{} khi nào có",
    "{} mấy ngày tới",
    "{} được không",
    "{} dc ko",
    "{} dc k",
    "how much {}",
    "is {} available",
    "{} bao giờ có",
    "shop ơi {} còn ko",
    "{} có ngon không",
    "{} co ngon k",
    "lấy {} được không",
    "chốt {} nhé?",
    "mua {} ở đâu",
    "cho em {} còn không ạ",
    "đặt {} thế nào",
    "chot {} dc ko",
    "lay {} gia bao nhieu",
    "{} lỗi rồi",
    "ai lấy {} chưa",
    "chốt {} chưa shop",
];

#[test]
fn no_way_of_asking_is_an_order() {
    for pinned in [None, Some("H12")] {
        let codebook = Codebook::new(1, &view("hill", pinned));
        for (code, question) in CODES.iter().flat_map(|c| QUESTIONS.iter().map(move |q| (c, q))) {
            let text = question.replace("{}", code);
            for text in
                [text.clone(), text.to_uppercase(), format!("dạ {text} ạ"), format!("{text} 😍")]
            {
                let reading = read(&text, &codebook, Circumstances::default());
                let held = matches!(reading.meaning, Meaning::Claim(_) | Meaning::Cancel(_));
                assert!(!held, "{text:?} (pinned {pinned:?}): {reading:?}");
            }
        }
    }
}

#[test]
fn what_denies_or_puts_off_is_no_order() {
    const WORDS: &[&str] = &[
        "không lấy {}",
        "ko mua {}",
        "k chốt {}",
        "đừng lấy {} nha",
        "khong dat {}",
        "mai lấy {}",
        "nếu còn thì lấy {}",
        "để mai mua {}",
        "em lấy {} rồi",
        "đã chốt {}",
        "hủy {} lấy C5",
        "đổi {} qua C5",
        "thôi lấy {}",
        "chắc lấy {}",
        "lấy hết {}",
        "{} hoặc C5",
        "not buying {}",
        "vài {}",
    ];
    let codebook = Codebook::new(1, &view("hill", Some("H12")));
    for (code, words) in
        ["H1", "h12 x2", "2kg khoai"].iter().flat_map(|c| WORDS.iter().map(move |w| (c, w)))
    {
        let text = words.replace("{}", code);
        let reading = read(&text, &codebook, Circumstances::default());
        assert!(!matches!(reading.meaning, Meaning::Claim(_)), "{text:?}: {reading:?}");
    }
}

#[test]
fn a_reading_is_explained_in_both_languages() {
    let codebook = Codebook::new(1, &view("wear", None));
    let check = |text: &str, vi: &str, en: &str| {
        let reading = read(text, &codebook, Circumstances::default());
        assert_eq!(intent::explain(&reading, &codebook), (vi.into(), en.into()));
    };
    check(
        "v7 đỏ M x2",
        "Đặt V7 [đỏ/M] × 2 cái (quy tắc 11: màu và cỡ).",
        "An order of V7 [đỏ/M] × 2 cái (rule 11: variants).",
    );
    check(
        "lấy v7 được không",
        "Cần xem lại: chưa rõ ý, có thể là V7 × 1 cái (quy tắc 6: câu hỏi không phải đơn; \
         lý do doubtful).",
        "For a person: the meaning is not clear, perhaps V7 × 1 cái \
         (rule 6: a question is no order; reason doubtful).",
    );
}

#[test]
fn a_wrong_phrasebook_is_refused_with_its_line() {
    let check = |text: &str, line: usize| {
        let error = parse_phrasebook(text).expect_err(text);
        assert_eq!(error.line, line, "{error}");
    };
    check("# remark\n#@a\tA1\tname", 2);
    check("R1\ttext\tnowhere\t\tORDER\t\t\t", 1);
    check("#@a\tA1\tname\t\t\tcái\t0\t\t", 1);
    check("# a: setting speed=fast\n#@a\tA1\tname\t\t\tcái\t1\t\t", 2);
    assert!(book().rows.iter().any(|row| row.expect == Expect::Cancel));
}
