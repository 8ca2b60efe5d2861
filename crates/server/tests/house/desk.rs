//! A host at work while the server is killed again and again: cards answered in groups, cancels
//! and their undoing, swaps, restocks, blocks, links. What was acknowledged is asked for again
//! under its key and must be the same.

use super::{House, Shop, call, comments, try_call};
use serde_json::{Value, json};
use std::sync::atomic::{AtomicBool, Ordering};

/// Acknowledged acts that are sent again after each restart.
const SAMPLE: usize = 20;

/// What one host did and was told.
pub struct Desk {
    shop: Shop,
    path: String,
    next: u64,
    answered: Vec<(Act, Value)>,
    open: Vec<Act>,
}

/// One call.
#[derive(Clone)]
struct Act {
    method: &'static str,
    path: String,
    key: Option<String>,
    body: Value,
}

impl Desk {
    pub fn new(shop: &Shop, session: &str) -> Self {
        let path = format!("/v1/sessions/{session}");
        Self { shop: shop.clone(), path, next: 0, answered: Vec::new(), open: Vec::new() }
    }

    /// Works until the server is gone.
    pub fn work(&mut self, base: &str, over: &AtomicBool) {
        while !over.load(Ordering::Relaxed) {
            if self.turn(base).is_none() {
                return;
            }
        }
    }

    /// After a restart: what got no answer is sent again, and some of what did.
    pub fn settle(&mut self, house: &House) {
        for act in std::mem::take(&mut self.open) {
            self.send(house.public(), act).expect("it runs");
        }
        let step = (self.answered.len() / SAMPLE).max(1);
        for (act, first) in self.answered.iter().step_by(step) {
            let again = self.call(house.public(), act).expect("it runs");
            assert!(again.replayed || act.key.is_none(), "{} {}", act.method, act.path);
            assert_eq!(&again.good(), first, "a key has one answer, for ever");
        }
    }

    /// The numbers of the claims that it made for buyers.
    pub fn numbers(&self) -> Vec<u64> {
        self.answered.iter().filter_map(|(_, told)| told["number"].as_u64()).collect()
    }

    /// How many acts were acknowledged, by the last word of their address.
    pub fn told(&self) -> std::collections::BTreeMap<&str, usize> {
        let mut told = std::collections::BTreeMap::new();
        for (act, _) in &self.answered {
            let mut words = act.path.rsplit('/');
            let word = words.find(|word| !word.contains('-')).expect("an address");
            *told.entry(word).or_default() += 1;
        }
        told
    }

    fn turn(&mut self, base: &str) -> Option<()> {
        self.next += 1;
        match self.next % 6 {
            0 => self.answer_cards(base),
            1 => {
                let restock = json!({"restock": 3});
                self.host(base, "PATCH", "/offers/D1".into(), restock).map(drop)
            }
            2 => self.cancel_and_undo(base),
            3 => self.block_and_let_go(base),
            4 => self.swap(base),
            _ => self.link(base),
        }
    }

    fn answer_cards(&mut self, base: &str) -> Option<()> {
        let cards = self.look(base, "/reviews")?;
        let Some(card) = cards["groups"][0]["cards"][0]["review"].as_str() else {
            return Some(());
        };
        let lines = json!([{"code": "D1", "quantity": 1}]);
        let answer = json!({"lines": lines, "group": true});
        self.host(base, "POST", format!("/reviews/{card}"), answer).map(drop)
    }

    /// The first half of the cancels is taken back, the others close.
    fn cancel_and_undo(&mut self, base: &str) -> Option<()> {
        let order = self.order(base)?;
        let Some(id) = order["order"].as_str() else {
            return Some(());
        };
        self.host(base, "POST", format!("/orders/{id}/cancel"), json!({}))?;
        if self.next.is_multiple_of(4) {
            self.host(base, "POST", format!("/orders/{id}/undo"), json!({}))?;
        }
        Some(())
    }

