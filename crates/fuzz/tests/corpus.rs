//! The kept inputs, without a fuzzer: what was found once stays found.

use std::fs;
use std::path::{Path, PathBuf};

/// The corpus lies in the repository: it must stay small.
const FILES_MAX: usize = 100;
const BYTES_MAX: u64 = 300_000;

fn inputs(target: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus").join(target);
    let entries = fs::read_dir(&folder).expect("every target has a folder of inputs");
    entries.map(|entry| entry.expect("an input").path()).collect()
}

#[test]
fn every_kept_input_holds() {
    for (name, target) in fuzz::TARGETS {
        let inputs = inputs(name);
        assert!(!inputs.is_empty(), "{name} has no inputs");
        for input in inputs {
            target(&fs::read(input).expect("an input"));
        }
    }
}

#[test]
fn the_kept_inputs_stay_small() {
    let all: Vec<_> = fuzz::TARGETS.iter().flat_map(|(name, _)| inputs(name)).collect();
    let bytes: u64 = all.iter().map(|path| fs::metadata(path).expect("an input").len()).sum();
    assert!(all.len() <= FILES_MAX && bytes <= BYTES_MAX, "{} files, {bytes} bytes", all.len());
}

#[test]
fn no_input_at_all_holds_too() {
    fuzz::TARGETS.iter().for_each(|(_, target)| target(&[]));
    assert!(fuzz::target("comment").is_some() && fuzz::target("none").is_none());
}
