//! The JSON form of messages is the contract's.

use proto::live::{self, client_frame, server_frame};
use proto::store;

fn check<T>(json: &str, message: &T)
where
    T: serde::Serialize + serde::de::DeserializeOwned + PartialEq + std::fmt::Debug,
{
    let written: serde_json::Value = serde_json::to_value(message).expect("writes");
    let wanted: serde_json::Value = serde_json::from_str(json).expect("the example is JSON");
    assert_eq!(written, wanted);
    assert_eq!(&serde_json::from_str::<T>(json).expect("reads"), message);
}

#[test]
fn a_tap_with_half_a_kilo_and_an_unsaid_axis() {
    let line = live::WantedLine {
        code: "D1".into(),
        variant: vec!["đỏ".into(), String::new()],
        quantity_milli: 500,
    };
    let claim = live::Claim { key: "k1".into(), lines: vec![line] };
    check(
        r#"{"type":"claim","key":"k1",
            "lines":[{"code":"D1","variant":["đỏ",null],"quantity":0.5}]}"#,
        &live::ClientFrame { frame: Some(client_frame::Frame::Claim(claim)) },
    );
}

#[test]
fn an_outcome_with_its_time_and_receipt() {
    let outcome = live::Outcome {
        key: Some("tiktok:7".into()),
        result: "held".into(),
        number: Some(1),
        lines: vec![live::OutcomeLine {
            code: "D1".into(),
            held_milli: 2_000,
            ..Default::default()
        }],
        order: Some("7k3m9qa2x4-o1".into()),
        hold_until_ms: Some(1_795_431_905_123),
        position: Some(live::Position { epoch: 2, seq: 9 }),
        receipt: vec![0xab; 2],
        ..Default::default()
    };
    check(
        r#"{"type":"outcome","key":"tiktok:7","result":"held","number":1,
            "lines":[{"code":"D1","held":2,"waitlisted":0}],"order":"7k3m9qa2x4-o1",
            "hold_until":"2026-11-23T11:05:05.123Z","position":{"epoch":2,"seq":9},
            "receipt":"abab"}"#,
        &live::ServerFrame { frame: Some(server_frame::Frame::Outcome(outcome)) },
    );
}

#[test]
fn an_offer_with_packs_variants_and_a_bare_price() {
    let offer: live::OfferTerms = serde_json::from_str(
        r#"{"code":"D1","name":"cà chua","price":45000,"unit":"kg","step":0.5,"stock":120,
            "variants":[["đỏ","xanh"]],"packs":{"thùng":10},"unknown":1}"#,
    )
    .expect("reads");
    assert_eq!(offer.price, Some(live::Money { amount: 45_000, currency: "VND".into() }));
    assert_eq!((offer.step_milli, offer.stock_milli), (Some(500), Some(120_000)));
    assert_eq!(offer.packs[0].quantity_milli, 10_000);
    assert_eq!(offer.variants[0].values, ["đỏ", "xanh"]);
}

#[test]
fn an_offer_whose_optional_parts_are_null_says_nothing_of_them() {
    let said = r#"{"code":"D1","stock_by_variant":null,"variants":null,"prices":null,"packs":null,
        "aliases":null,"limit_per_buyer":null,"item":null,"step":null,"price":null}"#;
    let offer: live::OfferTerms = serde_json::from_str(said).expect("reads");
    assert_eq!(offer, live::OfferTerms { code: "D1".into(), ..Default::default() });
}

#[test]
fn rules_take_money_in_both_forms_and_switches_in_the_phrasebooks_words() {
    let dong = |amount| Some(live::Money { amount, currency: "VND".into() });
    let read = |json: &str| serde_json::from_str::<live::Rules>(json).expect("reads");
    let bare = read(r#"{"delivery":{"fee":25000,"free_from":300000}}"#);
    let whole = read(
        r#"{"delivery":{"fee":{"amount":25000,"currency":"VND"},
            "free_from":{"amount":300000,"currency":"VND"}}}"#,
    );
    let delivery = live::Delivery { fee: dong(25_000), free_from: dong(300_000) };
    assert_eq!((bare.delivery, whole.delivery), (Some(delivery.clone()), Some(delivery)));
    let check = |said: &str, meant| {
        let rules = read(&format!(r#"{{"cancel_by_minus":{said},"ignore_leading_zeros":{said}}}"#));
        assert_eq!((rules.cancel_by_minus, rules.ignore_leading_zeros), (meant, meant), "{said}");
    };
    check("true", Some(true));
    check("\"on\"", Some(true));
    check("\"off\"", Some(false));
    check("null", None);
    assert!(serde_json::from_str::<live::Rules>(r#"{"cancel_by_minus":"maybe"}"#).is_err());
}

#[test]
fn money_that_is_none_is_answered_with_what_would_be_right() {
    let error = serde_json::from_str::<live::OfferTerms>(r#"{"price":"5"}"#).expect_err("no money");
    assert!(error.to_string().starts_with("money is a whole number of đồng"), "{error}");
}

#[test]
fn a_ledger_event_names_its_type() {
    let claimed = store::Claimed { number: 3, key: vec![1; 16], ..Default::default() };
    let event = store::Event { event: Some(store::event::Event::ClaimHeld(claimed)) };
    let json = serde_json::to_value(&event).expect("writes");
    assert_eq!(json["type"], "claim_held");
    assert_eq!(json["number"], 3);
    assert_eq!(json["key"], "01010101010101010101010101010101");
}

#[test]
fn a_fourth_decimal_or_a_negative_quantity_is_an_error() {
    for quantity in ["0.0001", "-1", "1e400", "\"2\"", "1e300"] {
        let json = format!(r#"{{"type":"claim","key":"k","lines":[{{"quantity":{quantity}}}]}}"#);
        assert!(serde_json::from_str::<live::ClientFrame>(&json).is_err(), "{quantity}");
    }
}

#[test]
fn a_decimal_that_a_double_cannot_hold_is_refused_and_never_rounded() {
    let read = |quantity: &str| {
        let json = format!(r#"{{"code":"D1","quantity":{quantity}}}"#);
        serde_json::from_str::<live::WantedLine>(&json).map(|line| line.quantity_milli)
    };
    assert_eq!(read("999999999999.999").expect("fifteen digits"), 999_999_999_999_999);
    let refused = read("42221246506598.4").expect_err("one more digit");
    assert!(refused.to_string().starts_with("too large"), "{refused}");
    assert_eq!(read("42221246506598").expect("whole"), 42_221_246_506_598_000);
}
