//! The binary chot: wiring only.
fn main() {}
