//! Edges of a whole installation: a flood at the real binary's doors, what its log may hold, by
//! which names it is called, and what the doctor finds.

#[path = "../house/mod.rs"]
mod house;

mod doctor;
mod flood;
mod logs;
mod names;

use std::process::Output;

/// What a command said, on both ways out.
fn text(output: &Output) -> String {
    let out = String::from_utf8_lossy(&output.stdout);
    format!("{out}{}", String::from_utf8_lossy(&output.stderr))
}
