//! One evening: what the crowd types, second by second, and a few who tap on the shop's own page.

use crowd::{Crowd, Plan, Shape, Stock, Utterance, da_lat, person};
use domain::command::Want;
use domain::offer::Variant;
use domain::outcome::AnswerBody;
use domain::{BuyerRef, Code, OfferTerms, OutcomeKind, Quantity, SessionId, ShopId};
use hub::{Author, BuyerFrame, Comment, Connection, Frames, Hub, Viewer};
use std::iter::Peekable;

/// About 5 orders a second: two of five comments order.
pub(crate) const PER_MINUTE: u32 = 750;
/// A connector brings what was typed so often.
pub(crate) const GATHER_MS: u64 = 1_000;
const VIEWERS: u32 = 6_000;
/// Of these, so many come every evening; the others are new each time.
const REGULARS: u32 = 5_000;
const PAGES: u64 = 30;
const TAP_EVERY_MS: u64 = 10_000;
/// All evenings have the same people in them.
const PEOPLE: u64 = 7;
/// The half of the goods that runs out, so that people wait in line.
const SCARCE: usize = 2;

/// An evening under way.
pub(crate) struct Evening {
    pub(crate) session: SessionId,
    day: u64,
    passed_ms: u64,
    evening_ms: u64,
    crowd: Peekable<std::iter::Zip<Crowd, std::ops::RangeFrom<u64>>>,
    pages: Vec<(Connection, Frames)>,
}

/// What is on sale: six things that there is enough of, two that run out.
pub(crate) fn goods() -> Vec<OfferTerms> {
    let enough = Quantity::from_units(1_000_000).expect("a quantity");
    let mut goods = da_lat();
    goods.iter_mut().skip(SCARCE).for_each(|good| good.stock = Stock::Pool(enough));
    goods
}

/// What a tap asks for.
pub(crate) fn taps() -> Vec<Want> {
    let code = Code::parse("K1").expect("a code of the goods");
    vec![Want { code, variant: Variant::default(), quantity: Quantity::ONE, adds: true }]
}

/// True if it took stock or a place in line.
pub(crate) fn is_order(body: &AnswerBody) -> bool {
    let AnswerBody::Outcome(outcome) = body else { return false };
    matches!(outcome.kind, OutcomeKind::Held | OutcomeKind::Partial | OutcomeKind::Waitlisted)
}

impl Evening {
    pub(crate) fn new(day: u64, session: SessionId, evening_ms: u64) -> Self {
        let plan = Plan {
            viewers: VIEWERS,
            goods: goods(),
            comments_per_minute: PER_MINUTE,
            shape: Shape::Calm,
        };
        let crowd = Crowd::new(day + 1, &plan).zip(0..).peekable();
        Self { session, day, passed_ms: 0, evening_ms, crowd, pages: Vec::new() }
    }

    /// A few open the shop's own page.
    pub(crate) async fn sit_down(&mut self, hub: &Hub, shop: ShopId) {
        for page in 0..PAGES {
            let number = u128::from(self.day) << 64 | u128::from(page) | 1 << 100;
            let viewer = Viewer {
                shop,
                session: self.session,
                buyer: BuyerRef(number.to_be_bytes()),
                name: person(PEOPLE, page as u32).0,
                network: None,
            };
            let (connection, _, frames) = hub.attach(viewer, None).await.expect("welcome");
            self.pages.push((connection, frames));
        }
    }

    pub(crate) const fn goes_on(&self) -> bool {
        self.passed_ms < self.evening_ms
    }

    pub(crate) const fn passed_ms(&self) -> u64 {
        self.passed_ms
    }

    /// What is typed in the next second.
    pub(crate) fn next_post(&mut self) -> Vec<Comment> {
        self.passed_ms += GATHER_MS;
        let (day, until_us) = (self.day, self.passed_ms * 1_000);
        let due = std::iter::from_fn(|| self.crowd.next_if(|(said, _)| said.at_us <= until_us));
        due.map(|(said, number)| comment(day, number, said)).collect()
    }

    /// Now and then somebody taps; how many orders that made.
    pub(crate) async fn tap(&mut self, wants: impl Fn() -> Vec<Want>) -> u64 {
        if !self.passed_ms.is_multiple_of(TAP_EVERY_MS) {
            return 0;
        }
        let turn = (self.passed_ms / TAP_EVERY_MS) as usize % self.pages.len();
        let (connection, frames) = &mut self.pages[turn];
        let key = format!("tap-{}-{}", self.day, self.passed_ms);
        let tap = connection.claim(key.clone(), wants()).expect("a buyer there is");
        connection.send(vec![tap]).expect("taken");
        loop {
            let some = frames.take().await.expect("a page that reads is not cut off");
            let answered = some.iter().find_map(|frame| match &**frame {
                BuyerFrame::Outcome { key: of, answer } => (**of == *key).then_some(answer),
                BuyerFrame::Order(_) | BuyerFrame::Failed { .. } => None,
            });
            if let Some(answer) = answered {
                return is_order(&answer.body).into();
            }
        }
    }
}

fn comment(day: u64, number: u64, said: Utterance) -> Comment {
    let (name, platform) = person(PEOPLE, said.buyer);
    let is_regular = said.buyer < REGULARS;
    let buyer_id =
        if is_regular { said.buyer.to_string() } else { format!("{day}-{}", said.buyer) };
    Comment {
        key: format!("{}:{day}-{number}", platform.as_str()),
        platform: platform.as_str().to_owned(),
        buyer_id,
        buyer_name: name,
        text: said.text,
        sent_at: None,
        edited: false,
        author: Author::Viewer,
    }
}
