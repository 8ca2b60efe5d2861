//! Terms and rules at their limits, and one step beyond.

use super::{NOW, one, opening};
use crate::lane::Lane;
use crate::made::{axes, code, keyed, milli};
use domain::id::ItemId;
use domain::limits::{HOLD_MS_MAX, OFFERS_PER_SESSION_MAX, PRICE_MAX};
use domain::money::{Currency, Money};
use domain::offer::{OfferTerms, Pack, Stock, Variant, VariantPrice};
use domain::quantity::Quantity;
use domain::rejection::Rejection;
use domain::rules::{Delivery, Hold, Rules};
use domain::time::Millis;
use inventory::Decision;

#[test]
fn a_session_and_its_terms_are_checked_whole_before_anything_is_on_sale() {
    let check = |change: fn(&mut OfferTerms), code: &str| {
        let mut terms = one();
        change(&mut terms);
        let mut lane = Lane::new();
        let offers = vec![crate::made::terms("B2", Quantity::ONE, Quantity::ONE), terms];
        let decision = lane.ask(&keyed(1, opening(offers, Rules::default())), NOW);
        let Decision::Rejected(why) = decision else {
            panic!("{code}: {decision:?}");
        };
        assert_eq!(why.code(), code, "{why:?}");
        assert!(lane.facts.is_empty());
    };
    check(|t| t.code = code("b2"), "code_taken");
    check(|t| t.aliases = vec!["B2".into()], "bad_terms");
    check(|t| t.aliases = vec!["cà".into(); 21], "too_many_names");
    check(|t| t.name = "x".repeat(301).into(), "name_too_long");
    check(|t| t.unit = "x".repeat(61).into(), "name_too_long");
    check(|t| t.price = Money::vnd(-1), "bad_terms");
    check(|t| t.price = Money::vnd(PRICE_MAX + 1), "price_too_large");
    check(|t| t.price = Money::zero(Currency::parse("USD").expect("a currency")), "bad_terms");
    check(|t| t.step = Quantity::ZERO, "bad_terms");
    check(|t| t.stock = Stock::Pool(milli(1_500)), "bad_terms");
    check(|t| t.stock = Stock::Cells(vec![milli(1_000); 2]), "bad_terms");
    check(|t| t.axes = axes("a/b/c/d"), "too_many_variants");
    check(|t| t.axes = vec![vec![]], "bad_terms");
    check(|t| t.axes = axes("đỏ,đỏ"), "bad_terms");
    check(|t| t.item = Some(ItemId(7)), "unknown_item");
    check(|t| t.limit_per_buyer = Some(Quantity::ZERO), "bad_terms");
    check(
        |t| {
            t.axes = axes("đỏ,xanh");
            t.stock = Stock::Cells(vec![Quantity::MAX; 2]);
        },
        "stock_too_large",
    );
    check(
        |t| {
            let name = "thùng".into();
            let quantity = milli(1_500);
            t.packs = vec![Pack { name, quantity }];
        },
        "bad_terms",
    );
    check(
        |t| {
            let variant = Variant(vec![Some("đỏ".into())]);
            let price = Money::vnd(1);
            t.prices = vec![VariantPrice { variant, price }];
        },
        "bad_terms",
    );
}

#[test]
fn rules_have_their_limits_and_so_has_the_number_of_offers_and_sessions() {
    let check = |rules: Rules, code: &str| {
        let decision = Lane::new().ask(&keyed(1, opening(vec![], rules)), NOW);
        let Decision::Rejected(why) = decision else {
            panic!("{code}: {decision:?}");
        };
        assert_eq!(why.code(), code);
    };
    let holds = |hold| Rules { hold, ..Rules::default() };
    let too_long = Millis(HOLD_MS_MAX + 1);
    check(holds(Hold::For(Millis(0))), "bad_terms");
    check(holds(Hold::For(too_long)), "hold_too_long");
    check(holds(Hold::UntilEnd { plus: too_long }), "hold_too_long");
    let delivery =
        |fee| Rules { delivery: Some(Delivery { fee, free_from: None }), ..Rules::default() };
    check(delivery(-1), "bad_terms");
    check(delivery(i64::MAX), "price_too_large");
    let many = vec![one(); OFFERS_PER_SESSION_MAX + 1];
    let decision = Lane::new().ask(&keyed(1, opening(many, Rules::default())), NOW);
    assert_eq!(decision, Decision::Rejected(Rejection::Limit("too_many_offers")));
    let mut lane = Lane::new();
    let last = (0..65).map(|n| lane.ask(&keyed(n, opening(vec![], Rules::default())), NOW)).last();
    let full = Decision::Rejected(Rejection::Limit("too_many_sessions"));
    assert_eq!(last, Some(full));
}
