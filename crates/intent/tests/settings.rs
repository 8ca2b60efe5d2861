//! Every default is a setting, each has an effect, and the presets change what they say.

use domain::rules::{Doubt, Reading as Settings, Strictness};
use domain::{Code, Quantity, SessionView};
use intent::{Author, Circumstances, Codebook, Meaning, parse_phrasebook, read};
use std::sync::Arc;

/// A view of a catalogue of our own file with other settings of reading.
fn view(catalogue: &str, settings: Settings) -> SessionView {
    let book = parse_phrasebook(include_str!("phrasebook.tsv")).expect("well-formed");
    let found = book.catalogues.iter().find(|known| known.name == catalogue);
    let mut view = found.expect("a catalogue").view.clone();
    let mut rules = (*view.rules).clone();
    rules.reading = settings;
    view.rules = Arc::new(rules);
    view
}

/// What a comment is, in one word, with the lines of an order.
fn short(view: &SessionView, text: &str, circumstances: Circumstances) -> String {
    match read(text, &Codebook::new(1, view), circumstances).meaning {
        Meaning::Claim(wants) => {
            let lines = wants.iter().map(|want| format!("{}*{}", want.code, want.quantity));
            lines.collect::<Vec<_>>().join(" ")
        }
        Meaning::Cancel(codes) => {
            format!("cancel {}", codes.iter().map(Code::as_str).collect::<Vec<_>>().join(" "))
        }
        Meaning::Review { .. } => "review".into(),
        Meaning::Question => "question".into(),
        Meaning::Chatter => "chatter".into(),
        Meaning::Link(_) => "link".into(),
    }
}

#[test]
fn each_setting_changed_changes_the_reading_of_some_comment() {
    let check = |catalogue: &str, text: &str, before: &str, change: fn(&mut Settings), after| {
        let mut settings = Settings::default();
        let viewer = Circumstances { author: Author::Viewer, edited: text == "H12 edited" };
        let text = text.trim_end_matches(" edited");
        assert_eq!(short(&view(catalogue, settings.clone()), text, viewer), before, "{text:?}");
        change(&mut settings);
        assert_eq!(short(&view(catalogue, settings), text, viewer), after, "{text:?}");
    };
    check(
        "hill",
        "h12",
        "H12*1",
        |s| s.bare_code_qty = Quantity::from_units(2).expect("2"),
        "H12*2",
    );
    check("hill", "h 12", "review", |s| s.spaced_code = Doubt::Accept, "H12*1");
    check("hill", "h 12", "review", |s| s.spaced_code = Doubt::Ignore, "chatter");
    check("called", "2", "review", |s| s.bare_number = Doubt::Accept, "2*1");
    check("called", "2", "review", |s| s.bare_number = Doubt::Ignore, "chatter");
    let text = "lấy h12 được không";
    check("hill", text, "review", |s| s.verb_plus_question = Doubt::Accept, "H12*1");
    check("hill", text, "review", |s| s.verb_plus_question = Doubt::Ignore, "question");
    check("hill", "h12-", "review", |s| s.cancel_by_minus = true, "cancel H12");
    check("hill", "h12 41", "review", |s| s.over_limit = Doubt::Accept, "H12*41");
    check("hill", "h12 h12", "review", |s| s.repeat_in_comment = Doubt::Accept, "H12*2");
    check("hill", "h12 h12", "review", |s| s.repeat_in_comment = Doubt::Ignore, "H12*1");
    check("hill", "h012", "review", |s| s.ignore_leading_zeros = true, "H12*1");
    check("wear", "v7 đỏ", "V7*1", |s| s.missing_variant = Doubt::Review, "review");
    check("hill", "t3 1 chục", "T3*10", |s| s.chuc = 12, "T3*12");
    let phone = "0987654321";
    check("alone", phone, "N1*1", |s| s.phone_only_single = Doubt::Review, "review");
    check("alone", phone, "N1*1", |s| s.phone_only_single = Doubt::Ignore, "chatter");
    check("hill", "H12 edited", "review", |s| s.edited = Doubt::Accept, "H12*1");
    check("hill", "H12 edited", "review", |s| s.edited = Doubt::Ignore, "chatter");
    check("hill", "h12", "H12*1", |s| s.code_prefix = Code::parse("Z"), "review");
    check("hill", "zh12", "review", |s| s.code_prefix = Code::parse("Z"), "H12*1");
}

