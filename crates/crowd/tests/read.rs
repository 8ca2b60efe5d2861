//! The crowd's words as our own reader takes them: never bolder than their writers meant.

use crowd::{Crowd, Kind, Plan, Shape, Utterance, da_lat};
use domain::command::Want;
use domain::offer::OfferState;
use domain::{
    Code, Currency, Epoch, ItemId, Position, Quantity, Rules, Seq, SessionId, SessionState,
    SessionView, ShopId,
};
use intent::{Author, Circumstances, Codebook, Meaning};
use std::sync::Arc;

fn codebook() -> Codebook {
    let offers = (1..).zip(da_lat()).map(|(item, terms)| OfferState {
        terms: Arc::new(terms),
        item: ItemId(item),
        version: 1,
        left: Quantity::ONE,
        left_by_cell: vec![],
        open: true,
        pinned: false,
    });
    let view = SessionView {
        shop: ShopId::from_random(1),
        session: SessionId(1),
        title: "Phiên thử".into(),
        state: SessionState::Live,
        rules: Arc::new(Rules::default()),
        currency: Currency::VND,
        offers: offers.collect(),
        pinned: None,
        position: Position { epoch: Epoch(1), seq: Seq(9) },
    };
    Codebook::new(1, &view)
}

fn evening() -> impl Iterator<Item = Utterance> {
    let goods = da_lat();
    let plan = Plan { viewers: 300, goods, comments_per_minute: 750, shape: Shape::Calm };
    Crowd::new(11, &plan).take(20_000)
}

fn read(codebook: &Codebook, text: &str) -> Meaning {
    let viewer = Circumstances { author: Author::Viewer, edited: false };
    intent::read(text, codebook, viewer).meaning
}

#[test]
fn most_orders_are_read_as_the_lines_that_were_meant_and_none_as_others() {
    let codebook = codebook();
    let (mut orders, mut meant) = (0, 0);
    let (mut careful, mut wrong) = (Vec::new(), Vec::new());
    for one in evening() {
        let Kind::Order(wants) = &one.kind else { continue };
        orders += 1;
        match read(&codebook, &one.text) {
            Meaning::Claim(lines) if plain(&lines) == plain(wants) => meant += 1,
            Meaning::Claim(lines) => wrong.push((one.text, plain(&lines))),
            other => careful.push((one.text, other)),
        }
    }
    let (some_wrong, some) = (&wrong[..wrong.len().min(10)], &careful[..careful.len().min(10)]);
    assert!(wrong.is_empty(), "{} are misread, some: {some_wrong:?}", wrong.len());
    assert!(meant * 100 >= orders * 85, "{meant} of {orders} as meant; others: {some:?}");
}

/// Codes and quantities in the order of the codes.
fn plain(wants: &[Want]) -> Vec<(Code, Quantity)> {
    let mut pairs: Vec<_> = wants.iter().map(|want| (want.code, want.quantity)).collect();
    pairs.sort();
    pairs
}

#[test]
fn no_question_and_no_chatter_reserves_anything() {
    let codebook = codebook();
    for one in evening().filter(|one| matches!(one.kind, Kind::Question | Kind::Chatter)) {
        let meaning = read(&codebook, &one.text);
        assert!(!matches!(meaning, Meaning::Claim(_)), "{:?}: {meaning:?}", one.text);
    }
}

#[test]
fn a_wish_to_cancel_never_buys() {
    let codebook = codebook();
    for one in evening() {
        let Kind::Cancel(code) = one.kind else { continue };
        match read(&codebook, &one.text) {
            Meaning::Cancel(codes) => assert_eq!(codes, [code], "{:?}", one.text),
            Meaning::Review { .. } => {}
            other => panic!("{:?}: {other:?}", one.text),
        }
    }
}
