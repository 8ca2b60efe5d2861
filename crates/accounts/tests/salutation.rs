//! How a shop addresses its buyers: kept over restarts, the same where it practises.

use accounts::Accounts;
use domain::Salutation::{AnhChi, Ban, CoBac};
use std::path::Path;

fn open(dir: &Path) -> Accounts {
    Accounts::open(dir).expect("opens")
}

#[test]
fn a_shops_salutation_outlives_a_restart_and_is_its_own() {
    let dir = tempfile::tempdir().expect("a folder");
    let accounts = open(dir.path());
    let [plums, squash] = ["Mận", "Bí"].map(|name| accounts.add_shop(name).expect("added").shop);
    let (practice, _) = accounts.practice_shop(plums).expect("added");
    assert_eq!([plums, squash, practice].map(|shop| accounts.salutation(shop)), [Ban; 3]);
    accounts.set_salutation(plums, AnhChi).expect("written");
    accounts.set_salutation(plums, CoBac).expect("written");
    let check = |accounts: &Accounts| {
        let all = [plums, squash, practice].map(|shop| accounts.salutation(shop));
        assert_eq!(all, [CoBac, Ban, CoBac]);
    };
    check(&accounts);
    drop(accounts);
    check(&open(dir.path()));
}

#[test]
fn a_file_of_the_third_format_is_brought_up_and_addresses_as_before() {
    let dir = tempfile::tempdir().expect("a folder");
    let accounts = open(dir.path());
    let shop = accounts.add_shop("Mận Bắc Hà").expect("added");
    drop(accounts);
    let raw = rusqlite::Connection::open(dir.path().join("accounts.db")).expect("opens");
    raw.execute_batch(
        "ALTER TABLE shop DROP COLUMN salutation; DROP TABLE overlay_key; PRAGMA user_version = 3",
    )
    .expect("as the third format was");
    raw.close().expect("closes");
    let accounts = open(dir.path());
    assert!(accounts.authenticate(&shop.host_token).is_some());
    assert_eq!(accounts.salutation(shop.shop), Ban);
    accounts.set_salutation(shop.shop, AnhChi).expect("written");
    drop(accounts);
    assert_eq!(open(dir.path()).salutation(shop.shop), AnhChi);
}
