//! Under pressure: what can be no order is asked to come again, orders get in to the end of the
//! queue, and nobody is told anything that is not so.

use domain::command::{Command, Key, Want};
use domain::limits::{
    BUSY_REQUESTS, CROWDED_AGAIN_MS, CROWDED_REQUESTS, LANE_REQUESTS_MAX, SHED_AGAIN_MS,
};
use domain::offer::{OfferTerms, Stock, Variant};
use domain::{
    AnswerBody, BuyerRef, Clock, Code, Currency, KeyDigest, Millis, Money, OutcomeKind, Quantity,
    Request, Rules, SessionId, SessionState, ShopId, Timestamp,
};
use hub::{
    Answered, Author, BuyerFrame, Comment, Hub, HubError, Options, Pressure, SystemClock, Viewer,
};
use journal::Journal;
use std::sync::{Arc, Condvar, Mutex};
use tempfile::TempDir;
use tokio::task::JoinHandle;

const SHOP: ShopId = ShopId::from_random(1);
const SESSION: SessionId = SessionId(1);

/// The system's clock in which no time passes for requests; while it is held, a lane that asks it
/// waits.
struct HeldClock {
    system: SystemClock,
    held: Mutex<bool>,
    let_go: Condvar,
}

impl HeldClock {
    fn hold(&self, held: bool) {
        *self.held.lock().expect("unpoisoned") = held;
        self.let_go.notify_all();
    }

    fn pass(&self) {
        let is_lane = std::thread::current().name().is_some_and(|name| name.starts_with("lane-"));
        if is_lane {
            let held = self.held.lock().expect("unpoisoned");
            drop(self.let_go.wait_while(held, |held| *held).expect("unpoisoned"));
        }
    }
}

impl Clock for HeldClock {
    fn wall(&self) -> Timestamp {
        self.pass();
        self.system.wall()
    }

    fn monotonic(&self) -> Millis {
        self.pass();
        Millis(0)
    }
}

/// Who waits before a lane that is held.
type Crowd = Vec<JoinHandle<Result<(), HubError>>>;

type Answers = Result<Vec<Result<Answered, HubError>>, HubError>;

/// A server with one live session that sells D1, whose lane can be held.
struct House {
    hub: Hub,
    journal: Journal,
    clock: Arc<HeldClock>,
    keys: u8,
    _data: TempDir,
}

impl House {
    async fn open() -> Self {
        let data = tempfile::tempdir().expect("a folder");
        let (held, let_go) = (Mutex::new(false), Condvar::new());
        let clock = Arc::new(HeldClock { system: SystemClock::start(), held, let_go });
        let (journal, recovered) = Journal::open(data.path(), clock.wall()).expect("a journal");
        let lost = Box::new(|why: &str| panic!("{why}"));
        let options = Options { lanes: 1, ..Options::new(data.path().join("aside.log"), lost) };
        let hub = Hub::start(journal.clone(), recovered, clock.clone(), options).expect("a hub");
        hub.add_shop(SHOP);
        let mut house = Self { hub, journal, clock, keys: 0, _data: data };
        let (title, rules) = ("tối nay".into(), Box::new(Rules::default()));
        let (currency, offers) = (Currency::VND, vec![offer("D1", "cà chua")]);
        house.call(Command::OpenSession { title, rules, currency, offers }).await;
        house.call(Command::SetSessionState { session: SESSION, state: SessionState::Live }).await;
        house
    }

    async fn call(&mut self, command: Command) {
        self.begin(command).await.expect("no panic").expect("done");
    }

    /// A host's call that goes on by itself.
    fn begin(&mut self, command: Command) -> JoinHandle<Result<Answered, HubError>> {
        self.keys += 1;
        let key = Key { digest: KeyDigest([self.keys; 16]), body: None };
        let (hub, request) = (self.hub.clone(), Request { key: Some(key), command });
        tokio::spawn(async move { hub.ask(SHOP, request).await })
    }

    /// A post that goes on by itself.
    fn post(&self, comments: Vec<Comment>) -> JoinHandle<Answers> {
        let hub = self.hub.clone();
        tokio::spawn(async move { hub.comments(SHOP, SESSION, comments).await })
    }

    /// One comment, answered while the lane is held, or by it.
    async fn say(&self, key: &str, text: &str) -> Result<Answered, HubError> {
        let mut answers = self.hub.comments(SHOP, SESSION, vec![said(key, text)]).await?;
        answers.pop().expect("one answer")
    }

