//! A lane, a disk that syncs when told, and people who ask.
#![allow(clippy::unwrap_used, unreachable_pub, reason = "a test that cannot go on says so")]
#![allow(dead_code, reason = "each test file uses its own part of it")]

pub mod told;

use domain::command::Key;
use domain::offer::{OfferChange, OfferTerms, Stock};
use domain::outcome::Answer;
use domain::snapshot::OrderAtRest;
use domain::{
    BuyerRef, Code, Command, Currency, Epoch, KeyDigest, Millis, Money, Network, Position,
    Quantity, Request, Rules, SessionId, SessionState, SessionView, ShopId, Timestamp,
};
use hub::{
    Arrival, Ask, Asked, BuyerFrame, ConnectionId, Entry, Input, Lane, Moment, Output, ReplyTo,
    Sender,
};
use intent::{Circumstances, Codebook};
use inventory::{Decision, State};
use journal::Batch;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use told::{DropMark, Told, Watching};

pub const SESSION: SessionId = SessionId(1);

/// The next decision panics, on this thread.
static PANICS: Mutex<Vec<std::thread::ThreadId>> = Mutex::new(Vec::new());

fn decide(state: &State, request: &Request, now: Timestamp) -> Decision {
    let me = std::thread::current().id();
    let hit = {
        let mut panics = PANICS.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        let at = panics.iter().position(|thread| *thread == me);
        at.map(|at| panics.swap_remove(at))
    };
    assert!(hit.is_none(), "a bug, made for the test");
    inventory::decide(state, request, now)
}

/// One shop's lane with everything around it.
pub struct World {
    lane: Lane,
    moment: Moment,
    disk: VecDeque<Batch>,
    view: Option<Arc<SessionView>>,
    codebook: Option<Arc<Codebook>>,
    appended: usize,
    aside: usize,
    calls: u8,
}

impl World {
    pub fn with_draft_session() -> Self {
        let shop = ShopId::from_random(7);
        let moment = Moment { wall: Timestamp(1_000_000), monotonic: Millis(0) };
        let lane = Lane::new(shop, State::new(shop), Epoch(1), moment, 0, decide);
        let mut world = Self {
            lane,
            moment,
            disk: VecDeque::new(),
            view: None,
            codebook: None,
            appended: 0,
            aside: 0,
            calls: 0,
        };
        world.call(Command::OpenSession {
            title: "thử".into(),
            rules: Box::new(Rules::default()),
            currency: Currency::VND,
            offers: vec![squash()],
        });
        world
    }

    pub fn with_live_session() -> Self {
        let mut world = Self::with_draft_session();
        world.set_state(SessionState::Live);
        world.appended = 0;
        world
    }

    pub fn set_state(&mut self, state: SessionState) -> Answer {
        self.call(Command::SetSessionState { session: SESSION, state })
    }

    pub fn close(&mut self, code: &str) {
        let change = Box::new(OfferChange { open: Some(false), ..OfferChange::default() });
        let code = Code::parse(code).unwrap();
        self.call(Command::ChangeOffer { session: SESSION, code, change, expected_version: None });
    }

    /// A host's call, made and durable.
    pub fn call(&mut self, command: Command) -> Answer {
        self.calls += 1;
        let key = Key { digest: KeyDigest([self.calls; 16]), body: None };
        let request = Request { key: Some(key), command };
        let entry = entry_of(Asked::Command(request), None);
        let told = self.ask(vec![entry]);
        self.settle();
        Answer::clone(&told.answers().remove(0).answer)
    }

    pub fn comment(&mut self, who: &str, key: &str, text: &str) -> Told {
        self.comments(&[(who, key, text)])
    }

    pub fn comments(&mut self, comments: &[(&str, &str, &str)]) -> Told {
        let codebook = self.codebook();
        let entries = comments.iter().map(|(who, key, text)| said(&codebook, who, key, text));
        self.ask(entries.collect())
    }

    pub fn comment_read_with(&mut self, book: &Codebook, who: &str, key: &str, text: &str) -> Told {
        self.ask(vec![said(book, who, key, text)])
    }

    /// The same, said at a moment or from a network that matters.
    pub fn comment_of(
        &mut self,
        book: &Codebook,
        (who, key, text): (&str, &str, &str),
        (then, from): (Option<Timestamp>, Option<Network>),
    ) -> Told {
        let mut entry = said(book, who, key, text);
        if let Asked::Comment { said_at, network, .. } = &mut entry.asked {
            (*said_at, *network) = (then, from);
        }
        self.ask(vec![entry])
    }

    /// The shop's orders as the lane has them, the disk aside.
    pub fn orders(&self) -> Vec<OrderAtRest> {
        self.lane.state().snapshot().orders
    }

    /// Another process goes on from what this one has.
    pub fn restart(&mut self) {
        let (shop, snapshot) = (self.lane.shop(), self.lane.state().snapshot());
        let state = State::restore(shop, snapshot).expect("a whole state");
        self.lane = Lane::new(shop, state, Epoch(2), self.moment, 0, decide);
        self.lane.set_durable();
    }

    pub fn codebook(&self) -> Arc<Codebook> {
        self.codebook.clone().expect("published")
    }

    fn ask(&mut self, entries: Vec<Entry>) -> Told {
        let told = Told { answers: Arc::default(), dropped: Arc::default() };
        let (answers, mark) = (told.answers.clone(), DropMark(told.dropped.clone()));
        let reply = ReplyTo::Caller(Box::new(move |given| {
            let _kept = &mark;
            *answers.lock().unwrap() = Some(given);
        }));
        let came = self.moment.monotonic;
        self.step(Input::Ask(Ask::Decide { entries, reply, came }));
        told
    }

