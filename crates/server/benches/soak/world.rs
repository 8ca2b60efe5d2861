//! The house: hub, journal, vault, accounts and read model on one folder, with the bench's clock.

use crate::calendar::Calendar;
use crate::evening::{Evening, GATHER_MS, goods, taps};
use accounts::Accounts;
use domain::command::{Key, OrderAct};
use domain::order::OrderState;
use domain::rules::Repeat;
use domain::{
    Clock, Command, Currency, KeyDigest, OrderId, OrderView, Request, Rules, SessionId,
    SessionState, ShopId,
};
use futures_util::future::join_all;
use hub::{Hub, Options};
use journal::Journal;
use persister::{Persister, Target};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

/// How many of a host's acts are under way at once.
const ACTS_AT_ONCE: usize = 64;
const PAGE: usize = 500;
const DAY_MS: u64 = 24 * 3_600_000;
/// Steps in which a night passes.
const NIGHT_STEP_MS: u64 = 600_000;

/// Everything that runs.
pub(crate) struct World {
    hub: Hub,
    shop: ShopId,
    clock: Arc<Calendar>,
    persister: Persister,
    _accounts: Accounts,
    keys: u128,
    sessions: u32,
    orders: u64,
}

impl World {
    /// Starts it on an empty folder.
    pub(crate) fn open(folder: &Path) -> Self {
        let clock = Arc::new(Calendar::default());
        let (journal, recovered) = Journal::open(folder, clock.wall()).expect("a journal");
        let accounts = Accounts::open(folder).expect("accounts");
        let lost = Box::new(|why: &str| panic!("{why}"));
        let options = Options::new(folder.join("aside.log"), lost);
        let hub = Hub::start(journal.clone(), recovered, clock.clone(), options).expect("a hub");
        let shop = accounts.add_shop("Hợp tác xã rau Đà Lạt").expect("a shop").shop;
        hub.add_shop(shop);
        let target = Target::Sqlite(folder.join("readmodel.db"));
        let persister = Persister::start(Arc::new(journal), target, clock.clone());
        let _accounts = accounts;
        Self { hub, shop, clock, persister, _accounts, keys: 0, sessions: 0, orders: 0 }
    }

    /// Claims that took stock or a place in line so far.
    pub(crate) const fn orders(&self) -> u64 {
        self.orders
    }

    /// A new session, live, with its crowd and a few who have its page open.
    pub(crate) async fn open_session(&mut self, day: u64, evening_ms: u64) -> Evening {
        let rules = Rules { repeat_code: Repeat::Add, ..Rules::default() };
        self.ask(Command::OpenSession {
            title: format!("Rau củ tối {}", day + 1).into(),
            rules: Box::new(rules),
            currency: Currency::VND,
            offers: goods(),
        })
        .await;
        self.sessions += 1;
        let session = SessionId(self.sessions);
        self.ask(Command::SetSessionState { session, state: SessionState::Live }).await;
        let mut evening = Evening::new(day, session, evening_ms);
        evening.sit_down(&self.hub, self.shop).await;
        evening
    }

    /// What is typed in the next second arrives as one post and is durable.
    pub(crate) async fn hear(&mut self, evening: &mut Evening) {
        self.clock.go_on(GATHER_MS);
        let comments = evening.next_post();
        if !comments.is_empty() {
            let (shop, session) = (self.shop, evening.session);
            let answers = self.hub.comments(shop, session, comments).await.expect("taken");
            self.orders += answers.iter().filter(|answer| took(answer)).count() as u64;
        }
        self.orders += evening.tap(taps).await;
        self.wait_for_rows().await;
    }

    /// The session ends; the host confirms most orders and cancels a few.
    pub(crate) async fn close(&mut self, evening: Evening) {
        let session = evening.session;
        self.ask(Command::SetSessionState { session, state: SessionState::Ended }).await;
        drop(evening);
        let decide = |order: &OrderView| {
            let is_held = order.state == OrderState::Held;
            match order.order.0 % 10 {
                0..7 if is_held => Some(OrderAct::Confirm),
                7 if is_held => Some(OrderAct::Cancel),
                _ => None,
            }
        };
        self.act(session, decide).await;
    }

    /// Until the next evening: the money of half the confirmed orders arrives, the holds that
    /// nobody confirmed expire, old sessions are archived.
    pub(crate) async fn night(&mut self, evening_ms: u64) {
        let session = SessionId(self.sessions);
        let steps = (DAY_MS - evening_ms) / NIGHT_STEP_MS;
        for step in 0..steps {
            self.clock.go_on(NIGHT_STEP_MS);
            // A look wakes the lane, which sees what the clock says.
            self.hub.orders(self.shop, session, None, 1).await.expect("it answers");
            if step == steps / 4 {
                let paid = |order: &OrderView| {
                    let is_due =
                        order.state == OrderState::Confirmed && order.order.0.is_multiple_of(2);
                    is_due.then_some(OrderAct::MarkPaid)
                };
                self.act(session, paid).await;
            }
            if step == steps / 2 {
                // At noon yesterday's book is closed: while somebody waits in line, a hold that
                // runs out is followed by the next one's, and their session stays in memory.
                let open = |order: &OrderView| {
                    (order.state == OrderState::Held).then_some(OrderAct::Cancel)
                };
                self.act(session, open).await;
            }
        }
        self.clock.go_on((DAY_MS - evening_ms) % NIGHT_STEP_MS);
        self.wait_for_rows().await;
    }

    /// Everything is written and closed.
    pub(crate) async fn end(self) {
        self.persister.stop(Duration::from_secs(60)).await;
        let hub = self.hub.clone();
        tokio::task::spawn_blocking(move || hub.stop()).await.expect("it stops");
    }

    /// In earnest a read model keeps up with the evening by far; here the evening is hurried, and
    /// must not run away from it.
    async fn wait_for_rows(&self) {
        const BEHIND_MAX: u64 = 10_000;
        if self.persister.status().lag_events > BEHIND_MAX {
            let mut status = self.persister.watch();
            let near = |status: &persister::machine::Status| status.lag_events < BEHIND_MAX / 2;
            drop(status.wait_for(near).await.expect("it runs"));
        }
    }

    async fn act(&mut self, session: SessionId, what: impl Fn(&OrderView) -> Option<OrderAct>) {
        let mut after: Option<OrderId> = None;
        loop {
            let page = self.hub.orders(self.shop, session, after, PAGE).await.expect("orders").0;
            let Some(last) = page.last() else { return };
            after = Some(last.order);
            let acts = page.iter().filter_map(|order| Some((order.order, what(order)?)));
            let acts: Vec<_> = acts.collect();
            for some in acts.chunks(ACTS_AT_ONCE) {
                let asked = some.iter().map(|(order, act)| {
                    let act = *act;
                    self.keys += 1;
                    let command = Command::ActOnOrder { session, order: *order, act };
                    self.hub.ask(self.shop, request(self.keys, command))
                });
                for done in join_all(asked.collect::<Vec<_>>()).await {
                    done.expect("done");
                }
            }
        }
    }

    async fn ask(&mut self, command: Command) {
        self.keys += 1;
        self.hub.ask(self.shop, request(self.keys, command)).await.expect("done");
    }
}

fn request(number: u128, command: Command) -> Request {
    let digest = KeyDigest(number.to_be_bytes());
    Request { key: Some(Key { digest, body: None }), command }
}

/// True if it took stock or a place in line.
fn took(answer: &Result<hub::Answered, hub::HubError>) -> bool {
    let answered = answer.as_ref().expect("every comment is answered");
    crate::evening::is_order(&answered.answer.body)
}
