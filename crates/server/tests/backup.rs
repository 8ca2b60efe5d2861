//! Backup and restore of the real program: beside a running server under load, on a stopped folder,
//! with files that are torn, changed, newer, or meet a full disk.

mod house;

use house::back::resume;
use house::{House, PATIENCE, Shop, call, try_call};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Output;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{SyncSender, sync_channel};
use std::time::Instant;

/// Sources that post at once.
const SOURCES: u64 = 3;

/// Posts before and after the backup.
const POSTS: usize = 60;

/// What a source was told: the words it sent, and the outcome.
type Answered = BTreeMap<String, (String, Value)>;

fn text(output: &Output) -> String {
    let out = String::from_utf8_lossy(&output.stdout);
    format!("{out}{}", String::from_utf8_lossy(&output.stderr))
}

fn good(output: Output) -> String {
    assert!(output.status.success(), "{}", text(&output));
    text(&output)
}

fn json_of(output: Output) -> Value {
    let said = good(output);
    serde_json::from_str(&said).unwrap_or_else(|_| panic!("{said}"))
}

/// A backup into a folder of the house, as `chot backup` tells of it.
fn backup(house: &House) -> (PathBuf, Value) {
    let stick = house.path("stick");
    std::fs::create_dir_all(&stick).expect("a folder");
    let to = stick.to_str().expect("a plain path");
    let told = json_of(house.run(&["backup", "--to", to, "--json"]));
    (told["file"].as_str().expect("a file").into(), told)
}

/// Another house with what that backup holds.
fn restored(file: &Path) -> (House, Value) {
    let house = House::empty();
    let told = json_of(house.run(&["restore", file.to_str().expect("plain"), "--json"]));
    (house, told)
}

fn refused(house: &House, file: &Path) -> String {
    let file = file.to_str().expect("a plain path");
    for arguments in [&["restore", file][..], &["restore", file, "--check"]] {
        let output = house.run(arguments);
        assert!(!output.status.success(), "{}", text(&output));
    }
    text(&house.run(&["restore", file]))
}

/// Posts comments until it is told to stop.
fn post(
    base: &str,
    shop: &Shop,
    session: &str,
    source: u64,
    over: &AtomicBool,
    posted: &SyncSender<()>,
) -> Answered {
    let path = format!("/v1/sessions/{session}/comments");
    let mut answered = Answered::new();
    for number in 0.. {
        if over.load(Ordering::Relaxed) {
            break;
        }
        let (id, buyer) = (format!("{source}-{number}"), format!("khách {source}-{}", number % 40));
        let text = ["D1 x1", "D1 x2", "còn không shop", "hủy d1"][number % 4];
        let body = house::comments(&[(&id, &buyer, text)]);
        let answer = try_call(base, "POST", &path, Some(&shop.source), None, Some(&body));
        let outcome = answer.expect("it runs").good()["outcomes"][0].clone();
        answered.insert(id, (format!("{buyer}\n{text}"), outcome));
        if posted.send(()).is_err() {
            break;
        }
    }
    answered
}

/// Sends a comment again; what it is answered.
fn again(house: &House, shop: &Shop, session: &str, id: &str, said: &str) -> Value {
    let (buyer, text) = said.split_once('\n').expect("a buyer and a text");
    house.comments(shop, session, &[(id, buyer, text)])[0].clone()
}

fn seq(position: &Value) -> u64 {
    position["seq"].as_u64().expect("a number")
}

fn history_lost() -> Option<(u16, String)> {
    Some((4001, "history_lost".to_owned()))
}

/// A shop, sources that post to it, and a backup in the middle.
fn under_load(house: &House, shop: &Shop, session: &str) -> (PathBuf, Value, Answered) {
    let over = AtomicBool::new(false);
    let (tell, posted) = sync_channel(1_000_000);
    let some = || (0..POSTS).for_each(|_| posted.recv_timeout(PATIENCE).expect("they post"));
    let (over, base) = (&over, house.public());
    std::thread::scope(|scope| {
        let sources = (0..SOURCES).map(|source| {
            let tell = tell.clone();
            scope.spawn(move || post(base, shop, session, source, over, &tell))
        });
        let sources: Vec<_> = sources.collect();
        some();
        let (file, told) = backup(house);
        some();
        over.store(true, Ordering::Relaxed);
        let answered = sources.into_iter().flat_map(|source| source.join().expect("no panic"));
        (file, told, answered.collect())
    })
}

