//! Bad days of an installation: each gets a clear answer, and nothing is lost.

mod house;

use house::House;
use rusqlite::Connection;
use serde_json::json;

fn text(output: &std::process::Output) -> String {
    let out = String::from_utf8_lossy(&output.stdout);
    format!("{out}{}", String::from_utf8_lossy(&output.stderr))
}

/// Starts a server that must refuse; answers what it said.
fn refused(house: &House) -> String {
    let listen = ["serve", "--listen", "127.0.0.1:0", "--ops-listen", "127.0.0.1:0"];
    let output = house.run(&listen);
    assert!(!output.status.success(), "{}", text(&output));
    text(&output)
}

#[test]
fn a_second_server_on_the_same_folder_is_told_who_has_it() {
    let house = House::open();
    let said = refused(&house);
    assert!(said.contains("is in use by process"), "{said}");
    assert!(said.contains("--data DIR"), "{said}");
}

#[test]
fn a_shop_added_beside_a_running_server_can_sell_at_once() {
    let house = House::open();
    let shop = house.add_shop("Vườn nhà");
    let session = house.live(&shop);
    let outcomes = house.comments(&shop, &session, &[("1", "lan", "D1 x2")]);
    assert_eq!(outcomes[0]["result"], "held");
}

#[test]
fn a_shop_added_without_a_server_is_served_by_the_next() {
    let mut house = House::empty();
    let shop = house.add_shop("Vườn nhà");
    house.start();
    house.live(&shop);
}

#[test]
fn who_is_told_that_we_serve_may_ask_us_to_stop() {
    let mut house = House::open();
    for _ in 0..30 {
        assert!(house.stop(), "{}", house.log());
        house.start();
    }
}

#[test]
fn what_was_acknowledged_is_there_after_a_clean_stop_and_after_a_kill() {
    let mut house = House::open();
    let shop = house.add_shop("Vườn nhà");
    let session = house.live(&shop);
    let said = [("1", "lan", "D1 x2"), ("2", "hoa", "chào shop"), ("3", "minh", "D1 x200")];
    let first = house.comments(&shop, &session, &said);
    assert!(house.stop(), "{}", house.log());
    house.start();
    assert_eq!(house.comments(&shop, &session, &said), first);
    house.kill();
    house.start();
    assert_eq!(house.comments(&shop, &session, &said), first);
    house.verify(&session);
}

#[test]
fn data_of_a_newer_version_is_refused_and_untouched() {
    let mut house = House::open();
    house.add_shop("Vườn nhà");
    assert!(house.stop());
    let file = house.data().join("journal.db");
    let database = Connection::open(&file).expect("the journal");
    database.execute_batch("PRAGMA user_version = 9999").expect("a format");
    drop(database);
    let before = std::fs::read(&file).expect("bytes");
    let said = refused(&house);
    assert!(said.contains("newer version"), "{said}");
    assert_eq!(std::fs::read(&file).expect("bytes"), before);
}

#[test]
fn a_flipped_byte_quarantines_its_shop_and_the_others_sell_on() {
    let mut house = House::open();
    let (hurt, well) = (house.add_shop("Vườn A"), house.add_shop("Vườn B"));
    let (session_hurt, session_well) = (house.live(&hurt), house.live(&well));
    house.comments(&hurt, &session_hurt, &[("1", "lan", "D1 x2")]);
    let first = house.comments(&well, &session_well, &[("1", "lan", "D1 x2")]);
    assert!(house.stop());
    std::fs::remove_dir_all(house.data().join("snapshots")).expect("snapshots may be deleted");
    flip_a_byte_of_the_first_shop(&house);
    house.start();
    let path = format!("/v1/sessions/{session_hurt}/comments");
    let body = house::comments(&[("2", "lan", "D1 x1")]);
    let answer = house.call("POST", &path, Some(&hurt.source), None, Some(&body));
    assert_eq!(answer.problem(), (503, "shop_quarantined"));
    assert_eq!(house.comments(&well, &session_well, &[("1", "lan", "D1 x2")]), first);
}

/// Flips one byte in the middle of an event of the shop that opened first.
fn flip_a_byte_of_the_first_shop(house: &House) {
    let database = Connection::open(house.data().join("journal.db")).expect("the journal");
    let (id, mut frames): (i64, Vec<u8>) = database
        .query_row("SELECT id, frames FROM batches ORDER BY id LIMIT 1", [], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })
        .expect("a row");
    let middle = frames.len() / 2;
    frames[middle] ^= 0x40;
    let update = "UPDATE batches SET frames = ?1 WHERE id = ?2";
    database.execute(update, (frames, id)).expect("written");
}

