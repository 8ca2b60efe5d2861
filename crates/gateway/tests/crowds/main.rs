//! Crowds at the doors, and what they cost: each test watches the memory of the process while
//! somebody else's session goes on. One runs at a time.

#[path = "../world/mod.rs"]
mod world;

#[path = "../edges/operators.rs"]
mod operators;
#[path = "../edges/raw.rs"]
mod raw;

mod floods;
mod many;
mod memory;
mod pictures;
