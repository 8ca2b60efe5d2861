//! Accounts as the doors use them: over a restart, between shops, on a file that is not theirs.

use accounts::{Accounts, AccountsError, By, NameError, Role, TicketError, TokenId};
use domain::{SessionId, ShopId, Timestamp};
use std::fs;
use std::path::Path;

const NOW: Timestamp = Timestamp(1_795_431_905_123);
const SESSION: SessionId = SessionId(1);

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().expect("a temporary folder")
}

fn open(dir: &Path) -> Accounts {
    Accounts::open(dir).expect("opens")
}

/// What opening `dir` is refused with.
fn refused(dir: &Path) -> AccountsError {
    Accounts::open(dir).expect_err("refused")
}

/// All bytes of the accounts file and the log beside it.
fn bytes_on_disk(dir: &Path) -> Vec<u8> {
    let files = fs::read_dir(dir).expect("the folder is there");
    let paths = files.map(|file| file.expect("can be listed").path());
    paths.flat_map(|path| fs::read(path).expect("can be read")).collect()
}

fn holds(bytes: &[u8], what: &[u8]) -> bool {
    bytes.windows(what.len()).any(|window| window == what)
}

#[test]
fn a_shop_and_its_tokens_are_known_at_once_and_after_a_restart() {
    let dir = folder();
    let accounts = open(&dir.path().join("made/on/the/way"));
    let squash = accounts.add_shop("  Bí xanh Ba Bể ").expect("added");
    let plums = accounts.add_shop("Mận Bắc Hà").expect("added");

    let check = |accounts: &Accounts| {
        let who = |token: &str| accounts.authenticate(token).map(|p| (p.shop, p.role));
        assert_eq!(who(&squash.host_token), Some((squash.shop, Role::Host)));
        assert_eq!(who(&squash.source_token), Some((squash.shop, Role::Source)));
        assert_eq!(who(&plums.host_token), Some((plums.shop, Role::Host)));
        assert_eq!(accounts.shop_name(squash.shop).as_deref(), Some("Bí xanh Ba Bể"));
        let mut expected = [(squash.shop, "Bí xanh Ba Bể"), (plums.shop, "Mận Bắc Hà")];
        expected.sort();
        let shops = accounts.shops();
        let shops: Vec<_> = shops.iter().map(|(id, name)| (*id, &**name)).collect();
        assert_eq!(shops, expected);
    };
    check(&accounts);
    check(&accounts.clone());
    let ids = [&squash.host_token, &squash.source_token, &plums.host_token]
        .map(|token| accounts.authenticate(token).expect("known").by);
    assert_eq!(ids, [1, 2, 3].map(|number| By::Token(TokenId(number))));
    drop(accounts);
    let again = open(&dir.path().join("made/on/the/way"));
    check(&again);
    let after = again.authenticate(&plums.host_token).expect("known");
    assert_eq!(after.by, By::Token(TokenId(3)));
}

#[test]
fn what_is_not_a_token_of_this_installation_is_nobody() {
    let (dir, other_dir) = (folder(), folder());
    let accounts = open(dir.path());
    let shop = accounts.add_shop("Mận").expect("added");
    let elsewhere = open(other_dir.path()).add_shop("Mận").expect("added");

    let as_source = shop.host_token.replace("host", "source");
    let shorter = &shop.host_token[..shop.host_token.len() - 1];
    let longer = format!("{}A", shop.host_token);
    for token in [
        "",
        "chot_host_",
        &shop.host_token.to_uppercase(),
        &as_source,
        shorter,
        &longer,
        &elsewhere.host_token,
        &"x".repeat(1_000_000),
    ] {
        assert_eq!(accounts.authenticate(token), None);
    }
}

#[test]
fn tokens_are_long_random_and_say_what_they_are_for() {
    let dir = folder();
    let accounts = open(dir.path());
    let shop = accounts.add_shop("Mận").expect("added");
    let check = |token: &str, begin: &str| {
        let random = token.strip_prefix(begin).expect("begins so");
        assert_eq!(random.len(), 43, "256 bits in base64url");
    };
    check(&shop.host_token, "chot_host_");
    check(&shop.source_token, "chot_source_");
    let other = accounts.add_shop("Mận").expect("two shops may have one name");
    assert_ne!(shop.shop, other.shop);
    assert_ne!(shop.host_token, other.host_token);
}