#[test]
fn what_was_acknowledged_before_a_backup_under_load_is_there_after_a_restore() {
    let mut house = House::open();
    let shop = house.add_shop("Vườn nhà");
    let offer = json!({"code": "D1", "name": "bí đỏ", "price": 45_000, "unit": "trái",
        "step": 1, "stock": 100_000});
    let session = house.live_with(&shop, &json!([offer]), &json!({"repeat_comment": "add"}));
    let (file, told, answered) = under_load(&house, &shop, &session);
    let mode = std::fs::metadata(&file).expect("a file").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let stated = told["shops"][&shop.shop].clone();
    let (before, after): (Vec<_>, Vec<_>) =
        answered.iter().partition(|(_, (_, outcome))| seq(&outcome["position"]) <= seq(&stated));
    assert!(before.len() >= POSTS, "{} before {stated}", before.len());
    assert!(!after.is_empty(), "it went on during and after the backup");
    // The original goes on: a restart, and a later epoch.
    assert!(house.stop(), "{}", house.log());
    house.start();
    let later = house.comments(&shop, &session, &[("later", "hoa", "D1 x1")])[0].clone();

    let (mut other, restored) = restored(&file);
    assert_eq!(restored["shops"][0]["seq"], stated["seq"], "{restored}");
    other.start();
    let beside = &after[after.len() - 1].1.1["position"];
    assert_eq!(resume(&other, &session, beside), history_lost(), "ahead");
    for (id, (said, first)) in &before {
        assert_eq!(&again(&other, &shop, &session, id, said), first, "{id}: its first outcome");
    }
    other.verify(&session);
    let receipt = before[before.len() / 2].1.1["receipt"].as_str().expect("a receipt");
    let ledger = other.path("ledger.ndjson");
    let ledger = ledger.to_str().expect("a plain path");
    good(other.run(&["verify", ledger, "--receipt", receipt]));

    // It goes on, beyond everything that the original has.
    let mut number = 0;
    let head = loop {
        number += 1;
        let id = format!("restored-{number}");
        let outcome = other.comments(&shop, &session, &[(&id, "minh", "D1 x1")])[0].clone();
        if seq(&outcome["position"]) > seq(&later["position"]) + 2 {
            break outcome["position"].clone();
        }
    };
    assert!(head["epoch"].as_u64() > later["position"]["epoch"].as_u64());
    assert_eq!(resume(&other, &session, &later["position"]), history_lost(), "beside, restarted");
    assert_eq!(resume(&other, &session, beside), history_lost(), "beside, in the same epoch");
    assert_eq!(resume(&other, &session, &before[0].1.1["position"]), None, "inside");
    assert_eq!(resume(&other, &session, &head), None, "of its own");
    // A claim that only the original had may be made again, under its key.
    let (id, (said, first)) = after[after.len() - 1];
    let anew = again(&other, &shop, &session, id, said);
    assert_ne!(anew["position"], first["position"]);
    other.verify(&session);
}

#[test]
fn a_backup_of_a_stopped_folder_holds_the_same_as_one_beside_the_server() {
    let mut house = House::open();
    let shop = house.add_shop("Vườn nhà");
    let session = house.live(&shop);
    house.comments(&shop, &session, &[("1", "lan", "D1 x2"), ("2", "hoa", "chào shop")]);
    let (_, beside) = backup(&house);
    assert!(house.stop(), "{}", house.log());
    let file = house.path("by-name.backup");
    let to = file.to_str().expect("a plain path");
    let stopped = json_of(house.run(&["backup", "--to", to, "--json"]));
    let positions = |told: &Value| told["shops"][&shop.shop].clone();
    // Holds are open: whoever opens the folder gives them the time back that it was closed.
    assert!(seq(&positions(&stopped)) >= seq(&positions(&beside)));
    let again = house.run(&["backup", "--to", to]);
    assert!(!again.status.success() && text(&again).contains("never replaces"), "{}", text(&again));
    let checked = good(house.run(&["restore", to, "--check"]));
    assert!(checked.contains("1 sessions, 1 orders; held 2, sold 0, free 118"), "{checked}");
    let (mut other, _) = restored(&file);
    other.start();
    let first = house.path("ledger.ndjson");
    house.verify(&session);
    other.verify(&session);
    let lines = |path: PathBuf| std::fs::read_to_string(path).expect("a ledger");
    let (own, theirs) = (lines(first), lines(other.path("ledger.ndjson")));
    let known = seq(&positions(&stopped));
    let upto = |ledger: &str| -> Vec<String> {
        let of = |line: &&str| serde_json::from_str::<Value>(line).expect("JSON");
        let kept = ledger.lines().filter(|line| seq(&of(line)) <= known);
        kept.map(str::to_owned).collect()
    };
    assert!(upto(&own).len() > 3);
    assert_eq!(upto(&own), upto(&theirs), "byte for byte");
    // Tokens and the operators' figure.
    let orders = other.get(&format!("/v1/sessions/{session}/orders"), Some(&shop.host)).good();
    assert_eq!(orders["orders"].as_array().map(Vec::len), Some(1));
}

