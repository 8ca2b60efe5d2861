//! Edges of the doors: slow senders, lies, strangers. Each test says what must be true of the
//! answers and of the state afterwards; none says how long it took.

#[path = "../world/mod.rs"]
mod world;

mod frames;
mod heads;
mod names;
mod operators;
mod pages;
mod passwords;
mod paths;
mod raw;
mod slow;