#[test]
fn a_full_disk_ends_the_server_and_every_acknowledged_order_is_there_afterwards() {
    let mut house = House::open();
    let shop = house.add_shop("Vườn nhà");
    let session = house.live(&shop);
    assert!(house.stop());
    house.file_blocks_max = Some(2_000);
    house.start();
    let path = format!("/v1/sessions/{session}/comments");
    let mut acknowledged = Vec::new();
    let mut refused = false;
    for n in 0..20_000 {
        let (id, buyer) = (n.to_string(), format!("buyer-{n}"));
        let body = house::comments(&[(&id, &buyer, "D1 x1")]);
        let source = Some(&*shop.source);
        let answer = house::try_call(house.public(), "POST", &path, source, None, Some(&body));
        match answer {
            Some(answer) if answer.status == 200 => {
                acknowledged.push((id, buyer, answer.body["outcomes"][0].clone()));
            }
            Some(_) | None => {
                refused = true;
                break;
            }
        }
    }
    assert!(refused, "the limit was never reached");
    assert_eq!(house.wait(), Some(70), "{}", house.log());
    house.file_blocks_max = None;
    house.start();
    for (id, buyer, outcome) in &acknowledged {
        assert_eq!(&house.comments(&shop, &session, &[(id, buyer, "D1 x1")])[0], outcome);
    }
    house.verify(&session);
}

#[test]
fn a_tampered_ledger_or_a_foreign_receipt_is_refused() {
    let house = House::open();
    let shop = house.add_shop("Vườn nhà");
    let session = house.live(&shop);
    let outcomes = house.comments(&shop, &session, &[("1", "lan", "D1 x2")]);
    house.verify(&session);
    let file = house.path("ledger.ndjson");
    let out = file.to_str().expect("a plain path");
    let receipt = outcomes[0]["receipt"].as_str().expect("a receipt");
    let proved = house.run(&["verify", out, "--receipt", receipt]);
    assert!(proved.status.success() && text(&proved).contains("number 1"), "{}", text(&proved));
    let foreign = house.run(&["verify", out, "--receipt", &"ab".repeat(32)]);
    assert!(!foreign.status.success(), "{}", text(&foreign));
    let honest = std::fs::read_to_string(&file).expect("lines");
    std::fs::write(&file, honest.replacen("\"held\":2", "\"held\":1", 1)).expect("written");
    let tampered = house.run(&["verify", out]);
    assert!(!tampered.status.success(), "{}", text(&tampered));
}

#[test]
fn bad_settings_are_refused_with_what_would_be_right() {
    let check = |name: &str, value: &str, words: &str| {
        let mut house = House::empty();
        house.environment.push((name.into(), value.into()));
        let output = house.run(&["serve"]);
        assert!(!output.status.success(), "{name}={value}");
        let said = text(&output);
        assert!(said.contains(name) && said.contains(words), "{said}");
    };
    check("CHOT_LISTEN", "8080", "write it as 127.0.0.1:8080");
    check("REDIS_URL", "redis://127.0.0.1", "unset it");
    check("CHOT_LAN", "maybe", "write 1 or 0");
    check("DATABASE_URL", "mysql://me:s3cret@db/x", "postgres://user:password@host");
}

#[test]
fn a_password_in_a_bad_address_is_not_repeated() {
    let mut house = House::empty();
    house.environment.push(("DATABASE_URL".into(), "mysql://me:s3cret@db/x".into()));
    let said = text(&house.run(&["serve", "--listen", "127.0.0.1:0"]));
    assert!(!said.contains("s3cret"), "{said}");
}

#[test]
fn exports_are_safe_for_spreadsheets() {
    let house = House::open();
    let shop = house.add_shop("Vườn nhà");
    let session = house.live(&shop);
    house.comments(&shop, &session, &[("1", "=HYPERLINK(1)", "D1 x2")]);
    let file = house.path("orders.csv");
    let out = file.to_str().expect("a plain path");
    let exported = house.run(&["export", "--session", &session, "--format", "csv", "--out", out]);
    assert!(exported.status.success(), "{}", text(&exported));
    let rows = std::fs::read_to_string(&file).expect("rows");
    assert!(rows.contains("'=HYPERLINK(1)"), "{rows}");
}

#[test]
fn the_logs_hold_no_words_no_names_and_no_tokens() {
    let mut house = House::open();
    let shop = house.add_shop("Vườn nhà");
    let session = house.live(&shop);
    let said = [("1", "Nguyễn Canary", "D1 x2 giao 0912345678 nhé"), ("2", "B", "canaryword?")];
    house.comments(&shop, &session, &said);
    house.call("GET", "/v1/sessions/x/orders", Some(&shop.host), None, None);
    house.call("POST", "/v1/sessions", Some(&shop.host), None, Some(&json!({"offers": 7})));
    assert!(house.stop());
    let log = house.log();
    for secret in ["Canary", "canaryword", "0912345678", &shop.host, &shop.source] {
        assert!(!log.contains(secret), "{secret} stands in the log");
    }
}

#[test]
fn the_doctor_finds_nothing_wrong_with_a_good_house_and_says_what_mends_a_bad_one() {
    let house = House::open();
    let well = house.run(&["doctor"]);
    assert!(well.status.success(), "{}", text(&well));
    let missing = house.run(&["doctor", "--data", "nowhere"]);
    assert!(!missing.status.success());
    assert!(text(&missing).contains("--data DIR"), "{}", text(&missing));
}