    /// One step, its outputs carried out; answers them too, for those that were not.
    pub fn step(&mut self, input: Input) -> Vec<Output> {
        let mut out = Vec::new();
        self.lane.step(input, &mut out);
        let mut rest = Vec::new();
        for output in out {
            match output {
                Output::Append(batch) => {
                    self.appended += 1;
                    self.disk.push_back(batch);
                }
                Output::Release(release) => release(),
                Output::Publish(published) => {
                    self.view = Some(published.view);
                    self.codebook = published.codebook.or(self.codebook.take());
                }
                Output::Aside(..) => self.aside += 1,
                other @ (Output::Archive(_) | Output::SnapshotDue(_)) => rest.push(other),
            }
        }
        rest
    }

    pub fn pump(&mut self) {
        self.step(Input::Pump(self.moment));
    }

    /// The disk finishes its oldest batch.
    pub fn sync(&mut self) {
        if let Some(batch) = self.disk.pop_front() {
            self.step(Input::Durable(batch.head().position.seq));
            self.pump();
        }
    }

    pub fn settle(&mut self) {
        self.pump();
        while !self.disk.is_empty() {
            self.sync();
        }
    }

    pub fn pass(&mut self, span: Millis) {
        self.moment.wall = self.moment.wall.plus(span);
        self.moment.monotonic.0 += span.0;
    }

    /// A connection of somebody who comes to watch.
    pub fn arrive(&mut self, connection: u64, who: &str, resume: Option<Position>) -> Watching {
        let watching = Watching::default();
        let (frames, welcome) = (watching.0.clone(), watching.0.clone());
        let orders = watching.1.clone();
        self.step(Input::Ask(Ask::Attach(Box::new(Arrival {
            connection: ConnectionId(connection),
            session: SESSION,
            buyer: buyer(who),
            resume,
            outbox: Box::new(move |some| {
                for frame in some {
                    match &**frame {
                        BuyerFrame::Outcome { key, answer } => {
                            frames.lock().unwrap().push((key.to_string(), answer.position));
                        }
                        BuyerFrame::Order(order) => orders.lock().unwrap().push(order.clone()),
                        BuyerFrame::Failed { .. } => {}
                    }
                }
                true
            }),
            welcome: Box::new(move |welcomed| {
                let welcomed = welcomed.expect("welcome");
                let mut seen = welcome.lock().unwrap();
                seen.push(("welcome".into(), welcomed.position));
                for frame in &welcomed.missed {
                    if let BuyerFrame::Outcome { key, answer } = &**frame {
                        seen.push((format!("missed {key}"), answer.position));
                    }
                }
            }),
        }))));
        watching
    }

    /// The writer starts again; its last heartbeat was then.
    pub fn resume(&mut self, alive: Timestamp) {
        let resumed = self.lane.resume(Some(alive), self.moment);
        assert!(resumed.is_none(), "nothing is held");
    }

    /// The shop's time as the lane sees it now.
    pub fn time(&self) -> Timestamp {
        self.lane.time(self.moment)
    }

    /// When the lane must be pumped even if nobody asks.
    pub fn deadline(&self) -> Option<Timestamp> {
        self.lane.next_deadline()
    }

    /// The shop's time, vouched for by a heartbeat.
    pub fn vouch(&mut self) -> Timestamp {
        self.lane.vouch(self.moment)
    }

    /// The wall clock alone leaps, or falls back.
    pub fn fall_back(&mut self, span: Millis) {
        self.moment.wall.0 -= span.0;
    }

    /// See above.
    pub fn leap(&mut self, span: Millis) {
        self.moment.wall = self.moment.wall.plus(span);
    }

    pub fn panic_on_the_next_decision(&self) {
        PANICS.lock().unwrap().push(std::thread::current().id());
    }

    pub fn appended(&self) -> usize {
        self.appended
    }

    pub fn aside(&self) -> usize {
        self.aside
    }

    pub fn is_idle(&self) -> bool {
        self.lane.is_idle()
    }

    /// Free stock as published.
    pub fn left(&self, code: &str) -> String {
        let view = self.view.as_ref().expect("published");
        let offer = view.offers.iter().find(|offer| offer.terms.code.as_str() == code);
        offer.expect("on sale").left.to_string()
    }
}

fn squash() -> OfferTerms {
    OfferTerms {
        code: Code::parse("D1").unwrap(),
        name: "bí đỏ".into(),
        price: Money::vnd(45_000),
        unit: "trái".into(),
        step: Quantity::ONE,
        axes: vec![],
        prices: vec![],
        packs: vec![],
        aliases: vec![],
        limit_per_buyer: None,
        ready_at: None,
        item: None,
        stock: Stock::Pool(Quantity::from_units(120).unwrap()),
    }
}

/// Who goes by that name.
pub fn buyer(who: &str) -> BuyerRef {
    let mut buyer = [0; 16];
    buyer[..who.len()].copy_from_slice(who.as_bytes());
    BuyerRef(buyer)
}

fn said(codebook: &Codebook, who: &str, key: &str, text: &str) -> Entry {
    let mut digest = [0; 16];
    digest[..key.len()].copy_from_slice(key.as_bytes());
    let circumstances = Circumstances::default();
    let asked = Asked::Comment {
        key: Key { digest: KeyDigest(digest), body: None },
        reading: intent::read(text, codebook, circumstances),
        codebook: Some(codebook.version()),
        text: text.into(),
        circumstances,
        said_at: None,
        network: None,
    };
    let sender = Sender { session: SESSION, buyer: buyer(who), key: key.into() };
    entry_of(asked, Some(sender))
}

fn entry_of(asked: Asked, sender: Option<Sender>) -> Entry {
    Entry { asked, words: None, new_buyer: None, sender }
}
