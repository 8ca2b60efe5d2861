//! A practice live on the real binary: a crowd comes, types and buys, and goes home at the end.

mod house;

use house::House;
use serde_json::json;
use std::time::Instant;

#[test]
fn a_crowd_comes_to_a_practice_live_and_its_orders_are_real_there() {
    let house = House::open();
    let shop = house.add_shop("Vườn nhà");
    let real = house.live(&shop);
    let host = Some(&*shop.host);
    let body = json!({"session": real});
    let begun = house.call("POST", "/v1/practice", host, None, Some(&body)).good();
    let practice = begun["session"].as_str().expect("an id").to_owned();
    let orders = |session: &str| {
        let path = format!("/v1/sessions/{session}/orders");
        house.get(&path, host).good()["orders"].as_array().expect("orders").len()
    };
    let began = Instant::now();
    while orders(&practice) == 0 {
        assert!(began.elapsed() < house::PATIENCE, "nobody bought: {}", house.log());
        std::thread::park_timeout(std::time::Duration::from_millis(200));
    }
    assert_eq!(orders(&real), 0, "the real shop sold nothing");
    let state = format!("/v1/sessions/{practice}/state");
    let ended = json!({"state": "ended"});
    house.call("POST", &state, host, None, Some(&ended)).good();
    house.verify(&practice);
    house.verify(&real);
}
