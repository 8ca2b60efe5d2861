//! The adversary: a crowd that also audits. Knows only the protocol.
fn main() {}
