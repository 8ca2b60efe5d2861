//! Prints every address and every socket message with who may come in: `--json`, or as a table.
#![allow(clippy::print_stdout)]

use serde_json::{Value, json};

fn main() {
    let rows = |rows: Vec<gateway::Row>| rows.iter().map(gateway::Row::json).collect::<Vec<_>>();
    let (public, ops) = (rows(gateway::routes()), rows(gateway::ops_routes()));
    let sockets: Vec<Value> = gateway::SPOKEN.iter().map(gateway::Spoken::json).collect();
    if std::env::args().any(|word| word == "--json") {
        println!("{:#}", json!({"public": public, "ops": ops, "sockets": sockets}));
        return;
    }
    for row in public.iter().chain(&ops) {
        let roles = words(&row["roles"]);
        let proof = if row["proof"] == true { "proof" } else { "" };
        let (method, path) = (text(&row["method"]), text(&row["path"]));
        println!("{method:6} {path:58} {:16} {proof:6} {roles}", text(&row["access"]));
    }
    for row in &sockets {
        let roles = words(&row["roles"]);
        let (path, message) = (text(&row["socket"]), text(&row["message"]));
        println!("socket {path:50} {message:7} {:23} {roles}", text(&row["access"]));
    }
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn words(value: &Value) -> String {
    let all = value.as_array().map(Vec::as_slice).unwrap_or_default();
    all.iter().map(text).collect::<Vec<_>>().join(" ")
}