    /// True if the vault knew somebody before this: then it has their name, and asks for no other.
    fn is_known(&self, platform: &str, id: &str) -> bool {
        let buyer = self.journal.vault().buyer(SHOP, platform, id, "").expect("a buyer");
        buyer.new.is_none_or(|new| !new.name.is_empty())
    }

    /// Holds the lane and lets a crowd of readers gather before it until so many wait: for the
    /// queue they are what claims are, and cheaper to make.
    async fn fill(&self, until: usize) -> Crowd {
        self.clock.hold(true);
        let read = || {
            let hub = self.hub.clone();
            tokio::spawn(async move { hub.summary(SHOP, SESSION).await.map(drop) })
        };
        let crowd = (self.hub.status().queue_requests..until).map(|_| read()).collect();
        self.waits(until).await;
        crowd
    }

    /// Until so many wait for the lane.
    async fn waits(&self, requests: usize) {
        while self.hub.status().queue_requests < requests {
            tokio::task::yield_now().await;
        }
    }

    /// Lets the lane go on until it is calm; everybody of the crowd is answered.
    async fn drain(&self, crowd: Crowd) {
        self.clock.hold(false);
        for reader in crowd {
            reader.await.expect("no panic").expect("an answer");
        }
        while self.hub.pressure(SHOP) != Pressure::Calm {
            tokio::task::yield_now().await;
        }
    }
}

impl Drop for House {
    fn drop(&mut self) {
        self.clock.hold(false);
        self.hub.stop();
    }
}

fn offer(code: &str, name: &str) -> OfferTerms {
    let stock = Stock::Pool(Quantity::from_units(1_000_000).expect("small"));
    OfferTerms {
        code: Code::parse(code).expect("a code"),
        name: format!("{name} loại một").into(),
        price: Money::vnd(45_000),
        unit: "trái".into(),
        step: Quantity::ONE,
        axes: vec![],
        prices: vec![],
        packs: vec![],
        aliases: vec![name.into()],
        limit_per_buyer: None,
        ready_at: None,
        item: None,
        stock,
    }
}

fn said(key: &str, text: &str) -> Comment {
    Comment {
        key: key.into(),
        platform: "tiktok".into(),
        buyer_id: format!("buyer of {key}"),
        buyer_name: "Lan".into(),
        text: text.into(),
        sent_at: None,
        edited: false,
        author: Author::Viewer,
    }
}

/// Somebody on the shop's own page.
fn viewer() -> Viewer {
    let (buyer, name, network) = (BuyerRef([7; 16]), "Lan".into(), None);
    Viewer { shop: SHOP, session: SESSION, buyer, name, network }
}

fn kind(answered: Result<Answered, HubError>) -> OutcomeKind {
    match &answered.expect("decided").answer.body {
        AnswerBody::Outcome(outcome) => outcome.kind,
        other => panic!("not an outcome: {other:?}"),
    }
}

/// When to come again.
fn busy(answered: Result<Answered, HubError>) -> u64 {
    match answered {
        Err(HubError::Busy { retry_after_ms }) => retry_after_ms,
        other => panic!("not busy: {other:?}"),
    }
}

const HELLO: &str = "❤️❤️";
const QUESTION: &str = "còn hàng không shop?";

