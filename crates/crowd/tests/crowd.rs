//! The crowd is the same for the same seed, and is made like an evening.

use crowd::{Crowd, Kind, Plan, Shape, Utterance, da_lat};
use domain::{Code, Millis};

fn evening(shape: Shape) -> Plan {
    Plan { viewers: 300, goods: da_lat(), comments_per_minute: 750, shape }
}

fn drop_of(code: &str) -> Shape {
    Shape::FlashDrop {
        code: Code::parse(code).expect("a code"),
        at: Millis(5_000),
        per_second: 1_000,
        half_life: Millis(1_500),
    }
}

fn first(seed: u64, plan: &Plan, count: usize) -> Vec<Utterance> {
    Crowd::new(seed, plan).take(count).collect()
}

fn share(of: &[Utterance], is: impl Fn(&Kind) -> bool) -> usize {
    100 * of.iter().filter(|one| is(&one.kind)).count() / of.len()
}

#[test]
fn the_same_seed_gives_the_same_crowd_and_another_seed_another() {
    let plan = evening(drop_of("D1"));
    assert_eq!(first(1, &plan, 3_000), first(1, &plan, 3_000));
    assert_ne!(first(1, &plan, 100), first(2, &plan, 100));
}

#[test]
fn time_never_falls_and_everybody_is_a_viewer() {
    let said = first(3, &evening(drop_of("K1")), 5_000);
    assert!(said.is_sorted_by_key(|one| one.at_us));
    assert!(said.iter().all(|one| one.buyer < 300 && !one.text.trim().is_empty()));
}

#[test]
fn of_a_hundred_comments_forty_are_about_orders_and_a_quarter_asks() {
    let said = first(4, &evening(Shape::Calm), 20_000);
    let check = |name: &str, percent: usize, from: usize, to: usize| {
        assert!((from..=to).contains(&percent), "{name}: {percent} %");
    };
    check("orders", share(&said, |kind| matches!(kind, Kind::Order(_))), 30, 36);
    check("repeats", share(&said, |kind| *kind == Kind::Repeat), 1, 4);
    check("cancels", share(&said, |kind| matches!(kind, Kind::Cancel(_))), 1, 3);
    check("phones", share(&said, |kind| *kind == Kind::Phone), 1, 3);
    check("questions", share(&said, |kind| *kind == Kind::Question), 23, 27);
    check("chatter", share(&said, |kind| *kind == Kind::Chatter), 33, 37);
}

#[test]
fn an_order_is_on_sale_and_in_whole_steps() {
    let goods = da_lat();
    for one in first(5, &evening(Shape::Calm), 5_000) {
        let Kind::Order(wants) = &one.kind else {
            continue;
        };
        for want in wants {
            let good = goods.iter().find(|good| good.code == want.code).expect("on sale");
            assert!(!want.quantity.is_zero(), "{}", one.text);
            assert!(want.quantity.is_multiple_of(good.step), "{}", one.text);
        }
    }
}

#[test]
fn when_a_drop_opens_nearly_everybody_wants_that_one_thing() {
    let hot = Code::parse("V2").unwrap();
    let said = first(6, &evening(drop_of("V2")), 2_000);
    let burst: Vec<_> =
        said.into_iter().filter(|one| (5_000_000..6_000_000).contains(&one.at_us)).collect();
    let hot_share =
        share(&burst, |kind| matches!(kind, Kind::Order(wants) if wants[0].code == hot));
    assert!(burst.len() > 600 && hot_share > 90, "{} with {hot_share} %", burst.len());
}
