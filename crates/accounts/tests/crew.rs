//! People of a shop: invited, changed, let go; helpers; second factors; what the log says.

use accounts::{
    Accounts, Act, Assist, By, CameFrom, CrewError, Deed, Duty, NewSignIn, Opens, PersonError,
    Role, SetUpError, SignInTry, SignedIn,
};
use domain::limits::{ASSIST_ASKED_MS_MAX, ASSIST_MS_MAX, INVITE_MS_MAX, PROOF_MS_MAX};
use domain::{ShopId, Timestamp};
use std::path::Path;
use std::sync::Barrier;

const NOW: Timestamp = Timestamp(1_795_431_905_123);
const PASSWORD: &str = "bí đỏ ngọt lắm";

fn later(ms: u64) -> Timestamp {
    Timestamp(NOW.0 + ms)
}

fn open(dir: &Path) -> Accounts {
    Accounts::open(dir).expect("opens")
}

/// Somebody new comes in by a link that opens this.
fn come(accounts: &Accounts, opens: Opens, name: &str) -> NewSignIn {
    let link = accounts.offer(opens, NOW);
    let came = accounts.set_up(&link, "Bí Ba Bể", (name, PASSWORD), (CameFrom::default(), NOW));
    came.unwrap_or_else(|error| panic!("{name}: {error}")).1
}

fn who(accounts: &Accounts, sign_in: &NewSignIn, now: Timestamp) -> SignedIn {
    accounts.signed_in(&sign_in.carried, now).expect("signed in")
}

/// An installation with one shop and its owner, who runs it.
fn set_up(dir: &Path) -> (Accounts, NewSignIn, ShopId) {
    let accounts = open(dir);
    let owner = come(&accounts, Opens::SetUp(None), "Đào");
    let shop = owner.at.expect("a shop");
    assert_eq!(owner.person.duty, Duty::Operator, "whoever sets it up runs it");
    (accounts, owner, shop)
}

#[test]
fn an_invitation_gives_its_role_and_a_restart_keeps_it() {
    let dir = tempfile::tempdir().expect("a folder");
    let (accounts, _, shop) = set_up(dir.path());
    let packer = come(&accounts, Opens::Join(shop, Role::Packer), "Lan");
    let check = |accounts: &Accounts| {
        let at = who(accounts, &packer, NOW).at.expect("a shop");
        assert_eq!((at.shop, at.role), (shop, Role::Packer));
        assert!(at.role.may(Act::SeeContacts) && !at.role.may(Act::Sell));
        assert_eq!(at.by, By::Person(packer.person.id));
    };
    check(&accounts);
    drop(accounts);
    check(&open(dir.path()));
}

#[test]
fn whoever_is_known_joins_another_shop_as_who_they_are() {
    let dir = tempfile::tempdir().expect("a folder");
    let (accounts, owner, shop) = set_up(dir.path());
    let other = accounts.add_shop("Mận Bắc Hà").expect("added").shop;
    let known = who(&accounts, &owner, NOW);
    let link = accounts.offer(Opens::Join(other, Role::Clerk), NOW);
    assert!(accounts.join(&link, "", &known, NOW).expect("joined").is_none());
    assert_eq!(who(&accounts, &owner, NOW).at.map(|at| at.shop), Some(other), "the device moved");
    let role = |shop| accounts.principal_at(owner.person.id, shop, NOW).map(|at| at.role);
    assert_eq!((role(shop), role(other)), (Some(Role::Owner), Some(Role::Clerk)));
    let link = accounts.offer(Opens::Join(shop, Role::Watcher), NOW);
    let again = accounts.join(&link, "", &known, NOW).expect_err("refused");
    assert!(matches!(again, SetUpError::Person(PersonError::AlreadyHere)), "{again}");
    assert!(accounts.look_at_link(&link, later(INVITE_MS_MAX - 1)).is_some(), "not used up");
    assert!(accounts.look_at_link(&link, later(INVITE_MS_MAX)).is_none());
}

