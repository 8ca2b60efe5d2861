//! Requests with every number at its end, drawn at random.

use super::{NOW, SESSION, live, one};
use crate::made::{axes, buyer, code, keyed, milli, terms};
use domain::command::{CardAnswer, Claim, Command, OrderAct, Origin, RuleNo, Want};
use domain::id::{Network, OrderId, ReviewId, SessionId, StaffRef};
use domain::limits::{HOLD_MS_MAX, PRICE_MAX};
use domain::link::LinkCode;
use domain::money::Money;
use domain::offer::{OfferChange, Stock, StockChange, Variant};
use domain::quantity::Quantity;
use domain::reason::Reason;
use domain::rules::{Hoarding, Rules};
use domain::time::{Millis, Timestamp};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

fn extreme() -> impl Strategy<Value = u64> + Clone {
    let max = Quantity::MAX.milli();
    prop_oneof![Just(0), Just(1), Just(500), Just(1_000), Just(max - 1), Just(max), 0..=max]
}

fn session() -> impl Strategy<Value = SessionId> + Clone {
    (0..4u32).prop_map(SessionId)
}

fn span() -> impl Strategy<Value = u64> + Clone {
    prop_oneof![Just(0), Just(1), Just(HOLD_MS_MAX), Just(u64::MAX)]
}

fn codes() -> impl Strategy<Value = Vec<domain::Code>> + Clone {
    let code = prop_oneof![Just("A1"), Just("B2"), Just("X9")].prop_map(code);
    prop_oneof![3 => Just(vec![]), 2 => prop::collection::vec(code, 1..5)]
}

fn wants() -> impl Strategy<Value = Vec<Want>> + Clone {
    let said = prop_oneof![Just(None), Just(Some("đỏ")), Just(Some("?")), Just(Some(""))];
    let variant = prop::collection::vec(said, 0..5);
    let variant = variant.prop_map(|v| Variant(v.into_iter().map(|v| v.map(Into::into)).collect()));
    let want = (prop::bool::ANY, variant, extreme(), prop::bool::ANY);
    let want = want.prop_map(|(first, variant, amount, adds)| Want {
        code: code(if first { "A1" } else { "B2" }),
        variant,
        quantity: milli(amount),
        adds,
    });
    prop_oneof![
        1 => prop::collection::vec(want.clone(), 0..40),
        2 => prop::collection::vec(want, 1..3)
    ]
}

fn claims() -> impl Strategy<Value = Command> {
    let origin = prop_oneof![Just(Origin::Comment), Just(Origin::Tap)];
    let said_at = prop::option::of(prop_oneof![Just(0), Just(NOW.0), Just(u64::MAX)]);
    let network = prop::option::of(Just(Network([0xff; 8])));
    let whose = (session(), 0..4u8, origin);
    (whose, wants(), codes(), said_at, network).prop_map(
        |((session, b, origin), wants, instead_of, said_at, network)| {
            let claim = Claim::new(session, buyer(b), origin, wants);
            let said_at = said_at.map(Timestamp);
            Command::Claim(Claim { rule: RuleNo(u16::MAX), instead_of, said_at, network, ..claim })
        },
    )
}

fn cards() -> impl Strategy<Value = Command> {
    let shown = (session(), 0..4u8, wants()).prop_map(|(session, b, suggestion)| Command::Review {
        session,
        buyer: buyer(b),
        reason: Reason::Doubtful,
        rule: RuleNo(u16::MAX),
        suggestion,
        about: None,
        network: None,
    });
    let lines = (wants(), codes());
    let lines = lines.prop_map(|(wants, instead_of)| CardAnswer::Lines { wants, instead_of });
    let answer = prop_oneof![1 => Just(CardAnswer::Ignore), 3 => lines];
    let answered = (session(), 0..9u32, any::<bool>(), answer, any::<bool>()).prop_map(
        |(session, review, whole_group, answer, lasts)| Command::ResolveReview {
            session,
            review: ReviewId(review),
            whole_group,
            answer,
            lasts,
            author: StaffRef([0; 16]),
        },
    );
    prop_oneof![shown, answered]
}

/// What goes back, and who takes that back.
fn returns() -> impl Strategy<Value = Command> {
    let amount = prop::option::of(extreme());
    let back = (session(), 0..4u8, codes(), amount).prop_map(|(session, b, codes, amount)| {
        Command::Release {
            session,
            buyer: buyer(b),
            origin: Origin::Tap,
            codes,
            quantity: amount.map(milli),
            rule: RuleNo(0),
        }
    });
    let undo = (session(), 0..9u32, prop::option::of(0..4u8)).prop_map(|(session, order, by)| {
        Command::UndoCancel { session, order: OrderId(order), buyer: by.map(buyer) }
    });
    prop_oneof![back, undo]
}

