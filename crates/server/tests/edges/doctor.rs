//! What the doctor finds in a real folder, why it says it matters, and the command that mends it.

use crate::house::House;
use crate::text;
use std::fs::{Permissions, set_permissions};
use std::os::unix::fs::PermissionsExt;
use std::time::{Duration, SystemTime};

/// Asks the doctor; gives whether all is well, and what was said.
fn ask(house: &House) -> (bool, String) {
    let output = house.run(&["doctor"]);
    (output.status.success(), text(&output))
}

/// The doctor finds it wrong, and says these words.
fn is_wrong(house: &House, words: &[&str]) {
    let (well, said) = ask(house);
    assert!(!well && said.contains("LỖI"), "{said}");
    words.iter().for_each(|words| assert!(said.contains(words), "{words}: {said}"));
}

/// The doctor only mentions it.
fn is_noted(house: &House, words: &[&str]) {
    let (well, said) = ask(house);
    assert!(well && said.contains("NHẮC"), "{said}");
    words.iter().for_each(|words| assert!(said.contains(words), "{words}: {said}"));
}

fn with(settings: &[(&str, &str)]) -> House {
    let mut house = House::open();
    assert!(house.stop(), "{}", house.log());
    for (name, value) in settings {
        house.environment.push(((*name).into(), (*value).into()));
    }
    house
}

#[test]
fn a_folder_or_a_file_that_others_may_read_is_wrong_until_it_is_mended() {
    let house = House::open();
    let data = house.data();
    set_permissions(&data, Permissions::from_mode(0o755)).expect("changed");
    is_wrong(&house, &["can be read by others", "chmod 700"]);
    set_permissions(&data, Permissions::from_mode(0o700)).expect("changed");
    for name in ["journal.db", "accounts.db", "control.sock"] {
        let path = data.join(name);
        set_permissions(&path, Permissions::from_mode(0o644)).expect("changed");
        is_wrong(&house, &[name, "orders and buyers", "chmod -R go-rwx"]);
        let mend = std::process::Command::new("chmod").args(["-R", "go-rwx"]).arg(&data).status();
        assert!(mend.expect("chmod runs").success());
        let (well, said) = ask(&house);
        assert!(well, "the command mends it: {said}");
    }
}

#[test]
fn a_listener_that_anybody_reaches_is_wrong() {
    is_wrong(
        &with(&[("CHOT_LISTEN", "0.0.0.0:8080")]),
        &["open to every network", "on the way", "CHOT_PUBLIC_URL=https://"],
    );
    is_noted(&with(&[("CHOT_LAN", "1")]), &["the local network reaches"]);
    is_wrong(
        &with(&[("CHOT_OPS_LISTEN", "0.0.0.0:9090")]),
        &["the operators' page", "CHOT_OPS_LISTEN", "CHOT_OPS_NETWORKS"],
    );
    is_noted(
        &with(&[("CHOT_OPS_LISTEN", "0.0.0.0:9090"), ("CHOT_OPS_NETWORKS", "10.0.0.0/8")]),
        &["CHOT_OPS_NETWORKS names"],
    );
}

#[test]
fn a_public_address_without_encryption_or_without_its_proxy_is_wrong() {
    is_wrong(
        &with(&[("CHOT_PUBLIC_URL", "http://shop.example")]),
        &["without encryption", "CHOT_PUBLIC_URL=https://shop.example"],
    );
    let url = ("CHOT_PUBLIC_URL", "https://shop.example");
    is_wrong(&with(&[url]), &["none is trusted", "CHOT_TRUSTED_PROXIES"]);
    let (well, said) = ask(&with(&[url, ("CHOT_TRUSTED_PROXIES", "127.0.0.1")]));
    assert!(well, "{said}");
}

#[test]
fn a_database_across_an_open_network_is_wrong_and_its_password_is_not_said() {
    let far = "postgres://chot:s3cret@db.example:5432/chot";
    let house = with(&[("DATABASE_URL", far)]);
    is_wrong(&house, &["db.example without TLS", "sslmode=verify-full"]);
    assert!(!ask(&house).1.contains("s3cret"));
    let (well, said) = ask(&with(&[("DATABASE_URL", &format!("{far}?sslmode=verify-full"))]));
    assert!(well, "{said}");
}

#[test]
fn a_clock_behind_the_data_is_wrong() {
    let house = with(&[]);
    let file = std::fs::File::options().append(true).open(house.data().join("journal.db"));
    let ahead = SystemTime::now() + Duration::from_secs(7_200);
    file.expect("the journal").set_modified(ahead).expect("a time");
    is_wrong(&house, &["the clock is", "minutes behind", "timedatectl set-ntp true"]);
}

#[test]
fn few_files_and_an_open_set_up_link_are_mentioned() {
    let mut house = House::open();
    is_noted(&house, &["nobody can sign in yet", "chot shop invite"]);
    house.files_max = Some(1_024);
    is_noted(&house, &["at most 1024 files", "768 people", "LimitNOFILE="]);
}

#[test]
fn a_setting_that_is_refused_is_found_before_the_start() {
    is_wrong(&with(&[("CHOT_HOSTS", "*")]), &["CHOT_HOSTS", "mend that setting"]);
}