#[test]
fn another_role_and_none_take_effect_at_once_and_the_last_owner_stays() {
    let dir = tempfile::tempdir().expect("a folder");
    let (accounts, owner, shop) = set_up(dir.path());
    let host = come(&accounts, Opens::Join(shop, Role::Host), "Lan");
    let role = |who: &NewSignIn| accounts.principal_at(who.person.id, shop, NOW).map(|at| at.role);
    accounts.set_role(shop, host.person.id, Role::Watcher, NOW).expect("changed");
    assert_eq!(role(&host), Some(Role::Watcher));
    let last = |done: Result<(), CrewError>| matches!(done, Err(CrewError::LastOwner));
    assert!(last(accounts.let_go(shop, owner.person.id)));
    assert!(last(accounts.set_role(shop, owner.person.id, Role::Host, NOW)));
    accounts.set_role(shop, host.person.id, Role::Owner, NOW).expect("changed");
    accounts.let_go(shop, owner.person.id).expect("there is another owner");
    assert_eq!(role(&owner), None);
    assert!(who(&accounts, &owner, NOW).at.is_none(), "signed in, in no shop");
    drop(accounts);
    let accounts = open(dir.path());
    assert_eq!(accounts.people_of(shop, NOW).len(), 1);
    let other = accounts.add_shop("Mận").expect("added").shop;
    let unknown = accounts.let_go(other, host.person.id).expect_err("another shop's");
    assert!(matches!(unknown, CrewError::Unknown));
}

#[test]
fn an_owner_signs_out_who_belongs_to_their_shop_alone() {
    let dir = tempfile::tempdir().expect("a folder");
    let (accounts, owner, shop) = set_up(dir.path());
    let clerk = come(&accounts, Opens::Join(shop, Role::Clerk), "Lan");
    let other = accounts.add_shop("Mận").expect("added").shop;
    let both = come(&accounts, Opens::Join(shop, Role::Clerk), "Mai");
    let link = accounts.offer(Opens::Join(other, Role::Clerk), NOW);
    accounts.join(&link, "", &who(&accounts, &both, NOW), NOW).expect("joined");
    let device = |of: &NewSignIn| accounts.devices_of(of.person.id, NOW)[0].id;
    let (by, owned) = (owner.person.id, Some(shop));
    accounts.sign_out_device(device(&clerk), by, owned).expect("out");
    assert!(accounts.signed_in(&clerk.carried, NOW).is_none());
    let refused = accounts.sign_out_device(device(&both), by, owned).expect_err("refused");
    assert!(matches!(refused, CrewError::Unknown));
    assert!(accounts.sign_out_device(device(&owner), both.person.id, None).is_err());
    accounts.sign_out_device(device(&both), both.person.id, None).expect("one's own");
}

#[test]
fn a_helper_works_for_the_hour_to_which_the_owner_said_yes() {
    let dir = tempfile::tempdir().expect("a folder");
    let (accounts, _, _) = set_up(dir.path());
    let helper = come(&accounts, Opens::Serve(Duty::Helper), "Hoa");
    assert!(helper.at.is_none() && helper.person.duty.helps());
    let owner = come(&accounts, Opens::SetUpHelped(helper.person.id), "Bà Tư");
    let shop = owner.at.expect("a shop");
    let (practice, _) = accounts.practice_shop(shop).expect("made");
    let role = |at, now| accounts.principal_at(helper.person.id, at, now).map(|at| at.role);
    assert_eq!(role(shop, NOW), Some(Role::Helper));
    assert!(accounts.allow_assist(shop, helper.person.id, NOW).is_err(), "nobody asked");
    let asked = accounts.ask_to_assist(shop, helper.person.id, NOW).expect("asked");
    assert_eq!(asked, Assist::Asked(later(ASSIST_ASKED_MS_MAX)));
    assert_eq!(role(shop, NOW), Some(Role::Helper), "asking is not enough");
    let late = accounts.allow_assist(shop, helper.person.id, later(ASSIST_ASKED_MS_MAX));
    assert!(late.is_err(), "the question is gone");
    accounts.allow_assist(shop, helper.person.id, NOW).expect("yes");
    assert_eq!(role(shop, later(ASSIST_MS_MAX - 1)), Some(Role::Assistant));
    assert_eq!(role(practice, NOW), Some(Role::Host), "nothing there is real");
    assert!(!Role::Assistant.may(Act::SeeOrders));
    assert_eq!(role(shop, later(ASSIST_MS_MAX)), Some(Role::Helper));
    accounts.end_assist(shop, helper.person.id);
    assert_eq!(role(shop, NOW), Some(Role::Helper), "either of them ends it");
    accounts.let_go(shop, helper.person.id).expect("by the owner alone");
    assert_eq!(role(shop, NOW), None);
    assert!(accounts.ask_to_assist(shop, helper.person.id, NOW).is_err());
}