    fn block_and_let_go(&mut self, base: &str) -> Option<()> {
        let buyer = self.order(base)?["buyer"].clone();
        if buyer.is_null() {
            return Some(());
        }
        for blocked in [true, false] {
            let body = json!({"buyer": buyer, "blocked": blocked});
            self.host(base, "POST", "/blocks".into(), body)?;
        }
        Some(())
    }

    fn swap(&mut self, base: &str) -> Option<()> {
        let order = self.order(base)?;
        if order.is_null() {
            return Some(());
        }
        let lines = json!([{"code": "D2", "quantity": 1}]);
        let (name, buyer) = (&order["buyer_name"], &order["buyer"]);
        let body =
            json!({"buyer_name": name, "buyer": buyer, "lines": lines, "instead_of": ["D1"]});
        self.host(base, "POST", "/claims".into(), body).map(drop)
    }

    /// A page shows a code, and a platform's account types it.
    fn link(&mut self, base: &str) -> Option<()> {
        let ask = |what: &str, body: Value| {
            let path = format!("{}/{what}", self.path);
            try_call(base, "POST", &path, None, None, Some(&body)).map(super::Answer::good)
        };
        let ticket = ask("tickets", json!({"name": "Trang"}))?;
        let link = ask("links", json!({"buyer_token": ticket["buyer_token"]}))?;
        let code = format!("#{}", link["code"].as_str().expect("four digits"));
        let (id, who) = (format!("link-{}", self.next), format!("buyer-{}", self.next % 97));
        let body = comments(&[(&id, &who, &code)]);
        let path = format!("{}/comments", self.path);
        self.send(base, Act { method: "POST", path, key: None, body }).map(drop)
    }

    /// One of the orders that hold something, another one each time; null if there is none.
    fn order(&self, base: &str) -> Option<Value> {
        let page = self.look(base, "/orders?limit=500")?;
        let orders = page["orders"].as_array().expect("a list");
        let held: Vec<_> = orders.iter().filter(|order| order["state"] == "held").collect();
        let at = usize::try_from(self.next).expect("small") % held.len().max(1);
        Some(held.get(at).map_or(Value::Null, |order| Value::clone(order)))
    }

    fn look(&self, base: &str, what: &str) -> Option<Value> {
        let path = format!("{}{what}", self.path);
        try_call(base, "GET", &path, Some(&self.shop.host), None, None).map(super::Answer::good)
    }

    fn host(
        &mut self,
        base: &str,
        method: &'static str,
        what: String,
        body: Value,
    ) -> Option<Value> {
        let number = self.answered.len() + self.open.len();
        let key = Some(format!("desk-{}-{number}", self.next));
        let path = format!("{}{what}", self.path);
        self.send(base, Act { method, path, key, body })
    }

    /// Null for an expected no: nothing is remembered of it.
    fn send(&mut self, base: &str, act: Act) -> Option<Value> {
        match self.call(base, &act) {
            None => {
                self.open.push(act);
                None
            }
            Some(no) if matches!(no.status, 404 | 409 | 422) => Some(Value::Null),
            Some(answer) => {
                let told = answer.good();
                self.answered.push((act, told.clone()));
                Some(told)
            }
        }
    }

    fn call(&self, base: &str, act: &Act) -> Option<super::Answer> {
        let token = if act.key.is_some() { &self.shop.host } else { &self.shop.source };
        try_call(base, act.method, &act.path, Some(token), act.key.as_deref(), Some(&act.body))
    }
}

/// Waits until no cancel can be undone any more: then memory and tables say the same.
pub fn until_cancels_close(house: &House, shop: &Shop, session: &str) {
    let began = std::time::Instant::now();
    let path = format!("/v1/sessions/{session}/orders?limit=500");
    loop {
        let orders = call(house.public(), "GET", &path, Some(&shop.host), None, None).good();
        let orders = orders["orders"].as_array().expect("a list").clone();
        if orders.iter().all(|order| order.get("undo_until").is_none()) {
            return;
        }
        assert!(began.elapsed() < super::PATIENCE, "a cancel never closes");
        std::thread::park_timeout(std::time::Duration::from_millis(50));
    }
}