#[tokio::test(flavor = "multi_thread")]
async fn claims_get_in_to_the_end_of_the_queue_while_chatter_comes_again_later() {
    let house = House::open().await;
    let mut crowd = house.fill(BUSY_REQUESTS).await;
    assert_eq!(house.hub.pressure(SHOP), Pressure::Busy);
    let again = busy(house.say("tiktok:hello", HELLO).await);
    assert!((SHED_AGAIN_MS..2 * SHED_AGAIN_MS).contains(&again), "{again}");
    assert_eq!(house.hub.status().queue_requests, BUSY_REQUESTS, "it does not wait anywhere");
    crowd.extend(house.fill(LANE_REQUESTS_MAX - 2).await);
    let claims = house.post(vec![said("tiktok:a", "d1"), said("tiktok:b", "lấy d1 x2")]);
    house.waits(LANE_REQUESTS_MAX).await;
    let again = busy(house.say("tiktok:late", "d1").await);
    assert!(again >= CROWDED_AGAIN_MS, "the hard limit is for claims too: {again}");
    assert_ne!(busy(house.say("tiktok:late", "d1").await), again, "nobody else comes then");
    house.drain(crowd).await;
    for claim in claims.await.expect("no panic").expect("taken") {
        assert_eq!(kind(claim), OutcomeKind::Held);
    }
    assert_eq!(kind(house.say("tiktok:late", "d1").await), OutcomeKind::Held);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shed_key_is_decided_once_when_it_comes_again() {
    let house = House::open().await;
    let crowd = house.fill(BUSY_REQUESTS).await;
    busy(house.say("tiktok:hello", HELLO).await);
    busy(house.say("tiktok:change", HELLO).await);
    house.drain(crowd).await;
    let first = house.say("tiktok:hello", HELLO).await.expect("decided");
    assert!(!first.replayed, "nothing of the shed one was remembered");
    let second = house.say("tiktok:hello", HELLO).await.expect("decided");
    assert!(second.replayed);
    assert_eq!(first.answer, second.answer);
    assert_eq!(kind(Ok(first)), OutcomeKind::Noted);
    // Nothing was decided about its words either.
    assert_eq!(kind(house.say("tiktok:change", "d1").await), OutcomeKind::Held);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_shed_is_not_kept_in_memory_and_is_introduced_by_their_first_order() {
    let house = House::open().await;
    let (connection, _, _frames) = house.hub.attach(viewer(), None).await.expect("welcome");
    let crowd = house.fill(BUSY_REQUESTS).await;
    for n in 0..10 {
        busy(house.say(&format!("tiktok:{n}"), HELLO).await);
    }
    assert!(connection.comment("hello".into(), HELLO.into()).is_err());
    let known = (0..10).filter(|n| house.is_known("tiktok", &format!("buyer of tiktok:{n}")));
    assert_eq!(known.count(), 0, "no batch brings them, so nothing would let them go again");
    assert!(!house.is_known("own", &viewer().buyer.to_string()));
    house.drain(crowd).await;
    assert_eq!(kind(house.say("tiktok:0", "d1").await), OutcomeKind::Held);
    let vault = house.journal.vault();
    let buyer = vault.buyer(SHOP, "tiktok", "buyer of tiktok:0", "").expect("known").buyer;
    assert_eq!(house.hub.buyer_name(SHOP, buyer).as_deref(), Some("Lan"));
    assert!(house.hub.dossier(SHOP, buyer).await.expect("read").is_some(), "durably");
}

#[tokio::test(flavor = "multi_thread")]
async fn in_a_post_each_answer_stands_where_its_comment_stood() {
    let house = House::open().await;
    let crowd = house.fill(BUSY_REQUESTS).await;
    let mixed = [":))", "d1", HELLO, ":))", "d1 x2", "hết chưa", HELLO];
    let comments = mixed.iter().enumerate();
    let comments = comments.map(|(n, text)| said(&format!("tiktok:mixed-{n}"), text)).collect();
    let mixed = house.post(comments);
    house.waits(BUSY_REQUESTS + 3).await;
    house.drain(crowd).await;
    let answers = mixed.await.expect("no panic").expect("taken");
    let seen: Vec<_> = answers.into_iter().map(|answer| answer.is_ok()).collect();
    assert_eq!(seen, [false, true, false, false, true, true, false]);
}

#[tokio::test(flavor = "multi_thread")]
async fn questions_come_later_only_when_it_is_crowded() {
    let house = House::open().await;
    let mut crowd = house.fill(BUSY_REQUESTS).await;
    let asked = house.post(vec![said("tiktok:question", QUESTION)]);
    house.waits(BUSY_REQUESTS + 1).await;
    crowd.extend(house.fill(CROWDED_REQUESTS).await);
    assert_eq!(house.hub.pressure(SHOP), Pressure::Crowded);
    let again = busy(house.say("tiktok:question-2", QUESTION).await);
    assert!((CROWDED_AGAIN_MS..2 * CROWDED_AGAIN_MS).contains(&again), "{again}");
    house.drain(crowd).await;
    let asked = asked.await.expect("no panic").expect("taken").remove(0);
    assert_eq!(kind(asked), OutcomeKind::Noted);
    assert_eq!(kind(house.say("tiktok:question-2", QUESTION).await), OutcomeKind::Noted);
}

#[tokio::test(flavor = "multi_thread")]
async fn words_that_a_change_under_way_may_make_an_order_are_not_shed() {
    let mut house = House::open().await;
    assert_eq!(kind(house.say("tiktok:before", "bí ngô").await), OutcomeKind::Noted);
    let crowd = house.fill(BUSY_REQUESTS).await;
    busy(house.say("tiktok:pumpkin", "bí ngô").await);
    let terms = Box::new(offer("B7", "bí ngô"));
    let added = house.begin(Command::AddOffer { session: SESSION, terms });
    house.waits(BUSY_REQUESTS + 1).await;
    let ordered = house.post(vec![said("tiktok:order", "lấy 2 trái bí ngô")]);
    let chatter = house.post(vec![said("tiktok:chatter", HELLO)]);
    house.waits(BUSY_REQUESTS + 3).await;
    house.drain(crowd).await;
    let chatter = chatter.await.expect("no panic").expect("taken").remove(0);
    assert_eq!(kind(chatter), OutcomeKind::Noted, "nobody could be sure");
    added.await.expect("no panic").expect("added");
    let ordered = ordered.await.expect("no panic").expect("taken").remove(0);
    assert_eq!(kind(ordered), OutcomeKind::Held, "read again with the words of its moment");
    let crowd = house.fill(BUSY_REQUESTS).await;
    busy(house.say("tiktok:chatter-2", HELLO).await);
    house.drain(crowd).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_whose_caller_has_gone_still_guards_its_words_until_it_is_done() {
    let mut house = House::open().await;
    let crowd = house.fill(BUSY_REQUESTS).await;
    let terms = Box::new(offer("B7", "bí ngô"));
    let added = house.begin(Command::AddOffer { session: SESSION, terms });
    house.waits(BUSY_REQUESTS + 1).await;
    added.abort();
    assert!(added.await.expect_err("gone").is_cancelled());
    let ordered = house.post(vec![said("tiktok:order", "lấy 2 trái bí ngô")]);
    // Only words that nobody is sure about wait for the lane.
    let chatter = house.post(vec![said("tiktok:chatter", HELLO)]);
    house.waits(BUSY_REQUESTS + 3).await;
    house.drain(crowd).await;
    chatter.await.expect("no panic").expect("taken");
    let ordered = ordered.await.expect("no panic").expect("taken").remove(0);
    assert_eq!(kind(ordered), OutcomeKind::Held);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_nobody_has_seen_and_one_that_has_not_begun_are_told_so() {
    let mut house = House::open().await;
    let (title, rules) = ("mai".into(), Box::new(Rules::default()));
    let (currency, offers) = (Currency::VND, vec![]);
    house.call(Command::OpenSession { title, rules, currency, offers }).await;
    let crowd = house.fill(BUSY_REQUESTS).await;
    let mut others = Vec::new();
    for session in [SessionId(2), SessionId(99)] {
        let (hub, comments) = (house.hub.clone(), vec![said("tiktok:early", HELLO)]);
        others.push(tokio::spawn(async move { hub.comments(SHOP, session, comments).await }));
    }
    house.waits(BUSY_REQUESTS + 2).await;
    house.drain(crowd).await;
    for other in others {
        let answer = other.await.expect("no panic").expect("taken").remove(0);
        assert!(!matches!(answer, Err(HubError::Busy { .. })), "{answer:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_viewers_tap_gets_in_while_their_chatter_comes_again_later() {
    let house = House::open().await;
    let (connection, _, mut frames) = house.hub.attach(viewer(), None).await.expect("welcome");
    let crowd = house.fill(CROWDED_REQUESTS).await;
    let chatter = connection.comment("hello".into(), HELLO.into());
    assert!(matches!(chatter, Err(HubError::Busy { .. })), "chatter is taken");
    let code = Code::parse("D1").expect("a code");
    let quantity = Quantity::from_units(1).expect("small");
    let want = Want { code, variant: Variant::default(), quantity, adds: false };
    let tap = connection.claim("tap".into(), vec![want]).expect("taken");
    let order = connection.comment("order".into(), "d1 x3".into()).expect("taken");
    let release = connection.release("release".into(), vec![], None).expect("taken");
    connection.send(vec![tap]).expect("taken");
    connection.send(vec![order, release]).expect("taken");
    house.drain(crowd).await;
    let mut answered = Vec::new();
    while answered.len() < 3 {
        for frame in frames.take().await.expect("frames") {
            match &*frame {
                BuyerFrame::Outcome { key, .. } => answered.push(key.to_string()),
                BuyerFrame::Failed { key, error } => panic!("{key}: {error}"),
                BuyerFrame::Order(_) => {}
            }
        }
    }
    assert_eq!(answered, ["tap", "order", "release"]);
}
