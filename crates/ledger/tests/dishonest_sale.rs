//! Under the further rules of the sale an honest evening is proved, and the same evening with one
//! event forged is refused: one line for each way in which it can be.

mod forge;

use forge::sale::*;
use forge::*;
use ledger::{Broken, BuyerBroken, CancelBroken, CardBroken, RuleBroken};
use proto::store::event::Event;
use proto::store::{self, ClaimedLine};

/// The evening holds; with the edit it is refused at that line, as that promise's breach.
fn check(
    honest: &[Step],
    line: u64,
    promise: Option<u8>,
    wanted: fn(&Broken) -> bool,
    edit: impl FnOnce(&mut Vec<Step>),
) {
    let text = lines(honest).concat();
    verify(&text).unwrap_or_else(|violation| panic!("the honest one: {violation}"));
    let mut steps = honest.to_vec();
    edit(&mut steps);
    let text = lines(&steps).concat();
    refused(&text, line, wanted);
    let violation = verify(&text).expect_err("refused above");
    assert_eq!(violation.broken.promise(), promise, "{violation}");
    let told = violation.to_string();
    assert_eq!(told.contains("promise"), promise.is_some(), "{told}");
    assert!(told.ends_with(violation.broken.vietnamese()), "{told}");
}

/// Whether a ledger is refused in that way.
macro_rules! is {
    ($of:ident, $broken:ident :: $kind:ident) => {{
        let is: fn(&Broken) -> bool = |broken| matches!(broken, Broken::$of($broken::$kind { .. }));
        is
    }};
}

#[test]
fn cards_are_answered_once_and_served_in_turn_with_what_was_answered() {
    let check = |line, promise, wanted, edit: &dyn Fn(&mut Vec<Step>)| {
        check(&cards(), line, promise, wanted, edit);
    };
    check(11, Some(3), is!(Card, CardBroken::NotOpen), &|s| s.push(resolved(40, &[3], false)));
    check(11, Some(3), is!(Card, CardBroken::NotOpen), &|s| s.push(resolved(40, &[1], true)));
    let not_answered = is!(Card, CardBroken::NotAnswered);
    check(8, Some(3), not_answered, &|s| s[7] = served(20, HOA, 3, 1, 1));
    check(10, Some(3), not_answered, &|s| s.insert(9, served(25, LAN, 1, 3, 1)));
    check(7, Some(4), is!(Card, CardBroken::OutOfOrder), &|s| s[6] = resolved(20, &[2, 1], true));
    check(8, Some(4), is!(Card, CardBroken::NotItsTurn), &|s| s.swap(7, 8));
    let friend = claim(20, HOA, 2, 2, d1(500, 0, None));
    check(9, Some(4), is!(Card, CardBroken::Waits), &|s| s.insert(8, friend.clone()));
    check(7, None, is!(Card, CardBroken::OtherReading), &|s| {
        if let Event::ClaimReviewed(card) = &mut s[4].event {
            card.lines = vec![want(1_000)];
        }
    });
    let other = is!(Card, CardBroken::OtherClaim);
    check(8, None, other, &|s| claimed(&mut s[7]).buyer = HOA.to_vec());
    check(8, None, other, &|s| claimed(&mut s[7]).key = key(62));
    check(8, None, other, &|s| claimed(&mut s[7]).lines = vec![d1(1_000, 0, None)]);
    check(8, None, other, &|s| claimed(&mut s[7]).network = vec![7; 8]);
    check(8, None, other, &|s| claimed(&mut s[7]).origin = "comment".into());
}

