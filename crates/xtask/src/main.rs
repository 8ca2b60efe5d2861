//! Developer chores: set-up, test, generated files.
fn main() {}