#[test]
fn whoever_showed_who_they_are_need_not_for_minutes() {
    let dir = tempfile::tempdir().expect("a folder");
    let (accounts, owner, _) = set_up(dir.path());
    let device = (who(&accounts, &owner, NOW).sign_in, owner.person.id);
    let until = |now| who(&accounts, &owner, now).proved_until;
    assert_eq!(until(NOW), Some(later(PROOF_MS_MAX)), "the password was typed just now");
    let end = later(PROOF_MS_MAX);
    assert_eq!(until(end), None);
    assert!(matches!(accounts.prove(device, "sai rồi nhé", "", end), Err(CrewError::Wrong)));
    assert_eq!(until(end), None);
    accounts.prove(device, PASSWORD, "", end).expect("right");
    assert_eq!(until(end), Some(Timestamp(end.0 + PROOF_MS_MAX)));
    let link = accounts.offer(Opens::HandOver(owner.person.id), end);
    let phone = accounts.take_over(&link, (CameFrom::default(), end)).expect("works");
    assert_eq!(who(&accounts, &phone.expect("in"), end).proved_until, None, "handed over");
    drop(accounts);
    assert_eq!(who(&open(dir.path()), &owner, end).proved_until, None, "a restart asks again");
}

#[test]
fn a_new_password_signs_the_other_devices_out() {
    let dir = tempfile::tempdir().expect("a folder");
    let (accounts, owner, _) = set_up(dir.path());
    let link = accounts.offer(Opens::HandOver(owner.person.id), NOW);
    let phone = accounts.take_over(&link, (CameFrom::default(), NOW)).expect("works").expect("in");
    let device = (who(&accounts, &owner, NOW).sign_in, owner.person.id);
    assert!(matches!(accounts.set_password(device, "ngắn"), Err(CrewError::Password)));
    accounts.set_password(device, "mật khẩu mới").expect("set");
    let check = |accounts: &Accounts| {
        assert!(accounts.signed_in(&phone.carried, NOW).is_none());
        assert!(accounts.signed_in(&owner.carried, NOW).is_some());
        let from = (CameFrom::default(), NOW);
        let old = accounts.sign_in("Đào", PASSWORD, "", from.clone()).expect("works");
        assert!(matches!(old, SignInTry::Wrong));
        let new = accounts.sign_in("Đào", "mật khẩu mới", "", from).expect("works");
        assert!(matches!(new, SignInTry::In(_)));
    };
    check(&accounts);
    drop(accounts);
    check(&open(dir.path()));
}

#[test]
fn the_log_says_who_did_what_in_the_shop_and_in_no_other() {
    let dir = tempfile::tempdir().expect("a folder");
    let (accounts, owner, shop) = set_up(dir.path());
    let other = accounts.add_shop("Mận").expect("added").shop;
    let from = CameFrom::new("điện thoại", Some([192, 168, 1, 7].into()));
    let by = Some(By::Person(owner.person.id));
    let note = |shop, act, subject| {
        let deed = Deed { shop: Some(shop), by, act, subject, from: &from };
        accounts.note(&deed, NOW).expect("noted");
    };
    note(shop, "role_changed", "2");
    note(other, "let_go", "3");
    note(shop, "contact_read", "7k3m9qa2x4-s1/o5");
    let acts = |accounts: &Accounts, before| {
        let deeds = accounts.deeds(shop, before, 10).expect("read");
        assert!(deeds.iter().all(|deed| deed.by == by && deed.address == from.address));
        deeds.into_iter().map(|deed| (deed.number, deed.act)).collect::<Vec<_>>()
    };
    let read = (3, "contact_read".to_owned());
    let changed = (1, "role_changed".to_owned());
    assert_eq!(acts(&accounts, None), [read.clone(), changed.clone()]);
    assert_eq!(acts(&accounts, Some(3)), std::slice::from_ref(&changed));
    drop(accounts);
    assert_eq!(acts(&open(dir.path()), None), [read, changed]);
}

#[test]
fn two_owners_who_let_each_other_go_at_once_leave_one() {
    let dir = tempfile::tempdir().expect("a folder");
    let (accounts, owner, shop) = set_up(dir.path());
    let other = come(&accounts, Opens::Join(shop, Role::Owner), "Lan");
    let both = [owner.person.id, other.person.id];
    for _ in 0..20 {
        let together = Barrier::new(2);
        let step_down = |id| {
            together.wait();
            accounts.set_role(shop, id, Role::Clerk, NOW)
        };
        let [first, second] = both.map(|id| (id, step_down));
        let done = std::thread::scope(|scope| {
            let first = scope.spawn(move || first.1(first.0));
            [second.1(second.0), first.join().expect("no panic")]
        });
        let refused = done.iter().filter(|done| matches!(done, Err(CrewError::LastOwner)));
        assert_eq!(refused.count(), 1, "{done:?}");
        for id in both {
            accounts.set_role(shop, id, Role::Owner, NOW).expect("an owner again");
        }
    }
}