#[test]
fn a_cancel_gives_back_what_it_began_with_when_its_time_is_over() {
    let check = |line, promise, wanted, edit: &dyn Fn(&mut Vec<Step>)| {
        check(&cancels(), line, promise, wanted, edit);
    };
    let both = swap(45, 2, 1_000, d1(1_000, 0, None));
    check(8, Some(1), is!(Cancel, CancelBroken::GivenTwice), &|s| s.insert(7, both.clone()));
    check(10, Some(1), is!(Cancel, CancelBroken::ClosedOther), &|s| s[9] = closed(110, vec![]));
    check(8, Some(1), is!(Cancel, CancelBroken::ClosedOther), &|s| {
        s[7] = closed(50, back(1_000, 0))
    });
    check(11, Some(2), is!(Cancel, CancelBroken::ClosedEarly), &|s| s[9].at_s = 109);
    check(9, Some(2), is!(Cancel, CancelBroken::ClosedEarly), &|s| drop(s.remove(8)));
    let at_once = is!(Cancel, CancelBroken::AtOnce);
    let cancelled = step(15, Event::OrderCancelled(acted(1, back(1_000, 0))));
    check(5, Some(2), at_once, &|s| s.insert(4, cancelled.clone()));
    let released = store::ClaimReleased {
        session: 1,
        key: key(90),
        buyer: LAN.to_vec(),
        order: 1,
        lines: back(500, 0),
        ..Default::default()
    };
    let released = step(15, Event::ClaimReleased(released));
    check(5, Some(2), at_once, &|s| s.insert(4, released.clone()));
    check(5, None, is!(Cancel, CancelBroken::OtherTime), &|s| s[4] = begun(20, back(500, 0), 79));
    check(6, None, is!(Cancel, CancelBroken::Twice), &|s| drop(s.remove(5)));
    check(5, None, is!(Cancel, CancelBroken::NotOpen), &|s| s.insert(4, undone(15)));
    check(5, None, is!(Cancel, CancelBroken::NotOpen), &|s| s.insert(4, closed(15, back(500, 0))));
    check(6, None, is!(Cancel, CancelBroken::UndoneLate), &|s| s[5].at_s = 80);
    check(6, None, is!(Cancel, CancelBroken::UndoneByBuyer), &|s| {
        if let Event::CancelUndone(undone) = &mut s[5].event {
            undone.origin = "tap".into();
        }
    });
    let meanwhile = is!(Cancel, CancelBroken::Meanwhile);
    let confirmed = step(25, Event::OrderConfirmed(acted(1, vec![])));
    check(6, None, meanwhile, &|s| s.insert(5, confirmed.clone()));
    let paid = step(25, Event::OrderPaid(acted(1, vec![])));
    check(6, None, meanwhile, &|s| s.insert(5, paid.clone()));
    check(6, None, meanwhile, &|s| s.insert(5, extended(25, false, 900)));
}

#[test]
fn nobody_is_served_who_is_blocked_nor_gets_the_orders_of_another_page() {
    let check = |line, wanted, edit: &dyn Fn(&mut Vec<Step>)| {
        check(&people(), line, None, wanted, edit);
    };
    check(9, is!(Buyer, BuyerBroken::Blocked), &|s| drop(s.remove(8)));
    check(7, is!(Buyer, BuyerBroken::OldName), &|s| claimed(&mut s[6]).buyer = LAN.to_vec());
    check(7, is!(Buyer, BuyerBroken::OldName), &|s| s.insert(6, card(35, LAN, 1)));
    check(6, is!(Buyer, BuyerBroken::NoLink), &|s| s[5] = linked(30, LAN, MINH, 1235));
    check(6, is!(Buyer, BuyerBroken::NoLink), &|s| s[5] = linked(620, LAN, MINH, 1234));
    check(6, is!(Buyer, BuyerBroken::OtherPage), &|s| s[5] = linked(30, LAN, HOA, 1234));
    check(6, is!(Buyer, BuyerBroken::LinkShown), &|s| s.insert(5, shown(25, HOA, 1234)));
    check(5, is!(Buyer, BuyerBroken::LinkTime), &|s| {
        if let Event::LinkOffered(offered) = &mut s[4].event {
            offered.until_ms += 1;
        }
    });
}