fn people() -> impl Strategy<Value = Command> {
    let link = prop_oneof![Just(0), Just(9_999)].prop_map(|n| LinkCode::new(n).expect("digits"));
    let shown = (session(), 0..4u8, link.clone())
        .prop_map(|(session, b, from)| Command::OfferLink { session, buyer: buyer(b), from });
    let typed = (session(), 0..4u8, link).prop_map(|(session, b, link)| Command::UseLink {
        session,
        account: buyer(b),
        link,
        rule: RuleNo(u16::MAX),
    });
    let block = (session(), 0..4u8, any::<bool>()).prop_map(|(session, b, blocked)| {
        Command::BlockBuyer { session, buyer: buyer(b), blocked }
    });
    prop_oneof![2 => shown, 2 => typed, 1 => block]
}

fn rules() -> impl Strategy<Value = Command> {
    let count = || prop::option::of(prop_oneof![Just(0), Just(1), Just(u32::MAX)]);
    let hoarding = (count(), count(), count(), span());
    let limit = prop::option::of(extreme());
    (session(), hoarding, limit, prop_oneof![Just(0), Just(60_000)], any::<bool>()).prop_map(
        |(session, hoarding, limit, undo, partial_fill)| {
            let rules = Rules {
                hoarding: Hoarding {
                    holds_per_buyer: hoarding.0,
                    orders_per_network: hoarding.1,
                    expiries: hoarding.2,
                    cooldown: Millis(hoarding.3),
                },
                limit_per_buyer: limit.map(milli),
                cancel_undo: Millis(undo),
                partial_fill,
                ..Rules::default()
            };
            Command::ChangeRules { session, rules: Box::new(rules) }
        },
    )
}

fn host() -> impl Strategy<Value = Command> {
    let act = prop_oneof![
        span().prop_map(|span| OrderAct::Extend(Millis(span))),
        Just(OrderAct::Cancel),
        Just(OrderAct::MarkPaid)
    ];
    let act = (session(), 0..9u32, act).prop_map(|(session, order, act)| Command::ActOnOrder {
        session,
        order: OrderId(order),
        act,
    });
    let stock = (session(), extreme(), 0..3u8).prop_map(|(session, amount, kind)| {
        let amount = milli(amount);
        let stock = match kind {
            0 => StockChange::Add(amount),
            1 => StockChange::Remove(amount),
            _ => StockChange::Set(amount),
        };
        Command::ChangeOffer {
            session,
            code: code("A1"),
            change: Box::new(OfferChange {
                stock: Some(stock),
                limit_per_buyer: Some(Some(amount)),
                ..OfferChange::default()
            }),
            expected_version: None,
        }
    });
    let resume = span().prop_map(|down| Command::Resume { down: Millis(down) });
    prop_oneof![act, stock, resume]
}

/// Requests with every number at its end.
fn wild() -> impl Strategy<Value = Command> {
    prop_oneof![
        6 => claims(),
        3 => cards(),
        3 => returns(),
        2 => people(),
        1 => rules(),
        4 => host(),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 128,
        failure_persistence: None,
        rng_seed: RngSeed::Fixed(2026),
        ..ProptestConfig::default()
    })]

    #[test]
    fn nothing_a_stranger_sends_makes_the_machine_panic(
        commands in prop::collection::vec(wild(), 1..40),
        ticks in any::<bool>(),
        start in prop_oneof![Just(NOW.0), Just(u64::MAX - 1_000_000)],
    ) {
        let mut two = terms("B2", milli(500), Quantity::ZERO);
        two.axes = axes("đỏ,xanh");
        two.stock = Stock::Cells(vec![milli(500), milli(1_000)]);
        two.price = Money::vnd(PRICE_MAX);
        let mut lane = live(vec![one(), two], Rules::default());
        for (at, command) in (0u64..).zip(commands) {
            let now = Timestamp(start.saturating_add(at * 50_000));
            let keyless = matches!(command, Command::Resume { .. });
            let mut request = keyed(at + 100, command);
            request.key = request.key.filter(|_| !keyless);
            lane.ask(&request, now);
            if ticks {
                lane.settle(now);
            }
            lane.state.check().expect("every invariant holds");
            lane.state.summary(SESSION);
            lane.state.orders(SESSION, None, 10);
        }
        lane.prove();
        lane.replay();
        if start == NOW.0 {
            lane.prove_outside();
        }
    }
}
