//! The page as a browser gets it: well-formed, complete in itself, and safe whatever it is told.

use super::*;
use crate::page::folder::Part;
use crate::page::samples::{figure_json, machine_json, ratio_json, scenario_json};
use serde_json::Value;

const HOSTILE: &str = "</title><script src=\"http://a.example/x.js\">'&\u{1}\" onload=\"x";

fn folder(spoil: &dyn Fn(&mut Value)) -> Folder {
    let mut folder = Folder { full: false, ..Folder::default() };
    let mut void = ratio_json("post-postgres");
    void["void"] = "the peer was not driven well".into();
    void["aim"] = 0.5.into();
    let mut fair = ratio_json("post-redis-fair");
    fair["aim"] = Value::Null;
    fair["ours"]["rounds"] = serde_json::json!([0.4, 0.5, 0.6]);
    fair["peer"]["rounds"] = serde_json::json!([1.0, 1.0, 1.0]);
    let all = [
        ratio_json("post-redis-always"),
        void,
        fair,
        figure_json("memory"),
        scenario_json("calm"),
        scenario_json("kill"),
        machine_json(),
    ];
    for mut value in all {
        spoil(&mut value);
        folder.take("x.json".to_owned(), value.to_string().as_bytes());
    }
    folder
}

/// Every string of a result, and every name in its counts, made hostile.
fn made_hostile(value: &mut Value) {
    match value {
        Value::String(words) => words.push_str(HOSTILE),
        Value::Array(list) => list.iter_mut().for_each(made_hostile),
        Value::Object(entries) => {
            for (name, entry) in entries.iter_mut() {
                if name != "kind" && name != "better" {
                    made_hostile(entry);
                }
            }
            for counts in ["outcomes", "errors", "detail"] {
                if let Some(Value::Object(counts)) = entries.get_mut(counts) {
                    counts.insert(HOSTILE.to_owned(), 7.into());
                }
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn page(folder: &Folder) -> String {
    drawn(folder, &Verdict::of(folder))
}

/// What is wrong with the markup: a tag that is not closed in its turn, an attribute without
/// quotation marks, a letter that should have been escaped.
fn complaint(html: &str) -> Option<String> {
    let mut open: Vec<&str> = Vec::new();
    let mut rest = html.strip_prefix("<!doctype html>")?;
    while let Some(start) = rest.find('<') {
        if rest[..start].contains('>') && open.last() != Some(&"style") {
            return Some(format!("a bare > before {:?}", &rest[start..]));
        }
        let end = start + rest[start..].find('>')?;
        let tag = &rest[start + 1..end];
        rest = &rest[end + 1..];
        if let Some(name) = tag.strip_prefix('/') {
            if open.pop() != Some(name) {
                return Some(format!("</{name}> closes what is not open"));
            }
            continue;
        }
        let closes_itself = tag.ends_with(" /");
        let tag = tag.trim_end_matches(" /");
        let (name, attributes) = tag.split_once(char::is_whitespace).unwrap_or((tag, ""));
        if attributes.matches('"').count() % 2 != 0 {
            return Some(format!("quotation marks of <{tag}>"));
        }
        let outside: String = attributes.split('"').step_by(2).collect();
        let is_name = |word: &str| word.ends_with('=') && word.len() > 1;
        if !outside.split_whitespace().flat_map(|word| word.split_inclusive('=')).all(is_name) {
            return Some(format!("attributes of <{tag}>"));
        }
        if !closes_itself {
            open.push(name);
        }
    }
    (!open.is_empty()).then(|| format!("{open:?} are left open"))
}

#[test]
fn the_page_is_well_formed() {
    let honest = folder(&|_| ());
    assert_eq!(complaint(&page(&honest)), None);
    let hostile = folder(&made_hostile);
    assert_eq!(complaint(&page(&hostile)), None);
    let empty = Folder::default();
    assert_eq!(complaint(&page(&empty)), None);
}

#[test]
fn the_check_of_the_markup_sees_what_is_wrong() {
    let check = |body: &str, is_wrong| {
        let html = format!("<!doctype html>{body}");
        assert_eq!(complaint(&html).is_some(), is_wrong, "{body}");
    };
    check("<p class=\"a b\" id=\"c\">x</p><br />", false);
    check("<p>x", true);
    check("<p><b>x</p></b>", true);
    check("<p class=a>x</p>", true);
    check("<p class=\"a>x</p>", true);
    check("<p>a > b</p>", true);
}

#[test]
fn the_page_needs_nothing_but_itself() {
    for html in [page(&folder(&|_| ())), page(&folder(&made_hostile))] {
        let lower = html.to_lowercase();
        for word in ["<script", "<link", "<img", "<iframe", " src=\"", "url(", "@import", "<base"] {
            assert!(!lower.contains(word), "{word}");
        }
        let targets = html.split("href=\"").skip(1);
        assert!(targets.map(|rest| &rest[..1]).all(|first| first == "#"), "a link leads away");
    }
}

#[test]
fn hostile_words_stay_words() {
    let mut folder = folder(&made_hostile);
    folder.unread.push((HOSTILE.to_owned(), HOSTILE.to_owned()));
    folder.parts.push(Part {
        name: HOSTILE.to_owned(),
        seconds: 1,
        exit: Some(1),
        command: HOSTILE.to_owned(),
    });
    let html = page(&folder);
    assert!(folder.unread.len() == 1, "{:?}", folder.unread);
    assert_eq!(complaint(&html), None);
    assert!(html.contains("&lt;script src=&quot;http"), "the words are still there");
    assert!(!html.contains('\u{1}'));
}

#[test]
fn the_verdict_stands_at_the_top_and_a_void_ratio_is_not_among_the_reached() {
    let mut folder = folder(&|_| ());
    let html = page(&folder);
    assert!(html.contains("2 of 3 aims reached, 0 missed, 1 void."), "{html}");
    assert!(html.contains("Every promise held: 4 checks in 2 evenings."));
    assert!(html.contains("<div class=\"verdict\">"));
    folder.scenarios[1].checks[0].held = false;
    let html = page(&folder);
    assert!(html.contains("<div class=\"verdict broken\">"));
    assert!(html.contains("A promise broke in 1 of 2 evenings: 3 of 4 checks held."));
}

#[test]
fn the_same_stands_in_the_summary_for_programs() {
    let folder = folder(&|_| ());
    let verdict = Verdict::of(&folder);
    let summary = crate::page::summary::json(&folder, &verdict).expect("it is written");
    let summary: Value = serde_json::from_slice(&summary).expect("it reads");
    assert_eq!(summary["holds"], true);
    assert_eq!(summary["verdict"]["reached"], 2);
    assert_eq!(summary["ratios"][1]["word"], "void");
    assert_eq!(summary["ratios"][1]["void"], "the peer was not driven well");
    assert_eq!(summary["ratios"][0]["ours"]["batch"], 1_000);
    assert_eq!(summary["figures"][0]["value"], 6.2);
    assert_eq!(summary["evenings"][1]["name"], "kill");
}
