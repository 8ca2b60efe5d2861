//! Postgres gone in the middle of a sale: orders go on, the lag is shown, the rest follows to the
//! last row.

mod house;
#[path = "../../persister/tests/postgres/mod.rs"]
mod postgres;

use house::{House, PATIENCE};
use postgres::Postgres;
use serde_json::Value;
use std::time::{Duration, Instant};

fn lag(house: &House) -> u64 {
    house.get("/readyz", None).good()["read_model_lag_events"].as_u64().expect("a figure")
}

/// Asks again until it is so. Polling, because the other process has nothing to wake us with.
fn until(house: &House, what: &str, mut is_so: impl FnMut() -> bool) {
    let began = Instant::now();
    while !is_so() {
        assert!(began.elapsed() < PATIENCE, "{what} did not come: {}", house.log());
        std::thread::park_timeout(Duration::from_millis(50));
    }
}

fn stored(house: &House, session: &str, token: &str) -> Vec<Value> {
    let path = format!("/v1/sessions/{session}/orders?stored=true&limit=500");
    house.get(&path, Some(token)).good()["orders"].as_array().expect("orders").clone()
}

fn in_memory(house: &House, session: &str, token: &str) -> Vec<Value> {
    let path = format!("/v1/sessions/{session}/orders?limit=500");
    house.get(&path, Some(token)).good()["orders"].as_array().expect("orders").clone()
}

#[test]
fn postgres_gone_delays_no_answer_and_gets_every_row_afterwards() {
    let server = Postgres::start();
    let mut house = House::empty();
    house.environment.push(("DATABASE_URL".into(), server.database()));
    house.start();
    let shop = house.add_shop("Vườn nhà");
    let session = house.live(&shop);
    let order = |from: u32| {
        for n in from..from + 20 {
            let (id, buyer) = (n.to_string(), format!("buyer-{n}"));
            let outcomes = house.comments(&shop, &session, &[(&id, &buyer, "D1 x2")]);
            assert_ne!(outcomes[0]["result"], "error");
        }
    };
    order(0);
    until(&house, "the first rows", || lag(&house) == 0);
    assert_eq!(stored(&house, &session, &shop.host).len(), 20);
    server.kill();
    order(20);
    until(&house, "the lag", || lag(&house) > 0);
    let path = format!("/v1/sessions/{session}/orders?stored=true");
    let down = house.get(&path, Some(&shop.host));
    assert_eq!(down.problem(), (503, "read_model_down"));
    assert_eq!(house.get("/readyz", None).status, 200, "late is not lost");
    server.start_again();
    order(40);
    until(&house, "the last row", || lag(&house) == 0);
    let memory = in_memory(&house, &session, &shop.host);
    assert_eq!(memory.len(), 60);
    assert_eq!(stored(&house, &session, &shop.host), memory);
    house.verify(&session);
}

#[test]
fn postgres_absent_at_the_start_keeps_nobody_from_ordering() {
    let mut house = House::empty();
    let nowhere = "postgres://chot:secret@127.0.0.1:1/chot";
    house.environment.push(("DATABASE_URL".into(), nowhere.into()));
    house.start();
    let shop = house.add_shop("Vườn nhà");
    let session = house.live(&shop);
    let outcomes = house.comments(&shop, &session, &[("1", "lan", "D1 x2")]);
    assert_eq!(outcomes[0]["result"], "held");
    assert!(!house.log().contains("secret"), "a password stands in the log");
}