#[test]
fn a_torn_or_changed_backup_is_refused_by_the_name_of_its_part_and_nothing_is_left() {
    let house = House::open();
    let shop = house.add_shop("Vườn nhà");
    let session = house.live(&shop);
    house.comments(&shop, &session, &[("1", "lan", "D1 x2")]);
    let (file, _) = backup(&house);
    let whole = std::fs::read(&file).expect("bytes");
    let find = |word: &[u8]| {
        let at = whole.windows(word.len()).position(|window| window == word);
        at.expect("it is a tar with names")
    };
    let names = ["manifest.json", "journal.db", "accounts.db", "SHA256SUMS"];
    // A name stands in the header; the manifest names the parts too, so they are sought behind it.
    let journal = find(b"journal.db\0");
    let accounts = find(b"accounts.db\0");
    let sums = find(b"SHA256SUMS\0");
    let places = [(0, 700), (1, journal + 512 + 5_000), (2, accounts + 512 + 9_000)];
    let target = House::empty();
    for (part, at) in places {
        let mut changed = whole.clone();
        changed[at] ^= 1;
        let bad = house.path("bad.backup");
        std::fs::write(&bad, changed).expect("written");
        let said = refused(&target, &bad);
        assert!(said.contains(names[part]), "{}: {said}", names[part]);
        assert!(!target.data().exists(), "nothing is left of a restore that failed");
    }
    for (part, cut) in [(0, 100), (1, journal + 3_000), (2, accounts + 100), (3, sums + 520)] {
        let torn = house.path("torn.backup");
        std::fs::write(&torn, &whole[..cut]).expect("written");
        let said = refused(&target, &torn);
        assert!(said.contains(names[part]), "cut at {cut}: {said}");
    }
}

#[test]
fn a_newer_form_is_refused_and_says_so() {
    let house = House::open();
    house.add_shop("Vườn nhà");
    let (file, _) = backup(&house);
    let mut bytes = std::fs::read(&file).expect("bytes");
    let word = b"\"format\": 1";
    let at = bytes.windows(word.len()).position(|window| window == word).expect("its form");
    bytes[at + word.len() - 1] = b'9';
    std::fs::write(house.path("newer.backup"), bytes).expect("written");
    let said = refused(&House::empty(), &house.path("newer.backup"));
    assert!(said.contains("newer chot made it"), "{said}");
}

#[test]
fn a_backup_is_restored_into_an_empty_folder_only() {
    let house = House::open();
    house.add_shop("Vườn nhà");
    let (file, _) = backup(&house);
    let file = file.to_str().expect("a plain path");
    let other = House::empty();
    std::fs::create_dir_all(other.data()).expect("a folder");
    std::fs::write(other.data().join("notes.txt"), "mine").expect("written");
    let output = other.run(&["restore", file]);
    assert!(!output.status.success(), "{}", text(&output));
    assert!(text(&output).contains("not empty (notes.txt is in it)"), "{}", text(&output));
    assert_eq!(std::fs::read_dir(other.data()).expect("lists").count(), 1, "nothing was added");
    std::fs::remove_file(other.data().join("notes.txt")).expect("removed");
    good(other.run(&["restore", file]));
    // One that was cut short is never served, and may be run again.
    let cut = House::empty();
    std::fs::create_dir_all(cut.data().join("restore.tmp")).expect("a folder");
    std::fs::write(cut.data().join("restore.tmp/journal.db"), "half").expect("written");
    let served = cut.run(&["serve", "--listen", "127.0.0.1:0", "--ops-listen", "127.0.0.1:0"]);
    assert!(!served.status.success() && text(&served).contains("cut short"), "{}", text(&served));
    good(cut.run(&["restore", file]));
    // A second one would be over the first.
    assert!(!other.run(&["restore", file]).status.success());
}

