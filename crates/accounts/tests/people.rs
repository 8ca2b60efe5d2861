//! People as the doors use them: set up once, sign in, hand over, sign out; over a restart.

use accounts::{Accounts, By, NewSignIn, PersonError, Role, SetUpError};
use domain::Timestamp;
use domain::limits::{LINK_MS_MAX, SIGN_IN_MS_MAX, SIGN_IN_SEEN_MS, SIGN_INS_PER_PERSON_MAX};
use rusqlite::Connection;
use std::path::Path;

const NOW: Timestamp = Timestamp(1_795_431_905_123);
const WHO: (&str, &str) = ("Chị Đào", "bí đỏ ngọt lắm");

fn later(ms: u64) -> Timestamp {
    Timestamp(NOW.0 + ms)
}

fn open(dir: &Path) -> Accounts {
    Accounts::open(dir).expect("opens")
}

/// An installation with one shop and its owner.
fn set_up(dir: &Path) -> (Accounts, NewSignIn) {
    let accounts = open(dir);
    let link = accounts.offer_set_up(None, NOW);
    let (shop, sign_in) = accounts.set_up(&link, "Bí Ba Bể", WHO, NOW).expect("set up");
    assert_eq!(shop.expect("a new one").shop, sign_in.person.shop);
    (accounts, sign_in)
}

#[test]
fn a_link_makes_a_shop_and_its_owner_once() {
    let dir = tempfile::tempdir().expect("a folder");
    let accounts = open(dir.path());
    assert!(!accounts.has_people());
    let link = accounts.offer_set_up(None, NOW);
    let short = accounts.set_up(&link, "Bí Ba Bể", ("Đào", "ngắn"), NOW).expect_err("refused");
    assert!(matches!(short, SetUpError::Person(PersonError::Password)), "{short}");
    let (_, sign_in) = accounts.set_up(&link, "Bí Ba Bể", WHO, NOW).expect("not used up by that");
    let again = accounts.set_up(&link, "Bí Ba Bể", ("Lan", WHO.1), NOW).expect_err("used");
    assert!(matches!(again, SetUpError::Link), "{again}");
    assert!(accounts.has_people());
    let signed_in = accounts.signed_in(&sign_in.carried, NOW).expect("signed in");
    assert_eq!(&*signed_in.person.name, WHO.0);
    assert_eq!(signed_in.principal.role, Role::Host);
    assert_eq!(signed_in.principal.by, By::Person(sign_in.person.id));
    assert_eq!(accounts.shop_name(signed_in.principal.shop).as_deref(), Some("Bí Ba Bể"));
}

#[test]
fn a_late_link_and_a_taken_name_are_refused() {
    let dir = tempfile::tempdir().expect("a folder");
    let (accounts, first) = set_up(dir.path());
    let link = accounts.offer_set_up(Some(first.person.shop), NOW);
    let taken = accounts.set_up(&link, "", ("chị đào", WHO.1), NOW).expect_err("refused");
    assert!(matches!(taken, SetUpError::Person(PersonError::NameTaken)), "{taken}");
    let late = accounts.set_up(&link, "", ("Lan", WHO.1), later(LINK_MS_MAX));
    assert!(matches!(late, Err(SetUpError::Link)));
    let link = accounts.offer_set_up(Some(first.person.shop), NOW);
    let (new, second) = accounts.set_up(&link, "", ("Lan", WHO.1), NOW).expect("of that shop");
    assert!(new.is_none());
    assert_eq!(second.person.shop, first.person.shop);
}

#[test]
fn name_and_password_sign_in_after_a_restart_and_nothing_else_does() {
    let dir = tempfile::tempdir().expect("a folder");
    let (accounts, first) = set_up(dir.path());
    drop(accounts);
    let accounts = open(dir.path());
    assert!(accounts.signed_in(&first.carried, NOW).is_some(), "the device is known again");
    let sign_in = |name, password| accounts.sign_in(name, password, NOW).expect("the file works");
    let second = sign_in(" chị đào ", WHO.1).expect("capitals do not matter");
    assert_eq!(second.person, first.person);
    assert_ne!(second.carried, first.carried);
    assert!(sign_in(WHO.0, "bí đỏ ngọt").is_none());
    assert!(sign_in("Lan", WHO.1).is_none());
    assert!(accounts.signed_in("guess", NOW).is_none());
    let staff = |carried: &str| accounts.signed_in(carried, NOW).expect("in").principal.staff;
    assert_eq!(staff(&first.carried), staff(&second.carried), "one person, whatever the device");
}

