//! Requests with every number at its end, drawn at random.

use super::{NOW, SESSION, live, one};
use crate::made::{axes, buyer, code, keyed, milli, terms};
use domain::command::{Claim, Command, OrderAct, Origin, RuleNo, Want};
use domain::id::{OrderId, SessionId};
use domain::limits::{HOLD_MS_MAX, PRICE_MAX};
use domain::money::Money;
use domain::offer::{OfferChange, Stock, StockChange, Variant};
use domain::quantity::Quantity;
use domain::rules::Rules;
use domain::time::{Millis, Timestamp};
use proptest::prelude::*;

fn extreme() -> impl Strategy<Value = u64> {
    let max = Quantity::MAX.milli();
    prop_oneof![Just(0), Just(1), Just(500), Just(1_000), Just(max - 1), Just(max), 0..=max]
}

/// Requests with every number at its end.
fn wild() -> impl Strategy<Value = Command> {
    let session = (0..4u32).prop_map(SessionId);
    let span = prop_oneof![Just(0), Just(1), Just(HOLD_MS_MAX), Just(u64::MAX)];
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
    let origin = prop_oneof![Just(Origin::Comment), Just(Origin::Tap)];
    let wants = prop::collection::vec(want, 0..40);
    let claim = (session.clone(), 0..4u8, origin, wants).prop_map(|(session, b, origin, wants)| {
        let claim = Claim::new(session, buyer(b), origin, wants);
        Command::Claim(Claim { rule: RuleNo(u16::MAX), ..claim })
    });
    let act = (session.clone(), 0..9u32, span.clone()).prop_map(|(session, order, span)| {
        Command::ActOnOrder { session, order: OrderId(order), act: OrderAct::Extend(Millis(span)) }
    });
    let stock = (session, extreme(), 0..3u8).prop_map(|(session, amount, kind)| {
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
    let resume = span.prop_map(|down| Command::Resume { down: Millis(down) });
    prop_oneof![4 => claim, 1 => act, 1 => stock, 1 => resume]
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 128,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn nothing_a_stranger_sends_makes_the_machine_panic(
        commands in prop::collection::vec(wild(), 1..40),
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
            lane.state.check().expect("every invariant holds");
            lane.state.summary(SESSION);
            lane.state.orders(SESSION, None, 10);
        }
        lane.prove();
        lane.replay();
    }
}
