//! Edges of the doors: floods, slow senders, lies. Each test says what must be true afterwards, of
//! the answers, of the memory and of the others' sessions; none says how long it took.

#[path = "../world/mod.rs"]
mod world;

mod crowds;
mod frames;
mod heads;
mod memory;
mod names;
mod operators;
mod pages;
mod passwords;
mod paths;
mod pictures;
mod raw;
mod slow;
