//! Prints the first comments of an evening: `cargo run -p crowd --example evening`.

use crowd::{Crowd, Plan, Shape, da_lat};
use std::io::Write as _;

fn main() -> std::io::Result<()> {
    let plan = Plan { viewers: 300, goods: da_lat(), comments_per_minute: 240, shape: Shape::Calm };
    let mut out = std::io::stdout().lock();
    for one in Crowd::new(1, &plan).take(60) {
        let (at, name, text) = (one.at().0, &one.buyer_name, &one.text);
        writeln!(out, "{:>3}.{:03}  {name:<18} {text}", at / 1_000, at % 1_000)?;
    }
    Ok(())
}