#[test]
fn a_full_stick_leaves_no_file_under_a_good_name() {
    let mut house = House::open();
    let shop = house.add_shop("Vườn nhà");
    let session = house.live(&shop);
    house.comments(&shop, &session, &[("1", "lan", "D1 x2")]);
    let stick = house.path("stick");
    std::fs::create_dir_all(&stick).expect("a folder");
    let to = stick.to_str().expect("a plain path").to_owned();
    let empty = |stick: &Path| assert_eq!(std::fs::read_dir(stick).expect("lists").count(), 0);
    // The command writes, so its disk is full; the server's is not.
    house.file_blocks_max = Some(20);
    let output = house.run(&["backup", "--to", &to]);
    assert!(!output.status.success(), "{}", text(&output));
    assert!(text(&output).contains("was not written"), "{}", text(&output));
    empty(&stick);
    house.file_blocks_max = None;
    // Nothing of it is in the way of the next one, nor of an order.
    house.comments(&shop, &session, &[("2", "hoa", "D1 x2")]);
    backup(&house);
    // The server clears away behind the command, which does not wait for that.
    let (begun, copies) = (Instant::now(), house.data().join("backup.tmp"));
    while copies.exists() {
        assert!(begun.elapsed() < PATIENCE, "the copies stay");
        std::thread::yield_now();
    }
}

#[test]
fn a_server_with_a_folder_for_backups_fills_it_after_each_session() {
    let mut house = House::empty();
    let stick = house.path("stick");
    std::fs::create_dir_all(&stick).expect("a folder");
    house.environment.push(("CHOT_BACKUP_TO".into(), stick.display().to_string()));
    house.start();
    let shop = house.add_shop("Vườn nhà");
    let session = house.live(&shop);
    house.comments(&shop, &session, &[("1", "lan", "D1 x2")]);
    let ended = json!({"state": "ended"});
    let state = format!("/v1/sessions/{session}/state");
    house.call("POST", &state, Some(&shop.host), None, Some(&ended)).good();
    let metric = "chot_backup_last_success_timestamp_seconds";
    let began = Instant::now();
    let file = loop {
        let listed = std::fs::read_dir(&stick).expect("lists");
        let mut names = listed.map(|entry| entry.expect("an entry").path());
        let done = names.find(|path| path.to_string_lossy().ends_with(".auto.backup"));
        let metrics = call(house.ops(), "GET", "/metrics", None, None, None).good();
        if let Some(file) = done.filter(|_| metrics.as_str().is_some_and(|m| m.contains(metric))) {
            break file;
        }
        assert!(began.elapsed() < PATIENCE, "{}", house.log());
        std::thread::park_timeout(std::time::Duration::from_millis(50));
    };
    good(house.run(&["restore", file.to_str().expect("plain"), "--check"]));
    good(house.run(&["doctor"]));
}

#[test]
fn who_has_no_backup_is_told_at_the_start_and_by_the_doctor() {
    let mut house = House::open();
    let shop = house.add_shop("Vườn nhà");
    let session = house.live(&shop);
    let state = format!("/v1/sessions/{session}/state");
    let ended = json!({"state": "ended"});
    house.call("POST", &state, Some(&shop.host), None, Some(&ended)).good();
    let doctor = house.run(&["doctor"]);
    assert!(!doctor.status.success(), "{}", text(&doctor));
    assert!(text(&doctor).contains("chot backup --to"), "{}", text(&doctor));
    assert!(house.stop());
    house.start();
    assert!(house.says("Chưa có bản sao lưu").contains("No backup"), "at the start");
    backup(&house);
    good(house.run(&["doctor"]));
}