#[test]
fn another_device_is_handed_the_door_once() {
    let dir = tempfile::tempdir().expect("a folder");
    let (accounts, first) = set_up(dir.path());
    let link = accounts.offer_hand_over(first.person.id, NOW);
    let phone = accounts.take_over(&link, NOW).expect("the file works").expect("signed in");
    assert_eq!(phone.person, first.person);
    assert!(accounts.take_over(&link, NOW).expect("the file works").is_none());
    accounts.sign_out(&phone.carried).expect("signed out");
    assert!(accounts.signed_in(&phone.carried, NOW).is_none());
    assert!(accounts.signed_in(&first.carried, NOW).is_some(), "the others stay");
    drop(accounts);
    assert!(open(dir.path()).signed_in(&phone.carried, NOW).is_none());
}

#[test]
fn a_sign_in_lasts_while_it_is_used() {
    let dir = tempfile::tempdir().expect("a folder");
    let (accounts, first) = set_up(dir.path());
    accounts.note_use(&first.carried, later(SIGN_IN_SEEN_MS)).expect("written");
    drop(accounts);
    let accounts = open(dir.path());
    assert!(accounts.signed_in(&first.carried, later(SIGN_IN_MS_MAX)).is_some());
    let end = later(SIGN_IN_MS_MAX + SIGN_IN_SEEN_MS);
    assert!(accounts.signed_in(&first.carried, end).is_none());
    accounts.note_use(&first.carried, end).expect("nothing is written");
    assert!(accounts.signed_in(&first.carried, end).is_none(), "what has ended stays so");
}

#[test]
fn a_person_has_so_many_devices() {
    let dir = tempfile::tempdir().expect("a folder");
    let (accounts, first) = set_up(dir.path());
    for number in 1..=SIGN_INS_PER_PERSON_MAX as u64 {
        let link = accounts.offer_hand_over(first.person.id, later(number));
        assert!(accounts.take_over(&link, later(number)).expect("the file works").is_some());
    }
    assert!(accounts.signed_in(&first.carried, NOW).is_none(), "the longest unused is out");
}

#[test]
fn a_shop_practises_in_a_shop_of_its_own() {
    let dir = tempfile::tempdir().expect("a folder");
    let (accounts, first) = set_up(dir.path());
    let real = first.person.shop;
    let (practice, is_new) = accounts.practice_shop(real).expect("made");
    assert!(is_new && practice != real);
    let check = |accounts: &Accounts| {
        assert_eq!(accounts.practice_shop(real).expect("known"), (practice, false));
        assert_eq!(accounts.practice_of(practice), None);
        assert!(accounts.is_practice(practice) && !accounts.is_practice(real));
        assert_eq!(accounts.shop_name(practice).as_deref(), Some("Bí Ba Bể (tập dượt)"));
    };
    check(&accounts);
    drop(accounts);
    check(&open(dir.path()));
}

#[test]
fn a_file_of_the_first_format_is_brought_up_and_loses_nothing() {
    let dir = tempfile::tempdir().expect("a folder");
    let accounts = open(dir.path());
    let shop = accounts.add_shop("Mận Bắc Hà").expect("added");
    drop(accounts);
    let file = Connection::open(dir.path().join("accounts.db")).expect("opens");
    file.execute_batch(
        "DROP TABLE shown; DROP TABLE photo; DROP TABLE sign_in; DROP TABLE practice; \
         DROP TABLE person; DROP TABLE overlay_key; ALTER TABLE shop DROP COLUMN salutation; \
         PRAGMA user_version = 1",
    )
    .expect("as the first format was");
    drop(file);
    let accounts = open(dir.path());
    assert!(accounts.authenticate(&shop.host_token).is_some());
    let link = accounts.offer_set_up(Some(shop.shop), NOW);
    accounts.set_up(&link, "", WHO, NOW).expect("people can be added");
}

#[test]
fn neither_password_nor_what_a_device_carries_stands_in_the_file() {
    let dir = tempfile::tempdir().expect("a folder");
    let (accounts, first) = set_up(dir.path());
    let files = std::fs::read_dir(dir.path()).expect("listed");
    let paths = files.map(|file| file.expect("listed").path());
    let bytes: Vec<u8> = paths.flat_map(|path| std::fs::read(path).expect("read")).collect();
    let holds = |what: &[u8]| bytes.windows(what.len()).any(|window| window == what);
    assert!(holds(WHO.0.as_bytes()), "the search works");
    assert!(!holds(WHO.1.as_bytes()) && !holds(first.carried.as_bytes()));
    let printed = format!("{accounts:?} {first:?}");
    assert!(!printed.contains(&first.carried), "{printed}");
}