/// Two come in by links at the same time, under these names.
fn come_together(
    accounts: &Accounts,
    links: [&str; 2],
    names: [&str; 2],
) -> [Result<NewSignIn, SetUpError>; 2] {
    let together = Barrier::new(2);
    let come = |nth: usize| {
        together.wait();
        let who = (names[nth], PASSWORD);
        let came = accounts.set_up(links[nth], "Mận Bắc Hà", who, (CameFrom::default(), NOW));
        came.map(|(_, sign_in)| sign_in)
    };
    std::thread::scope(|scope| {
        let first = scope.spawn(|| come(0));
        let second = come(1);
        [first.join().expect("no panic"), second]
    })
}

#[test]
fn two_who_come_at_once_under_one_name_are_one_and_the_other_link_still_opens() {
    let dir = tempfile::tempdir().expect("a folder");
    let (accounts, _, shop) = set_up(dir.path());
    for nth in 0..10 {
        let links =
            [Role::Clerk, Role::Packer].map(|role| accounts.offer(Opens::Join(shop, role), NOW));
        let names = [format!("Lan {nth}"), format!("lan {nth}")];
        let came = come_together(&accounts, [&links[0], &links[1]], [&names[0], &names[1]]);
        let opens = links.each_ref().map(|link| accounts.look_at_link(link, NOW).is_some());
        let taken =
            |came: &Result<_, _>| matches!(came, Err(SetUpError::Person(PersonError::NameTaken)));
        assert_eq!(came.iter().filter(|came| taken(came)).count(), 1, "one of them is in");
        assert_eq!(came.each_ref().map(taken), opens, "who was refused may take another name");
    }
}

#[test]
fn of_two_who_set_an_installation_up_at_once_one_runs_it() {
    let dir = tempfile::tempdir().expect("a folder");
    let accounts = open(dir.path());
    let links = [(); 2].map(|()| accounts.offer(Opens::SetUp(None), NOW));
    let came = come_together(&accounts, [&links[0], &links[1]], ["Lan", "Minh"]);
    let duty = |came: Result<NewSignIn, _>| came.expect("in").person.duty;
    let operators = came.into_iter().map(duty).filter(|duty| *duty == Duty::Operator);
    assert_eq!(operators.count(), 1);
}

#[test]
fn two_who_press_practise_at_once_practise_in_one_shop() {
    let dir = tempfile::tempdir().expect("a folder");
    let accounts = open(dir.path());
    for _ in 0..20 {
        let real = accounts.add_shop("Mận Bắc Hà").expect("added").shop;
        let together = Barrier::new(2);
        let press = || {
            together.wait();
            accounts.practice_shop(real).expect("one of them")
        };
        let (first, second) = std::thread::scope(|scope| {
            let first = scope.spawn(press);
            let second = press();
            (first.join().expect("no panic"), second)
        });
        assert_eq!(first.0, second.0);
        assert!(first.1 != second.1, "it is new once");
    }
}

#[test]
fn who_is_no_owner_any_more_comes_back_by_no_link_of_theirs() {
    let dir = tempfile::tempdir().expect("a folder");
    let (accounts, _, shop) = set_up(dir.path());
    let elsewhere = accounts.add_shop("Mận Bắc Hà").expect("added").shop;
    let other = come(&accounts, Opens::Join(shop, Role::Owner), "Lan").person.id;
    let opens = |link: &str| accounts.look_at_link(link, NOW).is_some();
    let kept = accounts.offer(Opens::Join(elsewhere, Role::Owner), NOW);
    let check = |changes: &dyn Fn(), closes: bool| {
        let link = accounts.offer(Opens::Join(shop, Role::Owner), NOW);
        changes();
        assert_eq!((opens(&link), opens(&kept)), (!closes, true));
    };
    check(&|| accounts.set_role(shop, other, Role::Owner, NOW).expect("stays one"), false);
    check(&|| accounts.set_role(shop, other, Role::Host, NOW).expect("a host now"), true);
    check(&|| accounts.set_role(shop, other, Role::Owner, NOW).expect("one again"), false);
    check(&|| accounts.let_go(shop, other).expect("gone"), true);
}

#[test]
fn a_new_password_closes_the_links_that_sign_in_another_device() {
    let dir = tempfile::tempdir().expect("a folder");
    let (accounts, owner, shop) = set_up(dir.path());
    let other = come(&accounts, Opens::Join(shop, Role::Clerk), "Lan").person.id;
    let [own, foreign] =
        [owner.person.id, other].map(|id| accounts.offer(Opens::HandOver(id), NOW));
    let known = who(&accounts, &owner, NOW);
    accounts.set_password((known.sign_in, known.person.id), "dưa hấu mát lạnh").expect("set");
    assert!(accounts.take_over(&own, (CameFrom::default(), NOW)).expect("works").is_none());
    assert!(accounts.take_over(&foreign, (CameFrom::default(), NOW)).expect("works").is_some());
}
