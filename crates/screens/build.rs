//! Tells cargo that the built front end is part of this crate.

fn main() {
    println!("cargo::rerun-if-changed=dist");
    println!("cargo::rerun-if-changed=templates");
}