#[test]
fn no_token_and_no_viewers_name_stands_in_the_file_or_in_what_is_printed() {
    let dir = folder();
    let accounts = open(dir.path());
    let shop = accounts.add_shop("Mận Bắc Hà").expect("added");
    let ticket =
        accounts.mint_ticket(shop.shop, SESSION, "Hoàng Thị Mai", None, NOW).expect("made");
    let viewer = accounts.redeem_ticket(&ticket.ticket, NOW).expect("taken");

    let bytes = bytes_on_disk(dir.path());
    assert!(holds(&bytes, "Mận Bắc Hà".as_bytes()), "the search works");
    let printed = format!("{accounts:?} {shop:?} {ticket:?} {viewer:?}");
    for secret in [
        &shop.host_token["chot_host_".len()..],
        &shop.source_token["chot_source_".len()..],
        &ticket.ticket,
        &ticket.buyer_token,
        "Hoàng Thị Mai",
    ] {
        assert!(!holds(&bytes, secret.as_bytes()), "on disk");
        assert!(!printed.contains(secret), "{printed}");
    }
    assert!(printed.contains(&shop.shop.to_string()), "{printed}");
}

#[cfg(unix)]
#[test]
fn nobody_but_the_owner_may_read_the_file() {
    use std::os::unix::fs::PermissionsExt;
    let dir = folder();
    open(dir.path()).add_shop("Mận").expect("added");
    let copied = dir.path().join("accounts.db");
    fs::set_permissions(&copied, fs::Permissions::from_mode(0o644)).expect("as a copy may be");

    let accounts = open(dir.path());
    accounts.add_shop("Bí").expect("added");
    let mut seen = 0;
    for file in fs::read_dir(dir.path()).expect("the folder is there") {
        let file = file.expect("can be listed");
        let mode = file.metadata().expect("has a mode").permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{}", file.path().display());
        seen += 1;
    }
    assert!(seen >= 2, "the file and its log");
}

#[test]
fn a_viewer_comes_in_with_a_ticket_and_comes_back_as_the_same_buyer_after_a_restart() {
    let dir = folder();
    let accounts = open(dir.path());
    let shop = accounts.add_shop("Mận").expect("added").shop;
    let mint = |accounts: &Accounts, token: Option<&str>| {
        let ticket = accounts.mint_ticket(shop, SESSION, " Mai ", token, NOW);
        ticket.expect("made")
    };
    let first = mint(&accounts, None);
    let viewer = accounts.redeem_ticket(&first.ticket, NOW).expect("taken");
    assert_eq!((viewer.shop, viewer.session), (shop, SESSION));
    assert_eq!((viewer.buyer, viewer.name.as_str()), (first.buyer, "Mai"));
    let unused = mint(&accounts, None);
    assert_ne!(unused.buyer, first.buyer);

    drop(accounts);
    let accounts = open(dir.path());
    let back = mint(&accounts, Some(&first.buyer_token));
    assert_eq!(back.buyer, first.buyer);
    assert_eq!(back.buyer_token, first.buyer_token);
    let viewer = accounts.redeem_ticket(&back.ticket, NOW).expect("taken");
    assert_eq!(viewer.buyer, first.buyer);
    let old = accounts.redeem_ticket(&unused.ticket, NOW);
    assert_eq!(old, Err(TicketError::BadTicket));
}

#[test]
fn a_buyer_token_is_worth_nothing_in_another_shop_or_on_another_server() {
    let (dir, other_dir) = (folder(), folder());
    let (accounts, other) = (open(dir.path()), open(other_dir.path()));
    let [plums, squash] = ["Mận", "Bí"].map(|name| accounts.add_shop(name).expect("added").shop);
    let check = |accounts: &Accounts, shop: ShopId, token: &str, works: bool| {
        let ticket = accounts.mint_ticket(shop, SESSION, "Mai", Some(token), NOW);
        match ticket {
            Ok(_) => assert!(works),
            Err(error) => assert!(!works && error == TicketError::BadBuyerToken),
        }
    };
    let ticket = accounts.mint_ticket(plums, SESSION, "Mai", None, NOW);
    let token = ticket.expect("made").buyer_token;
    check(&accounts, plums, &token, true);
    check(&accounts, squash, &token, false);
    check(&other, plums, &token, false);
    check(&accounts, plums, "", false);
}

#[test]
fn refusals_have_stable_codes() {
    let dir = folder();
    let accounts = open(dir.path());
    let shop = accounts.add_shop("Mận").expect("added").shop;
    let check = |name: &str, token: Option<&str>, code: &str| {
        let refused = accounts.mint_ticket(shop, SESSION, name, token, NOW);
        assert_eq!(refused.expect_err("refused").code(), code);
    };
    check(" ", None, "bad_name");
    check("Mai\u{7}", None, "bad_name");
    check(&"a".repeat(301), None, "name_too_long");
    check("Mai", Some("forged"), "bad_buyer_token");

    let ticket = accounts.mint_ticket(shop, SESSION, "Mai", None, NOW);
    let ticket = ticket.expect("made").ticket;
    accounts.redeem_ticket(&ticket, NOW).expect("taken");
    let twice = accounts.redeem_ticket(&ticket, NOW).expect_err("refused");
    assert_eq!(twice.code(), "bad_ticket");
    let nameless = accounts.add_shop("\n").expect_err("refused");
    assert!(matches!(nameless, AccountsError::Name(NameError::Empty)));
    assert_eq!(accounts.shops().len(), 1);
}

