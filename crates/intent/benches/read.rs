//! Comments per second over the phrasebook, beside plain NFKC normalisation of the same text.
//!
//! Rounds alternate between reading and normalising, so that a busy machine slows both; the median
//! round of each counts.
#![allow(clippy::print_stdout, reason = "a bench prints its figures")]

use intent::{Circumstances, Codebook, Meaning, Reading, parse_phrasebook, read};
use std::hint::black_box;
use std::time::{Duration, Instant};
use unicode_normalization::UnicodeNormalization;

const ROUNDS: usize = 41;
const REPEATS: usize = 8;

/// One comment with the codes in force.
struct Case {
    text: String,
    codebook: usize,
    circumstances: Circumstances,
    reading: Reading,
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}

fn timed(mut run: impl FnMut()) -> Duration {
    let began = Instant::now();
    (0..REPEATS).for_each(|_| run());
    began.elapsed()
}

/// Prints how fast these comments are read and how fast they are normalised.
fn measure(name: &str, cases: &[&Case], codebooks: &[Codebook]) {
    let reads = || {
        for case in cases {
            let codebook = &codebooks[case.codebook];
            black_box(read(black_box(&case.text), codebook, case.circumstances));
        }
    };
    let normalises = || {
        for case in cases {
            black_box(black_box(&case.text).nfkc().collect::<String>());
        }
    };
    let (mut reading, mut normalising) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        reading.push(timed(reads));
        normalising.push(timed(normalises));
    }
    let (reading, normalising) = (median(reading), median(normalising));
    let rate = |time: Duration| (cases.len() * REPEATS) as f64 / time.as_secs_f64();
    println!(
        "{name:8} {:5} comments: read {:9.0} a second, NFKC {:9.0} a second, {:.2} times NFKC",
        cases.len(),
        rate(reading),
        rate(normalising),
        reading.as_secs_f64() / normalising.as_secs_f64(),
    );
}

fn main() {
    let book = parse_phrasebook(include_str!("../tests/phrasebook.tsv")).expect("well-formed");
    let mut keys = Vec::new();
    let mut codebooks = Vec::new();
    let cases = book.rows.iter().map(|row| {
        let key = (row.catalogue, row.pinned, row.context.closed.clone());
        let at = keys.iter().position(|known| *known == key).unwrap_or_else(|| {
            keys.push(key);
            codebooks.push(book.codebook(row));
            codebooks.len() - 1
        });
        let reading = read(&row.text, &codebooks[at], row.circumstances);
        let (text, circumstances) = (row.text.clone(), row.circumstances);
        Case { text, codebook: at, circumstances, reading }
    });
    let cases: Vec<Case> = cases.collect();
    let of = |wanted: fn(&Meaning) -> bool| -> Vec<&Case> {
        cases.iter().filter(|case| wanted(&case.reading.meaning)).collect()
    };
    measure("chatter", &of(|meaning| matches!(meaning, Meaning::Chatter)), &codebooks);
    measure("question", &of(|meaning| matches!(meaning, Meaning::Question)), &codebooks);
    measure("claims", &of(|meaning| matches!(meaning, Meaning::Claim(_))), &codebooks);
    measure("all", &of(|_| true), &codebooks);
}
