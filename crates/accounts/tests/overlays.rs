//! Keys of overlays: shown once, for one session of one shop, revoked for good.

use accounts::{Accounts, By, OverlayKeyError, OverlayKeyId, TokenId};
use domain::limits::{
    OVERLAY_KEYS_PER_SESSION_MAX, OVERLAY_KEYS_PER_SHOP_MAX, OVERLAY_SEEN_EVERY_MS,
};
use domain::{SessionId, ShopId, Timestamp};
use std::collections::BTreeSet;
use std::path::Path;

const NOW: Timestamp = Timestamp(1_700_000_000_000);
const HOST: By = By::Token(TokenId(1));
const FIRST: SessionId = SessionId(1);
const SECOND: SessionId = SessionId(2);

fn open(dir: &Path) -> Accounts {
    Accounts::open(dir).expect("opens")
}

fn shop(accounts: &Accounts, name: &str) -> ShopId {
    accounts.add_shop(name).expect("added").shop
}

#[test]
fn a_key_opens_its_own_session_only_and_outlives_a_restart() {
    let dir = tempfile::tempdir().expect("a folder");
    let accounts = open(dir.path());
    let [plums, squash] = ["Mận", "Bí"].map(|name| shop(&accounts, name));
    let made = accounts.make_overlay_key((plums, FIRST), HOST, NOW).expect("made");
    assert!(made.key.len() > 50 && made.key.starts_with("chot_overlay_"), "256 random bits");
    assert!(!format!("{made:?}").contains(&made.key));
    let check = |accounts: &Accounts| {
        assert_eq!(accounts.opens_overlay((plums, FIRST), &made.key), Some(made.id));
        for (elsewhere, key) in [
            ((plums, SECOND), &*made.key),
            ((squash, FIRST), &made.key),
            ((plums, FIRST), &made.key[..50]),
            ((plums, FIRST), ""),
        ] {
            assert_eq!(accounts.opens_overlay(elsewhere, key), None, "{elsewhere:?}");
        }
        assert!(accounts.authenticate(&made.key).is_none(), "it is no token");
    };
    check(&accounts);
    drop(accounts);
    let file = std::fs::read(dir.path().join("accounts.db")).expect("a file");
    let kept = |bytes: &[u8]| file.windows(bytes.len()).any(|there| there == bytes);
    assert!(!kept(made.key.as_bytes()), "only its digest is kept");
    check(&open(dir.path()));
}

#[test]
fn a_revoked_key_opens_nothing_and_its_number_never_comes_back() {
    let dir = tempfile::tempdir().expect("a folder");
    let accounts = open(dir.path());
    let at = (shop(&accounts, "Mận"), FIRST);
    let [kept, leaked] = [(); 2].map(|()| accounts.make_overlay_key(at, HOST, NOW).expect("made"));
    assert!(!accounts.revoke_overlay_key((at.0, SECOND), leaked.id).expect("read"), "another's");
    assert!(accounts.revoke_overlay_key(at, leaked.id).expect("written"));
    assert!(!accounts.revoke_overlay_key(at, leaked.id).expect("read"), "it is gone");
    let check = |accounts: &Accounts| {
        assert_eq!(accounts.opens_overlay(at, &leaked.key), None);
        assert_eq!(accounts.opens_overlay(at, &kept.key), Some(kept.id));
        assert!(accounts.has_overlay_key(kept.id) && !accounts.has_overlay_key(leaked.id));
    };
    check(&accounts);
    drop(accounts);
    let accounts = open(dir.path());
    check(&accounts);
    assert_eq!(
        accounts.make_overlay_key(at, HOST, NOW).expect("made").id,
        OverlayKeyId(leaked.id.0 + 1)
    );
}

#[test]
fn a_key_is_listed_with_who_made_it_and_when_it_was_used() {
    let dir = tempfile::tempdir().expect("a folder");
    let accounts = open(dir.path());
    let at = (shop(&accounts, "Mận"), FIRST);
    let link = accounts.offer(accounts::Opens::SetUp(Some(at.0)), NOW);
    let who = ("Chị Đào", "bi-do-ngot-lam");
    let (_, sign_in) =
        accounts.set_up(&link, "", who, (accounts::CameFrom::default(), NOW)).expect("an owner");
    let later = Timestamp(NOW.0 + 5);
    let person = By::Person(sign_in.person.id);
    let hers = accounts.make_overlay_key(at, person, later).expect("made").id;
    let machines = accounts.make_overlay_key(at, HOST, later).expect("made").id;
    let soon = Timestamp(later.0 + OVERLAY_SEEN_EVERY_MS - 1);
    let after = Timestamp(later.0 + OVERLAY_SEEN_EVERY_MS);
    for (now, seen) in [(later, later), (soon, later), (after, after)] {
        accounts.note_overlay_use(hers, now).expect("written");
        assert_eq!(accounts.overlay_keys(at.0, at.1)[0].seen, Some(seen));
    }
    drop(accounts);
    let keys = open(dir.path()).overlay_keys(at.0, at.1);
    let told = |at: usize| (keys[at].id, keys[at].made, keys[at].made_by.as_deref(), keys[at].seen);
    assert_eq!(told(0), (hers, later, Some("Chị Đào"), Some(after)));
    assert_eq!(told(1), (machines, later, None, None));
    assert_eq!(keys.len(), 2);
}

#[test]
fn there_are_only_so_many_and_archived_sessions_make_room() {
    let dir = tempfile::tempdir().expect("a folder");
    let accounts = open(dir.path());
    let shop = shop(&accounts, "Mận");
    let full = |of: SessionId| {
        let made = accounts.make_overlay_key((shop, of), HOST, NOW);
        matches!(made, Err(OverlayKeyError::TooMany))
    };
    for at in 0..OVERLAY_KEYS_PER_SHOP_MAX {
        let session = u32::try_from(at / OVERLAY_KEYS_PER_SESSION_MAX).expect("few");
        assert!(!full(SessionId(session)), "number {at}");
    }
    assert!(full(SessionId(0)) && full(SessionId(9_999)));
    assert!(accounts.keep_overlay_keys_of(shop, &BTreeSet::from([FIRST])).expect("written"));
    assert!(!accounts.keep_overlay_keys_of(shop, &BTreeSet::from([FIRST])).expect("written"));
    assert_eq!(accounts.overlay_keys(shop, FIRST).len(), OVERLAY_KEYS_PER_SESSION_MAX);
    assert!(full(FIRST) && !full(SECOND));
}
