//! kill -9 of the real binary under load, again and again, while a host answers cards, cancels and
//! undoes, swaps, restocks, blocks and links: what was acknowledged is in the ledger, once and
//! unchanged, nothing is oversold, and the read model agrees. 20 cycles; 300 with
//! `cargo xtask test --long`.

mod house;

use house::desk::{Desk, until_cancels_close};
use house::{House, PATIENCE, Shop, comments, try_call};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// Connections that post at once.
const WRITERS: u64 = 4;
/// Comments in one post.
const POST: u64 = 8;
/// Answered keys that are sent again after each restart.
const SAMPLE: usize = 40;

/// What one writer sent and was told.
#[derive(Default)]
struct Diary {
    answered: BTreeMap<String, (Said, Value)>,
    open: BTreeMap<String, Said>,
}

/// Who said what.
#[derive(Clone)]
struct Said {
    id: String,
    buyer: String,
    text: String,
}

impl Said {
    fn number(number: u64) -> Self {
        let text = match number % 7 {
            0 => "còn hàng không shop?",
            1 => "hủy d1",
            2 => "D2 x3",
            3 => "D9 x2",
            _ => "D1 x2",
        };
        let (id, buyer) = (format!("c{number}"), format!("buyer-{}", number % 97));
        Self { id, buyer, text: text.into() }
    }

    fn key(&self) -> String {
        format!("tiktok:{}", self.id)
    }
}

struct Sale<'a> {
    house: &'a House,
    shop: &'a Shop,
    session: &'a str,
}

impl Sale<'_> {
    /// Posts comments; their outcomes, or none if the server was gone before it answered.
    fn post(&self, said: &[Said]) -> Option<Vec<Value>> {
        let said: Vec<_> = said.iter().map(|s| (&*s.id, &*s.buyer, &*s.text)).collect();
        let path = format!("/v1/sessions/{}/comments", self.session);
        let (base, source) = (self.house.public(), Some(&*self.shop.source));
        let answer = try_call(base, "POST", &path, source, None, Some(&comments(&said)))?;
        (answer.status == 200).then(|| answer.body["outcomes"].as_array().expect("a list").clone())
    }

    /// Sends again what got no answer, and some of what did: those get the first answer again.
    fn settle(&self, diary: &mut Diary) {
        let open = std::mem::take(&mut diary.open);
        for said in open.into_values() {
            let outcome = self.post(std::slice::from_ref(&said)).expect("it runs").remove(0);
            diary.answered.insert(said.key(), (said, outcome));
        }
        let step = (diary.answered.len() / SAMPLE).max(1);
        for (said, first) in diary.answered.values().step_by(step) {
            let again = self.post(std::slice::from_ref(said)).expect("it runs").remove(0);
            assert_eq!(&again, first, "a key has one outcome, for ever");
        }
    }

    /// One writer until the server is gone.
    fn write(&self, diary: &mut Diary, next: &AtomicU64, over: &AtomicBool) {
        while !over.load(Ordering::Relaxed) {
            let first = next.fetch_add(POST, Ordering::Relaxed);
            let said: Vec<_> = (first..first + POST).map(Said::number).collect();
            match self.post(&said) {
                Some(outcomes) => {
                    for (said, outcome) in said.into_iter().zip(outcomes) {
                        diary.answered.insert(said.key(), (said, outcome));
                    }
                }
                None => diary.open.extend(said.into_iter().map(|said| (said.key(), said))),
            }
        }
    }
}

fn cycles() -> u64 {
    if std::env::var_os("CHOT_LONG").is_some() { 300 } else { 20 }
}

fn offers() -> Value {
    let offer = |code: &str, stock: u32| {
        let name = code;
        json!({"code": code, "name": name, "price": 45_000, "unit": "trái", "stock": stock})
    };
    json!([offer("D1", 400), offer("D2", 900)])
}