#[test]
fn a_deadline_is_the_one_of_the_rules() {
    let other = is!(Rule, RuleBroken::OtherDeadline);
    check(&evening(), 4, Some(2), other, |s| {
        claimed(&mut s[LAN_CLAIMS]).hold_until_ms = Some(EVENING_MS + 609_000);
    });
    check(&evening(), 6, Some(2), other, |s| {
        claimed(&mut s[HOA_CLAIMS]).hold_until_ms = Some(EVENING_MS + 612_000);
    });

    let mut short = evening();
    short[..3].clone_from_slice(&ruled(|rules| rules.promotion_hold_ms = Some(60_000)));
    for gets in [MINH_GETS, HOA_GETS] {
        if let Event::WaitlistPromoted(promoted) = &mut short[gets].event {
            promoted.hold_until_ms = Some(EVENING_MS + 670_000);
        }
    }
    check(&short, 8, Some(2), other, |s| s[MINH_GETS] = promoted(610, MINH, 2, 500));

    let harvest = |ms: u64| move |terms: &mut store::Terms| terms.ready_at_ms = Some(ms);
    let mut early = offered(harvest(EVENING_MS + 900_000));
    let until = |claimed: &mut store::Claimed| claimed.hold_until_ms = Some(EVENING_MS + 900_000);
    early.push(with(claim(10, LAN, 1, 1, d1(500, 0, None)), until));
    check(&early, 4, Some(2), other, |s| s[3] = claim(10, LAN, 1, 1, d1(500, 0, None)));

    let mut changed = opening();
    let longer = store::Rules { hold_ms: Some(1_200_000), ..rules() };
    let until = |claimed: &mut store::Claimed| claimed.hold_until_ms = Some(EVENING_MS + 1_230_000);
    changed.extend([
        claim(10, LAN, 1, 1, d1(500, 0, None)),
        rules_changed(20, longer),
        with(claim(30, MINH, 2, 2, d1(500, 0, None)), until),
        // Said before the rules changed: the ledger cannot tell.
        claim(40, HOA, 3, 3, d1(500, 0, None)),
    ]);
    check(&changed, 7, Some(2), other, |s| {
        claimed(&mut s[6]).hold_until_ms = Some(EVENING_MS + 700_000);
    });
}

#[test]
fn a_hold_is_not_forgotten_nor_extended_again_and_again() {
    let mut over = opening();
    let two_days = 48 * 3_600;
    over.extend([
        claim(10, LAN, 1, 1, d1(500, 0, None)),
        step(20, state("ended")),
        expired(610, 1, back(500, 0)),
        step(20 + two_days, Event::SessionArchived(store::SessionArchived { session: 1 })),
    ]);
    let forgotten = is!(Rule, RuleBroken::HoldForgotten);
    check(&over, 6, Some(2), forgotten, |s| drop(s.remove(5)));

    let mut longer = opening();
    longer.extend([
        claim(10, LAN, 1, 1, d1(500, 0, None)),
        extended(20, true, 1_200),
        extended(30, false, 1_800),
    ]);
    check(&longer, 6, None, is!(Rule, RuleBroken::ExtendedAgain), |s| {
        s[5] = extended(30, true, 1_800)
    });
}

#[test]
fn a_swap_gets_all_at_once_and_overtakes_nobody_beyond_its_own() {
    let mut steps = opening();
    steps.extend([
        claim(10, LAN, 1, 1, d1(1_500, 0, None)),
        claim(11, MINH, 2, 2, d1(500, 500, Some(1))),
        swap(20, 3, 1_500, d1(1_000, 0, None)),
        promoted(20, MINH, 2, 500),
    ]);
    let in_part = is!(Rule, RuleBroken::SwapInPart);
    check(&steps, 6, Some(4), in_part, |s| s[5] = swap(20, 3, 1_500, d1(1_000, 500, Some(2))));
    let overtaken = |b: &Broken| matches!(b, Broken::Overtaken { order: 1, waiting: 1, .. });
    check(&steps, 6, Some(4), overtaken, |s| s[5] = swap(20, 3, 500, d1(1_000, 0, None)));
    let too_much = |b: &Broken| matches!(b, Broken::ReturnsTooMuch { order: 1, .. });
    check(&steps, 6, Some(1), too_much, |s| s[5] = swap(20, 3, 2_000, d1(1_000, 0, None)));
}

