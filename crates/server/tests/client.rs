//! An independent client, written in Python against the contract alone, orders over both
//! subprotocols.

mod house;

use house::House;
use std::path::Path;
use std::process::Command;

/// The interpreter that `cargo xtask setup` prepared, with `websockets` and `grpcio-tools`.
fn python() -> String {
    std::env::var("CHOT_PYTHON").unwrap_or_else(|_| {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let python = root.join("target/venv/bin/python");
        assert!(python.exists(), "no Python client is prepared: run `cargo xtask setup` first");
        python.display().to_string()
    })
}

#[test]
fn a_stranger_with_the_contract_alone_can_order_come_back_and_resume() {
    let house = House::open();
    let shop = house.add_shop("Vườn nhà");
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let played = Command::new(python())
        .arg(folder.join("tests/client/client.py"))
        .args(["--url", house.public()])
        .args(["--host-token", &shop.host, "--source-token", &shop.source])
        .args(["--proto".as_ref(), folder.join("../../proto").as_os_str()])
        .output()
        .expect("Python runs");
    let said = String::from_utf8_lossy(&played.stdout);
    let error = String::from_utf8_lossy(&played.stderr);
    assert!(played.status.success(), "{said}\n{error}\n{}", house.log());
    assert!(said.contains("all played"), "{said}");
}