#[test]
fn nothing_acknowledged_is_lost_doubled_or_changed_by_kill_9() {
    let mut house = House::open();
    let shop = house.add_shop("Vườn nhà");
    let undo = json!({"seconds": 1});
    let rules = json!({"repeat_comment": "add", "repeat_code": "add", "cancel_undo": undo});
    let session = house.live_with(&shop, &offers(), &rules);
    let mut diaries: Vec<Diary> = (0..WRITERS).map(|_| Diary::default()).collect();
    let mut desk = Desk::new(&shop, &session);
    let next = AtomicU64::new(0);
    let mut restarts = Vec::new();
    for cycle in 0..cycles() {
        let over = AtomicBool::new(false);
        let sale = Sale { house: &house, shop: &shop, session: &session };
        std::thread::scope(|scope| {
            for diary in &mut diaries {
                let (sale, next, over) = (&sale, &next, &over);
                scope.spawn(move || sale.write(diary, next, over));
            }
            let (desk, base, over_too) = (&mut desk, house.public(), &over);
            scope.spawn(move || desk.work(base, over_too));
            // Some moment of the load, another one in each cycle.
            std::thread::park_timeout(Duration::from_millis(40 + cycle * 7_919 % 300));
            house.signal(rustix::process::Signal::KILL);
            over.store(true, Ordering::Relaxed);
        });
        house.wait();
        let began = Instant::now();
        house.start();
        restarts.push(began.elapsed());
        let sale = Sale { house: &house, shop: &shop, session: &session };
        diaries.iter_mut().for_each(|diary| sale.settle(diary));
        desk.settle(&house);
    }
    let answered: BTreeMap<_, _> = diaries.into_iter().flat_map(|diary| diary.answered).collect();
    until_cancels_close(&house, &shop, &session);
    audit(&house, &shop, &session, &answered);
    restarts.sort();
    let worst = restarts.last().expect("there were cycles");
    println!(
        "{} cycles, {} acks and of the host {:?}, 0 lost, 0 doubled; restart to ready: \
         median {} ms, worst {} ms",
        restarts.len(),
        answered.len(),
        desk.told(),
        restarts[restarts.len() / 2].as_millis(),
        worst.as_millis()
    );
}

/// Holds everything that was told against the ledger, the verifier and the read model.
fn audit(house: &House, shop: &Shop, session: &str, answered: &BTreeMap<String, (Said, Value)>) {
    let verified = house.verify(session);
    assert!(verified.contains("never oversold"), "{verified}");
    let ledger = std::fs::read_to_string(house.path("ledger.ndjson")).expect("exported");
    let lines = ledger.lines().skip(1).map(|line| serde_json::from_str(line).expect("JSON"));
    let lines: BTreeMap<u64, Value> =
        lines.map(|line: Value| (line["seq"].as_u64().expect("a number"), line)).collect();
    let mut numbered = BTreeSet::new();
    for (key, (_, outcome)) in answered {
        let seq = outcome["position"]["seq"].as_u64().expect("a place");
        let line = &lines[&seq];
        assert_eq!(line["epoch"], outcome["position"]["epoch"], "{key}");
        assert_eq!(line["hash"], outcome["receipt"], "{key}");
        if !outcome["number"].is_null() {
            assert_eq!(line["event"]["number"], outcome["number"], "{key}");
            assert!(numbered.insert(seq), "{key} shares its event with another claim");
        }
    }
    assert!(!numbered.is_empty(), "somebody got a number");
    let orders = |query: &str| {
        let path = format!("/v1/sessions/{session}/orders?limit=500{query}");
        let mut orders = house.get(&path, Some(&shop.host)).good()["orders"].clone();
        // A place in line moves with everybody before it: the tables do not keep it.
        for order in orders.as_array_mut().expect("a list") {
            for line in order["lines"].as_array_mut().expect("a list") {
                line.as_object_mut().expect("a line").remove("position_in_line");
            }
        }
        orders
    };
    let began = Instant::now();
    let lag = || house.get("/readyz", None).good()["read_model_lag_events"].clone();
    while lag() != 0 {
        assert!(began.elapsed() < PATIENCE, "the read model does not catch up: {}", house.log());
        std::thread::park_timeout(Duration::from_millis(50));
    }
    let (stored, memory) = (orders("&stored=true"), orders(""));
    let (stored, memory) = (stored.as_array().expect("a list"), memory.as_array().expect("a list"));
    assert_eq!(stored.len(), memory.len());
    for (stored, memory) in stored.iter().zip(memory) {
        assert_eq!(stored, memory);
    }
}