#[test]
fn who_waits_and_how_is_as_the_rules_say() {
    let mut none = ruled(|rules| rules.waitlist = false);
    none.push(claim(10, LAN, 1, 1, d1(2_000, 0, None)));
    let waits = claim(11, MINH, 2, 2, d1(0, 500, Some(1)));
    check(&none, 5, None, is!(Rule, RuleBroken::NoWaitlist), |s| s.push(waits));

    let mut whole = ruled(|rules| rules.waits_whole = true);
    whole.push(claim(10, LAN, 1, 1, d1(1_500, 0, None)));
    whole.push(claim(11, MINH, 2, 2, d1(0, 1_000, Some(1))));
    check(&whole, 5, None, is!(Rule, RuleBroken::FilledInPart), |s| {
        s[4] = claim(11, MINH, 2, 2, d1(500, 500, Some(1)));
    });
}

#[test]
fn a_closed_offer_is_sold_only_to_who_may_have_said_it_before() {
    let mut closed = opening();
    closed.extend([
        offer_changed(5, false),
        with(claim(6, LAN, 1, 1, d1(500, 0, None)), |c| c.origin = "comment".into()),
        offer_changed(7, true),
        offer_changed(608, true),
        claim(609, MINH, 2, 2, d1(500, 0, None)),
    ]);
    // Closed ten minutes ago: nobody can have said it while it was open.
    check(&closed, 8, None, is!(Rule, RuleBroken::OfferClosed), |s| {
        s[5] = offer_changed(7, false);
        s[6] = offer_changed(608, false);
    });
}

#[test]
fn nobody_has_more_than_one_may_have() {
    let over = is!(Rule, RuleBroken::OverLimit);
    let of_code = offered(|terms| terms.limit_per_buyer_milli = Some(1_000));
    let of_all = ruled(|rules| rules.limit_per_buyer_milli = Some(1_000));
    for mut steps in [of_code, of_all] {
        steps.push(claim(10, LAN, 1, 1, d1(500, 0, None)));
        steps.push(claim(11, LAN, 2, 1, d1(500, 0, None)));
        check(&steps, 5, None, over, |s| s[4] = claim(11, LAN, 2, 1, d1(1_000, 0, None)));
        check(&steps, 6, None, over, |s| s.push(claim(12, LAN, 3, 1, d1(0, 500, Some(1)))));
    }
}

/// The opening with limits against hoarding, and beans as D2.
fn hoarding(edit: impl FnOnce(&mut store::Hoarding)) -> Vec<Step> {
    let mut limits = store::Hoarding { cooldown_ms: 1_000_000, ..Default::default() };
    edit(&mut limits);
    let mut steps = ruled(|rules| rules.hoarding = Some(limits));
    let mut beans = steps[1].clone();
    if let Event::OfferAdded(added) = &mut beans.event {
        added.item = 2;
        added.terms.as_mut().expect("terms").code = "D2".into();
    }
    steps.insert(2, beans);
    steps
}

#[test]
fn nobody_holds_more_than_the_rules_let_one() {
    let d2 = || ClaimedLine { code: "D2".into(), item: 2, ..d1(500, 0, None) };
    let mut holds = hoarding(|limits| limits.holds_per_buyer = Some(1));
    holds.push(claim(10, LAN, 1, 1, d1(500, 0, None)));
    holds.push(claim(11, MINH, 2, 2, d2()));
    let too_many = is!(Rule, RuleBroken::TooManyHolds);
    check(&holds, 6, None, too_many, |s| s[5] = claim(11, LAN, 2, 1, d2()));

    let from = |network: u8| move |claimed: &mut store::Claimed| claimed.network = vec![network; 8];
    let mut orders = hoarding(|limits| limits.orders_per_network = Some(1));
    orders.push(with(claim(10, LAN, 1, 1, d1(500, 0, None)), from(7)));
    orders.push(with(claim(11, MINH, 2, 2, d2()), from(8)));
    let too_many = is!(Rule, RuleBroken::TooManyOrders);
    check(&orders, 6, None, too_many, |s| claimed(&mut s[5]).network = vec![7; 8]);

    let mut cooling = hoarding(|limits| limits.expiries = Some(1));
    cooling.extend([
        claim(10, LAN, 1, 1, d1(500, 0, None)),
        expired(610, 1, back(500, 0)),
        claim(1_610, LAN, 2, 2, d1(500, 0, None)),
    ]);
    let soon = is!(Rule, RuleBroken::CoolingDown);
    check(&cooling, 7, None, soon, |s| s[6] = claim(1_609, LAN, 2, 2, d1(500, 0, None)));
}
