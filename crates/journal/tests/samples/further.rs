//! The sale's further rules: answered cards, swaps, cancels that can be undone, blocks and links,
//! pre-orders and rules that change.

use super::*;
use domain::command::CardAnswer;
use domain::{LinkCode, Network, StaffRef};

pub(crate) const ACCOUNT: BuyerRef = BuyerRef([0xac; 16]);
pub(crate) const NETWORK: Network = Network([0x2e; 8]);
pub(crate) const LINK: LinkCode = LinkCode::new(4_821).expect("four digits");

const AUTHOR: StaffRef = StaffRef([0xa0; 16]);

/// Rules whose every setting is another than by default.
pub(crate) fn further_rules() -> Rules {
    Rules {
        partial_fill: false,
        promotion_hold: Some(Millis::from_secs(180)),
        limit_per_buyer: Some(milli(20_000)),
        cancel_undo: Millis::from_secs(10),
        hoarding: Hoarding {
            holds_per_buyer: Some(8),
            orders_per_network: Some(0),
            expiries: Some(3),
            cooldown: Millis::from_secs(60),
        },
        ..full_rules()
    }
}

/// Rules without any limit.
fn boundless_rules() -> Rules {
    let hoarding = Hoarding {
        holds_per_buyer: None,
        orders_per_network: None,
        expiries: None,
        cooldown: Millis(0),
    };
    Rules { promotion_hold: Some(Millis(0)), hoarding, ..Rules::default() }
}

pub(crate) fn pre_order() -> OfferTerms {
    OfferTerms { ready_at: Some(UNTIL), ..bare_terms() }
}

/// One or more of every kind that the first journal did not know, and what it did not know of
/// others.
pub(crate) fn further_events() -> Vec<Event> {
    [of_claims(), of_cards(), of_cancels(), of_people(), of_terms()].concat()
}

fn of_claims() -> Vec<Event> {
    let review = Some(ReviewId(8));
    let swap = Claimed { returned: returned(), review, network: Some(NETWORK), ..full_claim() };
    let resolved = Claimed { review, origin: Origin::Host, ..bare_claim() };
    let anonymous = Claimed { network: Some(NETWORK), ..bare_claim() };
    let refused = Event::ClaimRefused {
        session: SESSION,
        key: KEY,
        body: None,
        buyer: BUYER,
        origin: Origin::Host,
        rule: RuleNo(17),
        number: 5,
        reason: Reason::Blocked,
        wants: wants(),
        review,
    };
    vec![
        Event::ClaimHeld(swap.clone()),
        Event::ClaimHeld(resolved.clone()),
        Event::ClaimHeld(anonymous),
        Event::ClaimHeld(Claimed { returned: returned(), ..bare_claim() }),
        Event::ClaimWaitlisted(swap),
        Event::ClaimWaitlisted(resolved),
        refused,
    ]
}

fn of_cards() -> Vec<Event> {
    let reviewed = |about, network| Event::ClaimReviewed {
        session: SESSION,
        key: KEY,
        buyer: BUYER,
        review: ReviewId(300),
        reason: Reason::UnknownCode,
        rule: RuleNo(17),
        suggestion: vec![],
        about,
        network,
    };
    let resolved = |key, reviews, answer, lasts| Event::ReviewResolved {
        session: SESSION,
        key,
        author: AUTHOR,
        reviews,
        answer,
        lasts,
    };
    let lines = |instead_of| CardAnswer::Lines { wants: wants(), instead_of };
    vec![
        reviewed(Some(code("A99")), Some(NETWORK)),
        reviewed(Some(code("A99")), None),
        reviewed(None, Some(NETWORK)),
        resolved(host_key(), vec![ReviewId(8), ReviewId(300)], lines(vec![code("D1")]), true),
        resolved(None, vec![ReviewId(8)], lines(vec![]), false),
        resolved(None, vec![], CardAnswer::Ignore, false),
    ]
}

fn of_cancels() -> Vec<Event> {
    let (session, order) = (SESSION, OrderId(77));
    let begun = |key, origin, rule, lines| Event::CancelBegun {
        session,
        key,
        origin,
        rule,
        order,
        lines,
        closes_at: UNTIL,
    };
    let undone = |key, origin| Event::CancelUndone { session, key, origin, order };
    vec![
        begun(host_key(), Origin::Host, RuleNo(0), returned()),
        begun(None, Origin::Comment, RuleNo(300), vec![]),
        undone(host_key(), Origin::Host),
        undone(None, Origin::Tap),
        Event::CancelClosed { session, order, lines: returned() },
        Event::CancelClosed { session, order, lines: vec![] },
    ]
}

fn of_people() -> Vec<Event> {
    let blocked =
        |key, blocked| Event::BuyerBlocked { session: SESSION, key, buyer: BUYER, blocked };
    let offered = |body, link| Event::LinkOffered {
        session: SESSION,
        key: Key { digest: KEY, body },
        buyer: BUYER,
        link,
        until: UNTIL,
    };
    let linked = |rule, link| Event::BuyersLinked {
        session: SESSION,
        key: KEY,
        rule,
        account: ACCOUNT,
        to: BUYER,
        link,
    };
    let zero = LinkCode::new(0).expect("four digits");
    vec![
        blocked(host_key(), true),
        blocked(None, false),
        offered(Some(KeyDigest([0x0b; 16])), LINK),
        offered(None, zero),
        linked(RuleNo(300), LINK),
        linked(RuleNo(0), zero),
        Event::BuyerErased { buyer: BUYER, accounts: vec![ACCOUNT] },
        Event::BuyerErased { buyer: BUYER, accounts: vec![] },
    ]
}

fn of_terms() -> Vec<Event> {
    let changed =
        |key, rules| Event::RulesChanged { session: SESSION, key, rules: Box::new(rules) };
    let opened = |rules| Event::SessionOpened {
        session: SESSION,
        key: None,
        title: "".into(),
        rules: Box::new(rules),
        currency: Currency::VND,
    };
    let added = Event::OfferAdded {
        session: SESSION,
        key: None,
        item: ItemId(9),
        new_item: true,
        terms: Arc::new(pre_order()),
    };
    vec![
        changed(host_key(), further_rules()),
        changed(None, Rules::default()),
        opened(further_rules()),
        opened(boundless_rules()),
        added,
    ]
}
