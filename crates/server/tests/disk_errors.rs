//! Writes and syncs of the real binary that fail: no ack after the error, the process ends by
//! itself and says why, and what was acknowledged is there afterwards. 24 cycles; 120 with
//! `cargo xtask test --long`.

#![cfg(target_os = "linux")]

mod house;

use house::{House, Shop, comments, try_call};
use serde_json::{Value, json};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// Connections that post at once.
const WRITERS: usize = 3;
/// Posts of one writer in one cycle; long before that, the fault must have come.
const POSTS_MAX: usize = 5_000;

/// What fails in one cycle: which calls on which file, with what, from which call of a thread on.
#[derive(Clone, Copy, Debug)]
struct Fault {
    calls: &'static str,
    file: &'static str,
    error: &'static str,
    from: u64,
    /// The calls come only when the writer has nothing else to do.
    idle: bool,
}

/// The first calls on a file are made by the thread that opens it, which none of these faults may
/// reach: a start that fails acknowledges nothing.
fn fault(cycle: u64) -> Fault {
    let some = |calls, file, error, least, most: u64, idle| {
        let from = least + cycle.wrapping_mul(0x9e37_79b9_7f4a_7c15) % (most - least);
        Fault { calls, file, error, from, idle }
    };
    match cycle % 8 {
        0 | 4 => some("fsync,fdatasync", "journal.db-wal", "EIO", 4, 40, false),
        1 => some("write,pwrite64", "journal.db-wal", "EIO", 12, 300, false),
        2 => some("write,pwrite64", "journal.db-wal", "ENOSPC", 12, 300, false),
        3 => some("fsync,fdatasync", "journal.db", "EIO", 1, 3, true),
        5 => some("write,pwrite64", "journal.db", "EIO", 1, 6, true),
        6 => some("write,pwrite64", "journal.mark", "EIO", 5, 60, false),
        _ => some("fsync,fdatasync", "journal.mark", "EIO", 2, 4, true),
    }
}

fn cycles() -> u64 {
    if std::env::var_os("CHOT_LONG").is_some() { 120 } else { 24 }
}

/// A comment that was answered.
struct Ack {
    id: String,
    buyer: String,
    outcome: Value,
}

struct Sale<'a> {
    base: &'a str,
    shop: &'a Shop,
    session: &'a str,
    next: &'a AtomicU64,
    /// Somebody's post has failed.
    failed: AtomicBool,
}

impl Sale<'_> {
    /// Posts until the server is gone; what was answered, and how many answers were given to posts
    /// that began after one had failed.
    fn post(&self, idle: bool) -> (Vec<Ack>, usize) {
        let path = format!("/v1/sessions/{}/comments", self.session);
        let (mut acks, mut late, mut failed) = (Vec::new(), 0, 0);
        for _ in 0..POSTS_MAX {
            let number = self.next.fetch_add(1, Ordering::Relaxed);
            let (id, buyer) = (number.to_string(), format!("buyer-{}", number % 53));
            let body = comments(&[(&id, &buyer, "D1 x1")]);
            let source = Some(&*self.shop.source);
            let is_late = self.failed.load(Ordering::SeqCst);
            match try_call(self.base, "POST", &path, source, None, Some(&body)) {
                Some(answer) if answer.status == 200 => {
                    late += usize::from(is_late);
                    let outcome = answer.body["outcomes"][0].clone();
                    acks.push(Ack { id, buyer, outcome });
                }
                Some(_) | None => {
                    self.failed.store(true, Ordering::SeqCst);
                    failed += 1;
                }
            }
            if failed > 3 {
                return (acks, late);
            }
            if idle {
                std::thread::park_timeout(Duration::from_millis(250));
            }
        }
        panic!("the fault never came");
    }
}

#[test]
fn no_ack_leaves_after_a_failed_write_or_sync() {
    let mut house = House::open();
    let shop = house.add_shop("Vườn nhà");
    let offer = json!({"code": "D1", "name": "bí", "price": 45_000, "unit": "trái",
        "stock": 100_000});
    let rules = json!({"repeat_comment": "add", "repeat_code": "add"});
    let session = house.live_with(&shop, &json!([offer]), &rules);
    assert!(house.stop(), "{}", house.log());
    let next = AtomicU64::new(0);
    let (mut acks, mut slowest) = (Vec::new(), Duration::ZERO);
    for cycle in 0..cycles() {
        let fault = fault(cycle);
        let inject = format!("inject={}:error={}:when={}+", fault.calls, fault.error, fault.from);
        let trace = format!("trace={}", fault.calls);
        let file = house.data().join(fault.file).display().to_string();
        house.faults = ["-P", &file, "-e", &trace, "-e", &inject].map(str::to_owned).to_vec();
        house.start();
        house.faults.clear();
        let base = house.public().to_owned();
        let sale = Sale {
            base: &base,
            shop: &shop,
            session: &session,
            next: &next,
            failed: AtomicBool::new(false),
        };
        let began = Instant::now();
        let told: Vec<_> = std::thread::scope(|scope| {
            let writers: Vec<_> =
                (0..WRITERS).map(|_| scope.spawn(|| sale.post(fault.idle))).collect();
            writers.into_iter().map(|writer| writer.join().expect("a writer")).collect()
        });
        assert_eq!(house.wait(), Some(70), "{fault:?}: {}", house.log());
        slowest = slowest.max(began.elapsed());
        let log = house.log();
        assert!(log.contains("the journal is lost"), "{fault:?}: {log}");
        house.start();
        for (told, late) in told {
            assert_eq!(late, 0, "{fault:?}: an ack after the error");
            for ack in told {
                let said = [(&*ack.id, &*ack.buyer, "D1 x1")];
                assert_eq!(house.comments(&shop, &session, &said)[0], ack.outcome, "{fault:?}");
                acks.push(ack);
            }
        }
        assert!(house.stop(), "{}", house.log());
    }
    house.start();
    for ack in acks.iter().step_by((acks.len() / 500).max(1)) {
        let said = [(&*ack.id, &*ack.buyer, "D1 x1")];
        assert_eq!(house.comments(&shop, &session, &said)[0], ack.outcome);
    }
    house.verify(&session);
    let slowest = slowest.as_millis();
    println!(
        "{} cycles, {} acks, none after an error, 0 lost; slowest {slowest} ms",
        cycles(),
        acks.len()
    );
}