#[test]
fn a_second_handle_on_the_file_is_refused_while_the_first_is_open() {
    let dir = folder();
    let accounts = open(dir.path());
    assert!(matches!(refused(dir.path()), AccountsError::InUse { .. }));
    let clone = accounts.clone();
    drop(accounts);
    assert!(matches!(refused(dir.path()), AccountsError::InUse { .. }));
    drop(clone);
    open(dir.path());
}

#[test]
fn a_file_of_a_newer_chot_is_refused_and_left_as_it_is() {
    let dir = folder();
    open(dir.path()).add_shop("Mận").expect("added");
    let path = dir.path().join("accounts.db");
    let raw = rusqlite::Connection::open(&path).expect("opens");
    raw.pragma_update(None, "user_version", 6).expect("written");
    raw.close().expect("closes");

    let error = refused(dir.path()).to_string();
    assert!(error.contains("format 6") && error.contains("up to 5"), "{error}");
    let raw = rusqlite::Connection::open(&path).expect("opens");
    raw.pragma_update(None, "user_version", 5).expect("written");
    raw.close().expect("closes");
    assert_eq!(open(dir.path()).shops().len(), 1);
}

#[test]
fn a_file_of_another_program_is_refused() {
    let check = |write: &dyn Fn(&Path)| {
        let dir = folder();
        let path = dir.path().join("accounts.db");
        write(&path);
        let before = fs::read(&path).expect("there");
        let error = refused(dir.path());
        assert!(matches!(error, AccountsError::NotOurs { .. }), "{error}");
        assert_eq!(fs::read(&path).expect("there"), before);
    };
    check(&|path| fs::write(path, "Sổ thu chi tháng 11\n".repeat(300)).expect("written"));
    check(&|path| {
        let raw = rusqlite::Connection::open(path).expect("opens");
        raw.execute_batch("CREATE TABLE contact (name TEXT)").expect("made");
        raw.close().expect("closes");
    });
}

#[test]
fn a_file_cut_short_while_it_was_made_is_made_again() {
    let dir = folder();
    fs::write(dir.path().join("accounts.db"), "").expect("written");
    assert!(open(dir.path()).shops().is_empty());
}

#[test]
fn shops_added_from_many_threads_are_all_there() {
    let dir = folder();
    let accounts = open(dir.path());
    let added: Vec<String> = std::thread::scope(|scope| {
        let add = |n| {
            let accounts = accounts.clone();
            scope.spawn(move || accounts.add_shop(&format!("shop {n}")).expect("added"))
        };
        let adding: Vec<_> = (0..8).map(add).collect();
        let added = adding.into_iter().map(|thread| thread.join().expect("no panic"));
        added.map(|shop| shop.host_token).collect()
    });
    drop(accounts);
    let accounts = open(dir.path());
    assert_eq!(accounts.shops().len(), 8);
    assert!(added.iter().all(|token| accounts.authenticate(token).is_some()));
}

#[test]
fn a_token_decides_under_one_name_that_says_nothing_about_it() {
    let folder = folder();
    let accounts = open(folder.path());
    let (one, other) =
        (accounts.add_shop("A").expect("added"), accounts.add_shop("B").expect("added"));
    let staff =
        |accounts: &Accounts, token: &str| accounts.authenticate(token).expect("known").staff;
    let first = staff(&accounts, &one.host_token);
    assert_ne!(first, staff(&accounts, &one.source_token));
    assert_ne!(first, staff(&accounts, &other.host_token));
    drop(accounts);
    assert_eq!(staff(&open(folder.path()), &one.host_token), first, "also after a restart");
}

#[test]
fn a_buyer_token_says_who_its_bearer_is_and_link_codes_come_by_chance() {
    let folder = folder();
    let accounts = open(folder.path());
    let shop = accounts.add_shop("A").expect("added").shop;
    let ticket = accounts.mint_ticket(shop, SessionId(1), "Lan", None, Timestamp(1)).expect("made");
    assert_eq!(accounts.buyer_of(shop, &ticket.buyer_token), Some(ticket.buyer));
    assert_eq!(accounts.buyer_of(shop, "x"), None);
    let codes: std::collections::BTreeSet<_> = (0..64).map(|_| accounts.draw_link_code()).collect();
    assert!(codes.len() > 32, "64 draws of 10,000 hardly ever meet: {}", codes.len());
}