#[test]
fn an_order_of_a_closed_offer_is_what_the_setting_says() {
    let check = |late_order: Doubt, expected: &str| {
        let mut view = view("hill", Settings { late_order, ..Settings::default() });
        view.offers.iter_mut().for_each(|offer| offer.open = false);
        assert_eq!(short(&view, "h12", Circumstances::default()), expected);
    };
    check(Doubt::Review, "review");
    check(Doubt::Accept, "H12*1");
    check(Doubt::Ignore, "chatter");
}

#[test]
fn a_preset_changes_what_it_says_and_nothing_else() {
    // Catalogue, comment, then what it is when loose, normal, strict.
    const TABLE: &[(&str, &str, [&str; 3])] = &[
        ("hill", "h12 2", ["H12*2", "H12*2", "H12*2"]),
        ("hill", "h 12", ["H12*1", "review", "review"]),
        ("hill", "h12 h12", ["H12*2", "review", "review"]),
        ("hill", "h012", ["H12*1", "review", "review"]),
        ("called", "2", ["2*1", "review", "review"]),
        ("called", "chốt 2", ["2*1", "review", "review"]),
        ("called", "mã 2", ["2*1", "2*1", "2*1"]),
        ("wear", "v7 đỏ", ["V7*1", "V7*1", "review"]),
        ("wear", "v7 đỏ M", ["V7*1", "V7*1", "V7*1"]),
        ("alone", "0987654321", ["N1*1", "N1*1", "review"]),
        ("hill", "h12 41", ["review", "review", "review"]),
        ("hill", "h12 còn không", ["question", "question", "question"]),
        ("hill", "lấy h12 được không", ["review", "review", "review"]),
        ("hill", "h 12 còn không", ["question", "question", "question"]),
        ("called", "2 còn không", ["question", "question", "question"]),
        ("hill", "không lấy h12", ["chatter", "chatter", "chatter"]),
        ("hill", "mai lấy h 12", ["review", "review", "review"]),
        ("hill", "hủy h12", ["cancel H12", "cancel H12", "cancel H12"]),
        ("hill", "h12-", ["review", "review", "review"]),
        ("hill", "chào cả nhà", ["chatter", "chatter", "chatter"]),
    ];
    let presets = [Strictness::Loose, Strictness::Normal, Strictness::Strict];
    for (catalogue, text, expected) in TABLE {
        for (preset, expected) in presets.into_iter().zip(expected) {
            let view = view(catalogue, Settings::preset(preset));
            let said = short(&view, text, Circumstances::default());
            assert_eq!(said, *expected, "{catalogue} {text:?} {preset:?}");
        }
    }
}

#[test]
fn a_host_who_insists_on_plain_numbers_gets_them() {
    let settings = Settings { bare_number: Doubt::Accept, ..Settings::default() };
    let view = view("called", settings);
    let check = |text: &str, expected: &str| {
        assert_eq!(short(&view, text, Circumstances::default()), expected, "{text:?}");
    };
    check("2", "2*1");
    check("dạ 2 nha shop", "2*1");
    check("chốt 2", "2*1");
    check("2 x3", "2*3");
    check("12 2kg", "12*2");
    check("1 và 2", "1*1 2*1");
    check("9", "review");
    check("2 còn không", "question");
    check("2 giá bao nhiêu", "question");
    check("không lấy 2", "chatter");
    check("em 25 tuổi", "chatter");
    check("2k", "chatter");
    check("0987654321", "review");
}
